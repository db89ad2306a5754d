import ControlSocket
import EventLoop
import Glibc
import HTTPServing
import Testing
import TimeTypes

@testable import director_metrics

@Suite(.serialized) struct HTTPConnectionTests {
    init() { EventLoop.main.startOwnThread() }

    @Test @LoopActor func `who takes an answer byte by byte does not keep its place`() async throws {
        let large = [UInt8](repeating: 65, count: 8 << 20)
        let client = try RawClient { _, answer in answer(HTTPResponse(200, contentType: "a/b", body: large)) }
        #expect(client.connection.isIdle && client.connection.busySince == nil)
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = await client.receive { !$0.isEmpty }
        let since = try #require(client.connection.busySince)
        #expect(!client.connection.isOverdue(at: since))
        // What it has taken meanwhile makes it no younger.
        _ = await client.receive { $0.utf8.count > 1 << 20 }
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await EventLoop.main.sleep(for: .milliseconds(20))
        #expect(client.connection.busySince == since)
        #expect(client.connection.isOverdue(at: since + .seconds(61)))
        // It makes room for another one, as long as nobody is idle.
        #expect(MetricsServer.leaver(among: [client.connection], at: since) == nil)
        #expect(MetricsServer.leaver(among: [client.connection], at: since + .seconds(2)) === client.connection)
        let idle = try RawClient { _, _ in }
        let both = [client.connection, idle.connection]
        #expect(MetricsServer.leaver(among: both, at: since + .seconds(2)) === idle.connection)
        // The request that came meanwhile counts from its turn.
        _ = await client.receive { $0.utf8.count > large.count + (1 << 20) }
        #expect(try #require(client.connection.busySince) > since)
        _ = await client.receive { $0.utf8.count > 2 * large.count }
        await until { client.connection.isIdle }
        #expect(client.connection.busySince == nil)
    }

    /// What slow readers hold is bounded: the newest text is everybody's, and of the others so many bytes as the limit.
    @Test(
        arguments: [
            // Editions of eight slow clients, and who of them is cut off with room for two texts besides the newest.
            ([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5]), ([4, 4, 4, 4, 4, 4, 4, 4], []),
            ([1, 1, 2, 2, 3, 3, 3, 3], []),
            ([1, 1, 2, 2, 3, 4, 4, 4], [1, 1]),
        ] as [([UInt64], [UInt64])])
    @LoopActor func `slow readers hold no more than a few texts`(editions: [UInt64], cut: [UInt64]) async throws {
        let size = 2 << 20
        var texts: [UInt64: HTTPResponse] = [:]
        for edition in editions where texts[edition] == nil {
            texts[edition] = HTTPResponse(200, contentType: "a/b", body: [UInt8](repeating: 65, count: size))
            texts[edition]?.edition = edition
        }
        let clients = try editions.map { edition in
            let text = try #require(texts[edition])
            return try RawClient { _, answer in answer(text) }
        }
        for client in clients { client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        await until { clients.allSatisfy { $0.connection.waitingText != nil } }
        let connections = clients.map(\.connection)
        let hoarders = MetricsServer.hoarders(among: connections, limit: 2 * size)
        #expect(hoarders.compactMap { $0.waitingText?.edition } == cut)
        #expect(MetricsServer.hoarders(among: connections).isEmpty)
        // Who has taken the whole text holds nothing.
        _ = await clients[0].receive { $0.utf8.count > size }
        await until { clients[0].connection.isIdle }
        #expect(clients[0].connection.waitingText == nil)
    }

    @Test @LoopActor func `empty lines are no request`() async throws {
        let client = try RawClient { _, _ in }
        let before = client.connection.lastActive
        client.send("\r\n\r\n")
        await until { client.connection.lastActive > before }
        #expect(client.connection.isIdle && client.connection.busySince == nil)
    }

    @Test(arguments: [
        ("a", 20_000, "HTTP/1.1 431"), ("nonsense\r\n\r\n", 1, "HTTP/1.1 400"),
    ])
    @LoopActor func `a refusal waits for the answer before it`(text: String, count: Int, refusal: String) async throws {
        var answer: ((HTTPResponse) -> Void)?
        let client = try RawClient { answer = $1 }
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await until { answer != nil }
        client.send(String(repeating: text, count: count))
        #expect(await client.receive(for: .milliseconds(100)) { _ in false }.isEmpty)
        answer?(.text(200, "the answer"))
        let all = await client.receive { $0.contains(refusal) }
        #expect(all.hasPrefix("HTTP/1.1 200 ") && all.contains("the answer\nHTTP/1.1 4"))
        await until { client.hasEnded }
    }

    /// The body is no request, and read before the connection is closed: else the answer would be lost with it.
    @Test @LoopActor func `another method is told which there are, whatever its body`() async throws {
        let client = try RawClient { _, _ in Issue.record("it was handed on") }
        client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = await client.receive { $0.hasSuffix("here\n") }
        #expect(answer.hasPrefix("HTTP/1.1 405 Method Not Allowed\r\n"))
        #expect(answer.contains("\r\nAllow: GET, HEAD\r\n") && answer.contains("\r\nConnection: close\r\n"))
        await until { client.hasEnded }
    }

    @Test @LoopActor func `who asked for the end gets the answer and no refusal`() async throws {
        var answer: ((HTTPResponse) -> Void)?
        let client = try RawClient { answer = $1 }
        client.send("GET / HTTP/1.0\r\n\r\n")
        await until { answer != nil }
        client.send(String(repeating: "a", count: 20_000))
        _ = await client.receive(for: .milliseconds(100)) { _ in false }
        answer?(.text(200, "the answer"))
        await until { client.hasEnded }
        let all = await client.receive(for: .milliseconds(10)) { _ in false }
        #expect(all.hasSuffix("the answer\n") && !all.contains("HTTP/1.1 4"))
    }

    @Test @LoopActor func `many requests in one packet are answered one after the other`() async throws {
        var depth = 0
        var deepest = 0
        var answered = 0
        let client = try RawClient { _, answer in
            depth += 1
            deepest = max(deepest, depth)
            answered += 1
            answer(.text(200, "some text"))
            depth -= 1
        }
        let count = 600
        client.send(String(repeating: "HEAD / HTTP/1.1\nHost: a\n\n", count: count))
        let length = HTTPResponse.text(200, "some text").head(keepsOpen: true).count
        let all = await client.receive { $0.utf8.count >= count * length }
        #expect(all.utf8.count == count * length && !all.contains("some text"))
        #expect(answered == count && deepest == 1)
    }
}

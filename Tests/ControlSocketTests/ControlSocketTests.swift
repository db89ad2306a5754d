import ControlSocket
import EventLoop
import Foundation
import Testing

struct LineSplitterTests {
    @Test func linesAreCutWhereverTheStreamBreaks() throws {
        let stream = Array("one\n\ntwo\nthr".utf8)
        for size in 1...stream.count {
            var splitter = LineSplitter()
            var lines: [String] = []
            var rest = stream[...]
            while !rest.isEmpty {
                lines += try splitter.lines(from: rest.prefix(size)).map { String(decoding: $0, as: UTF8.self) }
                rest = rest.dropFirst(size)
            }
            #expect(lines == ["one", "", "two"])
        }
    }

    @Test func aLineBeyondTheLimitIsRefused() {
        var splitter = LineSplitter(limit: 4)
        #expect(throws: LineSplitter.TooLong.self) { try splitter.lines(from: Array("12345".utf8)[...]) }
        var other = LineSplitter(limit: 4)
        #expect(throws: LineSplitter.TooLong.self) { try other.lines(from: Array("12345\n".utf8)[...]) }
    }
}

@Suite(.serialized) struct ControlSocketTests {
    /// A listener that answers each line with itself, on the loop's own thread.
    @LoopActor final class EchoServer {
        private var listener: UnixListener?

        init(path: String, queueLimit: Int = 1 << 20, connectionLimit: Int = 8) throws {
            var options = UnixListener.Options()
            options.queueLimit = queueLimit
            options.connectionLimit = connectionLimit
            listener = try UnixListener(path: path, options: options) { connection in
                var splitter = LineSplitter()
                connection.onData = { [unowned connection] bytes in
                    for line in (try? splitter.lines(from: bytes)) ?? [] { connection.send(line + [10]) }
                }
            }
        }

        var connections: Int { listener?.connectionCount ?? 0 }

        func close() {
            listener?.close()
            listener = nil
        }
    }

    let path = "/tmp/director-\(UUID().uuidString).sock"

    init() {
        EventLoop.main.startOwnThread()
    }

    /// Both ways of losing it: the file is deleted, or another process has put its own there and is gone.
    @Test(arguments: [false, true])
    func aSocketWhoseFileIsGoneIsThereAgainAndItsConnectionsStay(isReplaced: Bool) async throws {
        let server = try await EchoServer(path: path)
        let first = try ControlClient(path: path)
        #expect(try first.ask([65]) == [65])
        unlink(path)
        if isReplaced {
            let other = try await UnixListener(path: path + "2") { _ in }
            rename(path + "2", path)
            await other.close()
        }
        var answer: [UInt8]?
        for _ in 0..<1_000 where answer == nil {
            answer = try? ControlClient(path: path).ask([66])
            if answer == nil { try await Task.sleep(for: .milliseconds(20)) }
        }
        #expect(answer == [66], "the socket is not back")
        #expect(try first.ask([67]) == [67], "a connection was lost")
        await server.close()
        #expect(access(path, F_OK) != 0, "the file is left behind")
    }

    @Test func aLineIsAnswered() async throws {
        let server = try await EchoServer(path: path)
        let client = try ControlClient(path: path)
        #expect(try client.ask(Array("hello".utf8)) == Array("hello".utf8))
        let long = [UInt8](repeating: 65, count: 900_000)
        #expect(try client.ask(long) == long)
        await server.close()
        #expect(throws: SocketError.self) { try client.ask([65]) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aStaleSocketIsReplacedAndALiveOneIsNot() async throws {
        let server = try await EchoServer(path: path)
        await #expect(throws: SocketError.self) { try await EchoServer(path: path) }
        await server.close()
        let stale = Process()
        stale.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        stale.arguments = [
            "python3", "-c", "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])", path,
        ]
        try stale.run()
        stale.waitUntilExit()
        #expect(FileManager.default.fileExists(atPath: path))
        let second = try await EchoServer(path: path)
        #expect(try ControlClient(path: path).ask([66]) == [66])
        await second.close()
    }

    @Test func aFileThatIsNotASocketIsLeftAlone() async throws {
        try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let refusal = await #expect(throws: SocketError.self) { try await EchoServer(path: path) }
        #expect(
            refusal?.description == "cannot listen on \(path): a file that is not a socket is in the way")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("precious".utf8))
    }

    @Test func thePeerIsWhoTheKernelSays() async throws {
        let listener = try await PeerNoter(path: path)
        let client = try ControlClient(path: path)
        let answer = try client.ask([65])
        #expect(String(decoding: answer, as: UTF8.self) == "\(getuid()) \(getgid()) \(getpid())")
        await listener.close()
    }

    /// Answers whatever comes with the ids of who sent it.
    @LoopActor final class PeerNoter {
        private var listener: UnixListener?

        init(path: String) throws {
            listener = try UnixListener(path: path) { connection in
                let peer = connection.peer
                connection.onData = { [unowned connection] _ in
                    connection.send(Array("\(peer.uid) \(peer.gid) \(peer.pid)\n".utf8))
                }
            }
        }

        func close() { listener?.close() }
    }

    @Test func onlyWhoTheModeAllowsMayConnect() async throws {
        let server = try await EchoServer(path: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        await server.close()
    }

    @Test func whoDoesNotReadIsCutOff() async throws {
        let server = try await EchoServer(path: path, queueLimit: 100_000)
        let client = try ControlClient(path: path)
        // The answer to this is more than the socket and the queue take while nobody reads.
        let line = [UInt8](repeating: 65, count: 1_000_000)
        #expect(throws: SocketError.self) { try client.ask(line + [10] + line + [10] + line) }
        await server.close()
    }

    @Test func whatWaitsIsCountedAndItsEndIsTold() async throws {
        let server = try await DrainNoter(path: path)
        let client = try ControlClient(path: path)
        let piece = [UInt8](repeating: 65, count: 700_000)
        // Three pieces and a line end come back, more than a socket holds.
        let answer = try client.ask([66])
        #expect(answer.count == 3 * piece.count)
        #expect(try client.ask([67]) == Array("drained 1, 0 wait, \(3 * piece.count + 1) taken".utf8))
        await server.close()
    }

    /// Answers the first thing that comes with a lot, and the second with what became of it.
    @LoopActor final class DrainNoter {
        private var listener: UnixListener?
        private var drains = 0
        private var asked = 0

        init(path: String) throws {
            listener = try UnixListener(path: path) { [unowned self] connection in
                connection.onDrain = { self.drains += 1 }
                connection.onData = { [unowned connection] _ in
                    self.asked += 1
                    if self.asked == 1 {
                        for _ in 0..<3 { connection.send([UInt8](repeating: 65, count: 700_000)) }
                        connection.send([10])
                    } else {
                        let text = "drained \(self.drains), \(connection.queued) wait, \(connection.taken) taken\n"
                        connection.send(Array(text.utf8))
                    }
                }
            }
        }

        func close() { listener?.close() }
    }

    @Test func whoIsSentAwayBeforeItHasAskedReadsWhy() async throws {
        let server = try await Doorkeeper(path: path)
        let client = try ControlClient(path: path)
        var stream = try ControlStream(path: path)
        try await wait { await server.dismissed == 2 }
        #expect(try client.ask([65]) == Array("permission denied".utf8))
        try stream.send([65])
        #expect(try stream.lines() == [Array("permission denied".utf8)])
        #expect(throws: SocketError.self) { try stream.lines() }
        await server.close()
    }

    /// Sends everybody away with a word.
    @LoopActor final class Doorkeeper {
        private var listener: UnixListener?
        private(set) var dismissed = 0

        init(path: String) throws {
            listener = try UnixListener(path: path) { [unowned self] connection in
                connection.send(Array("permission denied\n".utf8))
                listener?.release(connection)
                dismissed += 1
            }
        }

        func close() { listener?.close() }
    }

    @Test func connectionsBeyondTheLimitAreTurnedAway() async throws {
        let server = try await EchoServer(path: path, connectionLimit: 1)
        let first = try ControlClient(path: path)
        #expect(try first.ask([65]) == [65])
        let second = try ControlClient(path: path)
        #expect(throws: SocketError.self) { try second.ask([65]) }
        #expect(try first.ask([66]) == [66])
        await server.close()
    }
}

import Testing

@testable import HealthChecking

/// An answer's bytes, whether the connection ends behind them, and what it must come to.
struct AnswerCase: Sendable, CustomTestStringConvertible {
    var bytes: String
    var ends = false
    var isHead = false
    var progress: HTTPAnswer.Progress
    var status = 200
    var body = ""
    var isCut = false
    var testDescription: String { String(bytes.prefix(60)) }
}

struct HTTPAnswerTests {
    private static let ok = "HTTP/1.1 200 OK\r\n"

    static let complete: [AnswerCase] = [
        AnswerCase(bytes: ok + "Content-Length: 5\r\n\r\nhello", progress: .complete, body: "hello"),
        AnswerCase(bytes: ok + "content-LENGTH:5 \r\n\r\nhello world", progress: .complete, body: "hello"),
        AnswerCase(bytes: ok + "Content-Length: 0\r\n\r\n", progress: .complete),
        AnswerCase(bytes: ok + "\r\nhello", ends: true, progress: .complete, body: "hello"),
        AnswerCase(bytes: "HTTP/1.0 200\n\nhello", ends: true, progress: .complete, body: "hello"),
        AnswerCase(bytes: "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", progress: .complete, status: 204),
        AnswerCase(bytes: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", progress: .complete, status: 304),
        AnswerCase(bytes: ok + "Content-Length: 500\r\n\r\n", isHead: true, progress: .complete),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
            progress: .complete, body: "hello world"),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: Chunked\r\nContent-Length: 3\r\n\r\nA\r\n0123456789\r\n0\r\nT: u\r\n\r\n",
            progress: .complete, body: "0123456789"),
        AnswerCase(
            bytes: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nContent-Length: 7\r\n\r\n" + ok
                + "Content-Length: 2\r\n\r\nok", progress: .complete, body: "ok"),
        AnswerCase(bytes: ok + "\r\n0123456789abcdefXYZ", progress: .complete, body: "0123456789abcdef", isCut: true),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: chunked\r\n\r\n14\r\n0123456789abcdefXYZ", progress: .complete,
            body: "0123456789abcdef", isCut: true),
        AnswerCase(
            bytes: ok + "no colon\r\nX: y\r\n  folded: z\r\n\tmore\r\nContent-Length: 2\r\n\r\nok",
            progress: .complete, body: "ok"),
        AnswerCase(bytes: ok + "Content-Length: 2, 2\r\nContent-Length: 2\r\n\r\nok", progress: .complete, body: "ok"),
        AnswerCase(
            bytes: ok + "Content-Length: many\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            progress: .complete, body: "ok"),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: chunked\r\n\r\n2\t;x=y\r\nok\r\n0000000000000000000002 ;z\r\nok\r\n0\r\n",
            ends: true, progress: .complete, body: "okok"),
    ]

    static let failed: [AnswerCase] = [
        AnswerCase(bytes: "", ends: true, progress: .failed("connection closed without an answer"), status: 0),
        AnswerCase(bytes: "S", progress: .failed("not an HTTP answer"), status: 0),
        AnswerCase(bytes: "220 mail ESMTP\r\n", progress: .failed("not an HTTP answer"), status: 0),
        AnswerCase(bytes: "<html>all is well</html>", progress: .failed("not an HTTP answer"), status: 0),
        AnswerCase(bytes: "HTTP/1.1 OK\r\n\r\n", progress: .failed("not an HTTP answer"), status: 0),
        AnswerCase(bytes: "HTTP/1.1 2000 OK\r\n\r\n", progress: .failed("not an HTTP answer"), status: 0),
        AnswerCase(bytes: "HTTP/1.1 999 OK\r\n\r\n", progress: .failed("not an HTTP answer"), status: 0),
        AnswerCase(
            bytes: "HTTP/1.1 2", ends: true, progress: .failed("connection closed in the middle of the headers"),
            status: 0),
        AnswerCase(bytes: ok + "X: y", ends: true, progress: .failed("connection closed in the middle of the headers")),
        AnswerCase(
            bytes: ok + "Content-Length: 10\r\n\r\nhello", ends: true,
            progress: .failed("connection closed after 5 of 10 bytes of the body"), body: "hello"),
        AnswerCase(
            bytes: ok + "Content-Length: -1\r\n\r\n", progress: .failed("malformed Content-Length in the answer")),
        AnswerCase(
            bytes: ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            progress: .failed("malformed Content-Length in the answer")),
        AnswerCase(
            bytes: ok + "Content-Length: 1, 2\r\n\r\n", progress: .failed("malformed Content-Length in the answer")),
        AnswerCase(
            bytes: ok + "Content-Length: 1,\r\n\r\n", progress: .failed("malformed Content-Length in the answer")),
        AnswerCase(bytes: ok + "Content-Length:\r\n\r\n", progress: .failed("malformed Content-Length in the answer")),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: chunked\r\n\r\n;x\r\n", progress: .failed("malformed chunk in the answer")),
        AnswerCase(
            bytes: ok + "Content-Length: 99999999999999999999\r\n\r\n",
            progress: .failed("malformed Content-Length in the answer")),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: gzip\r\n\r\n",
            progress: .failed("transfer encoding 'gzip' is not understood")),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", progress: .failed("malformed chunk in the answer")),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: chunked\r\n\r\n-5\r\n", progress: .failed("malformed chunk in the answer")),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n",
            progress: .failed("malformed chunk in the answer"),
            body: "ok"),
        AnswerCase(
            bytes: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", ends: true,
            progress: .failed("connection closed in the middle of the body"), body: "hel"),
    ]

    private func read(_ answer: inout HTTPAnswer, _ test: AnswerCase, by size: Int) -> HTTPAnswer.Progress {
        let bytes = Array(test.bytes.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let progress = answer.receive(bytes[start..<min(start + size, bytes.count)])
            if progress != .more { return progress }
        }
        return test.ends ? answer.end() : .more
    }

    @Test(arguments: complete + failed, [1, 2, 7, 1000])
    func `an answer is read the same however it is cut`(test: AnswerCase, size: Int) {
        var answer = HTTPAnswer(isHead: test.isHead, bodyLimit: 16)
        #expect(read(&answer, test, by: size) == test.progress)
        #expect(answer.status == test.status)
        #expect(String(decoding: answer.body, as: UTF8.self) == test.body)
        #expect(answer.isCut == test.isCut)
    }

    @Test func `an answer that is not complete is waited for`() {
        for test in Self.complete where !test.ends && !test.isCut && !test.bytes.hasSuffix("world") {
            var answer = HTTPAnswer(isHead: test.isHead, bodyLimit: 16)
            #expect(answer.receive(Array(test.bytes.utf8.dropLast())[...]) == .more, "\(test.bytes)")
        }
    }

    @Test func `headers without end are refused`() {
        var answer = HTTPAnswer(isHead: false, bodyLimit: 16)
        #expect(answer.receive(Array("HTTP/1.1 200 OK\r\nX: ".utf8)[...]) == .more)
        var progress = HTTPAnswer.Progress.more
        var sent = 0
        while progress == .more, sent < 100 {
            progress = answer.receive([UInt8](repeating: UInt8(ascii: "x"), count: 1024)[...])
            sent += 1
        }
        #expect(progress == .failed("headers longer than 64 KiB"))
        #expect(sent == 64)
    }

    @Test func `any number of small chunks is one body`() {
        var answer = HTTPAnswer(isHead: false, bodyLimit: 1 << 20)
        let chunk = Array("32\r\n\(String(repeating: "x", count: 50))\r\n".utf8)
        #expect(answer.receive(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)[...]) == .more)
        for _ in 0..<12_000 {
            guard answer.receive(chunk[...]) == .more else { break }
        }
        #expect(answer.receive(Array("0\r\n\r\n".utf8)[...]) == .complete)
        #expect(answer.body.count == 600_000)
    }

    @Test func `the line before a chunk has an end, and so have the trailers`() {
        for (line, problem) in [("5;", "malformed chunk in the answer"), ("0\r\nT: ", "headers longer than 64 KiB")] {
            var answer = HTTPAnswer(isHead: false, bodyLimit: 16)
            let begin = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + line
            #expect(answer.receive(Array(begin.utf8)[...]) == .more)
            #expect(answer.receive([UInt8](repeating: 120, count: 65_536)[...]) == .failed(problem))
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect says where to`(status: Int) {
        var answer = HTTPAnswer(isHead: false, bodyLimit: 16)
        let bytes = "HTTP/1.1 \(status) Moved\r\nLocation:  /other \r\nContent-Length: 0\r\n\r\n"
        #expect(answer.receive(Array(bytes.utf8)[...]) == .complete)
        #expect(answer.isRedirect)
        #expect(answer.location == "/other")
    }

    @Test func `a status without Location is no redirect`() {
        var answer = HTTPAnswer(isHead: false, bodyLimit: 16)
        #expect(answer.receive(Array("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".utf8)[...]) == .complete)
        #expect(!answer.isRedirect)
    }
}

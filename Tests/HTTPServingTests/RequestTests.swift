import HTTPServing
import Testing

struct RequestTests {
    static func requests(_ pieces: String...) throws -> [HTTPRequest] {
        var reader = RequestReader()
        var found: [HTTPRequest] = []
        for piece in pieces {
            try reader.append(Array(piece.utf8)[...])
            while let request = try reader.next() { found.append(request) }
        }
        return found
    }

    @Test func aRequestMayComeInPieces() throws {
        let found = try Self.requests("GE", "T /metrics?x=1 HTTP/1.1\r\nHost: a\r", "\nAccept: text/plain\r\n", "\r\n")
        #expect(found == [HTTPRequest(method: "GET", path: "/metrics", accept: "text/plain")])
    }

    @Test func severalMayComeAtOnceAndLineFeedsAreEnough() throws {
        let found = try Self.requests(
            "\r\nGET / HTTP/1.1\nHost: a\n\nHEAD /x HTTP/1.0\r\nAccept: a/b\r\naccept: c/d\r\n\r\n")
        #expect(
            found == [
                HTTPRequest(method: "GET", path: "/"),
                HTTPRequest(method: "HEAD", path: "/x", accept: "a/b,c/d", keepsOpen: false),
            ])
    }

    @Test func theClientMayEndTheConnection() throws {
        let found = try Self.requests("GET / HTTP/1.1\r\nhost: a\r\nConnection: foo, Close\r\n\r\n")
        #expect(found.first?.keepsOpen == false)
    }

    @Test(arguments: [
        ("http://a/metrics", "/metrics"), ("HTTP://a:9000/metrics?x=/y", "/metrics"), ("https://[::1]:80", "/"),
        ("http://a?x", "/"), ("/?a=http://b/c", "/"), ("/http://b/c", "/http://b/c"),
    ])
    func whatIsAskedForMayBeNamedWithItsHost(target: String, path: String) throws {
        let found = try Self.requests("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(found == [HTTPRequest(method: "GET", path: path)])
    }

    static let refused: [(String, Int)] = [
        ("GET /\r\n\r\n", 400), ("nonsense\r\n\r\n", 400), ("GET http:///x HTTP/1.0\r\n\r\n", 400),
        ("GET ftp://a/x HTTP/1.0\r\n\r\n", 400),
        ("GET * HTTP/1.0\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\n\r\n", 405), ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 405),
        ("CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 405), ("get / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 405), ("PRI * HTTP/2.0\r\n\r\n", 505),
        ("GET / HTTP/2.0\r\n\r\n", 505), ("GET / HTTP/1.1\r\nno header\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\n folded: x\r\n\r\n", 400), ("GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", 413),
        ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 413), ("GET /\u{0} HTTP/1.1\r\n\r\n", 400),
        ("GET /" + String(repeating: "a", count: 8200) + " HTTP/1.1\r\n\r\n", 431),
        (String(repeating: "a", count: 8193), 431), (String(repeating: "a", count: 20_000), 431),
    ]

    @Test(arguments: refused)
    func whatIsNotUnderstoodIsRefused(text: String, status: Int) {
        #expect { try Self.requests(text) } throws: { ($0 as? RequestReader.Refusal)?.status == status }
    }

    /// Any bytes are a request, a refusal or a wait for more; nothing traps.
    @Test func randomBytesAreHarmless() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("GET / HTTP/1.1\r\n:,;= \u{0}\u{7f}é\n\n\r".utf8)
        for _ in 0..<2000 {
            var reader = RequestReader()
            let bytes = (0..<Int.random(in: 0..<200, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            do {
                try reader.append(bytes[...])
                while try reader.next() != nil {}
            } catch {
                #expect((400...505).contains(error.status))
            }
        }
    }

    @Test func anAnswerSaysHowLongItIs() {
        let response = HTTPResponse.text(404, "nothing")
        let text = String(decoding: response.head(keepsOpen: true), as: UTF8.self)
        #expect(
            text.hasPrefix("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 8\r\n")
        )
        #expect(text.hasSuffix("\r\n\r\n") && text.contains("\r\nConnection: keep-alive\r\n"))
        #expect(response.body == Array("nothing\n".utf8))
        let head = String(decoding: response.head(keepsOpen: false), as: UTF8.self)
        #expect(head.hasSuffix("\r\n\r\n") && head.contains("Content-Length: 8\r\nConnection: close\r\n"))
    }
}

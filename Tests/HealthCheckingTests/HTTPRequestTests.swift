import HealthChecking
import NetworkTypes
import Testing

struct HTTPRequestTests {
    private let web = Endpoint(IPAddress(ipv4: 0xC000_0201), 8080)
    private let web6 = Endpoint(IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 1), 80)

    @Test func `the request has exactly these bytes`() throws {
        let check = HTTPCheck(request: "/index.html?a=b", virtualHost: "www.example.com")
        let message = try #require(check.message(for: web))
        let expected =
            "GET /index.html?a=b HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: director\r\nAccept: */*\r\n"
            + "Connection: close\r\n\r\n"
        #expect(String(decoding: message, as: UTF8.self) == expected)
    }

    @Test func `without a virtual host the address stands there, without a port`() {
        #expect(HTTPCheck().host(for: web) == "192.0.2.1")
        #expect(HTTPCheck().host(for: web6) == "[2001:db8::1]")
    }

    @Test(arguments: [
        ("/", "/"),
        ("index.html", "/index.html"),
        ("/a b", "/a%20b"),
        ("/a%20b", "/a%20b"),
        ("/é", "/%C3%A9"),
        ("/a\r\nX: y", "/a%0D%0AX:%20y"),
        ("/page#part", "/page"),
        ("/?q=[1]|2", "/?q=[1]|2"),
    ])
    func `what cannot stand in the request line is encoded`(request: String, path: String) {
        #expect(HTTPCheck(request: request).path == path)
    }

    @Test func `a host that would break the header is refused`() {
        #expect(HTTPCheck(virtualHost: "a\r\nX: y").message(for: web) == nil)
        #expect(HTTPCheck(virtualHost: "a\u{7F}").message(for: web) == nil)
        for host in ["a b", "bücher.example"] {
            let message = HTTPCheck(virtualHost: host).message(for: web) ?? []
            #expect(String(decoding: message, as: UTF8.self).contains("\r\nHost: \(host)\r\n"))
        }
    }

    @Test(arguments: ["a b", "bücher.example", "a/b", "a@b", "a%20b", "*.example.com", "[::1]", ":80", ""])
    func `a virtual host that is no plain name stays out of the URL`(host: String) {
        #expect(HTTPCheck(tls: true, virtualHost: host).url(for: web) == "https://192.0.2.1:8080/")
        #expect(HTTPCheck(tls: true, virtualHost: host).url(for: web6) == "https://[2001:db8::1]:80/")
    }

    @Test func `the URL names the virtual host and the checked port`() {
        #expect(HTTPCheck(tls: true, request: "/x", virtualHost: "w.x").url(for: web) == "https://w.x:8080/x")
        #expect(HTTPCheck(virtualHost: "w.x:81").url(for: web) == "http://w.x:8080/")
        #expect(HTTPCheck(tls: true).url(for: web6) == "https://[2001:db8::1]:80/")
        #expect(HTTPCheck(request: "http://a.b:81/c").url(for: web) == "http://a.b:81/c")
    }

    @Test(arguments: [
        (HTTPCheck(), true), (HTTPCheck(tls: true), false), (HTTPCheck(request: "http://a.b/"), false),
        (HTTPCheck(request: "http://a.b/", isProxy: true), true),
        (HTTPCheck(request: "http://u:p@a.b/", isProxy: true), false),
        (HTTPCheck(request: "https://a.b/", isProxy: true), false),
        (HTTPCheck(request: "http://", isProxy: true), false),
    ])
    func `libcurl makes the requests that are not plain`(check: HTTPCheck, isPlain: Bool) {
        #expect(check.isPlain == isPlain)
        #expect(check.problem == nil)
    }
}

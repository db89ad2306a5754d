/// An answer, whole.
package struct HTTPResponse: Equatable, Sendable {
    package var status: Int
    package var contentType: String
    package var headers: [String] = []
    package var body: [UInt8]
    /// Bodies of one edition and type are the same text; nil for one that stands for itself.
    package var edition: UInt64?

    package init(_ status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A line of text for who asked for something that there is not.
    package static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status, contentType: "text/plain; charset=utf-8", body: Array("\(text)\n".utf8))
    }

    /// What comes before the body, and is all that HEAD is answered. The body is sent as it is, so that one that many
    /// wait for is in memory once.
    package func head(keepsOpen: Bool) -> [UInt8] {
        let lines =
            [
                "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Answer")", "Content-Type: \(contentType)",
                "Content-Length: \(body.count)", "Connection: \(keepsOpen ? "keep-alive" : "close")",
                "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
                // Nothing of a page may load or run anything, whatever stands in it.
                "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
            ] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    private static let reasons = [
        200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
        413: "Content Too Large", 431: "Request Header Fields Too Large", 503: "Service Unavailable",
        505: "HTTP Version Not Supported",
    ]
}

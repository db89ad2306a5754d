/// The head of a request, as far as a server that only answers questions wants to know it (RFC 9112).
package struct HTTPRequest: Equatable, Sendable {
    package var method: String
    /// The path as it stands in the request, without a query.
    package var path: String
    /// The values of `Accept`, as one list.
    package var accept = ""
    /// The connection stays for another request.
    package var keepsOpen: Bool

    package init(method: String, path: String, accept: String = "", keepsOpen: Bool = true) {
        self.method = method
        self.path = path
        self.accept = accept
        self.keepsOpen = keepsOpen
    }
}

/// Cuts a connection's bytes into requests. What it does not understand ends the connection with a status.
package struct RequestReader: Sendable {
    package struct Refusal: Error, Equatable {
        package var status: Int
        package var reason: String
        package var headers: [String] = []
    }

    /// All others are refused, with the connection: what may follow them is no request.
    package static let methods = ["GET", "HEAD"]

    /// Bytes that a head may have.
    package static let headLimit = 8192

    private var rest: [UInt8] = []

    package init() {}

    /// Whether a part of a request has come.
    package var isWithinRequest: Bool { !rest.isEmpty }

    package mutating func append(_ bytes: ArraySlice<UInt8>) throws(Refusal) {
        // One more request may wait behind the one under way; who sends without reading is refused.
        guard rest.count + bytes.count <= 2 * Self.headLimit else {
            throw Refusal(status: 431, reason: "requests are too long")
        }
        rest += bytes
    }

    /// The next request; nil when it has not come whole yet.
    package mutating func next() throws(Refusal) -> HTTPRequest? {
        // Empty lines before a request are passed over (RFC 9112, section 2.2).
        let blank = rest.prefix { $0 == 13 || $0 == 10 }.count
        if blank > 0 { rest.removeFirst(blank) }
        guard let end = Self.endOfHead(rest) else {
            guard rest.count <= Self.headLimit else {
                throw Refusal(status: 431, reason: "the request's head has more than \(Self.headLimit) bytes")
            }
            return nil
        }
        guard end <= Self.headLimit else {
            throw Refusal(status: 431, reason: "the request's head has more than \(Self.headLimit) bytes")
        }
        let head = rest[..<end]
        let request = try Self.parse(head)
        rest.removeFirst(end)
        return request
    }

    /// Behind the empty line; line feeds alone end lines, too.
    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        var lineStart = 0
        for (index, byte) in bytes.enumerated() where byte == 10 {
            let isEmpty = index == lineStart || (index == lineStart + 1 && bytes[lineStart] == 13)
            if isEmpty { return index + 1 }
            lineStart = index + 1
        }
        return nil
    }

    private static func parse(_ head: ArraySlice<UInt8>) throws(Refusal) -> HTTPRequest {
        guard head.allSatisfy({ $0 == 9 || $0 == 10 || $0 == 13 || (32...126).contains($0) || $0 >= 128 }) else {
            throw Refusal(status: 400, reason: "the request's head has control characters")
        }
        let lines = head.split(separator: 10).map { line in
            String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
        }
        let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count == 3, !words[0].isEmpty, !words[1].isEmpty else {
            throw Refusal(status: 400, reason: "the request's first line is not METHOD PATH HTTP/1.1")
        }
        guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
            throw Refusal(status: 505, reason: "only HTTP/1.1 is spoken here")
        }
        guard methods.contains(words[0]) else {
            throw Refusal(
                status: 405, reason: "only \(methods.joined(separator: " and ")) are answered here",
                headers: ["Allow: \(methods.joined(separator: ", "))"])
        }
        guard let path = path(of: words[1]) else {
            throw Refusal(status: 400, reason: "what the request asks for is neither /PATH nor http://HOST/PATH")
        }
        var request = HTTPRequest(method: words[0], path: path, keepsOpen: words[2] == "HTTP/1.1")
        var hosts = 0
        for line in lines.dropFirst() where !line.isEmpty { try read(line, into: &request, &hosts) }
        // RFC 9112, section 3.2; who speaks HTTP/1.0 may not know it.
        guard hosts == 1 || hosts == 0 && words[2] == "HTTP/1.0" else {
            throw Refusal(status: 400, reason: "a request of HTTP/1.1 has one Host line, this one has \(hosts)")
        }
        return request
    }

    /// Without its query. The absolute form, as clients send it to proxies, has to be taken (RFC 9112, section 3.2.2);
    /// whatever its host is, it is asked for here.
    private static func path(of target: String) -> String? {
        var path = target[...]
        let lowered = target.prefix(8).lowercased()
        if let scheme = ["http://", "https://"].first(where: { lowered.hasPrefix($0) }) {
            path = path.dropFirst(scheme.count)
            let host = path.prefix { $0 != "/" && $0 != "?" }
            guard !host.isEmpty else { return nil }
            path = path.dropFirst(host.count)
            if !path.hasPrefix("/") { path = "/" + path }
        }
        guard path.hasPrefix("/") else { return nil }
        return String(path.prefix { $0 != "?" })
    }

    private static func read(
        _ line: String, into request: inout HTTPRequest, _ hosts: inout Int
    ) throws(Refusal) {
        guard let colon = line.firstIndex(of: ":"), colon > line.startIndex, line.first != " ", line.first != "\t"
        else {
            throw Refusal(status: 400, reason: "a line of the request's head is no header")
        }
        let value = line[line.index(after: colon)...].trimmed
        switch line[..<colon].lowercased() {
        case "accept": request.accept += request.accept.isEmpty ? value : ",\(value)"
        case "host": hosts += 1
        case "connection":
            let words = value.lowercased().split(separator: ",").map(\.trimmed)
            if words.contains("close") { request.keepsOpen = false }
        case "content-length" where value != "0", "transfer-encoding":
            throw Refusal(status: 413, reason: "a request has no body here")
        default: break
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}

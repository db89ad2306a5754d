package import NetworkTypes

extension HTTPCheck {
    /// A whole URL instead of a path: who is asked stands in it, as for ldirectord; the `Host` header is
    /// the same as for a path.
    package var isWholeURL: Bool {
        request.hasPrefix("http://") || request.hasPrefix("https://")
    }

    /// The `Host` header: the virtual host as it is written, else the address without a port, as ldirectord sends it.
    package func host(for target: Endpoint) -> String { virtualHost ?? target.address.bracketed }

    /// The path and query as they go into the request line: what may not stand there is percent-encoded (RFC 3986,
    /// section 2.1), existing escapes are left alone, and a fragment is not sent.
    package var path: String {
        (request.hasPrefix("/") ? "" : "/") + Self.encoded(request)
    }

    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            if byte == UInt8(ascii: "#") { break }
            if (0x21...0x7E).contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }

    /// Host and port of a whole URL, as they stand in it; nil when it has none, or a login, which only libcurl sends.
    private var authority: Substring? {
        guard isWholeURL, let start = request.firstRange(of: "//")?.upperBound else { return nil }
        let authority = request[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.isEmpty || authority.contains("@") ? nil : authority
    }

    /// Why nothing can be asked of any server.
    package var problem: String? {
        if isProxy, !isWholeURL { return "a proxy is asked for a whole URL, and '\(request)' is none" }
        let isClean = (virtualHost ?? "").utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        return isClean ? nil : "the virtual host '\(virtualHost ?? "")' cannot stand in a request"
    }

    /// Whether the request can be made over plain TCP by a few lines of our own; libcurl does all others.
    package var isPlain: Bool {
        isProxy ? request.hasPrefix("http://") && authority != nil : !tls && !isWholeURL
    }

    /// The URL for libcurl. Its host names the server in TLS, so a port that a virtual host carries is left out;
    /// a virtual host that is no name stands in the `Host` header only.
    package func url(for target: Endpoint) -> String {
        guard let place = place(for: target) else { return request }
        return "\(tls ? "https" : "http")://\(place)\(path)"
    }

    /// Host and port of the URL where they stand for the checked server; nil for a whole URL.
    package func place(for target: Endpoint) -> String? {
        guard !isWholeURL else { return nil }
        let name = virtualHost.flatMap(Self.plainName).map(String.init) ?? target.address.bracketed
        return "\(name):\(target.port)"
    }

    /// The host without a port when it is letters, digits, `-`, `.` and `_`.
    private static func plainName(_ host: String) -> Substring? {
        let name = host.prefix { $0 != ":" }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "-._".utf8.contains(byte)
            }
        }
        return isPlain && !name.isEmpty ? name : nil
    }

    /// The request as bytes, for a check that is plain; nil when there is a problem. A blank in a host, or a letter
    /// beyond ASCII, goes out as it is written: what to make of it is the server's affair.
    package func message(for target: Endpoint) -> [UInt8]? {
        guard problem == nil else { return nil }
        let host = isProxy ? String(authority ?? "") : host(for: target)
        return Array(
            """
            \(method.rawValue) \(isProxy ? Self.encoded(request) : path) HTTP/1.1\r
            Host: \(host)\r
            User-Agent: \(Self.userAgent)\r
            Accept: */*\r
            Connection: close\r
            \r

            """.utf8)
    }

    package static let userAgent = "director"
    /// What is kept of a body for the pattern; the rest is not read.
    package static let bodyLimit = 1_048_576
    package static let mostRedirects = 7
}

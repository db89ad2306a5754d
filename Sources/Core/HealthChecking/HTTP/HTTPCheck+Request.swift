package import NetworkTypes

extension HTTPCheck {
    /// A whole URL instead of a path: its host, port and scheme count, while the connection still goes to the checked
    /// server's address.
    package var isWholeURL: Bool {
        request.hasPrefix("http://") || request.hasPrefix("https://")
    }

    /// The `Host` header: the virtual host as it is written, else the address without a port, as ldirectord sends it.
    package func host(for target: Endpoint) -> String { virtualHost ?? Self.literal(target) }

    private static func literal(_ target: Endpoint) -> String {
        target.family == .ipv6 ? "[\(target.address)]" : "\(target.address)"
    }

    /// The path and query as they go into the request line: what may not stand there is percent-encoded (RFC 3986,
    /// section 2.1), existing escapes are left alone, and a fragment is not sent.
    package var path: String {
        var path = request.hasPrefix("/") ? "" : "/"
        for byte in request.utf8 {
            if byte == UInt8(ascii: "#") { break }
            if (0x21...0x7E).contains(byte) {
                path.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                path += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return path
    }

    /// The URL for libcurl. Its host names the server in TLS, so a port that a virtual host carries is left out;
    /// a virtual host that is no name stands in the `Host` header only.
    package func url(for target: Endpoint) -> String {
        if isWholeURL { return request }
        let name = virtualHost.flatMap(Self.plainName).map(String.init) ?? Self.literal(target)
        return "\(tls ? "https" : "http")://\(name):\(target.port)\(path)"
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

    /// The request as bytes, for a check of a path over plain TCP; nil when the host would end its header. A blank or a
    /// letter beyond ASCII goes out as it is written: what to make of it is the server's affair.
    package func message(for target: Endpoint) -> [UInt8]? {
        let host = host(for: target)
        guard host.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        return Array(
            """
            \(method.rawValue) \(path) HTTP/1.1\r
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

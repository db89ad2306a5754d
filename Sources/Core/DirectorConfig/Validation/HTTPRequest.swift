internal import HealthChecking

/// What is asked of an HTTP server, from what is written.
enum HTTPRequest {
    /// A path; the `/` in front is put there when it is missing.
    static func path(_ written: String) -> String {
        let text = escaped(written)
        return text.utf8.first == UInt8(ascii: "/") ? text : "/" + text
    }

    static func isURL(_ written: String) -> Bool {
        written.hasPrefix("http://") || written.hasPrefix("https://")
    }

    /// The request of a real server may be a whole URL of the service's own kind, and that of a proxy is one of either.
    static func isURL(_ written: String, of service: ApplicationService) -> Bool {
        service == .httpProxy ? isURL(written) : written.hasPrefix("\(service.rawValue)://")
    }

    /// Bytes that no request line may hold are written as `%NN`; a `%` stays, since it is written by who knows.
    static func escaped(_ text: String) -> String {
        guard !text.utf8.allSatisfy(isPlain) else { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The reserved and unreserved characters of RFC 3986, and `%`.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !"\"<>\\^`{|}".utf8.contains(byte)
    }
}

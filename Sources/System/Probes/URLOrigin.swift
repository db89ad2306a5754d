/// Scheme, host and port of a URL, as far as an operator wants to know who is asked: no login, no path.
struct URLOrigin: Equatable, CustomStringConvertible {
    var scheme: String
    /// `HOST:PORT` in small letters.
    var place: String

    init(scheme: String, place: String) {
        self.scheme = scheme
        self.place = place
    }

    /// - Parameter url: as libcurl has it; the port may be missing. A server may have made it up.
    init?(_ url: String) {
        guard let mark = url.firstRange(of: "://") else { return nil }
        scheme = url[..<mark.lowerBound].lowercased()
        let authority = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority
        guard !host.isEmpty else { return nil }
        let hasPort = host.last.map { $0 != "]" } ?? false && host.split(separator: "]").last?.contains(":") ?? false
        let shown = String(
            String.UnicodeScalarView(host.unicodeScalars.prefix(260).filter { $0.isASCII && $0.value > 32 }))
        place = (hasPort ? shown : "\(shown):\(scheme == "https" ? 443 : 80)").lowercased()
    }

    var description: String { "\(scheme)://\(place)" }
}

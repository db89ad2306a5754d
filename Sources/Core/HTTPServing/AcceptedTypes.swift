/// What a client says it can read, by the `Accept` header (RFC 9110, section 12.5.1).
package struct AcceptedTypes: Sendable {
    private var entries: [(type: String, parameters: [String: String], quality: Int)] = []

    package init(_ header: String) {
        for entry in header.split(separator: ",") {
            let parts = entry.split(separator: ";").map { part in
                String(part.filter { $0 != " " && $0 != "\t" && $0 != "\"" }).lowercased()
            }
            guard let type = parts.first, type.contains("/") else { continue }
            var parameters: [String: String] = [:]
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                if pair.count == 2 { parameters[pair[0]] = pair[1] }
            }
            let quality = parameters.removeValue(forKey: "q").map(Self.thousandths) ?? 1000
            entries.append((type, parameters, quality))
        }
    }

    /// How much a type is wanted, from 0 to 1000, by the entry that names it most closely; one of another version than
    /// these does not count.
    package func quality(of type: String, versions: Set<String>) -> Int {
        let family = type.split(separator: "/").first.map { "\($0)/*" } ?? ""
        for name in [type, family, "*/*"] {
            let qualities = entries.filter { entry in
                entry.type == name && (entry.parameters["version"].map(versions.contains) ?? true)
            }.map(\.quality)
            if let best = qualities.max() { return best }
        }
        return 0
    }

    private static func thousandths(_ text: String) -> Int {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = Int(parts[0]), (0...1).contains(whole) else { return 1000 }
        let digits = parts.count > 1 ? String(parts[1].prefix(3)) : ""
        let fraction = Int(digits + String(repeating: "0", count: 3 - digits.count)) ?? 0
        return min(1000, whole * 1000 + max(0, fraction))
    }
}

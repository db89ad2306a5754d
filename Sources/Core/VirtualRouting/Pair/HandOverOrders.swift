/// `director standby` and `director takeover` as they hold, by group: what a director-vrrp that died and is started
/// again has to know.
package struct HandOverOrders: Hashable, Sendable {
    package var standby: Set<String> = []
    package var claims: [String: RouterGroup.Claim] = [:]

    package init() {}

    package init(of groups: [RouterGroup]) {
        for group in groups {
            if group.isStandby { standby.insert(group.name) }
            if let claim = group.claim { claims[group.name] = claim }
        }
    }

    // MARK: As a text of lines, words between tabs

    package init(text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: "\t").map(String.init)
            if words.count == 2, words[0] == "standby" { standby.insert(words[1]) }
            guard (3...4).contains(words.count), words[0] == "claim", let priority = UInt8(words[2]), priority < 255
            else { continue }
            claims[words[1]] = RouterGroup.Claim(priority: priority, over: words.count == 4 ? words[3] : nil)
        }
    }

    package var text: String {
        let lines =
            standby.map { ["standby", $0] }
            + claims.map { ["claim", $0, "\($1.priority)"] + ($1.over.map { [$0] } ?? []) }
        // A name with a blank of this kind, which no file gives, would be read as another.
        return lines.filter { line in !line.contains { $0.contains("\t") || $0.contains("\n") } }
            .map { $0.joined(separator: "\t") + "\n" }.sorted().joined()
    }
}

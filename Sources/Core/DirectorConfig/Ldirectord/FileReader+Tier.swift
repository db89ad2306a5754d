internal import NetworkTypes
internal import VirtualServers

/// `fallback-tier = SERVER[:PORT]... [gate|masq|ipip] [check WHAT [OPTION VALUE]...]`
extension FileReader {
    static let tierLimit = 16
    static let tierServerLimit = 256

    mutating func readTier(_ scanner: inout Scanner) {
        let place = scanner.place
        let open = sections.count - 1
        let family = sections[open].family
        var line = TierLine(place: place, servers: [], method: .directRouting, check: nil)
        var hasMethod = false
        while !scanner.isAtEnd {
            let word = scanner.takeWord()
            guard !word.isEmpty else { break }
            if scanner.text(word.prefix(6)) == "check" {
                scanner.skipBlanks()
                guard let check = checkLine(&scanner, at: scanner.place) else { return }
                line.check = check
                break
            }
            if let method = forwardingMethod(scanner, word), !hasMethod {
                line.method = method
                hasMethod = true
                continue
            }
            guard !hasMethod else {
                problems.error(
                    scanner.place(at: word.lowerBound),
                    "'\(scanner.shown(word))' is not understood: check and what is asked may follow the forwarding method"
                )
                return
            }
            if !line.servers.isEmpty, let near = mistypedMethod(scanner, word, family) {
                problems.error(
                    scanner.place(at: word.lowerBound),
                    "unknown forwarding method '\(scanner.shown(word))', did you mean \(near)?")
                return
            }
            guard let server = fallbackServer(scanner, word, family: family, isGlobal: false) else { return }
            line.servers.append((server.0, server.1))
        }
        guard !line.servers.isEmpty else {
            let example =
                family == .ipv4 ? "192.0.2.21:80 192.0.2.22:80 masq" : "[2001:db8::21]:80 [2001:db8::22]:80 masq"
            problems.error(place, "fallback-tier names one server at least: fallback-tier = \(example)")
            return
        }
        realServers += line.servers.count
        guard sections[open].tiers.count < Self.tierLimit, line.servers.count <= Self.tierServerLimit,
            realServers <= ConfigurationParser.Limit.realServers
        else {
            problems.error(
                place, "at most \(Self.tierLimit) tiers of \(Self.tierServerLimit) servers each in one section")
            return
        }
        sections[open].tiers.append(line)
    }

    /// A word of letters behind a server is a method written wrongly, unless there is a host of that name.
    private func mistypedMethod(_ scanner: Scanner, _ word: Range<Int>, _ family: IPAddress.Family) -> String? {
        guard word.count <= 16, word.allSatisfy({ scanner[$0].isLetter }) else { return nil }
        let text = scanner.text(word)
        guard let near = Suggestion.nearest(to: text, among: ["gate", "ipip", "masq"]) else { return nil }
        return resolver.host(text, family).isEmpty ? near : nil
    }
}

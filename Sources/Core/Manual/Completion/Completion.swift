/// What a shell may offer for the word at the cursor: a pure function of the words before it and of what a daemon
/// knows.
package struct Completion: Sendable {
    package struct Candidate: Hashable, Sendable {
        package var word: String
        package var text: String

        package init(_ word: String, _ text: String = "") {
            self.word = word
            self.text = text
        }
    }

    /// What a daemon has, where it is asked.
    package struct Service: Sendable {
        /// `TCP 192.0.2.1:80`, `FWM 7 IPv6`.
        package var name: String
        package var servers: [Candidate]
        /// The servers of its fallback tiers: they can be explained, and take no orders.
        package var standIns: [Candidate]

        package init(_ name: String, servers: [Candidate], standIns: [Candidate] = []) {
            self.name = name
            self.servers = servers
            self.standIns = standIns
        }

        /// As services to be explained: what stands in counts like the others.
        fileprivate var explainable: Self { Self(name, servers: servers + standIns) }
    }

    package enum Answer: Equatable, Sendable {
        case words([Candidate])
        /// The shell knows them better.
        case files
        case folders
    }

    /// The words behind `director`, without the one at the cursor.
    private let words: [String]
    /// What is typed of the word at the cursor.
    private let current: String

    /// - Parameter words: everything behind `director`, the word at the cursor last.
    package init(_ words: [String]) {
        self.words = words.dropLast()
        current = words.last ?? ""
    }

    private var command: Command? { words.first.flatMap { Command(rawValue: $0) } }

    private enum Wanted {
        case commands, help, value(CommandEntry.Completes), option, word(CommandEntry.Completes, before: [String])
    }

    /// The words of the command line apart from options, and whose value the cursor is at.
    private func wanted() -> Wanted {
        guard !words.isEmpty else { return .commands }
        guard let entry = command?.entry else { return .help }
        var before: [String] = []
        var pending: CommandEntry.Option?
        var areOptionsOver = false
        for word in words.dropFirst() {
            if let option = pending {
                // Another command's own words.
                if option.takesRest { return .value(.nothing) }
                pending = nil
            } else if areOptionsOver {
                before.append(word)
            } else if word == "--" {
                areOptionsOver = true
            } else if let option = entry.options.first(where: { $0.name == word || $0.short == word }) {
                pending = option.value == nil ? nil : option
            } else if !entry.options.contains(where: { word.hasPrefix($0.name + "=") }) {
                before.append(word)
            }
        }
        if let pending { return .value(pending.completes) }
        return current.hasPrefix("-") && !areOptionsOver ? .option : .word(entry.completes, before: before)
    }

    /// The runtime directory of the daemon to ask, where what is wanted is something that only a daemon knows.
    package var daemon: String? {
        let kinds: [CommandEntry.Completes] = [.serviceAndServer, .server, .router]
        switch wanted() {
        case .word(let kind, _) where kinds.contains(kind): break
        default: return nil
        }
        let name = "--runtime-dir"
        guard let place = words.lastIndex(where: { $0 == name || $0.hasPrefix(name + "=") }) else {
            return "/run/director"
        }
        if words[place] != name { return String(words[place].dropFirst(name.count + 1)) }
        return place + 1 < words.count ? words[place + 1] : "/run/director"
    }

    /// What there is to choose from, which others know.
    package struct Known {
        package var services: [Service] = []
        package var routers: [String] = []
        package var events: [String] = []
        /// Of ipvsadm, with their hyphens.
        package var ipvsadm: [String] = []

        package init(
            services: [Service] = [], routers: [String] = [], events: [String] = [], ipvsadm: [String] = []
        ) {
            self.services = services
            self.routers = routers
            self.events = events
            self.ipvsadm = ipvsadm
        }
    }

    package func answer(_ known: Known = Known()) -> Answer {
        switch wanted() {
        case .commands:
            let commands = Command.allCases.map { Candidate($0.rawValue, $0.entry.summary) }
            return offer(commands + [Candidate("--help", "all commands"), Candidate("--version", "the version")])
        case .help: return .words([])
        case .option where command == .ipvs: return offer(known.ipvsadm.map { Candidate($0) })
        case .option:
            let options = command?.entry.options.filter { !words.contains($0.name) } ?? []
            return offer(options.map { Candidate($0.name, $0.text) } + [Candidate("--help", "what the command takes")])
        case .value(let kind): return offer(kind, before: [], known)
        case .word(let kind, let before): return offer(kind, before: before, known)
        }
    }

    private func offer(
        _ kind: CommandEntry.Completes, before: [String], _ known: Known
    ) -> Answer {
        switch kind {
        case .nothing, .ipvsadm: return .words([])
        case .event: return offer(known.events.map { Candidate($0) })
        case .afterFile(let words):
            let offered = offer(words.map { Candidate($0) })
            if before.isEmpty, offered == .words([]) { return .files }
            return before.count < 2 && !before.contains(where: words.contains) ? offered : .words([])
        case .file: return before.isEmpty ? .files : .words([])
        case .folder: return .folders
        case .words(let words): return before.isEmpty ? offer(words.map { Candidate($0) }) : .words([])
        case .afterName(let words): return before.count == 1 ? offer(words.map { Candidate($0) }) : .words([])
        case .router: return before.isEmpty ? offer(known.routers.map { Candidate($0) }) : .words([])
        case .serviceAndServer: return offer(ServiceNames(known.services).next(after: before))
        case .server:
            let services = known.services.map(\.explainable)
            let all = before.isEmpty ? services.flatMap(\.servers) : []
            return offer(all + ServiceNames(services).next(after: before))
        }
    }

    /// Each once, and only those that go on with what is typed.
    private func offer(_ candidates: [Candidate]) -> Answer {
        var seen: Set<String> = []
        return .words(candidates.filter { $0.word.hasPrefix(current) && seen.insert($0.word).inserted })
    }
}

/// The names of services word by word, as a command line has them: `192.0.2.1:80` where one service alone has it, else
/// `TCP 192.0.2.1:80`; `FWM 7 IPv6`.
private struct ServiceNames {
    private var names: [(words: [String], service: Completion.Service)] = []

    init(_ services: [Completion.Service]) {
        let split = services.map { ($0.name.split(separator: " ").map(String.init), $0) }
        for (words, service) in split {
            let isMark = words.first == "FWM"
            let isAlone = split.count { $0.0.dropFirst().first == words.dropFirst().first } == 1
            if !isMark, isAlone, words.count == 2 { names.append(([words[1]], service)) }
            if isMark || !isAlone { names.append((words, service)) }
            // Written in full it is understood too, and not offered.
            if !isMark, isAlone { names.append((words, service)) }
        }
    }

    /// What may follow: the next words of names that begin so, and the servers of a service that is named in full.
    func next(after before: [String]) -> [Completion.Candidate] {
        var found: [Completion.Candidate] = []
        for (words, service) in names where words.starts(with: before, by: { $0.lowercased() == $1.lowercased() }) {
            if words.count == before.count {
                found += service.servers
            } else if before.isEmpty, words.count == 2, words[0] != "FWM", isOffered(words[1]) {
                continue
            } else {
                found.append(.init(words[before.count], service.name))
            }
        }
        return found
    }

    private func isOffered(_ word: String) -> Bool { names.contains { $0.words == [word] } }
}

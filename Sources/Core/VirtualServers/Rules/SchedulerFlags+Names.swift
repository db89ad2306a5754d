extension SchedulerFlags {
    /// A flag by the name that `-b` takes; `scheduler` where only one scheduler knows it by that name.
    private struct Name {
        let text: String
        let flag: SchedulerFlags
        let scheduler: String?
    }

    private static let names: [Name] = [
        Name(text: "flag-1", flag: .flag1, scheduler: nil),
        Name(text: "flag-2", flag: .flag2, scheduler: nil),
        Name(text: "flag-3", flag: .flag3, scheduler: nil),
        Name(text: "sh-fallback", flag: .flag1, scheduler: "sh"),
        Name(text: "sh-port", flag: .flag2, scheduler: "sh"),
        Name(text: "mh-fallback", flag: .flag1, scheduler: "mh"),
        Name(text: "mh-port", flag: .flag2, scheduler: "mh"),
    ]

    /// Reads a comma-separated list of flags for a scheduler. Empty entries do not count.
    package static func parse(_ list: String, for scheduler: Scheduler) throws(RuleError) -> SchedulerFlags {
        var flags: SchedulerFlags = []
        for word in list.utf8.split(separator: UInt8(ascii: ",")).map({ String(Substring($0)) }) {
            guard let name = names.first(where: { $0.text == word }) else {
                throw .usage("invalid scheduler flag `\(word)'")
            }
            if let only = name.scheduler, only != scheduler.rawValue {
                throw .usage("incompatible scheduler flag `\(word)'")
            }
            flags.insert(name.flag)
        }
        return flags
    }

    /// The flags under a scheduler's own names where it has such names: those it has none for are then left out.
    /// - Parameter complete: show those under their numbers instead.
    package func list(for scheduler: Scheduler, complete: Bool = false) -> String {
        let own = Self.names.filter { $0.scheduler == scheduler.rawValue }
        let numbered = Self.names.filter { $0.scheduler == nil }
        let others = complete ? numbered.filter { name in !own.contains { $0.flag == name.flag } } : []
        let shown = own.isEmpty ? numbered : own + others
        return shown.filter { contains($0.flag) }.map(\.text).joined(separator: ",")
    }
}

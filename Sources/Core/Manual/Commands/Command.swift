/// The words behind `director`, in the order in which they are told.
package enum Command: String, CaseIterable, Sendable {
    case check, plan, status, explain, events, top, reload, drain, disable, enable, takeover, standby
    case event, alive
    case ipvs, ldirectord, manual, completions, help

    /// By comparing one after the other: for so many cases the compiler makes a dictionary of strings, whose first use
    /// takes as long as the rest of a short command.
    package init?(rawValue: String) {
        guard let command = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = command
    }

    package var entry: CommandEntry {
        switch self {
        case .check, .plan, .ipvs, .ldirectord, .manual, .completions, .help: fileEntry
        case .status, .explain, .events, .top, .reload: questionEntry
        case .drain, .disable, .enable: orderEntry
        case .takeover, .standby: pairEntry
        case .event, .alive: reportEntry
        }
    }
}

extension CommandEntry.Option {
    static let runtimeDirectory = Self(
        "--runtime-dir", "DIR", "the daemon's runtime directory (/run/director)", completes: .folder)
}

import DirectorConfig
import VirtualServers

/// What an action is told of the event that made it act.
package struct PolicyFacts: Sendable {
    private let firing: PolicyFilter.Firing
    private let host: String

    package init(_ firing: PolicyFilter.Firing, host: String) {
        self.firing = firing
        self.host = host
    }

    /// One line for people: the event's own words, and how many there were.
    package var text: String {
        let counted = firing.policy.window.map { " (\(firing.count) within \($0.words))" } ?? ""
        return firing.record.text + counted
    }

    /// What the events of one source have in common: their programs run one after the other.
    package var source: String {
        let record = firing.record
        if let service = record.service { return service.description }
        return record.name ?? record.router ?? record.kind.rawValue
    }

    /// For the environment of a program; what does not apply is empty, so that a script need not ask.
    package var variables: [String] {
        let record = firing.record
        let members = [
            ("EVENT", record.kind.rawValue), ("SEVERITY", record.severity.rawValue), ("TEXT", text),
            ("TIME", record.time.description), ("NUMBER", "\(record.number)"), ("COUNT", "\(firing.count)"),
            ("SERVICE", record.service?.description ?? ""), ("SERVER", record.server?.description ?? ""),
            ("NAME", record.name ?? ""), ("ROUTER", record.router ?? ""), ("SOURCE", record.source ?? ""),
            ("HOST", host),
            ("POLICY", "\(firing.policy.line)"),
        ]
        return members.map { "DIRECTOR_\($0.0)=\($0.1)" }
    }
}

import DirectorConfig
import NetworkTypes
import VirtualServers

extension EventRecord {
    /// The fields of its line in a log: what it is and what it is about.
    package var logFields: [String: String] {
        let fields: [(String, String?)] = [
            ("event", kind.rawValue), ("service", service?.description), ("server", server?.description),
            ("router", router), ("name", name), ("source", source),
        ]
        return fields.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
}

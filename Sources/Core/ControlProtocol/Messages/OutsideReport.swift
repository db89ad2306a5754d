/// What a monitor or an application outside reports.
package enum OutsideReport: Equatable, Sendable {
    case event(name: String, isUp: Bool, source: String?, text: String)
    /// It lives, and will say so again within this time.
    case beat(name: String, every: Duration)
    /// It is known not to live any more.
    case failed(name: String, reason: String)
    /// It is not to be waited for any more.
    case end(name: String)

    var request: String {
        if case .event = self { "event" } else { "alive" }
    }

    var members: [JSON.Member] {
        switch self {
        case .event(let name, let isUp, let source, let text):
            [
                .init("name", .string(name)), .init("state", isUp ? "up" : "down"), .init("source", .optional(source)),
                .init("text", .string(text)),
            ]
        case .beat(let name, let every):
            [.init("name", .string(name)), .init("everyMs", .integer(Int64(every.wholeMilliseconds)))]
        case .failed(let name, let reason): [.init("name", .string(name)), .init("failed", .string(reason))]
        case .end(let name): [.init("name", .string(name)), .init("end", true)]
        }
    }

    /// - Parameter request: `event` or `alive`.
    init(_ request: String, json: JSON) throws(DecodingFailure) {
        let name = try json.text("name")
        guard request == "alive" else {
            let state = json["state"]?.string ?? "down"
            guard state == "up" || state == "down" else { throw DecodingFailure("state") }
            self = .event(
                name: name, isUp: state == "up", source: json["source"]?.string, text: json["text"]?.string ?? "")
            return
        }
        if json["end"]?.bool == true {
            self = .end(name: name)
        } else if let reason = json["failed"]?.string {
            self = .failed(name: name, reason: reason)
        } else {
            let milliseconds = try json.integer("everyMs")
            guard (0...1_000_000_000).contains(milliseconds) else { throw DecodingFailure("everyMs") }
            self = .beat(name: name, every: .milliseconds(milliseconds))
        }
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}

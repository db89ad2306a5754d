/// One `on = EVENT [COUNT in WINDOW] do ACTION` line: what is to be done when something happens, or happens so often.
package struct EventPolicy: Hashable, Sendable {
    package static let limit = 256
    package static let countLimit = 1_000

    package var line: Int
    package var trigger: EventTrigger
    /// How many make it act, at least 1.
    package var count = 1
    /// In which time; nil for a single one.
    package var window: Duration?
    package var action: PolicyAction

    package init(line: Int, trigger: EventTrigger, action: PolicyAction) {
        self.line = line
        self.trigger = trigger
        self.action = action
    }

    /// As it is written, without the action: `real-server-down 3 in 1m`.
    package var condition: String { "\(trigger)" + (window.map { " \(count) in \($0.words)" } ?? "") }
}

/// What a policy waits for.
package enum EventTrigger: Hashable, Sendable, CustomStringConvertible {
    case kind(EventKind)
    /// `event NAME [up]` and `alive NAME [up]`: of this kind, about this name.
    case named(EventKind, String)

    package var kind: EventKind {
        switch self {
        case .kind(let kind), .named(let kind, _): kind
        }
    }

    package var name: String? {
        if case .named(_, let name) = self { name } else { nil }
    }

    package var description: String {
        switch self {
        case .kind(let kind): kind.rawValue
        case .named(.eventRaised, let name): "event \(name)"
        case .named(.eventCleared, let name): "event \(name) up"
        case .named(.aliveSilent, let name): "alive \(name)"
        case .named(.aliveBack, let name): "alive \(name) up"
        case .named(let kind, let name): "\(kind.rawValue) \(name)"
        }
    }
}

package enum PolicyAction: Hashable, Sendable, CustomStringConvertible {
    /// A line of the log, with severity error; nil for the event's own words.
    case log(String?)
    case program(path: String, arguments: [String])
    case mail([String])
    case webhook(String)
    /// Gives up the mastership of a virtual router; nil for all.
    case standby(String?)
    /// Has the peer switched off by the `fence` of a virtual router; nil for the only one.
    case fence(String?)
    case raise(String)

    package static let words = ["log", "program", "mail", "webhook", "standby", "fence", "event"]

    /// The rest of the URL of a webhook is often all that protects it.
    package static func host(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let authority = parts.count > 2 ? parts[2] : ""
        return String(authority.split(separator: "@").last ?? "")
    }

    /// For messages, without what is secret in it.
    package var description: String {
        switch self {
        case .log(let text): "log" + (text.map { " \($0)" } ?? "")
        case .program(let path, let arguments): (["program", path] + arguments).joined(separator: " ")
        case .mail(let addresses): "mail \(addresses.joined(separator: " "))"
        case .webhook(let url): "webhook \(Self.host(of: url))"
        case .standby(let router): "standby" + (router.map { " \($0)" } ?? "")
        case .fence(let router): "fence" + (router.map { " \($0)" } ?? "")
        case .raise(let name): "event \(name)"
        }
    }
}

/// What an outside event or an application may be called.
package enum OutsideName {
    package static let limit = 64
    package static let rule = "up to 64 letters, digits, '.', '_' and '-', the first a letter or a digit"

    package static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= limit, first.isLetter || first.isDigit else {
            return false
        }
        return name.utf8.allSatisfy {
            $0.isLetter || $0.isDigit || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
        }
    }
}

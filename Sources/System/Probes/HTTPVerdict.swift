internal import HealthChecking
internal import Patterns

/// What an HTTP answer says about its server: up is a final status of 2xx and, with a pattern, a body that matches.
enum HTTPVerdict {
    static func outcome(status: Int, body: [UInt8], isCut: Bool, pattern: Pattern?) -> ProbeOutcome {
        guard (200...299).contains(status) else {
            let isRedirect = [301, 302, 303, 307, 308].contains(status)
            return .failed("HTTP status \(status)" + (isRedirect ? " without Location" : ""))
        }
        guard let pattern else { return .passed("HTTP \(status)") }
        switch pattern.search(body) {
        case .found: return .passed("HTTP \(status)")
        case .notFound:
            let part = isCut ? "the first \(HTTPCheck.bodyLimit >> 20) MiB of the answer" : "the answer"
            return .failed("pattern '\(shortened(pattern.text))' not in \(part)")
        case .tooCostly: return .failed("pattern '\(shortened(pattern.text))' takes too long to match the answer")
        }
    }

    static func shortened(_ text: String) -> String {
        text.count <= 80 ? text : text.prefix(80) + "..."
    }
}

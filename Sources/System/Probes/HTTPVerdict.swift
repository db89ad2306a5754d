internal import HealthChecking
internal import Patterns

/// What an HTTP answer says about its server: up is an expected status and, with a pattern, a body that matches.
enum HTTPVerdict {
    static func outcome(
        status: Int, body: [UInt8], isCut: Bool, expected: StatusSet, pattern: Pattern?
    ) -> ProbeOutcome {
        guard expected.contains(status) else {
            let isRedirect = [301, 302, 303, 307, 308].contains(status) && !expected.hasRedirect
            let wanted = expected == .success ? "" : ", expected is \(expected)"
            return .failed("HTTP status \(status)" + (isRedirect ? " without Location" : "") + wanted)
        }
        let part = isCut ? "the first \(HTTPCheck.bodyLimit >> 20) MiB of the answer" : "the answer"
        // Nearly every run ends with this one, and putting words together costs as much as reading the head did.
        return PatternVerdict.outcome(pattern, in: body, part) ?? .passed(status == 200 ? "HTTP 200" : "HTTP \(status)")
    }
}

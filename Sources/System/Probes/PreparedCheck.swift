internal import EventLoop
internal import HealthChecking
internal import NetworkTypes
internal import Patterns

/// A check with what is made once for all its runs: an object, for each run would take a copy of all that it holds.
@LoopActor final class PreparedCheck {
    let spec: CheckSpec
    var pattern: Pattern?
    /// Why no run can succeed.
    var problem: String?
    /// There was no memory for the pattern.
    var lacksPattern = false
    /// What the check asks for where it needs no libcurl; nil for what is no HTTP check, and once a redirect was seen.
    var question: HTTPQuestion?

    init(_ spec: CheckSpec) { self.spec = spec }

    var lane: CheckSchedule.Lane {
        guard problem == nil else { return .light }
        return switch spec.kind {
        case .http: question == nil ? .heavy : .light
        case .dialogue(let check): check.service.usesTLS ? .heavy : .light
        case .program: .program
        case .connect, .ping, .agent, .path: .light
        }
    }
}

/// What the runs of an HTTP check need of it.
final class HTTPQuestion: Sendable {
    /// The request as it goes over the wire.
    let message: [UInt8]
    let isHead: Bool
    let followsRedirects: Bool
    let expectedStatus: StatusSet

    init(_ check: HTTPCheck, _ message: [UInt8]) {
        self.message = message
        isHead = check.method == .head
        followsRedirects = check.followsRedirects
        expectedStatus = check.expectedStatus
    }
}

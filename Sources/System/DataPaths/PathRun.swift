internal import EventLoop
internal import HealthChecking
internal import NetworkTypes
internal import TimeTypes

/// One run of a check that travels by way of a real server.
@LoopActor final class PathRun {
    /// How often it is asked within the timeout.
    static let questions = 4

    struct Outcome {
        /// Nil: nothing was learnt.
        var passed: Bool?
        var reason: String

        static let unjudged = Outcome(passed: nil, reason: "")

        static func passed(_ reason: String) -> Outcome { Outcome(passed: true, reason: reason) }
        static func failed(_ reason: String) -> Outcome { Outcome(passed: false, reason: reason) }
    }

    let id: CheckID
    let spec: CheckSpec
    let check: PathCheck
    let token: UInt32
    let begin: MonotonicInstant
    private let port: UInt16
    var source: IPAddress?
    /// The real server's link-layer address, where packets go there directly.
    var neighbour: [UInt8]?
    var interface: Int32 = 0
    var asked = 0
    var timer: LoopTimer?

    init(_ id: CheckID, _ spec: CheckSpec, _ check: PathCheck, port: UInt16, token: UInt32, begin: MonotonicInstant) {
        self.id = id
        self.spec = spec
        self.check = check
        self.port = port
        self.token = token
        self.begin = begin
    }

    /// Nil before it is known where it is asked from.
    var question: PathQuestion? {
        source.map {
            PathQuestion(
                source: $0, target: check.virtual.address, subject: check.subject, port: port, token: token)
        }
    }

    var waitsForNeighbour: Bool { check.way == .directRouting && neighbour == nil }

    func isAnswered(by answer: PathAnswer) -> Bool {
        guard answer.port == port, answer.source == check.virtual.address else { return false }
        return switch check.subject {
        case .connection(let port): answer.kind != .echo && answer.sourcePort == port
        case .echo: answer.kind == .echo
        }
    }

    func outcome(of answer: PathAnswer) -> Outcome {
        let server = spec.target.address
        return switch answer.kind {
        case .accepted, .echo: .passed("\(check.words) answers by way of \(server)")
        case .refused:
            .failed("connection refused by \(check.words) by way of \(server): nothing listens there on that address")
        }
    }

    /// What it means that nobody has answered.
    var silence: Outcome {
        let server = spec.target.address
        let span = spec.timeout.shortWords
        switch check.way {
        case .directRouting where neighbour == nil:
            return .failed("\(server) does not say its link-layer address, so nothing can be sent to it directly")
        case .directRouting:
            return .failed(
                "no answer from \(check.words) by way of \(server) in \(span): "
                    + "is the virtual address on the server's loopback interface?")
        case .tunnel:
            return .failed(
                "no answer from \(check.words) by way of the tunnel to \(server) in \(span): "
                    + "is the server's tunnel up, with the virtual address, and without rp_filter?")
        }
    }
}

extension Duration {
    /// `3s`, `500ms`.
    fileprivate var shortWords: String {
        let whole = nanoseconds / 1_000_000
        return whole % 1000 == 0 ? "\(whole / 1000)s" : "\(whole)ms"
    }
}

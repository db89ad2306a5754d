internal import TimeTypes

/// Who of several survivors has the master switched off: one, since devices that are asked by two at a time may serve
/// neither, and a machine that is reset twice is away for longer.
extension RouterGroup {
    /// So long after the master's end somebody better placed may be at it.
    static let fencingPatience = Duration.seconds(60)
    /// How soon it is looked again whether that one still is.
    static let fencingPause = Duration.milliseconds(200)

    /// A plugin of ours has failed, and nobody was fenced since.
    var hasFailedToFence: Bool { if case .failed = fencing { true } else { false } }

    /// When to look again, while somebody better placed is there who can; nil when it is ours to do.
    func fencingTurn(since end: MonotonicInstant?, at now: MonotonicInstant, _ peers: PeerTable) -> MonotonicInstant? {
        guard fencing == .idle, let end, now < end + Self.fencingPatience else { return nil }
        let isLeftToOthers = successors(at: now, peers).contains {
            !$0.report.hasFailedToFence && isBetter($0.report)
        }
        return isLeftToOthers ? now + Self.fencingPause : nil
    }
}

internal import EventLoop
internal import TimeTypes

/// The moment at which a run has failed, whatever it waits for.
///
/// A loop that stood still (a stopped process, a sleeping machine) finds its timers due before it has read what arrived
/// meanwhile, and a server that waits for our part of a conversation could not have gone on. Since the silence was
/// ours, such a late deadline gives the run its time once more, a second at most.
@LoopActor struct RunDeadline {
    private static let lateness: Duration = .milliseconds(100)
    private static let shortestGrace: Duration = .milliseconds(20)
    private static let longestGrace: Duration = .seconds(1)

    private let timer: LoopTimer

    init(from begin: MonotonicInstant, _ timeout: Duration, _ expired: @escaping @LoopActor () -> Void) {
        let deadline = begin + timeout
        timer = EventLoop.main.schedule(
            at: deadline,
            withTimer: { timer in
                let now = EventLoop.now
                if now - timer.deadline > Self.lateness, timer.deadline == deadline {
                    timer.reschedule(at: now + max(Self.shortestGrace, min(timeout, Self.longestGrace)))
                } else {
                    expired()
                }
            })
    }

    func cancel() {
        timer.cancel()
    }
}

internal import EventLoop
internal import TimeTypes

/// The moment at which a run has failed, whatever it waits for.
///
/// A loop that stood still (a stopped process, a sleeping machine) finds its timers due before it has read what arrived
/// meanwhile. Such a late deadline lets the loop read once more before it decides, since the silence was ours.
@LoopActor final class RunDeadline {
    private static let lateness: Duration = .milliseconds(100)
    private static let grace: Duration = .milliseconds(20)

    private var timer: LoopTimer?

    init(at deadline: MonotonicInstant, _ expired: @escaping @LoopActor () -> Void) {
        timer = EventLoop.main.schedule(at: deadline) { [weak self] in
            guard let self, let timer = self.timer else { return }
            let now = EventLoop.now
            if now - timer.deadline > Self.lateness, timer.deadline == deadline {
                timer.reschedule(at: now + Self.grace)
            } else {
                expired()
            }
        }
    }

    func cancel() {
        timer?.cancel()
        timer = nil
    }
}

package import TimeTypes

/// A timer of the loop. The loop keeps it until it fires or is cancelled.
@LoopActor package final class LoopTimer {
    package internal(set) var deadline = MonotonicInstant.zero
    /// The order of scheduling, which decides between equal deadlines.
    var sequence: UInt64 = 0
    /// The place in the heap, nil when not scheduled.
    var index: Int?
    /// Taken from the heap in this turn, about to fire.
    var isDue = false

    private let loop: EventLoop
    private var action: (@LoopActor (LoopTimer) -> Void)?

    init(loop: EventLoop, action: @escaping @LoopActor (LoopTimer) -> Void) {
        self.loop = loop
        self.action = action
    }

    package var isScheduled: Bool { index != nil || isDue }

    /// The action will not run, not even if its moment has come in this very turn.
    package func cancel() {
        loop.timers.remove(self)
        isDue = false
        action = nil
    }

    /// Schedules the same action again, before or after it fired; a periodic timer calls this from its action with its
    /// `deadline` plus the period, so that it does not drift. A cancelled timer stays cancelled.
    package func reschedule(at deadline: MonotonicInstant) {
        guard action != nil else { return }
        loop.timers.remove(self)
        isDue = false
        loop.timers.insert(self, deadline: deadline)
    }

    func fire() {
        isDue = false
        action?(self)
    }
}

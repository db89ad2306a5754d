internal import CLinux
package import TimeTypes

extension EventLoop {
    package static var now: MonotonicInstant {
        MonotonicInstant(nanoseconds: clinux_monotonic_nanoseconds())
    }

    package static var wallTime: WallTime {
        WallTime(milliseconds: clinux_realtime_milliseconds())
    }

    package static var moment: Moment {
        Moment(wallTime, now)
    }

    /// Runs the action once, at this instant or as soon after it as the loop gets to it. Timers of the same instant
    /// fire in the order in which they were scheduled.
    @LoopActor @discardableResult
    package func schedule(at deadline: MonotonicInstant, _ action: @escaping @LoopActor () -> Void) -> LoopTimer {
        schedule(at: deadline, withTimer: { _ in action() })
    }

    /// The same for an action that asks or moves its own timer.
    @LoopActor @discardableResult
    package func schedule(
        at deadline: MonotonicInstant, withTimer action: @escaping @LoopActor (LoopTimer) -> Void
    ) -> LoopTimer {
        let timer = LoopTimer(loop: self, action: action)
        timers.insert(timer, deadline: deadline)
        return timer
    }

    @LoopActor @discardableResult
    package func schedule(after span: Duration, _ action: @escaping @LoopActor () -> Void) -> LoopTimer {
        schedule(at: Self.now + span, action)
    }

    /// Suspends the caller for a while; a cancelled task goes on at once.
    @LoopActor package func sleep(for span: Duration) async {
        let sleeper = Sleeper()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                sleeper.begin(continuation, timer: schedule(after: span) { sleeper.end() })
            }
        } onCancel: {
            post { sleeper.end() }
        }
    }
}

/// One `sleep`: its timer and its continuation, whichever of time and cancellation comes first.
@LoopActor private final class Sleeper {
    private var continuation: CheckedContinuation<Void, Never>?
    private var timer: LoopTimer?
    private var ended = false

    nonisolated init() {}

    func begin(_ continuation: CheckedContinuation<Void, Never>, timer: LoopTimer) {
        self.timer = timer
        self.continuation = continuation
        // Cancelled before the sleep began.
        if ended { wake() }
    }

    func end() {
        ended = true
        wake()
    }

    private func wake() {
        timer?.cancel()
        timer = nil
        continuation?.resume()
        continuation = nil
    }
}

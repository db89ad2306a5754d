import EventLoop
import Testing
import TimeTypes

@Suite struct TimerTests {
    init() { EventLoop.main.startOwnThread() }

    @Test @LoopActor func timersFireInTheOrderOfTheirDeadlinesAndThenOfScheduling() async {
        let loop = EventLoop.main
        let start = EventLoop.now
        var order: [Int] = []
        await withCheckedContinuation { continuation in
            loop.schedule(at: start + .milliseconds(6)) {
                order.append(6)
                continuation.resume()
            }
            for tag in [31, 32, 33] { loop.schedule(at: start + .milliseconds(3)) { order.append(tag) } }
            loop.schedule(at: start + .milliseconds(1)) { order.append(1) }
            loop.schedule(at: start + .milliseconds(-5)) { order.append(0) }
        }
        #expect(order == [0, 1, 31, 32, 33, 6])
    }

    @Test @LoopActor func aTimerNeverFiresEarly() async {
        let loop = EventLoop.main
        let deadline = EventLoop.now + .milliseconds(7)
        let fired = await withCheckedContinuation { continuation in
            loop.schedule(at: deadline) { continuation.resume(returning: EventLoop.now) }
        }
        #expect(fired >= deadline)
    }

    @Test @LoopActor func aCancelledTimerDoesNotFireEvenWhenItsMomentHasCome() async {
        let loop = EventLoop.main
        let moment = EventLoop.now + .milliseconds(2)
        var fired: [String] = []
        let second = Box<LoopTimer?>(nil)
        await withCheckedContinuation { continuation in
            loop.schedule(at: moment) {
                fired.append("first")
                second.value?.cancel()
            }
            second.value = loop.schedule(at: moment) { fired.append("second") }
            loop.schedule(at: moment) { continuation.resume() }
        }
        #expect(fired == ["first"])
        #expect(second.value?.isScheduled == false)
    }

    @Test @LoopActor func aPeriodicTimerDoesNotDrift() async {
        let loop = EventLoop.main
        let start = EventLoop.now
        var deadlines: [MonotonicInstant] = []
        await withCheckedContinuation { continuation in
            let timer = Box<LoopTimer?>(nil)
            timer.value = loop.schedule(at: start + .milliseconds(1)) {
                guard let current = timer.value else { return }
                deadlines.append(current.deadline)
                if deadlines.count == 5 {
                    current.cancel()
                    current.reschedule(at: start)
                    continuation.resume()
                } else {
                    current.reschedule(at: current.deadline + .milliseconds(1))
                }
            }
        }
        #expect(deadlines == (1...5).map { start + .milliseconds($0) })
        await loop.sleep(for: .milliseconds(3))
        #expect(deadlines.count == 5, "a cancelled timer was scheduled again")
    }

    @Test @LoopActor func aTimerForThisMomentDoesNotStarveTheLoop() async {
        let loop = EventLoop.main
        var rounds = 0
        let timer = Box<LoopTimer?>(nil)
        timer.value = loop.schedule(after: .zero) {
            rounds += 1
            timer.value?.reschedule(at: .zero)
        }
        // Neither a letter nor another timer waits for it to end, which it does not.
        await withCheckedContinuation { continuation in
            loop.post { continuation.resume() }
        }
        await loop.sleep(for: .milliseconds(1))
        timer.value?.cancel()
        #expect(rounds > 0)
    }

    @Test @LoopActor func aTimerThatIsPutOffInTheTurnItIsDueFiresOnceAndLater() async {
        let loop = EventLoop.main
        let moment = EventLoop.now + .milliseconds(2)
        var fired: [MonotonicInstant] = []
        let second = Box<LoopTimer?>(nil)
        loop.schedule(at: moment) { second.value?.reschedule(at: moment + .milliseconds(2)) }
        second.value = loop.schedule(at: moment) { fired.append(EventLoop.now) }
        await until { !fired.isEmpty }
        await loop.sleep(for: .milliseconds(3))
        #expect(fired.count == 1)
        #expect(fired.allSatisfy { $0 >= moment + .milliseconds(2) })
    }

    /// Random insertions and cancellations against a sorted list.
    @Test @LoopActor func tenThousandTimersFireInOrderWhileHalfOfThemAreCancelled() async {
        let loop = EventLoop.main
        let start = EventLoop.now + .milliseconds(20)
        var generator = LinearGenerator(state: 42)
        var fired: [Int64] = []
        var timers: [LoopTimer] = []
        for _ in 0..<10_000 {
            let offset = Int64(generator.next() % 5_000_000)
            timers.append(loop.schedule(at: start + .nanoseconds(offset)) { fired.append(offset) })
        }
        var expected: [Int64] = []
        for timer in timers {
            if generator.next() % 2 == 0 {
                timer.cancel()
            } else {
                expected.append((timer.deadline - start).nanoseconds)
            }
        }
        await withCheckedContinuation { continuation in
            loop.schedule(at: start + .milliseconds(6)) { continuation.resume() }
        }
        #expect(fired == expected.sorted())
        #expect(expected.count > 4000 && expected.count < 6000)
    }

    @Test @LoopActor func sleepLastsAtLeastItsTimeAndEndsWhenCancelled() async {
        let loop = EventLoop.main
        let start = EventLoop.now
        await loop.sleep(for: .milliseconds(5))
        #expect(EventLoop.now - start >= .milliseconds(5))

        let sleeper = loop.task { await loop.sleep(for: .seconds(3600)) }
        await loop.sleep(for: .milliseconds(1))
        sleeper.cancel()
        _ = await sleeper.result
        #expect(EventLoop.now - start < .seconds(60))

        let cancelledBefore = loop.task {
            withUnsafeCurrentTask { $0?.cancel() }
            await loop.sleep(for: .seconds(3600))
        }
        _ = await cancelledBefore.result
        #expect(EventLoop.now - start < .seconds(60))
    }

    @Test @LoopActor func latenessIsCounted() async {
        let loop = EventLoop.main
        let before = loop.statistics.timersFired
        await loop.sleep(for: .milliseconds(1))
        #expect(loop.statistics.timersFired > before)
        #expect(loop.statistics.worstLateness > .zero)
    }
}

/// A generator whose sequence is the same in every run.
struct LinearGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}

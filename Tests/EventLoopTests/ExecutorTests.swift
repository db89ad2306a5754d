import EventLoop
import Glibc
import Synchronization
import Testing
import TimeTypes

/// An actor without an executor of its own: it runs wherever its caller's preference says.
private actor Counter {
    private(set) var count = 0
    private(set) var threads: Set<UInt> = []

    func increment() async {
        count += 1
        threads.insert(UInt(pthread_self()))
        await Task.yield()
        threads.insert(UInt(pthread_self()))
    }
}

private func threadOfNobody() async -> UInt {
    await Task.yield()
    return currentThread()
}

/// pthread_self may not be called from async code directly.
private func currentThread() -> UInt { UInt(pthread_self()) }

private struct Refusal: Error, Equatable {}

@Suite struct ExecutorTests {
    init() { EventLoop.main.startOwnThread() }

    @Test func asyncCodeStaysOnTheLoopsThread() async throws {
        let loop = EventLoop.main
        let threads: [String: UInt] = try await loop.task {
            let home = currentThread()
            var seen: [String: UInt] = ["home": home]
            await loop.sleep(for: .milliseconds(1))
            seen["after a sleep"] = currentThread()
            seen["in a function of no actor"] = await threadOfNobody()
            let counter = Counter()
            await counter.increment()
            seen["after an actor"] = currentThread()
            #expect(await counter.threads == [home])
            await withTaskGroup(of: UInt.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        await EventLoop.main.sleep(for: .microseconds(100 * index))
                        return await threadOfNobody()
                    }
                }
                for await thread in group where thread != home { seen["in a task group"] = thread }
            }
            async let child = threadOfNobody()
            seen["in an async let"] = await child
            seen["after a blocking call"] = home
            _ = try await loop.runBlocking { 1 }
            seen["after a blocking call"] = currentThread()
            return seen
        }.value
        let home = try #require(threads["home"])
        for (place, thread) in threads { #expect(thread == home, "left the loop: \(place)") }
        #expect(home != currentThread() || loop.isCurrentThread)
    }

    @Test func aTestRunsOffTheLoop() {
        #expect(!EventLoop.main.isCurrentThread)
    }

    @Test func postRunsOnTheLoopInOrder() async {
        let numbers = await withCheckedContinuation { (continuation: CheckedContinuation<[Int], Never>) in
            let gathered = Gathered()
            for number in 0..<1000 {
                EventLoop.main.post {
                    gathered.numbers.append(number)
                    if number == 999 { continuation.resume(returning: gathered.numbers) }
                }
            }
        }
        #expect(numbers == Array(0..<1000))
    }

    @LoopActor private final class Gathered {
        var numbers: [Int] = []
        nonisolated init() {}
    }

    @Test func lettersFromManyThreadsAllArrive() async {
        let gathered = Gathered()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<500 {
                        await withCheckedContinuation { continuation in
                            EventLoop.main.post {
                                gathered.numbers.append(task * 500 + number)
                                continuation.resume()
                            }
                        }
                    }
                }
            }
        }
        #expect(await gathered.numbers.sorted() == Array(0..<4000))
    }

    @Test @LoopActor func aLongQueueOfLettersDoesNotHoldUpATimer() async {
        let loop = EventLoop.main
        var done = 0
        var doneWhenFired = 0
        await withCheckedContinuation { continuation in
            for _ in 0..<2000 {
                loop.post {
                    let until = EventLoop.now + .microseconds(20)
                    while EventLoop.now < until {}
                }
            }
            for _ in 0..<2000 { loop.post { done += 1 } }
            loop.schedule(after: .milliseconds(1)) {
                doneWhenFired = done
                continuation.resume()
            }
        }
        #expect(doneWhenFired < 2000, "2,000 letters of 20 microseconds came before a timer of 1 ms")
    }

    @Test @LoopActor func isolationCanBeAssumedOnTheLoop() {
        let value = LoopActor.assumeIsolated { 42 }
        #expect(value == 42)
        LoopActor.shared.preconditionIsolated()
    }

    /// Each of four calls waits until all four are running, which can only be when none waits for another to end.
    @Test func blockingCallsRunElsewhereAndAtOnce() async throws {
        let loop = EventLoop.main
        let running = Running()
        let met = try await loop.task {
            let home = currentThread()
            return try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await loop.runBlocking {
                            running.enter()
                            let limit = EventLoop.now + .seconds(20)
                            while running.count < 4, EventLoop.now < limit { usleep(500) }
                            return running.count == 4 && currentThread() != home
                        }
                    }
                }
                var met: [Bool] = []
                for try await each in group { met.append(each) }
                return met
            }
        }.value
        #expect(met == [true, true, true, true])
    }

    private final class Running: Sendable {
        private let entered = Mutex(0)
        var count: Int { entered.withLock { $0 } }
        func enter() { entered.withLock { $0 += 1 } }
    }

    @Test func theErrorOfABlockingCallReachesItsCaller() async {
        await #expect(throws: Refusal()) {
            try await EventLoop.main.runBlocking { throw Refusal() }
        }
    }
}

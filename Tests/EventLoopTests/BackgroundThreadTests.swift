import EventLoop
import Glibc
import Synchronization
import Testing
import TimeTypes

@Suite struct BackgroundThreadTests {
    init() { EventLoop.main.startOwnThread() }

    private struct Refusal: Error {}

    @Test @LoopActor func workIsDoneInOrderAsideAndMorePatiently() async throws {
        let thread = BackgroundThread()
        let order = OrderOfWork()
        async let first = thread.run {
            order.note(1)
            return (UInt(pthread_self()), getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
        }
        async let second = thread.run {
            order.note(2)
            return UInt(pthread_self())
        }
        let (found, other) = (try await first, try await second)
        #expect(found.0 == other)
        #expect(!EventLoop.main.isCurrentThread || found.0 != currentThread())
        #expect(found.1 >= 5)
        #expect(order.numbers == [1, 2] || order.numbers == [2, 1])
        await #expect(throws: Refusal.self) { try await thread.run { throw Refusal() } }
    }

    @Test @LoopActor func whatIsDoneForManyLeavesOthersTheirTurn() async {
        var others = 0
        var hasEnded = false
        func count() {
            others += 1
            if !hasEnded { EventLoop.main.schedule(after: .zero) { count() } }
        }
        count()
        var done: [Int] = []
        await EventLoop.main.forEach(Array(0..<100)) { done.append($0) }
        hasEnded = true
        #expect(done == Array(0..<100))
        #expect(others > 3)
    }
}

private func currentThread() -> UInt { UInt(pthread_self()) }

private final class OrderOfWork: Sendable {
    private let noted = Mutex<[Int]>([])
    func note(_ number: Int) { noted.withLock { $0.append(number) } }
    var numbers: [Int] { noted.withLock { $0 } }
}

import EventLoop
import Glibc
import Testing
import TimeTypes

/// Both ends of a socket pair, non-blocking.
struct Pair {
    let near: Int32
    let far: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        precondition(socketpair(AF_UNIX, type, 0, &ends) == 0)
        (near, far) = (ends[0], ends[1])
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        precondition(write(far, bytes, bytes.count) == bytes.count)
    }

    func receive() -> String {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = read(near, &buffer, buffer.count)
        return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
    }

    func close() {
        Glibc.close(near)
        Glibc.close(far)
    }
}

/// A variable that a closure of the loop and its test share.
@LoopActor final class Box<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
}

@Suite struct DescriptorTests {
    init() { EventLoop.main.startOwnThread() }

    @Test @LoopActor func readinessIsReportedUntilTheBytesAreRead() async throws {
        let pair = Pair()
        defer { pair.close() }
        var calls = 0
        var text = ""
        pair.send("hello")
        var watch: DescriptorWatch?
        try await withCheckedThrowingContinuation { continuation in
            do {
                watch = try EventLoop.main.watch(pair.near, .readable) { readiness in
                    calls += 1
                    #expect(readiness == .readable)
                    // Level-triggered: not reading the first time costs nothing but another call.
                    guard calls == 2 else { return }
                    text = pair.receive()
                    continuation.resume()
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        #expect(text == "hello")
        await EventLoop.main.sleep(for: .milliseconds(2))
        #expect(calls == 2)
        watch?.cancel()
        pair.send("unheard")
        await EventLoop.main.sleep(for: .milliseconds(2))
        #expect(calls == 2)
    }

    @Test @LoopActor func interestCanBeChanged() async throws {
        let pair = Pair()
        defer { pair.close() }
        var writable = 0
        let watch = try EventLoop.main.watch(pair.near, []) { readiness in
            if readiness.contains(.writable) { writable += 1 }
        }
        defer { watch.cancel() }
        await EventLoop.main.sleep(for: .milliseconds(2))
        #expect(writable == 0)
        try watch.update(.writable)
        await until { writable > 0 }
        try watch.update(.readable)
        let settled = writable
        await EventLoop.main.sleep(for: .milliseconds(2))
        #expect(writable == settled)
    }

    @Test @LoopActor func aHangupIsReportedWithoutInterest() async throws {
        let pair = Pair()
        defer { close(pair.near) }
        let seen = try await firstReadiness(of: pair.near, []) { close(pair.far) }
        #expect(seen.contains(.hangup))
    }

    /// Two descriptors are ready in one batch; whichever comes first cancels the other.
    @Test @LoopActor func aWatchCancelledInTheSameBatchIsNotCalled() async throws {
        let pairs = [Pair(), Pair()]
        defer { pairs.forEach { $0.close() } }
        var called = 0
        let watches = Box<[DescriptorWatch]>([])
        for pair in pairs {
            watches.value.append(
                try EventLoop.main.watch(pair.near, .readable) { _ in
                    called += 1
                    watches.value.forEach { $0.cancel() }
                })
        }
        pairs.forEach { $0.send("x") }
        await until { called > 0 }
        await EventLoop.main.sleep(for: .milliseconds(3))
        #expect(called == 1)
    }

    /// The callback of one event closes the other descriptor and opens a new one, which gets the same number.
    @Test @LoopActor func aStaleEventDoesNotReachTheNextOwnerOfTheNumber() async throws {
        let pairs = [Pair(), Pair()]
        let watches = Box<[DescriptorWatch]>([])
        let replacement = Box<Int32?>(nil)
        var calls = 0
        var stale = 0
        for index in 0..<2 {
            let watch = try EventLoop.main.watch(pairs[index].near, .readable) { _ in
                calls += 1
                watches.value.forEach { $0.cancel() }
                // dup2 closes the other descriptor and gives its number to an end that has nothing to read.
                let other = pairs[1 - index].near
                dup2(pairs[index].far, other)
                replacement.value = other
                if let watch = try? EventLoop.main.watch(other, .readable, { _ in stale += 1 }) {
                    watches.value.append(watch)
                }
            }
            watches.value.append(watch)
        }
        pairs.forEach { $0.send("x") }
        await until { calls > 0 }
        await EventLoop.main.sleep(for: .milliseconds(3))
        #expect(calls == 1)
        #expect(watches.value.count == 3, "the number could not be watched anew")
        #expect(stale == 0)
        watches.value.forEach { $0.cancel() }
        pairs.forEach { $0.close() }
    }

    @Test @LoopActor func aWatchOfAClosedDescriptorEndsWithoutACall() async throws {
        let first = Pair()
        var stale = 0
        let ended = try EventLoop.main.watch(first.near, .readable) { _ in stale += 1 }
        first.send("x")
        first.close()
        ended.descriptorClosed()
        #expect(!ended.isActive)
        // The next descriptor of the number is watched as if there had been nothing.
        let second = Pair()
        defer { second.close() }
        var heard = 0
        let watch = try EventLoop.main.watch(second.near, .readable) { _ in
            heard += 1
            _ = second.receive()
        }
        second.send("x")
        await EventLoop.main.sleep(for: .milliseconds(3))
        #expect(heard == 1)
        #expect(stale == 0)
        watch.cancel()
    }

    @Test @LoopActor func aDescriptorClosedTooEarlyDoesNotTakeItsSuccessorAway() async throws {
        let first = Pair()
        let forgotten = try EventLoop.main.watch(first.near, .readable) { _ in }
        first.close()
        let second = Pair()
        defer { second.close() }
        var heard = 0
        let watch = try EventLoop.main.watch(second.near, .readable) { _ in
            heard += 1
            _ = second.receive()
        }
        forgotten.cancel()
        second.send("x")
        await until { heard > 0 }
        #expect(heard == 1)
        watch.cancel()
    }

    @Test @LoopActor func whatCannotBeWatchedIsRefused() throws {
        #expect(throws: LoopError(.watch, "cannot watch descriptor -1", errno: EBADF)) {
            _ = try EventLoop.main.watch(-1, .readable) { _ in }
        }
        let pair = Pair()
        defer { pair.close() }
        let watch = try EventLoop.main.watch(pair.near, .readable) { _ in }
        defer { watch.cancel() }
        let refusal = #expect(throws: LoopError.self) {
            _ = try EventLoop.main.watch(pair.near, .readable) { _ in }
        }
        #expect(refusal?.description == "cannot watch descriptor \(pair.near): File exists")
    }

    @LoopActor private func firstReadiness(
        of descriptor: Int32, _ interest: Interest, after action: @LoopActor () -> Void
    ) async throws -> Readiness {
        var seen: Readiness?
        let watch = try EventLoop.main.watch(descriptor, interest) { seen = $0 }
        action()
        await until { seen != nil }
        watch.cancel()
        return try #require(seen)
    }
}

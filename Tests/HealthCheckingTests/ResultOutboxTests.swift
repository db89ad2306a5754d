import Testing

@testable import HealthChecking

struct ResultOutboxTests {
    private func id(_ number: UInt32) -> CheckID { CheckID(rawValue: number) }
    private func result(_ reason: String) -> CheckResult {
        CheckResult(passed: true, reason: reason, latency: .zero)
    }

    private func take(_ outbox: inout ResultOutbox, _ limit: Int = 1 << 20) throws -> [ProberReport] {
        var decoder = FrameDecoder<ProberReport>()
        return try decoder.messages(from: outbox.take(limit))
    }

    @Test func `results leave in order, the newest of each check`() throws {
        var outbox = ResultOutbox()
        outbox.add(id(1), result("a"))
        outbox.add(id(2), result("b"))
        outbox.add(id(1), result("c"))
        #expect(outbox.takeReplaced() == 1)
        #expect(try take(&outbox) == [.result(id(1), result("c")), .result(id(2), result("b"))])
        #expect(outbox.isEmpty)
        #expect(outbox.takeReplaced() == 0)
        outbox.add(id(1), result("d"))
        #expect(try take(&outbox) == [.result(id(1), result("d"))])
    }

    @Test func `no more leaves than is asked for`() throws {
        var outbox = ResultOutbox()
        for number in 1...10 as ClosedRange<UInt32> { outbox.add(id(number), result("x")) }
        #expect(try take(&outbox, 1).count == 1)
        outbox.add(id(1), result("again"))
        let rest: [UInt32] = Array(2...10) + [1]
        #expect(try take(&outbox) == rest.map { .result(id($0), result($0 == 1 ? "again" : "x")) })
    }

    @Test func `what has left takes no room, though something always waits`() throws {
        var outbox = ResultOutbox()
        outbox.add(id(0), result("x"))
        for number in 1...5_000 as ClosedRange<UInt32> {
            outbox.add(id(number), result("x"))
            #expect(try take(&outbox, 1) == [.result(id(number - 1), result("x"))])
            #expect(!outbox.isEmpty && outbox.order.count <= 4)
        }
    }

    @Test func `a forgotten check's result is not sent, nor does it hold a place`() throws {
        var outbox = ResultOutbox()
        outbox.add(id(1), result("a"))
        outbox.add(id(2), result("b"))
        outbox.forget(id(1))
        outbox.add(id(1), result("new"))
        outbox.forget(id(3))
        #expect(try take(&outbox) == [.result(id(2), result("b")), .result(id(1), result("new"))])
        outbox.add(id(4), result("x"))
        outbox.forgetAll()
        #expect(outbox.isEmpty)
        #expect(try take(&outbox).isEmpty)
    }
}

import Testing

@testable import VirtualRouting

struct AnnouncementQueueTests {
    static func frames(_ count: Int, _ byte: UInt8) -> [[UInt8]] { Array(repeating: [byte], count: count) }

    @Test func framesLeaveInTheirOrder() {
        var queue = AnnouncementQueue()
        let first = queue.order(0)
        let second = queue.order(1)
        queue.append([[1], [2]], interface: 7, of: first)
        queue.append([[3]], interface: 8, of: second)
        var left: [AnnouncementQueue.Entry] = []
        while let entry = queue.popFirst() { left.append(entry) }
        #expect(left.map(\.frame) == [[1], [2], [3]])
        #expect(left.map(\.interface) == [7, 7, 8])
        #expect(queue.isEmpty)
    }

    /// A conflict that lasts orders a thousand addresses again and again, faster than they may leave.
    @Test func ordersAgainAndAgainKeepOneRound() {
        var queue = AnnouncementQueue()
        let other = queue.order(1)
        queue.append(Self.frames(10, 9), interface: 1, of: other)
        for round in 0..<1000 {
            let order = queue.order(0)
            queue.append(Self.frames(2000, UInt8(round % 200)), interface: 1, of: order)
            for _ in 0..<40 { _ = queue.popFirst() }
            #expect(queue.count <= 2010)
        }
        #expect(queue.popFirst()?.frame == [UInt8(999 % 200)])
    }

    @Test func aRoundWaitsForTheOneBefore() {
        var queue = AnnouncementQueue()
        let order = queue.order(0)
        queue.append(Self.frames(2, 1), interface: 1, of: order)
        #expect(queue.isBusy(order))
        _ = queue.popFirst()
        #expect(queue.isBusy(order))
        _ = queue.popFirst()
        #expect(!queue.isBusy(order))
    }

    @Test func whatIsReplacedOrSilencedSaysNothingMore() {
        var queue = AnnouncementQueue()
        let old = queue.order(0)
        let kept = queue.order(1)
        queue.append([[1]], interface: 1, of: old)
        queue.append([[2]], interface: 1, of: kept)
        let new = queue.order(0)
        #expect(!queue.isCurrent(old) && queue.isCurrent(new))
        queue.append([[3]], interface: 1, of: old)
        queue.append([[4]], interface: 1, of: new)
        queue.silence(1)
        #expect(!queue.isCurrent(kept))
        #expect(queue.popFirst()?.frame == [4])
        #expect(queue.popFirst() == nil)
    }
}

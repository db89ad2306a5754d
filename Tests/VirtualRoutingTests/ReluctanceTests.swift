import Testing

@testable import VirtualRouting

/// Who stands by takes the addresses only when nobody else does, whatever its priority is.
struct ReluctanceTests {
    /// A backup of priority 200 on standby whose master was heard at 1 s for the last time: what is due at 4.21875 s.
    private func waiting(links: Int, other: (isReady: Bool, isWilling: Bool)? = nil) throws -> Node {
        var node = try Node(priority: 200, links: links)
        node.start()
        node.actions = node.node.standBy(group: 0, at: node.instant(10))
        if let (isReady, isWilling) = other {
            var peer = PairTests.Other()
            let report = try peer.says(.backup, priority: 50, isWilling: isWilling, isReady: isReady)
            node.actions = try node.node.receive(report, link: 0, at: node.instant(20))
        }
        try node.hear(priority: 150, at: 1000)
        return node
    }

    @Test func withoutLinksAnIntervalLaterThanOthersWould() throws {
        var node = try waiting(links: 0)
        node.run(until: 5218)
        #expect(node.role == .backup)
        node.run(until: 5219)
        #expect(node.role == .master)
    }

    @Test func alsoWhenTheMasterGivesUp() throws {
        var node = try waiting(links: 0)
        try node.hear(priority: 0, at: 1100)
        node.run(until: 2318)
        #expect(node.role == .backup)
        node.run(until: 2319)
        #expect(node.role == .master)
    }

    @Test(arguments: [(true, true, 5218.75), (false, true, 4218.75), (true, false, 4218.75)])
    func withLinksOnlyIfSomebodyElseCould(isReady: Bool, isWilling: Bool, at: Double) throws {
        var node = try waiting(links: 1, other: (isReady, isWilling))
        node.run(until: at - 1)
        #expect(node.role == .backup)
        node.run(until: at)
        #expect(node.role == .master)
    }
}

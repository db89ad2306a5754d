import Testing

@testable import VirtualRouting

/// What operators ordered, when the process that was told dies.
struct HandOverOrderTests {
    @Test func theyAreWrittenAndReadAgain() {
        var orders = HandOverOrders()
        #expect(orders.text.isEmpty && HandOverOrders(text: "") == orders)
        orders.standby = ["web", "mail of all"]
        orders.claims = ["a": .init(priority: 151, over: nil), "b": .init(priority: 12, over: "lb2@10.0.0.2")]
        #expect(HandOverOrders(text: orders.text) == orders)
        #expect(orders.text == "claim\ta\t151\nclaim\tb\t12\tlb2@10.0.0.2\nstandby\tmail of all\nstandby\tweb\n")
        orders.standby.insert("a\tb")
        #expect(!HandOverOrders(text: orders.text).standby.contains("a\tb"))
        #expect(HandOverOrders(text: "standby\nclaim\tx\t255\nclaim\tx\ty\nnonsense\t1\n") == HandOverOrders())
    }

    @Test func aStandbyThatDiedStaysOne() throws {
        var node = try Node(priority: 150)
        node.start()
        node.actions = node.node.standBy(group: 0, at: node.instant(10))
        let kept = HandOverOrders(text: HandOverOrders(of: node.node.groups).text)
        for restores in [true, false] {
            node = try Node(priority: 150)
            if restores { node.node.restore(kept, resuming: []) }
            node.start(20_000)
            for at in stride(from: 20_100.0, to: 30_000, by: 500) {
                node.run(until: at)
                try node.hear(priority: 100, at: at)
            }
            #expect(node.role == (restores ? .backup : .master))
            #expect(node.node.groups[0].isStandby == restores)
        }
    }

    @Test func aClaimGoesOnWithTheMastershipAndNotWithoutIt() throws {
        var node = try Node(priority: 100)
        node.start()
        try node.hear(priority: 150, at: 100)
        node.actions = node.node.takeOver(group: 0, at: node.instant(200))
        #expect(node.sent == [151])
        let kept = HandOverOrders(of: node.node.groups)
        for resumes in [true, false] {
            node = try Node(priority: 100)
            let resuming: Set<String> = resumes ? ["web"] : []
            node.node.restore(kept, resuming: resuming)
            node.actions = node.node.start(at: node.instant(500), resuming: resuming)
            #expect(node.sent == (resumes ? [151] : []))
            #expect(node.node.groups[0].priority == (resumes ? 151 : 100))
        }
    }

    @Test func aTakeoverThatIsRefusedTakesNoStandbyBack() throws {
        var node = try Node(priority: 100)
        node.start()
        node.actions = node.node.standBy(group: 0, at: node.instant(10))
        node.actions = node.node.track(TrackingState(isFaulty: true), group: 0, at: node.instant(20))
        node.actions = node.node.takeOver(group: 0, at: node.instant(30))
        #expect(node.role == .fault && node.node.groups[0].isStandby)
        node.actions = node.node.track(TrackingState(), group: 0, at: node.instant(40))
        try node.hear(priority: 255, at: 50)
        node.actions = node.node.takeOver(group: 0, at: node.instant(60))
        #expect(node.role == .backup && node.node.groups[0].isStandby)
        node.run(until: 10_000)
        node.actions = node.node.takeOver(group: 0, at: node.instant(10_000))
        #expect(node.role == .master && !node.node.groups[0].isStandby)
    }
}

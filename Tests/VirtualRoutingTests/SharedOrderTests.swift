import Testing
import TimeTypes

@testable import VirtualRouting

/// Operators' orders on their way to the peer.
struct SharedOrderTests {
    private func order(_ number: Int, _ action: SharedOrder.Action = .drain, at: Int64 = 1000, by: String = "anna")
        -> SharedOrder
    {
        SharedOrder(service: "TCP 192.0.2.1:80", server: "10.0.0.\(number):80", action: action, by: by, at: at)
    }

    @Test func theNewestOrderForAServerCounts() {
        var orders = SharedOrders([order(1, .drain, at: 1000)])
        #expect(orders.merge(order(1, .disable, at: 999)) == false)
        #expect(orders.merge(order(1, .drain, at: 1000)) == false)
        #expect(orders.merge(order(1, .enable, at: 1001)) == true)
        #expect(orders.all == [order(1, .enable, at: 1001)])
    }

    @Test func bothSidesAgreeWhateverCameFirst() {
        let all = [
            order(1, .drain), order(1, .disable), order(2, .enable, at: 7), order(3, .drain, by: "bert"), order(3),
        ]
        let forwards = SharedOrders(all)
        let backwards = SharedOrders(all.reversed())
        #expect(forwards == backwards && forwards.digest == backwards.digest && forwards.digest != 0)
        #expect(forwards.all == backwards.all)
    }

    @Test func theOldestMakeRoom() {
        var orders = SharedOrders()
        for number in 0..<600 {
            orders.merge(
                SharedOrder(service: "s", server: "\(number)", action: .drain, by: "", at: Int64(number)))
        }
        #expect(orders.count == SharedOrders.limit && orders.all.last?.at == 88)
        #expect(orders.merge(SharedOrder(service: "s", server: "old", action: .drain, by: "", at: 1)) == false)
        #expect(orders.digest == SharedOrders(orders.all).digest)
    }

    @Test func whatFitsIntoNoMessageIsNotTaken() {
        var orders = SharedOrders()
        #expect(orders.merge(order(1, by: String(repeating: "x", count: 33))) == false)
        #expect(orders.merge(SharedOrder(service: "", server: "a", action: .drain, by: "", at: 0)) == false)
    }

    @Test(arguments: [.min, -1, SharedOrder.latest + 1, .max] as [Int64])
    func anAbsurdTimeIsNotTakenAndItsMessageIsHeard(_ time: Int64) throws {
        var two = try Two()
        two.run(3)
        var heartbeat = Heartbeat(
            sender: "lb1", boot: BootID(high: 0, low: 2), link: 0, sequence: 1000, interval: .milliseconds(200))
        heartbeat.hears = [BootID(high: 0, low: 1)]
        heartbeat.orderDigest = 7
        heartbeat.orders = [order(1, at: time), order(2)]
        let keys = try #require(LinkKeys(signing: 1, secrets: [1: Array("0123456789abcdef".utf8)]))
        let heard = try keys.open(keys.seal(heartbeat))
        #expect(heard == heartbeat)
        two.deliver(try two.nodes[0].receive(heard, link: 0, at: two.now), from: 0)
        #expect(two.ordered[0] == [order(2)])
    }

    @Test func aMessageCarriesThem() throws {
        let keys = try #require(LinkKeys(signing: 1, secrets: [1: Array("0123456789abcdef".utf8)]))
        var heartbeat = Heartbeat(
            sender: "lb1", boot: BootID(high: 1, low: 2), link: 0, sequence: 7, interval: .milliseconds(200))
        heartbeat.orderDigest = 42
        heartbeat.orders = [order(1), order(2, .enable, at: -1, by: "")]
        #expect(try keys.open(keys.seal(heartbeat)) == heartbeat)
        // A release that knows no orders reads the rest, and says nothing of them.
        heartbeat.orderDigest = nil
        heartbeat.orders = []
        #expect(try keys.open(keys.seal(heartbeat)) == heartbeat)
    }

    // MARK: Two directors on a link

    private struct Two {
        var nodes: [FailoverNode]
        var now = MonotonicInstant(nanoseconds: 1_000_000_000_000)
        var ordered: [[SharedOrder]] = [[], []]
        var messages = 0
        var longest = 0

        init() throws {
            nodes = try (0..<2).map { index in
                let settings = RouterSettings(
                    interface: "eth0", routerID: 51, priority: 100, addresses: [try address("192.0.2.10")])
                return FailoverNode(
                    .init(name: "lb\(index)", boot: BootID(high: 0, low: UInt64(index + 1))),
                    groups: [GroupSettings(name: "web", routers: [settings])],
                    primaryAddresses: [[try address("10.0.0.\(index + 1)")]], detects: [false],
                    heartbeatInterval: .milliseconds(200))
            }
            for index in nodes.indices { deliver(nodes[index].start(at: now), from: index) }
        }

        /// What one sends the other has at once.
        mutating func deliver(_ actions: [FailoverAction], from index: Int) {
            for action in actions {
                if case .ordered(let orders) = action { ordered[index] += orders }
                guard case .send(_, let heartbeat) = action else { continue }
                messages += heartbeat.orders.isEmpty ? 0 : 1
                var bytes: [UInt8] = []
                heartbeat.encode(into: &bytes)
                longest = max(longest, bytes.count)
                let answers = (try? nodes[1 - index].receive(heartbeat, link: 0, at: now)) ?? []
                deliver(answers, from: 1 - index)
            }
        }

        mutating func run(_ steps: Int) {
            for _ in 0..<steps {
                now = now + .milliseconds(200)
                for index in nodes.indices { deliver(nodes[index].tick(at: now), from: index) }
            }
        }

        mutating func share(_ orders: [SharedOrder], on index: Int) {
            deliver(nodes[index].share(orders, at: now), from: index)
        }
    }

    @Test func anOrderReachesThePeerAtOnceAndIsNotToldAgain() throws {
        var two = try Two()
        two.run(3)
        two.share([order(1)], on: 0)
        #expect(two.ordered == [[], [order(1)]])
        let told = two.messages
        two.run(10)
        #expect(two.messages == told && two.nodes[1].sharedOrders == [order(1)])
    }

    @Test func manyOrdersArriveInMessagesOfBoundedLength() throws {
        var two = try Two()
        two.run(3)
        two.share((0..<100).map { order($0, at: Int64($0)) }, on: 0)
        two.share((100..<150).map { order($0, at: Int64($0)) }, on: 1)
        two.run(100)
        #expect(two.nodes[0].sharedOrders == two.nodes[1].sharedOrders && two.nodes[0].sharedOrders.count == 150)
        #expect(two.longest < 500)
    }

    @Test func ordersThatWereGivenWhileThePeerWasAwayAreToldWhenItIsBack() throws {
        var two = try Two()
        two.nodes[0] = {
            var node = two.nodes[0]
            _ = node.share([order(1), order(2)], at: two.now)
            return node
        }()
        two.run(5)
        #expect(Set(two.nodes[1].sharedOrders) == [order(1), order(2)])
    }
}

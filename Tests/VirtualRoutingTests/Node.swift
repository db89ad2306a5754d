import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// One director with one group, and short words for what happens to it. Time is in milliseconds since its start.
struct Node {
    var node: FailoverNode
    var actions: [FailoverAction] = []
    let first: Int64 = 1_000_000_000_000

    init(
        priority: UInt8 = 100, interval: Duration = .seconds(1), version: Advertisement.Version = .v3,
        preemption: Preemption = .always, own: String = "10.0.0.5", routers: Int = 1, links: Int = 0,
        detects: Bool = false, fencing: Bool = false, name: String = "self", isReady: Bool = true
    ) throws {
        let addresses = [try address("192.0.2.10")]
        let routerSettings = (0..<routers).map {
            RouterSettings(
                interface: "eth\($0)", routerID: UInt8(51 + $0), version: version, priority: priority,
                interval: interval, addresses: addresses)
        }
        var settings = GroupSettings(name: "web", routers: routerSettings)
        settings.preemption = preemption
        settings.fencing = fencing
        let own = try address(own)
        node = FailoverNode(
            .init(name: name, boot: BootID(high: 1, low: 1)), groups: [settings],
            primaryAddresses: [routerSettings.map { _ in own }], detects: Array(repeating: detects, count: links),
            heartbeatInterval: .milliseconds(200))
        if isReady { actions = node.setReady(true, at: instant(0)) }
    }

    func instant(_ milliseconds: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: first + Int64(milliseconds * 1_000_000))
    }

    var role: Role { node.groups[0].role }
    var dueAt: Double? { node.deadline.map { Double($0.nanoseconds - first) / 1_000_000 } }

    mutating func start(_ at: Double = 0) { actions = node.start(at: instant(at)) }
    mutating func tick(_ at: Double) { actions = node.tick(at: instant(at)) }

    /// Lets the time pass, and every deadline in it.
    mutating func run(until end: Double) {
        var all: [FailoverAction] = []
        while let due = dueAt, due <= end {
            tick(due)
            all += actions
        }
        tick(end)
        actions = all + actions
    }

    mutating func hear(
        priority: UInt8, from: String = "10.0.0.9", router: Int = 0, interval: Duration? = nil, at: Double
    ) throws {
        let settings = node.groups[0].settings.routers[router]
        let advertisement = Advertisement(
            version: settings.version, routerID: settings.routerID, priority: priority,
            interval: interval ?? settings.interval, addresses: settings.addresses)
        actions = node.receive(
            advertisement, group: 0, router: router, from: try address(from), at: instant(at))
    }

    /// What was sent: the priorities of the advertisements.
    var sent: [UInt8] {
        actions.compactMap { if case .advertise(_, _, let advertisement) = $0 { advertisement.priority } else { nil } }
    }
    /// The actions on addresses and announcements, in order.
    var steps: [String] {
        actions.compactMap {
            switch $0 {
            case .advertise(_, _, let advertisement): "advertise \(advertisement.priority)"
            case .acquire: "acquire"
            case .release: "release"
            case .announce(_, let announcement): "announce \(announcement)"
            case .fence(_, let peer): "fence \(peer ?? "unknown")"
            case .send, .report, .ordered: nil
            }
        }
    }
    var heartbeats: [Heartbeat] {
        actions.compactMap { if case .send(_, let heartbeat) = $0 { heartbeat } else { nil } }
    }
    var events: [FailoverEvent] {
        actions.compactMap { if case .report(let event) = $0 { event } else { nil } }
    }
}

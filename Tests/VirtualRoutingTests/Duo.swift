import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

/// Two directors, 0 and 1, that hear each other at once: on the network, and on a link where there is one. Time is in
/// milliseconds since both were made.
struct Duo {
    var nodes: [FailoverNode]
    private(set) var time = 0.0
    /// Advertisements arrive.
    var hasNetwork = true
    /// Of a hundred messages to director 0, so many do not, here and there.
    var loss = 0
    private var messages = 0
    /// What a frozen director's sockets keep for it; nil while it runs.
    private var inbox: [[FailoverAction]?] = [nil, nil]
    /// Who holds the addresses of each group: what the machine has, whatever its program does.
    private(set) var holders: [Set<Int>]
    /// The groups that somebody took since this was emptied.
    var taken: [(director: Int, group: Int)] = []
    /// What the operators were told since this was emptied.
    var told: [(director: Int, event: FailoverEvent)] = []
    /// Since when the first group's addresses are on nobody, and the longest that they were.
    private var vacantSince: Double?
    var longestVacancy = 0.0

    init(_ nodes: [FailoverNode]) {
        self.nodes = nodes
        holders = nodes[0].groups.map { _ in [] }
    }

    static func settings(
        _ name: String, id: UInt8 = 51, priority: UInt8 = 100, preemption: Preemption = .always
    ) throws -> GroupSettings {
        var settings = GroupSettings(
            name: name,
            routers: [
                RouterSettings(
                    interface: "eth0", routerID: id, priority: priority, addresses: [try address("192.0.2.10")])
            ])
        settings.preemption = preemption
        return settings
    }

    /// `boot` tells the runs of one director apart.
    static func node(_ director: Int, _ groups: [GroupSettings], links: Int = 1, boot: UInt64 = 1) throws
        -> FailoverNode
    {
        let own = try address("10.0.0.\(director + 1)")
        return FailoverNode(
            .init(name: "director \(director)", boot: BootID(high: UInt64(director + 1), low: boot)), groups: groups,
            primaryAddresses: groups.map { $0.routers.map { _ in own } },
            detects: Array(repeating: false, count: links), heartbeatInterval: .milliseconds(200))
    }

    var instant: MonotonicInstant { instant(time) }
    func instant(_ milliseconds: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000_000_000 + Int64(milliseconds * 1_000_000))
    }

    func role(_ director: Int) -> Role { nodes[director].groups[0].role }
    func roles(_ director: Int) -> Set<Role> { Set(nodes[director].groups.map(\.role)) }

    /// An event of one director, and all that follows from it at once.
    mutating func act(_ director: Int, _ body: (inout FailoverNode, MonotonicInstant) -> [FailoverAction]) {
        carryOut(body(&nodes[director], instant), of: director)
    }

    /// What was done by a director goes to the machine and to the other one.
    mutating func carryOut(_ actions: [FailoverAction], of director: Int) {
        var waiting = actions.map { (director, $0) }[...]
        while let (from, action) = waiting.popFirst() {
            switch action {
            case .acquire(let group):
                holders[group].insert(from)
                taken.append((from, group))
            case .release(let group): holders[group].remove(from)
            case .report(let event): told.append((from, event))
            case .send, .advertise:
                waiting += arrive(action, at: 1 - from).map { (1 - from, $0) }
            default: break
            }
            noteVacancy()
        }
    }

    private mutating func arrive(_ action: FailoverAction, at to: Int) -> [FailoverAction] {
        guard inbox[to] == nil else {
            inbox[to]?.append(action)
            return []
        }
        switch action {
        case .advertise(let group, let router, let advertisement):
            guard hasNetwork, nodes[to].groups.indices.contains(group) else { return [] }
            let source = nodes[1 - to].groups[group].primaryAddress
            return nodes[to].receive(advertisement, group: group, router: router, from: source, at: instant)
        case .send(let link, let heartbeat):
            if to == 0 { messages += 1 }
            guard to != 0 || messages * loss % 100 >= loss else { return [] }
            return (try? nodes[to].receive(heartbeat, link: link, at: instant)) ?? []
        default: return []
        }
    }

    private mutating func noteVacancy() {
        guard holders[0].isEmpty else {
            longestVacancy = max(longestVacancy, vacantSince.map { time - $0 } ?? 0)
            vacantSince = nil
            return
        }
        vacantSince = vacantSince ?? time
    }

    /// Lets the time pass, and every deadline in it.
    mutating func run(until end: Double) {
        while let (due, director) = next, due <= end {
            time = max(time, due)
            act(director) { $0.tick(at: $1) }
        }
        time = end
        noteVacancy()
    }

    private var next: (at: Double, director: Int)? {
        nodes.indices.filter { inbox[$0] == nil }.compactMap { director in
            nodes[director].deadline.map { (Double($0.nanoseconds - 1_000_000_000_000) / 1_000_000, director) }
        }.min { $0.0 < $1.0 }
    }

    // MARK: Frozen processes

    mutating func freeze(_ director: Int) { inbox[director] = [] }

    /// Its timers are late and its sockets full: either comes first.
    mutating func thaw(_ director: Int, readsFirst: Bool, losesAll: Bool = false) {
        let queue = losesAll ? [] : inbox[director] ?? []
        inbox[director] = nil
        if !readsFirst { act(director) { $0.tick(at: $1) } }
        for action in queue {
            let actions = arrive(action, at: director)
            carryOut(actions, of: director)
        }
        if readsFirst { act(director) { $0.tick(at: $1) } }
    }
}

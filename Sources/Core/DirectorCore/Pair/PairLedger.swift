package import TimeTypes
package import VirtualRouting

/// What director-vrrp keeps of its own past, for those who ask: since when and why each thing is as it is, and how
/// often it changed. It decides nothing.
package struct PairLedger: Sendable {
    private struct Turn: Sendable {
        var since: WallTime
        var reason: String
        var transitions = PairTransitions()
    }

    private struct LinkKey: Hashable {
        var link: Int
        var peer: String
    }

    private let startedAt: WallTime
    private var turns: [String: Turn] = [:]
    private var peers: [String: (state: PairPeer.State, since: WallTime)] = [:]
    private var links: [LinkKey: (isUp: Bool, since: WallTime)] = [:]
    /// What was told of devices, links' sockets and the like: why one cannot be used, nil for one that is in use.
    private var devices: [String: String?] = [:]
    /// What is tracked and broken, as it was told.
    package private(set) var brokenItems: Set<String> = []
    package var sent: UInt64 = 0
    package var received: UInt64 = 0
    package var refusals = RefusalCounters()
    package var lateness = LatenessHistogram()
    private var summary = RefusalSummary()

    package init(startedAt: WallTime) {
        self.startedAt = startedAt
    }

    /// Takes an event in and returns it as it is told.
    package mutating func take(_ event: FailoverEvent, at time: WallTime) -> EventRecord {
        switch event {
        case .role(let group, let role, let reason):
            var turn = turns[group] ?? Turn(since: time, reason: "")
            turn.since = time
            turn.reason = reason.words
            switch role {
            case .master: turn.transitions.master &+= 1
            case .backup: turn.transitions.backup &+= 1
            case .fault: turn.transitions.fault &+= 1
            case .initialize: break
            }
            turns[group] = turn
        case .peer(let name, let change):
            let state: PairPeer.State =
                switch change {
                case .appeared, .restarted: .up
                case .left: .left
                case .vanished: .silent
                }
            peers[name] = (state, time)
            if change == .left {
                for key in links.keys where key.peer == name { links[key] = (false, time) }
            }
        case .link(let index, let peer, let isUp): links[LinkKey(link: index, peer: peer)] = (isUp, time)
        case .tracked(let item, true, _): brokenItems.remove(item)
        case .tracked(let item, false, _): brokenItems.insert(item)
        case .device(let name, let isUsable, let why): devices[name] = .some(isUsable ? nil : why)
        case .conflict, .heldByLink, .fencing, .fencingFailed, .refused, .loss, .restored: break
        }
        return EventRecord(event, at: time)
    }

    /// Whether this was told already; a problem of nil is none.
    package func isTold(of device: String, _ problem: String?) -> Bool {
        devices[device].map { $0 == problem } ?? false
    }

    package func isBroken(_ device: String) -> Bool { devices[device].map { $0 != nil } ?? false }

    /// Other settings: these devices are left. Returns the broken ones of the others, of which nobody else will tell
    /// that they are nobody's trouble any more.
    package mutating func keep(devices used: Set<String>) -> [String] {
        let unused = devices.filter { !used.contains($0.key) }
        for name in unused.keys { devices[name] = nil }
        return unused.filter { $0.value != nil }.keys.sorted()
    }

    /// Other settings: the links have other numbers.
    /// - Parameter former: by the new number, the old one; nil for a link that is new.
    package mutating func renumber(links former: [Int?]) {
        let before = links
        links = [:]
        for (new, old) in former.enumerated() {
            for (key, value) in before where key.link == old { links[LinkKey(link: new, peer: key.peer)] = value }
        }
    }

    /// An event about packets that were refused since the last one; nil when there is nothing to tell, or it is too
    /// early.
    package mutating func refusalsDue(_ node: FailoverNode, at now: Moment) -> EventRecord? {
        summary.due(counters(of: node), at: now)
    }

    // MARK: The state

    /// What there is to tell of the node. Names of the media are the configuration's.
    package func state(
        of node: FailoverNode, media: [(words: String, detects: Bool)], pid: Int64, at now: Moment
    ) -> PairState {
        var state = PairState(
            pid: pid, startedAt: startedAt, name: node.peers.name,
            routers: node.groups.map { router($0, at: now) })
        state.peers = node.peers.peers.map { peer($0, node, at: now) }
        state.links = media.enumerated().map { index, medium in
            var link = PairLink(medium: medium.words, detects: medium.detects)
            link.peers = node.peers.peers.compactMap { reception(of: $0, on: index, at: now) }
            return link
        }
        state.counters = counters(of: node)
        state.lateness = lateness
        return state
    }

    private func router(_ group: RouterGroup, at now: Moment) -> PairRouter {
        let turn = turns[group.name]
        var router = PairRouter(
            name: group.name, role: PairRole(group.role), since: turn?.since ?? startedAt,
            reason: turn?.reason ?? "not started yet", priority: group.priority)
        router.isStandby = group.isStandby
        router.isReady = group.isReady
        router.master = group.master(at: now.instant).map { "\($0)" }
        router.transitions = turn?.transitions ?? PairTransitions()
        return router
    }

    private func peer(_ peer: Peer, _ node: FailoverNode, at now: Moment) -> PairPeer {
        let known = peers[peer.name]
        var result = PairPeer(
            name: peer.name, state: known?.state ?? .silent, since: known?.since ?? startedAt)
        result.heardAt = peer.lastHeard.map(now.wall(at:))
        result.routers = zip(node.groups, peer.reports).compactMap { group, report in
            report.map {
                PairPeer.Report(
                    name: group.name, role: PairRole($0.role), priority: $0.priority, isReady: $0.isReady)
            }
        }
        return result
    }

    private func reception(of peer: Peer, on link: Int, at now: Moment) -> PairLink.Reception? {
        guard peer.links.indices.contains(link), let heard = peer.links[link].lastHeard else { return nil }
        let known = links[LinkKey(link: link, peer: peer.name)]
        return PairLink.Reception(
            peer: peer.name, isUp: known?.isUp ?? false, since: known?.since ?? startedAt,
            heardAt: now.wall(at: heard), received: peer.links[link].received, lost: peer.links[link].lost)
    }

    private func counters(of node: FailoverNode) -> PairCounters {
        var counters = PairCounters()
        counters.sent = sent
        counters.received = received
        counters.refused = refusals.occurred.map { .init(reason: $0.reason.rawValue, count: $0.count) }
        counters.linkRefused = HeartbeatRefusal.allCases.compactMap { reason in
            node.peers.refusals[reason].map { .init(reason: reason.rawValue, count: $0) }
        }
        return counters
    }
}

/// Refused packets as events: at once when there was none for a while, and summed up while they keep coming.
struct RefusalSummary: Sendable {
    static let pause = Duration.seconds(60)
    /// What happens without anybody's mistake.
    private static let harmless: Set = [
        AdvertisementRefusal.ownPacket.rawValue, HeartbeatRefusal.ownMessage.rawValue,
        HeartbeatRefusal.notIntroduced.rawValue, HeartbeatRefusal.formerRun.rawValue,
        // Another pair's, on the same network.
        AdvertisementRefusal.unknownRouter.rawValue,
    ]
    private var told: [String: UInt64] = [:]
    private var toldAt: MonotonicInstant?

    mutating func due(_ counters: PairCounters, at now: Moment) -> EventRecord? {
        if let toldAt, now.instant - toldAt < Self.pause { return nil }
        let parts = [
            news("advertisements", counters.refused), news("messages of links", counters.linkRefused),
        ].compactMap(\.self)
        guard !parts.isEmpty else { return nil }
        defer { toldAt = now.instant }
        let when = toldAt.map { "in the last \((now.instant - $0).words)" } ?? "since the start"
        return EventRecord(.packetsRefused, .warning, at: now, "refused \(when): \(parts.joined(separator: "; "))")
    }

    /// `3 advertisements (checksum 2, hopLimit 1)`.
    private mutating func news(_ what: String, _ refusals: [PairCounters.Refusal]) -> String? {
        var total: UInt64 = 0
        var reasons: [String] = []
        for refusal in refusals where !Self.harmless.contains(refusal.reason) {
            let key = "\(what) \(refusal.reason)"
            let new = refusal.count &- told[key, default: 0]
            guard new > 0 else { continue }
            told[key] = refusal.count
            total &+= new
            reasons.append("\(refusal.reason) \(new)")
        }
        return total > 0 ? "\(total) \(what) (\(reasons.joined(separator: ", ")))" : nil
    }
}

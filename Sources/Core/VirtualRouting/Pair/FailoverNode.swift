package import NetworkTypes
package import TimeTypes

/// A director's whole part in failover: its groups of virtual routers, its links to the peers, and the time. Events and
/// the time go in, what is to be done comes out; nothing else is looked at.
package struct FailoverNode: Sendable {
    package internal(set) var groups: [RouterGroup]
    package internal(set) var peers: PeerTable
    /// How often the peers are told.
    package let heartbeatInterval: Duration
    private var sequences: [UInt64]
    /// How often the peers were told.
    private var moment: UInt64 = 0
    private var heartbeatAt: MonotonicInstant?
    private var deadlines: [MonotonicInstant?]
    private var isRunning = false
    private var isLeaving = false
    var watch = PeerWatch()
    /// What operators ordered on any director of the pair.
    private var orders = SharedOrders()
    /// Where the telling of them goes on.
    private var orderCursor = 0
    /// Later than this after a deadline the process did not run, or its clock jumped, for so long that others' silence
    /// may be its own. A little later, and its sockets know more than it does.
    private let longestNap: Duration
    private static let promptness = Duration.microseconds(200)
    private var readsFirst = false
    /// Time never runs backwards here, whatever the caller's clock does.
    private var now = MonotonicInstant.zero

    package struct Identity: Hashable, Sendable {
        /// The same after a restart, unique among the peers.
        package var name: String
        package var boot: BootID

        package init(name: String, boot: BootID) {
            self.name = name
            self.boot = boot
        }
    }

    /// `detects` has an element for each link. `primaryAddresses` has the source address of each router of each group.
    package init(
        _ identity: Identity, groups settings: [GroupSettings], primaryAddresses: [[IPAddress]], detects: [Bool],
        heartbeatInterval: Duration
    ) {
        groups = zip(settings, primaryAddresses).enumerated().map {
            RouterGroup($1.0, index: $0, primaryAddresses: $1.1)
        }
        peers = PeerTable(
            name: identity.name, boot: identity.boot, detects: detects, groups: settings.map(\.name))
        self.heartbeatInterval = heartbeatInterval
        let interval = settings.map(\.interval).min() ?? .zero
        // A trusted link falls silent after three beats and a half: one before it slept, one until its timer was late.
        longestNap = max(detects.isEmpty ? interval : min(interval, heartbeatInterval), .milliseconds(15))
        sequences = detects.map { _ in 0 }
        deadlines = settings.map { _ in nil }
    }

    /// When `tick` has something to do.
    package var deadline: MonotonicInstant? {
        var due = heartbeatAt
        for deadline in deadlines {
            guard let deadline else { continue }
            due = due.map { min($0, deadline) } ?? deadline
        }
        return due
    }

    /// How long after its last advertisement a process that was restarted goes on as master: no peer has missed it.
    package func resumeLimit(of group: Int) -> Duration {
        let interval = groups[group].settings.interval
        // Where a trusted link fell silent, too, one missing advertisement is enough for them.
        return peers.detects.contains(true) ? interval + VirtualRouter.restartGrace(interval: interval) : interval * 2
    }

    // MARK: Events

    /// `resuming` names the groups whose mastership nobody can have missed: the process was restarted in time.
    package mutating func start(at instant: MonotonicInstant, resuming: Set<String> = []) -> [FailoverAction] {
        run(at: instant) { node, now, output in
            node.isRunning = true
            for index in node.groups.indices {
                let resumes = resuming.contains(node.groups[index].name)
                node.groups[index].start(at: now, node.peers, resuming: resumes, &output)
            }
            // A rebooted director asks its peers before it elects itself.
            node.tellPeers(query: true, at: now, &output)
            output.tellsPeers = false
        }
    }

    /// Gives everything up. The peers are told three times, since nothing follows.
    package mutating func stop(at instant: MonotonicInstant) -> [FailoverAction] {
        run(at: instant) { node, now, output in
            for index in node.groups.indices { node.groups[index].stop(at: now, &output) }
            node.isLeaving = true
            for _ in 0..<3 { node.tellPeers(query: false, at: now, &output) }
            output.tellsPeers = false
            node.heartbeatAt = nil
            node.isRunning = false
        }
    }

    package mutating func tick(at instant: MonotonicInstant) -> [FailoverAction] {
        // What waited when the timers were late has been read in the turn since: never twice in a row.
        let hasRead = readsFirst
        return run(at: instant) { node, now, output in
            if hasRead { node.readFirst(false) }
            for index in node.groups.indices {
                guard let due = node.deadlines[index], due <= now else { continue }
                node.groups[index].advance(to: now, node.peers, &output)
            }
            if let due = node.heartbeatAt, due <= now {
                node.watch.look(at: node.peers, now, &output)
                // A link's silence changes what is known of the peers, of whom no event tells.
                for index in node.groups.indices { node.groups[index].advance(to: now, node.peers, &output) }
                output.tellsPeers = true
            }
        }
    }

    /// An advertisement that fits the router's expectation.
    package mutating func receive(
        _ advertisement: Advertisement, group: Int, router: Int, from source: IPAddress, at instant: MonotonicInstant
    ) -> [FailoverAction] {
        run(at: instant, touching: group) { node, now, output in
            if advertisement.priority > 0 { node.peers.noteAdvertisement(from: source) }
            node.groups[group].receive(advertisement, router: router, from: source, at: now, node.peers, &output)
        }
    }

    /// A message of a link whose signature was found right.
    package mutating func receive(
        _ heartbeat: Heartbeat, link: Int, at instant: MonotonicInstant
    ) throws(HeartbeatRefusal) -> [FailoverAction] {
        var refusal: HeartbeatRefusal?
        let actions = run(at: instant) { node, now, output in
            do throws(HeartbeatRefusal) {
                let reception = try node.peers.receive(heartbeat, on: link, at: now)
                node.hear(reception, at: now, &output)
                node.take(heartbeat.orders, &output)
                if heartbeat.isQuery { output.tellsPeers = true }
            } catch {
                // It hears us when it has our answer, and can show it then.
                if error == .notIntroduced { node.answerStranger(heartbeat, on: link, &output) }
                refusal = error
            }
        }
        if let refusal, refusal != .notIntroduced { throw refusal }
        return actions
    }

    package mutating func track(_ state: TrackingState, group: Int, at instant: MonotonicInstant) -> [FailoverAction] {
        run(at: instant) { node, now, output in
            node.groups[group].track(state, at: now, node.peers, &output)
        }
    }

    package mutating func setReady(_ isReady: Bool, at instant: MonotonicInstant) -> [FailoverAction] {
        run(at: instant) { node, now, output in
            for index in node.groups.indices { node.groups[index].setReady(isReady, at: now, node.peers, &output) }
        }
    }

    /// The answer to `fence`, of the peer that was named there; without a group where none of ours has asked.
    package mutating func fenced(
        _ success: Bool, group: Int?, peer: String?, at instant: MonotonicInstant
    ) -> [FailoverAction] {
        run(at: instant) { node, now, output in
            if success { node.peers.markFenced(peer) }
            if let group { node.groups[group].fenced(success, at: now, node.peers, &output) }
        }
    }

    package mutating func takeOver(group: Int, at instant: MonotonicInstant) -> [FailoverAction] {
        run(at: instant) { node, now, output in node.groups[group].takeOver(at: now, node.peers, &output) }
    }

    package mutating func standBy(group: Int, at instant: MonotonicInstant) -> [FailoverAction] {
        run(at: instant) { node, now, output in node.groups[group].standBy(at: now, node.peers, &output) }
    }

    /// A message that was refused before its sender was known.
    package mutating func count(_ refusal: HeartbeatRefusal) { peers.count(refusal) }

    // MARK: Common to all events

    /// `touching` names the one group that can change, where only one can.
    private mutating func run(
        at instant: MonotonicInstant, touching one: Int? = nil,
        _ body: (inout Self, MonotonicInstant, inout FailoverOutput) -> Void
    ) -> [FailoverAction] {
        let before = now
        now = max(now, instant)
        // Whoever slept heard nothing meanwhile: the silence it finds is its own. It wakes once, whatever of the things
        // that wait is done first.
        if isRunning, let deadline {
            let late = now - max(deadline, before)
            if late > Self.promptness { readFirst(true) }
            if late > longestNap { listen() }
        }
        var output = FailoverOutput()
        body(&self, now, &output)
        if output.tellsPeers, isRunning { tellPeers(query: false, at: now, &output) }
        for index in one.map({ $0..<$0 + 1 }) ?? groups.indices { deadlines[index] = groups[index].deadline(peers) }
        return output.actions
    }

    private mutating func listen() {
        for index in groups.indices {
            groups[index].listen(from: now, linksUntil: now + heartbeatInterval * 2, peers)
            deadlines[index] = groups[index].deadline(peers)
        }
    }

    private mutating func readFirst(_ first: Bool) {
        readsFirst = first
        for index in groups.indices { groups[index].readsFirst = first }
    }

    private mutating func hear(
        _ reception: PeerTable.Reception, at now: MonotonicInstant, _ output: inout FailoverOutput
    ) {
        watch.hear(peers, reception.peer, now, &output)
        for group in reception.ceased { groups[group].ceased(peers.peers[reception.peer], at: now, peers) }
        for group in reception.offered {
            groups[group].endStandby(offeredBy: peers.peers[reception.peer], at: now, peers, &output)
        }
        for group in reception.told { groups[group].hear(peers.peers[reception.peer], at: now, peers, &output) }
        guard isRunning else { return }
        for group in reception.told { groups[group].advance(to: now, peers, &output) }
        // Of one who leaves, who speaks of no group any more.
        let ceased = reception.ceased.filter { !reception.told.contains($0) }
        for group in ceased + reception.forgotten { groups[group].advance(to: now, peers, &output) }
    }

    /// Tells one that does not know yet that it is heard, without touching the beat.
    private mutating func answerStranger(_ heartbeat: Heartbeat, on link: Int, _ output: inout FailoverOutput) {
        guard isRunning, sequences.indices.contains(link) else { return }
        sequences[link] += 1
        var answer = Heartbeat(
            sender: peers.name, boot: peers.boot, link: UInt8(truncatingIfNeeded: link), sequence: sequences[link],
            interval: heartbeatInterval)
        moment += 1
        answer.moment = moment
        answer.orderDigest = orders.digest
        answer.hears = peers.heardBoots
        answer.groups = answer.parts(of: reports).first ?? []
        output.actions.append(.send(link: link, answer))
    }

    /// One message on each link, or as many as the groups need.
    private mutating func tellPeers(query: Bool, at now: MonotonicInstant, _ output: inout FailoverOutput) {
        guard !sequences.isEmpty else { return }
        heartbeatAt = now + heartbeatInterval
        var message = Heartbeat(
            sender: peers.name, boot: peers.boot, link: 0, sequence: 0, interval: heartbeatInterval)
        moment += 1
        message.moment = moment
        message.isQuery = query
        message.isLeaving = isLeaving
        message.hears = peers.heardBoots
        message.orderDigest = orders.digest
        message.orders = ordersToTell(at: now)
        for part in message.parts(of: reports) {
            message.groups = part
            defer { message.orders = [] }
            for link in sequences.indices {
                sequences[link] += 1
                message.link = UInt8(truncatingIfNeeded: link)
                message.sequence = sequences[link]
                output.actions.append(.send(link: link, message))
            }
        }
    }

    /// Of a group that does not know yet whether it is master nothing is said: what was said last holds.
    private var reports: [GroupReport] {
        groups.lazy.filter { $0.overdueUntil == nil }.map { $0.report(at: now) }
    }
}

/// Other settings without a new start.
extension FailoverNode {
    /// Gives up, in good order, what the successor does not go on with.
    package mutating func leave(to successor: FailoverNode, at instant: MonotonicInstant) -> [FailoverAction] {
        run(at: instant) { node, now, output in
            let abandoned = Succession(of: node.groups).abandoned(by: successor.groups)
            for index in node.groups.indices { node.groups[index].leave(abandoned[index], &output) }
        }
    }

    /// Begins where an earlier node is, in place of `start`. The peers see one that was restarted and holds what it
    /// held.
    /// - Parameter links: by our number of a link, which it was there, nil for a new one. They are the same ones when
    ///   nothing is said.
    package mutating func succeed(
        _ old: FailoverNode, links: [Int?]? = nil, at instant: MonotonicInstant
    ) -> [FailoverAction] {
        // Time goes on from where it was there: what is inherited has its times.
        now = max(now, old.now)
        return run(at: instant) { node, now, output in
            node.isRunning = true
            node.orders = old.orders
            node.inheritPeers(
                of: old,
                links: links ?? node.peers.detects.indices.map { old.peers.detects.indices.contains($0) ? $0 : nil })
            let succession = Succession(of: old.groups)
            for index in node.groups.indices {
                if node.groups[index].adopt(succession, at: now) {
                    node.groups[index].advance(to: now, node.peers, &output)
                } else {
                    // Another identity, and the operator has ordered it by name: a restart would know of it, too.
                    node.groups[index].isStandby = old.groups.contains {
                        $0.name == node.groups[index].name && $0.isStandby
                    }
                    node.groups[index].start(at: now, node.peers, resuming: false, &output)
                }
            }
            node.tellPeers(query: true, at: now, &output)
            output.tellsPeers = false
        }
    }
}

/// Operators' orders: every director of the pair has the latest ones in the end.
extension FailoverNode {
    package var sharedOrders: [SharedOrder] { orders.all }

    /// Orders that were given here, or are remembered from before.
    package mutating func share(_ new: [SharedOrder], at instant: MonotonicInstant) -> [FailoverAction] {
        run(at: instant) { node, _, output in
            var isNews = false
            for order in new where node.orders.merge(order) { isNews = true }
            guard isNews else { return }
            node.orderCursor = 0
            output.tellsPeers = true
        }
    }

    private mutating func take(_ told: [SharedOrder], _ output: inout FailoverOutput) {
        let new = told.filter { orders.merge($0) }
        guard !new.isEmpty else { return }
        output.actions.append(.ordered(new))
        // The teller sees by our digest that it need not go on.
        output.tellsPeers = true
    }

    /// As many as a message may have, while any living peer knows others: the newest ones first, then on and on.
    private mutating func ordersToTell(at now: MonotonicInstant) -> [SharedOrder] {
        let deadTime = groups.map(\.settings.deadTime).max() ?? .seconds(1)
        let isBehind = peers.peers.contains { peer in
            peer.orderDigest.map { $0 != orders.digest } ?? false && peers.isAlive(peer, deadTime: deadTime, at: now)
        }
        guard isBehind, orders.count > 0 else { return [] }
        let all = orders.all
        var room = Heartbeat.Limit.orders
        var chosen: [SharedOrder] = []
        for offset in 0..<all.count {
            let order = all[(orderCursor + offset) % all.count]
            guard order.encodedLength <= room else { break }
            room -= order.encodedLength
            chosen.append(order)
        }
        orderCursor = (orderCursor + chosen.count) % all.count
        return chosen
    }
}

import NetworkTypes
import TimeTypes
import VirtualRouting

/// What directors send, its way, and what arrives of it.
extension Simulation {
    mutating func send(_ advertisement: Advertisement, of group: Int, _ router: Int, from director: Int) {
        directors[director].memory[group] = advertisement.priority > 0 ? directors[director].local(now) : nil
        noteSending(advertisement, of: group, router, by: director)
        let shape = scenario.groups[group].routers[router]
        let bytes = scenario.isOnTheWire ? encoded(advertisement, shape, from: director, group) : nil
        for other in directors.indices where other != director {
            var sent = SentAdvertisement(
                to: other, from: director, group: group, router: router, advertisement: advertisement, bytes: bytes)
            sent.isBroken = breaks(&sent.bytes)
            send(.advertisement(sent), on: shape.segment, director, other, loss: loss.network)
        }
    }

    mutating func send(_ heartbeat: Heartbeat, on link: Int, from director: Int) {
        noteSending(heartbeat, by: director)
        let keys = directors[director].keys
        let bytes = scenario.isOnTheWire ? keys.linkKeys?.seal(heartbeat) : nil
        for other in directors.indices where other != director {
            var sent = SentHeartbeat(
                to: other, from: director, link: link, keyID: keys.signing, secret: keys.secrets[keys.signing] ?? 0,
                heartbeat: heartbeat, incarnation: directors[director].incarnation, bytes: bytes)
            sent.isBroken = breaks(&sent.bytes)
            let path = network.path(ofLink: link)
            send(.heartbeat(sent), on: path, director, other, loss: loss.links)
            if network.isOpen(path, director, other), numbers.chance(0.02) { recorded.append(sent) }
        }
    }

    /// It ends with the faults, unless it is what stays.
    private var loss: (network: Double, links: Double) {
        guard healedAt != nil else { return (scenario.advertisementLoss, scenario.linkLoss) }
        if case .lossy(let network, let links) = scenario.rest { return (network, links) }
        return (0, 0)
    }

    /// Some cable, some memory: until the faults end a bit is turned over now and then.
    private mutating func breaks(_ bytes: inout [UInt8]?) -> Bool {
        guard healedAt == nil, let count = bytes?.count, numbers.chance(0.02) else { return false }
        bytes?[Int.random(in: 0..<count, using: &numbers)] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        return true
    }

    /// Each copy takes its own time, so that they overtake each other.
    private mutating func send(_ event: SimulatedEvent, on path: Int, _ from: Int, _ to: Int, loss: Double) {
        guard network.isOpen(path, from, to) else { return }
        let isOver = healedAt != nil
        for _ in 0..<(!isOver && numbers.chance(scenario.duplication) ? 2 : 1) {
            guard !numbers.chance(loss) else {
                network.noteLoss(path, from, to, at: now)
                continue
            }
            let delay = numbers.span(.microseconds(1)...scenario.delay)
            queue.add(event, at: now + delay.nanoseconds)
        }
    }

    private func encoded(
        _ advertisement: Advertisement, _ router: Scenario.Router, from director: Int, _ group: Int
    ) -> [UInt8] {
        advertisement.encoded(
            along: .init(from: scenario.address(director, router), to: Advertisement.group(router.family)))
    }

    // MARK: Arrival

    mutating func deliver(_ event: SimulatedEvent) {
        switch event {
        case .advertisement(let sent): deliver(sent)
        case .heartbeat(let sent): deliver(sent, isReplay: false)
        case .fenced(let director, let life, let peer, let success):
            endFencing(of: peer, by: director, life: life, success)
        default: break
        }
    }

    private mutating func deliver(_ sent: SentAdvertisement) {
        guard sabotage != .deafness || sent.to > 0 else { return }
        guard let index = directors[sent.to].groups.firstIndex(of: sent.group),
            let node = directors[sent.to].node, node.groups[index].routers.indices.contains(sent.router)
        else { return }
        let router = scenario.groups[sent.group].routers[sent.router]
        let source = scenario.address(sent.from, router)
        let expectation = node.groups[index].routers[sent.router].settings.expectation
        var advertisement = sent.advertisement
        let isForeign =
            advertisement.version != expectation.version
            || advertisement.version == .v2 && advertisement.interval != expectation.interval
        if let bytes = sent.bytes {
            do throws(AdvertisementRefusal) {
                advertisement = try Advertisement(
                    decoding: bytes, along: .init(from: source, to: Advertisement.group(router.family)),
                    hopLimit: 255, expecting: expectation)
                if isForeign || sent.isBroken { return fail("an advertisement is taken that is not to be") }
            } catch {
                if sent.isBroken { return network.noteLoss(router.segment, sent.from, sent.to, at: now) }
                if !isForeign { fail("an advertisement is refused: \(error)") }
            }
        }
        guard !isForeign else { return }
        say("\(sent.from) -> \(sent.to) advertisement of \(sent.group).\(sent.router): \(advertisement.priority)")
        take(advertisement, from: source, by: sent.to, sent.group, index, sent.router)
    }

    mutating func take(
        _ advertisement: Advertisement, from source: IPAddress, by director: Int, _ group: Int, _ index: Int,
        _ router: Int
    ) {
        let held = directors[director].holds[group]
        noteArrival(advertisement, of: group, router, at: director)
        act(director, because: .message) { node, now in
            node.receive(advertisement, group: index, router: router, from: source, at: now)
        }
        // Who yields follows the one that it yields to.
        if held { noteArrival(advertisement, of: group, router, at: director) }
    }

    mutating func deliver(_ sent: SentHeartbeat, isReplay: Bool) {
        guard sabotage != .deafness || sent.to > 0 else { return }
        // Signed with a key that is gone by now.
        guard let heartbeat = open(sent), !sent.isBroken else {
            if sent.isBroken, open(sent) != nil { fail("a message is taken that is not what was signed") }
            return network.noteLoss(network.path(ofLink: sent.link), sent.from, sent.to, at: now)
        }
        // What was taken up before, or is older, must not be taken up: the counter of the link would show it.
        let isStale = noteArrival(sent, isReplay: isReplay)
        let before = isStale ? taken(from: sent) : 0
        act(sent.to, because: .message) { node, now in
            (try? node.receive(heartbeat, link: sent.link, at: now)) ?? []
        }
        if isStale, taken(from: sent) != before {
            fail("director \(sent.to) takes up what director \(sent.from) said before")
        }
    }

    private func taken(from sent: SentHeartbeat) -> UInt64 {
        let peer = directors[sent.to].node?.peers.peers.first { $0.name == sent.heartbeat.sender }
        return peer?.links[sent.link].received ?? 0
    }

    private func open(_ sent: SentHeartbeat) -> Heartbeat? {
        if let bytes = sent.bytes { return try? directors[sent.to].keys.linkKeys?.open(bytes) }
        return directors[sent.to].keys.secrets[sent.keyID] == sent.secret ? sent.heartbeat : nil
    }

    mutating func replay() {
        for sent in recorded.suffix(50) where numbers.chance(0.5) && directors[sent.to].isLive {
            deliver(sent, isReplay: true)
        }
    }

    /// To all but masters, who would answer. Unicast routers hear nobody but their peers.
    mutating func forgePriorityZero(_ group: Int) {
        let shape = scenario.groups[group]
        oracle.forgedAt = now
        for director in directors.indices where directors[director].isLive && !directors[director].holds[group] {
            guard !shape.routers[0].isUnicast, let index = directors[director].groups.firstIndex(of: group),
                let settings = directors[director].node?.groups[index].routers[0].settings
            else { continue }
            let forged = Advertisement(
                version: settings.version, routerID: settings.routerID, priority: 0, interval: settings.interval,
                addresses: settings.addresses, authentication: settings.authentication)
            take(forged, from: IPAddress(ipv4: 0x0A00_00FE), by: director, group, index, 0)
        }
    }
}

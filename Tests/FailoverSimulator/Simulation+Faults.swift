import NetworkTypes
import TimeTypes
import VirtualRouting

extension Simulation {
    mutating func apply(_ fault: Fault) {
        say("fault: \(fault)")
        switch fault {
        case .crash(let director), .stop(let director): end(director, isOrderly: fault.isOrderly)
        case .start(let director): start(director)
        case .freeze(let director):
            guard directors[director].isLive else { return }
            directors[director].isFrozen = true
            directors[director].soundSince = nil
            directors[director].sleptAt = now
        case .thaw(let director): thaw(director)
        case .jump(let director, let span):
            directors[director].jumped += span.nanoseconds
            directors[director].sleptAt = now
            markSound(director)
            if directors[director].isLive { act(director) { node, now in node.tick(at: now) } }
        case .cutNetwork(let one, let other, let oneWay): network.cut(one, other, oneWay: oneWay)
        case .healNetwork: network.heal()
        case .cutLink(let link, let one, let other, let oneWay): network.cut(link: link, one, other, oneWay: oneWay)
        case .healLinks: network.healLinks(at: now)
        case .ready(let director, let incarnation):
            guard directors[director].isLive, directors[director].incarnation == incarnation else { return }
            act(director) { node, now in node.setReady(true, at: now) }
        case .track(let director, let state):
            directors[director].isFaulty = state.isFaulty && directors[director].isRunning
            markSound(director)
            if directors[director].isLive { act(director) { node, now in node.track(state, group: 0, at: now) } }
        case .takeOver(let director):
            if directors[director].isLive { act(director) { node, now in node.takeOver(group: 0, at: now) } }
        case .standBy(let director):
            if directors[director].isLive { act(director) { node, now in node.standBy(group: 0, at: now) } }
        case .keys(let director, let ring): directors[director].keys = ring
        case .replay:
            for copy in recorded.suffix(50) where numbers.chance(0.5) && directors[copy.to].isLive {
                deliver(.heartbeat(to: copy.to, link: copy.link, copy.message))
            }
        case .forgedPriorityZero: forgePriorityZero()
        case .endOfFaults: healEverything()
        }
    }

    private mutating func markSound(_ director: Int) {
        let isSound = directors[director].isLive && !directors[director].isFaulty
        directors[director].soundSince = isSound ? now : nil
    }

    private mutating func start(_ director: Int) {
        guard !directors[director].isRunning else { return }
        let settings = scenario.settings(of: director)
        let boot = BootID(high: numbers.next(), low: numbers.next())
        directors[director].node = FailoverNode(
            .init(name: "director \(director)", boot: boot), groups: [settings],
            primaryAddresses: [settings.routers.map { _ in directors[director].address }],
            detects: scenario.detects, heartbeatInterval: scenario.heartbeat)
        directors[director].incarnation += 1
        directors[director].isFaulty = false
        markSound(director)
        act(director) { node, now in node.start(at: now) }
        let after = numbers.span(.zero...scenario.silence * 2).nanoseconds
        queue.add(.fault(.ready(director, incarnation: directors[director].incarnation)), at: now + after)
    }

    private mutating func end(_ director: Int, isOrderly: Bool) {
        guard directors[director].isRunning else { return }
        if isOrderly, directors[director].isLive { act(director) { node, now in node.stop(at: now) } }
        directors[director].node = nil
        directors[director].generation += 1
        directors[director].holdsAddresses = false
        directors[director].isFrozen = false
        directors[director].isFaulty = false
        directors[director].inbox.removeAll()
        directors[director].soundSince = nil
    }

    /// What arrived meanwhile is read first, as a loop does whose timer and sockets are ready together, or last.
    private mutating func thaw(_ director: Int) {
        guard directors[director].isFrozen else { return }
        directors[director].isFrozen = false
        directors[director].sleptAt = now
        markSound(director)
        let waiting = directors[director].inbox
        directors[director].inbox.removeAll()
        let readsFirst = numbers.chance(0.5)
        if !readsFirst { act(director) { node, now in node.tick(at: now) } }
        for event in waiting { deliver(event) }
        if readsFirst { act(director) { node, now in node.tick(at: now) } }
        // One who became ready while it slept is told now.
        act(director) { node, now in node.setReady(true, at: now) }
    }

    private mutating func forgePriorityZero() {
        for director in directors.indices where directors[director].isLive && !directors[director].holdsAddresses {
            let settings = scenario.settings(of: director).routers[0]
            let forged = Advertisement(
                version: settings.version, routerID: settings.routerID, priority: 0, interval: settings.interval,
                addresses: settings.addresses)
            let source = IPAddress(ipv4: 0x0A00_00FE)
            act(director) { node, now in
                node.receive(forged, group: 0, router: 0, from: source, at: now)
            }
        }
    }

    private mutating func healEverything() {
        network.heal()
        network.healLinks(at: now)
        for director in directors.indices {
            directors[director].keys = KeyRing.steps[3]
            if directors[director].isFrozen { thaw(director) }
            start(director)
            if directors[director].isFaulty { apply(.track(director, TrackingState())) }
        }
        healedAt = now
    }
}

extension Fault {
    fileprivate var isOrderly: Bool { if case .stop = self { true } else { false } }
}

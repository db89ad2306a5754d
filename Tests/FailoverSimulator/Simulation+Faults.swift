import NetworkTypes
import TimeTypes
import VirtualRouting

extension Simulation {
    mutating func apply(_ fault: Fault) {
        say("fault: \(fault)")
        oracle.looksAgainAt = .min
        switch fault {
        case .crash(let director): crash(director)
        case .stop(let director): stop(director)
        case .die(let director): die(director)
        case .farewell(let director): sayFarewell(director)
        case .start(let director): start(director)
        case .freeze(let director):
            guard directors[director].isLive else { return }
            directors[director].isFrozen = true
            noteUnsound(director)
        case .thaw(let director): thaw(director)
        case .jump(let director, let span): jump(director, span)
        case .cut(let path, let one, let other, let oneWay): network.cut(path, one, other, oneWay: oneWay)
        case .healNetwork: network.heal(0..<scenario.segments, at: now)
        case .healLinks: network.heal(network.links, at: now)
        case .ready(let director, let isReady, let incarnation):
            guard directors[director].isRunning, incarnation.map({ $0 == directors[director].incarnation }) ?? true
            else { return }
            directors[director].isReady = isReady
            noteReadiness(of: director)
            if directors[director].isLive { act(director, because: .other) { $0.setReady(isReady, at: $1) } }
        case .track(let director, let group, let state): track(director, group, state)
        case .takeOver(let director, let group):
            order(director, group, .takeOver(group)) { $0.takeOver(group: $1, at: $2) }
        case .standBy(let director, let group):
            order(director, group, .standBy(group)) { $0.standBy(group: $1, at: $2) }
        case .reload(let director, let plan): reload(director, plan)
        case .keys(let director, let ring): directors[director].keys = ring
        case .replay: replay()
        case .forgedPriorityZero(let group): forgePriorityZero(group)
        case .endOfFaults: endFaults()
        case .end: break
        }
    }

    private mutating func order(
        _ director: Int, _ group: Int, _ cause: Cause,
        _ body: (inout FailoverNode, Int, MonotonicInstant) -> [FailoverAction]
    ) {
        guard directors[director].isLive, let index = directors[director].groups.firstIndex(of: group) else { return }
        noteOrder(cause, to: director)
        act(director, because: cause) { body(&$0, index, $1) }
    }

    private mutating func track(_ director: Int, _ group: Int, _ state: TrackingState) {
        directors[director].tracking[group] = state
        // One who sleeps is told when it wakes.
        guard directors[director].isLive, let index = directors[director].groups.firstIndex(of: group) else { return }
        noteTracking(of: director, group)
        act(director, because: .tracking) { $0.track(state, group: index, at: $1) }
    }

    private mutating func jump(_ director: Int, _ span: Duration) {
        directors[director].jumped += span.nanoseconds
        if now - oracle.hosts[director].steppedAt < oracle.acquaintance { oracle.hosts[director].steppedAgainAt = now }
        oracle.hosts[director].steppedAt = now
        noteUnsound(director)
        noteWaking(director)
        if directors[director].isLive { act(director, because: .time) { $0.tick(at: $1) } }
    }

    /// What arrived meanwhile is read first, as a loop does whose timer and sockets are ready together, or last.
    private mutating func thaw(_ director: Int) {
        guard directors[director].isFrozen else { return }
        directors[director].isFrozen = false
        noteWaking(director)
        let waiting = directors[director].inbox
        directors[director].inbox.removeAll()
        let readsFirst = numbers.chance(0.5)
        if !readsFirst { act(director, because: .time) { $0.tick(at: $1) } }
        for event in waiting { deliver(event) }
        if readsFirst { act(director, because: .time) { $0.tick(at: $1) } }
        // What became known while it slept.
        for group in directors[director].groups { track(director, group, directors[director].tracking[group]) }
        apply(.ready(director, directors[director].isReady, incarnation: nil))
        if let plan = directors[director].nextPlan {
            directors[director].nextPlan = nil
            reload(director, plan)
        }
    }

    private mutating func endFaults() {
        network.heal(0..<network.ways.count, at: now)
        for director in directors.indices {
            directors[director].keys = KeyRing.steps[3]
            if directors[director].isFrozen { thaw(director) }
            for group in scenario.groups.indices { track(director, group, scenario.whole) }
            start(director)
            apply(.ready(director, true, incarnation: nil))
        }
        switch scenario.rest {
        case .nothing: break
        case .silentNetwork(let oneWay): cutForGood(0..<scenario.segments, oneWay: oneWay)
        case .silentSegment(let segment): cutForGood(segment..<segment + 1)
        case .lossy: break
        case .silentLinks:
            cutForGood(network.links.lowerBound..<max(network.links.upperBound - 1, network.links.lowerBound + 1))
        case .broken(let director, let state):
            for group in scenario.groups.indices { track(director, group, state) }
        case .standby(let director):
            for group in scenario.groups.indices { apply(.standBy(director, group: group)) }
        case .dead(let director): crash(director)
        }
        healedAt = now
    }

    private mutating func cutForGood(_ paths: Range<Int>, oneWay: Bool = false) {
        for path in paths {
            for one in directors.indices {
                for other in directors.indices where other > one { network.cut(path, one, other, oneWay: oneWay) }
            }
        }
    }
}

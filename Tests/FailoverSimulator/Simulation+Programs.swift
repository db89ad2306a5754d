import NetworkTypes
import TimeTypes
import VirtualRouting

/// A director's program as it comes and goes, and what its machine keeps of it: as director-vrrp and directord do it.
extension Simulation {
    private func makeNode(_ director: SimulatedDirector) -> FailoverNode {
        let settings = scenario.settings(of: director)
        return FailoverNode(
            .init(name: director.name, boot: director.boot), groups: settings.map(\.settings),
            primaryAddresses: settings.map { group, settings in
                scenario.groups[group].routers.prefix(settings.routers.count).map {
                    scenario.address(director.index, $0)
                }
            },
            detects: scenario.detects, heartbeatInterval: scenario.heartbeat)
    }

    private mutating func install(_ director: Int) {
        directors[director].boot = BootID(high: numbers.next(), low: numbers.next())
        directors[director].life += 1
        directors[director].incarnation += 1
        directors[director].groups = directors[director].plan.indices.filter { directors[director].plan[$0] != nil }
        directors[director].node = makeNode(directors[director])
    }

    /// Power on, or the supervisor's doing after a death: who was not missed yet goes on as master.
    mutating func start(_ director: Int) {
        guard !directors[director].isRunning else { return }
        let power = directors[director].isOffUntil
        guard power <= now else { return queue.add(.fault(.start(director)), at: power) }
        install(director)
        let resuming = groupsHeld(by: director) { node, index in node.resumeLimit(of: index) }
        for group in scenario.groups.indices where !resuming.contains(group) {
            directors[director].holds[group] = false
            directors[director].memory[group] = nil
        }
        directors[director].isReady = false
        let notes = directors[director].notes
        tellTracking(director)
        noteStart(of: director, resuming: resuming)
        tally.resumptions += resuming.count
        let names = Set(resuming.map { scenario.groups[$0].name })
        act(director, because: .start(resuming: resuming)) { node, now in
            node.restore(notes, resuming: names)
            return node.start(at: now, resuming: names)
        }
        let after = numbers.span(.zero...scenario.silence).nanoseconds
        queue.add(.fault(.ready(director, true, incarnation: directors[director].incarnation)), at: now + after)
    }

    /// The groups whose last advertisement as master is younger than the limit.
    private func groupsHeld(by director: Int, _ limit: (FailoverNode, Int) -> Duration) -> Set<Int> {
        guard let node = directors[director].node else { return [] }
        return Set(
            directors[director].groups.enumerated().compactMap { index, group in
                guard let last = directors[director].memory[group] else { return nil }
                let age = directors[director].local(now) - last
                return age >= .zero && age < limit(node, index) ? group : nil
            })
    }

    private mutating func tellTracking(_ director: Int) {
        for (index, group) in directors[director].groups.enumerated() {
            let state = directors[director].tracking[group]
            act(director, because: .other) { $0.track(state, group: index, at: $1) }
        }
    }

    mutating func crash(_ director: Int) {
        end(director)
        for group in scenario.groups.indices {
            directors[director].holds[group] = false
            directors[director].memory[group] = nil
        }
        directors[director].notes = HandOverOrders()
        for group in scenario.groups.indices {
            oracle.views[director][group].isStandby = false
            oracle.views[director][group].mayStandBy = false
        }
    }

    /// SIGTERM, or SIGTERM and power off for one that stands still.
    mutating func stop(_ director: Int) {
        guard directors[director].isRunning else { return }
        if directors[director].isLive { act(director, because: .stop) { $0.stop(at: $1) } }
        crash(director)
    }

    /// SIGKILL: what the machine has stays.
    mutating func die(_ director: Int) { end(director) }

    private mutating func end(_ director: Int) {
        directors[director].node = nil
        directors[director].generation += 1
        directors[director].isFrozen = false
        directors[director].plan = directors[director].nextPlan ?? directors[director].plan
        directors[director].nextPlan = nil
        directors[director].inbox.removeAll()
        noteUnsound(director)
    }

    /// Priority 0 and the addresses away. It has no links.
    mutating func sayFarewell(_ director: Int) {
        guard !directors[director].isRunning else { return }
        let notes = directors[director].notes
        install(director)
        noteFarewell(of: director)
        let held = groupsHeld(by: director) { node, index in node.groups[index].settings.interval * 4 }
        let names = Set(held.map { scenario.groups[$0].name })
        act(director, because: .stop) { node, now in
            _ = node.start(at: now, resuming: names)
            return node.stop(at: now).filter { if case .send = $0 { false } else { true } }
        }
        // The machine is as it was, orders included.
        let views = oracle.views[director]
        crash(director)
        directors[director].notes = notes
        for (group, view) in views.enumerated() {
            oracle.views[director][group].isStandby = view.isStandby
            oracle.views[director][group].mayStandBy = view.mayStandBy
        }
    }

    /// Another configuration, as `PairDriver.succeed` puts it in force.
    mutating func reload(_ director: Int, _ plan: [GroupPlan?]) {
        guard !directors[director].isFrozen else { return directors[director].nextPlan = plan }
        directors[director].plan = plan
        guard let old = directors[director].node else { return }
        tally.reloads += 1
        let oldGroups = directors[director].groups
        var next = directors[director]
        next.boot = BootID(high: numbers.next(), low: numbers.next())
        let successor = makeNode(next)
        act(director, because: .reload) { node, now in node.leave(to: successor, at: now) }
        guard let left = directors[director].node else { return }
        directors[director].boot = next.boot
        directors[director].incarnation += 1
        directors[director].groups = plan.indices.filter { plan[$0] != nil }
        directors[director].node = successor
        tellTracking(director)
        noteReload(of: director, from: oldGroups, old)
        let isReady = directors[director].isReady
        act(director, because: .other) { $0.setReady(isReady, at: $1) }
        act(director, because: .reload) { node, now in node.succeed(left, at: now) }
        // The addresses follow the roles.
        for (index, group) in directors[director].groups.enumerated() {
            let isMaster = directors[director].node?.groups[index].role == .master
            if !isMaster { directors[director].holds[group] = false }
        }
        tellTracking(director)
        act(director, because: .other) { $0.setReady(isReady, at: $1) }
        // A round of readiness that was under way goes on.
        queue.add(
            .fault(.ready(director, true, incarnation: directors[director].incarnation)),
            at: now + numbers.span(.zero...scenario.silence).nanoseconds)
    }
}

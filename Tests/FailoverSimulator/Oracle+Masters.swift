import TimeTypes
import VirtualRouting

/// What must hold at every moment. Each look says when it has to look again, in the run's time: earlier nothing can
/// have come due unless something was done, and then it looks at once.
extension Simulation {
    /// After every event, and just before the next one as well.
    mutating func lookAround() {
        guard now >= oracle.looksAgainAt else { return }
        var next = healedAt.map { $0 + oracle.convergence + 1 } ?? .max
        if isConverged {
            lookAtRest()
            next = .max
        }
        for group in scenario.groups.indices {
            next = min(next, lookAtPairs(group), lookAtVacancy(group))
            for director in directors.indices where directors[director].isLive {
                let due =
                    directors[director].holds[group]
                    ? lookAtAdvertisements(of: director, group) : lookAtDelay(of: director, group)
                guard let due else { continue }
                // Clocks differ by some ten-thousandths.
                let left = due - clock(director)
                next = min(next, now + max(1, left - left / 1000))
            }
        }
        oracle.looksAgainAt = next
    }

    // MARK: Two masters

    private mutating func lookAtPairs(_ group: Int) -> Int64 {
        var next = Int64.max
        for one in directors.indices where directors[one].isLive && directors[one].holds[group] {
            for other in directors.indices
            where other > one && directors[other].isLive && directors[other].holds[group] {
                let (since, until) = settlement(one, other, group)
                next = min(next, until == .max ? until : until + 1)
                guard now > until else { continue }
                fail("directors \(one) and \(other) both have group \(group) for \((now - since) / 1000) us")
            }
        }
        return next
    }

    /// Since when two have the addresses together, and when one of them must have let go.
    ///
    /// Whoever becomes master says so at once (RFC 9568 section 6.4.2), and the lesser of two yields to the first
    /// message of the better one. So where they could talk all the time it takes one message's way; where they meet as
    /// masters, or the order of the two changes, the better one's next advertisement: an interval later at most. A link
    /// that both have to be introduced on again takes three beats. One who slept says nothing for an interval and a
    /// half, and two of them nothing on the links either.
    private func settlement(_ one: Int, _ other: Int, _ group: Int) -> (since: Int64, until: Int64) {
        let (first, second) = (oracle.hosts[one], oracle.hosts[other])
        let woke = max(first.wokeAt, second.wokeAt)
        let views = [oracle.views[one][group], oracle.views[other][group]]
        let together = max(
            views[0].holdsSince, views[1].holdsSince, views[0].ranksSince, views[1].ranksSince)
        let since = max(together, woke)
        let interval = max(plan(one, group).interval, plan(other, group).interval).nanoseconds
        let slow = max(interval, views[0].wokeInterval, views[1].wokeInterval)
        let (beat, delay) = (oracle.heartbeat, oracle.delay)
        let routers = min(plan(one, group).routers, plan(other, group).routers)
        var until = Int64.max
        for router in scenario.groups[group].routers.prefix(routers) {
            guard let open = network.isCleanSince(router.segment, one, other),
                plan(one, group).hears(plan(other, group))
            else { continue }
            let clean = max(open, views[0].speaksSince, views[1].speaksSince)
            let hasSlept = max(since, clean) - woke < slow * 4
            let meeting = max(since, clean) + (hasSlept ? slow * 5 / 2 : interval) + 2 * delay
            until = min(until, meeting)
        }
        let sound = max(first.soundSince ?? .max, second.soundSince ?? .max)
        let born = max(first.bornAt, second.bornAt)
        let mute = min(first.sleptUntil, second.sleptUntil) + slow * 3 / 2
        for path in network.links {
            guard let clean = network.isCleanSince(path, one, other) else { continue }
            let meeting = max(since, clean, born, mute) + 3 * beat + 3 * delay
            let known = max(sound, born, clean)
            let isKnown = known < together && together - known > oracle.acquaintance
            until = min(until, isKnown ? together + 2 * delay : meeting)
        }
        guard until < .max else { return (since, until) }
        // Clocks differ by some ten-thousandths.
        return (since, until + (until - since) / 1000 + Self.tolerance)
    }

    // MARK: No master

    private mutating func lookAtVacancy(_ group: Int) -> Int64 {
        if directors.contains(where: { $0.isLive && $0.holds[group] }) {
            oracle.vacantSince[group] = nil
            return .max
        }
        let since = oracle.vacantSince[group] ?? now
        oracle.vacantSince[group] = since
        var next = Int64.max
        // Somebody must have had the whole of the time to notice.
        for director in directors.indices where directors[director].isLive && directors[director].plan[group] != nil {
            guard let able = oracle.views[director][group].ableSince else { continue }
            next = min(next, max(able, since) + oracle.vacancy + 1)
            guard now - max(able, since) > oracle.vacancy else { continue }
            fail("nobody has group \(group) for \((now - since) / 1000) us, and director \(director) could")
        }
        return next
    }

    /// A backup that hears nothing any more is master when its timers have fired: Master_Down_Timer of every router,
    /// and the dead time since a link told of a master. Who has started or slept asks and listens first, and who shall
    /// hold nothing while others can leaves them an interval.
    private mutating func lookAtDelay(of director: Int, _ group: Int) -> Int64? {
        guard let plan = directors[director].plan[group], !isFaulty(director, group), !scenario.fencing else {
            return nil
        }
        var latest = Int64.min
        for router in 0..<plan.routers { latest = max(latest, oracle.views[director][group].routers[router].lateAt) }
        guard latest < .max else { return nil }
        let local = clock(director)
        if scenario.links > 0 {
            let (startedAt, wakeAt) = (oracle.hosts[director].startedAt, oracle.hosts[director].wakeAt)
            latest = max(latest, startedAt + oracle.dead, wakeAt + oracle.heartbeat * 2)
            for other in directors.indices where oracle.words[director][other].reports[group]?.role == .master {
                latest = max(latest, (oracle.words[director][other].heardAt ?? 0) + oracle.dead)
            }
            // All who are left see a master's silence at once, and the best of them is first by a short skew.
            latest += 10_000_000
        }
        if isReluctant(director, group) {
            latest += oracle.views[director][group].routers.map(\.slowest).max() ?? 0
        }
        latest += Self.tolerance * 10
        if local > latest {
            fail("director \(director) has not taken group \(group) \((local - latest) / 1000) us after its time")
        }
        return latest + 1
    }

    /// A master advertises every interval on every router, or backups miss it. One who slept listens first.
    private mutating func lookAtAdvertisements(of director: Int, _ group: Int) -> Int64? {
        guard let plan = directors[director].plan[group] else { return nil }
        let interval = plan.interval.nanoseconds
        let local = clock(director)
        let woke = oracle.hosts[director].wakeAt + oracle.views[director][group].wokeInterval * 3 / 2
        var next = Int64.max
        for router in 0..<plan.routers {
            let sent = oracle.views[director][group].routers[router].sentAt ?? .min / 2
            let due = max(sent + interval, woke) + Self.tolerance
            next = min(next, due + 1)
            guard local > due else { continue }
            fail("director \(director) is master of group \(group) and does not advertise on router \(router)")
        }
        return next
    }

    // MARK: When the faults are over

    /// One master of each group where anybody can be it, and as the manual says who.
    private mutating func lookAtRest() {
        for group in scenario.groups.indices {
            let holders = directors.filter { $0.holds[group] }
            let candidates = directors.filter {
                $0.isLive && $0.plan[group] != nil && !isFaulty($0.index, group)
            }
            guard holders.count == min(1, candidates.count) else {
                return fail("group \(group) has \(holders.count) masters after the faults have ended")
            }
            if let holder = holders.first { lookAtPlace(of: holder.index, among: candidates.map(\.index), group) }
        }
    }

    private mutating func lookAtPlace(of holder: Int, among candidates: [Int], _ group: Int) {
        let best = candidates.compactMap { oracle.views[$0][group].tracking.reach }.max()
        let willing = candidates.filter { director in
            !oracle.views[director][group].isStandby && oracle.views[director][group].tracking.reach == best
        }
        guard !willing.isEmpty else { return }
        // Whom the last order was for depends on who had heard of the others.
        guard !candidates.contains(where: { oracle.views[$0][group].mayStandBy }) else { return }
        let isLinked = network.links.contains { network.isOpen($0, 0, 1) }
        // Where no link works nobody knows whether there is somebody better.
        // Nobody outranks an owner.
        if isLinked, priority(holder, group) < 255, !willing.contains(holder) {
            fail("director \(holder) has group \(group), and of \(willing) each is better placed")
        }
        // Who took them by an order outranks the others as long as it holds them.
        guard oracle.views[holder][group].ground == .silence || oracle.views[holder][group].ground == .preempting,
            willing.count == candidates.count
        else { return }
        for other in willing where priority(other, group) > priority(holder, group) {
            guard plan(other, group).preemption != .never || priority(other, group) == 255 else { continue }
            // With `fence` a master is replaced only when a link tells of it, or when it is silent and off.
            if scenario.fencing, !isLinked { continue }
            fail("director \(holder) has group \(group), and director \(other) of higher priority preempts nobody")
        }
    }
}

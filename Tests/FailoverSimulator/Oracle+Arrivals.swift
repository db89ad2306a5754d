import TimeTypes
import VirtualRouting

/// What comes to a director, and what that does to its timers by the RFCs.
extension Simulation {
    // MARK: Processes

    mutating func noteStart(of director: Int, resuming: Set<Int>) {
        directors[director].clock = .init()
        let local = clock(director)
        oracle.hosts[director].isReady = false
        oracle.hosts[director].startedAt = local
        oracle.hosts[director].answered = []
        (oracle.hosts[director].bornAt, oracle.hosts[director].wokeAt) = (now, now)
        oracle.hosts[director].soundSince = now
        for other in directors.indices { forgetWords(director, other) }
        for group in scenario.groups.indices {
            oracle.views[director][group].tracking = directors[director].tracking[group]
        }
        for group in directors[director].groups where !isFaulty(director, group) {
            oracle.views[director][group].ableSince = now
            beginWaiting(director, group, asOwner: true)
        }
    }

    mutating func noteFarewell(of director: Int) { directors[director].clock = .init() }

    private mutating func forgetWords(_ director: Int, _ other: Int) {
        let count = scenario.links
        oracle.words[director][other] = .init(
            sequences: Array(repeating: nil, count: count), reports: scenario.groups.map { _ in nil })
    }

    /// The process sleeps or ends, or its clock steps.
    mutating func noteUnsound(_ director: Int) {
        oracle.looksAgainAt = .min
        oracle.hosts[director].soundSince = nil
        oracle.hosts[director].diedAt = now
        for group in scenario.groups.indices { oracle.views[director][group].ableSince = nil }
    }

    /// It runs again and has to listen first: an interval and a skew for the master, two beats for the links.
    mutating func noteWaking(_ director: Int) {
        guard directors[director].isLive else { return }
        let local = clock(director)
        // A clock that was put back stands still until it has caught up.
        let catchingUp = max(0, local - directors[director].local(now).nanoseconds)
        oracle.hosts[director].wokeAt = now + catchingUp
        oracle.hosts[director].sleptUntil = now + catchingUp
        oracle.hosts[director].wakeAt = local
        oracle.hosts[director].soundSince = now + catchingUp
        for group in directors[director].groups {
            oracle.views[director][group].wokeInterval = plan(director, group).interval.nanoseconds
        }
        for group in directors[director].groups where !isFaulty(director, group) {
            oracle.views[director][group].ableSince = now + catchingUp
            for router in oracle.views[director][group].routers.indices {
                let interval = oracle.views[director][group].routers[router].slowest
                let until = local + interval + skew(director, group, interval: interval)
                oracle.views[director][group].routers[router].lateAt = max(
                    oracle.views[director][group].routers[router].lateAt, until)
                oracle.views[director][group].routers[router].listensUntil = until
            }
        }
    }

    mutating func noteReadiness(of director: Int) {
        let isReady = directors[director].isReady
        guard directors[director].isLive, isReady != oracle.hosts[director].isReady else { return }
        oracle.hosts[director].isReady = isReady
        guard isReady else { return }
        for group in scenario.groups.indices { oracle.views[director][group].lowerSince = clock(director) }
    }

    mutating func noteTracking(of director: Int, _ group: Int) {
        let (wasFaulty, before) = (isFaulty(director, group), priority(director, group))
        oracle.views[director][group].tracking = directors[director].tracking[group]
        if priority(director, group) != before { oracle.views[director][group].ranksSince = now }
        if isFaulty(director, group) {
            oracle.views[director][group].ableSince = nil
        } else if wasFaulty {
            oracle.views[director][group].ableSince = max(now, oracle.hosts[director].soundSince ?? now)
            beginWaiting(director, group)
        }
    }

    mutating func noteOrder(_ cause: Cause, to director: Int) {
        if case .takeOver(let group) = cause, directors[director].holds[group] {
            oracle.views[director][group].isStandby = false
            oracle.views[director][group].mayStandBy = false
        }
        guard case .standBy(let group) = cause else { return }
        // Of two such orders the later one counts, and an earlier one that was not heard of yet is told later.
        let isUnheardOf = directors.indices.contains { other in
            let view = oracle.views[other][group]
            return other != director && (view.isStandby || view.mayStandBy)
                && oracle.words[director][other].reports[group]?.isWilling ?? true
        }
        oracle.views[director][group].isStandby = !isUnheardOf
        oracle.views[director][group].mayStandBy = isUnheardOf
        guard directors[director].holds[group] else { return }
        for other in directors.indices where other != director && oracle.views[other][group].isStandby {
            oracle.views[other][group].isStandby = false
            oracle.views[other][group].mayStandBy = true
        }
    }

    /// Same routers go on as they are; new ones begin. The links have to be introduced again.
    mutating func noteReload(of director: Int, from before: [Int], _ old: FailoverNode) {
        let local = clock(director)
        oracle.hosts[director].startedAt = local
        oracle.hosts[director].answered = []
        oracle.hosts[director].bornAt = now
        for other in directors.indices {
            for link in 0..<scenario.links { oracle.words[director][other].sequences[link] = nil }
            oracle.words[director][other].replaced = nil
        }
        for group in scenario.groups.indices {
            oracle.views[director][group].tracking = directors[director].tracking[group]
            guard directors[director].groups.contains(group) else {
                oracle.views[director][group].ableSince = nil
                oracle.views[director][group].isStandby = false
                oracle.views[director][group].mayStandBy = false
                for other in directors.indices { oracle.words[director][other].reports[group] = nil }
                continue
            }
            let former = before.firstIndex(of: group).map { old.groups[$0].settings.routers[0] }
            let plan = plan(director, group)
            let isOther = former.map { $0.version != plan.version } ?? true
            if isOther || plan.version == .v2 && former?.interval != plan.interval {
                oracle.views[director][group].speaksSince = now
                // It waits anew, for a master that changes over, too.
                if let able = oracle.views[director][group].ableSince {
                    oracle.views[director][group].ableSince = max(able, now)
                }
            }
            guard former != nil else {
                if !isFaulty(director, group) {
                    oracle.views[director][group].ableSince = now
                    beginWaiting(director, group, asOwner: true)
                }
                continue
            }
            // It asks its peers anew, by a clock that may stand still yet.
            if scenario.links > 0, let able = oracle.views[director][group].ableSince {
                oracle.views[director][group].ableSince = max(able, now)
            }
            for router in oracle.views[director][group].routers.indices {
                let own = plan.interval.nanoseconds
                let whole = local + 3 * own + skew(director, group, interval: own)
                // One that was in no file before begins.
                var view = oracle.views[director][group].routers[router]
                if view.dueAt == .max { view.dueAt = whole }
                view.slowest = max(view.slowest, own)
                if isOther { view.learnt = nil }
                view.lateAt = view.lateAt == .max ? whole : max(view.lateAt, whole)
                oracle.views[director][group].routers[router] = view
            }
        }
    }

    func plan(_ director: Int, _ group: Int) -> GroupPlan {
        directors[director].plan[group] ?? scenario.groups[group].plans[director]
    }

    /// As a backup that has heard nobody yet. The owner of the addresses need not wait when it starts.
    mutating func beginWaiting(_ director: Int, _ group: Int, asOwner: Bool = false) {
        let local = clock(director)
        let own = plan(director, group).interval.nanoseconds
        let late = local + 3 * own + skew(director, group, interval: own)
        let due = asOwner && priority(director, group) == 255 ? local : late
        oracle.views[director][group].lowerSince = local
        for router in oracle.views[director][group].routers.indices {
            let listensUntil = oracle.views[director][group].routers[router].listensUntil
            oracle.views[director][group].routers[router] = .init(
                dueAt: due, lateAt: late, slowest: own, listensUntil: listensUntil)
        }
    }

    // MARK: Advertisements

    /// RFC 9568 section 6.4.2: what a backup does with it.
    mutating func noteArrival(_ advertisement: Advertisement, of group: Int, _ router: Int, at director: Int) {
        guard !directors[director].holds[group], !isFaulty(director, group) else { return }
        let local = clock(director)
        guard advertisement.priority > 0 else {
            oracle.looksAgainAt = .min
            for index in oracle.views[director][group].routers.indices {
                var view = oracle.views[director][group].routers[index]
                let interval = view.learnt ?? plan(director, group).interval.nanoseconds
                view.dueAt = min(view.dueAt, local + skew(director, group, interval: interval))
                // Where there are links they have to confirm it.
                if scenario.links == 0 {
                    let skew = skew(director, group, interval: view.slowest)
                    view.lateAt = min(max(local + skew, view.listensUntil), view.lateAt)
                }
                oracle.views[director][group].routers[index] = view
            }
            return
        }
        let own = priority(director, group)
        let isLower = advertisement.priority < own
        noteMaster(isLower: isLower, director, group)
        let interval =
            advertisement.version == .v3
            ? advertisement.interval.nanoseconds : plan(director, group).interval.nanoseconds
        let follows = !isLower || !mayPreempt(director, group)
        var view = oracle.views[director][group].routers[router]
        if follows, advertisement.version == .v3 { view.learnt = interval }
        view.slowest = max(view.slowest, interval)
        let patience = 3 * view.slowest + skew(director, group, interval: view.slowest)
        view.lateAt = max(view.lateAt, local + patience)
        if follows {
            let skew = skew(director, group, interval: interval)
            view.dueAt = local + 3 * interval + skew
            view.lateAt = view.dueAt
            view.slowest = interval
            view.detectedAt = local + interval + min(interval / 2, 50_000_000) + skew
        }
        oracle.views[director][group].routers[router] = view
    }

    mutating func noteMaster(isLower: Bool, _ director: Int, _ group: Int) {
        let since = oracle.views[director][group].lowerSince
        oracle.views[director][group].lowerSince = isLower ? since ?? clock(director) : nil
    }
}

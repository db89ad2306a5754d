import TimeTypes
import VirtualRouting

/// What a director does, and whether it may.
extension Simulation {
    // MARK: Words

    /// Nobody advertises what it does not hold; see `endOfActions`.
    mutating func noteSending(_ advertisement: Advertisement, of group: Int, _ router: Int, by director: Int) {
        oracle.batch.append(.advertised(group: group, router: router, priority: advertisement.priority))
        guard advertisement.priority > 0 else { return }
        oracle.views[director][group].routers[router].sentAt = clock(director)
        noteRank(advertisement.priority, of: group, by: director)
        let own = priority(director, group)
        if advertisement.priority < own {
            fail("director \(director) advertises \(advertisement.priority) for its \(own) in group \(group)")
        }
    }

    /// What the links are told is true.
    mutating func noteSending(_ heartbeat: Heartbeat, by director: Int) {
        for report in heartbeat.groups {
            guard let group = scenario.groups.firstIndex(where: { $0.name == report.name }) else { continue }
            if (report.role == .master) != directors[director].holds[group] {
                fail("director \(director) says of group \(group) that it is \(report.role), and the addresses differ")
            }
            noteRank(report.priority, of: group, by: director)
        }
    }

    private mutating func noteRank(_ priority: UInt8, of group: Int, by director: Int) {
        guard oracle.views[director][group].saidPriority != priority else { return }
        oracle.views[director][group].saidPriority = priority
        oracle.views[director][group].ranksSince = now
    }

    // MARK: Addresses

    mutating func noteAcquisition(of group: Int, by director: Int, held: Bool) {
        oracle.batch.append(.acquired(group: group))
        oracle.looksAgainAt = .min
        let ground = judge(group, by: director)
        say("\(director) takes the addresses of \(group): \(ground)")
        if held, ground != .resumed { fail("director \(director) takes the addresses of group \(group) twice") }
        if isConverged { fail("director \(director) takes group \(group) though nothing happens any more") }
        // The links know its words by its former life.
        if ground != .resumed || !held { oracle.views[director][group].holdsSince = now }
        oracle.views[director][group].ground = ground
        for router in oracle.views[director][group].routers.indices {
            oracle.views[director][group].routers[router].dueAt = .max
            oracle.views[director][group].routers[router].lateAt = .max
            oracle.views[director][group].routers[router].detectedAt = .max
        }
    }

    mutating func noteRelease(of group: Int, by director: Int) {
        oracle.batch.append(.released(group: group))
        oracle.looksAgainAt = .min
        say("\(director) lets the addresses of \(group) go")
        if isConverged { fail("director \(director) gives group \(group) up though nothing happens any more") }
        for router in oracle.views[director][group].routers.indices {
            oracle.views[director][group].routers[router].sentAt = nil
        }
        if !isFaulty(director, group) { beginWaiting(director, group) }
    }

    mutating func noteAnnouncement(_ announcement: Announcement, of group: Int, by director: Int) {
        oracle.batch.append(.announced(group: group, announcement))
        if !directors[director].holds[group] {
            fail("director \(director) announces addresses of group \(group) that it has not")
        }
    }

    /// What belongs together and in which order: an advertisement on every router, then the addresses, then their
    /// announcement; and priority 0 on every router before they go, unless a better master was just heard.
    mutating func endOfActions(of director: Int) {
        guard !oracle.batch.isEmpty else { return }
        let batch = oracle.batch
        for (index, deed) in batch.enumerated() {
            switch deed {
            case .advertised(let group, _, let priority) where priority > 0:
                if !directors[director].holds[group], !batch.contains(.released(group: group)) {
                    fail("director \(director) advertises group \(group) and does not hold it")
                }
            case .acquired(let group):
                let before = batch[..<index].filter {
                    if case .advertised(group, _, 1...) = $0 { true } else { false }
                }
                if before.count < plan(director, group).routers {
                    fail("director \(director) takes group \(group) without an advertisement on each router")
                }
                if !batch[index...].contains(.announced(group: group, .takeover)) {
                    fail("director \(director) takes group \(group) and tells no neighbour")
                }
            case .released(let group):
                let farewells = batch[..<index].contains {
                    if case .advertised(group, _, 0) = $0 { true } else { false }
                }
                if !farewells, oracle.cause != .message {
                    fail("director \(director) gives group \(group) up without a farewell")
                }
            default: break
            }
        }
    }

    // MARK: Takeovers

    /// On what ground the addresses are taken; without one it is a violation.
    private mutating func judge(_ group: Int, by director: Int) -> Oracle.Ground {
        switch oracle.cause {
        case .takeOver(group):
            oracle.views[director][group].isStandby = false
            oracle.views[director][group].mayStandBy = false
            return .ordered
        case .start(let resuming) where resuming.contains(group):
            judgeResumption(of: group, by: director)
            return .resumed
        default: break
        }
        if isFaulty(director, group) { fail("director \(director) takes group \(group) with what it tracks broken") }
        if isAskedFor(group, director) { return .relief }
        let local = clock(director)
        judgeTimer(of: group, by: director, local)
        judgeAsking(by: director, local)
        var ground = Oracle.Ground.silence
        for other in directors.indices where other != director {
            let word = oracle.words[director][other]
            guard let report = word.reports[group], report.role == .master, let heardAt = word.heardAt,
                local - heardAt < patience - Self.tolerance
            else { continue }
            ground = .preempting
            if report.priority < priority(director, group), mayPreempt(director, group) { continue }
            fail(
                "director \(director) takes group \(group) though director \(other) was heard as its master "
                    + "\((local - heardAt) / 1000) us ago on a link")
        }
        judgeMasters(of: group, by: director)
        if ground == .silence { judgeFencing(of: group, by: director) }
        return ground
    }

    /// The silence of all links after which a peer is taken for dead: three beats and a half where one is trusted.
    private var patience: Int64 {
        let dead = oracle.dead
        return scenario.detects.contains(true) ? min(dead, oracle.heartbeat * 7 / 2) : dead
    }

    /// A master that wants to be relieved was heard within the dead time, and we are ready for it. An owner cannot be,
    /// since nobody outranks it, and of several masters all have to want it.
    private func isAskedFor(_ group: Int, _ director: Int) -> Bool {
        let local = clock(director)
        guard oracle.hosts[director].isReady, !oracle.views[director][group].isStandby else { return false }
        var isAsked = false
        for word in oracle.words[director] {
            guard let report = word.reports[group], let heardAt = word.heardAt, report.role == .master else { continue }
            if !report.isWilling, report.priority < 255 {
                if local - heardAt <= oracle.dead { isAsked = true }
            } else if local - heardAt < patience - Self.tolerance {
                return false
            }
        }
        return isAsked
    }

    /// Master_Down_Timer of every router has fired, or the master gave up, or a trusted link fell silent with it.
    private mutating func judgeTimer(of group: Int, by director: Int, _ local: Int64) {
        let routers = oracle.views[director][group].routers.prefix(plan(director, group).routers)
        let due = routers.map(\.dueAt).max() ?? .max
        guard local < due - Self.tolerance else { return }
        let detected = routers.map(\.detectedAt).max() ?? .max
        let isDetected = oracle.words[director].contains { word in
            word.reports[group]?.role == .master
                && word.heardAt.map { local - $0 >= patience - Self.tolerance } ?? false
        }
        if scenario.detects.contains(true), isDetected, local >= detected - Self.tolerance { return }
        fail("director \(director) takes group \(group) \(due == .max ? 0 : (due - local) / 1000) us before its time")
    }

    /// Who has just started asks its peers on every link.
    private mutating func judgeAsking(by director: Int, _ local: Int64) {
        guard scenario.links > 0, local - oracle.hosts[director].startedAt < oracle.dead - Self.tolerance
        else { return }
        if oracle.hosts[director].answered.count < scenario.links {
            fail("director \(director) elects itself before it was answered on every link")
        }
    }

    /// A master that is there, and that a link without loss has told of for long enough, is replaced by a better one
    /// only. Two that elect themselves know of each other after a message's way.
    private mutating func judgeMasters(of group: Int, by director: Int) {
        guard now - oracle.hosts[director].steppedAgainAt > oracle.acquaintance else { return }
        for other in directors.indices
        where other != director && directors[other].isLive && directors[other].holds[group] {
            let host = oracle.hosts[other]
            guard let sound = host.soundSince, now - sound > oracle.acquaintance,
                now - host.bornAt > oracle.acquaintance,
                now - oracle.hosts[director].bornAt > oracle.acquaintance,
                now - oracle.views[other][group].holdsSince > 2 * oracle.delay + Self.tolerance,
                hasSteadyLink(director, other, since: now - oracle.acquaintance)
            else { continue }
            let theirs = oracle.views[other][group].saidPriority
            if theirs < priority(director, group), mayPreempt(director, group) { continue }
            fail("director \(director) takes group \(group) though a link hears its master, director \(other)")
        }
    }

    func hasSteadyLink(_ one: Int, _ other: Int, since: Int64) -> Bool {
        network.links.contains { path in network.isCleanSince(path, one, other).map { $0 <= since } ?? false }
    }

    /// Whoever goes on after a restart was not missed: nobody has the addresses whom silence made master.
    private mutating func judgeResumption(of group: Int, by director: Int) {
        for other in directors.indices where other != director && directors[other].holds[group] {
            let view = oracle.views[other][group]
            let since = oracle.hosts[director].diedAt
            guard view.ground == .silence, view.holdsSince >= since, oracle.forgedAt < since else { continue }
            if preempts(other, group, before: since) { continue }
            let wasHeard = (0..<network.ways.count).allSatisfy { path in
                network.isCleanSince(path, director, other).map { $0 < since - oracle.acquaintance * 2 } ?? false
            }
            let isSound = oracle.hosts[other].soundSince.map { $0 < since - oracle.acquaintance * 2 } ?? false
            if wasHeard, isSound {
                fail("director \(director) goes on with group \(group), and director \(other) has missed it already")
            }
        }
    }

    /// It was about to take the addresses, whether the lesser master went on to live or not: one that could do so for
    /// longer had them already.
    private func preempts(_ director: Int, _ group: Int, before death: Int64) -> Bool {
        guard mayPreempt(director, group), let since = oracle.views[director][group].lowerSince else { return false }
        let wait = scenario.silence + scenario.longestPreemptionDelay
        return since > clock(director) - (now - death) - wait.nanoseconds
    }

    /// With `fence` nobody takes what a machine still has that was silent on all links for the dead time. One that was
    /// cut off within the dead time before an election is not silent yet: where nobody was master before, each side of
    /// the cut elects its own, and no fencing that waits for silence can help that.
    private mutating func judgeFencing(of group: Int, by director: Int) {
        guard scenario.fencing, directors.count == 2 else { return }
        let other = 1 - director
        guard directors[other].holds[group] else { return }
        let word = oracle.words[director][other]
        if let heardAt = word.heardAt, clock(director) - heardAt < patience { return }
        // It left in good order, and came back just before it was cut off: it had not introduced itself.
        if word.hasLeft, word.incarnation != directors[other].incarnation { return }
        // It was off, and has not been heard since: nobody knows that it is back.
        if let fencedAt = word.fencedAt, word.heardAt.map({ $0 < fencedAt }) ?? true { return }
        // An operator's order asks nobody, and whom it brings back after it was off is not known to be there.
        if oracle.views[other][group].ground == .ordered { return }
        fail("director \(director) takes group \(group), and director \(other) has it and was not fenced")
    }
}

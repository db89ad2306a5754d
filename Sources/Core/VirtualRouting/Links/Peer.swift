package import TimeTypes

/// Another director, as far as it was heard on the links.
package struct Peer: Sendable {
    package let name: String
    /// The run that we act on; nil until one has shown that it hears us.
    package fileprivate(set) var boot: BootID?
    /// What was heard and has not shown yet that it hears us: it is told that we hear it.
    fileprivate(set) var candidates: [BootID] = []
    /// Runs that a later one has replaced.
    private var former: [BootID] = []
    /// The run that the present one has replaced, and what was heard of it, while the present one has not spoken again.
    private var replaced: (boot: BootID, links: [LinkReception], at: MonotonicInstant)?
    /// By our number of the link.
    package fileprivate(set) var links: [LinkReception]
    /// By the index of our group of the same name; nil where the peer has none.
    package fileprivate(set) var reports: [GroupReport?]
    /// Those of them that are a former run's, and until when. A run with many groups tells of them in several messages:
    /// until it has come to a group, what was said last counts. A run after that one does not renew it.
    private var inherited: [Int: MonotonicInstant] = [:]
    package fileprivate(set) var interval: Duration = .seconds(1)
    /// What it knows of operators' orders, in short.
    package fileprivate(set) var orderDigest: UInt64?
    /// It said that it goes, holding nothing.
    package fileprivate(set) var hasLeft = false
    /// Of what its run has told: links are not equally fast, and what waited in one of them must not count for news.
    private var newest: UInt64 = 0
    /// By an earlier node of this director, on whichever link.
    private var heardBefore: MonotonicInstant?
    /// It was fenced since it was heard last.
    package var isFenced = false

    enum Limit {
        static let candidates = 3
        static let former = 256
    }

    init(name: String, links: Int, groups: Int) {
        self.name = name
        self.links = Array(repeating: LinkReception(), count: links)
        reports = Array(repeating: nil, count: groups)
    }

    /// By then it has told of everything more than once, or it is dead.
    var patience: Duration { interval * 5 }

    /// As an earlier node of this director knew it. The run is the same, and has to show that it hears this one.
    /// `links` and `groups` have for each of ours the index there, where there is one.
    init(knownAs old: Peer, links: [Int?], groups: [Int?]) {
        self = old
        heardBefore = old.lastHeard
        candidates = []
        replaced = nil
        inherited = [:]
        self.links = links.map { $0.map { old.links[$0] } ?? LinkReception() }
        for index in self.links.indices { self.links[index].begin() }
        reports = groups.map { $0.flatMap { old.reports[$0] } }
        for (index, group) in groups.enumerated() { inherited[index] = group.flatMap { old.inherited[$0] } }
    }

    /// When it was heard last, on whichever link.
    package var lastHeard: MonotonicInstant? {
        // Asked with every event: without an array.
        var latest = heardBefore
        for link in links {
            if let heard = link.lastHeard, latest.map({ $0 < heard }) ?? true { latest = heard }
        }
        return latest
    }

    /// The runs to name in our own messages.
    var heardBoots: [BootID] { boot.map { [$0] + candidates } ?? candidates }

    /// Takes a message up, or refuses it. `own` is our run. Returns whether what it says is not older than what another
    /// link has brought already: such a one shows that its link works, and no more.
    mutating func receive(
        _ heartbeat: Heartbeat, on link: Int, own: BootID, at now: MonotonicInstant
    ) throws(HeartbeatRefusal) -> Bool {
        comeBack(heartbeat, on: link, own: own, at: now)
        guard !former.contains(heartbeat.boot) else { throw .formerRun }
        let isIntroduced = heartbeat.boot == boot && links[link].isIntroduced
        if !isIntroduced, !heartbeat.hears.contains(own) {
            if heartbeat.boot != boot, !candidates.contains(heartbeat.boot) {
                candidates.append(heartbeat.boot)
                if candidates.count > Limit.candidates { candidates.removeFirst() }
            }
            throw .notIntroduced
        }
        if heartbeat.boot != boot { begin(heartbeat.boot, at: now) }
        try links[link].receive(heartbeat, at: now)
        isFenced = false
        guard heartbeat.moment == 0 || heartbeat.moment >= newest else { return false }
        newest = heartbeat.moment
        if let replaced, now - replaced.at >= heartbeat.interval { self.replaced = nil }
        interval = heartbeat.interval
        forgetInherited(at: now)
        orderDigest = heartbeat.orderDigest
        hasLeft = heartbeat.isLeaving
        return true
    }

    private mutating func begin(_ new: BootID, at now: MonotonicInstant) {
        forgetInherited(at: now)
        if let lastHeard, now - lastHeard < patience {
            inheritReports(at: now)
        } else {
            forgetReports()
        }
        if let boot {
            former.append(boot)
            if former.count > Limit.former { former.removeFirst() }
            replaced = (boot, links, now)
        }
        boot = new
        newest = 0
        candidates.removeAll { $0 == new }
        for index in links.indices { links[index].begin() }
    }

    /// A message of an earlier run that we had never heard may come late, by a slow line, and look like the newest
    /// run's. That run says nothing more, while the one it has replaced goes on and counts further than it ever had:
    /// that is the living one. What was recorded of a run that has ended in truth does not come back by this, since the
    /// run after it speaks every interval; and if that one was not heard for so long, it comes back by the same rule.
    private mutating func comeBack(_ heartbeat: Heartbeat, on link: Int, own: BootID, at now: MonotonicInstant) {
        guard let old = replaced, heartbeat.boot == old.boot, heartbeat.hears.contains(own), let late = boot,
            now - old.at >= interval * 2, heartbeat.sequence > old.links[link].highest
        else { return }
        former.removeAll { $0 == old.boot }
        former.append(late)
        boot = old.boot
        newest = 0
        replaced = (late, links, now)
        for index in links.indices { links[index].resume(old.links[index]) }
        inheritReports(at: now)
    }

    mutating func take(_ report: GroupReport, forGroup index: Int) {
        reports[index] = report
        inherited[index] = nil
    }

    mutating func forgetReports() {
        for index in reports.indices { reports[index] = nil }
        inherited = [:]
    }

    private mutating func inheritReports(at now: MonotonicInstant) {
        for index in reports.indices where reports[index] != nil && inherited[index] == nil {
            inherited[index] = now + patience
        }
    }

    /// The new run has not spoken of these groups: it has them no more. That is not its word that it gave them up.
    private mutating func forgetInherited(at now: MonotonicInstant) {
        for (index, until) in inherited where until <= now {
            reports[index] = nil
            inherited[index] = nil
        }
    }
}

/// What came from one peer on one link.
package struct LinkReception: Hashable, Sendable {
    package private(set) var lastHeard: MonotonicInstant?
    /// Messages taken up, and those missing between them, since we started.
    package private(set) var received: UInt64 = 0
    package private(set) var lost: UInt64 = 0
    fileprivate private(set) var highest: UInt64 = 0
    private var senderLink: UInt8 = 0
    /// A message of the present run was taken up here.
    fileprivate private(set) var isIntroduced = false

    /// A new run of the peer counts from 1; a new one of ours has to be shown that it is heard.
    mutating func begin() {
        isIntroduced = false
        highest = 0
    }

    /// The run before goes on after all.
    fileprivate mutating func resume(_ former: LinkReception) {
        isIntroduced = former.isIntroduced
        highest = former.highest
        senderLink = former.senderLink
    }

    mutating func receive(_ heartbeat: Heartbeat, at now: MonotonicInstant) throws(HeartbeatRefusal) {
        if isIntroduced {
            guard heartbeat.link == senderLink else { throw .otherLink }
            guard heartbeat.sequence > highest else { throw .replayed }
            lost &+= heartbeat.sequence - highest - 1
        }
        isIntroduced = true
        senderLink = heartbeat.link
        highest = heartbeat.sequence
        received &+= 1
        lastHeard = now
    }
}

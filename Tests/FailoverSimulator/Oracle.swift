import TimeTypes
import VirtualRouting

/// What must hold in every run, from RFC 3768, RFC 9568 and the manual's words on `preempt`, `link`, `dead`, `detect`,
/// `fence` and `track`. It sees what a witness could see: files, orders, what is sent and arrives, what machines hold,
/// and the clock of each. It never asks the state machine.
///
/// Times are nanoseconds: of the run, or where a name says so of a director's own clock.
struct Oracle {
    var violation: String?
    /// By director and group.
    var views: [[View]]
    var hosts: [Host]
    /// What the first has from the second over the links.
    var words: [[Word]]
    /// Since when no living director holds a group's addresses.
    var vacantSince: [Int64?]
    /// Nothing can come due before then, unless something is done.
    var looksAgainAt: Int64 = .min
    /// When a priority 0 was forged last.
    var forgedAt: Int64 = .min / 2

    /// The scenario's bounds.
    let (dead, heartbeat, delay, vacancy, convergence): (Int64, Int64, Int64, Int64, Int64)
    /// With a working link everything is known after this time.
    let acquaintance: Int64

    // What is going on.
    var cause = Simulation.Cause.other
    var batch: [Deed] = []

    /// A director as it must see one group.
    struct View {
        var holdsSince: Int64 = 0
        var ground = Ground.silence
        var routers: [RouterView]
        /// Since when it could serve, of the run.
        var ableSince: Int64?
        /// Its own clock: ready since, and since when a master of lower priority is there, which a delay counts from.
        var lowerSince: Int64?
        var isStandby = false
        /// The interval that it woke with, by which a master listens: a reload may bring another.
        var wokeInterval: Int64 = 0
        /// Since when it has spoken as it does, so that those who do the same hear it.
        var speaksSince: Int64 = 0
        /// The master was told to stand by after it: it may be over.
        var mayStandBy = false
        /// The priority that it told of last, by advertisement or on a link.
        var saidPriority: UInt8 = 0
        var ranksSince: Int64 = 0
        /// What its tracking has told it last.
        var tracking = TrackingState()
    }

    /// The timers of RFC 9568 section 6.1, by the director's own clock.
    struct RouterView {
        /// When Master_Down_Timer fires at the earliest, and at the latest.
        var dueAt: Int64 = .max
        var lateAt: Int64 = .max
        /// The same where a trusted link has fallen silent, too.
        var detectedAt: Int64 = .max
        /// The interval that was learnt of a master that is followed; nil where its own counts.
        var learnt: Int64?
        /// The longest interval of a master that was heard: it may be the one that is followed.
        var slowest: Int64 = 0
        /// It slept, and listens until then before it believes that a master gave up.
        var listensUntil: Int64 = .min
        /// When it was last advertised as master.
        var sentAt: Int64?
    }

    /// A director's process.
    struct Host {
        /// It runs since then without a break.
        var soundSince: Int64?
        /// When a process began: a start or a reload.
        var bornAt: Int64 = 0
        /// When it began to run, last: a start, or the end of a sleep. Later than now while its clock stands still.
        var wokeAt: Int64 = 0
        /// The same without the starts.
        var sleptUntil: Int64 = .min / 2
        /// By its own clock.
        var startedAt: Int64 = 0
        var wakeAt: Int64 = .min / 2
        var isReady = false
        /// When its clock has stepped, and when it did so again while it listened for that reason: a step is not seen
        /// before a timer is late.
        var steppedAt: Int64 = .min / 2
        var steppedAgainAt: Int64 = .min / 2
        /// The links on which anybody was heard since the start.
        var answered: Set<Int> = []
        var diedAt: Int64 = .min / 2
    }

    /// What one has heard from another over all links, by its own clock.
    struct Word {
        var heardAt: Int64?
        /// When its device switched the other off, last.
        var fencedAt: Int64?
        var hasLeft = false
        /// The processes that speak with each other.
        var incarnation: UInt64 = 0
        /// Processes that were taken up and replaced. One that was never heard may speak late.
        var former: Set<UInt64> = []
        /// The last of them, when it was and how far it had come, until its successor has spoken for more than a beat.
        var replaced: (incarnation: UInt64, at: Int64, sequences: [UInt64?])?
        /// By link: the last number, nil before an introduction.
        var sequences: [UInt64?]
        /// What it told last of what was heard, on whichever link.
        var newest: UInt64 = 0
        var reports: [GroupReport?]
        /// The groups of which a former process spoke, and until when that counts.
        var inherited: [Int: Int64] = [:]
    }

    /// Why somebody may take addresses.
    enum Ground {
        case ordered, resumed, relief, silence, preempting
    }

    /// What was done in one go.
    enum Deed: Equatable {
        case advertised(group: Int, router: Int, priority: UInt8)
        case acquired(group: Int)
        case released(group: Int)
        case announced(group: Int, Announcement)
    }

    init(_ scenario: Scenario) {
        views = (0..<scenario.directors).map { _ in
            scenario.groups.map { View(routers: $0.routers.map { _ in RouterView() }) }
        }
        hosts = (0..<scenario.directors).map { _ in Host() }
        let word = Word(
            sequences: Array(repeating: nil, count: scenario.links),
            reports: Array(repeating: nil, count: scenario.groups.count))
        words = Array(repeating: Array(repeating: word, count: scenario.directors), count: scenario.directors)
        vacantSince = scenario.groups.map { _ in 0 }
        dead = scenario.deadTime.nanoseconds
        heartbeat = scenario.heartbeat.nanoseconds
        delay = scenario.delay.nanoseconds
        vacancy = scenario.vacancyBound.nanoseconds
        convergence = scenario.convergenceBound.nanoseconds
        acquaintance = dead + 3 * heartbeat + 4 * delay
    }

    mutating func begin(_ cause: Simulation.Cause) {
        self.cause = cause
        batch.removeAll(keepingCapacity: true)
    }
}

/// What a director's file and surroundings make of it.
extension Simulation {
    /// Of clocks that are converted.
    static let tolerance: Int64 = 2000

    func clock(_ director: Int) -> Int64 { directors[director].clock.steady(directors[director].local(now)) }

    /// The configured priority, moved by what is tracked; an owner stays one.
    func priority(_ director: Int, _ group: Int) -> UInt8 {
        guard let plan = directors[director].plan[group] else { return 0 }
        if plan.priority == 255 { return 255 }
        return UInt8(min(max(Int(plan.priority) + oracle.views[director][group].tracking.adjustment, 1), 254))
    }

    /// Whether it shall hold nothing while somebody else can: by an operator's word, or perhaps by its place.
    func isReluctant(_ director: Int, _ group: Int) -> Bool {
        let view = oracle.views[director][group]
        return view.isStandby || view.mayStandBy || view.tracking.reach != scenario.whole.reach
    }

    /// Skew_Time, section 6.1: version 2 counts in seconds.
    func skew(_ director: Int, _ group: Int, interval: Int64) -> Int64 {
        let unit = plan(director, group).version == .v2 ? 1_000_000_000 : interval
        return unit * (256 - Int64(priority(director, group))) / 256
    }

    func isFaulty(_ director: Int, _ group: Int) -> Bool { oracle.views[director][group].tracking.isFaulty }

    /// Whether it may take the addresses from a master of lower priority, as far as can be told from outside: one that
    /// sees a better placed peer does not, either.
    func mayPreempt(_ director: Int, _ group: Int) -> Bool {
        guard let plan = directors[director].plan[group], oracle.hosts[director].isReady,
            !oracle.views[director][group].isStandby
        else { return false }
        if plan.priority == 255 { return true }
        switch plan.preemption {
        case .always: return true
        case .never: return false
        case .delayed(let delay):
            guard let since = oracle.views[director][group].lowerSince else { return false }
            return clock(director) - since >= delay.nanoseconds - Self.tolerance
        }
    }

    var isConverged: Bool { healedAt.map { now - $0 > oracle.convergence } ?? false }
}

package import TimeTypes

/// When each check starts.
///
/// A check's interval is the pause between the end of one run and the start of the next, as ldirectord has it. The
/// first run of every check comes as soon as the budget of starts allows, since a director that has just started sends
/// traffic only to servers it has verified. After its first run a check waits for a part of its interval only, a
/// different part for each check: from then on the starts are spread evenly over the interval, however close together
/// the first ones were.
///
/// The parts are multiples of the golden ratio modulo 1, which spread any run of consecutive ids evenly; so they are
/// the same at every start of the program.
package struct CheckSchedule: Sendable {
    /// Checks of one lane share a limit of runs in flight, and those of the other do not wait for them: 256 HTTPS
    /// checks that all hang until their timeouts must not hold up a TCP check.
    package enum Lane: Int, Hashable, Sendable, CaseIterable {
        /// What is spoken over plain sockets.
        case light
        /// What libcurl runs; each run in flight holds one of its handles.
        case heavy
    }

    package struct Limits: Hashable, Sendable {
        /// Runs in flight.
        package var light: Int
        package var heavy: Int
        /// Starts a second, and how many of them at once: the loop serves its descriptors between two bursts.
        package var rate: Int
        package var burst: Int

        package init(light: Int = 1024, heavy: Int = 256, rate: Int = 5000, burst: Int = 32) {
            self.light = light
            self.heavy = heavy
            self.rate = rate
            self.burst = burst
        }

        subscript(lane: Lane) -> Int { lane == .light ? light : heavy }
    }

    private struct Check {
        var interval: Duration
        var lane: Lane
        /// The ticket of the check's only valid queue entry; 0 while it is running.
        var ticket: UInt64 = 0
        var isRunning = false
        /// Its starts are spread already.
        var isSpread = false
        /// It was asked for while a run was in flight, which may have begun before whatever the caller knows.
        var runAgain = false
    }

    private let limits: Limits
    private var budget: StartBudget
    private var checks: [CheckID: Check] = [:]
    private var queues: [DueQueue]
    private var inFlight: [Int]
    private var lastTicket: UInt64 = 0

    package init(limits: Limits = Limits()) {
        self.limits = limits
        budget = StartBudget(rate: limits.rate, burst: limits.burst)
        queues = Lane.allCases.map { _ in DueQueue() }
        inFlight = Lane.allCases.map { _ in 0 }
    }

    /// All checks, running ones included.
    package var count: Int { checks.count }
    package var runsInFlight: Int { inFlight.reduce(0, +) }

    /// A check from now on; a known id starts over, and its run in flight is no longer counted.
    package mutating func add(_ id: CheckID, interval: Duration, lane: Lane, at now: MonotonicInstant) {
        remove(id)
        checks[id] = Check(interval: max(.zero, interval), lane: lane)
        queue(id, at: now)
    }

    package mutating func remove(_ id: CheckID) {
        guard let check = checks.removeValue(forKey: id) else { return }
        if check.isRunning { inFlight[check.lane.rawValue] -= 1 }
        compact(check.lane)
    }

    /// Makes a check due now; one that is running is run once more right after.
    package mutating func runNow(_ id: CheckID, at now: MonotonicInstant) {
        guard let check = checks[id] else { return }
        if check.isRunning {
            checks[id]?.runAgain = true
        } else {
            queue(id, at: now)
        }
    }

    /// A run has ended: the pause begins.
    package mutating func finished(_ id: CheckID, at now: MonotonicInstant) {
        guard let check = checks[id], check.isRunning else { return }
        inFlight[check.lane.rawValue] -= 1
        checks[id]?.isRunning = false
        checks[id]?.isSpread = true
        checks[id]?.runAgain = false
        if check.runAgain {
            queue(id, at: now)
        } else {
            queue(id, at: now + (check.isSpread ? check.interval : Self.part(of: check.interval, for: id)))
        }
    }

    /// The checks to start now, the longest overdue first; each counts as running until `finished` or `remove`.
    package mutating func start(at now: MonotonicInstant) -> [CheckID] {
        var started: [CheckID] = []
        while started.count < limits.burst, budget.nextStart(at: now) <= now, let lane = nextLane(),
            let entry = queues[lane.rawValue].first, entry.due <= now
        {
            queues[lane.rawValue].removeFirst()
            budget.take(at: now)
            inFlight[lane.rawValue] += 1
            checks[entry.id]?.isRunning = true
            checks[entry.id]?.ticket = 0
            started.append(entry.id)
        }
        return started
    }

    /// When `start` has to be called again; nil while only the end of a run or a new check can change anything.
    package mutating func nextWake(at now: MonotonicInstant) -> MonotonicInstant? {
        guard let lane = nextLane(), let entry = queues[lane.rawValue].first else { return nil }
        return max(entry.due, budget.nextStart(at: now))
    }

    /// The lane with room whose first check is due first.
    private mutating func nextLane() -> Lane? {
        var best: (lane: Lane, entry: DueQueue.Entry)?
        for lane in Lane.allCases where inFlight[lane.rawValue] < limits[lane] {
            dropStale(lane)
            guard let entry = queues[lane.rawValue].first else { continue }
            if best.map({ entry.isBefore($0.entry) }) ?? true { best = (lane, entry) }
        }
        return best?.lane
    }

    private mutating func queue(_ id: CheckID, at due: MonotonicInstant) {
        guard let lane = checks[id]?.lane else { return }
        lastTicket += 1
        checks[id]?.ticket = lastTicket
        queues[lane.rawValue].push(DueQueue.Entry(due: due, id: id, ticket: lastTicket))
        compact(lane)
    }

    private mutating func dropStale(_ lane: Lane) {
        while let entry = queues[lane.rawValue].first, checks[entry.id]?.ticket != entry.ticket {
            queues[lane.rawValue].removeFirst()
        }
    }

    private mutating func compact(_ lane: Lane) {
        guard queues[lane.rawValue].count > 2 * checks.count + 64 else { return }
        let checks = self.checks
        queues[lane.rawValue].keep { checks[$0.id]?.ticket == $0.ticket }
    }

    /// Between nothing and the whole interval, by the check's id: its multiple of 2^32 divided by the golden ratio.
    static func part(of interval: Duration, for id: CheckID) -> Duration {
        let fraction = UInt64(id.rawValue &* 0x9E37_79B9)
        let nanoseconds = UInt64(interval.nanoseconds)
        let (high, low) = nanoseconds.multipliedFullWidth(by: fraction)
        return .nanoseconds(Int64(truncatingIfNeeded: high << 32 | low >> 32))
    }
}

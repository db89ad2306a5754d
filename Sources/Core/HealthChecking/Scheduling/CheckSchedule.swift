package import TimeTypes

/// When each check starts.
///
/// A check's interval is the pause between the end of one run and the start of the next, as ldirectord has it. The
/// first run of every check comes as soon as the budget of starts allows, since a director that has just started sends
/// traffic only to servers it has verified. After its first run a check waits for a part of its interval only, a
/// different part for each check: from then on the starts are spread evenly over the interval, however close together
/// the first ones were. A stall of the program or of the machine brings them together again, so a check that starts
/// late has lost its place and gets it back in the same way.
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
        /// Those of the heavy ones whose last run took all of its time. They get half of the heavy runs at most, so
        /// that servers which hang leave room for those which do not.
        case slow
        /// What a program of its own does.
        case program
        /// Those of the programs whose last run took all of its time, as `slow` is of `heavy`.
        case slowProgram
        /// Those of the light ones whose last run took all of its time, as `slow` is of `heavy`.
        case slowLight

        /// Where its check goes after a run.
        fileprivate func after(hung: Bool) -> Lane {
            switch self {
            case .light, .slowLight: hung ? .slowLight : .light
            case .heavy, .slow: hung ? .slow : .heavy
            case .program, .slowProgram: hung ? .slowProgram : .program
            }
        }
    }

    package struct Limits: Hashable, Sendable {
        /// Runs in flight.
        package var light: Int
        package var heavy: Int
        package var programs: Int
        /// Starts a second, and how many of them at once: the loop serves its descriptors between two bursts.
        package var rate: Int
        package var burst: Int

        package init(light: Int = 1024, heavy: Int = 256, programs: Int = 64, rate: Int = 5000, burst: Int = 32) {
            self.light = light
            self.heavy = heavy
            self.programs = programs
            self.rate = rate
            self.burst = burst
        }

    }

    private struct Check {
        var interval: Duration
        var lane: Lane
        /// The ticket of the check's only valid queue entry; 0 while it is running.
        var ticket: UInt64 = 0
        var isRunning = false
        /// Its starts are spread already.
        var isSpread = false
        /// It waits for its whole interval, so that a late start means a lost place.
        var isResting = false
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
        compact(lane)
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
            checks[id]?.isResting = false
            queue(id, at: now)
            compact(check.lane)
        }
    }

    /// A run has ended: the pause begins.
    /// - Parameter hung: the run took all the time it had.
    package mutating func finished(_ id: CheckID, hung: Bool = false, at now: MonotonicInstant) {
        guard var check = checks[id], check.isRunning else { return }
        inFlight[check.lane.rawValue] -= 1
        check.lane = check.lane.after(hung: hung)
        check.isResting = check.isSpread && !check.runAgain
        var due = now
        if !check.runAgain {
            due = now + (check.isSpread ? check.interval : Self.part(of: check.interval, for: id))
        }
        check.isRunning = false
        check.isSpread = true
        check.runAgain = false
        queue(id, &check, at: due)
        checks[id] = check
    }

    /// The checks to start now, the longest overdue first; each counts as running until `finished` or `remove`.
    package mutating func start(at now: MonotonicInstant) -> [CheckID] {
        var started: [CheckID] = []
        while started.count < limits.burst, budget.nextStart(at: now) <= now, let (lane, entry) = nextEntry(),
            entry.due <= now, var check = checks[entry.id]
        {
            queues[lane.rawValue].removeFirst()
            budget.take(at: now)
            inFlight[lane.rawValue] += 1
            if check.isResting, now - entry.due > Self.lateness(check.interval) { check.isSpread = false }
            check.isRunning = true
            check.ticket = 0
            checks[entry.id] = check
            started.append(entry.id)
        }
        return started
    }

    /// When `start` has to be called again; nil while only the end of a run or a new check can change anything.
    package mutating func nextWake(at now: MonotonicInstant) -> MonotonicInstant? {
        guard let (_, entry) = nextEntry() else { return nil }
        return max(entry.due, budget.nextStart(at: now))
    }

    /// Whether a check could start now, were it not for the budget.
    package mutating func isOverdue(at now: MonotonicInstant) -> Bool {
        nextEntry().map { $0.1.due <= now } ?? false
    }

    /// The check that is due first in a lane with room.
    private mutating func nextEntry() -> (Lane, DueQueue.Entry)? {
        var best: (Lane, DueQueue.Entry)?
        for lane in Lane.allCases where queues[lane.rawValue].count > 0 && hasRoom(lane) {
            dropStale(lane)
            guard let entry = queues[lane.rawValue].first else { continue }
            if best.map({ entry.isBefore($0.1) }) ?? true { best = (lane, entry) }
        }
        return best
    }

    private func hasRoom(_ lane: Lane) -> Bool {
        let (light, heavy, slow) = (inFlight[0], inFlight[1], inFlight[2])
        let (program, slowProgram, slowLight) = (inFlight[3], inFlight[4], inFlight[5])
        return switch lane {
        case .light: light + slowLight < limits.light
        case .slowLight: light + slowLight < limits.light && slowLight < max(1, limits.light / 2)
        case .heavy: heavy + slow < limits.heavy
        case .slow: heavy + slow < limits.heavy && slow < max(1, limits.heavy / 2)
        case .program: program + slowProgram < limits.programs
        case .slowProgram: program + slowProgram < limits.programs && slowProgram < max(1, limits.programs / 2)
        }
    }

    /// How late a start may be and still keep its place. In a lane that is full all starts are late; so it is asked
    /// only after a pause of the whole interval, or checks there would run more often than they should.
    private static func lateness(_ interval: Duration) -> Duration { max(interval / 4, .milliseconds(100)) }

    private mutating func queue(_ id: CheckID, at due: MonotonicInstant) {
        guard var check = checks[id] else { return }
        queue(id, &check, at: due)
        checks[id] = check
    }

    private mutating func queue(_ id: CheckID, _ check: inout Check, at due: MonotonicInstant) {
        lastTicket += 1
        check.ticket = lastTicket
        queues[check.lane.rawValue].push(DueQueue.Entry(due: due, id: id, ticket: lastTicket))
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

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
        var id: CheckID
        /// Nanoseconds.
        var interval: Int64
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

        /// Checks start at multiples of this many nanoseconds, and so in company, since a wake-up for each is a good
        /// part of what a check costs: the 25th part of the interval, 10 ms at least and 100 ms at most.
        var grain: Int64 { min(100_000_000, max(10_000_000, interval / 25)) }

        /// The multiple next to this moment, so that a check that is done at once comes back to its place in the
        /// interval; the one after it where that would be no pause.
        func place(near due: MonotonicInstant, after now: MonotonicInstant) -> MonotonicInstant {
            let nearest = (due.nanoseconds + grain / 2) / grain * grain
            return MonotonicInstant(nanoseconds: nearest > now.nanoseconds ? nearest : nearest + grain)
        }

        /// How many nanoseconds late a start may be and still keep its place. In a lane that is full all starts are
        /// late; so it is asked only after a pause of the whole interval, or checks there would run more often than
        /// they should.
        var lateness: Int64 { max(interval / 4, 100_000_000) }
    }

    private static let lanes = Lane.allCases

    private let limits: Limits
    private var budget: StartBudget
    /// The checks' slots by their ids; what happens for every run goes by slots.
    private var slots: [CheckID: Int] = [:]
    private var checks: [Check?] = []
    private var freeSlots: [Int] = []
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
    package var count: Int { slots.count }
    package var runsInFlight: Int { inFlight.reduce(0, +) }

    /// A check from now on; a known id starts over, and its run in flight is no longer counted.
    package mutating func add(_ id: CheckID, interval: Duration, lane: Lane, at now: MonotonicInstant) {
        remove(id)
        let check = Check(id: id, interval: max(0, interval.nanoseconds), lane: lane)
        let slot = freeSlots.popLast() ?? checks.count
        if slot == checks.count { checks.append(check) } else { checks[slot] = check }
        slots[id] = slot
        queue(slot, at: now)
        compact(lane)
    }

    package mutating func remove(_ id: CheckID) {
        guard let slot = slots.removeValue(forKey: id), let check = checks[slot] else { return }
        checks[slot] = nil
        freeSlots.append(slot)
        if check.isRunning { inFlight[check.lane.rawValue] -= 1 }
        compact(check.lane)
    }

    /// Makes a check due now; one that is running is run once more right after.
    package mutating func runNow(_ id: CheckID, at now: MonotonicInstant) {
        guard let slot = slots[id], let check = checks[slot] else { return }
        if check.isRunning {
            checks[slot]?.runAgain = true
        } else {
            checks[slot]?.isResting = false
            queue(slot, at: now)
            compact(check.lane)
        }
    }

    /// A run has ended: the pause begins.
    /// - Parameter hung: the run took all the time it had.
    package mutating func finished(_ id: CheckID, hung: Bool = false, at now: MonotonicInstant) {
        guard let slot = slots[id], var check = checks[slot], check.isRunning else { return }
        inFlight[check.lane.rawValue] -= 1
        check.lane = check.lane.after(hung: hung)
        check.isResting = check.isSpread && !check.runAgain
        var due = now
        if !check.runAgain {
            let pause = check.isSpread ? check.interval : Self.part(of: check.interval, for: id)
            due = check.place(near: MonotonicInstant(nanoseconds: now.nanoseconds + pause), after: now)
        }
        check.isRunning = false
        check.isSpread = true
        check.runAgain = false
        checks[slot] = check
        queue(slot, at: due)
    }

    /// The checks to start now, the longest overdue first; each counts as running until `finished` or `remove`.
    package mutating func start(at now: MonotonicInstant) -> [CheckID] {
        var started: [CheckID] = []
        while started.count < limits.burst, budget.nextStart(at: now) <= now, let (lane, entry) = nextEntry(),
            entry.due <= now, var check = checks[entry.slot]
        {
            queues[lane.rawValue].removeFirst()
            budget.take(at: now)
            inFlight[lane.rawValue] += 1
            if check.isResting, now.nanoseconds - entry.due.nanoseconds > check.lateness { check.isSpread = false }
            check.isRunning = true
            check.ticket = 0
            checks[entry.slot] = check
            started.append(check.id)
        }
        return started
    }

    /// When `start` has to be called again; nil while only the end of a run or a new check can change anything.
    package mutating func nextWake(at now: MonotonicInstant) -> MonotonicInstant? {
        guard let (_, entry) = nextEntry() else { return nil }
        // What is overdue waits for the budget alone, and a wake-up for each would cost more than the checks.
        let isHeldUp = entry.due <= now && budget.nextStart(at: now) > now
        return max(entry.due, budget.nextStart(of: isHeldUp ? limits.burst / 2 : 1, at: now))
    }

    /// The check that is due first in a lane with room.
    private mutating func nextEntry() -> (lane: Lane, entry: DueQueue.Entry)? {
        var best: (lane: Lane, entry: DueQueue.Entry)?
        for lane in Self.lanes where queues[lane.rawValue].count > 0 && hasRoom(lane) {
            dropStale(lane)
            guard let entry = queues[lane.rawValue].first else { continue }
            if best.map({ entry.isBefore($0.entry) }) ?? true { best = (lane, entry) }
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

    private mutating func queue(_ slot: Int, at due: MonotonicInstant) {
        guard let lane = checks[slot]?.lane.rawValue else { return }
        lastTicket += 1
        checks[slot]?.ticket = lastTicket
        queues[lane].push(DueQueue.Entry(due: due, slot: slot, ticket: lastTicket))
    }

    private mutating func dropStale(_ lane: Lane) {
        while let entry = queues[lane.rawValue].first, checks[entry.slot]?.ticket != entry.ticket {
            queues[lane.rawValue].removeFirst()
        }
    }

    private mutating func compact(_ lane: Lane) {
        guard queues[lane.rawValue].count > 2 * slots.count + 64 else { return }
        let checks = self.checks
        queues[lane.rawValue].keep { checks[$0.slot]?.ticket == $0.ticket }
    }

    /// Between nothing and the whole interval, by the check's id: its multiple of 2^32 divided by the golden ratio.
    private static func part(of interval: Int64, for id: CheckID) -> Int64 {
        let fraction = UInt64(id.rawValue &* 0x9E37_79B9)
        let (high, low) = UInt64(interval).multipliedFullWidth(by: fraction)
        return Int64(truncatingIfNeeded: high << 32 | low >> 32)
    }
}

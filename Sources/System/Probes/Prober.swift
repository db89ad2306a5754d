package import EventLoop
package import HealthChecking
internal import TimeTypes

/// Runs checks on the loop as their schedule says, and reports the end of every run.
@LoopActor package final class Prober {
    /// An object rather than a value: its run knows it, and one that was replaced under its id is another object.
    private final class Check {
        let id: CheckID
        let prepared: PreparedCheck
        /// Of every run.
        var completion: @LoopActor (ProbeOutcome) -> Void = { _ in }
        var run: (any ProbeRun)?
        var begin = MonotonicInstant.zero
        var isRemoved = false
        var sentinel: Sentinel?
        /// How many runs still only connect before the next that does the whole check.
        var connectsLeft = 0
        /// The next time that it is told that the run in flight, which is overdue, has not ended yet.
        var reminder: LoopTimer?
        /// The run in flight only connects.
        var isConnecting = false

        init(id: CheckID, prepared: PreparedCheck) {
            self.id = id
            self.prepared = prepared
        }

        /// Of the run in flight.
        var timeout: Duration {
            guard isConnecting, let connects = prepared.spec.connects else { return prepared.spec.timeout }
            return connects.timeout
        }
    }

    /// A wake-up that comes within this time sees to whatever the end of a run has made possible.
    private static let soon: Duration = .milliseconds(20)
    private static let shortestReminder: Duration = .seconds(1)

    private let report: @LoopActor (CheckID, CheckResult) -> Void
    private let remark: @LoopActor (CheckID, String) -> Void
    /// Idle connections that may be held, and those that are.
    private let sentinelLimit: Int
    private var sentinelsHeld = 0
    private let factory: ProbeFactory
    private var schedule: CheckSchedule
    /// Runs that have not ended an interval after they were killed, and how many there can be.
    private var stuckRuns: Set<CheckID> = []
    private let programLimit: Int
    private var shortage = CheckShortage()
    private let tellShortage: @LoopActor (String?) -> Void
    private var checks: [CheckID: Check] = [:]
    private var wakeUp: LoopTimer?
    private var isStarting = false

    /// - Parameter tellShortage: told why checks cannot be judged for want of something on this machine, again and
    ///   again while it lasts, and nil when it is over.
    package init(
        limits: CheckSchedule.Limits = CheckSchedule.Limits(), sentinelLimit: Int = 4096,
        rawEcho: [EchoDescriptor] = [],
        remark: @escaping @LoopActor (CheckID, String) -> Void = { _, _ in },
        shortage tellShortage: @escaping @LoopActor (String?) -> Void = { _ in },
        report: @escaping @LoopActor (CheckID, CheckResult) -> Void
    ) {
        schedule = CheckSchedule(limits: limits)
        programLimit = limits.programs
        factory = ProbeFactory(rawEcho: rawEcho)
        self.sentinelLimit = sentinelLimit
        self.remark = remark
        self.tellShortage = tellShortage
        self.report = report
    }

    isolated deinit {
        removeAll()
        wakeUp?.cancel()
    }

    package var count: Int { checks.count }
    package var runsInFlight: Int { schedule.runsInFlight }

    package func perform(_ request: ProberRequest) {
        switch request {
        case .add(let id, let spec): add(id, spec)
        case .remove(let id): remove(id)
        case .runNow(let id): runNow(id)
        }
    }

    private func runNow(_ id: CheckID) {
        let now = EventLoop.now
        schedule.runNow(id, at: now)
        startDue(at: now)
    }

    package func removeAll() {
        // Nothing takes the place of what ends.
        isStarting = true
        for id in Array(checks.keys) { remove(id) }
        isStarting = false
    }

    private func add(_ id: CheckID, _ spec: CheckSpec) {
        remove(id)
        let prepared = factory.prepare(spec)
        let check = Check(id: id, prepared: prepared)
        check.completion = { [unowned self, unowned check] outcome in ended(check, outcome) }
        check.sentinel = spec.sentinel.map { sentinel(for: check, rechecks: $0.rechecks) }
        checks[id] = check
        let now = EventLoop.now
        schedule.add(id, interval: spec.interval, lane: prepared.lane, at: now)
        startDue(at: now)
    }

    private func remove(_ id: CheckID) {
        guard let check = checks.removeValue(forKey: id) else { return }
        check.isRemoved = true
        check.reminder?.cancel()
        check.reminder = nil
        check.run?.cancel()
        check.run = nil
        check.sentinel?.stop()
        check.sentinel = nil
        factory.discard(check.prepared)
        schedule.remove(id)
        if shortage.removed(id, isLast: checks.isEmpty) { tellShortage(nil) }
        stuckRuns.remove(id)
        startDue(at: EventLoop.now)
    }

    private func sentinel(for check: Check, rechecks: Int) -> Sentinel {
        let id = check.id
        return Sentinel(
            check.prepared.spec.target, rechecks: rechecks,
            Sentinel.Surroundings(
                check: { [unowned self] in runNow(id) },
                isChecking: { [unowned check] in check.run != nil },
                mayOpen: { [unowned self] in
                    guard sentinelsHeld < sentinelLimit else { return false }
                    sentinelsHeld += 1
                    return true
                },
                closed: { [unowned self] in sentinelsHeld -= 1 },
                tell: { [unowned self] text in remark(id, text) }))
    }

    /// Starts what is due and sees to it that the next start is not missed. A run that ends at once comes back here
    /// while others are being started; those are taken care of by the call that is under way.
    private func startDue(at now: MonotonicInstant) {
        guard !isStarting else { return }
        isStarting = true
        for id in schedule.start(at: now) { start(id) }
        factory.connects.settle()
        isStarting = false
        sleepUntilNext(at: now)
    }

    private func sleepUntilNext(at now: MonotonicInstant) {
        guard let next = schedule.nextWake(at: now) else { return }
        if let wakeUp {
            // A timer that is set too early costs a look; moving it for every run would cost more.
            if wakeUp.isScheduled, wakeUp.deadline <= next { return }
            wakeUp.reschedule(at: next)
        } else {
            wakeUp = EventLoop.main.schedule(at: next) { [weak self] in self?.startDue(at: EventLoop.now) }
        }
    }

    private func start(_ id: CheckID) {
        guard let check = checks[id] else { return }
        let begin = EventLoop.now
        check.begin = begin
        check.isConnecting = check.connectsLeft > 0
        let made =
            check.isConnecting
            ? factory.connect(check.prepared.spec, begin: begin, completion: check.completion)
            : factory.run(check.prepared, begin: begin, completion: check.completion)
        switch made {
        case .failure(let unable):
            ended(check, unable.outcome)
        case .success(let run):
            check.run = run
            run.start()
        }
    }

    private func ended(_ check: Check, _ outcome: ProbeOutcome) {
        guard !check.isRemoved else { return }
        if case .overdue(let reason) = outcome { return overdue(check, reason) }
        let now = EventLoop.now
        // The run is calling this; it must outlive the call.
        let run = check.run
        check.run = nil
        defer { withExtendedLifetime(run) {} }
        check.reminder?.cancel()
        check.reminder = nil
        if !stuckRuns.isEmpty { stuckRuns.remove(check.id) }
        if case .unjudged = outcome {} else if shortage.judged(check.id, at: now) { tellShortage(nil) }
        switch outcome {
        case .passed(let reason):
            let connects = check.prepared.spec.connects?.count ?? 0
            check.connectsLeft = check.isConnecting ? check.connectsLeft - 1 : connects
            schedule.finished(check.id, at: now)
            report(check.id, CheckResult(passed: true, reason: reason, latency: now - check.begin))
            check.sentinel?.checked(passed: true)
        case .failed(let reason):
            check.connectsLeft = 0
            schedule.finished(check.id, hung: now - check.begin >= check.timeout, at: now)
            report(check.id, CheckResult(passed: false, reason: reason, latency: now - check.begin))
            check.sentinel?.checked(passed: false)
        case .unjudged(let reason):
            // The server's health, and how the next run is made, stay as they are.
            schedule.finished(check.id, at: now)
            check.sentinel?.notChecked()
            if shortage.unjudged(check.id, at: now) { tellShortage(reason) }
        // Its failure has been told.
        case .overdue, .gone: schedule.finished(check.id, hung: true, at: now)
        case .needsLibrary:
            // libcurl does the whole check again, now and from now on.
            check.prepared.question = nil
            schedule.add(check.id, interval: check.prepared.spec.interval, lane: .heavy, at: now)
        }
        // With many checks the next wake-up is near.
        if let wakeUp, wakeUp.isScheduled, wakeUp.deadline <= now + Self.soon { return }
        startDue(at: now)
    }

    /// The check has failed, and fails again after each interval, but its run keeps its place: while it has not ended
    /// there is no other, or what cannot be killed would fill the machine.
    private func overdue(_ check: Check, _ reason: String, isReminder: Bool = false) {
        check.connectsLeft = 0
        let pause = max(check.prepared.spec.interval, Self.shortestReminder)
        check.reminder = EventLoop.main.schedule(after: pause) { [unowned self, unowned check] in
            overdue(check, isReminder ? reason : reason + ", but does not end", isReminder: true)
        }
        report(check.id, CheckResult(passed: false, reason: reason, latency: check.timeout))
        check.sentinel?.checked(passed: false)
        guard isReminder, !check.isRemoved else { return }
        stuckRuns.insert(check.id)
        if stuckRuns.count >= programLimit, shortage.unjudged(check.id, at: EventLoop.now) {
            tellShortage("\(stuckRuns.count) programs were killed and do not end: no other one is started")
        }
    }
}

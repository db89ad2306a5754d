import DirectorCore
import EventLoop
import Glibc
import Logging
import MachineFacts

/// A program that directord keeps running: started again after its death, with a growing pause.
@LoopActor final class Daemon {
    static let abortGrace = Duration.seconds(1)
    static let farewellGrace = Duration.seconds(2)
    /// For one that has given up what others wait for, and is clearing away the rest.
    static let clearingGrace = Duration.seconds(10)
    let name: String
    /// Told of a death; false when it must not be started again.
    var onDeath: (ChildProcess.End) -> Bool = { _ in true }
    /// It holds something that others wait for.
    var holdsSomething: () -> Bool = { false }
    /// It was started, has died, or has ended.
    var onChange: () -> Void = {}
    /// Why it ended is handed to the one that is started in its place.
    var tellsSuccessor = false
    private(set) var restarts: UInt64 = 0
    /// It is to run, whether it does at this moment or not.
    private(set) var isWanted = false
    private let arguments: [String]
    private let variables: [String]
    private let descriptors: [Int32: Int32]
    /// While it has to wait for its next start, what it would have done to stop is done for it.
    private let isMissedAtOnce: Bool
    private var farewell: ChildProcess?
    private var awaitingFarewell: [CheckedContinuation<Void, Never>] = []
    private let log: Logger
    private var policy: RestartPolicy
    private var process: ChildProcess?
    private var restart: LoopTimer?
    private var isStopping = false
    private var wasStarted = false
    private var lastEnd: ChildProcess.End?
    /// Why it was ended from here, and how it ended when nobody asked it to.
    private var hang: String?
    private var lastDeath: String?
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameter descriptors: what it inherits besides standard output and error, by the number there.
    init(
        name: String, arguments: [String], descriptors: [Int32: Int32], variables: [String] = [],
        restartsAtOnce: Bool = false, log: Logger
    ) {
        isMissedAtOnce = restartsAtOnce
        policy = restartsAtOnce ? RestartPolicy(first: .zero, settled: .seconds(1)) : RestartPolicy()
        self.name = name
        self.arguments = arguments
        self.variables = variables
        self.descriptors = descriptors.merging([1: 1, 2: 2]) { $1 }
        self.log = log
    }

    func start() throws(LoopError) {
        isWanted = true
        // One that waited for its next start has it now.
        restart?.cancel()
        restart = nil
        guard farewell == nil else { return startAfterFarewell() }
        policy.started(at: EventLoop.now)
        let inheritance = tellsSuccessor ? lastDeath.map { ["--predecessor", $0] } : nil
        try spawn(arguments + (inheritance ?? []))
        wasStarted = true
    }

    private func spawn(_ arguments: [String]) throws(LoopError) {
        let child = try spawned(arguments) { [unowned self] in ended($0) }
        process = child
        log.info("\(name) started, process \(child.pid)")
        onChange()
    }

    private func spawned(
        _ arguments: [String], _ onEnd: @escaping @LoopActor (ChildProcess) -> Void
    ) throws(LoopError) -> ChildProcess {
        var options = ChildProcess.Options()
        options.environment = Self.environment + variables
        options.descriptors = descriptors
        options.blocksSignals = true
        // The daemons stand beside this program.
        return try ChildProcess.spawn(ProgramEnvironment.ownFolder + "/" + name, arguments, options, onExit: onEnd)
    }

    var isRunning: Bool { process != nil }

    var pid: Int32? { process?.pid }

    func signal(_ number: Int32) {
        process?.kill(number)
    }

    /// Ends one that hangs: SIGABRT leaves a core where the machine keeps them, SIGKILL takes one that is stopped. What
    /// follows is that of every death.
    func endHanging(since reason: String) {
        guard let process else { return }
        hang = reason
        log.error("\(name), process \(process.pid), hangs: \(reason); ending it")
        process.kill(SIGABRT)
        EventLoop.main.schedule(after: Self.abortGrace) { process.kill(SIGKILL) }
    }

    /// Ends it with SIGTERM, and with SIGKILL when it is still there after the grace. Returns when it is gone.
    func stop(grace: Duration) async {
        isStopping = true
        restart?.cancel()
        process?.kill(SIGTERM)
        await waitForEnd(grace: grace)
    }

    /// Stops it for now: it may be started again.
    func halt(grace: Duration) async {
        isWanted = false
        if isMissedAtOnce { _ = await stopProperly(grace: grace) } else { await stop(grace: grace) }
        isStopping = false
        wasStarted = false
        onChange()
    }

    /// Stops it; one that has died before it could do what stopping does, or that did not end well, is started once
    /// more for that alone. Returns whether it was done.
    func stopProperly(grace: Duration) async -> Bool {
        // It has a grace of its own.
        if farewell != nil { await withCheckedContinuation { awaitingFarewell.append($0) } }
        var isUndone = process == nil && wasStarted
        await stop(grace: grace)
        if wasStarted, lastEnd?.isSuccess != true { isUndone = true }
        if isUndone {
            do {
                try spawn(arguments + ["--farewell", "--ordered"])
            } catch {
                log.error("\(name) cannot be started to do what stopping does: \(error)")
                return false
            }
            await waitForEnd(grace: grace)
        }
        return !wasStarted || lastEnd?.isSuccess == true
    }

    private func waitForEnd(grace: Duration) async {
        guard let process else { return }
        let held = holdsSomething()
        let hard = EventLoop.main.schedule(after: grace) { [self] in
            // It is at work, and nobody is hurt by its taking long.
            guard held, !holdsSomething() else { return end(process, after: grace) }
            EventLoop.main.schedule(after: Self.clearingGrace) { [self] in
                if process.end == nil { end(process, after: grace + Self.clearingGrace) }
            }
        }
        await withCheckedContinuation { waiting.append($0) }
        hard.cancel()
    }

    private func end(_ process: ChildProcess, after grace: Duration) {
        log.error("\(name) did not end within \(grace), killing it")
        process.kill(SIGKILL)
    }

    private func ended(_ child: ChildProcess) {
        process = nil
        lastEnd = child.end
        defer { onChange() }
        for waiter in waiting { waiter.resume() }
        waiting = []
        let reason = hang.map { " since \($0)" } ?? ""
        hang = nil
        guard !isStopping, let end = child.end else { return }
        let death = "\(name), process \(child.pid), has died: \(end)\(reason)"
        lastDeath = death
        log.error("\(death)")
        if onDeath(end) { startAgainLater() }
    }

    private func startAgainLater() {
        let pause = policy.died(at: EventLoop.now)
        // One that never ran, and whose predecessor left nothing, has nothing to give up.
        if isMissedAtOnce, pause > .zero, wasStarted || holdsSomething() { sayFarewell() }
        restart = EventLoop.main.schedule(after: pause) { [unowned self] in beginAgain() }
    }

    private func beginAgain() {
        guard farewell == nil else { return startAfterFarewell() }
        restarts += 1
        startPersistently()
    }

    /// Starts it now, or as soon as that is possible: memory, a limit of processes, a program that is being replaced.
    func startPersistently() {
        do {
            try start()
        } catch {
            log.error("\(name) cannot be started, trying again: \(error)")
            startAgainLater()
        }
    }

    /// What is given up must be gone before it begins.
    private func startAfterFarewell() {
        restart = EventLoop.main.schedule(after: .milliseconds(20)) { [unowned self] in beginAgain() }
    }

    /// It does not come back, or not in time: others are to have what it held.
    func sayFarewell(since reason: String = "is not back in time", options: [String] = []) {
        guard farewell == nil else { return }
        log.warning("\(name) \(reason): what it held is given up")
        do {
            let child = try spawned(arguments + ["--farewell"] + options) { [unowned self] child in
                farewell = nil
                for waiter in awaitingFarewell { waiter.resume() }
                awaitingFarewell = []
                if child.end?.isSuccess != true { log.error("\(name): what it held may have been left behind") }
            }
            farewell = child
            EventLoop.main.schedule(after: Self.farewellGrace) { [self] in
                let patience = holdsSomething() ? .zero : Self.clearingGrace
                EventLoop.main.schedule(after: patience) { if child.end == nil { child.kill(SIGKILL) } }
            }
        } catch {
            log.error("\(name): what it held may have been left behind: \(error)")
        }
    }

    /// What the service manager meant for this process is not the children's.
    private static let environment = ProgramEnvironment.everything.filter {
        !$0.hasPrefix("NOTIFY_SOCKET=") && !$0.hasPrefix("WATCHDOG_") && !$0.hasPrefix("DIRECTOR_METRICS=")
    }
}

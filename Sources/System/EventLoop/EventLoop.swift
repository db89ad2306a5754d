internal import CLinux
internal import Glibc
internal import Synchronization
internal import TimeTypes

/// The one loop of the process: timers, descriptors, signals and a mailbox on one thread, and the executor on which
/// the program's async code runs.
///
/// Nothing that runs here may block. What must block goes to `runBlocking`.
package final class EventLoop: SerialExecutor, TaskExecutor, Sendable {
    package static let main = EventLoop()

    /// Events taken from the kernel at a time, and letters from the mailbox: timers are looked at in between, so this
    /// bounds how long a burst can hold them up.
    static let burst = 32

    let epoll: Int32
    private let wakeup: Int32
    private let timer: Int32
    private let mailbox = Mailbox()
    private let stopping = Atomic<Bool>(false)
    /// `pthread_self` of the thread inside `run`, 0 when none is.
    private let thread = Atomic<UInt>(0)
    let helpers = HelperThreads(limit: 4)

    @LoopActor var timers = TimerHeap()
    @LoopActor var watches = WatchTable()
    @LoopActor var signals = SignalTable()
    @LoopActor private var due: [LoopTimer] = []
    @LoopActor private var armed: MonotonicInstant?
    @LoopActor private var events = [clinux_event](repeating: clinux_event(), count: EventLoop.burst)
    /// Where the loop's time goes, for the program's metrics.
    @LoopActor package internal(set) var statistics = LoopStatistics()

    private init() {
        epoll = clinux_epoll_create()
        wakeup = clinux_eventfd_create(false, true)
        timer = clinux_timerfd_create()
        // Generation 0 belongs to these two; a watch's generation starts at 1.
        precondition(
            epoll >= 0 && wakeup >= 0 && timer >= 0
                && clinux_epoll_add(epoll, wakeup, Interest.readable.rawValue, UInt64(wakeup)) == 0
                && clinux_epoll_add(epoll, timer, Interest.readable.rawValue, UInt64(timer)) == 0,
            "cannot create the event loop: \(ErrnoText.describe(errno))")
    }

    /// Runs on the calling thread until `stop()`.
    package func run() {
        let (exchanged, _) = thread.compareExchange(
            expected: 0, desired: UInt(pthread_self()), ordering: .sequentiallyConsistent)
        precondition(exchanged, "the loop is already running")
        // Whether this is the loop's thread is asked once, not in every turn.
        LoopActor.assumeIsolated {
            while !stopping.load(ordering: .acquiring) { turn() }
        }
        stopping.store(false, ordering: .releasing)
        thread.store(0, ordering: .sequentiallyConsistent)
    }

    /// Makes `run` return after the turn it is in; from any thread.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        wake()
    }

    /// Has the loop run a closure soon; from any thread, in the order of the calls of one thread.
    package func post(_ work: @escaping @LoopActor @Sendable () -> Void) {
        deliver(.work(work))
    }

    /// Starts async code on the loop. Everything it awaits, functions that belong to no actor included, stays on the
    /// loop's thread.
    @discardableResult
    package func task<Success: Sendable>(
        _ body: @escaping @LoopActor @Sendable () async throws -> Success
    ) -> Task<Success, any Error> {
        Task(executorPreference: self) { try await body() }
    }

    package var isCurrentThread: Bool {
        thread.load(ordering: .relaxed) == UInt(pthread_self())
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        deliver(.job(UnownedJob(job)))
    }

    package func checkIsolated() {
        precondition(isCurrentThread, "called off the loop's thread")
    }

    package func isIsolatingCurrentContext() -> Bool? {
        isCurrentThread
    }

    // MARK: Turns

    private func deliver(_ letter: Mailbox.Letter) {
        if mailbox.append(letter, fromLoop: isCurrentThread) { wake() }
    }

    private func wake() {
        var one: UInt64 = 1
        // A full counter (EAGAIN) means that a wake-up is pending already.
        _ = unsafe write(wakeup, &one, MemoryLayout<UInt64>.size)
    }

    @LoopActor private func turn() {
        let now = fireTimers()
        runLetters()
        if stopping.load(ordering: .acquiring) { return }
        // Scheduled for a moment that is over: the next turn's. The kernel might count in hundredths of a second.
        let isDue = if let now, let first = timers.first { first.deadline <= now } else { false }
        if !isDue { arm() }
        let count = unsafe events.withUnsafeMutableBufferPointer { buffer in
            unsafe clinux_epoll_wait(epoll, buffer.baseAddress, Int32(buffer.count), mailbox.isEmpty && !isDue ? -1 : 0)
        }
        // EINTR is a turn without events: a stopped and continued process gets it.
        statistics.turns += 1
        for index in 0..<max(0, Int(count)) {
            dispatch(events[index])
        }
    }

    @LoopActor private func dispatch(_ event: clinux_event) {
        switch event.token {
        case UInt64(timer):
            // Arming it anew clears the expiration; the timers themselves are fired at the start of the next turn.
            armed = nil
            if timers.first == nil { _ = clinux_timerfd_set(timer, 0) }
        case UInt64(wakeup):
            var count: UInt64 = 0
            _ = unsafe read(wakeup, &count, MemoryLayout<UInt64>.size)
        default:
            statistics.events += 1
            watches.watch(for: event.token)?.ready(Readiness(rawValue: event.readiness))
        }
    }

    /// The time after that, where there is a timer at all.
    @LoopActor private func fireTimers() -> MonotonicInstant? {
        guard let first = timers.first else { return nil }
        let now = Self.now
        guard first.deadline <= now else { return now }
        // All that are due leave the heap before the first one fires: a timer that is scheduled anew for this very
        // moment waits for the next turn, and cannot keep the others from theirs.
        while let next = timers.first, next.deadline <= now {
            timers.remove(next)
            next.isDue = true
            due.append(next)
        }
        for timer in due where timer.isDue {
            statistics.count(late: now - timer.deadline)
            timer.fire()
        }
        due.removeAll(keepingCapacity: due.capacity <= 1024)
        return Self.now
    }

    @LoopActor private func runLetters() {
        for letter in mailbox.take(Self.burst) {
            statistics.letters += 1
            switch letter {
            case .work(let work):
                work()
            case .job(let job):
                unsafe job.runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
        }
    }

    /// Arms the timer descriptor for the earliest deadline. One that is armed too early (its timer was cancelled) is
    /// left alone: that costs a turn now and then, and saves a system call for every time-out that did not happen.
    @LoopActor private func arm() {
        guard let deadline = timers.first?.deadline else { return }
        if let armed, armed <= deadline { return }
        // 0 would disarm it.
        _ = clinux_timerfd_set(timer, max(1, deadline.nanoseconds))
        armed = deadline
    }
}

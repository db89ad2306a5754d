import EventLoop
import Glibc
import TimeTypes

/// One run: a hundred timers of 10 ms whose lateness is noted, and connections at a steady rate.
@LoopActor final class Measurement {
    static var current: Measurement?
    nonisolated(unsafe) static var isGoalMet = false

    static let timerCount = 100
    static let period = Duration.milliseconds(10)
    static let goal = Duration.milliseconds(1)

    private let listener: in_port_t
    private let seconds: Int
    private let rate: Int
    private var lateness: [Int64] = []
    private var isOver = false
    private var started = 0
    private var connected = 0
    private var failed = 0
    private var begin = MonotonicInstant.zero

    init(listener: in_port_t, seconds: Int, rate: Int) {
        self.listener = listener
        self.seconds = seconds
        self.rate = rate
    }

    func start() {
        begin = EventLoop.now
        lateness.reserveCapacity(Self.timerCount * 100 * (seconds + 1))
        for index in 0..<Self.timerCount {
            // Spread over the period, so that they do not fire in one heap.
            let first = begin + .microseconds(100 * index)
            repeating(every: Self.period, from: first) { [self] deadline in
                lateness.append((EventLoop.now - deadline).nanoseconds)
            }
        }
        repeating(every: .milliseconds(1), from: begin) { [self] _ in connectSome() }
        EventLoop.main.schedule(after: .seconds(seconds)) { [self] in finish() }
    }

    private func repeating(
        every period: Duration, from first: MonotonicInstant, _ action: @escaping @LoopActor (MonotonicInstant) -> Void
    ) {
        let holder = Holder()
        holder.timer = EventLoop.main.schedule(at: first) { [self] in
            guard !isOver, let timer = holder.timer else { return }
            action(timer.deadline)
            timer.reschedule(at: timer.deadline + period)
        }
    }

    private final class Holder {
        var timer: LoopTimer?
    }

    /// As many as the rate has promised by now.
    private func connectSome() {
        let promised = Int((EventLoop.now - begin).nanoseconds) / 1_000 * rate / 1_000_000
        while started < promised {
            started += 1
            connect()
        }
    }

    private func connect() {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        // A reset instead of TIME_WAIT: the ports would be used up in seconds.
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        var address = Listener.loopback(port: listener)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 || errno == EINPROGRESS else {
            failed += 1
            close(descriptor)
            return
        }
        // As a check does it: a watch for the answer and a time-out beside it.
        let attempt = Attempt(descriptor)
        attempt.timeout = EventLoop.main.schedule(after: .seconds(1)) { [self] in
            failed += 1
            attempt.end()
        }
        attempt.watch = try? EventLoop.main.watch(descriptor, .writable) { [self] _ in
            var problem: Int32 = 0
            var length = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &length)
            if problem == 0 { connected += 1 } else { failed += 1 }
            attempt.end()
        }
    }

    private final class Attempt {
        let descriptor: Int32
        var watch: DescriptorWatch?
        var timeout: LoopTimer?

        init(_ descriptor: Int32) { self.descriptor = descriptor }

        @LoopActor func end() {
            timeout?.cancel()
            watch?.cancel()
            timeout = nil
            watch = nil
            close(descriptor)
        }
    }

    /// Nanoseconds that this thread was ready and did not run (schedstat's second number): what other programs on the
    /// machine add to the lateness.
    private static func waitedForProcessor() -> Int {
        let file = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = read(file, &text, text.count)
        let words = text[..<max(0, count)].split(separator: UInt8(ascii: " "))
        return words.dropFirst().first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    }

    private func finish() {
        isOver = true
        let elapsed = Double((EventLoop.now - begin).nanoseconds) / 1e9
        let sorted = lateness.sorted()
        func microseconds(_ part: Double) -> Int { Int(sorted[Int(Double(sorted.count - 1) * part)] / 1_000) }
        var busy = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &busy)
        let share = (Double(busy.tv_sec) + Double(busy.tv_nsec) / 1e9) / elapsed
        let perSecond = Int(Double(connected) / elapsed)
        Self.isGoalMet =
            microseconds(0.99) * 1_000 < Self.goal.nanoseconds && failed == 0 && perSecond >= rate * 95 / 100
        print(
            "\(Self.timerCount) timers of 10 ms beside \(perSecond) connects a second (\(failed) failed), \(seconds) s:",
            "\(sorted.count) firings late p50 \(microseconds(0.5)) us, p99 \(microseconds(0.99)) us,",
            "max \(microseconds(1)) us; loop busy \(Int(share * 100)) %,",
            "waited \(Self.waitedForProcessor() / 1_000_000) ms for a processor;",
            "goal p99 under 1000 us: \(Self.isGoalMet ? "met" : "missed")")
        EventLoop.main.stop()
    }
}

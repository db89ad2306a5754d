import CLinux
import EventLoop
import Glibc
import Logging

/// sd_notify(3): what the engine reports through its pipe goes on to the socket that the service manager named, since
/// the manager listens to the main process only.
@LoopActor final class ServiceManager {
    /// The engine writes `NAME=value` lines here, and empty ones to say that its loop turns.
    let childEnd: Int32
    /// The engine has had its first table in the kernel.
    private(set) var wasReady = false
    var onReady: () -> Void = {}
    /// The engine wrote something.
    var onWord: () -> Void = {}
    /// The configuration in force has virtual routers from now on, or none.
    var onRouters: (Bool) -> Void = { _ in }
    /// A word of the engine to directord, and not to the service manager.
    private static let routers = "DIRECTOR_ROUTERS="
    /// The prober is connected to the engine, or is waited for.
    var onProber: (Bool) -> Void = { _ in }
    private static let prober = "DIRECTOR_PROBER="
    /// The engine says where metrics are to be served; empty for nowhere.
    var onMetricsAddress: (String) -> Void = { _ in }
    private static let metricsPrefix = "DIRECTOR_METRICS="
    private let socketPath: String?
    private let log: Logger
    private var readyDescriptor: Int32?
    private let readEnd: Int32
    private var watch: DescriptorWatch?
    private var rest: [UInt8] = []

    /// - Parameter readyDescriptor: gets the line of readiness too, and is closed then.
    init(log: Logger, readyDescriptor: Int32? = nil) throws {
        self.log = log
        self.readyDescriptor = readyDescriptor
        socketPath = getenv("NOTIFY_SOCKET").map { String(cString: $0) }
        var ends: [Int32] = [0, 0]
        guard clinux_pipe(&ends, true) == 0 else {
            throw RuntimeDirectory.Problem(description: "cannot make a pipe: \(String(cString: strerror(errno)))")
        }
        readEnd = ends[0]
        childEnd = ends[1]
        watch = try EventLoop.main.watch(readEnd, .readable) { [unowned self] _ in receive() }
        feedWatchdog()
    }

    /// Sends one message; without a service manager it goes nowhere.
    func tell(_ message: String) {
        guard let socketPath else { return }
        let socket = clinux_unix_connect(socketPath, Int32(SOCK_DGRAM.rawValue), true)
        guard socket >= 0 else {
            log.warning("cannot reach the service manager at \(socketPath): \(String(cString: strerror(errno)))")
            return
        }
        defer { close(socket) }
        if send(socket, message, message.utf8.count, Int32(MSG_NOSIGNAL)) < 0 {
            log.warning("cannot notify the service manager: \(String(cString: strerror(errno)))")
        }
    }

    /// Takes in what the engine has reported so far.
    func receive() {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(readEnd, &chunk, chunk.count)
        guard count > 0 else { return }
        onWord()
        rest += chunk[..<count]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest.removeFirst(end + 1)
            if line.isEmpty { continue }
            if line.hasPrefix(Self.routers) {
                onRouters(line.hasSuffix("=1"))
                continue
            }
            if line.hasPrefix(Self.prober) {
                onProber(line.hasSuffix("=1"))
                continue
            }
            if line.hasPrefix(Self.metricsPrefix) {
                onMetricsAddress(String(line.dropFirst(Self.metricsPrefix.count)))
                continue
            }
            tell(line)
            if line == "READY=1" {
                wasReady = true
                tellStarter()
                onReady()
            }
        }
        // A line is short; what has no end is not one.
        if rest.count > 4096 { rest = [] }
    }

    private func tellStarter() {
        guard let descriptor = readyDescriptor else { return }
        readyDescriptor = nil
        _ = write(descriptor, "READY=1\n", 8)
        close(descriptor)
    }

    /// Pings twice in each period that the manager asks for (WATCHDOG_USEC), from the loop, so that a stuck loop is
    /// seen.
    private func feedWatchdog() {
        if let pid = getenv("WATCHDOG_PID"), Int32(String(cString: pid)) != getpid() { return }
        guard let text = getenv("WATCHDOG_USEC"), let period = Int64(String(cString: text)), period > 0 else { return }
        tell("WATCHDOG=1")
        EventLoop.main.schedule(after: .microseconds(period / 2)) { [unowned self] in feedWatchdog() }
    }
}

internal import CFailover
internal import EventLoop
internal import Glibc
internal import VirtualRouting

/// A link over a serial line. A line is slow, and what waits in it is late: of the messages that it cannot take, few
/// wait (`LineQueue`). A device that goes away is opened again when it is back.
@LoopActor final class SerialLink {
    /// What became of the device: nil for in use, else the reason.
    typealias Notice = @LoopActor (_ reason: String?) -> Void

    private let device: String
    private let baud: Int
    private let onMessage: @LoopActor ([UInt8]) -> Void
    private let onNotice: Notice
    private var descriptor: Int32 = -1
    private var watch: DescriptorWatch?
    private var frames = SerialFrames()
    /// The rest of a frame of which the line has taken a part.
    private var rest: ArraySlice<UInt8> = []
    private var queue = LineQueue()
    private var sending: LoopTimer?
    private var reopening: LoopTimer?
    private var lastReason: String?

    private static let reopeningPause = Duration.seconds(1)
    private var buffer = [UInt8](repeating: 0, count: 4096)
    /// Reads in one turn of the loop.
    private static let turn = 8

    init(device: String, baud: Int, onMessage: @escaping @LoopActor ([UInt8]) -> Void, onNotice: @escaping Notice) {
        self.device = device
        self.baud = baud
        self.onMessage = onMessage
        self.onNotice = onNotice
        open()
    }

    isolated deinit { close() }

    func close() {
        reopening?.cancel()
        reopening = nil
        release()
    }

    private func release() {
        sending?.cancel()
        sending = nil
        watch?.cancel()
        watch = nil
        rest = []
        queue = LineQueue()
        if descriptor >= 0 { cfailover_serial_close(descriptor) }
        descriptor = -1
    }

    private func open() {
        reopening = nil
        descriptor = unsafe cfailover_serial_open(device, Int32(baud))
        guard descriptor >= 0 else { return fail(errno) }
        frames.reset()
        do {
            watch = try EventLoop.main.watch(descriptor, .readable) { [weak self] in self?.receive($0) }
        } catch {
            return fail(error.errno)
        }
        lastReason = nil
        onNotice(nil)
    }

    /// Said once for each reason; tried again as long as it takes.
    private func fail(_ code: Int32) {
        release()
        let reason = Self.reason(code)
        if reason != lastReason {
            lastReason = reason
            onNotice(reason)
        }
        reopening = EventLoop.main.schedule(after: Self.reopeningPause) { [weak self] in self?.open() }
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT, ENODEV, ENXIO: "there is no such device"
        case EIO: "the line is gone"
        case ENOTTY, EINVAL: "it is no serial line"
        case EACCES, EPERM: "permission denied"
        case EBUSY: "another program has it"
        default: "error \(code)"
        }
    }

    // MARK: Receiving

    private func receive(_ readiness: Readiness) {
        for _ in 0..<Self.turn {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count > 0 {
                for message in frames.take(buffer[..<count]) { onMessage(message) }
                // A message may have ended the program's interest.
                guard watch != nil else { return }
                continue
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                if readiness.contains(.hangup) { fail(EIO) }
                return
            }
            return fail(count == 0 ? EIO : errno)
        }
    }

    // MARK: Sending

    func send(_ message: [UInt8], moment: UInt64, isLast: Bool) {
        guard descriptor >= 0 else { return }
        queue.put(SerialFrames.frame(message), moment: moment, isLast: isLast)
        if sending == nil { flush() }
    }

    private func flush() {
        sending = nil
        guard descriptor >= 0 else { return }
        if !rest.isEmpty, !write() { return }
        while rest.isEmpty, let next = queue.first {
            // What the line has taken and not sent yet makes the next message late: one more at most may wait there.
            let queued = Int(cfailover_serial_queued(descriptor))
            if queued > next.count { return later(queued - next.count) }
            queue.removeFirst()
            rest = next[...]
            guard write() else { return }
        }
        if !rest.isEmpty { later(rest.count) }
    }

    /// False when the line is gone.
    private func write() -> Bool {
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return true }
            guard count > 0 else {
                fail(count == 0 ? EIO : errno)
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// When the line will have sent so many bytes of ten bits.
    private func later(_ bytes: Int) {
        let span = min(max(Duration.seconds(1) * (bytes * 10) / baud, .milliseconds(2)), .milliseconds(200))
        sending = EventLoop.main.schedule(after: span) { [weak self] in self?.flush() }
    }
}

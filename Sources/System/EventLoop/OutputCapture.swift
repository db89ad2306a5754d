internal import CLinux
internal import Glibc

/// The pipe on which a child's output is gathered, up to a limit.
@LoopActor final class OutputCapture {
    private(set) var bytes: [UInt8] = []
    private(set) var wasCut = false
    private(set) var writer: Int32
    private let reader: Int32
    private let limit: Int
    private var watch: DescriptorWatch?
    private var isOpen = true

    init(limit: Int) throws(LoopError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe clinux_pipe(&ends, false) == 0 else {
            throw LoopError(.spawn, "cannot make a pipe for output", errno: errno)
        }
        // Only this end: the child's own writes must block as any program expects.
        _ = clinux_set_nonblocking(ends[0], true)
        reader = ends[0]
        writer = ends[1]
        self.limit = limit
    }

    deinit {
        if writer >= 0 { close(writer) }
        if isOpen { close(reader) }
    }

    func closeWriter() {
        close(writer)
        writer = -1
    }

    func begin(on loop: EventLoop) throws(LoopError) {
        watch = try loop.watch(reader, .readable) { _ in self.readSome() }
    }

    /// Takes what is there and closes.
    func finish() {
        // Bounded: a grandchild that writes without end does not hold us here.
        for _ in 0..<64 where isOpen { readSome() }
        shut()
    }

    private func readSome() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe read(reader, &buffer, buffer.count)
        if count > 0 {
            let wanted = min(count, limit - bytes.count)
            bytes += buffer[..<wanted]
            if wanted < count { wasCut = true }
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            shut()
        }
    }

    private func shut() {
        guard isOpen else { return }
        isOpen = false
        watch?.cancel()
        watch = nil
        close(reader)
    }
}

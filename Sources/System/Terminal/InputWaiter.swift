internal import CLinux
import Glibc

/// Waits for keys, for lines of a socket and for signals, on a program's only thread: `director` has no loop.
package struct InputWaiter: ~Copyable {
    package struct Ready: Sendable {
        package var keys = false
        package var socket = false
        /// Nobody reads what is written to `output` any more.
        package var outputEnded = false
        /// Numbers of signals that arrived.
        package var signals: [Int32] = []
    }

    private let signals: Int32

    /// From now on these signals are told by `wait` and have no other effect.
    package init(signals numbers: [Int32]) {
        _ = unsafe clinux_signals_block(numbers, numbers.count)
        _ = clinux_sigpipe_ignore()
        signals = unsafe clinux_signalfd(-1, numbers, numbers.count)
    }

    deinit {
        close(signals)
    }

    /// Waits until something is ready or the time is over.
    /// - Parameters:
    ///   - keys: the descriptor of the keyboard.
    ///   - socket: nil for none.
    ///   - output: a pipe that is written to, whose end is to be noticed though there is nothing to write.
    package func wait(keys: Int32?, socket: Int32?, output: Int32? = nil, milliseconds: Int) -> Ready {
        var descriptors = [
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: keys ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket ?? -1, events: Int16(POLLIN), revents: 0),
            // That there is an error is told unasked.
            pollfd(fd: output ?? -1, events: 0, revents: 0),
        ]
        var ready = Ready()
        guard unsafe poll(&descriptors, 4, Int32(clamping: milliseconds)) > 0 else { return ready }
        if descriptors[0].revents != 0 {
            var sender: pid_t = 0
            while case let number = unsafe clinux_signalfd_read(signals, &sender), number > 0 {
                ready.signals.append(number)
            }
        }
        ready.keys = descriptors[1].revents != 0
        ready.socket = descriptors[2].revents != 0
        ready.outputEnded = descriptors[3].revents != 0
        return ready
    }

    /// What has been typed; nil when the terminal is gone.
    package static func read(_ descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        return count > 0 ? Array(bytes[..<count]) : nil
    }
}

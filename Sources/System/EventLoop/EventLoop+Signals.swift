internal import CLinux
internal import Glibc

/// The signals that have an action on the loop, and the descriptor they arrive on.
struct SignalTable {
    var descriptor: Int32 = -1
    /// They are told the process that sent the signal.
    var actions: [Int32: @LoopActor (Int32) -> Void] = [:]

    nonisolated init() {}
}

extension EventLoop {
    /// Blocks the signals that programs handle on their loop, and ignores SIGPIPE. It is the first thing `main` does:
    /// threads inherit the mask, and a thread that has a signal unblocked would die of it.
    package static func blockSignals(_ numbers: [Int32] = [SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGCHLD]) {
        _ = unsafe clinux_signals_block(numbers, numbers.count)
        _ = clinux_sigpipe_ignore()
    }

    /// Runs the action each time the signal arrives; a later action for the same signal replaces it. Signals of one
    /// number that arrive together count as one.
    @LoopActor package func onSignal(_ number: Int32, _ action: @escaping @LoopActor () -> Void) throws(LoopError) {
        try onSignal(number) { _ in action() }
    }

    /// The same for who wants to know which process sent it: 0 for the kernel, and the first of several.
    @LoopActor package func onSignal(
        _ number: Int32, _ action: @escaping @LoopActor (_ sender: Int32) -> Void
    ) throws(LoopError) {
        let name = ChildProcess.signalName(number)
        guard unsafe clinux_signals_block([number], 1) == 0 else {
            throw LoopError(.signal, "cannot block \(name)", errno: errno)
        }
        let numbers = signals.actions.keys + [number]
        let isFirst = signals.descriptor < 0
        let descriptor = unsafe clinux_signalfd(signals.descriptor, numbers, numbers.count)
        guard descriptor >= 0 else {
            throw LoopError(.signal, "cannot receive \(name)", errno: errno)
        }
        signals.descriptor = descriptor
        signals.actions[number] = action
        if isFirst {
            _ = try watch(descriptor, .readable) { _ in self.receiveSignals() }
        }
    }

    @LoopActor private func receiveSignals() {
        var sender: pid_t = 0
        while case let number = unsafe clinux_signalfd_read(signals.descriptor, &sender), number > 0 {
            signals.actions[number]?(sender)
        }
    }
}

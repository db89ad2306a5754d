internal import Glibc
package import VirtualServers

/// A command that did not take effect, or of which that is not known (`unanswered`).
package struct CommandFailure: Hashable, Sendable {
    /// Its place among the commands given.
    package let index: Int
    package let command: IPVSCommand
    package let error: IPVSError

    package init(index: Int, command: IPVSCommand, error: IPVSError) {
        self.index = index
        self.command = command
        self.error = error
    }
}

extension IPVSClient {
    /// Messages of one send: more overflow the default receive buffer with their errors.
    private static let batchLimit = 256
    /// Bytes of one send: libnl's send buffer takes 64 KiB.
    private static let batchBytes = 48 << 10

    /// Carries out commands in order, many to a system call. A failing command does not stop those behind it. Returns
    /// the failures in the order of the commands; empty means that all are done.
    package func apply(_ commands: some Collection<IPVSCommand>) -> [CommandFailure] {
        if !isPreparedForBulk {
            socket.prepareForBulk(receiveBuffer: receiveBuffer)
            isPreparedForBulk = true
        }
        var failures: [CommandFailure] = []
        var rest = commands[...]
        var done = 0
        while !rest.isEmpty {
            let batch = encodeBatch(Array(rest.prefix(Self.batchLimit)), from: done)
            submit(batch, &failures)
            done += batch.commands.count
            rest = rest.dropFirst(batch.commands.count)
        }
        return failures
    }

    /// Commands that travel in one send.
    private struct Batch {
        let commands: ArraySlice<IPVSCommand>
        /// The place of the first among all.
        let start: Int
        /// The number of the first message; the others follow.
        let sequence: UInt32
        /// The kernel's answers: an errno, 0 for done, nil for none so far.
        var answers: [Int32?]

        func refusal(_ offset: Int) -> IPVSError? {
            guard let errno = answers[offset], errno != 0 else { return nil }
            return .refused(commands[offset], errno: errno)
        }
    }

    /// Writes as many commands as fit. Errors come back unasked, so only the last one asks for an acknowledgement: it
    /// says that all before it have been looked at.
    ///
    /// Commands for a sync daemon travel alone: the kernel's answer to one may be lost for good (see `perform`), and
    /// what became of one before it, the table would not show any more.
    private func encodeBatch(_ commands: [IPVSCommand], from start: Int) -> Batch {
        var limit = commands.count
        if commands[0].isForDaemon {
            limit = 1
        } else if let daemon = commands.firstIndex(where: \.isForDaemon) {
            limit = daemon
        }
        let sequence = takeSequence(limit)
        writer.removeAll()
        var end = 0
        while end < limit {
            let size = writer.bytes.count
            writer.append(
                commands[end], family: family, sequence: sequence + UInt32(end), acknowledged: end == limit - 1)
            end += 1
            // A batch that is full by its bytes ends here: its last message is written again, with the request.
            if writer.bytes.count >= Self.batchBytes, end < limit {
                writer.removeLast(writer.bytes.count - size)
                writer.append(
                    commands[end - 1], family: family, sequence: sequence + UInt32(end - 1), acknowledged: true)
                break
            }
        }
        return Batch(
            commands: commands[..<end], start: start, sequence: sequence, answers: Array(repeating: nil, count: end))
    }

    private func submit(_ batch: consuming Batch, _ failures: inout [CommandFailure]) {
        do {
            try socket.send(writer.bytes)
        } catch {
            for (offset, command) in batch.commands.enumerated() {
                let error = IPVSError(.socket, command.summary, errno: error.errno)
                failures.append(CommandFailure(index: batch.start + offset, command: command, error: error))
            }
            return
        }
        var errors: [IPVSError?]
        if collect(&batch) {
            errors = batch.answers.indices.map { batch.refusal($0) }
        } else {
            errors = recover(batch)
        }
        for (offset, error) in errors.enumerated() {
            guard let error else { continue }
            failures.append(CommandFailure(index: batch.start + offset, command: batch.commands[offset], error: error))
        }
    }

    /// Receives up to the acknowledgement of the last command; false when an answer may have been lost.
    private func collect(_ batch: inout Batch) -> Bool {
        let last = batch.answers.count - 1
        var isLossy = false
        while batch.answers[last] == nil {
            do {
                // After a loss the acknowledgement may be among what was lost: then there is nothing to wait for.
                try socket.receive(wait: !isLossy) { (bytes) throws(MalformedMessage) in
                    var messages = MessageReader()
                    while let message = try messages.next(in: bytes) {
                        let offset = Int(message.sequence) - Int(batch.sequence)
                        guard message.isError, (0...last).contains(offset) else { continue }
                        batch.answers[offset] = try message.errno(in: bytes)
                    }
                }
            } catch .socket(ENOBUFS) {
                isLossy = true
            } catch {
                socket.drain()
                return false
            }
        }
        return !isLossy
    }

    /// Finds out what became of the commands whose answers are missing: reads the table and compares. What did not take
    /// effect is sent again on its own, which either does it or brings the kernel's reason.
    private func recover(_ batch: Batch) -> [IPVSError?] {
        let commands = Array(batch.commands)
        var errors = commands.indices.map { batch.refusal($0) }
        let observation: Observation
        do throws(IPVSError) {
            observation = try observe(commands)
        } catch {
            for offset in commands.indices where batch.answers[offset] == nil {
                errors[offset] = IPVSError(.unanswered, commands[offset].summary)
            }
            return errors
        }
        let verdicts = observation.verdicts(on: commands, answers: batch.answers)
        for offset in commands.indices {
            switch verdicts[offset] {
            case .answered, .inEffect: break
            case .superseded: errors[offset] = IPVSError(.unanswered, commands[offset].summary)
            case .notInEffect:
                do { try perform(commands[offset]) } catch { errors[offset] = error }
            }
        }
        return errors
    }
}

extension IPVSCommand {
    fileprivate var isForDaemon: Bool {
        switch self {
        case .startDaemon, .stopDaemon: true
        default: false
        }
    }
}

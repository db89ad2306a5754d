internal import Glibc
package import VirtualServers

/// Talks to the kernel's IPVS in the network namespace where it was made. Confined to the thread that made it. Requests
/// are carried out inside the system call that sends them, so nothing here waits for anything but the kernel's own
/// work.
package final class IPVSClient {
    let socket: NetlinkSocket
    private(set) var family: UInt16
    /// Requests are encoded here; kept for its memory.
    var writer = MessageWriter()
    private var sequence: UInt32
    var isPreparedForBulk = false
    /// Bytes of receive buffer for pipelined commands.
    let receiveBuffer: Int32

    /// Opens a socket and finds IPVS; when the kernel does not know it yet, `modprobe` is tried once.
    ///
    /// Finding it needs no privilege, using it does: without CAP_NET_ADMIN every request is refused with EPERM.
    /// - Throws: `IPVSError.unavailable`, with EPERM where the module is not loaded and the caller could not load it.
    /// - Parameter modprobeComplains: its words stand before this program's own, as they do with ipvsadm.
    package init(receiveBuffer: Int32 = 1 << 20, modprobeComplains: Bool = false) throws(IPVSError) {
        self.receiveBuffer = receiveBuffer
        // Answers to another socket's requests never come here; starting anywhere but at 0 or at libnl's numbers keeps
        // a late answer to the family's resolution from being taken for ours.
        sequence = 1 << 24
        do throws(NetlinkSocket.Failure) {
            socket = try NetlinkSocket()
            if let known = try socket.family("IPVS") {
                family = known
                return
            }
            KernelModule.load("ip_vs", quietly: !modprobeComplains)
            guard let loaded = try socket.family("IPVS") else {
                throw NetlinkSocket.Failure(errno: geteuid() == 0 ? ENOPROTOOPT : EPERM)
            }
            family = loaded
        } catch {
            throw .unavailable(error.errno)
        }
    }

    /// Finds IPVS again after `refused` with ENOENT: a module that was unloaded and loaded is a family of another
    /// number. False when that was not the reason.
    func findFamilyAgain() -> Bool {
        guard let current = try? socket.family("IPVS"), current != family else { return false }
        family = current
        return true
    }

    /// Numbers for `count` messages, one behind the other.
    func takeSequence(_ count: Int = 1) -> UInt32 {
        if sequence > .max - UInt32(count) { sequence = 1 }
        defer { sequence += UInt32(count) }
        return sequence
    }

    /// Carries out one command and returns when the kernel has said that it is done, or when the answer was lost and
    /// the kernel's state shows that it is.
    package func perform(_ command: IPVSCommand) throws(IPVSError) {
        do {
            try performOnce(command)
        } catch {
            guard error.code == .unanswered else { throw error }
            // An answer is also missing when the kernel was "interrupted": net/netlink/af_netlink.c keeps EINTR to
            // itself, and stopping a sync daemon that never ran yet ends with it (kthread_stop).
            socket.drain()
            guard try observe([command]).verdicts(on: [command], answers: [nil]) == [.inEffect] else { throw error }
        }
    }

    /// What the kernel has, where its answers to commands do not tell.
    func observe(_ commands: [IPVSCommand]) throws(IPVSError) -> Observation {
        let table = try table(expecting: VirtualServerTable(concernedBy: commands))
        return Observation(table: table, timeouts: try timeouts(), daemons: try daemons())
    }

    private func performOnce(_ command: IPVSCommand) throws(IPVSError) {
        let number = takeSequence()
        writer.removeAll()
        writer.append(command, family: family, sequence: number, acknowledged: true)
        do {
            try socket.send(writer.bytes)
        } catch {
            throw IPVSError(.socket, command.summary, errno: error.errno)
        }
        var answer: Int32?
        while answer == nil {
            do {
                try socket.receive { (bytes) throws(MalformedMessage) in
                    var messages = MessageReader()
                    while let message = try messages.next(in: bytes) {
                        guard message.isError, message.sequence == number else { continue }
                        answer = try message.errno(in: bytes)
                    }
                }
            } catch {
                throw receiveError(error, command.summary)
            }
        }
        if let answer, answer != 0 { throw .refused(command, errno: answer) }
    }

    func receiveError(_ error: NetlinkSocket.ReceiveError<MalformedMessage>, _ context: String) -> IPVSError {
        switch error {
        case .socket(let errno) where errno == EAGAIN || errno == ENOBUFS:
            IPVSError(.unanswered, context, errno: errno)
        case .socket(let errno): IPVSError(.socket, context, errno: errno)
        case .body(let malformed):
            IPVSError(.malformed, context, detail: "the kernel's answer is not understood: \(malformed)")
        }
    }
}

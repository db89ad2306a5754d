internal import EventLoop
internal import Glibc

/// A run that has begun to connect and waits to be told.
@LoopActor protocol ConnectingRun: ProbeRun {
    /// Goes on, or begins to wait.
    /// - Parameter readiness: nil while there is neither a connection nor a failure.
    func settle(_ readiness: Readiness?)
}

/// Connections that were begun together. Within a rack most of them are there when the last one has been begun, so one
/// poll(2) asks for all before each of the others gets a watch and a deadline of its own.
@LoopActor final class ConnectBatch {
    private var runs: [any ConnectingRun] = []
    private var descriptors: [pollfd] = []

    nonisolated init() {}

    func add(_ run: any ConnectingRun, _ connection: ProbeConnection) {
        runs.append(run)
        descriptors.append(pollfd(fd: connection.descriptor, events: Int16(POLLOUT), revents: 0))
    }

    func settle() {
        guard !runs.isEmpty else { return }
        // An error leaves all without an answer: each waits for its own.
        _ = unsafe poll(&descriptors, nfds_t(descriptors.count), 0)
        let failure = Int16(POLLERR | POLLHUP | POLLNVAL)
        for (index, run) in runs.enumerated() {
            let events = descriptors[index].revents
            run.settle(events == 0 ? nil : events & failure == 0 ? .writable : [.writable, .error])
        }
        runs.removeAll(keepingCapacity: true)
        descriptors.removeAll(keepingCapacity: true)
    }
}

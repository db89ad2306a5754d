internal import CNetlink
internal import Glibc
internal import NetworkTypes
package import VirtualServers

extension IPVSClient {
    /// Version and size of the connection table.
    package func info() throws(IPVSError) -> KernelInfo {
        var result: KernelInfo?
        try ask(.info, restart: { result = nil }) { (bytes, message) throws(MalformedMessage) in
            result = try message.info(in: bytes)
        }
        return try required(result, .info)
    }

    /// Timeouts of connections, in seconds.
    package func timeouts() throws(IPVSError) -> ConnectionTimeouts {
        var result: ConnectionTimeouts?
        try ask(.timeouts, restart: { result = nil }) { (bytes, message) throws(MalformedMessage) in
            result = try message.timeouts(in: bytes)
        }
        return try required(result, .timeouts)
    }

    /// The running sync daemons, at most one of each role.
    package func daemons() throws(IPVSError) -> [SyncDaemon] {
        var result: [SyncDaemon] = []
        try ask(.daemons, restart: { result.removeAll() }) { (bytes, message) throws(MalformedMessage) in
            result.append(try message.daemon(in: bytes))
        }
        return result
    }

    /// Every virtual service with its counters, in the kernel's order, without real servers.
    package func services() throws(IPVSError) -> [VirtualServiceStatus] {
        try services(statistics: true)
    }

    /// One virtual service with its counters, without real servers; `refused` with ESRCH when there is none.
    package func service(_ id: VirtualService.ID) throws(IPVSError) -> VirtualServiceStatus {
        var result: VirtualServiceStatus?
        try ask(.service(id), restart: { result = nil }) { (bytes, message) throws(MalformedMessage) in
            result = try message.service(in: bytes, statistics: true)
        }
        return try required(result, .service(id))
    }

    /// The real servers of a service with their counters; none when the service does not exist.
    package func servers(of id: VirtualService.ID) throws(IPVSError) -> [RealServerStatus] {
        try servers(of: id, statistics: true)
    }

    /// Everything: services with their counters and real servers.
    package func dump() throws(IPVSError) -> [VirtualServiceStatus] {
        var result = try services(statistics: true)
        for index in result.indices {
            // Copied to its exact size: an array that has grown holds up to twice as much, for as long as the dump
            // lives.
            result[index].servers = Array(try servers(of: result[index].service.id, statistics: true)[...])
        }
        return result
    }

    /// The configuration of everything, without counters: what a reconciliation compares.
    package func table() throws(IPVSError) -> VirtualServerTable {
        let found = try services(statistics: false)
        var table = VirtualServerTable(entries: Dictionary(minimumCapacity: found.count))
        for status in found {
            let servers = try servers(of: status.service.id, statistics: false)
            var entry = VirtualServerTable.Entry(status.service, servers: Dictionary(minimumCapacity: servers.count))
            for server in servers { entry.servers[server.server.endpoint] = server.server }
            table.entries[status.service.id] = entry
        }
        return table
    }

    private func services(statistics: Bool) throws(IPVSError) -> [VirtualServiceStatus] {
        var result: [VirtualServiceStatus] = []
        try ask(.services, restart: { result.removeAll() }) { (bytes, message) throws(MalformedMessage) in
            result.append(try message.service(in: bytes, statistics: statistics))
        }
        return result
    }

    private func servers(of id: VirtualService.ID, statistics: Bool) throws(IPVSError) -> [RealServerStatus] {
        var result: [RealServerStatus] = []
        let family = id.family
        try ask(.servers(of: id), restart: { result.removeAll() }) { (bytes, message) throws(MalformedMessage) in
            result.append(try message.server(in: bytes, family: family, statistics: statistics))
        }
        return result
    }

    private func required<Value>(_ value: Value?, _ query: IPVSQuery) throws(IPVSError) -> Value {
        guard let value else { throw IPVSError(.unanswered, query.summary) }
        return value
    }
}

extension IPVSClient {
    /// How often a dump is begun anew because the table changed, or because part of it was lost.
    private static let attempts = 8

    /// What one attempt at a query came to.
    private enum Outcome {
        case complete
        case interrupted
        case failed(IPVSError)
    }

    /// Sends a query and hands each message of the answer to `body`; `restart` throws away what an incomplete dump
    /// brought.
    private func ask(
        _ query: IPVSQuery, restart: () -> Void, _ body: (RawSpan, MessageHeader) throws(MalformedMessage) -> Void
    ) throws(IPVSError) {
        var last: IPVSError?
        var hasLookedAgain = false
        for _ in 0..<Self.attempts {
            switch askOnce(query, body) {
            case .complete: return
            case .interrupted: last = nil
            case .failed(let error) where error.isUnknownFamily && !hasLookedAgain:
                hasLookedAgain = true
                guard findFamilyAgain() else { throw error }
                last = error
            case .failed(let error):
                guard error.isWorthAnotherAttempt else { throw error }
                last = error
            }
            socket.drain()
            restart()
        }
        throw last ?? IPVSError(.interrupted, query.summary)
    }

    private func askOnce(
        _ query: IPVSQuery, _ body: (RawSpan, MessageHeader) throws(MalformedMessage) -> Void
    ) -> Outcome {
        let number = takeSequence()
        writer.removeAll()
        writer.append(query, family: family, sequence: number)
        do {
            try socket.send(writer.bytes)
        } catch {
            return .failed(IPVSError(.socket, query.summary, errno: error.errno))
        }
        var isComplete = false
        var isInterrupted = false
        var refusal: Int32 = 0
        while !isComplete {
            do {
                try socket.receive { (bytes) throws(MalformedMessage) in
                    var messages = MessageReader()
                    while let message = try messages.next(in: bytes) {
                        guard message.sequence == number, !isComplete else { continue }
                        isInterrupted = isInterrupted || message.isInterrupted
                        if message.isDone || message.isError {
                            refusal = try message.errno(in: bytes)
                            isComplete = true
                        } else {
                            try body(bytes, message)
                            isComplete = !query.isDump
                        }
                    }
                }
            } catch {
                // The kernel would refuse the next dump while this one stands open.
                socket.drain()
                return .failed(receiveError(error, query.summary))
            }
        }
        if refusal != 0 { return .failed(IPVSError(.refused, query.summary, errno: refusal)) }
        return isInterrupted ? .interrupted : .complete
    }
}

extension IPVSError {
    /// No query of IPVS itself is refused so (a service that is not there is ESRCH).
    fileprivate var isUnknownFamily: Bool { code == .refused && errno == ENOENT }

    /// Lost parts of a dump, a signal, or a dump that another reader of this socket left open.
    fileprivate var isWorthAnotherAttempt: Bool {
        code == .unanswered || errno == EINTR || errno == EBUSY || errno == EAGAIN || errno == EMSGSIZE
    }
}

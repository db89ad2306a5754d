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

    /// One virtual service, without real servers; `refused` with ESRCH when there is none.
    package func service(_ id: VirtualService.ID, _ detail: EntryDetail = .counters) throws(IPVSError)
        -> VirtualServiceStatus
    {
        var result: VirtualServiceStatus?
        try ask(.service(id), restart: { result = nil }) { (bytes, message) throws(MalformedMessage) in
            result = try message.service(in: bytes, detail)
        }
        return try required(result, .service(id))
    }

    /// Everything: services with their counters and real servers.
    package func dump() throws(IPVSError) -> [VirtualServiceStatus] {
        var result = try services(.counters)
        for index in result.indices {
            // Copied to its exact size: an array that has grown holds up to twice as much, for as long as the dump
            // lives.
            result[index].servers = Array(try servers(of: result[index].service.id, .counters)[...])
        }
        return result
    }

    /// The configuration of everything, without counters: what a reconciliation compares.
    /// - Parameter expected: what is likely to be there; see `settings`.
    package func table(expecting expected: VirtualServerTable = .init()) throws(IPVSError) -> VirtualServerTable {
        let found = try settings(expecting: expected.entries.keys)
        var table = VirtualServerTable(entries: Dictionary(minimumCapacity: found.count))
        for (id, service) in found {
            let servers = try servers(of: id, expecting: expected.entries[id])
            table.entries[id] = VirtualServerTable.Entry(service, servers: servers)
        }
        return table
    }

    /// The configuration of all services, without real servers.
    ///
    /// What does not fit into one datagram is no snapshot. The kernel goes on by position, so that an entry which
    /// somebody removes meanwhile hides one behind it that is still there: those that are expected and not in such a
    /// dump are asked for one by one.
    package func settings(
        expecting expected: some Sequence<VirtualService.ID>
    ) throws(IPVSError) -> [VirtualService.ID: VirtualService] {
        var found: [VirtualService.ID: VirtualService] = [:]
        let datagrams = try ask(.services, restart: { found.removeAll() }) {
            (bytes, message) throws(MalformedMessage) in
            let service = try message.service(in: bytes, .settings).service
            found[service.id] = service
        }
        guard datagrams > 1 else { return found }
        for id in expected where found[id] == nil { found[id] = try present(id) }
        return found
    }

    /// Nil where there is no such service.
    private func present(_ id: VirtualService.ID) throws(IPVSError) -> VirtualService? {
        do throws(IPVSError) {
            return try service(id, .settings).service
        } catch {
            guard error.code == .refused, error.errno == ESRCH else { throw error }
            return nil
        }
    }

    private func servers(
        of id: VirtualService.ID, expecting expected: VirtualServerTable.Entry?
    ) throws(IPVSError) -> [Endpoint: RealServer] {
        var found: [Endpoint: RealServer] = [:]
        found.reserveCapacity(expected?.servers.count ?? 0)
        for _ in 0..<2 {
            // What one of two dumps has is there, or was a moment ago.
            let before = found
            let datagrams = try ask(.servers(of: id), restart: { found = before }) {
                (bytes, message) throws(MalformedMessage) in
                let server = try message.server(in: bytes, family: id.family, .settings).server
                found[server.endpoint] = server
            }
            guard datagrams > 1, let expected, expected.servers.keys.contains(where: { found[$0] == nil }) else {
                break
            }
        }
        return found
    }

    /// Every virtual service, in the kernel's order, without real servers.
    package func services(_ detail: EntryDetail = .counters) throws(IPVSError) -> [VirtualServiceStatus] {
        var result: [VirtualServiceStatus] = []
        try ask(.services, restart: { result.removeAll() }) { (bytes, message) throws(MalformedMessage) in
            result.append(try message.service(in: bytes, detail))
        }
        return result
    }

    /// The real servers of a service; none when the service does not exist.
    package func servers(
        of id: VirtualService.ID, _ detail: EntryDetail = .counters
    ) throws(IPVSError) -> [RealServerStatus] {
        var result: [RealServerStatus] = []
        result.reserveCapacity(16)
        let family = id.family
        try ask(.servers(of: id), restart: { result.removeAll() }) { (bytes, message) throws(MalformedMessage) in
            result.append(try message.server(in: bytes, family: family, detail))
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
        case complete(datagrams: Int)
        case interrupted
        case failed(IPVSError)
    }

    /// Sends a query and hands each message of the answer to `body`; `restart` throws away what an incomplete dump
    /// brought. Returns in how many datagrams the answer came.
    @discardableResult
    private func ask(
        _ query: IPVSQuery, restart: () -> Void, _ body: (RawSpan, MessageHeader) throws(MalformedMessage) -> Void
    ) throws(IPVSError) -> Int {
        var last: IPVSError?
        var hasLookedAgain = false
        for _ in 0..<Self.attempts {
            switch askOnce(query, body) {
            case .complete(let datagrams): return datagrams
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
        var datagrams = 0
        while !isComplete {
            do {
                try socket.receive { (bytes) throws(MalformedMessage) in
                    var messages = MessageReader()
                    var isPart = false
                    defer { if isPart { datagrams += 1 } }
                    while let message = try messages.next(in: bytes) {
                        guard message.sequence == number, !isComplete else { continue }
                        isInterrupted = isInterrupted || message.isInterrupted
                        if message.isDone || message.isError {
                            refusal = try message.errno(in: bytes)
                            isComplete = true
                        } else {
                            try body(bytes, message)
                            isPart = true
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
        return isInterrupted ? .interrupted : .complete(datagrams: datagrams)
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

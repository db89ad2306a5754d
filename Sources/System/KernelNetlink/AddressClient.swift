internal import CNetlink
internal import Glibc
package import NetworkTypes

/// Adds and removes addresses of interfaces by route netlink, many in one system call. Confined to the thread that made
/// it, in the network namespace where it was made.
package final class AddressClient {
    /// One address on one interface.
    package struct Assignment: Hashable, Sendable {
        /// The interface's index.
        package var interface: UInt32
        package var prefix: Prefix

        package init(interface: UInt32, prefix: Prefix) {
            self.interface = interface
            self.prefix = prefix
        }
    }

    /// An assignment that the kernel has, and whose it is.
    package struct Present: Hashable, Sendable {
        package var assignment: Assignment
        /// Director added it: it says so (IFA_PROTO, Linux 5.18; older kernels do not keep it).
        package var isOurs: Bool
        /// Of IPv6: temporary, deprecated, or not yet known to be nobody else's. Not one to send from for long.
        package var isPassing: Bool
    }

    /// What tells our addresses from those of the operator: VRRP's number, as an address's origin.
    static let origin: UInt8 = 112

    /// An assignment that the kernel refused.
    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package var assignment: Assignment
        package var errno: Int32

        package var description: String {
            "the address \(assignment.prefix) on interface \(assignment.interface): error \(errno)"
        }
    }

    /// The socket cannot be used.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package var errno: Int32
        package var description: String { "route netlink: error \(errno)" }
    }

    private let socket: NetlinkSocket
    private let dumps: RouteSocket
    private var writer = MessageWriter()
    private var sequence: UInt32 = 1 << 24
    /// Each is acknowledged, and the answers to a batch must fit the receive buffer.
    private static let batch = 128

    package init() throws(Failure) {
        do throws(NetlinkSocket.Failure) {
            socket = try NetlinkSocket(protocol: NETLINK_ROUTE)
        } catch {
            throw Failure(errno: error.errno)
        }
        socket.prepareForBulk(receiveBuffer: 1 << 20)
        dumps = RouteSocket(sharing: socket)
    }

    /// Adds the addresses; one that is there already is no failure. The refused ones are returned. On interfaces of
    /// `withoutRoute` the address brings no route to its network.
    package func add(
        _ assignments: [Assignment], withoutRoute: Set<UInt32> = []
    ) throws(Failure) -> [Refusal] {
        try change(
            assignments, type: UInt16(RTM_NEWADDR), flags: UInt16(NLM_F_CREATE | NLM_F_EXCL), ignoring: EEXIST,
            withoutRoute: withoutRoute)
    }

    /// Removes the addresses; one that is gone already, or with its interface, is no failure.
    package func remove(_ assignments: [Assignment]) throws(Failure) -> [Refusal] {
        try change(assignments, type: UInt16(RTM_DELADDR), flags: 0, ignoring: EADDRNOTAVAIL, ENODEV)
    }

    private func change(
        _ assignments: [Assignment], type: UInt16, flags: UInt16, ignoring: Int32..., withoutRoute: Set<UInt32> = []
    ) throws(Failure) -> [Refusal] {
        var refusals: [Refusal] = []
        var rest = assignments[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.batch)
            rest = rest.dropFirst(Self.batch)
            writer.removeAll()
            let first = sequence
            for assignment in part {
                writer.put(
                    assignment, type: type, flags: flags | UInt16(NLM_F_REQUEST | NLM_F_ACK), sequence: sequence,
                    addsRoute: !withoutRoute.contains(assignment.interface))
                sequence &+= 1
            }
            do throws(NetlinkSocket.Failure) { try socket.send(writer.bytes) } catch {
                throw Failure(errno: error.errno)
            }
            for (number, code) in try answers(to: first, count: part.count) where code != 0 && !ignoring.contains(code)
            {
                refusals.append(Refusal(assignment: part[part.startIndex + number], errno: code))
            }
        }
        return refusals
    }

    /// The error number of each request, by its place in the batch.
    private func answers(to first: UInt32, count: Int) throws(Failure) -> [(Int, Int32)] {
        var codes: [(Int, Int32)] = []
        do throws(NetlinkSocket.ReceiveError<MalformedMessage>) {
            while codes.count < count {
                try socket.receive { (bytes: RawSpan) throws(MalformedMessage) in
                    var reader = MessageReader()
                    while let message = try reader.next(in: bytes) {
                        let number = Int(message.sequence &- first)
                        guard message.isError, number < count, message.payload.count >= 4 else { continue }
                        codes.append((number, -bytes.number(at: message.payload.lowerBound, as: Int32.self)))
                    }
                }
            }
        } catch {
            throw Failure(error)
        }
        return codes
    }

    /// All addresses of all interfaces.
    package func dump() throws(Failure) -> [Present] {
        var found: [Present] = []
        try dumps.dump(
            request: UInt16(RTM_GETADDR), answer: UInt16(RTM_NEWADDR), header: { $0.put(UInt64(0)) }
        ) { (message, bytes) throws(MalformedMessage) in
            if let one = try Present(message, in: bytes) { found.append(one) }
        }
        return found
    }
}

extension AddressClient.Failure {
    init(_ error: NetlinkSocket.ReceiveError<MalformedMessage>) {
        switch error {
        case .socket(let code): self.init(errno: code)
        case .body: self.init(errno: EBADMSG)
        }
    }
}

extension MessageWriter {
    /// One RTM_NEWADDR or RTM_DELADDR (`<linux/if_addr.h>`).
    mutating func put(
        _ assignment: AddressClient.Assignment, type: UInt16, flags: UInt16, sequence: UInt32, addsRoute: Bool = true
    ) {
        let prefix = assignment.prefix
        let bytes = prefix.address.bytes
        let isIPv4 = prefix.address.family == .ipv4
        beginRoute(type: type, flags: flags, sequence: sequence)
        put(UInt8(isIPv4 ? AF_INET : AF_INET6))
        put(UInt8(prefix.length))
        // Whether it is still nobody else's was settled by the election, not by asking the network for a second.
        put(UInt8(isIPv4 ? 0 : IFA_F_NODAD))
        put(UInt8(RT_SCOPE_UNIVERSE.rawValue))
        put(assignment.interface)
        attribute(Int(IFA_LOCAL), bytes: bytes)
        attribute(Int(IFA_ADDRESS), bytes: bytes)
        guard type == UInt16(RTM_NEWADDR) else { return end() }
        attribute(Int(IFA_PROTO), AddressClient.origin)
        if !isIPv4 { attribute(Int(IFA_CACHEINFO), bytes: Self.neverASource) }
        if !addsRoute { attribute(Int(IFA_FLAGS), UInt32(IFA_F_NOPREFIXROUTE) | (isIPv4 ? 0 : UInt32(IFA_F_NODAD))) }
        end()
    }

    /// `struct ifa_cacheinfo`: preferred for no time, valid for ever. What the machine itself begins would leave from
    /// the virtual address otherwise: of two that fit, the kernel takes the newer one. Answers do leave from it.
    private static let neverASource: [UInt8] = [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]
}

extension AddressClient.Present {
    /// Nil for an address without a value that is known here.
    init?(_ message: MessageHeader, in bytes: RawSpan) throws(MalformedMessage) {
        let start = message.payload.lowerBound
        guard message.payload.count >= 8 else { throw MalformedMessage("an address message is cut short") }
        let length = Int(bytes.number(at: start + 1, as: UInt8.self))
        let flags = UInt32(bytes.number(at: start + 2, as: UInt8.self))
        let interface = bytes.number(at: start + 4, as: UInt32.self)
        var attributes = AttributeReader(message.payload.dropFirst(8))
        var local: IPAddress?
        var address: IPAddress?
        isOurs = false
        while let attribute = try attributes.next(in: bytes) {
            if attribute.type == Int(IFA_PROTO) {
                isOurs = try bytes.number(attribute, as: UInt8.self) == AddressClient.origin
            }
            let value = IPAddress(bytes: attribute.payload.map { bytes.number(at: $0, as: UInt8.self) })
            if attribute.type == Int(IFA_LOCAL) { local = value }
            if attribute.type == Int(IFA_ADDRESS) { address = value }
        }
        guard let own = local ?? address, let prefix = Prefix(own, length: length) else { return nil }
        assignment = .init(interface: interface, prefix: prefix)
        // Of IPv4 the same bit says that it is a secondary address.
        let passing = UInt32(IFA_F_TEMPORARY | IFA_F_DADFAILED | IFA_F_DEPRECATED | IFA_F_TENTATIVE)
        isPassing = own.family == .ipv6 && flags & passing != 0
    }
}

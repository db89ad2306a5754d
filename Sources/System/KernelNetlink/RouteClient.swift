internal import CNetlink
internal import Glibc
package import NetworkTypes

/// The routes of the main table that lead straight to a network, by route netlink.
package final class RouteClient {
    package struct Route: Hashable, Sendable {
        package var network: Prefix
        /// The interface's index.
        package var interface: UInt32
        package var metric: UInt32
        /// The own address that brought it, or that is to be used.
        package var source: IPAddress?
    }

    private let socket: RouteSocket

    package init() throws(AddressClient.Failure) { socket = try RouteSocket() }

    package func directRoutes() throws(AddressClient.Failure) -> [Route] {
        var routes: [Route] = []
        for family in [UInt8(AF_INET), UInt8(AF_INET6)] {
            try socket.dump(
                request: UInt16(RTM_GETROUTE), answer: UInt16(RTM_NEWROUTE),
                header: { writer in
                    // struct rtmsg: only the family counts.
                    writer.put(UInt32(family))
                    writer.put(UInt64(0))
                }
            ) { (message, bytes) throws(MalformedMessage) in
                if let route = try Route(message, in: bytes) { routes.append(route) }
            }
        }
        return routes
    }
}

extension RouteClient.Route {
    /// Nil for a route by a gateway, of another table, or of another kind than unicast.
    init?(_ message: MessageHeader, in bytes: RawSpan) throws(MalformedMessage) {
        let start = message.payload.lowerBound
        guard message.payload.count >= 12 else { throw MalformedMessage("a route message is cut short") }
        func byte(_ offset: Int) -> UInt8 { bytes.number(at: start + offset, as: UInt8.self) }
        // Family, length of the destination, ..., table at 4, protocol, scope, type at 7.
        let family: IPAddress.Family = byte(0) == UInt8(AF_INET) ? .ipv4 : .ipv6
        var table = UInt32(byte(4))
        var destination = IPAddress.unspecified(family)
        var interface: UInt32?
        var metric: UInt32 = 0
        var source: IPAddress?
        var isDirect = byte(7) == UInt8(RTN_UNICAST)
        var attributes = AttributeReader(message.payload.dropFirst(12))
        while let attribute = try attributes.next(in: bytes) {
            let value = attribute.payload
            switch attribute.type {
            case Int(RTA_DST.rawValue):
                destination = IPAddress(bytes: value.map { bytes.number(at: $0, as: UInt8.self) }) ?? destination
            case Int(RTA_PREFSRC.rawValue):
                source = IPAddress(bytes: value.map { bytes.number(at: $0, as: UInt8.self) })
            case Int(RTA_OIF.rawValue): interface = try bytes.number(attribute)
            case Int(RTA_PRIORITY.rawValue): metric = try bytes.number(attribute)
            case Int(RTA_TABLE.rawValue): table = try bytes.number(attribute)
            case Int(RTA_GATEWAY.rawValue), Int(RTA_VIA.rawValue), Int(RTA_MULTIPATH.rawValue): isDirect = false
            default: break
            }
        }
        guard isDirect, table == UInt32(RT_TABLE_MAIN.rawValue), let interface,
            let network = Prefix(destination, length: Int(byte(1))), network.length > 0
        else { return nil }
        self.init(network: network, interface: interface, metric: metric, source: source)
    }
}

internal import CPaths
internal import Glibc
internal import HealthChecking
internal import NetworkTypes

/// The sockets of one family through which questions go to virtual addresses by way of real servers.
final class PathSockets {
    struct Failure: Error {
        var number: Int32
    }

    /// What the kernel's routing says of a real server.
    struct Route {
        var source: IPAddress
        var interface: Int32
        var isLocal: Bool
        var hasGateway: Bool
    }

    let family: IPAddress.Family
    /// To be watched: readable when there may be answers.
    let link: Int32
    private let tunnel: Int32
    private let routes: Int32

    init(_ family: IPAddress.Family) throws(Failure) {
        self.family = family
        let isIPv6 = family == .ipv6
        var opened: [Int32] = []
        for open in [
            { cpaths_open_link(isIPv6, PathQuestion.ports.lowerBound) }, { cpaths_open_tunnel(isIPv6) },
            { cpaths_open_routes() },
        ] {
            let descriptor = open()
            guard descriptor >= 0 else {
                for descriptor in opened { cpaths_close(descriptor) }
                throw Failure(number: -descriptor)
            }
            opened.append(descriptor)
        }
        (link, tunnel, routes) = (opened[0], opened[1], opened[2])
    }

    deinit {
        for descriptor in [link, tunnel, routes] { cpaths_close(descriptor) }
    }

    func route(to address: IPAddress) throws(Failure) -> Route {
        var found = cpaths_route()
        let bytes = address.bytes
        let result = unsafe cpaths_route(routes, bytes, bytes.count, &found)
        guard result == 0 else { throw Failure(number: -result) }
        let source = unsafe withUnsafeBytes(of: &found.source) { unsafe Array($0.prefix(bytes.count)) }
        return Route(
            source: IPAddress(bytes: source) ?? .unspecified(family), interface: found.interface,
            isLocal: found.is_local,
            hasGateway: found.has_gateway)
    }

    /// The link-layer address of a neighbour; nil while it is not known, and then it is asked for.
    func neighbour(_ address: IPAddress, on interface: Int32) -> [UInt8]? {
        let bytes = address.bytes
        var hardware = [UInt8](repeating: 0, count: 8)
        let count = unsafe cpaths_neighbour(routes, interface, bytes, bytes.count, &hardware, hardware.count)
        return count > 0 ? Array(hardware.prefix(count)) : nil
    }

    func send(_ packet: [UInt8], to hardware: [UInt8], on interface: Int32) throws(Failure) {
        let result = unsafe cpaths_send_link(
            link, family == .ipv6, interface, hardware, hardware.count, packet, packet.count)
        if result < 0 { throw Failure(number: -result) }
    }

    func send(_ packet: [UInt8], packedTo server: IPAddress) throws(Failure) {
        let bytes = server.bytes
        let result = unsafe cpaths_send_tunnel(tunnel, bytes, bytes.count, packet, packet.count)
        if result < 0 { throw Failure(number: -result) }
    }

    /// The next packet that may be an answer and the link-layer address it came from; nil when there is none left.
    func receive() -> (packet: ArraySlice<UInt8>, hardware: [UInt8])? {
        var bytes = [UInt8](repeating: 0, count: 256)
        var hardware = [UInt8](repeating: 0, count: 8)
        var length = 0
        let count = unsafe cpaths_receive(link, &bytes, bytes.count, &hardware, &length)
        return count > 0 ? (bytes.prefix(count), Array(hardware.prefix(length))) : nil
    }
}

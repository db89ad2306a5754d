internal import CFailover
package import EventLoop
internal import Glibc
package import NetworkTypes

/// A socket of the pair could not be made.
package struct SocketFailure: Error, Hashable, CustomStringConvertible {
    package var errno: Int32
    package let description: String

    init(_ what: String, errno: Int32) {
        self.errno = errno
        let reason =
            switch errno {
            case ENODEV, ENXIO: "there is no such interface"
            case EPERM, EACCES:
                "permission denied: it needs CAP_NET_RAW and CAP_NET_ADMIN, and CAP_NET_BIND_SERVICE for a link's port"
            case EADDRINUSE: "the port is in use"
            default: "error \(errno)"
            }
        description = "\(what): \(reason)"
    }
}

/// What came in, and how the IP header says it came.
package struct ReceivedPacket: Sendable {
    package var bytes: [UInt8]
    package var source: IPAddress
    package var destination: IPAddress
    /// TTL or hop limit, nil when the kernel did not say.
    package var hopLimit: UInt8?
    /// There was more than the longest message has.
    package var isCut: Bool
}

/// A datagram socket on one interface: raw for VRRP, UDP for links.
@safe
@LoopActor package final class PacketSocket {
    package enum Kind: Hashable, Sendable {
        /// Protocol 112, of the multicast group or of unicast peers.
        case vrrp(multicast: Bool)
        /// Sends only, from any address: on a device that has none of its own.
        case vrrpSender
        /// A port, and the multicast group to join, or the broadcast address.
        case udp(port: UInt16, group: IPAddress?)
    }

    package let interface: String
    package let family: IPAddress.Family
    private let descriptor: Int32
    private let index: UInt32
    private let isRaw: Bool
    private let port: UInt16
    private var watch: DescriptorWatch?
    private let onPacket: (ReceivedPacket) -> Void
    /// The longest advertisement with its header; a message of a link is shorter.
    private var buffer = [UInt8](repeating: 0, count: 8192)
    /// Packets taken in one turn of the loop, so that a flood leaves time for the timers.
    private static let turn = 64

    package init(
        _ kind: Kind, family: IPAddress.Family, interface: String,
        onPacket: @escaping @LoopActor (ReceivedPacket) -> Void
    ) throws {
        self.interface = interface
        self.family = family
        self.onPacket = onPacket
        let number = Int32(family.rawValue)
        switch kind {
        case .vrrp(let multicast):
            isRaw = true
            port = 0
            descriptor = unsafe cfailover_vrrp_socket(number, interface, multicast)
        case .vrrpSender:
            isRaw = true
            port = 0
            descriptor = unsafe cfailover_vrrp_sender(number, interface)
        case .udp(let port, let group):
            isRaw = false
            self.port = port
            if let group = group?.bytes {
                descriptor = unsafe cfailover_udp_socket(number, interface, port, group)
            } else {
                descriptor = unsafe cfailover_udp_socket(number, interface, port, nil)
            }
        }
        guard descriptor >= 0 else {
            throw SocketFailure("cannot open a socket on \(interface)", errno: errno)
        }
        index = unsafe if_nametoindex(interface)
        watch = try EventLoop.main.watch(descriptor, .readable) { [weak self] _ in self?.receive() }
    }

    isolated deinit { close() }

    package func close() {
        guard let watch else { return }
        watch.cancel()
        self.watch = nil
        _ = Glibc.close(descriptor)
    }

    private func receive() {
        for _ in 0..<Self.turn {
            guard watch != nil else { return }
            var packet = cfailover_packet()
            let length = unsafe cfailover_receive(descriptor, isRaw, &buffer, buffer.count, &packet)
            // An error of the interface shows in its state; a socket that is empty has no length.
            guard length > 0 else { return }
            let width = family.bits / 8
            let from = unsafe withUnsafeBytes(of: packet.source) { unsafe IPAddress(bytes: $0.prefix(width)) }
            let to = unsafe withUnsafeBytes(of: packet.destination) { unsafe IPAddress(bytes: $0.prefix(width)) }
            guard let from, let to, packet.offset <= length else { continue }
            onPacket(
                ReceivedPacket(
                    bytes: Array(buffer[packet.offset..<length]), source: from, destination: to,
                    hopLimit: UInt8(exactly: packet.hop_limit), isCut: packet.truncated))
        }
    }

    /// Sends at once or not at all. Returns the kernel's error number, 0 when it is sent.
    @discardableResult
    package func send(_ bytes: [UInt8], from source: IPAddress?, to destination: IPAddress) -> Int32 {
        let target = destination.bytes
        let sent: Int
        if let source = source?.bytes {
            sent = unsafe cfailover_send(
                descriptor, Int32(family.rawValue), index, source, target, port, bytes, bytes.count)
        } else {
            sent = unsafe cfailover_send(
                descriptor, Int32(family.rawValue), index, nil, target, port, bytes, bytes.count)
        }
        return sent == bytes.count ? 0 : errno
    }
}

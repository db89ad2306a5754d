package import DirectorConfig
package import EventLoop
internal import NetworkTypes

/// One link to the peers over the network. Messages are signed by the caller.
@LoopActor package final class LinkSocket {
    private let socket: PacketSocket
    private let destination: IPAddress

    /// Serial lines are not of this kind.
    package init?(_ medium: LinkConfiguration.Medium, onMessage: @escaping @LoopActor ([UInt8]) -> Void) throws {
        switch medium {
        case .udp(let peer, let interface):
            destination = peer.address
            socket = try PacketSocket(
                .udp(port: peer.port, group: nil), family: peer.family, interface: interface
            ) { packet in
                // The peer has one address on this link; whoever else has the key may not speak in its place here.
                if packet.source == peer.address { onMessage(packet.bytes) }
            }
        case .multicast(let group, let interface):
            destination = group.address
            socket = try PacketSocket(
                .udp(port: group.port, group: group.address), family: group.family, interface: interface
            ) { onMessage($0.bytes) }
        case .broadcast(let interface, let port):
            destination = IPAddress(ipv4: .max)
            socket = try PacketSocket(.udp(port: port, group: nil), family: .ipv4, interface: interface) {
                onMessage($0.bytes)
            }
        case .serial: return nil
        }
    }

    package func send(_ bytes: [UInt8]) { socket.send(bytes, from: nil, to: destination) }
    package func close() { socket.close() }
}

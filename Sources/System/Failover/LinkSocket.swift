package import DirectorConfig
package import EventLoop
package import NetworkTypes

/// One link to the peers. Messages are signed by the caller.
@LoopActor package final class LinkSocket {
    private enum Medium {
        case network(PacketSocket, destination: IPAddress)
        case line(SerialLink)
    }

    private let medium: Medium
    private static let everybody = IPAddress(ipv4: .max)

    /// `onStranger` is called for what does not come from the link's peer. `onDevice` tells of a serial line what
    /// became of its device: nil for in use, else why it is not.
    package init(
        _ medium: LinkConfiguration.Medium, onMessage: @escaping @LoopActor ([UInt8]) -> Void,
        onStranger: @escaping @LoopActor (IPAddress) -> Void, onDevice: @escaping @LoopActor (String?) -> Void
    ) throws {
        let everybody = Self.everybody
        switch medium {
        case .udp(let peer, let interface):
            let socket = try PacketSocket(
                .udp(port: peer.port, group: nil), family: peer.family, interface: interface
            ) { packet in
                // What goes to a group or to everybody is another link's, of the same port.
                guard !packet.destination.isMulticast, packet.destination != everybody else { return }
                // The peer has one address on this link; whoever else has the key may not speak in its place here.
                guard packet.source == peer.address else { return onStranger(packet.source) }
                onMessage(packet.bytes)
            }
            self.medium = .network(socket, destination: peer.address)
        case .multicast(let group, let interface):
            let socket = try PacketSocket(
                .udp(port: group.port, group: group.address), family: group.family, interface: interface
            ) { onMessage($0.bytes) }
            self.medium = .network(socket, destination: group.address)
        case .broadcast(let interface, let port):
            let socket = try PacketSocket(
                .udp(port: port, group: everybody), family: .ipv4, interface: interface
            ) { onMessage($0.bytes) }
            self.medium = .network(socket, destination: everybody)
        case .serial(let device, let baud):
            self.medium = .line(SerialLink(device: device, baud: baud, onMessage: onMessage, onNotice: onDevice))
        }
    }

    /// `moment` and `isLast` tell a slow line what of it may wait, as `LineQueue` says.
    package func send(_ bytes: [UInt8], moment: UInt64, isLast: Bool) {
        switch medium {
        case .network(let socket, let destination): socket.send(bytes, from: nil, to: destination)
        case .line(let line): line.send(bytes, moment: moment, isLast: isLast)
        }
    }

    package func close() {
        switch medium {
        case .network(let socket, _): socket.close()
        case .line(let line): line.close()
        }
    }
}

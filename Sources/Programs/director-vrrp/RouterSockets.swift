import DirectorConfig
import EventLoop
import Failover
import Glibc
import NetworkTypes
import VirtualRouting

/// The raw sockets of all virtual routers: one for each interface and family. A packet is for the router of its id.
@LoopActor final class RouterSockets {
    private struct Place: Hashable {
        var interface: String
        var family: IPAddress.Family
    }

    private var sockets: [Place: PacketSocket] = [:]
    private var owners: [Place: [UInt8: (group: Int, router: Int)]] = [:]
    /// Where advertisements leave by the device of a virtual MAC address: by group and router.
    private var senders: [[PacketSocket?]] = []

    init(
        _ configuration: Configuration, _ addresses: AddressPlan,
        onPacket: @escaping @LoopActor (_ group: Int, _ router: Int, ReceivedPacket) -> Void,
        onRefusal: @escaping @LoopActor (AdvertisementRefusal, _ source: IPAddress) -> Void
    ) throws {
        var usesMulticast: [Place: Bool] = [:]
        for (group, settings) in configuration.groupSettings.enumerated() {
            for (router, one) in settings.routers.enumerated() {
                let place = Place(interface: one.interface, family: one.family)
                owners[place, default: [:]][one.routerID] = (group, router)
                usesMulticast[place] = usesMulticast[place, default: false] || one.unicastPeers.isEmpty
            }
        }
        for (_, sections) in configuration.routerGroups {
            senders.append(
                try sections.flatMap { section in
                    try zip(section.families, addresses.devices.names(section)).map { family, name in
                        // Peers that are told apart by address find us by the interface's own.
                        guard let name, section.unicast.isEmpty else { return nil }
                        return try PacketSocket(.vrrpSender, family: family, interface: name) { _ in }
                    }
                })
        }
        // What has no interface to send from is in fault.
        for (place, multicast) in usesMulticast where addresses.unusable[place.interface] == nil {
            sockets[place] = try PacketSocket(
                .vrrp(multicast: multicast), family: place.family, interface: place.interface
            ) { [unowned self] packet in
                if packet.isCut { return onRefusal(.oversized, packet.source) }
                guard let id = Advertisement.routerID(in: packet.bytes) else {
                    return onRefusal(.truncated, packet.source)
                }
                guard let owner = owners[place]?[id] else { return onRefusal(.unknownRouter, packet.source) }
                onPacket(owner.group, owner.router, packet)
            }
        }
    }

    /// Returns an error number when it reached nobody, else 0.
    func send(_ advertisement: Advertisement, group: Int, router: Int, _ sender: VirtualRouter) -> Int32 {
        let settings = sender.settings
        var result: Int32?
        let place = Place(interface: settings.interface, family: settings.family)
        let targets =
            settings.unicastPeers.isEmpty ? [Advertisement.group(settings.family)] : settings.unicastPeers
        for target in targets {
            let bytes = advertisement.encoded(
                along: .init(from: sender.primaryAddress, to: target), checksum: settings.checksum)
            guard let socket = senders[group][router] ?? sockets[place] else { continue }
            let code = socket.send(bytes, from: sender.primaryAddress, to: target)
            result = min(result ?? code, code)
        }
        return result ?? ENODEV
    }
}

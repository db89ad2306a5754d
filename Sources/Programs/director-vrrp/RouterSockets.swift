import DirectorConfig
import EventLoop
import Failover
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
    private(set) var strangers: UInt64 = 0

    init(
        _ configuration: Configuration,
        onPacket: @escaping @LoopActor (_ group: Int, _ router: Int, ReceivedPacket) -> Void
    ) throws {
        var usesMulticast: [Place: Bool] = [:]
        for (group, settings) in configuration.groupSettings.enumerated() {
            for (router, one) in settings.routers.enumerated() {
                let place = Place(interface: one.interface, family: one.family)
                owners[place, default: [:]][one.routerID] = (group, router)
                usesMulticast[place] = usesMulticast[place, default: false] || one.unicastPeers.isEmpty
            }
        }
        for (place, multicast) in usesMulticast {
            sockets[place] = try PacketSocket(
                .vrrp(multicast: multicast), family: place.family, interface: place.interface
            ) { [unowned self] packet in
                guard let id = Advertisement.routerID(in: packet.bytes), let owner = owners[place]?[id] else {
                    strangers += 1
                    return
                }
                onPacket(owner.group, owner.router, packet)
            }
        }
    }

    func send(_ advertisement: Advertisement, group: Int, router: Int, _ sender: VirtualRouter) {
        let settings = sender.settings
        let place = Place(interface: settings.interface, family: settings.family)
        let targets =
            settings.unicastPeers.isEmpty ? [Advertisement.group(settings.family)] : settings.unicastPeers
        for target in targets {
            let bytes = advertisement.encoded(
                along: .init(from: sender.primaryAddress, to: target), checksum: settings.checksum)
            sockets[place]?.send(bytes, from: sender.primaryAddress, to: target)
        }
    }
}

internal import NetworkTypes
internal import VirtualRouting

/// The keys of a `vrrp` section.
enum RouterKey: String, CaseIterable {
    case accept, address, auth, checksum, dead, fence, group, id, interface, interval, keys, link, preempt, priority
    case source, sync, track, unicast, version, vmac, watchdog

    /// Written again, it adds to what was written before.
    var accumulates: Bool {
        switch self {
        case .address, .link, .track, .unicast: true
        default: false
        }
    }

    static let names = allCases.map(\.rawValue)
}

/// One `vrrp` section as its lines say it; nil where nothing is written.
struct RouterSection {
    var name: String
    /// Where the section starts.
    var place: Place
    /// The lines of the keys that were read, for what is said about them later.
    var places: [RouterKey: Place] = [:]

    var interface: String?
    var id: UInt8?
    var version: Advertisement.Version?
    var priority: UInt8?
    var interval: Duration?
    var addresses: [Placed<VirtualAddress>] = []
    var preemption: Preemption?
    var unicast: [Placed<IPAddress>] = []
    var source: Placed<IPAddress>?
    var authentication: Advertisement.Authentication?
    var checksum: Advertisement.ChecksumForm?
    var group: String?
    var accepts: Bool?
    var usesVirtualMAC: Bool?
    var links: [Placed<LinkConfiguration>] = []
    var keys: String?
    var deadTime: Duration?
    var tracked: [Placed<TrackedItem>] = []
    var sync: SyncConfiguration?
    var fence: FenceConfiguration?
    var watchdog: String?

    func place(of key: RouterKey) -> Place { places[key] ?? place }
}

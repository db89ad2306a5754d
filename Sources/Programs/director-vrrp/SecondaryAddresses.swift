import EventLoop
import Failover
import KernelNetlink
import KernelTuning

/// With the primary IPv4 address of a network the kernel takes the secondary ones away, unless it is told to promote
/// one of them. They may be other sections', or the machine's own: an address that came back while ours was there is
/// secondary to it.
@LoopActor enum SecondaryAddresses {
    private static let setting = "promote_secondaries"

    /// They stay on their interfaces while these addresses are taken away. The operator's setting is as it was.
    static func keep(whileTaking list: [AddressClient.Assignment], _ body: () throws -> Void) rethrows {
        let interfaces = Set(list.filter { $0.prefix.address.family == .ipv4 }.map(\.interface))
        let folders = interfaces.compactMap(NetworkInterface.name)
            .map { SettingsFolder("/proc/sys/net/ipv4/conf/\($0)") }
            .filter { $0.read(setting) == "0" && $0.write(setting, "1") == nil }
        defer { for folder in folders { _ = folder.write(setting, "0") } }
        try body()
    }
}

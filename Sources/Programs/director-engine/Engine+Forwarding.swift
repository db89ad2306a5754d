import Actions
import DirectorConfig
import DirectorCore
import EventLoop
import KernelTuning
import NetworkTypes

/// A machine that does not forward, with servers behind address translation, looks healthy from end to end: every check
/// passes, requests arrive, and clients wait for answers. So it is said, at the start and when a reload brings such a
/// server. Nothing is set: that a machine forwards is its operator's word, since it does so for everybody then.
extension Engine {
    func tellOfForwarding() {
        guard let configuration else { return }
        for family in configuration.forwardedFamilies where !Forwarding.isOn(below: family.settings.folder) {
            let name = family.settings.name
            report(
                EventRecord(
                    .remark, .warning, at: EventLoop.wallTime,
                    "\(name) is 0: clients wait in vain for the answers of real servers of masq, which come back through "
                        + "this machine: sysctl -w \(name)=1"))
        }
    }
}

enum Forwarding {
    /// Whether packets that arrive at one of the interfaces are forwarded, where that can be known.
    /// - Parameter folder: has a folder for each interface, and for all of them.
    static func isOn(below folder: String) -> Bool {
        guard let names = try? DirectoryListing.names(folder, limit: 1_000), !names.isEmpty else { return true }
        return names.contains { name in
            // What a new interface begins with.
            name != "default" && SettingsFolder("\(folder)/\(name)").read("forwarding") == "1"
        }
    }
}

extension IPAddress.Family {
    fileprivate var settings: (folder: String, name: String) {
        switch self {
        case .ipv4: ("/proc/sys/net/ipv4/conf", "net.ipv4.ip_forward")
        case .ipv6: ("/proc/sys/net/ipv6/conf", "net.ipv6.conf.all.forwarding")
        }
    }
}

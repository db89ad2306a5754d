import NetworkTypes
import VirtualRouting

extension Configuration {
    /// The `vrrp` sections as a file, with the keys that giving up needs: who is told, how, what is held and where. For
    /// the one who gives up in the place of a process that died, whatever has become of the file since.
    package var farewellText: String { routers.map(\.farewellText).joined() }
}

extension RouterConfiguration {
    fileprivate var farewellText: String {
        var lines = [
            "interface = \(interface)", "id = \(id)", "version = \(version.rawValue)", "priority = \(priority)",
            "interval = \(interval.shownMilliseconds)ms",
        ]
        lines += addresses.map { "address = \($0.prefix)" + ($0.device.map { " dev \($0)" } ?? "") }
        lines += unicast.map { "unicast = \($0)" }
        if let source { lines.append("source = \(source)") }
        if case .simpleText(let password) = authentication {
            let secret = password.bytes.prefix { $0 != 0 }
            lines.append("auth = pass:\(String(decoding: secret, as: UTF8.self))")
        }
        if checksum == .withoutPseudoHeader, version == .v3 { lines.append("checksum = v2") }
        if let group { lines.append("group = \(group)") }
        if usesVirtualMAC { lines.append("vmac = yes") }
        if let watchdog { lines.append("watchdog = \(watchdog)") }
        return "vrrp = \(name)\n" + lines.map { "\t\($0)\n" }.joined()
    }
}

import NetworkTypes

/// `ipvsadm -L --daemon` and `--timeout`: one line for each.
package enum DaemonListing {
    /// The master's line comes first; nothing is written where no daemon runs.
    package static func render(_ daemons: [SyncDaemon]) -> [UInt8] {
        var text = TextColumns()
        for daemon in daemons.filter({ $0.role == .master }) + daemons.filter({ $0.role == .backup }) {
            var parts = ["mcast=\(daemon.interface)", "syncid=\(daemon.syncID)"]
            if let length = daemon.maximumLength { parts.append("maxlen=\(length)") }
            if let group = daemon.group { parts.append("group=\(group)") }
            if let port = daemon.port { parts.append("port=\(port)") }
            if let ttl = daemon.ttl { parts.append("ttl=\(ttl)") }
            let role = daemon.role == .master ? "master" : "backup"
            text.append("\(role) sync daemon (\(parts.joined(separator: ", ")))\n")
        }
        return text.bytes
    }

    package static func render(_ timeouts: ConnectionTimeouts) -> [UInt8] {
        Array("Timeout (tcp tcpfin udp): \(timeouts.tcp) \(timeouts.tcpFin) \(timeouts.udp)\n".utf8)
    }
}

/// What the file says of the kernel's IPVS settings, the files of /proc/sys/net/ipv4/vs.
package struct KernelSettings: Hashable, Sendable {
    /// `sysctl = none`: nothing but what is written is set.
    package var leavesDefaults = false
    /// Names of files and their values, numbers parted by one blank.
    package var written: [String: String] = [:]

    package init() {}
}

extension Configuration {
    /// The settings that are kept while this configuration is in force.
    ///
    /// Two are kept without being written, since without them clients stay with dead servers:
    ///
    /// - `expire_nodest_conn` is 0 in the kernel: the packets of a flow whose server was removed are dropped for as
    ///   long as they keep coming, and a client that sends UDP from one port (a resolver, SIP, a game) never gets away
    ///   from a dead server. With 1 its next packet goes to a server that is there. It is set where a service is of
    ///   UDP, and only there: since Linux 5.9 it also ends every connection of a server the moment its entry is
    ///   removed, so that a table which a stranger cleared, back some milliseconds later, has lost those of TCP.
    /// - `expire_quiescent_template` is 0: a client of a persistent service is sent to its old server although that has
    ///   weight 0. A quiescent service gives failed servers weight 0, so where one of UDP is both, it is set. Not for
    ///   TCP: there a client notices, and weight 0 empties a server gently, which keeps its persistent clients.
    ///
    /// Others (`sloppy_tcp`, `conn_reuse_mode`, `conntrack`, `drop_entry`...) have drawbacks that only an operator can
    /// weigh; they are as found unless they are written.
    package var wantedKernelSettings: [String: String] {
        kernelSettings.written.merging(unwrittenKernelSettings.map { ($0.name, $0.value) }) { written, _ in written }
    }

    /// What is set although no line asks for it, each with its reason for who wonders.
    private var unwrittenKernelSettings: [(name: String, value: String, reason: String)] {
        guard !kernelSettings.leavesDefaults else { return [] }
        let datagrams = virtuals.filter { $0.service.id.transport == .udp }
        var settings: [(name: String, value: String, reason: String)] = []
        if let virtual = datagrams.first {
            settings.append(
                (
                    "expire_nodest_conn", "1",
                    "\(virtual.service.id) is of UDP, whose flows would stay with a removed server"
                ))
        }
        if let virtual = datagrams.first(where: { $0.quiescent && $0.service.persistenceTimeout != nil }) {
            settings.append(
                (
                    "expire_quiescent_template", "1",
                    "\(virtual.service.id) is of UDP, persistent and quiescent: its clients would stay with a failed server"
                ))
        }
        return settings.filter { kernelSettings.written[$0.name] == nil }
    }

    /// What an operator should know of settings of the kernel that the file does not name, one sentence for each.
    package var kernelSettingNotes: [String] {
        unwrittenKernelSettings.map {
            "\($0.name) is set to \($0.value) for all services, since \($0.reason); to leave it: sysctl = \($0.name) 0"
        }
    }
}

/// The settings that Linux is known to have (Documentation/networking/ipvs-sysctl.rst), with the values of each number.
enum KernelSettingCatalogue {
    private static let any = Int64(0)...Int64(Int32.max)

    static let known: [String: [ClosedRange<Int64>]] = [
        "am_droprate": [any], "amemthresh": [any], "backup_only": [0...1], "cache_bypass": [0...1],
        "conn_reuse_mode": [0...3], "conntrack": [0...1], "debug_level": [any], "drop_entry": [0...3],
        "drop_packet": [0...3], "est_nice": [-20...19], "expire_nodest_conn": [0...1],
        "expire_quiescent_template": [0...1], "ignore_tunneled": [0...1], "lblc_expiration": [any],
        "lblcr_expiration": [any], "nat_icmp_send": [0...1], "pmtu_disc": [0...1], "run_estimation": [0...1],
        "schedule_icmp": [0...1], "secure_tcp": [0...3], "sloppy_sctp": [0...1], "sloppy_tcp": [0...1],
        "snat_reroute": [0...1], "sync_persist_mode": [0...1], "sync_ports": [1...64], "sync_qlen_max": [any],
        "sync_refresh_period": [any], "sync_retries": [0...3], "sync_sock_size": [any],
        "sync_threshold": [any, any], "sync_version": [0...1],
    ]

    /// Numbers as the kernel writes them; nil where there is none or a part is no number.
    static func numbers(_ text: String) -> [Int64]? {
        let parts = text.split { $0 == " " || $0 == "\t" }
        let numbers = parts.compactMap { Int64($0) }
        return numbers.isEmpty || numbers.count != parts.count || numbers.count > 8 ? nil : numbers
    }

    /// What the values of a known setting must be, in words.
    static func words(_ ranges: [ClosedRange<Int64>]) -> String {
        guard ranges.count == 1, let range = ranges.first else { return "\(ranges.count) numbers, such as 3 50" }
        return range == 0...1 ? "0 or 1" : "a number of \(range.lowerBound) to \(range.upperBound)"
    }
}

package import DirectorConfig
package import VirtualServers

/// Which of the kernel's sync daemons must run: it has one master and one backup daemon at most.
///
/// The master daemon sends what the kernel knows of all connections, so it runs where any router is master; the backup
/// daemon takes that in. The first router in the file counts where several would want one: the order of the sections is
/// the same on both sides, so both choose alike.
package struct SyncPlan: Equatable, Sendable {
    package var commands: [IPVSCommand] = []
    /// Daemons of somebody else that stand in the way of ours.
    package var foreign: [SyncDaemon] = []

    /// - Parameters:
    ///   - roles: by router; those that are not known now are missing, and decide nothing.
    ///   - running: what the kernel has.
    ///   - owned: what this director or its predecessor started.
    package init(
        _ configuration: Configuration, roles: [String: PairRole], running: [SyncDaemon], owned: Set<OwnedDaemon>
    ) {
        let groups = configuration.syncGroups
        let isUnknown = groups.contains { roles[$0.name] == nil || roles[$0.name] == .unknown }
        let named = Set(groups.flatMap { group in SyncDaemon.Role.allCases.map { OwnedDaemon($0, group.sync) } })
        var starts: [IPVSCommand] = []
        for role in SyncDaemon.Role.allCases {
            let wanted = Self.wanted(role, groups, roles)
            let found = running.first { $0.role == role }
            guard let found else {
                if let wanted { starts.append(.startDaemon(wanted)) }
                continue
            }
            let isOurs = owned.contains(OwnedDaemon(found)) || named.contains(OwnedDaemon(found))
            guard let wanted else {
                // Whoever does not know its role leaves what runs alone.
                if isOurs, !isUnknown { commands.append(.stopDaemon(role)) }
                continue
            }
            if found.fits(wanted) { continue }
            guard isOurs else {
                foreign.append(found)
                continue
            }
            commands.append(.stopDaemon(role))
            starts.append(.startDaemon(wanted))
        }
        commands += starts
    }

    private static func wanted(
        _ role: SyncDaemon.Role, _ groups: [(name: String, sync: SyncConfiguration)], _ roles: [String: PairRole]
    ) -> SyncDaemon? {
        let match = groups.first { group in
            switch (role, roles[group.name]) {
            case (.master, .master), (.backup, .backup), (.backup, .fault): true
            default: false
            }
        }
        return match.map { $0.sync.daemon(role) }
    }
}

/// A sync daemon that is ours to stop.
package struct OwnedDaemon: Hashable, Sendable {
    package var role: SyncDaemon.Role
    package var interface: String
    package var syncID: UInt32

    package init(_ daemon: SyncDaemon) {
        role = daemon.role
        interface = daemon.interface
        syncID = daemon.syncID
    }

    package init(_ role: SyncDaemon.Role, _ sync: SyncConfiguration) {
        self.init(sync.daemon(role))
    }
}

extension SyncDaemon.Role {
    package var word: String { self == .master ? "master" : "backup" }
}

extension SyncConfiguration {
    package func daemon(_ role: SyncDaemon.Role) -> SyncDaemon {
        SyncDaemon(
            role, interface: interface, syncID: UInt32(id), maximumLength: maximumLength, group: group, port: port,
            ttl: ttl)
    }
}

extension Configuration {
    /// The routers with `sync =`, in the order of the file.
    package var syncGroups: [(name: String, sync: SyncConfiguration)] {
        routerGroups.compactMap { group in
            group.sections.lazy.compactMap(\.sync).first.map { (group.name, $0) }
        }
    }
}

extension SyncDaemon {
    /// What the kernel makes of the length (start_sync_thread of ip_vs_sync.c): a backup's buffer has room for what any
    /// master sends, and headers have to fit into a datagram.
    fileprivate var lengthInForce: UInt16? {
        let most: UInt16 = 65_535 - 8 - (group?.family == .ipv6 ? 40 : 20)
        return maximumLength.map { min(max($0, role == .backup ? 1024 : 1), most) }
    }

    /// Whether a running daemon is as wanted. The kernel says what it took for what was left to it.
    fileprivate func fits(_ wanted: SyncDaemon) -> Bool {
        OwnedDaemon(self) == OwnedDaemon(wanted)
            && (wanted.maximumLength == nil || wanted.lengthInForce == maximumLength)
            && (wanted.group == nil || wanted.group == group) && (wanted.port == nil || wanted.port == port)
            && (wanted.ttl == nil || wanted.ttl == ttl)
    }
}

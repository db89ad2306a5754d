import DirectorConfig
import HealthChecking
package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// The maintenance directory: a file in it takes a server out at once, whatever its checks say; with the file gone the
/// checks decide again.
extension Director {
    struct Maintenance: Sendable {
        var list = MaintenanceList()
        var hosts: [IPAddress: [String]] = [:]
        /// Whom a file takes out, and which.
        var out: [CheckRegistry.User: String] = [:]
        /// Those of them that no check brings back, and that were up before.
        var returning: Set<CheckRegistry.User> = []
    }

    func isInMaintenance(_ user: CheckRegistry.User) -> Bool {
        !maintenance.out.isEmpty && maintenance.out[.init(service: user.service, server: user.server)] != nil
    }

    /// The file that takes a server out, nil when none does.
    package func maintenanceFile(of server: Endpoint, in service: VirtualService.ID) -> String? {
        maintenance.out[CheckRegistry.User(service: service, server: server)]
    }

    /// Every address of a real server, for who looks up their names.
    package var serverAddresses: Set<IPAddress> {
        var addresses: Set<IPAddress> = []
        for virtual in configuration.virtuals {
            for real in virtual.reals { addresses.insert(real.server.endpoint.address) }
        }
        return addresses
    }

    /// Takes in what is in the directory now. Returns whether the kernel's table may have to change.
    /// - Parameter hosts: the names of addresses, as far as they are known.
    package mutating func maintain(_ list: MaintenanceList, hosts: [IPAddress: [String]], at now: Moment) -> Bool {
        // Whom an earlier run knew in maintenance, with no file there any more.
        let isOver = list.isEmpty && !maintenance.out.isEmpty
        guard list != maintenance.list || hosts != maintenance.hosts || isOver else { return false }
        maintenance.list = list
        maintenance.hosts = hosts
        return applyMaintenance(at: now)
    }

    @discardableResult
    mutating func applyMaintenance(at now: Moment) -> Bool {
        guard !maintenance.list.isEmpty || !maintenance.out.isEmpty else { return false }
        let before = maintenance.out
        var after: [CheckRegistry.User: String] = [:]
        var returning: [CheckRegistry.User] = []
        var changed = false
        for virtual in configuration.virtuals {
            for real in virtual.reals {
                let endpoint = real.server.endpoint
                let user = CheckRegistry.User(service: virtual.service.id, server: endpoint)
                let file = maintenance.list.file(
                    for: endpoint.address, port: real.writtenPort, hosts: maintenance.hosts[endpoint.address] ?? [])
                if let file {
                    after[user] = file
                    // One whose state began anew, by a reload say, is taken out again.
                    if before[user] == nil || services[user.service]?.health[endpoint]?.state != .down {
                        if takeOut(user, isProbe: !real.probes.isEmpty, file: file, at: now) { changed = true }
                    }
                } else if before[user] != nil {
                    returning.append(user)
                }
            }
        }
        maintenance.out = after
        for user in returning where bringBack(user, at: now) { changed = true }
        maintenance.returning = maintenance.returning.filter { after[$0] != nil }
        return changed
    }

    /// Who is in maintenance, for the next run: until it has looked into the directory they stay out.
    var maintained: [OperatorMemory.Maintained] {
        maintenance.out.map { user, file in
            .init(
                service: user.service, server: user.server, file: file, returns: maintenance.returning.contains(user))
        }.sorted { ($0.service, $0.server) < ($1.service, $1.server) }
    }

    /// Goes on with what an earlier run found in the directory.
    mutating func recall(_ known: [OperatorMemory.Maintained], at now: Moment) {
        for item in known where services[item.service]?.health[item.server] != nil {
            let user = CheckRegistry.User(service: item.service, server: item.server)
            maintenance.out[user] = item.file
            if item.returns { maintenance.returning.insert(user) }
            _ = services[item.service]?.force(.maintenance(by: item.file), on: item.server, at: now)
            marked.insert(item.service)
        }
    }

    private mutating func takeOut(_ user: CheckRegistry.User, isProbe: Bool, file: String, at now: Moment) -> Bool {
        if !isProbe, services[user.service]?.health[user.server]?.state == .up { maintenance.returning.insert(user) }
        return force(.maintenance(by: file), on: user, at: now)
    }

    private mutating func bringBack(_ user: CheckRegistry.User, at now: Moment) -> Bool {
        report(
            EventRecord(
                .maintenanceEnded, at: now, service: user.service, server: user.server,
                "real server \(user.server) of \(user.service) is no longer in maintenance"))
        guard maintenance.returning.contains(user) else { return false }
        return force(
            CheckResult(passed: true, reason: "not checked, back from maintenance", latency: .zero), on: user, at: now)
    }

    private mutating func force(_ result: CheckResult, on user: CheckRegistry.User, at now: Moment) -> Bool {
        guard let change = services[user.service]?.force(result, on: user.server, at: now) else { return false }
        marked.insert(user.service)
        if let service = services[user.service] {
            report(.health(change, of: user.server, in: service, result, at: now))
        }
        return true
    }

    /// Every server that is checked has had a result: the start is over.
    package var allChecked: Bool { allChecked(since: nil) }

    /// The same with only results counted that came since then: a reload is over.
    package func allChecked(since: WallTime?) -> Bool {
        configuration.virtuals.allSatisfy { virtual in
            let health = services[virtual.service.id]?.health
            return virtual.reals.allSatisfy { real in
                guard !real.probes.isEmpty else { return true }
                guard let last = health?[real.server.endpoint]?.lastCheck else { return false }
                return since.map { last >= $0 } ?? true
            }
        }
    }
}

extension CheckResult {
    fileprivate static func maintenance(by file: String) -> CheckResult {
        CheckResult(passed: false, reason: "in maintenance by the file \(file)", latency: .zero)
    }
}

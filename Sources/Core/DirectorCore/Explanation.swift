package import HealthChecking
package import TimeTypes
package import VirtualServers

/// Why a real server is in or out: the way from what its checks found to what stands in the kernel's table.
package struct Explanation: Equatable, Sendable {
    /// One of the server's checks.
    package struct Check: Equatable, Sendable {
        /// What is asked, in words.
        package var words: String
        package var limits: HealthLimits
        /// The last results, equal ones in a row as one, oldest first.
        package var runs: [CheckLog.Run]
        /// When the next one is expected at the latest; nil before the first, and when nobody checks.
        package var next: WallTime?
        /// Somebody runs it: the engine itself, or a prober that is there.
        package var isRun: Bool

        package init(
            words: String, limits: HealthLimits, runs: [CheckLog.Run], next: WallTime?, isRun: Bool = true
        ) {
            self.isRun = isRun
            self.words = words
            self.limits = limits
            self.runs = runs
            self.next = next
        }
    }

    package var time: WallTime
    package var service: VirtualService.ID
    package var server: ServerSnapshot
    /// The fallback tier that it is a server of, from 0; nil for a real server.
    package var tier: Int?
    package var checks: [Check]
    /// What its agent is asked.
    package var agent: Check?
    package var proberConnected: Bool
    /// The file of the maintenance directory that takes it out.
    package var maintenanceFile: String?
    package var quiescent: Bool
    /// What the kernel's table should have; nil for not there.
    package var wantedWeight: Int32?
    package var serviceInKernel: Bool
    /// What the kernel refused last of the service's changes.
    package var problem: String?
    /// The latest about this server, oldest first.
    package var events: [EventRecord]

    package init(
        time: WallTime, service: VirtualService.ID, server: ServerSnapshot, checks: [Check], proberConnected: Bool,
        maintenanceFile: String?, quiescent: Bool, wantedWeight: Int32?, serviceInKernel: Bool, problem: String?,
        events: [EventRecord]
    ) {
        self.time = time
        self.service = service
        self.server = server
        self.checks = checks
        self.proberConnected = proberConnected
        self.maintenanceFile = maintenanceFile
        self.quiescent = quiescent
        self.wantedWeight = wantedWeight
        self.serviceInKernel = serviceInKernel
        self.problem = problem
        self.events = events
    }
}

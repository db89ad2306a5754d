import DirectorConfig
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// Which sync daemons run, by the roles of the routers.
struct SyncPlanTests {
    private static let master = SyncDaemon(.master, interface: "eth1", syncID: 1)
    private static let backup = SyncDaemon(.backup, interface: "eth1", syncID: 1)
    private static let otherMaster = SyncDaemon(.master, interface: "eth1", syncID: 2)
    private static let otherBackup = SyncDaemon(.backup, interface: "eth1", syncID: 2)
    private static let stranger = SyncDaemon(.master, interface: "eth9", syncID: 9)

    /// Two routers with ids of their own, and one without sync.
    private func configuration(_ change: (inout SyncConfiguration) -> Void = { _ in }) -> Configuration {
        var configuration = Configuration()
        configuration.routers = ["web", "mail", "bare"].enumerated().map { index, name in
            var router = RouterConfiguration(name: name, line: index, interface: "eth0", id: UInt8(index + 1))
            var sync = SyncConfiguration(interface: "eth1", id: UInt8(index + 1))
            change(&sync)
            if name != "bare" { router.sync = sync }
            return router
        }
        return configuration
    }

    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var roles: [String: PairRole]
        var running: [SyncDaemon] = []
        var commands: [IPVSCommand]
        var foreign: [SyncDaemon] = []
    }

    static let cases = [
        Case(
            description: "a master sends", roles: ["web": .master, "mail": .master],
            commands: [.startDaemon(master)]),
        Case(
            description: "a backup listens", roles: ["web": .backup, "mail": .backup],
            commands: [.startDaemon(backup)]),
        Case(
            description: "one in fault listens", roles: ["web": .fault, "mail": .fault],
            commands: [.startDaemon(backup)]),
        Case(
            description: "active/active runs both with their own ids", roles: ["web": .master, "mail": .backup],
            commands: [.startDaemon(master), .startDaemon(otherBackup)]),
        Case(
            description: "takeover: listening ends, sending begins", roles: ["web": .master, "mail": .master],
            running: [backup], commands: [.stopDaemon(.backup), .startDaemon(master)]),
        Case(
            description: "the id changes with the roles", roles: ["web": .backup, "mail": .master], running: [master],
            commands: [.stopDaemon(.master), .startDaemon(otherMaster), .startDaemon(backup)]),
        Case(
            description: "what runs as wanted stays", roles: ["web": .master, "mail": .backup],
            running: [master, otherBackup], commands: []),
        Case(
            description: "who does not know its roles leaves what runs", roles: [:], running: [master, otherBackup],
            commands: []),
        Case(
            description: "a known role is served beside an unknown one", roles: ["web": .unknown, "mail": .master],
            running: [backup], commands: [.startDaemon(otherMaster)]),
        Case(
            description: "somebody else's stays", roles: ["web": .master, "mail": .master], running: [stranger],
            commands: [], foreign: [stranger]),
        Case(
            description: "somebody else's does not stand in the way of the other role",
            roles: ["web": .backup, "mail": .backup], running: [stranger], commands: [.startDaemon(backup)]),
    ]

    @Test(arguments: cases) func daemonsFollowTheRoles(_ one: Case) {
        let plan = SyncPlan(configuration(), roles: one.roles, running: one.running, owned: [])
        #expect(plan.commands == one.commands && plan.foreign == one.foreign)
    }

    @Test func whatIsNotConfiguredAnyMoreIsStoppedWhenItWasOurs() {
        let plan = SyncPlan(
            Configuration(), roles: [:], running: [Self.master, Self.stranger], owned: [OwnedDaemon(Self.master)])
        #expect(plan.commands == [.stopDaemon(.master)] && plan.foreign.isEmpty)
    }

    @Test func otherSettingsStartTheDaemonAnew() throws {
        let group = try #require(IPAddress("239.1.1.1"))
        let configuration = configuration { $0.group = group }
        var running = Self.master
        running.group = IPAddress("224.0.0.81")
        running.maximumLength = 1464
        running.ttl = 1
        let roles: [String: PairRole] = ["web": .master, "mail": .master]
        let plan = SyncPlan(configuration, roles: roles, running: [running], owned: [])
        var wanted = Self.master
        wanted.group = group
        #expect(plan.commands == [.stopDaemon(.master), .startDaemon(wanted)])
        // What the kernel chose itself is no difference.
        running.group = group
        #expect(SyncPlan(configuration, roles: roles, running: [running], owned: []).commands.isEmpty)
    }

    @Test(arguments: [
        (SyncDaemon.Role.backup, 500, "224.0.0.81", 1024), (.master, 500, "224.0.0.81", 500),
        (.backup, 2000, "224.0.0.81", 2000), (.backup, 65_500, "ff02::81", 65_487),
        (.master, 65_507, "224.0.0.81", 65_507),
    ])
    func aLengthIsWhatTheKernelMakesOfIt(role: SyncDaemon.Role, asked: UInt16, group: String, inForce: UInt16) throws {
        let group = try #require(IPAddress(group))
        let configuration = configuration {
            $0.maximumLength = asked
            $0.group = group
        }
        let roles: [String: PairRole] =
            role == .master ? ["web": .master, "mail": .master] : ["web": .backup, "mail": .backup]
        for (length, isWhole) in [(inForce, true), (inForce - 1, false)] {
            let running = SyncDaemon(role, interface: "eth1", syncID: 1, maximumLength: length, group: group)
            let plan = SyncPlan(configuration, roles: roles, running: [running], owned: [])
            #expect(plan.commands.isEmpty == isWhole)
        }
    }

    // MARK: PairReadiness

    private func facts(
        refusal: String? = nil, allChecked: Bool = true, needs: Bool = false, since: Int64? = nil
    ) -> ReadinessState.Facts {
        .init(
            refusal: refusal, allChecked: allChecked, needsConnections: needs,
            listeningSince: since.map { MonotonicInstant(nanoseconds: $0 * 1_000_000_000) }, settling: .seconds(10))
    }

    @Test func readinessNeedsTableChecksAndConnections() {
        let now = MonotonicInstant(nanoseconds: 100_000_000_000)
        func reason(_ facts: ReadinessState.Facts) -> String? {
            var state = ReadinessState()
            let readiness = state.judge(facts, at: now)
            return readiness.isReady ? nil : readiness.reason
        }
        #expect(reason(facts()) == nil)
        #expect(
            reason(facts(refusal: "add service: no such scheduler"))
                == "the kernel refused add service: no such scheduler")
        #expect(reason(facts(allChecked: false)) == "the first round of checks is not over")
        #expect(reason(facts(needs: true)) == "the backup sync daemon does not run")
        #expect(reason(facts(needs: true, since: 97)) == "connections of the master are taken in for 3 s of 10s")
        #expect(reason(facts(needs: true, since: 90)) == nil)
    }

    @Test func aReloadDoesNotMakeABeginner() {
        let now = MonotonicInstant(nanoseconds: 100_000_000_000)
        var state = ReadinessState()
        #expect(state.judge(facts(), at: now).isReady)
        #expect(state.judge(facts(refusal: "x", allChecked: false), at: now).isReady)
        #expect(!state.judge(facts(needs: true), at: now).isReady)
    }
}

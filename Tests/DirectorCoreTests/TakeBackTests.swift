import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// A load that is taken back leaves nothing behind, whoever refused it and however much later.
struct TakeBackTests {
    /// Has the kernel refuse everything of a new configuration, or director-vrrp after the kernel has taken it.
    private func tryOut(_ configuration: Configuration, _ drill: inout Drill, kernelRefuses: Bool) {
        _ = drill.director.load(configuration, isProvisional: true, at: drill.now)
        guard kernelRefuses else {
            drill.converge()
            let requests = drill.director.takeBackLoad(at: drill.now)
            #expect(requests != nil)
            return drill.converge()
        }
        let plan = drill.director.plan(at: drill.now)
        let refusals = plan.changes.map { Director.Refusal($0, "no") }
        let outcome = drill.director.settle(plan.changes, refusals: refusals, at: drill.now)
        #expect(outcome != .settled)
        drill.converge()
    }

    @Test(arguments: [true, false])
    func serversThatItDroppedAreAsBefore(kernelRefuses: Bool) throws {
        var drill = Drill {
            $0.policy.flap = FlapPolicy(changes: 2, window: .seconds(60), hold: .seconds(100), longest: .seconds(100))
        }
        try drill.order(.disable, 1)
        for _ in 0..<2 {
            drill.check(3, false)
            drill.check(3, true)
        }
        let before = (drill.director.memory, drill.director.actual)
        #expect(before.0.holds.count == 1 && drill.weights == [-1, 5, -1])
        var configuration = drill.farm.configuration
        configuration.virtuals[0].reals = [
            RealConfiguration(line: 2, server: Farm.server(9, weight: 1), check: .alwaysUp)
        ]
        configuration.virtuals[0].policy.flap = nil
        tryOut(configuration, &drill, kernelRefuses: kernelRefuses)
        #expect(drill.director.actual == before.1)
        #expect(drill.director.memory == before.0)
        #expect(drill.director.configuration == drill.farm.configuration)
    }

    @Test(arguments: [true, false])
    func nothingIsRemovedBeforeAllHaveAgreed(agrees: Bool) {
        var drill = Drill()
        var configuration = drill.farm.configuration
        configuration.virtuals[0].reals.removeFirst()
        configuration.virtuals[0].reals[0].server.weight = 9
        _ = drill.director.load(configuration, isProvisional: true, at: drill.now)
        let plan = drill.director.plan(at: drill.now)
        #expect(plan.removals.count == 1)
        let mayRemove = drill.director.mayRemove(plan.removals, after: [])
        #expect(!mayRemove)
        #expect(drill.director.settle(plan.changes, refusals: [], at: drill.now) == .settled)
        #expect(drill.weights == [5, 9, 5])
        #expect(drill.director.isProvisional)
        if agrees { drill.director.keepLoad() } else { _ = drill.director.takeBackLoad(at: drill.now) }
        #expect(!drill.director.isProvisional)
        drill.converge()
        #expect(drill.weights == (agrees ? [-1, 9, 5] : [5, 5, 5]))
    }

    /// While director-vrrp thinks about it the kernel's table is looked at ten times a second, and checks go on.
    @Test(arguments: [true, false])
    func nothingIsRemovedWhileTheLastWordIsAwaited(agrees: Bool) {
        var drill = Drill()
        var configuration = drill.farm.configuration
        // Another service in place of the first.
        let id = VirtualService.ID.address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_02C8), 80))
        configuration.virtuals[0].service = VirtualService(id, scheduler: .wrr)
        _ = drill.director.load(configuration, isProvisional: true, at: drill.now)
        var plan = drill.director.plan(at: drill.now)
        var mayRemove = drill.director.mayRemove(plan.removals, after: [])
        #expect(!mayRemove)
        #expect(drill.director.settle(plan.changes, refusals: [], at: drill.now) == .settled)
        #expect(!drill.director.isLoading && drill.director.isProvisional)
        for _ in 0..<3 {
            _ = drill.director.observe(drill.director.actual, at: drill.now)
            plan = drill.director.plan(at: drill.now)
            #expect(!plan.removals.isEmpty)
            mayRemove = drill.director.mayRemove(plan.removals, after: [])
            #expect(!mayRemove)
            #expect(drill.director.settle(plan.changes, refusals: [], at: drill.now) == .settled)
        }
        #expect(drill.weights == [5, 5, 5])
        if agrees { drill.director.keepLoad() } else { _ = drill.director.takeBackLoad(at: drill.now) }
        plan = drill.director.plan(at: drill.now)
        mayRemove = drill.director.mayRemove(plan.removals, after: [])
        #expect(mayRemove)
        #expect(plan.removals == [.deleteService(agrees ? drill.farm.id : id)])
    }

    @Test func whatHappenedMeanwhileToServersThatStayedCounts() throws {
        var drill = Drill()
        var configuration = drill.farm.configuration
        configuration.virtuals[0].reals.removeFirst()
        configuration.virtuals[0].reals[0].server.weight = 9
        _ = drill.director.load(configuration, isProvisional: true, at: drill.now)
        drill.converge()
        drill.check(2, false)
        try drill.order(.disable, 3)
        _ = drill.director.takeBackLoad(at: drill.now)
        drill.converge()
        #expect(drill.weights == [5, -1, -1])
        drill.check(2, true)
        try drill.order(.enable, 3)
        #expect(drill.weights == [5, 5, 5])
    }

    @Test func onlyTheLastLoadIsTakenBackAndOnlyUntilItIsKept() {
        var drill = Drill()
        drill.load { $0.reals[0].server.weight = 9 }
        #expect(drill.director.takeBackLoad(at: drill.now) == nil)
        let before = drill.farm.configuration
        drill.farm.configuration.virtuals[0].reals[0].server.weight = 7
        _ = drill.director.load(drill.farm.configuration, isProvisional: true, at: drill.now)
        drill.converge()
        let told = drill.events.count { $0 == .serverChanged }
        #expect(drill.director.keepLoad() == before)
        #expect(told == 1 && drill.events.count { $0 == .serverChanged } == 2)
        #expect(drill.director.takeBackLoad(at: drill.now) == nil && drill.director.keepLoad() == nil)
        #expect(drill.weights == [7, 5, 5])
    }

    @Test func whatOthersChangedMeanwhileOfTheirOwnIsLeftAlone() {
        var drill = Drill()
        var actual = drill.director.actual
        let stranger = VirtualService(.firewallMark(9, .ipv4), scheduler: Scheduler("rr"))
        actual.apply(.addService(stranger))
        _ = drill.director.observe(actual, at: drill.now)
        var configuration = drill.farm.configuration
        configuration.virtuals[0].reals[0].server.weight = 9
        _ = drill.director.load(configuration, isProvisional: true, at: drill.now)
        drill.converge()
        actual = drill.director.actual
        actual.apply(.editService(VirtualService(stranger.id, scheduler: Scheduler("wlc"))))
        _ = drill.director.observe(actual, at: drill.now)
        _ = drill.director.takeBackLoad(at: drill.now)
        drill.converge()
        #expect(drill.director.actual.entries[stranger.id] == actual.entries[stranger.id])
    }

    @Test(arguments: [true, false])
    func aServerInMaintenanceThatIsNotCheckedComesBackAfterwards(kernelRefuses: Bool) {
        var drill = Drill { $0.reals[0].check = .alwaysUp }
        _ = drill.director.maintain(MaintenanceList(files: ["10.0.0.1"]), hosts: [:], at: drill.now)
        drill.converge()
        #expect(drill.weights == [-1, 5, 5])
        var configuration = drill.farm.configuration
        configuration.virtuals[0].reals.removeFirst()
        configuration.virtuals[0].reals[0].server.weight = 9
        tryOut(configuration, &drill, kernelRefuses: kernelRefuses)
        #expect(drill.weights == [-1, 5, 5])
        _ = drill.director.maintain(MaintenanceList(), hosts: [:], at: drill.now)
        drill.converge()
        #expect(drill.weights == [5, 5, 5])
    }

    @Test(arguments: [true, false])
    func anOrderThatARefusedLoadWouldHaveEndedIsNotSaidToHaveEnded(kernelRefuses: Bool) throws {
        var drill = Drill()
        try drill.order(.disable, 1)
        var configuration = drill.farm.configuration
        configuration.virtuals[0].reals.removeFirst()
        configuration.virtuals[0].reals[0].server.weight = 9
        tryOut(configuration, &drill, kernelRefuses: kernelRefuses)
        #expect(!drill.events.contains(.orderDropped))
        drill.load { $0.reals.removeFirst() }
        #expect(drill.events.contains(.orderDropped))
    }
}

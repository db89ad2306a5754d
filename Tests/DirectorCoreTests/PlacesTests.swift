import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// A quiescent server that is out has weight 0; one that the kernel does not have is added when a configuration is taken
/// over, and at no other time without `readdquiescent`.
struct PlacesTests {
    /// Somebody removes the entry of a server from the kernel.
    private func remove(_ last: UInt32, _ drill: inout Drill) {
        var table = drill.director.actual
        table.apply(.deleteServer(Drill.server(last), from: drill.farm.id))
        _ = drill.director.observe(table, at: drill.now)
        drill.converge()
    }

    @Test func whoWasRemovedIsThereOnceItsSectionIsQuiescent() {
        var drill = Drill()
        drill.check(1, false)
        #expect(drill.weights == [-1, 5, 5])
        drill.load { $0.quiescent = true }
        #expect(drill.weights == [0, 5, 5])
        drill.check(1, true)
        #expect(drill.weights == [5, 5, 5])
    }

    @Test(arguments: [false, true])
    func anEntryThatSomebodyDeletedIsBackAfterAReload(isFileChanged: Bool) {
        var drill = Drill { $0.quiescent = true }
        drill.check(1, false)
        remove(1, &drill)
        #expect(drill.weights == [-1, 5, 5])
        drill.load { if isFileChanged { $0.reals[2].server.weight = 9 } }
        #expect(drill.weights == [0, 5, isFileChanged ? 9 : 5])
        // It has had its place: from now on the rule between two reloads holds.
        remove(1, &drill)
        #expect(drill.weights == [-1, 5, isFileChanged ? 9 : 5])
    }

    @Test func newAddressesOfHostsAreNoReload() {
        var drill = Drill { $0.quiescent = true }
        drill.check(1, false)
        remove(1, &drill)
        drill.farm.configuration.virtuals[0].reals[2].server.weight = 9
        _ = drill.director.load(drill.farm.configuration, isFile: false, at: drill.now)
        drill.converge()
        #expect(drill.weights == [-1, 5, 9])
    }

    @Test func anUnchangedFileIsAskedOfTheDirectorAlone() {
        var drill = Drill { $0.quiescent = true }
        var isOwed = [drill.director.owePlaces()]
        drill.check(1, false)
        isOwed.append(drill.director.owePlaces())
        remove(1, &drill)
        isOwed.append(drill.director.owePlaces())
        #expect(isOwed == [false, false, true])
        drill.converge()
        #expect(drill.weights == [0, 5, 5])
    }

    @Test(arguments: [false, true])
    func aServerThatIsInMaintenanceFromTheFirstHasItsPlace(quiescent: Bool) {
        var drill = Drill(servers: 2) { $0.quiescent = quiescent }
        _ = drill.director.maintain(MaintenanceList(files: ["10.0.0.3"]), hosts: [:], at: drill.now)
        let third = Farm(servers: 3).configuration.virtuals[0].reals[2]
        drill.load { $0.reals.append(third) }
        #expect(drill.weights == [5, 5, quiescent ? 0 : -1])
        drill.restart()
        #expect(drill.weights == [5, 5, quiescent ? 0 : -1])
    }

    @Test func aStartWithAnEmptyTableGivesPlacesToThoseInMaintenance() {
        var drill = Drill { $0.quiescent = true }
        _ = drill.director.maintain(MaintenanceList(files: ["10.0.0.1"]), hosts: [:], at: drill.now)
        drill.converge()
        drill.director = Director(
            drill.farm.configuration, actual: .init(), memory: drill.director.memory, at: drill.now)
        drill.converge()
        #expect(drill.weights == [0, 0, 0])
    }

    /// They are out as a failed check has it.
    @Test func whomOperatorsOrAgentsTookOutIsThereToo() throws {
        var drill = Drill { $0.agent = AgentSettings(port: 9707) }
        for last in 1...3 as ClosedRange<UInt32> { drill.say(last, "ready") }
        try drill.order(.disable, 1)
        drill.say(2, "maint")
        #expect(drill.weights == [-1, -1, 5])
        drill.load { $0.quiescent = true }
        #expect(drill.weights == [0, 0, 5])
    }

    @Test func whatTheKernelRefusesIsTriedAgain() {
        var drill = Drill()
        drill.check(1, false)
        drill.farm.configuration.virtuals[0].quiescent = true
        _ = drill.director.load(drill.farm.configuration, at: drill.now)
        let plan = drill.director.plan(at: drill.now)
        #expect(plan.commands == [.addServer(Farm.server(1, weight: 0), to: drill.farm.id)])
        // Somebody was in the way: the table is read again and planned anew.
        drill.director.resynchronize(
            drill.director.actual, after: plan.commands, of: plan,
            refusals: plan.commands.map { .init($0, "no such service") }, at: drill.now)
        drill.converge()
        #expect(drill.weights == [0, 5, 5])
    }

    @Test func aReloadThatIsTakenBackOwesNothing() {
        var drill = Drill { $0.quiescent = true }
        drill.check(1, false)
        remove(1, &drill)
        var configuration = drill.farm.configuration
        configuration.virtuals[0].reals[2].server.weight = 9
        _ = drill.director.load(configuration, isProvisional: true, at: drill.now)
        let changes = drill.director.plan(at: drill.now).changes
        let outcome = drill.director.settle(
            changes, refusals: changes.map { Director.Refusal($0, "no") }, at: drill.now)
        #expect(outcome != .settled)
        drill.converge()
        #expect(drill.weights == [-1, 5, 5])
    }

    /// `director plan` tells what a reload does.
    @Test func thePreviewKnowsOfIt() {
        var drill = Drill()
        drill.check(1, false)
        let known = drill.director.serviceFacts.snapshots(counters: [:], at: drill.now)
        drill.farm.configuration.virtuals[0].quiescent = true
        let plan = Preview.plan(
            drill.farm.configuration, actual: drill.director.actual, owned: drill.director.owned, known: known)
        #expect(plan.commands == [.addServer(Farm.server(1, weight: 0), to: drill.farm.id)])
    }
}

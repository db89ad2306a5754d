import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import VirtualServers

/// Commands that were refused make the table be read again: what it shows of others is drift like any other.
struct ResynchronizationTests {
    private let first = VirtualService.ID.address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0201), 80))
    private let second = VirtualService.ID.firewallMark(7, .ipv4)
    private let stranger = VirtualService(.firewallMark(9, .ipv4))

    /// Two services with two servers each that are up; the first has check 1 and 2.
    private func running(_ adjust: (inout Configuration) -> Void = { _ in }) -> Director {
        var configuration = Farm().configuration
        var other = VirtualConfiguration(line: 9, service: VirtualService(second, scheduler: .wrr))
        other.reals = [RealConfiguration(line: 10, server: Farm.server(9, weight: 3), check: .alwaysUp)]
        configuration.virtuals.append(other)
        adjust(&configuration)
        var director = Director(configuration, actual: .init(), at: Farm.now)
        director.check(1, passed: true)
        director.check(2, passed: true)
        _ = director.converge()
        _ = director.takeReports()
        return director
    }

    private func refuse(_ plan: Plan, _ refuses: (IPVSCommand) -> Bool) -> [Director.Refusal] {
        plan.commands.filter(refuses).map { Director.Refusal($0, "No such service") }
    }

    @Test func servicesThatThePlanDidNotTouchArePutRightAndTold() {
        var director = running()
        let right = director.actual
        // Somebody clears the table, and before it is read a check takes server 1 out of the first service.
        director.check(1, passed: false)
        let plan = director.plan(at: Farm.now)
        #expect(Set(plan.commands.compactMap(\.service)) == [first])
        director.resynchronize(
            VirtualServerTable(), after: plan.commands, of: plan, refusals: refuse(plan) { _ in true }, at: Farm.now)
        _ = director.converge()
        #expect(director.actual.entries[second] == right.entries[second])
        #expect(director.weight(2, in: first) == 5)
        let told = director.takeReports().filter { $0.kind == .drift }.compactMap(\.service)
        #expect(Set(told) == [first, second])
    }

    @Test func whatThePlanItselfDidIsNobodysDrift() {
        var director = running()
        director.check(1, passed: false)
        director.check(2, passed: false)
        let plan = director.plan(at: Farm.now)
        let refusals = refuse(plan) { $0.server == Farm.server(2, weight: 0).endpoint }
        #expect(!refusals.isEmpty && refusals.count < plan.count)
        var table = director.actual
        for command in plan.commands where !refusals.map(\.command).contains(command) { table.apply(command) }
        director.resynchronize(table, after: plan.commands, of: plan, refusals: refusals, at: Farm.now)
        #expect(Array(director.plan(at: Farm.now).commands) == refusals.map(\.command))
        #expect(director.takeReports().allSatisfy { $0.kind != .drift })
    }

    @Test func aServiceThatIsRefusedForGoodHidesNoDriftOfAnother() {
        var director = running()
        var bad = VirtualConfiguration(line: 20, service: VirtualService(.firewallMark(8, .ipv4)))
        bad.service.scheduler = Scheduler("nosuch")
        var configuration = director.configuration
        configuration.virtuals.append(bad)
        director = Director(configuration, actual: director.actual, at: Farm.now)
        func plan() -> (Plan, [Director.Refusal]) {
            let plan = director.plan(at: Farm.now)
            return (plan, refuse(plan) { $0.service == bad.service.id })
        }
        var (commands, refusals) = plan()
        _ = director.settle(commands.commands, refusals: refusals, at: Farm.now)
        let right = director.actual
        _ = director.takeReports()
        // The next look tries the refused service again; in between somebody removes another one.
        let isWorkLeft = director.observe(right, at: Farm.now)
        #expect(isWorkLeft)
        (commands, refusals) = plan()
        #expect(!refusals.isEmpty)
        var table = right
        table.apply(.deleteService(second))
        director.resynchronize(table, after: commands.commands, of: commands, refusals: refusals, at: Farm.now)
        (commands, refusals) = plan()
        _ = director.settle(commands.commands, refusals: refusals, at: Farm.now)
        #expect(director.actual == right)
        #expect(director.takeReports().contains { $0.kind == .drift && $0.service == second })
    }

    @Test func anExclusiveDirectorRemovesWhatAppearedMeanwhile() {
        var director = running { $0.exclusive = true }
        director.check(1, passed: false)
        let plan = director.plan(at: Farm.now)
        var table = VirtualServerTable()
        table.apply(.addService(stranger))
        director.resynchronize(
            table, after: plan.commands, of: plan, refusals: refuse(plan) { _ in true }, at: Farm.now)
        _ = director.converge()
        #expect(Set(director.actual.entries.keys) == [first, second])
    }

    @Test func whatARefusedLoadTookFromOthersIsPutBackEvenAtTheSecondAttempt() {
        var director = running()
        var actual = director.actual
        actual.apply(.addService(stranger))
        _ = director.observe(actual, at: Farm.now)
        _ = director.converge()
        let before = director.actual
        // The new file claims the stranger's service with another scheduler, and has one that the kernel refuses.
        var configuration = director.configuration
        let refused = VirtualService(.firewallMark(10, .ipv4))
        let claimed = VirtualService(stranger.id, scheduler: Scheduler("rr"))
        configuration.virtuals.append(VirtualConfiguration(line: 30, service: claimed))
        configuration.virtuals.append(VirtualConfiguration(line: 31, service: refused))
        _ = director.load(configuration, at: Farm.now)
        let plan = director.plan(at: Farm.now)
        let outcome = director.settle(
            plan.changes, refusals: refuse(plan) { $0.service == refused.id }, at: Farm.now)
        #expect(outcome != .settled)
        #expect(director.actual != before)
        // The kernel refuses the way back once, so that the table is read again.
        let back = director.plan(at: Farm.now)
        #expect(back.commands == [.editService(stranger)])
        director.resynchronize(
            director.actual, after: back.commands, of: back, refusals: refuse(back) { _ in true }, at: Farm.now)
        _ = director.converge()
        #expect(director.actual == before)
        #expect(!director.owned.contains(stranger.id))
    }

    @Test func stoppingRemovesWhatTheFileDoesNotNameAnyMore() {
        // It left the file while no engine ran, and the one that only says farewell plans nothing before.
        var actual = VirtualServerTable()
        actual.apply(.addService(stranger))
        for cleanStop in [true, false] {
            let farm = Farm(servers: 0) { $0.cleanStop = cleanStop }
            let director = Director(farm.configuration, actual: actual, owned: [stranger.id], at: Farm.now)
            #expect(director.farewell().commands == [.deleteService(stranger.id)])
        }
    }
}

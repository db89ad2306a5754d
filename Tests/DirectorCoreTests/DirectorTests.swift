import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// A farm of one service with real servers .1, .2, ... and a director that has been told nothing yet.
struct Farm {
    static let now = Moment(WallTime(milliseconds: 0), .zero)
    let id = VirtualService.ID.address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0201), 80))
    var configuration = Configuration()

    init(servers: Int = 2, _ adjust: (inout VirtualConfiguration) -> Void = { _ in }) {
        var virtual = VirtualConfiguration(line: 1, service: VirtualService(id, scheduler: .wrr))
        virtual.reals = (0..<servers).map { index in
            let server = Self.server(UInt32(index + 1), weight: 5)
            return RealConfiguration(line: index + 2, server: server, check: .probe(Self.check(server.endpoint)))
        }
        adjust(&virtual)
        configuration.virtuals = [virtual]
    }

    static func server(_ last: UInt32, weight: Int32) -> RealServer {
        RealServer(Endpoint(IPAddress(ipv4: 0x0A00_0000 + last), 80), method: .masquerading, weight: weight)
    }

    static func check(_ target: Endpoint) -> CheckSpec {
        CheckSpec(target, .connect, interval: .seconds(1), timeout: .seconds(5))
    }

    static let fallback = RealServer(Endpoint(IPAddress(ipv4: 0x7F00_0001), 80), method: .masquerading)
}

extension Director {
    /// Plans, and takes every command as done.
    mutating func converge() -> [IPVSCommand] {
        let commands = plan(at: Farm.now).commands
        #expect(settle(commands, refusals: [], at: Farm.now) == .settled)
        return Array(commands)
    }

    /// Reports one result for the check of server `last`.
    mutating func check(_ last: UInt32, passed: Bool, reason: String = "x", at now: Moment = Farm.now) {
        for case .add(let id, let spec) in proberRequests
        where spec.target == Farm.server(last, weight: 0).endpoint {
            _ = observe(id, CheckResult(passed: passed, reason: reason, latency: .zero), at: now)
        }
    }

    func weight(_ last: UInt32, in id: VirtualService.ID) -> Int32? {
        actual.entries[id]?.servers[Farm.server(last, weight: 0).endpoint]?.weight
    }
}

struct DirectorTests {
    /// Servers that begin alike share what they consist of, across services, and nothing else.
    @Test func servicesBeginTogetherAsTheyWouldAlone() {
        func service(_ last: UInt32, servers: Int, _ check: RealConfiguration.Check?) -> VirtualConfiguration {
            let id = VirtualService.ID.address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0200 + last), 80))
            var virtual = VirtualConfiguration(line: 1, service: VirtualService(id, scheduler: .wrr))
            virtual.reals = Farm(servers: servers).configuration.virtuals[0].reals
            if let check { for index in virtual.reals.indices { virtual.reals[index].check = check } }
            return virtual
        }
        let virtuals = [
            service(1, servers: 3, nil), service(2, servers: 2, .alwaysUp), service(3, servers: 2, nil),
            service(4, servers: 2, .off), service(5, servers: 2, .alwaysUp),
        ]
        // One server of the first is found in use.
        var actual = VirtualServerTable()
        actual.apply(.addService(virtuals[0].service))
        actual.apply(.addServer(Farm.server(2, weight: 5), to: virtuals[0].service.id))
        func director(_ virtuals: [VirtualConfiguration]) -> Director {
            var configuration = Configuration()
            configuration.virtuals = VirtualConfigurations(virtuals)
            return Director(configuration, actual: actual, at: Farm.now)
        }
        func health(_ director: Director, _ virtual: VirtualConfiguration) -> [Endpoint: ServerHealth] {
            let table = director.services[virtual.service.id]?.health
            return Dictionary(uniqueKeysWithValues: table?.map { ($0.key, $0.value) } ?? [])
        }
        var together = director(virtuals)
        for virtual in virtuals {
            #expect(health(together, virtual) == health(director([virtual]), virtual))
            #expect(health(together, virtual).count == virtual.reals.count)
        }
        let third = health(together, virtuals[2])
        _ = together.converge()
        together.check(1, passed: true)
        #expect(health(together, virtuals[1]) == health(director([virtuals[1]]), virtuals[1]))
        #expect(health(together, virtuals[2]) != third)
    }

    @Test func unverifiedServersStartAtWeightZero() {
        let farm = Farm()
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        let service = farm.configuration.virtuals[0].service
        #expect(
            director.converge() == [
                .addService(service), .addServer(Farm.server(1, weight: 0), to: farm.id),
                .addServer(Farm.server(2, weight: 0), to: farm.id),
            ])
        director.check(1, passed: true)
        #expect(director.converge() == [.editServer(Farm.server(1, weight: 5), of: farm.id)])
    }

    @Test func whatTheKernelHasIsAdopted() {
        let farm = Farm()
        let service = farm.configuration.virtuals[0].service
        var actual = VirtualServerTable()
        actual.apply(.addService(service))
        actual.apply(.addServer(Farm.server(1, weight: 5), to: farm.id))
        var director = Director(farm.configuration, actual: actual, at: Farm.now)
        #expect(director.converge() == [.addServer(Farm.server(2, weight: 0), to: farm.id)])
        director.check(1, passed: false)
        #expect(director.converge() == [.deleteServer(Farm.server(1, weight: 5).endpoint, from: farm.id)])
    }

    @Test(arguments: [(true, true), (true, false), (false, false)])
    func aFailedServerIsQuiescentOrRemoved(quiescent: Bool, readd: Bool) {
        let farm = Farm {
            $0.quiescent = quiescent
            $0.readdQuiescent = readd
        }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        director.check(1, passed: true)
        director.check(2, passed: true)
        _ = director.converge()
        director.check(1, passed: false)
        _ = director.converge()
        #expect(director.weight(1, in: farm.id) == (quiescent ? 0 : nil))
        #expect(director.weight(2, in: farm.id) == 5)

        // A stranger empties the table: what is up comes back, what is quiescent only with readdquiescent.
        let differs = director.observe(VirtualServerTable(), at: Farm.now)
        #expect(differs)
        _ = director.converge()
        #expect(director.weight(1, in: farm.id) == (readd ? 0 : nil))
        #expect(director.weight(2, in: farm.id) == 5)
        #expect(director.takeReports().contains { $0.kind == .drift })
    }

    @Test func theFallbackStandsInWhileNothingIsUp() {
        let farm = Farm { $0.fallback = Farm.fallback }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        _ = director.converge()
        #expect(director.actual.entries[farm.id]?.servers[Farm.fallback.endpoint]?.weight == 1)
        director.check(2, passed: true)
        // The server comes in before the fallback goes.
        #expect(
            director.converge() == [
                .editServer(Farm.server(2, weight: 5), of: farm.id),
                .deleteServer(Farm.fallback.endpoint, from: farm.id),
            ])
        director.check(2, passed: false)
        #expect(
            director.converge() == [
                .addServer(Farm.fallback, to: farm.id),
                .deleteServer(Farm.server(2, weight: 5).endpoint, from: farm.id),
            ])
    }

    @Test func failureCountIsHonoured() {
        let farm = Farm { $0.failureCount = 2 }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        director.check(1, passed: true)
        _ = director.converge()
        director.check(1, passed: false)
        #expect(director.converge().isEmpty)
        director.check(1, passed: false)
        #expect(director.converge() == [.deleteServer(Farm.server(1, weight: 5).endpoint, from: farm.id)])
    }

    @Test func serversThatAreNotCheckedKeepTheirState() {
        let farm = Farm(servers: 3) {
            $0.reals[0].check = .alwaysUp
            $0.reals[1].check = .off
            $0.reals[2].check = .off
        }
        var actual = VirtualServerTable()
        actual.apply(.addService(farm.configuration.virtuals[0].service))
        actual.apply(.addServer(Farm.server(2, weight: 5), to: farm.id))
        var director = Director(farm.configuration, actual: actual, at: Farm.now)
        #expect(director.proberRequests.isEmpty)
        #expect(director.converge() == [.addServer(Farm.server(1, weight: 5), to: farm.id)])
        #expect(director.weight(2, in: farm.id) == 5)
        #expect(director.weight(3, in: farm.id) == nil)
    }

    @Test func aQuiescentServerThatIsNotCheckedHasWeightZero() {
        let farm = Farm(servers: 1) {
            $0.reals[0].check = .off
            $0.quiescent = true
        }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        _ = director.converge()
        #expect(director.weight(1, in: farm.id) == 0)
    }

    @Test func identicalChecksRunOnceAndServeEveryService() {
        var farm = Farm(servers: 1)
        let other = VirtualService.ID.address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0202), 80))
        var second = VirtualConfiguration(line: 9, service: VirtualService(other))
        second.reals = farm.configuration.virtuals[0].reals
        farm.configuration.virtuals.append(second)
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        #expect(director.checkCount == 1)
        director.check(1, passed: true)
        _ = director.converge()
        #expect(director.weight(1, in: farm.id) == 5)
        #expect(director.weight(1, in: other) == 5)
    }

    @Test func aReloadKeepsWhatStaysAndRemovesWhatGoes() {
        let farm = Farm()
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        director.check(1, passed: true)
        director.check(2, passed: true)
        _ = director.converge()

        let heavier = Farm { $0.reals[0].server.weight = 9 }
        #expect(director.load(heavier.configuration, at: Farm.now).isEmpty)
        #expect(director.converge() == [.editServer(Farm.server(1, weight: 9), of: farm.id)])

        let smaller = Farm(servers: 1)
        let requests = director.load(smaller.configuration, at: Farm.now)
        #expect(requests.count == 1)
        #expect(
            director.plan(at: Farm.now).removals == [.deleteServer(Farm.server(2, weight: 5).endpoint, from: farm.id)])

        _ = director.load(Configuration(), at: Farm.now)
        #expect(director.owned == [farm.id])
        #expect(director.converge() == [.deleteService(farm.id)])
        #expect(director.owned.isEmpty)
    }

    @Test func aReloadThatTheKernelRefusesIsTakenBack() {
        let farm = Farm()
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        director.check(1, passed: true)
        _ = director.converge()
        let before = director.actual

        let bad = Farm { $0.service.scheduler = Scheduler("nosuch") }
        _ = director.load(bad.configuration, at: Farm.now)
        let plan = director.plan(at: Farm.now)
        let refused = plan.changes.map { Director.Refusal($0, "no such scheduler") }
        let outcome = director.settle(plan.changes, refusals: refused, at: Farm.now)
        #expect(outcome != .settled)
        #expect(director.configuration == farm.configuration)
        #expect(director.takeReports().contains { $0.kind == .configurationRefused })
        _ = director.converge()
        #expect(director.actual == before)
    }

    @Test func aRefusedCommandIsTriedAgainAndToldOnce() {
        let farm = Farm(servers: 1)
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        for _ in 0..<3 {
            let commands = director.plan(at: Farm.now).commands
            #expect(!commands.isEmpty)
            _ = director.settle(commands, refusals: commands.map { .init($0, "no") }, at: Farm.now)
            _ = director.observe(VirtualServerTable(), at: Farm.now)
        }
        #expect(director.takeReports().filter { $0.kind == .kernelRefused }.count == 1)
        _ = director.converge()
        #expect(director.takeReports().contains { $0.kind == .kernelAccepted })
        #expect(director.refusals.isEmpty)
    }

    @Test func servicesOfOthersStayUnlessExclusive() {
        var farm = Farm(servers: 0)
        let stranger = VirtualService(.firewallMark(9, .ipv4))
        var actual = VirtualServerTable()
        actual.apply(.addService(stranger))
        var director = Director(farm.configuration, actual: actual, at: Farm.now)
        _ = director.converge()
        #expect(director.actual.entries[stranger.id] != nil)

        farm.configuration.exclusive = true
        _ = director.load(farm.configuration, at: Farm.now)
        #expect(director.converge() == [.deleteService(stranger.id)])
        #expect(director.actual.entries[farm.id] != nil)
    }

    @Test func servicesOfAnEarlierRunThatAreNotConfiguredAreRemoved() {
        let farm = Farm(servers: 0)
        let orphan = VirtualService(.firewallMark(9, .ipv4))
        var actual = VirtualServerTable()
        actual.apply(.addService(orphan))
        var director = Director(farm.configuration, actual: actual, owned: [orphan.id, farm.id], at: Farm.now)
        #expect(director.converge().last == .deleteService(orphan.id))
    }

    @Test func stoppingRemovesWhatCleanstopSays() {
        for cleanStop in [true, false] {
            let farm = Farm { $0.cleanStop = cleanStop }
            var director = Director(farm.configuration, actual: .init(), at: Farm.now)
            _ = director.converge()
            #expect(director.farewell().commands == (cleanStop ? [.deleteService(farm.id)] : []))
        }
    }

    /// Plans, and has the kernel refuse what `refuses` says.
    private func refuse(
        _ director: inout Director, _ refuses: (IPVSCommand) -> Bool
    ) -> Director.Outcome {
        let commands = director.plan(at: Farm.now).commands
        let refusals = commands.filter(refuses).map { Director.Refusal($0, "no") }
        return director.settle(commands, refusals: refusals, at: Farm.now)
    }

    @Test func aServiceThatWasRefusedBeforeDoesNotBlockAReload() {
        var farm = Farm(servers: 1)
        var bad = VirtualConfiguration(line: 9, service: VirtualService(.firewallMark(9, .ipv4)))
        farm.configuration.virtuals.append(bad)
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        #expect(refuse(&director) { $0.service == bad.service.id } == .settled)

        bad.line = 10
        var heavier = Farm(servers: 1) { $0.reals[0].server.weight = 9 }
        heavier.configuration.virtuals.append(bad)
        _ = director.load(heavier.configuration, at: Farm.now)
        #expect(refuse(&director) { $0.service == bad.service.id } == .settled)
        #expect(director.configuration == heavier.configuration)
    }

    @Test func aProblemThatIsGoneIsNotTold() {
        let farm = Farm(servers: 1)
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        _ = director.converge()
        let bad = Farm(servers: 1) { $0.service.scheduler = Scheduler("nosuch") }
        _ = director.load(bad.configuration, at: Farm.now)
        let outcome = refuse(&director) { _ in true }
        #expect(outcome != .settled)
        #expect(director.refusals[farm.id] != nil)
        #expect(director.converge().isEmpty)
        #expect(director.refusals.isEmpty)
    }

    @Test func aRefusedReloadLeavesAStrangersServiceAsItWas() {
        var farm = Farm(servers: 0)
        let stranger = VirtualService(.firewallMark(9, .ipv4), scheduler: Scheduler("rr"))
        var actual = VirtualServerTable()
        actual.apply(.addService(stranger))
        var director = Director(farm.configuration, actual: actual, at: Farm.now)
        _ = director.converge()
        let before = director.actual

        // The new file claims it with another scheduler, and has a service that the kernel refuses.
        let refused = VirtualService(.firewallMark(10, .ipv4))
        farm.configuration.virtuals.append(VirtualConfiguration(line: 8, service: VirtualService(stranger.id)))
        farm.configuration.virtuals.append(VirtualConfiguration(line: 9, service: refused))
        _ = director.load(farm.configuration, at: Farm.now)
        #expect(refuse(&director) { $0.service == refused.id } != .settled)
        _ = director.converge()
        #expect(director.actual == before)
        #expect(!director.owned.contains(stranger.id))
    }

    @Test func aTableThatChangedMeanwhileIsComparedAnew() {
        let farm = Farm()
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        director.check(1, passed: true)
        director.check(2, passed: true)
        _ = director.converge()
        // Somebody removes server 2, and the new file does not name it any more.
        var actual = director.actual
        actual.apply(.deleteServer(Farm.server(2, weight: 5).endpoint, from: farm.id))
        _ = director.load(Farm(servers: 1).configuration, at: Farm.now)
        let plan = director.plan(at: Farm.now)
        #expect(plan.removals.count == 1)
        director.resynchronize(
            actual, after: plan.commands, of: plan,
            refusals: [Director.Refusal(plan.removals[0], "No such destination")], at: Farm.now)
        #expect(director.isLoading)
        #expect(director.converge().isEmpty)
        #expect(director.configuration == Farm(servers: 1).configuration)
    }

    @Test(arguments: [true, false])
    func anUncheckedServerOfWeightZeroStays(quiescent: Bool) {
        let farm = Farm(servers: 1) {
            $0.reals[0].check = .off
            $0.reals[0].server.weight = 0
            $0.quiescent = quiescent
        }
        var actual = VirtualServerTable()
        actual.apply(.addService(farm.configuration.virtuals[0].service))
        actual.apply(.addServer(Farm.server(1, weight: 0), to: farm.id))
        var director = Director(farm.configuration, actual: actual, at: Farm.now)
        #expect(director.converge().isEmpty)
    }

    @Test func aFallbackForUncheckedServersOfWeightZeroOutlivesARestart() {
        let farm = Farm(servers: 1) {
            $0.reals[0].check = .off
            $0.reals[0].server.weight = 0
            $0.quiescent = true
            $0.readdQuiescent = true
            $0.fallback = Farm.server(9, weight: 1)
        }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        #expect(director.converge().contains(.addServer(Farm.server(9, weight: 1), to: farm.id)))
        var next = Director(farm.configuration, actual: director.actual, at: Farm.now)
        #expect(next.converge().isEmpty)
    }
}

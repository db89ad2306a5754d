import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// What `director plan` shows, as the lines that it prints.
struct PreviewTests {
    private let service = VirtualService(
        .address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0201), 80)), scheduler: .wrr, persistenceTimeout: 60)
    private let stranger = VirtualService(.firewallMark(7, .ipv6), scheduler: .wlc)

    private func server(_ last: UInt32, weight: Int32 = 1, upper: UInt32 = 0) -> RealServer {
        RealServer(
            Endpoint(IPAddress(ipv4: 0xC000_0200 + last), 80), method: .masquerading, weight: weight,
            upperThreshold: upper)
    }

    private func configuration(_ servers: [RealServer], exclusive: Bool = false) -> Configuration {
        var virtual = VirtualConfiguration(line: 1, service: service)
        virtual.reals = servers.map { server in
            let check = CheckSpec(server.endpoint, .connect, interval: .seconds(1), timeout: .seconds(1))
            return RealConfiguration(line: 2, server: server, check: .probe(check))
        }
        var configuration = Configuration()
        configuration.virtuals = [virtual]
        configuration.exclusive = exclusive
        return configuration
    }

    private func table(_ entries: [(VirtualService, [RealServer])]) -> VirtualServerTable {
        var table = VirtualServerTable()
        for (service, servers) in entries {
            table.entries[service.id] = .init(
                service, servers: Dictionary(uniqueKeysWithValues: servers.map { ($0.endpoint, $0) }))
        }
        return table
    }

    private func lines(
        _ configuration: Configuration, _ actual: VirtualServerTable, owned: Set<VirtualService.ID> = []
    ) -> [String] {
        let bytes = ChangeLines.render(Preview.plan(configuration, actual: actual, owned: owned).commands)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func anEmptyTableGetsEverythingWithItsWeight() {
        #expect(
            lines(configuration([server(11, weight: 3, upper: 9), server(12)]), table([])) == [
                "-A -t 192.0.2.1:80 -s wrr -p 60", "-a -t 192.0.2.1:80 -r 192.0.2.11:80 -m -w 3 -x 9",
                "-a -t 192.0.2.1:80 -r 192.0.2.12:80 -m -w 1",
            ])
    }

    @Test func whatIsThereAlreadyIsNoChange() {
        #expect(lines(configuration([server(11)]), table([(service, [server(11)])])).isEmpty)
    }

    @Test func aServerWithWeightZeroInTheKernelIsTakenForDown() {
        let actual = table([(service, [server(11, weight: 0), server(12)])])
        #expect(
            lines(configuration([server(11, weight: 3), server(12, weight: 2)]), actual) == [
                "-e -t 192.0.2.1:80 -r 192.0.2.12:80 -m -w 2"
            ])
    }

    @Test func whatIsNoLongerWantedGoes() {
        let actual = table([(service, [server(11), server(12)]), (stranger, [])])
        #expect(lines(configuration([server(11)]), actual) == ["-d -t 192.0.2.1:80 -r 192.0.2.12:80"])
        #expect(lines(configuration([server(11), server(12)]), actual, owned: [stranger.id]) == ["-D -f 7 -6"])
        #expect(lines(configuration([server(11), server(12)], exclusive: true), actual) == ["-D -f 7 -6"])
    }

    @Test func whatOperatorsTookOutStaysOut() {
        let actual = table([(service, [server(11)])])
        let memory = OperatorMemory(items: [
            .init(
                service: service.id, server: server(12).endpoint, cause: .disable, by: "root",
                since: WallTime(milliseconds: 0), hasEnded: false)
        ])
        let plan = Preview.plan(configuration([server(11), server(12)]), actual: actual, memory: memory)
        #expect(plan.isEmpty)
    }

    @Test func underADrainTimeAServerThatGoesGetsWeightZeroFirst() {
        var configuration = configuration([server(11)])
        configuration.virtuals[0].policy.drain = .seconds(30)
        let actual = table([(service, [server(11), server(12)])])
        let plan = Preview.plan(configuration, actual: actual, owned: [service.id])
        #expect(plan.commands == [.editServer(server(12, weight: 0), of: service.id)])
    }

    /// What the file in force would change is nothing, whatever has become of its servers.
    @Test(arguments: [false, true])
    func aRunningDirectorKnowsWhoIsDown(quiescent: Bool) throws {
        var drill = Drill(servers: 4) {
            $0.quiescent = quiescent
            $0.policy.flap = FlapPolicy(changes: 3, window: .seconds(60), hold: .seconds(30), longest: .seconds(30))
            $0.policy.slowStart = .seconds(20)
            $0.policy.minimumUp = .servers(1)
            $0.fallback = Farm.fallback
            $0.agent = AgentSettings(port: 9707)
        }
        for (last, line) in [(1, "ready"), (2, "drain"), (3, "40%")] as [(UInt32, String)] { drill.say(last, line) }
        drill.pass(.seconds(2))
        for passed in [false, true, false] { drill.check(1, passed) }
        drill.check(4, false)
        let snapshots = drill.director.serviceFacts.snapshots(counters: [:], at: drill.now)
        func plan() -> Plan {
            Preview.plan(
                drill.farm.configuration, actual: drill.director.actual, owned: drill.director.owned,
                memory: drill.director.memory, known: snapshots)
        }
        #expect(plan().isEmpty, "\(plan().commands)")
        drill.farm.configuration.virtuals[0].reals.append(
            RealConfiguration(
                line: 9, server: Farm.server(9, weight: 2),
                check: .probe(Farm.check(Farm.server(9, weight: 2).endpoint))))
        #expect(plan().commands == [.addServer(Farm.server(9, weight: 2), to: drill.farm.id)])
    }
}

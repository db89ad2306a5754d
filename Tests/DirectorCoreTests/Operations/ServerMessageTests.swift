import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct ServerMessageTests {
    static let server = Farm.server(1, weight: 5).endpoint

    static func messages(
        quiescent: Bool = false, fallback: Bool = false, failureCount: Int = 1, _ results: [Bool]
    ) -> [String] {
        let farm = Farm(servers: 1) { virtual in
            virtual.quiescent = quiescent
            virtual.failureCount = failureCount
            if fallback { virtual.fallback = Farm.fallback }
        }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        _ = director.converge()
        _ = director.takeReports()
        for passed in results {
            director.check(1, passed: passed)
            _ = director.converge()
        }
        return director.takeReports().compactMap { ServerMessage($0, farm.configuration.virtuals[0])?.text }
    }

    @Test func aServerIsAddedAndDeleted() {
        #expect(
            Self.messages([true, false, true]) == [
                "Added real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 5)",
                "Deleted real server: 10.0.0.1:80 (192.0.2.1:80)",
                "Added real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 5)",
            ])
    }

    @Test func aQuiescentServerIsRestored() {
        #expect(
            Self.messages(quiescent: true, [true, false]) == [
                "Restored real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 5)",
                "Quiescent real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 0)",
            ])
    }

    @Test func theFallbackComesAndGoes() {
        #expect(
            Self.messages(fallback: true, [true, false]) == [
                "Added real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 5)",
                "Deleted fallback server: 127.0.0.1:80 (192.0.2.1:80)",
                "Deleted real server: 10.0.0.1:80 (192.0.2.1:80)",
                "Added fallback server: 127.0.0.1:80 (192.0.2.1:80) (Weight set to 1)",
            ])
    }

    @Test func softFailuresAreCounted() {
        #expect(
            Self.messages(failureCount: 3, [true, false, false, true]).dropFirst() == [
                "Soft failure real server: 10.0.0.1:80 (tcp:192.0.2.1:80) failure 1/3",
                "Soft failure real server: 10.0.0.1:80 (tcp:192.0.2.1:80) failure 2/3",
                "Resetting soft failure count: 10.0.0.1:80 (tcp:192.0.2.1:80)",
            ])
    }

    @Test func servicesAndUncheckedServersAreToldByWhatTheKernelWasTold() {
        let farm = Farm(servers: 1) { $0.reals[0].check = .alwaysUp }
        let service = farm.configuration.virtuals[0].service
        let commands: [IPVSCommand] = [
            .addService(service), .addServer(Farm.server(1, weight: 5), to: service.id), .editService(service),
            .deleteServer(Farm.server(9, weight: 1).endpoint, from: service.id), .deleteService(service.id),
        ]
        #expect(
            ServerMessage.messages(for: commands) { _ in farm.configuration.virtuals[0] }.map(\.text) == [
                "Added virtual server: 192.0.2.1:80",
                "Added real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 5)",
                "Changed virtual server: 192.0.2.1:80",
                "Purged real server (start): 10.0.0.9:80 (192.0.2.1:80)",
                "Purged virtual server (start): 192.0.2.1:80",
            ])
    }

    @Test(arguments: [
        (VirtualService.ID.firewallMark(7, .ipv4), "7", "fwm", ":0 fwm"),
        (.firewallMark(7, .ipv6), "7", "fwm", ":0 fwm"),
        (.address(.udp, Endpoint("192.0.2.1:53")!), "192.0.2.1:53", "udp", "192.0.2.1:53 udp"),
        (.address(.tcp, Endpoint("[2001:db8::1]:80")!), "[2001:db8::1]:80", "tcp", "[2001:db8::1]:80 tcp"),
    ])
    func servicesHaveLdirectordsNames(id: VirtualService.ID, name: String, proto: String, arguments: String) {
        #expect(id.ldirectordName == name)
        #expect(id.ldirectordProtocol == proto)
        #expect(id.fallbackArguments == arguments)
    }

    /// What a reload changes, in ldirectord's words and once: by events and by what the kernel is told.
    private func said(by load: (inout VirtualConfiguration) -> Void, _ prepare: (inout Drill) -> Void = { _ in })
        -> [String]
    {
        var drill = Drill {
            $0.fallback = Farm.fallback
            $0.policy.slowStart = .seconds(20)
        }
        prepare(&drill)
        _ = drill.director.takeReports()
        drill.commands = []
        drill.load(load)
        drill.pass(.seconds(30))
        let virtual = drill.farm.configuration.virtuals[0]
        return drill.director.takeReports().compactMap { ServerMessage($0, virtual)?.text }
            + ServerMessage.messages(for: drill.commands) { _ in virtual }.map(\.text)
    }

    @Test func aChangedServerInUseIsToldOfOnce() {
        #expect(
            said(by: { $0.reals[0].server.weight = 7 }) == [
                "Restored real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 7)"
            ])
        #expect(
            said(by: { $0.reals[0].server.upperThreshold = 9 }) == [
                "Restored real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 5)"
            ])
        #expect(said(by: { $0.failureCount = 3 }).isEmpty)
        #expect(said(by: { $0.reals[0].server.weight = 7 }, { $0.check(1, false) }).isEmpty)
    }

    @Test func aFallbackThatIsReplacedWhileItStandsInIsToldOf() {
        func allDown(_ drill: inout Drill) { for last in [1, 2, 3] as [UInt32] { drill.check(last, false) } }
        let other = Farm.server(99, weight: 1)
        let purged = "Purged real server (start): 127.0.0.1:80 (192.0.2.1:80)"
        #expect(
            said(by: { $0.fallback = other }, allDown) == [
                "Added fallback server: 10.0.0.99:80 (192.0.2.1:80) (Weight set to 1)", purged,
            ])
        #expect(said(by: { $0.fallback = nil }, allDown) == [purged])
        #expect(
            said(by: { $0.fallback?.method = .directRouting }, allDown) == [
                "Added fallback server: 127.0.0.1:80 (192.0.2.1:80) (Weight set to 1)"
            ])
        #expect(said(by: { $0.fallback = other }).isEmpty)
    }

    @Test func aHoldIsAFailureAndItsEndAReturn() {
        let farm = Farm {
            $0.policy.flap = FlapPolicy(changes: 2, window: .seconds(9), hold: .seconds(9), longest: .seconds(9))
        }
        var drill = Drill { $0.policy = farm.configuration.virtuals[0].policy }
        _ = drill.director.takeReports()
        for passed in [false, true] { drill.check(1, passed) }
        drill.pass(.seconds(10))
        #expect(
            drill.director.takeReports().compactMap { ServerMessage($0, farm.configuration.virtuals[0])?.text } == [
                "Deleted real server: 10.0.0.1:80 (192.0.2.1:80)",
                "Added real server: 10.0.0.1:80 (192.0.2.1:80) (Weight set to 5)",
            ])
    }
}

import NetworkTypes
import Testing
import VirtualServers

@testable import KernelNetlink

/// What the kernel's table tells of commands whose answers were lost.
struct ObservationTests {
    static let web = VirtualService.ID.address(.tcp, Endpoint(IPAddress(ipv4: 1), 80))
    static let gone = VirtualService.ID.firewallMark(9, .ipv4)
    static let present = RealServer(Endpoint(IPAddress(ipv4: 2), 80), weight: 5)
    static let absent = RealServer(Endpoint(IPAddress(ipv4: 3), 80))

    /// The kernel has one service with one server, other timeouts than the usual, and a master.
    static let observation = Observation(
        table: VirtualServerTable(entries: [
            web: .init(VirtualService(web), servers: [present.endpoint: present])
        ]),
        timeouts: ConnectionTimeouts(tcp: 900, tcpFin: 120, udp: 300),
        daemons: [SyncDaemon(.master, interface: "eth0", syncID: 1, maximumLength: 1472, port: 8848, ttl: 1)])

    @Test(arguments: [
        (IPVSCommand.addService(VirtualService(web)), Observation.Verdict.inEffect),
        (.addService(VirtualService(web, scheduler: .wrr)), .notInEffect),
        (.editService(VirtualService(gone)), .notInEffect),
        (.deleteService(gone), .inEffect),
        (.deleteService(web), .notInEffect),
        (.addServer(present, to: web), .inEffect),
        (.editServer(RealServer(present.endpoint, weight: 6), of: web), .notInEffect),
        (.addServer(absent, to: web), .notInEffect),
        (.addServer(present, to: gone), .notInEffect),
        (.deleteServer(absent.endpoint, from: web), .inEffect),
        (.deleteServer(present.endpoint, from: web), .notInEffect),
        (.deleteServer(present.endpoint, from: gone), .notInEffect),
        (.zero(nil), .notInEffect),
        (.flush, .notInEffect),
        (.setTimeouts(ConnectionTimeouts(tcp: 900, tcpFin: 0, udp: 0)), .inEffect),
        (.setTimeouts(ConnectionTimeouts(tcp: 900, tcpFin: 1, udp: 0)), .notInEffect),
        (.startDaemon(SyncDaemon(.master, interface: "eth0", syncID: 1)), .inEffect),
        (.startDaemon(SyncDaemon(.master, interface: "eth0", syncID: 2)), .notInEffect),
        (.stopDaemon(.master), .notInEffect),
        (.stopDaemon(.backup), .inEffect),
    ])
    func comparesWithTheTable(command: IPVSCommand, verdict: Observation.Verdict) {
        #expect(Self.observation.verdicts(on: [command], answers: [nil]) == [verdict])
    }

    @Test func answeredCommandsAreLeftAlone() {
        let commands: [IPVSCommand] = [.deleteService(Self.web), .addServer(Self.absent, to: Self.web)]
        #expect(Self.observation.verdicts(on: commands, answers: [0, 2]) == [.answered, .answered])
    }

    /// Sending any of these again would undo what came later, and the table says nothing of them.
    @Test(arguments: [
        [IPVSCommand.flush, .addService(VirtualService(web))],
        [.deleteService(web), .addService(VirtualService(web))],
        [.deleteServer(present.endpoint, from: web), .addServer(present, to: web)],
        [.addServer(absent, to: gone), .deleteService(gone)],
        [.editService(VirtualService(web, scheduler: .wrr)), .editService(VirtualService(web))],
        [.stopDaemon(.master), .startDaemon(SyncDaemon(.master, interface: "eth0", syncID: 1))],
    ])
    func earlierCommandsAreHiddenByLaterOnes(commands: [IPVSCommand]) {
        #expect(Self.observation.verdicts(on: commands, answers: [nil, nil]) == [.superseded, .inEffect])
    }

    @Test func aRefusedCommandHidesNothing() {
        let commands: [IPVSCommand] = [.addServer(Self.present, to: Self.web), .deleteService(Self.web)]
        #expect(Self.observation.verdicts(on: commands, answers: [nil, 1]) == [.inEffect, .answered])
    }

    @Test func anotherServerOfTheSameServiceHidesNothing() {
        let commands: [IPVSCommand] = [
            .addServer(Self.present, to: Self.web), .addServer(Self.absent, to: Self.web),
            .editService(VirtualService(Self.web)),
        ]
        #expect(
            Self.observation.verdicts(on: commands, answers: [nil, nil, nil]) == [.inEffect, .notInEffect, .inEffect])
    }
}

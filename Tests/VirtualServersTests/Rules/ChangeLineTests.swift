import NetworkTypes
import Testing
import VirtualServers

/// What `director plan` prints is what ipvsadm would have to be told: nothing of a change is lost on the way.
@Suite struct ChangeLineTests {
    private static let web = VirtualService.ID.address(.tcp, v4("192.0.2.1", 80))

    @Test(
        arguments: [
            .addService(VirtualService(.firewallMark(.max, .ipv4))),
            .editService(VirtualService(.firewallMark(1 << 31, .ipv6), persistenceTimeout: 60, netmask: .ipv6(64))),
            .addService(VirtualService(web, scheduler: Scheduler("sh"), schedulerFlags: [.flag2, .flag3])),
            .addService(VirtualService(web, scheduler: Scheduler("mh"), schedulerFlags: .flag3)),
            .editService(VirtualService(web, scheduler: .wrr, schedulerFlags: .all, persistenceEngine: "sip")),
            .deleteService(.firewallMark(.max, .ipv6)),
            .addServer(RealServer(v4("10.0.0.1", 0), method: .masquerading, weight: 0), to: web),
            .addServer(RealServer(v4("10.0.0.1", 80), upperThreshold: 10, lowerThreshold: 5), to: web),
            .editServer(
                RealServer(v4("10.0.0.1", 80), method: .tunnelling(.gue(port: 6080, .remote)), weight: .max), of: web),
            .deleteServer(v4("10.0.0.1", 80), from: .firewallMark(.max, .ipv4)),
        ] as [IPVSCommand])
    func aChangeIsReadBackFromItsLine(_ command: IPVSCommand) throws {
        let lines = Array(RestoreLines(ChangeLines.render([command])))
        try #require(lines.count == 1)
        #expect(try RuleParser(program: "ipvsadm", resolver: testResolver).parse(lines[0]) == .change(command))
    }
}

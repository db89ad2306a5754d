import NetworkTypes
import Testing
import VirtualServers

struct PlanTests {
    let web = VirtualService(.address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0201), 80)), scheduler: .wrr)
    let mark = VirtualService(.firewallMark(7, .ipv6))

    func server(_ last: UInt32, weight: Int32 = 1) -> RealServer {
        RealServer(Endpoint(IPAddress(ipv4: 0x0A00_0000 + last), 80), method: .masquerading, weight: weight)
    }

    func table(_ entries: (VirtualService, [RealServer])...) -> VirtualServerTable {
        VirtualServerTable(
            entries: Dictionary(
                uniqueKeysWithValues: entries.map { service, servers in
                    let byEndpoint = Dictionary(uniqueKeysWithValues: servers.map { ($0.endpoint, $0) })
                    return (service.id, .init(service, servers: byEndpoint))
                }))
    }

    /// A plan for a large farm has 262,144 of these.
    @Test func aCommandIsSmall() {
        #expect(MemoryLayout<IPVSCommand>.stride <= 64)
    }

    @Test func equalTablesNeedNothing() {
        let table = table((web, [server(1), server(2)]))
        #expect(table.plan(to: table) { _ in true }.isEmpty)
    }

    @Test func changesStandServiceByServiceAndRemovalsLast() {
        let actual = table((web, [server(1), server(2)]), (mark, [server(9)]))
        var changed = web
        changed.scheduler = .wlc
        let new = VirtualService(.address(.udp, Endpoint(IPAddress(ipv4: 0xC000_0202), 53)))
        let desired = table((changed, [server(2, weight: 5), server(3)]), (new, [server(4)]))
        let plan = actual.plan(to: desired) { _ in true }
        #expect(
            plan.changes == [
                .editService(changed), .addServer(server(3), to: web.id), .editServer(server(2, weight: 5), of: web.id),
                .addService(new), .addServer(server(4), to: new.id),
            ])
        #expect(plan.removals == [.deleteServer(server(1).endpoint, from: web.id), .deleteService(mark.id)])
    }

    @Test func servicesOfOthersAreLeftAlone() {
        let actual = table((web, [server(1)]), (mark, []))
        #expect(actual.plan(to: table()) { $0 == mark.id }.commands == [.deleteService(mark.id)])
    }

    @Test func applyingAPlanGivesTheDesiredTable() {
        let actual = table((web, [server(1), server(2)]))
        let desired = table((web, [server(2, weight: 0), server(3)]), (mark, [server(4)]))
        var result = actual
        for command in actual.plan(to: desired, claimed: { _ in true }).commands { result.apply(command) }
        #expect(result == desired)
    }
}

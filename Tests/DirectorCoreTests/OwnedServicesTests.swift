import DirectorCore
import NetworkTypes
import Testing
import VirtualServers

struct OwnedServicesTests {
    @Test func servicesGoThroughTextUnchanged() throws {
        let services: Set<VirtualService.ID> = [
            .address(.tcp, try #require(Endpoint("192.0.2.1:80"))),
            .address(.sctp, try #require(Endpoint("[2001:db8::1]:5060"))), .firewallMark(7, .ipv4),
            .firewallMark(.max, .ipv6),
        ]
        let text = OwnedServicesText.write(services)
        #expect(text == "tcp 192.0.2.1:80\nsctp [2001:db8::1]:5060\nfwm 7 ipv4\nfwm 4294967295 ipv6\n")
        #expect(OwnedServicesText.read(text) == services)
    }

    @Test func brokenLinesArePassedOver() {
        let text = "\n\ntcp\ntcp x\nfwm 0 ipv4\nfwm 1\nfwm 1 ipv5\nicmp 1.2.3.4:5\nfwm 3 ipv4\n"
        #expect(OwnedServicesText.read(text) == [.firewallMark(3, .ipv4)])
    }
}

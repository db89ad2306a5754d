import NetworkTypes
import Testing
import VirtualServers

struct ServiceNameTests {
    @Test(arguments: [
        "TCP 192.0.2.1:80", "UDP [2001:db8::1]:53", "SCTP 192.0.2.1:0", "FWM 7", "FWM 4294967295 IPv6",
    ])
    func aNameThatIsShownNamesTheService(name: String) {
        #expect(VirtualService.ID(description: name)?.description == name)
    }

    @Test(arguments: ["", "FWM", "FWM x", "FWM 7 IPv4", "FWM 7 IPv6 8", "TCP", "TCP x", "ICMP 192.0.2.1:80", "7 8 9"])
    func whatIsNotShownNamesNothing(name: String) {
        #expect(VirtualService.ID(description: name) == nil)
    }
}

import NetworkTypes
import Testing
import TimeTypes

@testable import VirtualRouting

struct SendingTroublesTests {
    let web = RouterSettings(interface: "eth0", routerID: 51, addresses: [IPAddress(ipv4: 0xC000_020A)])
    let source = IPAddress(ipv4: 0xC000_0202)

    func second(_ number: Int) -> MonotonicInstant { .zero + .seconds(number) }

    @Test func anErrorIsToldOnceAndItsEnd() {
        var troubles = SendingTroubles()
        #expect(troubles.note("web", web, from: source, error: 0, at: second(0)) == nil)
        let told = troubles.note("web", web, from: source, error: 22, at: second(1))
        #expect(
            told?.words
                == "the way of the IPv4 advertisements of web by eth0 cannot be used: there is no route to the peers from 192.0.2.2, or it is no address of this machine any more"
        )
        for number in 2..<100 {
            #expect(troubles.note("web", web, from: source, error: 22, at: second(number)) == nil)
        }
        let end = troubles.note("web", web, from: source, error: 0, at: second(100))
        #expect(end?.words == "the way of the IPv4 advertisements of web by eth0 is open again")
        #expect(troubles.note("web", web, from: source, error: 0, at: second(101)) == nil)
    }

    @Test func eachReasonAndEachRouterCounts() {
        var troubles = SendingTroubles()
        var other = web
        other.routerID = 52
        #expect(troubles.note("web", web, from: source, error: 22, at: second(1)) != nil)
        #expect(troubles.note("web", web, from: source, error: 1, at: second(2)) != nil)
        #expect(troubles.note("mail", other, from: source, error: 22, at: second(3)) != nil)
    }

    @Test func whatWasWithARouterThatLeftIsForgotten() {
        var troubles = SendingTroubles()
        #expect(troubles.note("web", web, from: source, error: 22, at: second(1)) != nil)
        troubles.keep([web])
        #expect(troubles.note("web", web, from: source, error: 22, at: second(2)) == nil)
        troubles.keep([])
        #expect(troubles.note("web", web, from: source, error: 22, at: second(3)) != nil)
    }

    @Test func oneThatComesAndGoesIsToldOnceInAMinute() {
        var troubles = SendingTroubles()
        var told = 0
        for number in 0..<120 {
            let error: Int32 = number % 2 == 0 ? 105 : 0
            if troubles.note("web", web, from: source, error: error, at: second(number)) != nil { told += 1 }
        }
        // Twice that it is broken, twice that it is not.
        #expect(told == 4)
    }
}

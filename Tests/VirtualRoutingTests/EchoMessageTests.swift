import NetworkTypes
import Testing

@testable import VirtualRouting

struct EchoMessageTests {
    static let message = EchoMessage(identifier: 0x1234, sequence: 0x0102, token: 0x1112_1314_1516_1718)

    @Test func theBytesOfARequest() {
        // Echo request, checksum, identifier, sequence, token.
        let start = bytes("08 00 94 75 12 34 01 02 11 12 13 14 15 16 17 18")
        let request = Self.message.request(.ipv4)
        #expect(request.count == 64 && Array(request.prefix(16)) == start)
        #expect(request.dropFirst(16).allSatisfy { $0 == 0 })
        var checksum = InternetChecksum()
        checksum.add(request)
        #expect(checksum.value == 0)
        // The kernel fills in the checksum of ICMPv6.
        #expect(Array(Self.message.request(.ipv6).prefix(8)) == bytes("80 00 00 00 12 34 01 02"))
    }

    @Test(arguments: [IPAddress.Family.ipv4, .ipv6])
    func anAnswerIsTheRequestWithAnotherType(family: IPAddress.Family) {
        var reply = Self.message.request(family)
        #expect(EchoMessage(reply: reply, family) == nil, "a request is no answer")
        reply[0] = family == .ipv4 ? 0 : 129
        #expect(EchoMessage(reply: reply, family) == Self.message)
        for length in 0..<16 { #expect(EchoMessage(reply: Array(reply.prefix(length)), family) == nil) }
        reply[1] = 1
        #expect(EchoMessage(reply: reply, family) == nil)
    }
}

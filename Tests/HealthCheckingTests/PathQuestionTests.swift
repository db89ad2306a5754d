import NetworkTypes
import Testing

@testable import HealthChecking

struct PathQuestionTests {
    private static let four = (
        source: IPAddress(ipv4: 0x0A00_000B), target: IPAddress(ipv4: 0xC000_0264)
    )
    private static let six = (
        source: IPAddress(ipv6High: 0xFD00_0000_0000_0000, low: 0x11),
        target: IPAddress(ipv6High: 0x2001_0DB8_0000_0000, low: 0x100)
    )

    private func question(
        _ pair: (source: IPAddress, target: IPAddress), _ subject: PathQuestion.Subject, token: UInt32 = 0x0102_0304
    ) -> PathQuestion {
        PathQuestion(source: pair.source, target: pair.target, subject: subject, port: 64_512, token: token)
    }

    @Test func anOpeningOverIPv4HasExactlyTheseBytes() {
        #expect(
            question(Self.four, .connection(port: 80)).packet == [
                0x45, 0x00, 0x00, 0x2C,  // version and header of 5 words, length 44
                0x00, 0x00, 0x40, 0x00,  // no identification, do not fragment
                0x40, 0x06, 0x6E, 0x5D,  // 64 hops, TCP, checksum
                10, 0, 0, 11, 192, 0, 2, 100,
                0xFC, 0x00, 0x00, 0x50,  // ports 64512 and 80
                0x01, 0x02, 0x03, 0x04,  // sequence: the token
                0, 0, 0, 0,  // acknowledges nothing
                0x60, 0x02, 0xFF, 0xFF,  // header of 6 words, SYN, window
                0xCB, 0x60, 0, 0,  // checksum, urgent pointer
                0x02, 0x04, 0x05, 0xB4,  // segments of at most 1460 bytes
            ])
    }

    @Test func itsWithdrawalIsTheResetThatFollows() {
        #expect(
            question(Self.four, .connection(port: 80)).withdrawal == [
                0x45, 0x00, 0x00, 0x28, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x6E, 0x61, 10, 0, 0, 11, 192, 0, 2, 100,
                0xFC, 0x00, 0x00, 0x50, 0x01, 0x02, 0x03, 0x05,  // sequence: behind the SYN
                0, 0, 0, 0, 0x50, 0x04, 0x00, 0x00, 0xE3, 0x19, 0, 0,  // RST
            ])
        #expect(question(Self.four, .echo).withdrawal == nil)
    }

    @Test func anOpeningOverIPv6HasExactlyTheseBytes() {
        let packet = question(Self.six, .connection(port: 80)).packet
        #expect(packet[..<8] == [0x60, 0, 0, 0, 0, 24, 6, 64])  // 24 bytes of TCP, 64 hops
        #expect(packet[8..<24].elementsEqual(Self.six.source.bytes))
        #expect(packet[24..<40].elementsEqual(Self.six.target.bytes))
        #expect(
            packet[40...].elementsEqual([
                0xFC, 0x00, 0x00, 0x50, 0x01, 0x02, 0x03, 0x04, 0, 0, 0, 0, 0x60, 0x02, 0xFF, 0xFF,
                0x6C, 0x19, 0, 0,  // checksum over the pseudo-header too
                0x02, 0x04, 0x05, 0xA0,
            ]))
    }

    @Test func anEchoHasExactlyTheseBytes() {
        #expect(
            question(Self.four, .echo, token: 0x0304).packet == [
                0x45, 0x00, 0x00, 0x20, 0x00, 0x00, 0x40, 0x00, 0x40, 0x01, 0x6E, 0x6E, 10, 0, 0, 11, 192, 0, 2, 100,
                8, 0, 0xF5, 0xF6,  // echo request, checksum
                0xFC, 0x00, 0x03, 0x04,  // identifier, sequence
                0x00, 0x00, 0x03, 0x04,
            ])
        #expect(
            question(Self.six, .echo, token: 0x0304).packet[40...].elementsEqual([
                128, 0, 0x51, 0xE5, 0xFC, 0x00, 0x03, 0x04, 0x00, 0x00, 0x03, 0x04,
            ]))
    }

    /// SYN and ACK of 192.0.2.100:80 to 10.0.0.11:64512 for the question above.
    private static let accepted: [UInt8] = [
        0x45, 0x00, 0x00, 0x28, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x6E, 0x61, 192, 0, 2, 100, 10, 0, 0, 11,
        0x00, 0x50, 0xFC, 0x00, 0x00, 0x00, 0x1E, 0x61, 0x01, 0x02, 0x03, 0x05, 0x50, 0x12, 0xFF, 0xFF, 0, 0, 0, 0,
    ]

    @Test func anAcceptanceIsReadWithItsToken() throws {
        let answer = try #require(PathAnswer(packet: Self.accepted))
        #expect(answer.kind == .accepted)
        #expect(answer.source == Self.four.target)
        #expect(answer.sourcePort == 80 && answer.port == 64_512 && answer.token == 0x0102_0304)
    }

    private static let flags: [(UInt8, PathAnswer.Kind?)] = [
        (0x14, .refused), (0x12, .accepted), (0x52, .accepted),
        // An acknowledgement alone, a reset that acknowledges nothing, an opening, nonsense.
        (0x10, nil), (0x04, nil), (0x02, nil), (0x16, nil), (0x00, nil),
    ]

    @Test(arguments: flags)
    func theFlagsSayWhatItIs(flags: UInt8, kind: PathAnswer.Kind?) {
        var packet = Self.accepted
        packet[33] = flags
        #expect(PathAnswer(packet: packet)?.kind == kind)
    }

    @Test func whatIsCutShortIsNoAnswer() {
        for count in 0..<Self.accepted.count {
            #expect(PathAnswer(packet: Self.accepted[..<count]) == nil, "\(count) bytes")
        }
    }

    @Test func anyBytesAreReadWithoutHarm() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var packet = (0..<Int.random(in: 0...80, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if let first = [UInt8(0x45), 0x4F, 0x60].randomElement(using: &generator), !packet.isEmpty {
                packet[0] = first
            }
            _ = PathAnswer(packet: packet)
        }
    }

    @Test func optionsOfTheHeaderAreSkipped() throws {
        var packet = Self.accepted
        packet[0] = 0x46
        packet.insert(contentsOf: [1, 1, 1, 1], at: 20)
        #expect(try #require(PathAnswer(packet: packet)).token == 0x0102_0304)
    }

    @Test func anEchoReplyIsReadInBothFamilies() throws {
        for pair in [Self.four, Self.six] {
            let back = (source: pair.target, target: pair.source)
            var packet = question(back, .echo, token: 0x0304).packet
            let isIPv4 = pair.source.family == .ipv4
            packet[isIPv4 ? 20 : 40] = isIPv4 ? UInt8(0) : 129
            let answer = try #require(PathAnswer(packet: packet))
            #expect(answer.kind == .echo)
            #expect(answer.source == pair.target)
            #expect(answer.port == 64_512 && answer.token == 0x0304)
            // The request itself is none.
            #expect(PathAnswer(packet: question(pair, .echo).packet) == nil)
        }
    }
}

import NetworkTypes
import Testing

@testable import HealthChecking

struct FrameDecoderTests {
    private let stream = GoldenRequest.all.flatMap(\.bytes)
    private let messages = GoldenRequest.all.map(\.message)

    @Test(arguments: [1, 2, 3, 5, 7, 64, 1000])
    func `a stream gives the same messages however it is cut`(size: Int) throws {
        var decoder = FrameDecoder<ProberRequest>()
        var received: [ProberRequest] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            received += try decoder.messages(from: stream[start..<min(start + size, stream.count)])
        }
        #expect(received == messages)
    }

    @Test func `an unfinished frame is waited for`() throws {
        var decoder = FrameDecoder<ProberRequest>()
        #expect(try decoder.messages(from: stream.dropLast()) == messages.dropLast())
        #expect(try decoder.messages(from: stream.suffix(1)) == messages.suffix(1))
    }

    @Test func `an announced length over the limit is refused before its bytes arrive`() {
        var decoder = FrameDecoder<ProberRequest>()
        #expect(throws: WireProblem.frameTooLarge(65_537)) { _ = try decoder.messages(from: [0, 1, 0, 1]) }
    }

    @Test func `an empty frame is refused`() {
        var decoder = FrameDecoder<ProberReport>()
        #expect(throws: WireProblem.truncated) { _ = try decoder.messages(from: [0, 0, 0, 0]) }
    }

    @Test func `after an error nothing is read any more`() {
        var decoder = FrameDecoder<ProberRequest>()
        #expect(throws: WireProblem.unknownMessage(99)) {
            _ = try decoder.messages(from: [0, 0, 0, 1, 99])
        }
        #expect(throws: WireProblem.unknownMessage(99)) {
            _ = try decoder.messages(from: GoldenRequest.all[0].bytes)
        }
    }
}

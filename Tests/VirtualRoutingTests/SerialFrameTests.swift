import Testing

@testable import VirtualRouting

/// Messages on serial lines.
struct SerialFrameTests {
    @Test func theBytesOfAFrame() {
        #expect(SerialFrames.frame([0x44, 0x6C]) == [0x7E, 0x44, 0x6C, 0x7E])
        // Flag, escape, XON and XOFF are escaped, nothing else is.
        #expect(
            SerialFrames.frame([0x7E, 0x7D, 0x11, 0x13, 0x00])
                == [0x7E, 0x7D, 0x5E, 0x7D, 0x5D, 0x7D, 0x31, 0x7D, 0x33, 0x00, 0x7E])
    }

    @Test func everyByteComesThroughInWhateverPieces() {
        let message = Array(UInt8.min...UInt8.max)
        for size in [1, 2, 3, 7, 300, 1000] {
            var frames = SerialFrames()
            var found: [[UInt8]] = []
            let line = SerialFrames.frame(message) + SerialFrames.frame([7]) + SerialFrames.frame(message)
            for start in stride(from: 0, to: line.count, by: size) {
                found += frames.take(line[start..<min(start + size, line.count)])
            }
            #expect(found == [message, [7], message])
        }
    }

    /// What a line may do, and the messages that come through all the same.
    @Test(
        arguments: [
            // Noise before the first frame is taken for a message, which no signature fits.
            ([0x00, 0xFF, 0x7E, 0x01, 0x7E], [[0x00, 0xFF], [0x01]]),
            // One flag between two frames, and many.
            ([0x7E, 0x01, 0x7E, 0x02, 0x7E], [[0x01], [0x02]]),
            ([0x7E, 0x7E, 0x7E, 0x01, 0x7E, 0x7E], [[0x01]]),
            // A frame that is broken off by an escape and a flag is dropped (RFC 1662 section 4.3).
            ([0x7E, 0x01, 0x7D, 0x7E, 0x02, 0x7E], [[0x02]]),
            // Flow control on the way is no part of the message.
            ([0x7E, 0x01, 0x11, 0x13, 0x02, 0x7E], [[0x01, 0x02]]),
        ] as [([UInt8], [[UInt8]])])
    func noise(line: [UInt8], messages: [[UInt8]]) {
        var frames = SerialFrames()
        #expect(frames.take(line) == messages)
    }

    @Test func whatHasNoEndTakesNoMemoryAndCostsItselfOnly() {
        var frames = SerialFrames()
        for _ in 0..<100 { #expect(frames.take([UInt8](repeating: 0x55, count: 1000)).isEmpty) }
        #expect(frames.take([0x7E, 0x01, 0x7E]) == [[0x01]])
        let longest = [UInt8](repeating: 1, count: SerialFrames.limit)
        #expect(frames.take(SerialFrames.frame(longest)) == [longest])
        #expect(frames.take(SerialFrames.frame(longest + [1])).isEmpty)
    }

    @Test func aLineThatIsOpenedAnewBeginsAnew() {
        var frames = SerialFrames()
        #expect(frames.take([0x7E, 0x01, 0x7D]).isEmpty)
        frames.reset()
        #expect(frames.take([0x02, 0x7E]) == [[0x02]])
    }
}

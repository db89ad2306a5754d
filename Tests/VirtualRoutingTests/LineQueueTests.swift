import Testing

@testable import VirtualRouting

/// What waits for a slow serial line.
struct LineQueueTests {
    /// In the script a letter is what is told together, as three messages; `>` is the line, which takes one. What it
    /// took is expected.
    @Test(arguments: [
        // All parts of what is told go, however slow the line is.
        ("a>>>b>>>", "a1 a2 a3 b1 b2 b3"),
        ("a>b>>c>d>>", "a1 a2 a3 c1 c2 c3"),
        // What the line has not begun with is not sent when something newer is there.
        ("abc>>>", "c1 c2 c3"),
        ("a>bcd>>>>>", "a1 a2 a3 d1 d2 d3"),
        ("a>>>>>b>", "a1 a2 a3 b1"),
        // Who goes is heard at once.
        ("a>Z>>>>", "a1 Z1 Z2 Z3"),
        ("a>bZ>", "a1 Z1"),
    ])
    func everyPartIsSentAndTheNewestOfThem(script: String, taken: String) {
        var queue = LineQueue()
        var found: [String] = []
        var moment: UInt64 = 0
        for sign in script {
            if sign == ">" {
                if let frame = queue.first { found.append(String(decoding: frame, as: UTF8.self)) }
                queue.removeFirst()
            } else {
                moment += 1
                for part in 1...3 { queue.put(Array("\(sign)\(part)".utf8), moment: moment, isLast: sign == "Z") }
            }
        }
        #expect(found.joined(separator: " ") == taken)
    }

    /// The line takes the first part before the others are told.
    @Test func thePartsThatFollowTheFirstAreNotNew() {
        var queue = LineQueue()
        var found: [[UInt8]] = []
        for beat in UInt64(1)...3 {
            for part in UInt8(1)...7 {
                queue.put([UInt8(beat), part], moment: beat)
                if part == 1, let frame = queue.first {
                    found.append(frame)
                    queue.removeFirst()
                }
            }
        }
        // So many as seven messages a beat take longer than it.
        #expect(found == [[1, 1], [1, 2], [1, 3]])
        while let frame = queue.first {
            found.append(frame)
            queue.removeFirst()
        }
        #expect(found == (1...7).map { [1, $0] } + (1...7).map { [3, $0] })
    }
}

import DirectorConfig
import Testing

/// Whether a serial line is fast enough for what the links tell on it.
struct SerialLineAdviceTests {
    /// So many sections, of which the first has the link and the last another `dead`.
    private func said(sections: Int, baud: Int, dead: String) -> [String] {
        var text = ""
        for number in 1...sections {
            text += "vrrp=r\(number)\n\tinterface=eth0\n\tid=\(number)\n\taddress=10.0.0.\(number)/24\n"
            if number == 1 { text += "\tkeys=/k\n\tlink=serial /dev/ttyS0 \(baud)\n" }
            if number == 2 { text += "\tkeys=/k\n\tlink=serial /dev/ttyS0 \(baud)\n" }
            if number == sections { text += "\tdead=\(dead)\n" }
        }
        let result = parse(text + RouterSectionTests.service)
        #expect(result.configuration != nil)
        return result.diagnostics.map(\.description).filter { $0.contains(" baud ") }
    }

    @Test(arguments: [
        (1, 19_200, "1s"), (2, 115_200, "200ms"), (30, 38_400, "1s"), (250, 115_200, "1s"),
    ])
    func whatFitsIsNotSpokenOf(sections: Int, baud: Int, dead: String) {
        #expect(said(sections: sections, baud: baud, dead: dead) == [])
    }

    /// Of one line once, however many sections name it.
    @Test(arguments: [
        // Another section's `dead` is what asks for so many messages.
        (2, 38_400, "200ms", "a message takes 43ms, and dead asks for one every 40ms"),
        // A message has many groups.
        (100, 19_200, "1s", "and dead asks for one every 200ms"),
        // Each message fits, and all of them do not.
        (250, 57_600, "750ms", "to tell of all 250 groups, longer than dead (750ms)"),
    ])
    func whatDoesNotFitIsSaidOnce(sections: Int, baud: Int, dead: String, words: String) throws {
        let said = said(sections: sections, baud: baud, dead: dead)
        #expect(said.count == 1)
        let first = try #require(said.first)
        #expect(first.hasPrefix("x.cf:6:7: warning: at \(baud) baud ") && first.contains(words), "\(first)")
    }
}

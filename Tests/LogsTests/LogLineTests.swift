import Glibc
import Logging
import Logs
import Testing
import TimeTypes

struct LogLineTests {
    let line = LogLine(
        time: WallTime(milliseconds: 1_769_848_200_250), level: .warning, program: "engine",
        text: "a \"b\"\nc\\d\u{1}", metadata: ["z": "plain", "a": "two words", "m": "", "q": "\"\\"])

    @Test func textIsOneLineForPeople() {
        #expect(
            String(decoding: line.bytes(.text), as: UTF8.self)
                == #"2026-01-31T08:30:00.250Z warning engine: a "b"\nc\d\u0001 a="two words" m="" q="\"\\" z=plain"#
                + "\n")
    }

    @Test func jsonIsOneLineForMachines() {
        #expect(
            String(decoding: line.bytes(.json), as: UTF8.self)
                == #"{"time":"2026-01-31T08:30:00.250Z","level":"warning","program":"engine","text":"a \"b\"\nc\\d\u0001","#
                + #""a":"two words","m":"","q":"\"\\","z":"plain"}"# + "\n")
    }
}

struct LineLogHandlerTests {
    @Test func aFullPipeDropsLinesAndSaysHowMany() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let handler = LineLogHandler(program: "test", level: .info, format: .text, descriptor: ends[1])
        let log = Logger(label: "test") { _ in handler }
        log.debug("below the level")
        // A pipe takes 64 KiB; the rest must not wait.
        let text = String(repeating: "x", count: 1_000)
        for _ in 0..<100 { log.info("\(text)") }

        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        received += chunk[..<read(ends[0], &chunk, chunk.count)]
        log.info("last")
        received += chunk[..<read(ends[0], &chunk, chunk.count)]
        close(ends[1])
        close(ends[0])
        let lines = String(decoding: received, as: UTF8.self).split(separator: "\n")
        let dropped = 100 - (lines.count - 2)
        #expect(dropped > 0)
        #expect(lines[lines.count - 2].hasSuffix("\(dropped) lines of this log were dropped"))
        #expect(lines.last?.hasSuffix("info test: last") == true)
        #expect(!lines[0].contains("below"))
    }
}

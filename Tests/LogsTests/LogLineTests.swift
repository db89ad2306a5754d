import Foundation
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

    @Test(arguments: [LogLine.Format.text, .json])
    func noByteOfItIsATerminalsCommand(format: LogLine.Format) {
        var line = line
        line.text = "a\u{9B}2J\u{1B}[2J\u{7F}\u{A0}\u{E9}"
        let text = String(decoding: line.bytes(format), as: UTF8.self)
        #expect(text.contains(#"a\u009b2J\u001b[2J\u007f"# + "\u{A0}\u{E9}"), "\(text)")
    }

    @Test func jsonIsOneLineForMachines() {
        #expect(
            String(decoding: line.bytes(.json), as: UTF8.self)
                == #"{"time":"2026-01-31T08:30:00.250Z","level":"warning","program":"engine","text":"a \"b\"\nc\\d\u0001","#
                + #""a":"two words","m":"","q":"\"\\","z":"plain"}"# + "\n")
    }

    @Test func whatAnEventIsAboutIsAFieldAndNotSaidTwice() {
        var line = line
        line.text = "real server 10.0.0.1:80 is down"
        line.metadata = ["event": "real-server-down", "server": "10.0.0.1:80"]
        let text = String(decoding: line.bytes(.text), as: UTF8.self)
        #expect(text.hasSuffix(" engine: real server 10.0.0.1:80 is down event=real-server-down\n"), "\(text)")
        let json = String(decoding: line.bytes(.json), as: UTF8.self)
        #expect(json.hasSuffix(#","event":"real-server-down","server":"10.0.0.1:80"}"# + "\n"), "\(json)")
        let journal = String(decoding: line.journalFields(pid: 7), as: UTF8.self)
        #expect(journal.contains("DIRECTOR_EVENT\n") && journal.contains("DIRECTOR_SERVER\n"))
    }

    @Test(arguments: [LogLine.Format.text, .json])
    func aLongLineIsShortenedToWhatAPipeTakesAtOnce(format: LogLine.Format) throws {
        let long = String(repeating: "\u{e9}\n", count: 5_000)
        var line = line
        line.metadata = ["a": long, "b": "short"]
        for text in ["small", long] {
            line.text = text
            let bytes = line.bytes(format)
            #expect(bytes.count <= LogLine.limit)
            #expect(bytes.firstIndex(of: 10) == bytes.count - 1)
            let whole = try #require(String(validating: bytes, as: UTF8.self))
            #expect(whole.contains("..."))
            #expect(whole.contains("short"), "what is short stays")
            if format == .json {
                let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String]
                #expect(object?["program"] == "engine")
            }
        }
        line.metadata = Dictionary(uniqueKeysWithValues: (0..<1_000).map { ("key\($0)", "value") })
        #expect(line.bytes(format).count <= LogLine.limit)
    }
}

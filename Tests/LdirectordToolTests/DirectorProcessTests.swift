import Glibc
import Testing

@testable import LdirectordTool

/// What `ldirectord start` is told by the directord that it has started.
struct DirectorProcessTests {
    private struct Pipe {
        var readEnd: Int32
        var writeEnd: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            #expect(pipe(&ends) == 0)
            (readEnd, writeEnd) = (ends[0], ends[1])
        }

        func say(_ text: String) {
            #expect(write(writeEnd, text, text.utf8.count) == text.utf8.count)
        }

        func end() { close(writeEnd) }
    }

    /// Waits for no longer than it is told to where nothing comes.
    private func start(milliseconds: Int64, _ story: (_ ready: Pipe, _ words: Pipe) -> Void) -> String {
        let (ready, words) = (Pipe(), Pipe())
        defer {
            close(ready.readEnd)
            close(words.readEnd)
        }
        story(ready, words)
        do throws(DirectorProcess.Failure) {
            try DirectorProcess.wait(ready: ready.readEnd, words: words.readEnd, milliseconds: milliseconds)
            return "started"
        } catch {
            return error.description
        }
    }

    @Test func aWordThatItIsReadyEndsTheWait() {
        let said = start(milliseconds: 60_000) { ready, words in
            ready.say("READY=1\n")
            ready.end()
            words.end()
        }
        #expect(said == "started")
    }

    @Test func anEndWithoutThatWordIsAFailureWithItsReason() {
        let said = start(milliseconds: 60_000) { ready, words in
            words.say("12:00 directord info started\n12:00 director-engine error the kernel has no IPVS\n")
            ready.end()
            words.end()
        }
        #expect(said == "it ended at once: 12:00 director-engine error the kernel has no IPVS")
    }

    /// A script that goes on, or a cluster that hands over addresses, would have nobody served.
    @Test func oneThatIsNotReadyInTimeIsNoSuccess() {
        let said = start(milliseconds: 5) { _, words in words.say("12:00 director-engine info waiting\n") }
        #expect(said == "no table is in the kernel after 0 s; it goes on, and its log says what it waits for")
    }
}

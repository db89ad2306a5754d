import DirectorCore
import HealthChecking
import Testing

struct SilenceWatchTests {
    /// So many looks; how many of them found it silent for too long.
    private func alarms(_ watch: inout SilenceWatch, looks: Int, patience: Int) -> Int {
        (0..<looks).filter { _ in watch.look(patience: .seconds(patience)) != nil }.count
    }

    @Test func silenceIsToldWhenItIsLongerThanThePatienceAndThenMeasuredAnew() {
        var watch = SilenceWatch()
        #expect(alarms(&watch, looks: 30, patience: 30) == 0)
        #expect(watch.look(patience: .seconds(30)) == .seconds(31))
        #expect(alarms(&watch, looks: 30, patience: 30) == 0)
    }

    @Test func whoSpeaksNowAndThenIsNotSilent() {
        var watch = SilenceWatch()
        for _ in 0..<100 {
            #expect(alarms(&watch, looks: 12, patience: 12) == 0)
            watch.heard()
        }
    }

    @Test func oneCheckThatIsSeldomRunDoesNotMakeTheOthersWait() {
        #expect(Drill(servers: 2).director.longestCheckSilence == .seconds(6))
        let drill = Drill(servers: 2) { virtual in
            let spec = CheckSpec(Drill.server(2), .connect, interval: .seconds(3600), timeout: .seconds(20))
            virtual.reals[1].check = .probe(spec)
        }
        #expect(drill.director.longestCheckSilence == .seconds(21))
    }

    /// A patience that shrinks counts from the reason for it on: a prober without slow checks had nothing to say.
    @Test func aLongSilenceThatWasRightIsForgivenWithNewWork() {
        var watch = SilenceWatch()
        #expect(alarms(&watch, looks: 100, patience: 120) == 0)
        watch.heard()
        #expect(alarms(&watch, looks: 12, patience: 12) == 0)
        #expect(alarms(&watch, looks: 1, patience: 12) == 1)
    }
}

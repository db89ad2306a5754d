import Foundation
import Testing

/// directord and engines that hang. Its patience is half a minute, which other tests use meanwhile.
struct SupervisorWatchTests {
    @Test func anEngineThatHangsIsEndedAndAnotherOneIsTold() async throws {
        let stage = try Stage()
        // The first one is stopped with what it does; the next says that it lives, now and then.
        let hang = "[ -e $EVENTS.hung ] || { touch $EVENTS.hung; echo READY=1 >&4; kill -STOP $$; }"
        let beat = "(while sleep 1; do echo >&4 || exit; done) &"
        try stage.write("engine", Stage.script("engine", atStart: hang + "\n" + beat))
        let directord = try stage.start()
        let limit = Date(timeIntervalSinceNow: 120)
        while stage.pids(of: "engine").count < 2, Date() < limit { try await Task.sleep(for: .milliseconds(100)) }
        let pids = stage.pids(of: "engine")
        try #require(pids.count == 2, "\(stage.log)")
        let told = "director-engine, process \(pids[0]), has died: was killed by SIGKILL since it said nothing for 31 s"
        #expect(stage.log.contains("director-engine, process \(pids[0]), hangs: it said nothing for 31 s"))
        #expect(stage.events.contains { $0.contains("--predecessor \(told)") })
        #expect(stage.pids(of: "prober").count == 1, "the prober was disturbed")
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
    }
}

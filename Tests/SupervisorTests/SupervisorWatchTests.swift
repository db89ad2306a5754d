import Foundation
import Testing

/// directord and engines that hang. Its patience is half a minute, which other tests use meanwhile.
struct SupervisorWatchTests {
    /// An engine watches a prober that is connected to it; here it says that it is not.
    @Test func aProberThatDoesNotConnectIsEndedAndAnotherOneIsWaitedFor() async throws {
        let stage = try Stage()
        try stage.write("engine", Stage.script("engine", atStart: "echo DIRECTOR_PROBER=0 >&4\n" + Stage.beat))
        let hang = "[ -e $EVENTS.hung ] || { touch $EVENTS.hung; kill -STOP $$; }"
        try stage.write("prober", Stage.script("prober", atStart: hang))
        let directord = try stage.start()
        let pids = try await stage.successor(of: "prober", within: 90)
        try #require(pids.count == 2, "\(stage.log)")
        let told = "director-prober, process \(pids[0]), hangs: it has not connected to the engine for 16 s"
        #expect(stage.log.contains(told))
        #expect(stage.pids(of: "engine").count == 1, "the engine was disturbed")
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
    }

    @Test func anEngineThatHangsIsEndedAndAnotherOneIsTold() async throws {
        let stage = try Stage()
        // The first one is stopped with what it does; the next says that it lives, now and then.
        let hang = "[ -e $EVENTS.hung ] || { touch $EVENTS.hung; echo READY=1 >&4; kill -STOP $$; }"
        try stage.write("engine", Stage.script("engine", atStart: hang + "\n" + Stage.beat))
        let directord = try stage.start()
        let pids = try await stage.successor(of: "engine", within: 120)
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

import EventLoop
import Failover
import Glibc
import Testing
import TimeTypes

/// The device that is fed so that it does not reset the machine.
struct WatchdogTests {
    init() { EventLoop.main.startOwnThread() }

    /// What is at the path by now, in one step.
    private static func put(_ device: String, at path: String) {
        symlink(device, path + ".new")
        rename(path + ".new", path)
    }

    /// `/dev/full` can be opened, and nothing can be written to it.
    @Test @LoopActor func oneThatTakesNoFoodIsToldOnceAndTriedAgainOnceInAPause() async {
        let path = "/tmp/watchdog-\(getpid())-\(UInt32.random(in: 0...(.max)))"
        Self.put("/dev/full", at: path)
        defer { unlink(path) }
        var told: [Watchdog.State] = []
        let watchdog = Watchdog(device: path, limit: .seconds(2), reopeningAfter: .milliseconds(20)) {
            told.append($0)
        }
        watchdog.start()
        // Longer than it takes until it would be fed again.
        await EventLoop.main.sleep(for: .milliseconds(700))
        #expect(told == [.unusable("error \(ENOSPC)")])
        Self.put("/dev/null", at: path)
        await until { told.count > 1 }
        // Whoever else is about to open it does so within this time.
        await EventLoop.main.sleep(for: .milliseconds(100))
        #expect(told.dropFirst() == [.fed(isLasting: false)])
        watchdog.stop()
    }
}

import Actions
import DirectorCore
import EventLoop
import Glibc
import Testing
import TimeTypes

struct ProgramRunnerTests {
    init() { EventLoop.main.startOwnThread() }

    static func shell(_ line: String, deadline: Duration = .seconds(20)) -> ProgramRequest {
        .shell(line, name: "test", deadline: deadline)
    }

    @LoopActor static func outcome(_ request: ProgramRequest) async -> ProgramOutcome {
        let runner = ProgramRunner()
        return await withCheckedContinuation { continuation in
            runner.run(request, key: "k") { continuation.resume(returning: $0) }
        }
    }

    @Test @LoopActor func theEndAndTheLastLineAreTold() async {
        let outcome = await Self.outcome(Self.shell("echo one; echo two >&2; exit 3"))
        #expect(outcome == .ended(.exited(status: 3), output: "one\ntwo\n"))
        #expect(outcome.lastLine == "two")
        #expect(!outcome.isSuccess)
    }

    @Test @LoopActor func aProgramReadsItsInput() async {
        var request = ProgramRequest(name: "cat", path: "/bin/cat", arguments: [])
        request.input = Array("a mail\n".utf8)
        #expect(await Self.outcome(request) == .ended(.exited(status: 0), output: "a mail\n"))
    }

    @Test @LoopActor func aProgramHasItsOwnVariablesBesidesThoseOfAll() async {
        var request = Self.shell("echo \"$DIRECTOR_EVENT ${PATH:+found}\"")
        request.environment = ["DIRECTOR_EVENT=drift"]
        #expect(await Self.outcome(request) == .ended(.exited(status: 0), output: "drift found\n"))
    }

    @Test @LoopActor func aProgramThatIsNotThereIsTold() async {
        let outcome = await Self.outcome(ProgramRequest(name: "x", path: "/nonexistent/x", arguments: []))
        guard case .notStarted(let reason) = outcome else {
            Issue.record("it was started: \(outcome)")
            return
        }
        #expect(reason.contains("/nonexistent/x"))
    }

    /// The shell's child is in its group and holds the pipe; both are gone after the deadline.
    @Test @LoopActor func theDeadlineKillsTheWholeGroup() async throws {
        let outcome = await Self.outcome(Self.shell("sleep 100 & echo $!; wait", deadline: .milliseconds(400)))
        guard case .late(_, let output) = outcome else {
            Issue.record("it was not late: \(outcome)")
            return
        }
        let pid = try #require(Int32(output.split(separator: "\n").first ?? ""))
        await until { kill(pid, 0) != 0 || Self.isZombie(pid) }
    }

    /// The shell has ended long before its deadline; what it started is gone or stays, as is asked for.
    @Test(arguments: [true, false])
    @LoopActor func whatAProgramLeavesBehindIsKilledWhereNothingMayStay(leavesNothing: Bool) async throws {
        var request = Self.shell("sleep 1000 >/dev/null 2>&1 & echo $!")
        request.leavesNothing = leavesNothing
        let outcome = await Self.outcome(request)
        #expect(outcome.isSuccess)
        let pid = try #require(Int32(outcome.lastLine))
        defer { kill(pid, SIGKILL) }
        if leavesNothing {
            await until { kill(pid, 0) != 0 || Self.isZombie(pid) }
        } else {
            #expect(kill(pid, 0) == 0 && !Self.isZombie(pid))
        }
    }

    /// 0x9B starts a terminal's command, as ESC [ does.
    @Test @LoopActor func whatAProgramSaysMovesNoCursor() async {
        let outcome = await Self.outcome(Self.shell(#"printf 'a\302\233\062Jb\033[2Jc\n'"#))
        #expect(outcome.lastLine == "a 2Jb [2Jc")
    }

    static func isZombie(_ pid: Int32) -> Bool {
        guard let file = fopen("/proc/\(pid)/stat", "r") else { return true }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).contains(") Z ")
    }

    @Test @LoopActor func oneKeyKeepsItsOrderAndOthersDoNotWait() async {
        let runner = ProgramRunner()
        var ends: [String] = []
        runner.run(Self.shell("sleep 0.3"), key: "a") { _ in ends.append("a1") }
        runner.run(Self.shell("true"), key: "a") { _ in ends.append("a2") }
        runner.run(Self.shell("true"), key: "b") { _ in ends.append("b1") }
        await until { ends.count == 3 }
        #expect(ends.firstIndex(of: "a1")! < ends.firstIndex(of: "a2")!)
        #expect(runner.isIdle)
    }

    @Test @LoopActor func whatIsTooMuchIsLeftOutOldestFirst() async {
        let runner = ProgramRunner(runningLimit: 1, waitingLimit: 2)
        var dropped: [Int] = []
        var ended = 0
        for number in 0..<4 {
            runner.run(Self.shell("sleep 0.1"), key: "\(number)") { outcome in
                ended += 1
                if outcome == .dropped { dropped.append(number) }
            }
        }
        await until { ended == 4 }
        #expect(dropped == [1])
    }
}

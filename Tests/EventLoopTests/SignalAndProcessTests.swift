import EventLoop
import Glibc
import Testing
import TimeTypes

@Suite struct SignalAndProcessTests {
    init() { EventLoop.main.startOwnThread() }

    @Test @LoopActor func aSignalRunsItsActionOnTheLoop() async throws {
        var hits: [String] = []
        try EventLoop.main.onSignal(SIGUSR1) { hits.append("old") }
        try EventLoop.main.onSignal(SIGUSR2) { hits.append("USR2") }
        try EventLoop.main.onSignal(SIGUSR1) { hits.append("USR1") }
        // raise() signals this thread, which is the loop's and has both blocked: no other thread can take them.
        raise(SIGUSR1)
        raise(SIGUSR2)
        await until { hits.count >= 2 }
        #expect(hits.sorted() == ["USR1", "USR2"])
    }

    @Test @LoopActor func theSenderOfASignalIsTold() async throws {
        var senders: [Int32] = []
        try EventLoop.main.onSignal(SIGWINCH) { senders.append($0) }
        raise(SIGWINCH)
        await until { !senders.isEmpty }
        #expect(senders == [getpid()])
    }

    @Test(arguments: [
        ("exit 0", ChildProcess.End.exited(status: 0), "exited with status 0"),
        ("exit 7", .exited(status: 7), "exited with status 7"),
        ("kill -9 $$", .killed(signal: SIGKILL, dumpedCore: false), "was killed by SIGKILL"),
        ("kill -TERM $$", .killed(signal: SIGTERM, dumpedCore: false), "was killed by SIGTERM"),
    ])
    @LoopActor func theEndOfAChildIsReported(script: String, end: ChildProcess.End, text: String) async throws {
        let child = try await run(script)
        #expect(child.end == end)
        #expect(child.end?.description == text)
    }

    @Test @LoopActor func outputIsGatheredUpToItsLimit() async throws {
        let whole = try await run("echo out; echo err >&2", limit: 100)
        #expect(String(decoding: whole.output, as: UTF8.self) == "out\nerr\n")
        #expect(!whole.outputWasCut)

        let cut = try await run(
            "i=0; while [ $i -lt 30000 ]; do echo 0123456789; i=$((i+1)); done; exit 3", limit: 1000)
        #expect(cut.output.count == 1000)
        #expect(cut.outputWasCut)
        #expect(cut.end == .exited(status: 3), "a child whose output is dropped runs to its end all the same")
    }

    @Test @LoopActor func aGrandchildThatHoldsThePipeDoesNotHoldUpTheEnd() async throws {
        let child = try await run("sleep 600 & echo $!", limit: 100)
        let text = String(decoding: child.output, as: UTF8.self)
        let grandchild = try #require(Int32(text.prefix { $0 != "\n" }))
        #expect(kill(grandchild, SIGKILL) == 0, "the end was waited for")
    }

    @Test @LoopActor func theEnvironmentDescriptorsAndSignalsAreThoseAsked() async throws {
        let pair = Pair()
        defer { pair.close() }
        var options = ChildProcess.Options()
        options.environment = ["GREETING=hello"]
        options.descriptors = [7: pair.far]
        options.outputLimit = 4096
        options.directory = "/"
        let script = """
            echo "$GREETING $PWD $HOME"
            echo through >&7
            for n in 0 1 2 3 4 5 6 7 8 9 20 50; do [ -e /proc/self/fd/$n ] && printf "$n "; done; echo
            exec grep -E 'SigBlk|SigIgn' /proc/self/status
            """
        let child = try await run(script, options)
        let lines = String(decoding: child.output, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.first == "hello / ")
        #expect(pair.receive() == "through\n")
        #expect(lines.dropFirst().first == "0 1 2 7 ")
        // Blocked and ignored; 32 and 33 belong to the C library, which ignores them for its own use.
        let masks = lines.dropFirst(2).map { $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } }
        #expect(masks.map { $0.map { $0 & 0x7fff_ffff } } == [0, 0])
    }

    @Test @LoopActor func aProgramOfOursBeginsWithItsSignalsBlocked() async throws {
        try EventLoop.main.onSignal(SIGURG) {}
        var options = ChildProcess.Options()
        options.blocksSignals = true
        options.outputLimit = 100
        let child = try await run("exec grep SigBlk /proc/self/status", options)
        let mask = String(decoding: child.output, as: UTF8.self).split(separator: "\t").last.flatMap {
            UInt64($0.prefix { $0 != "\n" }, radix: 16)
        }
        #expect((mask ?? 0) & 1 << (SIGURG - 1) != 0)
    }

    @Test @LoopActor func twoDescriptorsCanChangePlaces() async throws {
        let (one, two) = (Pair(), Pair())
        defer {
            one.close()
            two.close()
        }
        var options = ChildProcess.Options()
        options.descriptors = [one.far: two.far, two.far: one.far]
        var ended: ChildProcess?
        // bash, since other shells take one digit only.
        let script = "echo for-two >&\(one.far); echo for-one >&\(two.far)"
        _ = try ChildProcess.spawn("/bin/bash", ["-c", script], options) { ended = $0 }
        await until { ended != nil }
        #expect(two.receive() == "for-two\n")
        #expect(one.receive() == "for-one\n")
    }

    @Test @LoopActor func theWholeGroupIsKilled() async throws {
        var options = ChildProcess.Options()
        options.outputLimit = 100
        var ended: ChildProcess?
        let child = try ChildProcess.spawn(
            "/bin/sh", ["-c", "sleep 300 & echo $!; wait"], options
        ) { ended = $0 }
        await until { child.output.contains(UInt8(ascii: "\n")) }
        let grandchild = try #require(Int32(String(decoding: child.output, as: UTF8.self).prefix { $0 != "\n" }))
        child.kill(SIGKILL)
        await until { ended != nil }
        #expect(child.end == .killed(signal: SIGKILL, dumpedCore: false))
        await until { kill(grandchild, 0) != 0 || isZombie(grandchild) }
    }

    @Test @LoopActor func aProgramThatIsNotThereIsAnError() {
        let refusal = #expect(throws: LoopError.self) {
            _ = try ChildProcess.spawn("/nonexistent/program", []) { _ in }
        }
        #expect(refusal?.description == "cannot start /nonexistent/program: No such file or directory")
    }

    /// An orphan stays a zombie where the first process of the container does not reap.
    private func isZombie(_ pid: Int32) -> Bool {
        guard let file = fopen("/proc/\(pid)/stat", "r") else { return true }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 256)
        guard fgets(&buffer, Int32(buffer.count), file) != nil else { return true }
        return String(decoding: buffer.map { UInt8(bitPattern: $0) }, as: UTF8.self).contains(") Z ")
    }

    @LoopActor private func run(_ script: String, limit: Int? = nil) async throws -> ChildProcess {
        var options = ChildProcess.Options()
        options.outputLimit = limit
        return try await run(script, options)
    }

    @LoopActor private func run(_ script: String, _ options: ChildProcess.Options) async throws -> ChildProcess {
        var ended: ChildProcess?
        _ = try ChildProcess.spawn("/bin/sh", ["-c", script], options) { ended = $0 }
        await until { ended != nil }
        return try #require(ended)
    }
}

import EventLoop
import Foundation
import Glibc
import HealthChecking
import NetworkTypes
import Probes
import Testing

/// A folder with scripts that is gone afterwards.
private final class Scripts: Sendable {
    let folder: String

    init() {
        var template = Array("/tmp/program-probe-XXXXXX".utf8CString)
        folder = String(cString: mkdtemp(&template))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func script(_ text: String, executable: Bool = true) -> String {
        let path = folder + "/check-\(UInt32.random(in: 0 ... .max))"
        _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
        chmod(path, executable ? 0o755 : 0o644)
        return path
    }

    func contents(_ name: String) -> String? { try? String(contentsOfFile: folder + "/" + name, encoding: .utf8) }
}

@Suite(.serialized) struct ProgramProbeTests {
    init() { EventLoop.main.startOwnThread() }

    private let scripts = Scripts()
    private let target = Endpoint(IPAddress(ipv4: 0x7F00_000B), 80)
    private let arguments = ["10.0.0.1", "80", "127.0.0.11", "80"]

    private func run(
        _ command: String, form: ProgramCheck.Form = .program, timeout: Duration = .seconds(20)
    ) async -> CheckResult {
        await probe(target, .program(ProgramCheck(form, command, arguments: arguments)), timeout: timeout)
    }

    @Test(
        arguments: [
            ("exit 0", true, " says up"), ("exit 1", false, " exited with status 1"),
            ("echo; echo no disk; echo; exit 3", false, " exited with status 3: no disk"),
            ("kill -KILL $$", false, " was killed by SIGKILL"), ("kill -TERM $$", false, " was killed by SIGTERM"),
        ])
    func `the exit status decides`(script: String, passed: Bool, reason: String) async {
        let path = scripts.script("#!/bin/sh\n" + script + "\n")
        let result = await run(path)
        #expect(result.passed == passed)
        #expect(result.reason == path.split(separator: "/")[2] + reason)
    }

    @Test func `it gets ldirectord's arguments and environment, and starts in the root folder`() async {
        // Open here, and not in it.
        let open = fcntl(STDERR_FILENO, F_DUPFD, 200)
        defer { close(open) }
        let path = scripts.script(
            """
            #!/bin/sh
            { echo "$# $@"; pwd; echo $PERLIO; ls /proc/$$/fd/\(open) 2>&1 | grep -c No; } >\(scripts.folder)/seen
            """)
        #expect(await run(path).passed)
        let seen = scripts.contents("seen")?.split(separator: "\n").map(String.init) ?? []
        #expect(seen == ["4 10.0.0.1 80 127.0.0.11 80", "/", "perlio", "1"])
    }

    @Test func `a value with arguments is one path, as ldirectord has it`() async {
        let path = scripts.script("#!/bin/sh\nexit 0\n")
        let result = await run(path + " -v")
        #expect(!result.passed)
        #expect(result.reason == "cannot start \(path) -v: no such file or directory")
    }

    /// Where it cannot be killed, every interval would start another one.
    @Test @LoopActor func `a program keeps its place until it is gone, however late it is`() async {
        var inFlight: [Int] = []
        var prober: Prober?
        let made = Prober { _, result in
            #expect(result.reason.hasSuffix("did not end within 50ms and was killed"))
            inFlight.append(prober?.runsInFlight ?? 0)
        }
        prober = made
        let command = scripts.script("#!/bin/sh\nexec sleep 100\n")
        let spec = CheckSpec(
            target, .program(ProgramCheck(.program, command, arguments: [])), interval: .seconds(1000),
            timeout: .milliseconds(50)
        )
        made.perform(.add(CheckID(rawValue: 1), spec))
        await wait { !inFlight.isEmpty && made.runsInFlight == 0 }
        #expect(inFlight == [1])
        #expect(made.runsInFlight == 0)
        made.removeAll()
    }

    @Test func `a script without an interpreter line is the shell's`() async {
        #expect(await run(scripts.script("exit 0\n")).passed)
    }

    @Test func `a file that may not be run says so, and for whom`() async {
        let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())"
        let path = scripts.script("#!/bin/sh\nexit 0\n", executable: false)
        #expect(await run(path).reason == "cannot start \(path): permission denied (programs run as user \(user))")
    }

    @Test func `a name without a folder is looked for in PATH`() async {
        #expect(await run("true").passed)
        #expect(await run("false").reason == "false exited with status 1")
    }

    @Test func `at the deadline the whole group is killed`() async throws {
        let path = scripts.script("#!/bin/sh\nsleep 1000 & echo $! >\(scripts.folder)/child\nsleep 1000\n")
        let result = await run(path, timeout: .milliseconds(700))
        #expect(!result.passed)
        #expect(result.reason.hasSuffix(" did not end within 700ms and was killed"), "\(result.reason)")
        try await expectGone()
    }

    @Test func `what a program leaves running is killed when it ends`() async throws {
        let path = scripts.script("#!/bin/sh\nsleep 1000 & echo $! >\(scripts.folder)/child\nexit 0\n")
        #expect(await run(path).passed)
        try await expectGone()
    }

    /// The process whose number stands in the file `child` ends; a zombie that nobody reaps here counts as ended.
    private func expectGone() async throws {
        let number = try #require(
            scripts.contents("child").flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
        await wait { Self.isGone(number) }
        #expect(Self.isGone(number))
    }

    private static func isGone(_ number: Int32) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8) else { return true }
        return text.contains(") Z ")
    }

    @Test func `output without end does not hold it up and is not kept`() async {
        let path = scripts.script("#!/bin/sh\nhead -c 3000000 /dev/zero | tr '\\0' x\necho\necho end\nexit 1\n")
        let result = await run(path)
        #expect(!result.passed)
        #expect(result.reason.utf8.count < 400)
    }

    @Test(
        arguments: [
            ("exit 0;", true), ("1;", true), ("exit 2;", false), ("die 'x';", false), ("return 7;", true),
            ("sub {", false),
            ("exit 0;\n__END__\nwords", true),
            ("exit(join('|', @ARGV) eq '10.0.0.1|80|127.0.0.11|80' ? 0 : 1);", true),
        ])
    func `perl runs what is written for it`(script: String, passed: Bool) async {
        let result = await run(scripts.script(script + "\n", executable: false), form: .perl)
        #expect(result.passed == passed, "\(result.reason)")
    }

    @Test func `a perl file that is not there is down`() async {
        let result = await run(scripts.folder + "/none", form: .perl)
        #expect(!result.passed)
        #expect(result.reason.hasSuffix(": cannot read \(scripts.folder)/none"), "\(result.reason)")
    }

    @Test func `a check that is removed ends its program and all it started`() async throws {
        let path = scripts.script(
            "#!/bin/sh\nsleep 1000 & echo $! >\(scripts.folder)/new && mv \(scripts.folder)/new \(scripts.folder)/child\n"
                + "sleep 1000\n")
        await removeWhileRunning(path)
        try await expectGone()
    }

    @LoopActor private func removeWhileRunning(_ path: String) async {
        let prober = Prober { _, _ in }
        let kind = CheckSpec.Kind.program(ProgramCheck(.program, path, arguments: arguments))
        prober.perform(
            .add(CheckID(rawValue: 1), CheckSpec(target, kind, interval: .seconds(1), timeout: .seconds(900))))
        await wait { scripts.contents("child") != nil }
        prober.perform(.remove(CheckID(rawValue: 1)))
        #expect(prober.runsInFlight == 0)
    }

    @Test func `programs wait for their turn, and waiting is no failure`() async {
        let path = scripts.script("#!/bin/sh\nsleep 0.2\n")
        let outcome = await runMany(path, count: 12, atOnce: 2)
        #expect(outcome.passed == 12)
        #expect(outcome.most == 2)
    }

    @LoopActor private func runMany(_ path: String, count: Int, atOnce: Int) async -> (passed: Int, most: Int) {
        var passed = Set<CheckID>()
        let prober = Prober(limits: CheckSchedule.Limits(programs: atOnce)) { id, result in
            if result.passed { passed.insert(id) }
        }
        // Waiting for the others takes longer than each of them may.
        for number in 0..<count {
            let kind = CheckSpec.Kind.program(ProgramCheck(.program, path, arguments: arguments))
            let spec = CheckSpec(target, kind, interval: .seconds(1000), timeout: .seconds(10))
            prober.perform(.add(CheckID(rawValue: UInt32(number)), spec))
        }
        var most = 0
        await wait {
            most = max(most, prober.runsInFlight)
            return passed.count == count
        }
        prober.removeAll()
        return (passed.count, most)
    }
}

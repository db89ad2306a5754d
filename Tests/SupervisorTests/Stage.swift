import Foundation
import Testing

/// A folder with the built directord and two shell scripts in the daemons' places. The scripts note what happens to
/// them, so that a test sees it in order.
final class Stage {
    /// Sockets in it have a path of at most 107 bytes.
    let folder = "/tmp/director-\(UUID().uuidString)"
    var environment: [String: String] = [:]
    private var processes: [Process] = []

    var runtime: String { folder + "/run" }

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let built = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let (program, own) = (built.appendingPathComponent("directord").path, folder + "/directord")
        // A copy cannot be executed while a child that another test just started still has it open for writing.
        if (try? FileManager.default.linkItem(atPath: program, toPath: own)) == nil {
            try FileManager.default.copyItem(atPath: program, toPath: own)
        }
        for daemon in ["engine", "prober"] { try write(daemon, Self.script(daemon)) }
    }

    deinit {
        for process in processes where process.isRunning { kill(process.processIdentifier, SIGKILL) }
        // The scripts end when directord has; those that a test told to ignore it are ended here.
        for line in events { Int32(line.split(separator: " ").last ?? "").map { _ = kill($0, SIGKILL) } }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// `read` waits for directord's end of the pipe to close (status 1); its time-out lets traps run.
    static func script(_ daemon: String, atStart: String = "", atEnd: String = "exit 0") -> String {
        """
        #!/bin/bash
        # Daemons are started with their signals blocked, which bash leaves so.
        [ "$OPEN" ] || OPEN=1 exec perl -MPOSIX -e 'sigprocmask(SIG_SETMASK, POSIX::SigSet->new); exec @ARGV' "$0" "$@"
        note() { echo "\(daemon) $* $$" >>"$EVENTS"; }
        trap 'note HUP' HUP
        trap 'note TERM; exit 0' TERM
        note "start $*"
        \(atStart)
        [ \(daemon) = engine ] && echo READY=1 >&4
        note ready
        while :; do
            read -r -t 0.02 -u 3
            if [ $? = 1 ]; then note orphaned; \(atEnd); fi
        done
        """
    }

    func write(_ daemon: String, _ script: String) throws {
        let path = folder + "/director-" + daemon
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    /// Starts directord; its log goes to a file.
    func start(_ arguments: [String] = []) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: folder + "/directord")
        process.arguments = ["--config", "/some/where.cf", "--runtime-dir", runtime] + arguments
        process.environment = environment.merging(["EVENTS": folder + "/events", "PATH": "/usr/bin:/bin"]) { $1 }
        if !FileManager.default.fileExists(atPath: folder + "/log") {
            _ = FileManager.default.createFile(atPath: folder + "/log", contents: nil)
        }
        let log = try #require(FileHandle(forWritingAtPath: folder + "/log"))
        log.seekToEndOfFile()
        process.standardError = log
        process.standardInput = FileHandle.nullDevice
        try process.run()
        processes.append(process)
        return process
    }

    var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    /// What the scripts have noted, each line with the script's process at its end.
    var events: [String] {
        ((try? String(contentsOfFile: folder + "/events", encoding: .utf8)) ?? "")
            .split(separator: "\n").map(String.init)
    }

    /// The noted events of these kinds, as `engine TERM`, without arguments and process.
    func kinds(_ kinds: Set<String> = ["start", "HUP", "TERM", "orphaned"]) -> [String] {
        events.map { $0.split(separator: " ") }.filter { $0.count > 2 && kinds.contains(String($0[1])) }
            .map { "\($0[0]) \($0[1])" }
    }

    func pids(of daemon: String) -> [Int32] {
        events.filter { $0.hasPrefix("\(daemon) start") }.compactMap {
            $0.split(separator: " ").last.flatMap { Int32($0) }
        }
    }

    /// Of an engine that says once a second that it lives.
    static let beat = "(while sleep 1; do echo >&4 || exit; done) &"

    /// Waits until another one has been started in the place of the first of these daemons: both, or what there is
    /// after so many seconds.
    func successor(of daemon: String, within seconds: Double) async throws -> [Int32] {
        let limit = Date(timeIntervalSinceNow: seconds)
        while pids(of: daemon).count < 2, Date() < limit { try await Task.sleep(for: .milliseconds(100)) }
        return pids(of: daemon)
    }

    /// Waits for a condition, for a minute at most.
    func waitUntil(
        _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () -> Bool
    ) throws {
        let limit = Date(timeIntervalSinceNow: 60)
        while !condition() {
            guard Date() < limit else {
                Issue.record("not within a minute: \(what)\n\(log)\n\(events)", sourceLocation: sourceLocation)
                throw CancellationError()
            }
            usleep(2_000)
        }
    }

    /// With their traps in force, and the engine's READY said.
    func waitForBoth() throws {
        try waitUntil("both daemons have started") {
            Set(kinds(["ready"])).isSuperset(of: ["engine ready", "prober ready"])
                && log.contains("director-prober started")
        }
    }
}

import Foundation
import Testing

/// directord itself, with shell scripts for daemons.
@Suite(.serialized) struct SupervisorTests {
    let stage: Stage

    init() throws {
        stage = try Stage()
    }

    @Test func theDaemonsGetTheirArguments() throws {
        let directord = try stage.start(["--log-level", "debug", "--log-format", "json"])
        try stage.waitForBoth()
        let common =
            "--config /some/where.cf --runtime-dir \(stage.runtime) --log-level debug --log-format json "
            + "--log-target stderr"
        for (daemon, extra) in [("engine", " --supervisor-fd 3 --notify-fd 4"), ("prober", " --supervisor-fd 3")] {
            let line = try #require(stage.events.first { $0.hasPrefix("\(daemon) start") })
            #expect(line.hasPrefix("\(daemon) start \(common)\(extra)"))
        }
        directord.terminate()
        directord.waitUntilExit()
    }

    @Test func aDaemonThatDiesIsStartedAgainAndItsEndIsTold() throws {
        let directord = try stage.start()
        try stage.waitForBoth()
        for round in 1...2 {
            let pid = try #require(stage.pids(of: "engine").last)
            kill(pid, SIGKILL)
            try stage.waitUntil("engine number \(round + 1)") { stage.pids(of: "engine").count == round + 1 }
        }
        #expect(stage.pids(of: "prober").count == 1, "the prober was disturbed")
        let first = try #require(stage.pids(of: "engine").first)
        #expect(
            stage.log.contains("error directord: director-engine, process \(first), has died: was killed by SIGKILL"))
        let starts = stage.events.filter { $0.hasPrefix("engine start") }
        #expect(!starts[0].contains("--predecessor"))
        #expect(
            starts[1].contains("--predecessor director-engine, process \(first), has died: was killed by SIGKILL"))
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
    }

    /// There may be no memory or process for it when the engine names it, or an upgrade is about to put it there.
    @Test(arguments: ["prober", "metrics", "vrrp"])
    func aDaemonThatCannotBeStartedIsTriedAgainAndEndsNobody(daemon: String) throws {
        let file = stage.folder + "/director.cf"
        try (daemon == "vrrp" ? "# nothing yet\n" : "").write(toFile: file, atomically: true, encoding: .utf8)
        let word = ["metrics": "DIRECTOR_METRICS=127.0.0.1:1", "vrrp": "DIRECTOR_ROUTERS=1"][daemon] ?? ""
        let atStart = "trap 'note HUP; echo \(word) >&4' HUP"
        try stage.write("engine", Stage.script("engine", atStart: atStart))
        if daemon == "prober" { try FileManager.default.removeItem(atPath: stage.folder + "/director-prober") }
        let directord = try stage.start(["--config", file])
        try stage.waitUntil("the engine is ready") { stage.kinds(["ready"]).contains("engine ready") }
        if daemon != "prober" {
            try "vrrp = web\n".write(toFile: file, atomically: true, encoding: .utf8)
            kill(directord.processIdentifier, SIGHUP)
        }
        try stage.waitUntil("it is told") {
            stage.log.contains("director-\(daemon) cannot be started, trying again: cannot start ")
        }
        #expect(!stage.log.contains("is given up"))
        try stage.write(daemon, Stage.script(daemon))
        try stage.waitUntil("it has started") { stage.kinds(["ready"]).contains("\(daemon) ready") }
        #expect(stage.pids(of: "engine").count == 1 && directord.isRunning)
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
    }

    @Test func theEngineEndsFirstAndThenTheProber() throws {
        let directord = try stage.start()
        try stage.waitForBoth()
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
        #expect(stage.kinds(["TERM"]) == ["engine TERM", "prober TERM"])
    }

    @Test func hangupGoesToTheEngineOnly() throws {
        let directord = try stage.start()
        try stage.waitForBoth()
        kill(directord.processIdentifier, SIGHUP)
        try stage.waitUntil("the engine has been told") { stage.kinds(["HUP"]) == ["engine HUP"] }
        directord.interrupt()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
        #expect(stage.kinds(["HUP", "TERM"]) == ["engine HUP", "engine TERM", "prober TERM"])
    }

    @Test func aConfigurationThatIsRefusedAtTheStartEndsDirectord() throws {
        try stage.write("engine", Stage.script("engine", atStart: "exit 2"))
        let directord = try stage.start()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 1)
        #expect(stage.pids(of: "engine").count == 1)
        #expect(stage.log.contains("critical directord: not started"))
    }

    @Test func anEngineThatOnceWorkedIsStartedAgainWhateverItsStatus() throws {
        let directord = try stage.start()
        try stage.waitForBoth()
        try stage.write(
            "engine", Stage.script("engine", atStart: "[ -e $EVENTS.refused ] || { touch $EVENTS.refused; exit 2; }"))
        kill(try #require(stage.pids(of: "engine").last), SIGKILL)
        try stage.waitUntil("a third engine") { stage.pids(of: "engine").count == 3 }
        #expect(directord.isRunning)
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
    }

    @Test func anEngineThatDoesNotEndWellWhenItIsStoppedIsStartedForWhatStoppingDoes() throws {
        let atStart = "case \"$*\" in *--farewell*) note farewell; exit 0 ;; esac; trap 'note TERM; exit 1' TERM"
        try stage.write("engine", Stage.script("engine", atStart: atStart))
        let directord = try stage.start()
        try stage.waitForBoth()
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
        #expect(stage.kinds(["TERM", "farewell"]) == ["engine TERM", "engine farewell", "prober TERM"])
    }

    @Test func aSecondDirectordIsRefusedInOneLine() throws {
        let first = try stage.start()
        try stage.waitForBoth()
        let before = stage.log
        let second = try stage.start()
        second.waitUntilExit()
        #expect(second.terminationStatus == 1)
        let told = stage.log.dropFirst(before.count).split(separator: "\n")
        #expect(told.count == 1)
        #expect(told.first?.contains("another directord runs with runtime directory \(stage.runtime)") == true)
        #expect(first.isRunning && stage.pids(of: "engine").count == 1)
        first.terminate()
        first.waitUntilExit()
    }

    @Test func theNextDirectordWaitsForTheDaemonsOfAKilledOne() throws {
        // An engine that takes a while to end, as one in the middle of a long dump does.
        try stage.write(
            "engine",
            Stage.script("engine", atEnd: "while [ ! -e $EVENTS.end ]; do sleep 0.02; done; note ended; exit 0"))
        let first = try stage.start()
        try stage.waitForBoth()
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        let second = try stage.start()
        try stage.waitUntil("the second one waits") {
            stage.log.contains("waiting for the daemons of an earlier directord to end")
        }
        _ = FileManager.default.createFile(atPath: stage.folder + "/events.end", contents: nil)
        try stage.waitUntil("the engine has been started anew") { stage.pids(of: "engine").count == 2 }
        let order = stage.kinds(["start", "ended"]).filter { $0.hasPrefix("engine") }
        #expect(order == ["engine start", "engine ended", "engine start"])
        #expect(stage.kinds(["TERM"]).isEmpty, "an orphan was told to stop, and could have cleared the table")
        second.terminate()
        second.waitUntilExit()
    }

    @Test func whoKeepsTheNextDirectordOutIsNamed() throws {
        try stage.write("engine", Stage.script("engine", atEnd: "while :; do sleep 0.1; done"))
        let first = try stage.start()
        try stage.waitForBoth()
        let engine = try #require(stage.pids(of: "engine").last)
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        let second = try stage.start()
        try stage.waitUntil("the second one gives up") { !second.isRunning }
        #expect(second.terminationStatus == 1)
        #expect(stage.log.contains("do not end: director-engine, process \(engine) (kill"))
        #expect(FileManager.default.fileExists(atPath: stage.runtime + "/processes"), "the next one cannot say so")
        kill(engine, SIGKILL)
    }

    @Test func daemonsCanBeLeftOut() throws {
        let directord = try stage.start(["--no-daemons", "prober,vrrp"])
        try stage.waitUntil("the engine has started") { stage.pids(of: "engine").count == 1 }
        directord.terminate()
        directord.waitUntilExit()
        #expect(stage.kinds() == ["engine start", "engine TERM"])
    }

    @Test func failoverIsInTheTableOfProcessesWhileItIsWanted() throws {
        // An engine that says at a reload what the test has written down.
        try stage.write(
            "engine", Stage.script("engine", atStart: "trap 'note HUP; cat $EVENTS.tell >&4' HUP"))
        try stage.write("vrrp", Stage.script("vrrp"))
        let file = stage.folder + "/director.cf"
        func configure(_ text: String, _ routers: Int) throws {
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            try "DIRECTOR_ROUTERS=\(routers)\n".write(
                toFile: stage.folder + "/events.tell", atomically: true, encoding: .utf8)
        }
        func processes() -> String {
            (try? String(contentsOfFile: stage.runtime + "/processes", encoding: .utf8)) ?? ""
        }
        try configure("", 0)
        let directord = try stage.start(["--config", file])
        try stage.waitForBoth()
        try stage.waitUntil("the table is written") { processes().contains("director-prober ") }
        #expect(!processes().contains("director-vrrp "))
        try configure("vrrp = web\n", 1)
        kill(directord.processIdentifier, SIGHUP)
        try stage.waitUntil("failover has started") { stage.pids(of: "vrrp").count == 1 }
        let pid = try #require(stage.pids(of: "vrrp").first)
        try stage.waitUntil("it is in the table") { processes().contains("director-vrrp \(pid) 0\n") }
        try configure("", 0)
        kill(directord.processIdentifier, SIGHUP)
        try stage.waitUntil("it has left the table") { !processes().contains("director-vrrp ") }
        #expect(processes().contains("director-engine "))
        directord.terminate()
        directord.waitUntilExit()
    }

    /// A director-vrrp that does not end when it is told to, and tells of its farewell.
    private func writeHangingFailover() throws {
        let atStart = "case \"$*\" in *--farewell*) note farewell; exit 0 ;; esac; trap 'note TERM' TERM"
        try stage.write("vrrp", Stage.script("vrrp", atStart: atStart))
    }

    @Test func whatAHangingFailoverHoldsIsGivenUpAtTheEnd() throws {
        try writeHangingFailover()
        let file = stage.folder + "/director.cf"
        try "vrrp = web\n".write(toFile: file, atomically: true, encoding: .utf8)
        let directord = try stage.start(["--config", file])
        try stage.waitForBoth()
        try stage.waitUntil("failover has started") { stage.kinds(["ready"]).contains("vrrp ready") }
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
        #expect(stage.kinds(["farewell"]) == ["vrrp farewell"])
        #expect(!stage.log.contains("may have been left"))
    }

    @Test func itIsGivenUpWhenTheEngineCannotWork() throws {
        try writeHangingFailover()
        // It says so once failover is there.
        let fail = "while ! grep -q '^vrrp ready' $EVENTS; do sleep 0.02; done; exit 1"
        try stage.write("engine", Stage.script("engine", atStart: fail))
        let file = stage.folder + "/director.cf"
        try "vrrp = web\n".write(toFile: file, atomically: true, encoding: .utf8)
        let directord = try stage.start(["--config", file])
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 1)
        #expect(stage.kinds(["farewell"]) == ["vrrp farewell"])
    }

    /// What one that was killed held: its file goes with what is given up.
    @Test(arguments: [true, false])
    func whatAnEarlierFailoverLeftIsGivenUpWhereNoSectionIsLeft(hasLeftAnything: Bool) throws {
        let note = stage.runtime + "/vrrp-farewell.cf"
        let atStart = "case \"$*\" in *--farewell*) note farewell; rm \(note); exit 0 ;; esac"
        try stage.write("vrrp", Stage.script("vrrp", atStart: atStart))
        try FileManager.default.createDirectory(atPath: stage.runtime, withIntermediateDirectories: true)
        if hasLeftAnything { try "vrrp = web\n".write(toFile: note, atomically: true, encoding: .utf8) }
        let directord = try stage.start()
        try stage.waitForBoth()
        try stage.waitUntil("nothing is left") { !FileManager.default.fileExists(atPath: note) }
        directord.terminate()
        directord.waitUntilExit()
        #expect(directord.terminationStatus == 0)
        #expect(stage.kinds(["farewell"]).count == (hasLeftAnything ? 1 : 0))
        #expect(stage.pids(of: "vrrp").count == stage.kinds(["farewell"]).count)
    }

    @Test func anEngineThatBeginsTellsWhetherFailoverIsWanted() throws {
        try writeHangingFailover()
        try stage.write("engine", Stage.script("engine", atStart: "[ ! -e $EVENTS.tell ] || cat $EVENTS.tell >&4"))
        let file = stage.folder + "/director.cf"
        let directord = try stage.start(["--config", file])
        try stage.waitForBoth()
        // The file gets its first section, or loses its last, and nobody has it reloaded before the engine dies.
        for (round, routers) in [1, 0].enumerated() {
            try (routers == 1 ? "vrrp = web\n" : "").write(toFile: file, atomically: true, encoding: .utf8)
            try "DIRECTOR_ROUTERS=\(routers)\n".write(
                toFile: stage.folder + "/events.tell", atomically: true, encoding: .utf8)
            kill(try #require(stage.pids(of: "engine").last), SIGKILL)
            try stage.waitUntil("engine number \(round + 2)") { stage.pids(of: "engine").count == round + 2 }
            if routers == 1 {
                try stage.waitUntil("failover has started") { stage.pids(of: "vrrp").count == 1 }
            } else {
                try stage.waitUntil("it is halted, and its farewell said") { stage.kinds(["farewell"]).count == 1 }
            }
        }
        directord.terminate()
        directord.waitUntilExit()
        #expect(stage.kinds(["farewell"]).count == 1)
    }

    @Test(arguments: ["/notify", "@director-test-"])
    func readinessAndEndReachTheServiceManager(name: String) throws {
        let path = name.hasPrefix("@") ? name + UUID().uuidString : stage.folder + name
        let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(manager) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if name.hasPrefix("@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(manager, $0, length) }
        }
        try #require(bound == 0)
        stage.environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "50000"]
        let directord = try stage.start()
        var told: [String] = []
        func receive(until message: String) throws {
            try stage.waitUntil("the service manager is told \(message)") {
                var buffer = [UInt8](repeating: 0, count: 1024)
                let count = recv(manager, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                if count > 0 { told.append(String(decoding: buffer[..<count], as: UTF8.self)) }
                return told.contains(message)
            }
        }
        try receive(until: "READY=1")
        try receive(until: "WATCHDOG=1")
        #expect(!told.contains("STOPPING=1"))
        directord.terminate()
        try receive(until: "STOPPING=1")
        directord.waitUntilExit()
    }
}

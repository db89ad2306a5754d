import DirectorCore
import Logs
import Manual

/// directord's command line.
struct SupervisorOptions {
    /// The daemons that directord starts.
    enum Daemon: String, CaseIterable {
        case engine
        case prober
        case vrrp
    }

    var configurationFile = "/etc/director/ldirectord.cf"
    var runtimeDirectory = "/run/director"
    /// Nil for the runtime directory.
    var stateDirectory: String?
    var logLevel = "info"
    var logFormat = "text"
    var logTarget = "stderr"
    var without: Set<Daemon> = []
    /// How ldirectord's command line started it, for the daemons; both nil otherwise.
    var ldirectordMode: String?
    var instance: String?
    /// Holds the process's number as long as it runs.
    var pidFile: String?
    /// Gets a line once the first table is in the kernel.
    var readyDescriptor: Int32?

    var ldirectordArguments: [String] {
        (ldirectordMode.map { ["--ldirectord", $0] } ?? []) + (instance.map { ["--instance", $0] } ?? [])
    }

    enum Parsed {
        case run(SupervisorOptions)
        /// Print this and end with status 0.
        case tell(String)
        /// Wrong usage: print this and end with status 2.
        case wrong(String)
    }

    static func parse(_ arguments: [String]) -> Parsed {
        let words: ParsedWords
        do throws(ParsedWords.Problem) {
            words = try ParsedWords(
                arguments, options: DaemonHelp.options + forLdirectord, mostWords: 0, help: "directord --help")
        } catch {
            return .wrong(error.text)
        }
        if words.asksForHelp { return .tell(DaemonHelp.text) }
        if words.contains("--version") { return .tell("directord \(Release.version)\n") }
        var options = SupervisorOptions()
        for option in words.options {
            if let problem = options.set(option.name, option.value) { return .wrong(problem) }
        }
        return .run(options)
    }

    /// What ldirectord's command line starts it with, which nobody types.
    private static let forLdirectord: [CommandEntry.Option] = [
        .init("--ldirectord", "MODE", "daemon, debug or supervised"), .init("--instance", "NAME", "for the log"),
    ]

    /// What is wrong with the value, nil when it is taken.
    private mutating func set(_ name: String, _ value: String) -> String? {
        switch name {
        case "--config": configurationFile = value
        case "--runtime-dir": runtimeDirectory = value
        case "--state-dir": stateDirectory = value
        case "--pid-file": pidFile = value
        case "--instance": instance = value
        case "--ldirectord":
            guard ["daemon", "debug", "supervised"].contains(value) else {
                return "--ldirectord takes daemon, debug or supervised, not '\(value)'"
            }
            ldirectordMode = value
        case "--ready-fd":
            guard let number = Int32(value), number > 2 else {
                return "--ready-fd takes the number of an inherited descriptor, not '\(value)'"
            }
            readyDescriptor = number
        case "--log-level":
            guard ProgramLog.levels.contains(value) else {
                return "--log-level takes one of \(ProgramLog.levels.joined(separator: ", ")), not '\(value)'"
            }
            logLevel = value
        case "--log-format":
            guard ["text", "json"].contains(value) else { return "--log-format takes text or json, not '\(value)'" }
            logFormat = value
        case "--log-target":
            guard ProgramLog.targets.contains(value) else {
                return "--log-target takes \(ProgramLog.targets.joined(separator: ", ")), not '\(value)'"
            }
            logTarget = value
        default:
            for word in value.split(separator: ",", omittingEmptySubsequences: false) {
                guard let daemon = Daemon(rawValue: String(word)) else {
                    return "--no-daemons takes engine, prober, vrrp, not '\(word)'"
                }
                without.insert(daemon)
            }
        }
        return nil
    }
}

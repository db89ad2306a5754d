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
        var options = SupervisorOptions()
        var rest = arguments[...]
        while let word = rest.popFirst() {
            var name = word
            var attached: String?
            if word.hasPrefix("--"), let equals = word.firstIndex(of: "=") {
                name = String(word[..<equals])
                attached = String(word[word.index(after: equals)...])
            }
            switch name {
            case "--help", "-h": return .tell(DaemonHelp.text)
            case "--version", "-V": return .tell("directord \(Release.version)\n")
            case "--config", "--runtime-dir", "--state-dir", "--log-level", "--log-format", "--log-target",
                "--no-daemons",
                "--pid-file", "--ready-fd", "--ldirectord", "--instance":
                guard let value = attached ?? rest.popFirst(), !value.isEmpty else {
                    return .wrong("\(name) needs a value")
                }
                if let problem = options.set(name, value) { return .wrong(problem) }
            default: return .wrong("unknown option '\(word)', see directord --help")
            }
        }
        return .run(options)
    }

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

/// The command line that directord gives each of its daemons. Every daemon takes all of it, so that the supervisor need
/// not know which one needs what.
package struct DaemonOptions: Equatable, Sendable {
    package var configurationFile = "/etc/director/ldirectord.cf"
    package var runtimeDirectory = "/run/director"
    /// Where what must outlast a restart of the machine is kept; nil for the runtime directory.
    package var stateDirectory: String?
    package var logLevel = "info"
    package var logFormat = "text"
    package var logTarget = "stderr"
    /// The user to become when started by root; nil for the usual one.
    package var user: String?
    /// Where lines for the service manager go; nil when nobody listens.
    package var notifyDescriptor: Int32?
    /// Becomes readable when the supervisor has died.
    package var supervisorDescriptor: Int32?
    /// How it was started where that was by ldirectord's command line; nil otherwise.
    package var ldirectordMode: LdirectordMode?
    /// The name of the instance there, which stands in its log.
    package var instance: String?
    /// Only what stopping does is to be done, for a daemon that died before it could.
    package var isFarewell = false
    /// Somebody wants it to stop, and with it what operators ordered.
    package var isOrdered = false
    /// How the one ended in whose place it was started; nil when nobody died.
    package var predecessor: String?
    /// An engine runs beside it.
    package var hasEngine = false

    /// ldirectord's ways of running.
    package enum LdirectordMode: String, Sendable {
        /// In the background, with a log file.
        case daemon
        /// `-d`: in the foreground, its log on standard error.
        case debug
        /// `supervised = yes`: in the foreground, its log on standard output.
        case supervised
    }

    /// Wrong usage, in words that name the option.
    package struct UsageError: Error, Equatable {
        package var text: String
    }

    package init() {}

    /// Nil for `--help`.
    package init?(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--help" || option == "-h" { return nil }
            if option == "--farewell" {
                isFarewell = true
                continue
            }
            if option == "--ordered" {
                isOrdered = true
                continue
            }
            if option == "--with-engine" {
                hasEngine = true
                continue
            }
            guard Self.names.contains(option) else { throw UsageError(text: "unknown option \(option), see --help") }
            guard let value = rest.popFirst() else { throw UsageError(text: "\(option): a value is missing") }
            switch option {
            case "--config": configurationFile = value
            case "--runtime-dir": runtimeDirectory = value
            case "--state-dir": stateDirectory = value
            case "--log-level": logLevel = value
            case "--log-format": logFormat = value
            case "--log-target": logTarget = value
            case "--user": user = value
            case "--instance": instance = value
            case "--predecessor": predecessor = value
            case "--ldirectord":
                guard let mode = LdirectordMode(rawValue: value) else {
                    throw UsageError(text: "\(option) takes daemon, debug or supervised, not '\(value)'")
                }
                ldirectordMode = mode
            case "--notify-fd": notifyDescriptor = try Self.descriptor(value, option)
            default: supervisorDescriptor = try Self.descriptor(value, option)
            }
        }
    }

    private static let names: Set = [
        "--config", "--runtime-dir", "--state-dir", "--log-level", "--log-format", "--log-target", "--user",
        "--notify-fd",
        "--supervisor-fd",
        "--ldirectord", "--instance", "--predecessor",
    ]

    private static func descriptor(_ text: String, _ option: String) throws(UsageError) -> Int32 {
        guard let number = Int32(text), number > 2 else {
            throw UsageError(text: "\(option): '\(text)' is not the number of an inherited descriptor")
        }
        return number
    }
}

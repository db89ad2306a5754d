/// What a file says of the daemon itself and of telling people; typed and kept for the parts that act on it.
package struct OperationSettings: Hashable, Sendable {
    /// A program that is told of every change of the file.
    package var callback: String?
    /// A shell command that is told when the servers of a service are all down, and when they are back.
    package var fallbackCommand: String?
    package var logDestination: LogDestination?
    package var alerts = AlertSettings()
    /// Further instances to start, each the tail of a command line.
    package var execute: [String] = []
    package var supervised = false
    /// One process for each virtual service.
    package var fork = false
    /// A file in it, named after a server, takes the server out.
    package var maintenanceDirectory: String?

    package init() {}
}

package enum LogDestination: Hashable, Sendable {
    case file(String)
    case facility(String)

    /// The facilities of syslog(3) in the order of their numbers.
    package static let facilities = [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
        "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6",
        "local7",
    ]
}

/// Where mail about changes goes; nil stands for what the file says globally.
package struct AlertSettings: Hashable, Sendable {
    package var recipients: [String]?
    package var sender: String?
    /// The pause before a repetition; zero for none.
    package var frequency: Duration?
    /// The states of the daemon in which mail is sent.
    package var states: Set<State>?
    /// A mail server; nil for the local one.
    package var server: String?

    package enum State: String, Hashable, Sendable, CaseIterable {
        case starting, running, stopping, reloading
    }

    package init() {}
}

/// The prober's command line, which the supervisor writes.
struct ProberOptions {
    var runtimeDirectory = "/run/director"
    /// The user to become when started by root; nil for the first of the usual ones that exists.
    var user: String?
    var logLevel = "info"
    var logFormat = "text"
    /// Becomes readable when the supervisor has died.
    var supervisorDescriptor: Int32?

    /// Nil for `--help`.
    init?(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--help" || option == "-h" { return nil }
            guard let value = rest.popFirst() else { throw UsageError("\(option): a value is missing") }
            switch option {
            case "--runtime-dir": runtimeDirectory = value
            case "--user": user = value
            case "--log-level": logLevel = value
            case "--log-format": logFormat = value
            case "--supervisor-fd": supervisorDescriptor = try Self.descriptor(value, option)
            // The supervisor gives these to every daemon; the checks come from the engine.
            case "--config", "--notify-fd": break
            default: throw UsageError("unknown option \(option), see director-prober --help")
            }
        }
    }

    private static func descriptor(_ text: String, _ option: String) throws(UsageError) -> Int32 {
        guard let number = Int32(text), number > 2 else {
            throw UsageError("\(option): '\(text)' is not the number of an inherited descriptor")
        }
        return number
    }

    static let help = """
        Usage: director-prober [--runtime-dir DIR] [--user NAME] [--log-level LEVEL] [--log-format text|json]
                               [--supervisor-fd N]

        Runs the health checks that director-engine asks for, without any privilege: started by root it becomes user
        NAME (default: director-prober if there is one, else nobody).
        Started by directord; see directord --help.

        """
}

struct UsageError: Error {
    var text: String

    init(_ text: String) {
        self.text = text
    }
}

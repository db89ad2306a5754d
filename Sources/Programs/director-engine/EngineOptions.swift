/// The engine's command line, which the supervisor writes.
struct EngineOptions {
    var configurationFile = "/etc/director/ldirectord.cf"
    var runtimeDirectory = "/run/director"
    var logLevel = "info"
    var logFormat = "text"
    /// Where lines for the service manager go; nil when nobody listens.
    var notifyDescriptor: Int32?
    /// Becomes readable when the supervisor has died.
    var supervisorDescriptor: Int32?

    /// Nil for `--help`.
    init?(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--help" || option == "-h" { return nil }
            guard let value = rest.popFirst() else { throw UsageError("\(option): a value is missing") }
            switch option {
            case "--config": configurationFile = value
            case "--runtime-dir": runtimeDirectory = value
            case "--log-level": logLevel = value
            case "--log-format": logFormat = value
            case "--notify-fd": notifyDescriptor = try Self.descriptor(value, option)
            case "--supervisor-fd": supervisorDescriptor = try Self.descriptor(value, option)
            default: throw UsageError("unknown option \(option), see director-engine --help")
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
        Usage: director-engine [--config FILE] [--runtime-dir DIR] [--log-level LEVEL] [--log-format text|json]
                               [--notify-fd N] [--supervisor-fd N]

        Keeps the kernel's IPVS table as the configuration and the health of the real servers say.
        Started by directord; see directord --help.

        """
}

struct UsageError: Error {
    var text: String

    init(_ text: String) {
        self.text = text
    }
}

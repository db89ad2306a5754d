/// Why a line cannot be carried out: what goes to standard error, and the exit status.
package struct RuleError: Error, Equatable, Sendable {
    /// One line without its end.
    package let message: String
    package let status: Int32
    /// Whether a restore file is abandoned at this line. An option that the parser does not know spoils its line only.
    package let stopsRestore: Bool

    package static func usage(_ message: String) -> RuleError {
        RuleError(message: message, status: 2, stopsRestore: true)
    }

    /// A fault of the option syntax, which names the word at fault.
    package static func syntax(_ word: String, _ reason: String) -> RuleError {
        RuleError(message: "\(word): \(reason)", status: 255, stopsRestore: false)
    }

    /// The line does not begin with a command.
    package static func noCommand(program: String) -> RuleError {
        RuleError(
            message: "Try `\(program) -h' or '\(program) --help' for more information.", status: 255,
            stopsRestore: true)
    }
}

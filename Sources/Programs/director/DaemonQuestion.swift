/// What the commands that ask a running daemon are called with: `--runtime-dir DIR`, flags, and words.
struct DaemonQuestion {
    var runtimeDirectory = "/run/director"
    /// The flags that were given.
    var flags: Set<String> = []
    var words: [String] = []

    /// - Parameters:
    ///   - accepted: flags that the command knows besides `--runtime-dir`.
    ///   - takesWords: whether it takes anything else.
    init(
        _ command: String, _ arguments: [String], accepting accepted: Set<String> = [], takesWords: Bool = false
    ) throws(CommandFailure) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--runtime-dir" {
                guard let value = rest.popFirst() else { throw .usage("\(command): --runtime-dir needs a value") }
                runtimeDirectory = value
            } else if accepted.contains(word) {
                flags.insert(word)
            } else if takesWords, !word.hasPrefix("-") {
                words.append(word)
            } else {
                throw .usage("\(command): unknown option '\(word)', see director \(command) --help")
            }
        }
    }
}

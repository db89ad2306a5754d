/// The words behind a command, read by what the manual says of its options: `--name VALUE`, `--name=VALUE`, flags, and
/// other words, in any order. What a value means is the command's business.
package struct ParsedWords: Equatable, Sendable {
    /// Wrong usage: the option or word, and what would be right.
    package struct Problem: Error, Equatable {
        package let text: String

        package init(text: String) { self.text = text }
    }

    package struct Given: Equatable, Sendable {
        /// The long form, however it was written.
        package var name: String
        /// Empty for a flag.
        package var value: String
        /// Everything behind an option that takes the rest.
        package var rest: [String]

        package init(name: String, value: String = "", rest: [String] = []) {
            self.name = name
            self.value = value
            self.rest = rest
        }
    }

    /// In the order in which they were given.
    package private(set) var options: [Given] = []
    /// What is no option. Everything behind `--` is none.
    package private(set) var words: [String] = []
    /// `--help` was asked for: what stands behind it was not looked at.
    package private(set) var asksForHelp = false

    package init(_ command: Command, _ arguments: [String]) throws(Problem) {
        let entry = command.entry
        do throws(Problem) {
            try self.init(
                arguments, options: entry.options, mostWords: entry.mostWords, usage: "director \(entry.usage)",
                help: "director \(command.rawValue) --help")
        } catch {
            throw Problem(text: "\(command.rawValue): \(error.text)")
        }
    }

    /// - Parameters:
    ///   - usage: what a word too many is answered with.
    ///   - help: the command line that tells of the options.
    package init(
        _ arguments: [String], options known: [CommandEntry.Option], mostWords: Int, usage: String? = nil, help: String
    ) throws(Problem) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" {
                words += rest
                break
            }
            guard word.hasPrefix("-") else {
                words.append(word)
                continue
            }
            if word == "--help" || word == "-h" {
                asksForHelp = true
                return
            }
            try take(word, &rest, known, help)
        }
        guard words.count > mostWords else { return }
        let advice = usage.map { "usage: \($0)" } ?? "see \(help)"
        throw Problem(text: "unexpected '\(words[mostWords])', \(advice)")
    }

    private mutating func take(
        _ word: String, _ rest: inout ArraySlice<String>, _ known: [CommandEntry.Option], _ help: String
    ) throws(Problem) {
        let equals = word.hasPrefix("--") ? word.utf8.firstIndex(of: UInt8(ascii: "=")) : nil
        let name = String(word[..<(equals ?? word.endIndex)])
        let attached = equals.map { String(word[word.utf8.index(after: $0)...]) }
        guard let option = known.first(where: { $0.name == name || $0.short == name }) else {
            throw Problem(text: "unknown option '\(name)', see \(help)")
        }
        var given = Given(name: option.name)
        defer { options.append(given) }
        if option.takesRest {
            guard attached == nil, !rest.isEmpty else { throw Problem(text: "\(name) needs a command") }
            given.rest = Array(rest)
            rest = []
        } else if option.value == nil {
            guard attached == nil else { throw Problem(text: "\(name) takes no value") }
        } else {
            guard let value = attached ?? rest.popFirst(), !value.isEmpty || option.mayBeEmpty else {
                throw Problem(text: "\(name) needs a value")
            }
            given.value = value
        }
    }

    package func contains(_ name: String) -> Bool { options.contains { $0.name == name } }

    /// The last one given, which counts.
    package subscript(name: String) -> String? { options.last { $0.name == name }?.value }

    /// Of the daemon that is asked.
    package var runtimeDirectory: String { self["--runtime-dir"] ?? "/run/director" }
}

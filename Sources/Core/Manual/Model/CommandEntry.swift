/// What a command of `director` is, for its help, the manual page and completion.
package struct CommandEntry: Sendable {
    package struct Option: Sendable {
        package var name: String
        /// The word that stands for its value; nil for one that takes none.
        package var value: String?
        package var text: String
        package var completes: Completes = .nothing

        /// One that takes no value.
        package init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }

        package init(_ name: String, _ value: String, _ text: String, completes: Completes = .nothing) {
            self.name = name
            self.value = value
            self.text = text
            self.completes = completes
        }
    }

    /// What a shell may offer for a word.
    package enum Completes: Equatable, Sendable {
        case nothing
        case file
        case folder
        case words([String])
        /// A name that the user makes up, then one of these.
        case afterName([String])
        /// A virtual service and one of its real servers.
        case serviceAndServer
        /// A real server, with or without its service before it.
        case server
        case router
    }

    /// The words behind `director`, without the options that every command of its kind takes.
    package var usage: String
    package var summary: String
    package var options: [Option]
    package var prose: Prose
    package var completes: Completes

    package init(
        _ usage: String, _ summary: String, options: [Option] = [], completes: Completes = .nothing, prose: Prose = ""
    ) {
        self.usage = usage
        self.summary = summary
        self.options = options
        self.completes = completes
        self.prose = prose
    }
}

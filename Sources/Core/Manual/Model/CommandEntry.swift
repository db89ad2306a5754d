/// What a command of `director` is, for its help, the manual page and completion.
package struct CommandEntry: Sendable {
    package struct Option: Sendable {
        package var name: String
        /// Another form of the name, of one letter.
        package var short: String?
        /// The word that stands for its value; nil for one that takes none.
        package var value: String?
        package var text: String
        package var completes: Completes = .nothing
        /// Its value is everything that stands behind it.
        package var takesRest = false
        package var mayBeEmpty = false

        /// One that takes no value.
        package init(_ name: String, short: String? = nil, _ text: String) {
            self.name = name
            self.short = short
            self.text = text
        }

        package init(
            _ name: String, _ value: String, _ text: String, completes: Completes = .nothing, takesRest: Bool = false,
            mayBeEmpty: Bool = false
        ) {
            self.name = name
            self.value = value
            self.text = text
            self.completes = completes
            self.takesRest = takesRest
            self.mayBeEmpty = mayBeEmpty
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
        /// Options of ipvsadm.
        case ipvsadm
        /// A kind of event.
        case event
        /// A configuration file, or one of these, which may follow it.
        case afterFile([String])
    }

    /// The words behind `director`, without the options that every command of its kind takes.
    package var usage: String
    package var summary: String
    package var options: [Option]
    package var prose: Prose
    package var completes: Completes
    /// How many words it takes besides options, at most.
    package var mostWords: Int

    package init(
        _ usage: String, _ summary: String, options: [Option] = [], words mostWords: Int = 0,
        completes: Completes = .nothing, prose: Prose = ""
    ) {
        self.mostWords = mostWords
        self.usage = usage
        self.summary = summary
        self.options = options
        self.completes = completes
        self.prose = prose
    }
}

/// ldirectord's command line as a value: `[-d] [--] [CONFIG] COMMAND`.
package struct LdirectordInvocation: Hashable, Sendable {
    package enum Command: String, Sendable, CaseIterable {
        case start, stop, restart
        case tryRestart = "try-restart"
        case reload
        case forceReload = "force-reload"
        case status
    }

    package var debug = false
    /// As it was written; `ldirectord.cf` when none was.
    package var file = "ldirectord.cf"
    /// What its pid file is called after: the last component of CONFIG, `ldirectord` without one.
    package var instance = "ldirectord"
    package var command: Command

    package init(command: Command) {
        self.command = command
    }

    package enum Parsed: Hashable, Sendable {
        case run(LdirectordInvocation)
        case help
        case version
        /// Exit status 255, as ldirectord has it for wrong usage.
        case usage(unknownOption: String?)
    }

    package static func parse(_ arguments: [String]) -> Parsed {
        var debug = false
        var rest = arguments[...]
        options: while let word = rest.first, word.hasPrefix("-"), word != "-" {
            rest = rest.dropFirst()
            switch word {
            case "--": break options
            case "--debug": debug = true
            case "--help": return .help
            case "--version": return .version
            default:
                guard !word.hasPrefix("--") else { return .usage(unknownOption: String(word.dropFirst(2))) }
                for letter in word.dropFirst() {
                    switch letter {
                    case "d": debug = true
                    case "h", "?": return .help
                    case "v": return .version
                    default: return .usage(unknownOption: String(letter))
                    }
                }
            }
        }
        let words = Array(rest)
        // What stands behind the command is not read.
        guard let name = words.count > 1 ? words[1] : words.first, let command = Command(rawValue: name) else {
            return .usage(unknownOption: nil)
        }
        var invocation = LdirectordInvocation(command: command)
        invocation.debug = debug
        if words.count > 1 {
            invocation.file = words[0]
            invocation.instance = words[0].split(separator: "/").last.map(String.init) ?? words[0]
        }
        return .run(invocation)
    }

    package static let usage = """
        Usage:
            ldirectord [-d|--debug] [--] [configfile] start | stop | restart |
            try-restart | reload | force-reload | status

            ldirectord -h|-?|--help
            ldirectord -v|--version

        """

    package static let help =
        usage + """

            start         starts a director on the file in the background and waits until its first table is in the
                          kernel, 45 seconds at most; nothing where one runs already
            stop          stops it and waits until it has ended
            restart       stops and starts it; a file that cannot be used stops nothing
            try-restart   the same where it runs, else nothing
            reload        has it read its file again, as force-reload does; exit status 1 where none runs
            status        says whether it runs: 0 it does, 3 it does not, 1 it does not but has left its pid file

            -d            stays in the foreground, with every detail on standard error and without a pid file

            configfile is looked for in /etc/ha.d, in /etc/ha.d/conf, as it stands, and in /etc/director; ldirectord.cf
            without one. The pid file is /var/run/ldirectord.NAME.pid, where NAME is the last part of configfile; a
            directord that the service manager runs on a file of this name is meant, too, and then its file is read.
            Exit status: 0 done, 1 failed, 2 the file cannot be used, 255 wrong usage.

            """
}

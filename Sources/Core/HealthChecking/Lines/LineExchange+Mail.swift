extension LineExchange {
    /// SMTP and submission: the greeting, then EHLO or, where that is refused, HELO (RFC 5321, section 3.2).
    package static var smtp: LineExchange {
        // ldirectord's name for the client: a host name is no secret of the director's.
        let name = "localhost.localdomain"
        let grammar = ReplyGrammar.codes(200...299)
        return LineExchange(
            [
                Turn(name: "greeting", command: .none, grammar: grammar, says: "greeting"),
                Turn(
                    name: "EHLO", command: .line("EHLO \(name)"), grammar: grammar, substitutes: 1,
                    says: "EHLO accepted"),
                Turn(name: "HELO", command: .line("HELO \(name)"), grammar: grammar, says: "HELO accepted"),
            ], farewell: "QUIT")
    }

    /// The greeting and, with a login, APOP where it is offered, else USER and PASS; then STAT, for which the server
    /// has to open the mailbox.
    package static func pop(login: String?, password: String?) -> LineExchange {
        func turn(_ name: String, _ command: Command, substitutes: Int = 0) -> Turn {
            Turn(name: name, command: command, grammar: .pop, substitutes: substitutes, says: "logged in")
        }
        var turns = [Turn(name: "greeting", command: .none, grammar: .pop, says: "greeting")]
        if let login {
            let password = password ?? ""
            turns += [
                turn("APOP", .apop(login: login, password: password), substitutes: 2),
                turn("USER", .line("USER \(login)")),
                turn("PASS", .line("PASS \(password)")),
                turn("STAT", .line("STAT")),
            ]
        }
        return LineExchange(turns, farewell: "QUIT")
    }

    /// The greeting and, with a login, LOGIN; then NOOP, which a server answers in any state and which, unlike
    /// ldirectord's EXPUNGE, could never delete anything.
    package static func imap(login: String?, password: String?) -> LineExchange {
        var turns = [Turn(name: "greeting", command: .none, grammar: .imapGreeting, says: "greeting")]
        if let login {
            turns.append(
                Turn(
                    name: "LOGIN", command: .imapLogin("a1 LOGIN \(quoted(login)) \(quoted(password ?? ""))"),
                    grammar: .imap(tag: "a1"), says: "logged in"))
        }
        turns.append(
            Turn(
                name: "NOOP", command: .line("a2 NOOP"), grammar: .imap(tag: "a2"),
                says: login == nil ? "greeting and NOOP" : "logged in"))
        return LineExchange(turns, farewell: "a3 LOGOUT")
    }

    /// An IMAP string in quotes (RFC 9051, section 4.3).
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text.unicodeScalars {
            if character == "\"" || character == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(character)
        }
        return quoted + "\""
    }
}

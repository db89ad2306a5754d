extension LineDialogue {
    /// SMTP and submission: the greeting, then EHLO or, where that is refused, HELO (RFC 5321, section 3.2).
    package static var smtp: LineDialogue {
        // ldirectord's name for the client: a host name is no secret of the director's.
        let name = "localhost.localdomain"
        let grammar = ReplyGrammar.codes(200...299)
        return LineDialogue(
            [
                Exchange(name: "greeting", grammar: grammar, says: "greeting"),
                Exchange(
                    name: "EHLO", command: "EHLO \(name)", grammar: grammar, hasSubstitute: true,
                    says: "EHLO accepted"),
                Exchange(name: "HELO", command: "HELO \(name)", grammar: grammar, says: "HELO accepted"),
            ], farewell: "QUIT")
    }

    /// The greeting and, with a login, USER, PASS and STAT, for which the server has to open the mailbox.
    package static func pop(login: String?, password: String?) -> LineDialogue {
        var exchanges = [Exchange(name: "greeting", grammar: .pop, says: "greeting")]
        if let login {
            exchanges += [
                Exchange(name: "USER", command: "USER \(login)", grammar: .pop, says: "user known"),
                Exchange(name: "PASS", command: "PASS \(password ?? "")", grammar: .pop, says: "logged in"),
                Exchange(name: "STAT", command: "STAT", grammar: .pop, says: "logged in"),
            ]
        }
        return LineDialogue(exchanges, farewell: "QUIT")
    }

    /// The greeting and, with a login, LOGIN; then NOOP, which a server answers in any state and which, unlike
    /// ldirectord's EXPUNGE, could never delete anything.
    package static func imap(login: String?, password: String?) -> LineDialogue {
        var exchanges = [Exchange(name: "greeting", grammar: .imapGreeting, says: "greeting")]
        if let login {
            exchanges.append(
                Exchange(
                    name: "LOGIN", command: "a1 LOGIN \(quoted(login)) \(quoted(password ?? ""))",
                    grammar: .imap(tag: "a1"), says: "logged in"))
        }
        exchanges.append(
            Exchange(
                name: "NOOP", command: "a2 NOOP", grammar: .imap(tag: "a2"),
                says: login == nil ? "greeting and NOOP" : "logged in"))
        return LineDialogue(exchanges, farewell: "a3 LOGOUT")
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

/// What `--help` prints, made of the same text as the manual pages.
package enum HelpText {
    package static let width = 100

    /// `director --help`.
    package static var director: String {
        let commands = Command.allCases.map { ($0.entry.usage, $0.entry.summary) }
        let width = commands.map(\.0.count).filter { $0 <= 52 }.max() ?? 0
        var text = "Usage:\n"
        for (usage, summary) in commands {
            text +=
                "  director "
                + (usage.count > width
                    ? usage + "\n" + String(repeating: " ", count: width + 13)
                    : usage.padded(to: width) + "  ") + summary + "\n"
        }
        return text + """

            director COMMAND --help, or director help COMMAND, tells more of each; director --version (-V) is the
            version. director(8), directord(8) and ldirectord.cf(5) are the manual: see director help manual.
            Commands that ask a running daemon take --runtime-dir DIR (/run/director). Exit status: 0 done, 1
            refused or failed, 2 wrong usage. Called as ipvsadm, ipvsadm-save, ipvsadm-restore or ldirectord it
            is that program.

            """
    }

    /// `director COMMAND --help`.
    package static func of(_ command: Command) -> String {
        let entry = command.entry
        var text = "Usage: director \(entry.usage)\n\n" + filled(entry.summary, indent: 0)
        if !entry.options.isEmpty { text += "\n" + options(entry.options) }
        if !entry.prose.blocks.isEmpty { text += "\n" + render(entry.prose) }
        return text
    }

    /// Options, one below the other.
    package static func options(_ options: [CommandEntry.Option]) -> String {
        items(options.map { Prose.Item($0.signature, $0.text) })
    }

    package static func render(_ prose: Prose) -> String {
        prose.blocks.map { block in
            switch block {
            case .title(let title): title + "\n"
            case .paragraph(let text): filled(text, indent: 0)
            case .example(let lines): lines.map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
            case .items(let list): items(list)
            }
        }.joined(separator: "\n")
    }

    private static func items(_ items: [Prose.Item]) -> String {
        let terms = items.map { $0.term.filter { $0 != "`" } }
        let column = min(terms.map(\.count).max() ?? 0, 24)
        return zip(terms, items).map { term, item in
            let lines = filled(item.text, indent: column + 4)
            guard term.count <= column, !lines.isEmpty else { return "  \(term)\n" + lines }
            return "  " + term.padded(to: column + 2) + lines.dropFirst(column + 4)
        }.joined()
    }

    private static func filled(_ text: String, indent: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.filter({ $0 != "`" }).split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty { lines.append(line) }
        return lines.map { String(repeating: " ", count: indent) + $0 + "\n" }.joined()
    }
}

extension CommandEntry.Option {
    package var signature: String {
        let names = short.map { "\(name), \($0)" } ?? name
        return value.map { "\(names) \($0)" } ?? names
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

/// A page as man(7) reads it.
extension ManualPage {
    package var manText: String {
        var text = ".TH \(name.uppercased()) \(section) \(Self.date) Director\n"
        text += ".SH NAME\n\(Self.plain(name)) \\- \(Self.running(summary))\n"
        if !synopsis.isEmpty {
            text += ".SH SYNOPSIS\n"
            text += synopsis.map { ".nf\n\(Self.signature($0))\n.fi\n" }.joined()
        }
        for section in sections { text += ".SH \(Self.plain(section.title.uppercased()))\n" + Self.roff(section.prose) }
        return text
    }

    private static func roff(_ prose: Prose) -> String {
        var text = ""
        var isFirst = true
        for block in prose.blocks {
            switch block {
            case .title(let title): text += ".SS \(plain(title))\n"
            case .paragraph(let paragraph): text += (isFirst ? "" : ".PP\n") + running(paragraph) + "\n"
            case .example(let lines):
                if !isFirst { text += ".PP\n" }
                text += ".RS 4\n.nf\n" + lines.map { plain($0) + "\n" }.joined() + ".fi\n.RE\n"
            case .items(let items):
                for item in items {
                    text += ".TP\n\(signature(item.term))\n"
                    let parts = item.text.split(separator: "\n\n")
                    text +=
                        parts.isEmpty ? "\\&\n" : parts.map { running(String($0)) + "\n" }.joined(separator: ".IP\n")
                }
            }
            if case .title = block { isFirst = true } else { isFirst = false }
        }
        return text
    }

    /// Words in backquotes are bold.
    static func running(_ text: String) -> String {
        var result = ""
        for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            result += index.isMultiple(of: 2) ? escaped(part) : "\\fB" + escaped(part, isLiteral: true) + "\\fR"
        }
        return wrapped(result)
    }

    /// Lines of at most 78 bytes, as the source of a page has them; none looks like a request.
    private static func wrapped(_ text: String) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.utf8.count + 1 + word.utf8.count > 78 {
                lines.append(guarded(line))
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(guarded(line))
        return lines.joined(separator: "\n")
    }

    /// A form of a command or key: what is typed as it stands is bold, what stands for something else italic.
    static func signature(_ text: String) -> String {
        var result = ""
        var word = ""
        func close() {
            defer { word = "" }
            guard !word.isEmpty else { return }
            let isPlaceholder = word.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) }
            result += (isPlaceholder ? "\\fI" : "\\fB") + escaped(word[...], isLiteral: true) + "\\fR"
        }
        for character in text where character != "`" {
            if " []|.,:=/\"".contains(character) {
                close()
                result += escaped(String(character)[...], isLiteral: true)
            } else {
                word.append(character)
            }
        }
        close()
        return guarded(result)
    }

    private static func plain(_ text: String) -> String { guarded(escaped(text[...], isLiteral: true)) }

    private static func escaped(_ text: Substring, isLiteral: Bool = false) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-" where isLiteral: result += "\\-"
            case "'" where isLiteral: result += "\\(aq"
            case "^" where isLiteral: result += "\\(ha"
            case "~" where isLiteral: result += "\\(ti"
            default: result.append(character)
            }
        }
        return result
    }

    /// A line must not look like a request.
    private static func guarded(_ line: String) -> String {
        line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
    }
}

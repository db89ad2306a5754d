/// Text as HTML shows it: nothing in it is taken for markup, in elements or in quoted attributes.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        // Control characters have no place in HTML at all.
        case _ where scalar.value < 32 || scalar.value == 127: result += " "
        // Nor have marks that turn the rest of the line around, or take no room.
        case _ where scalar.value > 127 && isHidden(scalar): result += "\u{B7}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
}

/// How something is to be looked at; the words say it too.
enum Look: String {
    case good, warning, bad, plain
}

func cell(_ text: String, _ look: Look = .plain, isNumber: Bool = false) -> String {
    let classes = [look == .plain ? nil : look.rawValue, isNumber ? "number" : nil].compactMap(\.self)
    let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    return "<td\(attribute)>\(escaped(text))</td>"
}

func heads(_ titles: [String]) -> String {
    "<tr>" + titles.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined() + "</tr>"
}

/// A problem of a configuration file, at a place in it.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable {
        case error
        case warning
    }

    package var severity: Severity
    package var file: String
    /// From 1; 0 when the whole file is meant.
    package var line: Int
    /// From 1, in bytes; 0 when the whole line is meant.
    package var column: Int
    /// What is wrong and what would be right, one line without a full stop.
    package var text: String

    package init(_ severity: Severity, file: String, line: Int, column: Int, _ text: String) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.text = text
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: text`.
    package var description: String {
        let place = line == 0 ? file : column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
        return "\(place): \(severity.rawValue): \(text)"
    }
}

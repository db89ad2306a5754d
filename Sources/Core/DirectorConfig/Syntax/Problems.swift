/// The problems of one file while it is read. They come in any order, since some are only known at the end, and leave
/// sorted by place; their number is limited, so that a hostile file cannot fill the memory.
struct Problems {
    static let errorLimit = 100
    static let warningLimit = 1000

    private let file: String
    private var found: [Diagnostic] = []
    private(set) var errors = 0
    private var warnings = 0

    init(file: String) {
        self.file = file
    }

    /// Nothing more needs to be read.
    var isFull: Bool { errors > Self.errorLimit }

    /// Whether something was said of this line just before.
    func hasWarning(at line: Int) -> Bool { found.last.map { $0.line == line } ?? false }

    mutating func error(_ place: Place, _ text: String) {
        errors += 1
        guard errors <= Self.errorLimit else { return }
        found.append(Diagnostic(.error, file: file, line: place.line, column: place.column, text))
    }

    mutating func warning(_ place: Place, _ text: String) {
        warnings += 1
        guard warnings <= Self.warningLimit else { return }
        found.append(Diagnostic(.warning, file: file, line: place.line, column: place.column, text))
    }

    /// All of them in the order of the file; problems of one place stay in the order they were found.
    func sorted() -> [Diagnostic] {
        var all = found.enumerated().sorted { left, right in
            (left.element.line, left.element.column, left.offset) < (
                right.element.line, right.element.column, right.offset
            )
        }.map(\.element)
        if warnings > Self.warningLimit {
            let text = "too many warnings, \(warnings - Self.warningLimit) more are not shown"
            all.append(Diagnostic(.warning, file: file, line: 0, column: 0, text))
        }
        if isFull {
            let text = "too many errors, the rest of the file is not read"
            all.append(Diagnostic(.error, file: file, line: 0, column: 0, text))
        }
        return all
    }
}

/// A place in the file: line and column from 1, 0 where the whole is meant.
struct Place: Hashable {
    // Half words: each thing that was written has a place, and a file of 64 MB no larger numbers.
    private let lineNumber, columnNumber: Int32

    init(_ line: Int, _ column: Int) {
        lineNumber = Int32(clamping: line)
        columnNumber = Int32(clamping: column)
    }

    var line: Int { Int(lineNumber) }
    var column: Int { Int(columnNumber) }
}

/// A value and where it was written.
struct Placed<Value> {
    var value: Value
    var place: Place

    init(_ value: Value, _ place: Place) {
        self.value = value
        self.place = place
    }
}

extension Placed: Sendable where Value: Sendable {}

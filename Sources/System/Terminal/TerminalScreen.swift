internal import CTerminal
import Glibc

/// A terminal that belongs to a full-screen program for a while: raw keys, the alternate screen, no cursor. However the
/// program ends, short of SIGKILL, the terminal is as it was.
package struct TerminalScreen: ~Copyable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The alternate screen (1049), no cursor (25), no wrapping at the right edge (7).
    private static let enterText = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
    private static let leaveText = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

    private let descriptor: Int32

    /// - Parameter descriptor: a terminal, open for writing.
    package init(descriptor: Int32) throws(Failure) {
        self.descriptor = descriptor
        try enter()
    }

    deinit {
        cterminal_leave()
    }

    private func enter() throws(Failure) {
        guard unsafe cterminal_enter(descriptor, Self.enterText, Self.leaveText) == 0 else {
            throw Failure(description: "the terminal cannot be set up: \(unsafe String(cString: strerror(errno)))")
        }
    }

    /// Gives the terminal back, stops the program, and takes the terminal again when it is continued.
    package func suspend() throws(Failure) {
        cterminal_leave()
        cterminal_suspend()
        try enter()
    }

    /// After somebody else stopped and continued the program, the terminal may have any settings.
    package func takeAgain() throws(Failure) {
        cterminal_leave()
        try enter()
    }

    /// Columns and rows of a terminal; nil for what is none.
    package static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
        var columns: Int32 = 0
        var rows: Int32 = 0
        guard unsafe cterminal_size(descriptor, &columns, &rows) else { return nil }
        return (Int(columns), Int(rows))
    }

    package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
}

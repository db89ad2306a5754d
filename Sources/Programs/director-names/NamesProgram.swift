import CLinux
import EventLoop
import Glibc
import Logs
import NameQuestions
import NameService
import Privileges
import Synchronization

/// `director-names`: answers the questions on standard input, a line each, as soon as the system's name service has
/// (`NUMBER ANSWER`, in any order), and ends. director-engine and `director check` start it for each round of
/// questions: it may be kept waiting, the system's modules may do what they like, and nothing else is touched.
enum NamesProgram {
    /// Questions that are asked for side by side.
    static let width = 16
    /// Bytes of all questions.
    static let inputLimit = 64 << 20

    static func run() -> Int32 {
        guard CommandLine.arguments.count == 1 else {
            return wrong("director-engine and director start it; it takes no options", status: 2)
        }
        guard let input = everything() else { return wrong("cannot read the questions", status: 1) }
        // What strangers answer is read without privileges. A user that files alone know: one that has to be looked up
        // elsewhere would hold up every answer. Root of a namespace that has no other user stays root of that.
        _ = try? Confinement.enter(user: nil, own: "nobody")
        // Nobody waits for it then. Not before: who becomes another user has asked for nothing any more.
        _ = clinux_set_parent_death_signal(SIGKILL)
        let lines = input.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        guard !lines.isEmpty else { return 0 }
        let round = NameRound(lines)
        let threads = HelperThreads(limit: width)
        for _ in 1..<min(width, lines.count) {
            do { try threads.run { round.work() } } catch { break }
        }
        round.work()
        // Who has the last answer ends the process.
        while true { pause() }
    }

    private static func everything() -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= inputLimit {
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
        return nil
    }

    private static func wrong(_ text: String, status: Int32) -> Int32 {
        StandardStream.error.write("director-names: \(text)\n")
        return status
    }
}

/// The questions that wait, and how many answers are still to come.
private final class NameRound: Sendable {
    private struct State {
        var next = 0
        var unanswered: Int
    }

    private let lines: [String]
    private let state: Mutex<State>

    init(_ lines: [String]) {
        self.lines = lines
        state = Mutex(State(unanswered: lines.count))
    }

    /// Answers until no question waits.
    func work() {
        while let number = next() {
            let answer = NameQuestion(line: lines[number])?.answer ?? .trouble("it is no question")
            // Names come from strangers.
            let line = "\(number) \(answer.line)".filter { !$0.isNewline } + "\n"
            state.withLock { state in
                StandardStream.output.write(line)
                state.unanswered -= 1
                if state.unanswered == 0 { _exit(0) }
            }
        }
    }

    private func next() -> Int? {
        state.withLock { state in
            guard state.next < lines.count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}

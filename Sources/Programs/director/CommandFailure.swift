import Glibc
import Logs

/// Why a command ends with another status than 0: one line that names the thing, the reason and what would be right.
enum CommandFailure: Error {
    /// Exit status 1.
    case failed(String)
    /// Exit status 2.
    case usage(String)

    /// Runs a command and tells its failure on standard error. A standard output that takes nothing is a failure too.
    static func reported(_ body: () throws(CommandFailure) -> Bool) -> Int32 {
        do {
            if try body() { return 0 }
            // Who closed the pipe knows.
            if let problem = StandardStream.outputProblem, problem != EPIPE {
                StandardStream.error.write(
                    "director: cannot write to standard output: \(String(cString: strerror(problem)).lowercased())\n")
            }
            return 1
        } catch {
            switch error {
            case .failed(let reason):
                StandardStream.error.write("director: \(reason)\n")
                return 1
            case .usage(let reason):
                StandardStream.error.write("director: \(reason)\n")
                return 2
            }
        }
    }
}

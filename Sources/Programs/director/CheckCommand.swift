import ConfigurationFiles
import DirectorConfig
import Logs

/// `director check FILE`: every problem of a configuration, one a line.
enum CheckCommand {
    static func run(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            guard let path = arguments.first, arguments.count == 1, !path.hasPrefix("-") else {
                throw .usage("check takes one file: director check FILE")
            }
            guard let configuration = try load(path) else { return false }
            // No problems, but nothing that an operator should find out in the kernel.
            let notes = configuration.kernelSettingNotes.map { "\(path): note: \($0)\n" }
            StandardStream.error.write(notes.joined())
            return true
        }
    }

    /// The configuration of a file; nil when it has an error. All that is to be said of it is said.
    static func load(_ path: String) throws(CommandFailure) -> Configuration? {
        let parsed: ParsedConfiguration
        do {
            parsed = try ConfigurationFile(path: path).parsed
        } catch {
            throw .failed("\(error)")
        }
        let lines = parsed.diagnostics.map { "\($0)\n" }
        StandardStream.error.write(lines.joined())
        return parsed.configuration
    }
}

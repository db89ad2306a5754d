import ConfigurationFiles
import DirectorConfig
import Logs
import Manual

/// `director check FILE`: every problem of a configuration, one a line.
enum CheckCommand {
    static func run(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            guard let path = arguments.words.first else {
                throw .usage("check takes one file: director check FILE")
            }
            // The keys of its links may be elsewhere.
            let parsed = try tell {
                try ConfigurationFile.parse(
                    path: path, resolvingNames: true, keyFileProblem: LinkKeyFile.problemFromAfar)
            }
            guard let configuration = parsed.configuration else { return false }
            // No problems, but nothing that an operator should find out in the kernel.
            let notes = configuration.kernelSettingNotes.map { "\(path): note: \($0)\n" }
            StandardStream.error.write(notes.joined())
            return true
        }
    }

    /// The configuration of a file, as a director would load it; nil when it has an error.
    static func load(_ path: String) throws(CommandFailure) -> Configuration? {
        try tell { try ConfigurationFile(path: path).parsed }.configuration
    }

    /// Says all that is to be said of it.
    private static func tell(
        _ read: () throws -> ParsedConfiguration
    ) throws(CommandFailure) -> ParsedConfiguration {
        do {
            let parsed = try read()
            StandardStream.error.write(parsed.diagnostics.map { "\($0)\n" }.joined())
            return parsed
        } catch {
            throw .failed("\(error)")
        }
    }
}

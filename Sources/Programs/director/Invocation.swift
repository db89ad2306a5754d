import DirectorCore
import IpvsTool
import Logs

/// One call of the program, under whatever name.
struct Invocation {
    /// As typed: what messages of ipvsadm name.
    let program: String
    /// The last component of `program`.
    let name: String
    let arguments: [String]

    /// What was called decides: a link's name, or the first word.
    static func ofCommandLine() -> Invocation {
        let words = CommandLine.arguments
        let program = words.isEmpty ? "director" : words[0]
        var name = program[...]
        if let slash = program.utf8.lastIndex(of: UInt8(ascii: "/")) {
            name = program[program.utf8.index(after: slash)...]
        }
        return Invocation(program: program, name: String(name), arguments: Array(words.dropFirst()))
    }

    /// Exit status: 0 done, 1 refused or failed, 2 wrong usage.
    func run() -> Int32 {
        switch name {
        case "ipvsadm": return IpvsPrograms.ipvsadm(program: program, arguments: arguments)
        case "ipvsadm-save": return IpvsPrograms.save(name: name, arguments: arguments)
        case "ipvsadm-restore": return IpvsPrograms.restore()
        case "ldirectord":
            StandardStream.error.write(
                "ldirectord: director does not take ldirectord's command line yet; start directord --config FILE\n")
            return 2
        default: return runSubCommand()
        }
    }

    private func runSubCommand() -> Int32 {
        // ipvsadm's words are its own, its help included.
        if arguments.first == "ipvs" {
            return IpvsPrograms.ipvsadm(program: "ipvsadm", arguments: Array(arguments.dropFirst()))
        }
        guard let word = arguments.first else {
            StandardStream.error.write(SubCommand.usage)
            return 2
        }
        if ["help", "--help", "-h"].contains(word) {
            StandardStream.output.write(SubCommand.usage)
            return 0
        }
        if ["--version", "-V"].contains(word) {
            StandardStream.output.write("director \(Release.version)\n")
            return 0
        }
        guard let command = SubCommand.all.first(where: { $0.name == word }) else {
            StandardStream.error.write("director: unknown command '\(word)', see director --help\n")
            return 2
        }
        let rest = Array(arguments.dropFirst())
        if rest == ["--help"] || rest == ["-h"] {
            StandardStream.output.write("Usage: director \(command.usage)\n\n\(command.summary)\n\(command.help)")
            return 0
        }
        return command.run(rest)
    }
}

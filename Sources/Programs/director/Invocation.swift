import DirectorCore
import Glibc
import IpvsTool
import Logs
import Manual

/// One call of the program, under whatever name.
struct Invocation {
    /// The last component of the name as typed.
    let name: String
    let arguments: [String]

    /// As typed: what messages of ipvsadm name.
    static var program: String { CommandLine.arguments.first ?? "director" }

    /// What was called decides: a link's name, or the first word.
    ///
    /// The words are taken one by one, and of the first only what is needed: `CommandLine.arguments` makes strings of
    /// all, and a path's memory costs a short command more than its work.
    static func ofCommandLine() -> Invocation {
        let count = Int(CommandLine.argc)
        let words = CommandLine.unsafeArgv
        guard count > 0, let first = words[0] else { return Invocation(name: "director", arguments: []) }
        let name = strrchr(first, Int32(UInt8(ascii: "/"))).map { $0 + 1 } ?? first
        var arguments: [String] = []
        arguments.reserveCapacity(count - 1)
        for index in 1..<max(count, 1) {
            if let word = words[index] { arguments.append(String(cString: word)) }
        }
        return Invocation(name: String(cString: name), arguments: arguments)
    }

    /// Exit status: 0 done, 1 refused or failed, 2 wrong usage.
    func run() -> Int32 {
        switch name {
        case "ipvsadm": return IpvsPrograms.ipvsadm(program: { Self.program }, arguments: arguments)
        case "ipvsadm-save": return IpvsPrograms.save(name: name, arguments: arguments)
        case "ipvsadm-restore": return IpvsPrograms.restore()
        case "ldirectord":
            return LdirectordCommand.run(arguments)
        default: return runSubCommand()
        }
    }

    private func runSubCommand() -> Int32 {
        guard let word = arguments.first else {
            StandardStream.error.write(HelpText.director)
            return 2
        }
        if ["help", "--help", "-h"].contains(word) {
            StandardStream.output.write(HelpText.director)
            return 0
        }
        if ["--version", "-V"].contains(word) {
            StandardStream.output.write("director \(Release.version)\n")
            return 0
        }
        guard let command = Command(rawValue: word) else {
            StandardStream.error.write("director: unknown command '\(word)', see director --help\n")
            return 2
        }
        let rest = Array(arguments.dropFirst())
        // ipvsadm's and ldirectord's words are their own, their help included.
        if rest == ["--help"] || rest == ["-h"], ![.ipvs, .ldirectord].contains(command) {
            StandardStream.output.write(HelpText.of(command))
            return 0
        }
        return command.run(rest)
    }
}

import DirectorConfig
import DirectorCore
import Glibc
import IpvsTool
import Logs
import Manual
import VirtualServers

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
        let called = String(cString: strrchr(first, Int32(UInt8(ascii: "/"))).map { $0 + 1 } ?? first)
        var arguments: [String] = []
        arguments.reserveCapacity(count - 1)
        for index in 1..<max(count, 1) {
            guard let word = words[index] else { continue }
            // To ipvsadm words are bytes, which its messages repeat; to the others they are text.
            arguments.append(
                called.hasPrefix("ipvsadm") || arguments.first == Command.ipvs.rawValue
                    ? WordBytes.text(UnsafeRawBufferPointer(start: word, count: strlen(word))) : String(cString: word))
        }
        return Invocation(name: called, arguments: arguments)
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
        if ["--version", "-V"].contains(word) { return Self.tell("director \(Release.version)\n") }
        var rest = Array(arguments.dropFirst())
        var subject = word
        if ["help", "--help", "-h"].contains(word) {
            guard let topic = rest.first, !topic.hasPrefix("-") else { return Self.tell(HelpText.director) }
            (subject, rest) = (topic, ["--help"])
        }
        guard let command = Command(rawValue: subject) else {
            let near = Suggestion.near(to: subject, among: Command.allCases.map(\.rawValue), limit: 1).first
            let hint = near.map { "did you mean '\($0)'?" } ?? "see director --help"
            StandardStream.error.write("director: unknown command '\(subject)', \(hint)\n")
            return 2
        }
        // ipvsadm's and ldirectord's words are their own, their help included.
        guard ![.ipvs, .ldirectord].contains(command) else { return command.run(rest) }
        // What stands behind --while is another program's.
        let isAsked = rest.prefix { $0 != "--while" }.contains("--help") || rest == ["-h"]
        return isAsked ? Self.tell(HelpText.of(command)) : command.run(rest)
    }

    private static func tell(_ text: String) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in StandardStream.output.write(text) }
    }
}

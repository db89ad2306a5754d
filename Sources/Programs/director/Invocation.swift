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
            let length = strlen(word)
            // To ipvsadm words are bytes, which its messages repeat; to the others they are text.
            arguments.append(
                called.hasPrefix("ipvsadm") || arguments.first == Command.ipvs.rawValue
                    ? word.withMemoryRebound(to: UInt8.self, capacity: length) {
                        WordBytes.text(UnsafeBufferPointer(start: $0, count: length).span)
                    } : String(cString: word))
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
        let isHelp = ["--help", "-h"].contains(word)
        guard let command = isHelp ? .help : Command(rawValue: word) else { return Self.unknown(word) }
        let rest = Array(arguments.dropFirst())
        switch command {
        // Their words are their own, their help included.
        case .ipvs: return IpvsPrograms.ipvsadm(program: { "ipvsadm" }, arguments: rest)
        case .ldirectord: return LdirectordCommand.run(rest)
        case .completions where rest.first == "--":
            CompletionCommand.offer(Completion(Array(rest.dropFirst())))
            return 0
        default: break
        }
        do throws(ParsedWords.Problem) {
            let words = try ParsedWords(command, rest)
            guard !words.asksForHelp else {
                return Self.tell(command == .help ? HelpText.director : HelpText.of(command))
            }
            guard command == .help else { return command.run(words) }
            guard let topic = words.words.first else { return Self.tell(HelpText.director) }
            return Command(rawValue: topic).map { Self.tell(HelpText.of($0)) } ?? Self.unknown(topic)
        } catch {
            StandardStream.error.write("director: \(error.text)\n")
            return 2
        }
    }

    private static func unknown(_ word: String) -> Int32 {
        let near = Suggestion.near(to: word, among: Command.allCases.map(\.rawValue), limit: 1).first
        let hint = near.map { "did you mean '\($0)'?" } ?? "see director --help"
        StandardStream.error.write("director: unknown command '\(word)', \(hint)\n")
        return 2
    }

    private static func tell(_ text: String) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in StandardStream.output.write(text) }
    }
}

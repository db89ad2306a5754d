import ControlProtocol
import DirectorConfig
import DirectorCore
import Logs
import Manual
import VirtualServers

/// `director completions SHELL`: the function for a shell; `director completions -- WORD...`: what that function asks.
enum CompletionCommand {
    static func run(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            guard let shell = arguments.words.first.flatMap({ ShellScript(rawValue: $0) }) else {
                throw .usage("completions takes a shell: director completions bash, zsh or fish")
            }
            return StandardStream.output.write(shell.text)
        }
    }

    private static func candidate(_ server: ServerSnapshot) -> Completion.Candidate {
        .init(server.endpoint.description, "\(server.stateWord), \(server.reason)")
    }

    /// A candidate a line, behind a tab what it is; or a word for what the shell is to offer itself.
    static func offer(_ completion: Completion) {
        // Without a daemon nothing is offered, and nothing said in the middle of a command line.
        var known = Completion.Known(
            events: EventKind.allCases.map(\.rawValue), ipvsadm: RuleOption.longNames.map { "--" + $0 })
        if let daemon = completion.daemon, let result = try? DaemonRequest.ask(.status, daemon),
            let snapshot = try? Snapshot(json: result)
        {
            known.routers = snapshot.pair?.state.routers.map(\.name) ?? []
            known.services = snapshot.services.map { service in
                Completion.Service(
                    service.id.description, servers: service.servers.map(candidate),
                    standIns: service.tiers.flatMap { $0.map(candidate) })
            }
        }
        switch completion.answer(known) {
        case .files: StandardStream.output.write(":files\n")
        case .folders: StandardStream.output.write(":folders\n")
        case .words(let candidates):
            let lines = candidates.map { candidate in
                candidate.text.isEmpty ? "\(candidate.word)\n" : "\(candidate.word)\t\(candidate.text)\n"
            }
            StandardStream.output.write(lines.joined())
        }
    }
}

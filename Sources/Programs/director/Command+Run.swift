import Logs
import Manual

/// What each word behind `director` does; how it is called stands in the manual.
extension Command {
    func run(_ arguments: ParsedWords) -> Int32 {
        switch self {
        case .check: CheckCommand.run(arguments)
        case .plan: PlanCommand.run(arguments)
        case .status: StatusCommand.status(arguments)
        case .explain: ExplainCommand.run(arguments)
        case .events: EventsCommand.run(arguments)
        case .top: TopCommand.run(arguments)
        case .reload: StatusCommand.reload(arguments)
        case .drain: OrderCommand.run(.drain, arguments)
        case .disable: OrderCommand.run(.disable, arguments)
        case .enable: OrderCommand.run(.enable, arguments)
        case .takeover: PairCommand.run(.takeover, arguments)
        case .standby: PairCommand.run(.standby, arguments)
        case .event: EventCommand.run(arguments)
        case .alive: AliveCommand.run(arguments)
        case .manual: ManualCommand.run(arguments)
        case .completions: CompletionCommand.run(arguments)
        // Whose words are read in another way, or that have been answered.
        case .ipvs, .ldirectord, .help: 2
        }
    }
}

/// `director manual [--page NAME]`: the pages of the manual.
enum ManualCommand {
    static func run(_ arguments: ParsedWords) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            guard let name = arguments["--page"] else {
                return StandardStream.output.write(ManualPage.all.map { $0.fileName + "\n" }.joined())
            }
            guard let page = ManualPage.named(name) else {
                let known = ManualPage.all.map(\.name).joined(separator: ", ")
                throw .usage("manual: there is no page '\(name)': one of \(known)")
            }
            return StandardStream.output.write(page.manText)
        }
    }
}

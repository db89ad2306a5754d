/// A word behind `director`, what it takes and what it does.
struct SubCommand: Sendable {
    let name: String
    /// The words behind `director`.
    let usage: String
    let summary: String
    let run: @Sendable ([String]) -> Int32
    /// What `--help` says beyond the summary.
    var help = ""

    static let all: [SubCommand] = [
        SubCommand(
            name: "check", usage: "check FILE",
            summary: "Every problem of a configuration file; exit status 1 when it cannot be used.",
            run: CheckCommand.run),
        SubCommand(
            name: "plan", usage: "plan FILE [--runtime-dir DIR]",
            summary: "What loading a configuration file would change in the kernel, as ipvsadm lines.",
            run: PlanCommand.run),
        SubCommand(
            name: "status", usage: "status [--json] [--runtime-dir DIR]",
            summary: "Every virtual service and real server, with state, reason and since when.",
            run: StatusCommand.status),
        SubCommand(
            name: "explain", usage: "explain [VIRTUAL] REAL [--json] [--runtime-dir DIR]",
            summary: "Why a real server is in or out: from its checks' results to the kernel's entry.",
            run: ExplainCommand.run, help: ExplainCommand.help),
        SubCommand(
            name: "events", usage: "events [--follow] [--json] [FILTER]... [--runtime-dir DIR]",
            summary: "The latest events, oldest first, those before the last restart included.",
            run: EventsCommand.run, help: EventsCommand.help),
        SubCommand(
            name: "top", usage: "top [--once] [--runtime-dir DIR]",
            summary: "The dashboard; ? shows its keys. --once prints one frame.", run: TopCommand.run),
        SubCommand(
            name: "reload", usage: "reload [--runtime-dir DIR]",
            summary: "Has the daemon read its configuration again; says why when it cannot be used.",
            run: StatusCommand.reload),
        SubCommand(
            name: "drain", usage: "drain VIRTUAL REAL [--runtime-dir DIR]",
            summary: "Gives a real server no new connections and removes it when its old ones have ended.",
            run: { OrderCommand.run(.drain, $0) }, help: OrderCommand.help),
        SubCommand(
            name: "disable", usage: "disable VIRTUAL REAL [--runtime-dir DIR]",
            summary: "Takes a real server out at once, whatever its checks say.",
            run: { OrderCommand.run(.disable, $0) }, help: OrderCommand.help),
        SubCommand(
            name: "enable", usage: "enable VIRTUAL REAL [--runtime-dir DIR]",
            summary: "Lets the checks decide over a drained or disabled real server again.",
            run: { OrderCommand.run(.enable, $0) }, help: OrderCommand.help),
        SubCommand(
            name: "takeover", usage: "takeover [ROUTER] [--runtime-dir DIR]",
            summary: "This director takes the virtual addresses from its peer.",
            run: { PairCommand.run(.takeover, $0) }, help: PairCommand.help),
        SubCommand(
            name: "standby", usage: "standby [ROUTER] [--runtime-dir DIR]",
            summary: "This director gives the virtual addresses to its peer.",
            run: { PairCommand.run(.standby, $0) }, help: PairCommand.help),
    ]

    static var usage: String {
        let width = all.map(\.usage.utf8.count).max() ?? 0
        let lines = all.map { command in
            "  director \(command.usage)\(String(repeating: " ", count: width - command.usage.utf8.count))  \(command.summary)\n"
        }
        let ipvs =
            "  director ipvs ...  ipvsadm: its options, its output, its exit status; director ipvs -h for help.\n"
        let ldirectord =
            "  director ldirectord ...  ldirectord: its command line and exit status; director ldirectord -h for help.\n"
        return "Usage:\n" + lines.joined() + ipvs + ldirectord
            + "Called as ipvsadm, ipvsadm-save, ipvsadm-restore or ldirectord it is that program.\n"
    }
}

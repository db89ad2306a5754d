/// The commands that ask a running daemon.
extension Command {
    private static let json = CommandEntry.Option(
        "--json", "for programs; the members are described with the control socket")

    var questionEntry: CommandEntry {
        switch self {
        case .status:
            CommandEntry(
                "status [--json] [--runtime-dir DIR]",
                "Every virtual service and real server, with state, reason and since when.",
                options: [Self.json, .runtimeDirectory],
                prose: """
                    `up` and `DOWN` are what the checks say; `unverified` has not been checked yet. The weight
                    is that in the kernel and the configured one, `-` where the kernel has no entry.
                    """)
        case .explain:
            CommandEntry(
                "explain [VIRTUAL] REAL [--json] [--runtime-dir DIR]",
                "Why a real server is in or out: from its checks' results to the kernel's entry.",
                options: [Self.json, .runtimeDirectory], words: 4, completes: .server,
                prose: """
                    `REAL` is `10.0.0.1:80`, or its address alone; `VIRTUAL` is what `ipvsadm -Ln` prints, or
                    the `servicename` of the configuration, and may be left out: then every virtual service that
                    has the server is explained.

                    The answer comes first, then the way to it: what each check asks, its last results and when
                    the next one is due; the verdict that they add up to; operators' orders; what the kernel's
                    table should have, and what it has.
                    """)
        case .events:
            CommandEntry(
                "events [--follow] [--json] [FILTER]... [--runtime-dir DIR]",
                "The latest events, oldest first, those before the last restart included.",
                options: [
                    .init(
                        "--follow", short: "-f",
                        "goes on with every new event, across restarts of the daemon; ^C ends it"),
                    .init("--json", "an array, with --follow a line an event"),
                    .init("--limit", "N", "the newest N of those that match, 1000 at most, 100 if not given"),
                    .init("--since", "SPAN", "not older: 90s, 10m, 2h, 1d"),
                    .init(
                        "--severity", "WORD", "info, warning (errors too) or error",
                        completes: .words(["info", "warning", "error"])),
                    .init(
                        "--event", "KIND",
                        "real-server-down, drift, ...: the kinds that ldirectord.cf(5) lists at `on`",
                        completes: .event),
                    .init("--service", "VIRTUAL", "TCP 192.0.2.1:80, or its address with or without the port"),
                    .init("--server", "REAL", "10.0.0.1:80, or its address alone"),
                    .runtimeDirectory,
                ],
                prose: """
                    Events are numbered across restarts and kept as JSON lines in the daemon's state directory,
                    two files of one megabyte at most. Filters look through all that are kept; what is older is
                    gone. With `--follow`, events that could not be had any more, since it had stood still for
                    too long, are counted in their place (on standard error with `--json`).
                    """)
        case .top:
            CommandEntry(
                "top [--once] [--runtime-dir DIR]", "The dashboard; ? shows its keys. --once prints one frame.",
                options: [
                    .init("--once", "prints one frame with every line and ends, for pipes"),
                    .runtimeDirectory,
                ],
                prose: """
                    Services, real servers, the pair and the latest events as they change; real servers can be
                    drained, disabled and enabled. It follows the daemon across restarts; what is no longer
                    known to be true is shown as such.

                    A frame of `--once` is as wide as the terminal; in a pipe as the variable `COLUMNS` says, or
                    140 columns.
                    """)
        default:
            CommandEntry(
                "reload [--runtime-dir DIR]",
                "Has the daemon read its configuration again; says why when it cannot be used.",
                options: [.runtimeDirectory],
                prose: """
                    A file is taken over as a whole or not at all. It ends when the configuration is in force.
                    After two minutes it fails, though the daemon may still be waiting for name servers and carry
                    it out.
                    """)
        }
    }
}

/// What monitors and applications outside report with.
extension Command {
    var reportEntry: CommandEntry {
        guard self == .event else {
            return CommandEntry(
                "alive NAME --every TIME [--while CMD... | --pid N | --lines] [--runtime-dir DIR]",
                "Has the daemon report when a heartbeat is missing; alive NAME --end ends it.",
                options: [
                    .init("--every", "TIME", "how often a beat is expected: 200ms to 24h; 5s, 2m, 1h, or seconds"),
                    .init("--while", "CMD", "runs CMD, and beats as long as it runs; the last option", takesRest: true),
                    .init("--pid", "N", "beats until the process N has ended, which is reported"),
                    .init("--lines", "each line of standard input is a beat; its end is silence"),
                    .init("--end", "the application is not waited for any more"), .runtimeDirectory,
                ], words: 1, prose: Self.aboutAlive)
        }
        return CommandEntry(
            "event NAME [up|down] [--source S] [--text T] [--runtime-dir DIR]",
            "Reports what happens outside, for policies, events and status.",
            options: [
                .init("--source", "S", "who reports it, where one user runs several monitors (the user's name)"),
                .init("--text", "T", "a line for people", mayBeEmpty: true), .runtimeDirectory,
            ], words: 2, completes: .afterName(["up", "down"]), prose: Self.aboutEvents)
    }

    private static let aboutEvents: Prose = """
        - down, or nothing :: the event is raised, and stays so until it is cleared; raised again it counts once more
        - up :: it is over

        `NAME` and `S` have up to 64 letters, digits, `.`, `_` and `-`. Policies act on it (`on = event NAME do ...`),
        `director events` and `director status` show it. Root and members of the groups of `reporters` and `operators`
        may report, 30 events at once and then one a second. Who raised an event clears it, or an operator.

            director event disk-full --source "$(hostname)" --text "/var is at 97 %"
            director event disk-full up --source "$(hostname)"
        """

    private static let aboutAlive: Prose = """
        Without `--while`, `--pid` and `--lines` it is one beat, as a script sends it in its loop. The first one
        registers the name. When nothing has come for three times as long as was promised, and for a second at least,
        the silence is an event, and so is the first beat after it. Lines of `--lines` that come faster are four beats
        within `--every` at most.

        That the command of `--while` has succeeded ends the heartbeat; that it has failed is reported at once, and its
        exit status is passed on. It runs whether or not a daemon is there.

        Names outlast a restart of the daemon, which then waits anew. A name belongs to the user who registered it; a
        user may have 200. Policies act on it (`on = alive NAME do ...`), `director events` and `director status` show
        it. Root and members of the groups of `reporters` and `operators` may report. What becomes an event (a first
        beat, a return, a failure, an end) is taken 30 times at once and then once a second; beats have no limit.

            director alive backup --every 30s --while /usr/local/sbin/backup --all
            while sleep 5; do work && director alive worker --every 5s; done
        """
}

/// The commands that need no daemon.
extension Command {
    var fileEntry: CommandEntry {
        switch self {
        case .check:
            CommandEntry(
                "check FILE", "Every problem of a configuration file; exit status 1 when it cannot be used.",
                words: 1, completes: .file,
                prose: """
                    Each problem is a line `FILE:LINE:COLUMN: error:` or `warning:` that says what is wrong and
                    what would be right. Nothing is asked of a daemon, and of the kernel only whether it has a
                    `sysctl` that is not known here, so a file may be checked on another machine: names of hosts and
                    ports are looked up there, and link keys (`keys`) that cannot be read there are a warning. A
                    director that loads the file refuses it without them.
                    """)
        case .plan:
            CommandEntry(
                "plan FILE [--runtime-dir DIR]",
                "What loading a configuration file would change in the kernel, as ipvsadm lines.",
                options: [.runtimeDirectory], words: 1, completes: .file,
                prose: """
                    The kernel's table is compared with what the file wants, operators' orders included; nothing
                    is changed. The lines are what `ipvsadm -R` takes. No line means that nothing would change.
                    A running director says which servers are up; servers that it does not know are taken for up,
                    and so are, where none runs, those that the kernel does not have.
                    """)
        case .ipvs:
            CommandEntry(
                "ipvs ...", "ipvsadm: its options, its output, its exit status; director ipvs -h for help.",
                completes: .ipvsadm,
                prose: """
                    All of ipvsadm 1.31, to the byte. A link of the name `ipvsadm`, `ipvsadm-save` or
                    `ipvsadm-restore` to `director` is that program. It talks to the kernel, not to a daemon;
                    what it changes in services of a running director is put right within two seconds and
                    reported.
                    """)
        case .ldirectord:
            CommandEntry(
                "ldirectord ...", "ldirectord: its command line and exit status; director ldirectord -h for help.",
                completes: .afterFile([
                    "start", "stop", "restart", "try-restart", "reload", "force-reload", "status",
                ]),
                prose: """
                    `director ldirectord [-d] [FILE] start|stop|restart|try-restart|reload|force-reload|status`,
                    as does a link of the name `ldirectord`. Messages, exit status and pid file are
                    ldirectord's.
                    """)
        case .manual:
            CommandEntry(
                "manual [--page NAME]", "The pages of the manual, for man(1) to read.",
                options: [
                    .init(
                        "--page", "NAME", "the page: director, directord or ldirectord.cf",
                        completes: .words(["director", "directord", "ldirectord.cf"]))
                ],
                prose: """
                    Without a name the files' names are listed. To read a page where it is not installed:

                        director manual --page ldirectord.cf | man -l -
                    """)
        case .help:
            CommandEntry(
                "help [COMMAND]", "What the commands are, or what COMMAND takes; as do --help and COMMAND --help.",
                words: 1, completes: .words(Command.allCases.map(\.rawValue)),
                prose: """
                    The text is that of director(8). `director --version`, or `-V`, prints the version.
                    """)
        default:
            CommandEntry(
                "completions bash|zsh|fish", "A shell's completion of director's command line.",
                words: 1, completes: .words(["bash", "zsh", "fish"]),
                prose: """
                    Services and real servers are completed too, by asking the running daemon.
                    `contrib/completions` has a file for each shell's folder; without it, in `~/.bashrc`,
                    `~/.zshrc` (after `compinit`) or `~/.config/fish/config.fish`:

                        source <(director completions bash)
                        source <(director completions zsh)
                        director completions fish | source
                    """)
        }
    }
}

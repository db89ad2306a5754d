/// The keys of the whole file: the daemon itself, and telling people.
extension KeyEntry {
    static let daemon: [KeyEntry] = [
        KeyEntry(
            "autoreload", value: "= yes|no", .global, standard: "no",
            """
            Takes the file over whenever its content has changed and has then stayed the same for 1.5 seconds, or for
            10 more where its last line has no end. A file that names no virtual service any more waits for
            `director reload`.
            """),
        KeyEntry(
            "callback", value: "= \"PROGRAM\"", .global, standard: "none",
            ldirectord: "a touched file calls nobody, and one that is no program is told at the start",
            "A program that is called with the file's path after each change of its content, whoever had it read."),
        KeyEntry(
            "exclusive", value: "= yes|no", .global, standard: "no", isOwn: true,
            "Claims the kernel's whole table: virtual services that the file does not name are removed."),
        KeyEntry(
            "execute", value: "= \"WORDS\"", .global, standard: "none",
            """
            Starts a further instance, `ldirectord WORDS start`; repeatable. `reload`, `stop` and `status` of
            ldirectord's command line go to it too.
            """),
        KeyEntry(
            "fork", value: "= yes|no", .global, standard: "no",
            ldirectord:
                "there it decides whether the services wait for each other, and whether `checkinterval` in a section counts",
            "Accepted and without effect: checks never wait for each other."),
        KeyEntry(
            "maintenancedir", value: "= FOLDER", .global, standard: "none",
            ldirectord: "looks at a server's next check",
            """
            A file in this folder that is named after a real server (its address or host name, with or without
            `:PORT`) takes the server out. It is looked at four times a second.
            """),
        KeyEntry(
            "metrics", value: "= ADDRESS:PORT|no", .global, standard: "no", isOwn: true,
            """
            Serves metrics (`/metrics`, OpenMetrics and the text of Prometheus) and a status page (`/`) over HTTP. The
            address is one of this machine, IPv6 in brackets; whoever reaches it may read, and nobody can change
            anything. See METRICS AND STATUS PAGE.
            """),
        KeyEntry(
            "readers", value: "= GROUP|everybody", .global, standard: "root alone", isOwn: true,
            "Who may ask the running daemon (`director status`, `top`, `explain`, `events`) besides root."),
        KeyEntry(
            "reporters", value: "= GROUP", .global, standard: "root alone", isOwn: true,
            """
            Whose members may report what happens outside (`director event`, `director alive`), besides root and
            operators; they may not ask or change anything for that.
            """),
        KeyEntry(
            "operators", value: "= GROUP", .global, standard: "root alone", isOwn: true,
            "Whose members may ask the running daemon and change it (`director drain`, `reload`)."),
        KeyEntry(
            "supervised", value: "= yes|no", .global, standard: "no",
            ldirectord: "without the key it goes to the background",
            """
            `ldirectord start` stays in the foreground and logs to standard output. `directord` stays in the
            foreground in any case.
            """),
        KeyEntry(
            "sysctl", value: "= NAME VALUE", .global, standard: "see below", isOwn: true,
            """
            Holds an IPVS setting of the kernel, a file of /proc/sys/net/ipv4/vs; repeatable, and `sysctl NAME =
            VALUE` is the same. `sysctl = none` sets nothing but what is written. See IPVS SETTINGS OF THE
            KERNEL.
            """),
    ]

    static let people: [KeyEntry] = [
        KeyEntry(
            "logfile", value: "= \"PATH\"|\"FACILITY\"", .global, standard: "standard error",
            ldirectord:
                "default /var/log/ldirectord.log, also of `ldirectord start` here; one that cannot be opened ends it",
            "Where the log goes besides: a file, or a facility of syslog(3)."),
        KeyEntry(
            "emailalert", value: "= ADDRESS[, ADDRESS]...", .both, standard: "none",
            ldirectord: "hands a list to the mail server as one recipient, which none takes",
            """
            Who gets mail about servers that go and come back. Four mails are sent at a time; what comes up
            meanwhile for the same recipients is one mail, with a line for each and 500 at most. What cannot be
            delivered is tried again after 10 s and after a minute; a stop waits 4 s for mail.
            """),
        KeyEntry(
            "emailalertfrom", value: "= ADDRESS", .global, standard: "the user at this host", "The sender of mail."),
        KeyEntry(
            "emailalertfreq", value: "= TIME", .both, range: "0 to a year", standard: "0",
            "The pause after which mail about a server that is still down is repeated; 0 for never."),
        KeyEntry(
            "emailalertstatus", value: "= WORD[, WORD]...", .both,
            range: "all, none, starting, running, stopping, reloading",
            standard: "all",
            """
            In which states of the daemon mail is sent. It is starting, or reloading, until every server has
            been checked once since then, two minutes at most.
            """),
        KeyEntry(
            "smtp", value: "= HOST", .both, standard: "/usr/sbin/sendmail", "The mail server."),
        KeyEntry(
            "fallbackcommand", value: "= \"COMMAND\"", .both, standard: "none",
            ldirectord: "calls `start` and `stop` in turn at its start, and waits for the command",
            """
            A shell command that gets `start` when every server of a service has been checked and none is up,
            and `stop` when one is. One that a reload brings, or changes, is told of the present state.
            """),
        KeyEntry(
            "monitorfile", value: "= \"PATH\"", .section, standard: "none",
            ldirectord: "ends when it cannot be opened or written",
            """
            A file that gets a line for each check of the section's servers. A `check` line has a name of its own
            in it: `check NAME PROTOCOL ADDRESS PORT`.
            """),
    ]
}

/// directord(8), and what `directord --help` prints.
extension ManualPage {
    static var directord: ManualPage {
        ManualPage(
            name: "directord", section: 8, summary: "the director daemon: supervises the programs that do the work",
            synopsis: [DaemonHelp.usage],
            sections: [
                Section("Description", DaemonHelp.about + DaemonHelp.programs),
                Section("Options", Prose([.items(DaemonHelp.options.map { Prose.Item($0.signature, $0.text) })])),
                Section("Signals", DaemonHelp.signals),
                Section(
                    "Exit status",
                    """
                    - 0 :: stopped
                    - 1 :: could not start, or could not stop as it should: virtual services may have been left in the
                      kernel. The log says why
                    - 2 :: wrong usage
                    """),
                Section(
                    "Files",
                    """
                    - /etc/director/ldirectord.cf :: the configuration, ldirectord.cf(5)
                    - /run/director :: sockets, the lock, and what the run remembers of its services
                    - /var/lib/director :: with `--state-dir`: operators' orders and events
                    """),
                Section("See also", "director(8), ldirectord.cf(5), systemd.service(5)."),
            ])
    }
}

package enum DaemonHelp {
    static let usage = """
        directord [--config FILE] [--runtime-dir DIR] [--state-dir DIR] [--log-level LEVEL] [--log-format text|json] \
        [--log-target stderr|syslog|journald] [--no-daemons engine,prober,vrrp] [--pid-file FILE] [--ready-fd N]
        """

    static let about: Prose = """
        Runs the director in the foreground: starts its programs, starts them again when they die, and passes
        signals on. The log goes to standard error, one line an event, where that is the journal with the level
        before it (sd-daemon(3)); `--log-target` names another. A warning that repeats itself is said once, and
        then once a minute how often. What an event is and what it is about are fields for machines: `event`,
        `service`, `server`, `router`, `name` and `source` in JSON, DIRECTOR_EVENT, DIRECTOR_SERVER and so on in the
        journal. With a service manager (NOTIFY_SOCKET) it says when the first table is in the kernel, and whether the
        file as it is now is in force; where that asks for signs of life (WATCHDOG_USEC), it gets two in each period.
        """

    static let programs: Prose = """
        - director-engine :: reads the configuration, decides, and keeps the kernel's table as it should be
        - director-prober :: runs the checks, as user `director-prober` or `nobody` and without capabilities
        - director-metrics :: serves metrics and the status page; only with `metrics =`
        - director-vrrp :: shares virtual addresses with a peer; only with a `vrrp` section
        - director-names :: looks up names of hosts, services, users and groups for the engine and for `director check`,
          without privileges; it runs for as long as that takes

        An engine that died is started again and adopts what the kernel has: no connection is dropped. One that
        hangs for 30 s is ended first. Either is an event (`engine-lost`). It goes on with what was in force, which is
        kept in the runtime directory (`in-force`). Where the file says something else by now, it is reloaded then:
        taken over as a whole, or refused as at every reload. Only directord itself does not start with a file that
        cannot be used. A prober that hangs is ended and started again, too. A second directord needs a runtime
        directory of its own, and a network namespace where it is to have a table of its own.
        """

    static let signals: Prose = """
        SIGHUP reloads the configuration. SIGTERM and SIGINT stop; `cleanstop` in the configuration decides
        whether the virtual services leave the kernel. Signals are directord's: an engine that somebody else ends is
        started again like one that died.
        """

    package static let options: [CommandEntry.Option] = [
        .init("--config", "FILE", "the configuration, ldirectord.cf (/etc/director/ldirectord.cf)", completes: .file),
        .init(
            "--runtime-dir", "DIR", "sockets, lock and memory of the run (/run/director); one director a directory",
            completes: .folder),
        .init(
            "--state-dir", "DIR",
            "what outlasts a restart of the machine: operators' orders, events (the runtime directory)",
            completes: .folder),
        .init(
            "--log-level", "LEVEL", "trace, debug, info, notice, warning, error, critical (info)",
            completes: .words(["trace", "debug", "info", "notice", "warning", "error", "critical"])),
        .init("--log-format", "FORMAT", "text or json (text)", completes: .words(["text", "json"])),
        .init(
            "--log-target", "TARGET",
            "stderr, syslog (facility daemon) or journald (stderr)",
            completes: .words(["stderr", "syslog", "journald"])),
        .init("--no-daemons", "LIST", "programs that are not started: engine, prober, vrrp, with commas between them"),
        .init("--pid-file", "FILE", "holds the number of the process as long as it runs", completes: .file),
        .init("--ready-fd", "N", "an inherited descriptor that gets a line once the first table is in the kernel"),
        .init("--help", short: "-h", "a summary of this page"), .init("--version", short: "-V", "the version"),
    ]

    /// `directord --help`.
    package static var text: String {
        "Usage: \(usage)\n\n" + HelpText.render(about) + "\n" + HelpText.options(options) + "\n"
            + HelpText.render(signals)
            + "Exit status: 0 stopped, 1 could not start or stop as it should, 2 wrong usage.\n"
    }
}

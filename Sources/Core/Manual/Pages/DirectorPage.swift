/// director(8).
extension ManualPage {
    static var director: ManualPage {
        ManualPage(
            name: "director", section: 8, summary: "the operator's command of the director daemon, ipvsadm included",
            synopsis: Command.allCases.map { "director \($0.entry.usage)" } + ["director --version"],
            sections: [
                Section("Description", directorAbout), Section("Commands", directorCommands),
                Section(
                    "Exit status",
                    """
                    - 0 :: done
                    - 1 :: refused or failed; one line on standard error says what was wrong and what would be right
                    - 2 :: wrong usage

                    `director ipvs` has ipvsadm's, and `director ldirectord` ldirectord's: 3 from `status` for
                    stopped, 2 for a file that cannot be used, 255 for wrong usage. `director alive --while` passes
                    on that of its command.
                    """),
                Section(
                    "Files",
                    """
                    - /run/director/control.sock :: how a running daemon is asked: JSON, a message a line,
                      described in the sources (Sources/Core/ControlProtocol/README.md)
                    - /etc/director/ldirectord.cf :: the daemon's configuration
                    """),
                Section("See also", "directord(8), ldirectord.cf(5), ipvsadm(8), ldirectord(8)."),
            ])
    }

    private static let directorAbout: Prose = """
        `director` asks and orders a running directord(8), checks its configuration and is ipvsadm(8). Commands
        that ask a daemon take `--runtime-dir`; several daemons run on one machine with a runtime directory
        each. Options and words may stand in any order, the value of an option behind a blank or `=`, and behind `--`
        stands no option. Root may do everything; `readers`, `reporters` and `operators` in ldirectord.cf(5) let
        others in.
        """

    private static var directorCommands: Prose {
        Prose(
            Command.allCases.flatMap { command -> [Prose.Block] in
                let entry = command.entry
                let options = entry.options.map { Prose.Item($0.signature, $0.text) }
                return [.title("director \(entry.usage)"), .paragraph(entry.summary)]
                    + (options.isEmpty ? [] : [.items(options)]) + entry.prose.blocks
            })
    }
}

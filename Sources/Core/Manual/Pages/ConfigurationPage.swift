/// ldirectord.cf(5).
extension ManualPage {
    static var configuration: ManualPage {
        ManualPage(
            name: "ldirectord.cf", section: 5,
            summary: "configuration of Director, the control plane of the Linux Virtual Server",
            synopsis: ["/etc/director/ldirectord.cf"],
            sections: [
                Section("Description", about), Section("Syntax", syntax),
                Section("Virtual services", keys(KeyEntry.services)),
                Section("Behaviour of a pool", keys(KeyEntry.behaviour)),
                Section("Checks", keys(KeyEntry.checks)),
                Section("Watching beside checks", keys(KeyEntry.watching)),
                Section("The daemon", keys(KeyEntry.daemon)),
                Section("Telling people", keys(KeyEntry.people)),
                Section("The pair", pairIntroduction + keys(KeyEntry.pair + KeyEntry.router)),
                .severalChecks, .negotiation, .redirects, .programs, .tiers, .takingOut, .flapping, .floor, .sentinel,
                .agents,
                .dataPath, .kernelSettings, .metrics, .policies, .policyEvents, Section("Example", example),
                Section(
                    "See also",
                    "director(8), directord(8), ipvsadm(8), ldirectord(8). `conf/` of the sources has a file for each kind of farm."
                ),
            ])
    }

    private static let about: Prose = """
        The file of ldirectord, as it is, and keys of Director's own, which ldirectord refuses. It is read when
        the daemon starts and at `director reload`, SIGHUP or, with `autoreload`, a change; it is taken over as
        a whole or not at all. `director check FILE` names every problem with its place and what would be right,
        `director plan FILE` what it would change in the kernel. Keys that nobody knows are errors, with the
        nearest name.

        Where Director does something else than ldirectord with the same line on purpose, the key says so here, and
        `conf/ldirectord-differences.md` in the sources has all of it.
        """

    private static let syntax: Prose = """
        A line is `KEY = VALUE`. Global keys start in column 1; a key that opens a section (`virtual`,
        `virtual6`, `vrrp`) is followed by lines indented by a tab or at least four blanks, up to the first line
        that is not: an empty line ends a section, a line that starts with `#` does not, however it is indented.
        Within a section the rest of a line from a `#` on is passed over, except in quotes. A key that stands
        twice counts once, with its last value, and a warning, unless it is repeatable.

        - TIME :: a number of seconds, or with a unit: `200ms`, `5s`, `2m`, `1h`; ldirectord takes whole seconds
          without unit
        - yes|no :: nothing else is taken
        - "TEXT" :: in double quotes where it has blanks; there are no escapes
        - ADDRESS :: IPv4 in dotted form, IPv6 (in brackets where a port may follow), or a host's name, which is
          looked up when the file is read and again every minute; while that fails, a name in use keeps its address
        """

    private static let pairIntroduction: Prose = """
        Two directors share virtual addresses by VRRP; `director-vrrp` does it, a process of its own with
        real-time priority, which is started when the file has a `vrrp` section. Debian's keepalived may be the
        other side.
        """

    private static let example: Prose = """
            checkinterval = 2s
            checktimeout = 1s
            quiescent = no

            virtual = 192.0.2.100:80
                real = 10.0.0.101:8080 masq 2
                real = 10.0.0.102:8080 masq
                fallback = 127.0.0.1:80
                service = http
                request = "alive.html"
                receive = "OK"
                scheduler = wrr
        """

    private static func keys(_ keys: [KeyEntry]) -> Prose {
        Prose([.items(keys.map { Prose.Item($0.title, $0.text) })])
    }
}

extension KeyEntry {
    /// `rise = N`; names that mean the same stand before it.
    package var title: String { names.joined(separator: ", ") + " " + value }

    /// Its whole paragraph.
    package var text: String {
        var parts = prose.blocks.compactMap { block -> String? in
            if case .paragraph(let text) = block { return text }
            return nil
        }
        if let ldirectord { parts.append("ldirectord: \(ldirectord).") }
        return parts.joined(separator: " ") + "\n\n" + facts
    }
}

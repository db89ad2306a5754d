/// The keys that say how real servers are checked.
extension KeyEntry {
    static let checks: [KeyEntry] = [
        KeyEntry(
            "checktype", value: "= negotiate|connect|ping|external|external-perl|on|off|N", .section,
            range: "N from 0 to 1000000", standard: "negotiate",
            """
            What is asked of each real server. `negotiate` speaks the protocol of `service`; `connect` opens a
            TCP connection (under `protocol = udp` it is a ping); `N` is one negotiation and then so many
            connections, in turn (0, or of UDP: negotiations only); `on` takes servers as up, `off` leaves what the
            kernel has. See WHAT A NEGOTIATION ASKS FOR and PROGRAMS, PINGS, CONNECTS.
            """),
        KeyEntry(
            "service", value: "= NAME", .section,
            range: """
                ftp, smtp, submission, dns, http, https, http_proxy, pop, pops, nntp, imap, imaps, ldap, ldaps, \
                oracle, radius, mysql, pgsql, sip, simpletcp, none
                """, standard: "by the virtual port, else none",
            "The protocol of a negotiation. With `none` a negotiation takes every server as up."),
        KeyEntry(
            "checkport", value: "= PORT", .section, range: "1 to 65535",
            standard: "the real server's port, else that of `service`, else the virtual service's",
            ldirectord: "knows no port in the last case, and keeps a server of `connect` down",
            "The port that is checked."),
        KeyEntry(
            "checkinterval", value: "= TIME", .both, range: "1ms to a year", standard: "10s",
            ldirectord: "a pause after a round over all servers; in a section it counts with `fork` only",
            """
            The pause between the end of a check and the next one. It ends at the nearest multiple of the 25th part of \
            the interval, 10 ms at least and 100 ms at most, since checks that start together cost less.
            """),
        KeyEntry(
            "checktimeout", value: "= TIME", .both, range: "1ms to a year",
            standard: "negotiatetimeout of the same place, else 5s",
            "The deadline of a check that connects, pings or runs a program, and of ldap and radius."),
        KeyEntry(
            "negotiatetimeout", value: "= TIME", .both, range: "1ms to a year",
            standard: "checktimeout of the same place, else 30s",
            "The deadline of a whole negotiation."),
        KeyEntry(
            "failurecount", value: "= N", .both, range: "1 to 1000000", standard: "1",
            ldirectord: "counts a failed check once for each service that shares it",
            """
            Consecutive failures that take a server out. A check that meets an interface of the director itself down \
            has failed, too: with 2, a short flap of it takes no server out.
            """),
        KeyEntry(
            "checkcount", value: "= N", .both, range: "1 to 1000", standard: "1",
            "The attempts of a ping check; all others count by `failurecount`."),
        KeyEntry(
            "check", value: "= WHAT [OPTION VALUE]...", .section, range: "16 lines of a section", standard: "none",
            isOwn: true,
            "One more check of each real server; repeatable. See SEVERAL CHECKS FOR A SERVER."),
        KeyEntry(
            "checkcommand", value: "= \"PROGRAM\"", .section, standard: "/bin/true",
            "The program of `checktype = external`, the file of `external-perl`."),
        KeyEntry(
            "request", value: "= \"TEXT\"", .section, standard: "\"/\"",
            "What is asked for: a path, a name, a statement; it depends on the service."),
        KeyEntry(
            "receive", value: "= \"PATTERN\"", .section, standard: "any answer",
            ldirectord: "reads on over a pattern that is none",
            "A Perl regular expression that the answer has to match."),
        KeyEntry(
            "httpmethod", value: "= GET|HEAD", .section, standard: "GET", "The method of http and https."),
        KeyEntry(
            "virtualhost", value: "= NAME", .section, standard: "the real server's address",
            "The name in the Host line of http, and in TLS (SNI)."),
        KeyEntry(
            "expect-status", value: "= STATUS[-STATUS][,...]", .section, range: "200 to 599", standard: "200-299",
            isOwn: true,
            """
            The HTTP statuses of a server that is up. With a redirect among them the first answer counts;
            otherwise redirects are followed, seven at most (REDIRECTS AND WHOLE URLS).
            """),
        KeyEntry(
            "tls-verify", value: "= yes|no", .both, standard: "no", isOwn: true,
            """
            https, imaps, ldaps, pops and tunnels through a proxy verify the certificate: it must be for
            `virtualhost`, else for the server's address, and an authority of the system must vouch for it. TLS
            that begins within a conversation (mysql, pgsql) is not verified.
            """),
        KeyEntry(
            "tls-ca", value: "= FILE", .both, standard: "the system's authorities", isOwn: true,
            """
            With `tls-verify = yes`, the authorities in this PEM file are the only ones. The prober's user must
            be able to read it; a change counts within a minute.
            """),
        KeyEntry(
            "login", value: "= \"TEXT\"", .section, standard: "none; ftp: anonymous",
            "The user of a negotiation that logs in."),
        KeyEntry(
            "passwd", value: "= \"TEXT\"", .section, standard: "none; ftp: ldirectord@HOSTNAME", "Its password."),
        KeyEntry(
            "database", value: "= \"NAME\"", .section, standard: "none", "The database of mysql, pgsql and oracle."),
        KeyEntry(
            "secret", value: "= \"TEXT\"", .section, standard: "none", "The secret that is shared with a radius server."
        ),
        KeyEntry(
            "load", value: "= \"TEXT\"", .section, standard: "none", "Accepted and without effect, as in ldirectord."),
    ]

    static let watching: [KeyEntry] = [
        KeyEntry(
            "sentinel", value: "= yes|no", .both, standard: "no", isOwn: true,
            "Holds an idle TCP connection open to each real server, at the address and port of each of its checks. See THE SENTINEL."
        ),
        KeyEntry(
            "datapath", value: "= yes|no|ADDRESS[:PORT]", .both, standard: "no", isOwn: true,
            """
            For `gate` and `ipip`: checks besides that the virtual address answers by way of each real server.
            `ADDRESS:PORT` names the virtual side, which a firewall mark does not have. See THE WAY THROUGH THE
            REAL SERVER.
            """),
        KeyEntry(
            "agent-check", value: "= PORT|no", .both, range: "1 to 65535", standard: "no", isOwn: true,
            "Asks an agent at this port of each real server how much it can take. See AGENTS."),
        KeyEntry(
            "agent-interval", value: "= TIME", .both, range: "1ms to a year", standard: "2s", isOwn: true,
            "How often the agent is asked."),
        KeyEntry(
            "agent-send", value: "= \"TEXT\"", .both, standard: "nothing", isOwn: true,
            "Is sent to the agent first; `\\n`, `\\r`, `\\t` and `\\\\` stand for what a line cannot hold."),
    ]
}

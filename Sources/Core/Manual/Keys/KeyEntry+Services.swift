/// The keys of virtual services and their real servers.
extension KeyEntry {
    static let services: [KeyEntry] = [
        KeyEntry(
            "virtual", "virtual6", value: "= ADDRESS:PORT|MARK", .head,
            ldirectord: "with an address without a port, makes a firewall mark of its first number without a word",
            """
            Opens the section of a virtual service: an address or host name with a port (a number or a name of
            /etc/services), or a firewall mark from 1. `virtual6` is the same for IPv6, addresses in brackets.
            The section's lines start with a tab or four blanks; an empty line ends it.
            """),
        KeyEntry(
            "real", "real6",
            value: "= SERVER[->SERVER][:PORT] gate|masq|ipip [WEIGHT] [\"REQUEST\", \"RECEIVE\"] [l:N] [u:N]",
            .section, range: "weights 0 to 2147483647", standard: "weight 1",
            ldirectord:
                "ranges whose addresses change their number of decimal digits are empty, and thresholds must stand in this order",
            """
            A real server, or a range of IPv4 addresses; repeatable. `gate` is direct routing, `masq` network
            address translation, for which the director's machine has to forward (`net.ipv4.ip_forward = 1`), `ipip` a
            tunnel. Without a port it is the virtual service's. A request and an answer of its own replace the
            section's; quotes in them are kept: the last quote, comma or blank, and quote of the line parts the two.
            `u:N` is the number of connections above which the kernel sends no more, `l:N` the one below which it
            starts again.
            """),
        KeyEntry(
            "fallback", "fallback6", value: "= SERVER[:PORT] [gate|masq|ipip]", .both, standard: "none",
            ldirectord: "a global one does not come into firewall marks",
            """
            The server that stands in, with weight 1, while no real server is in; nobody checks it. Without a
            port it has the virtual service's; the method is `gate` where none is written.
            """),
        KeyEntry(
            "fallback-tier", value: "= SERVER ... [gate|masq|ipip] [check WHAT ...]", .section,
            range: "16 lines of a section, 256 servers each", standard: "none",
            isOwn: true, "Checked servers that stand in before the fallback does; repeatable. See TIERS OF FALLBACKS."),
        KeyEntry(
            "protocol", value: "= tcp|udp|fwm", .section, standard: "tcp; udp for port 53, fwm for a mark",
            "The protocol of the virtual service."),
        KeyEntry(
            "scheduler", value: "= NAME", .section, standard: "wrr",
            "Who gets the next connection: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos; ipvsadm(8)."
        ),
        KeyEntry(
            "schedflags", value: "= FLAG[,FLAG]...", .section, standard: "none",
            "Flags of the scheduler: sh-fallback, sh-port, mh-fallback, mh-port."),
        KeyEntry(
            "persistent", value: "= SECONDS", .section, range: "1 to 2678400", standard: "none",
            ldirectord: "passes 0 on to ipvsadm, which refuses it",
            "A client stays with its server until it has had no connection for so long. Whole seconds."),
        KeyEntry(
            "netmask", value: "= MASK", .section, standard: "a client alone",
            """
            With `persistent`, the clients that count as one: `255.255.255.0`, for IPv6 a prefix length from 1 to 128.
            """),
        KeyEntry(
            "ops", value: "= yes|no", .section, standard: "no",
            "For UDP: each datagram is scheduled by itself (one-packet scheduling)."),
        KeyEntry(
            "quiescent", value: "= yes|no", .both, standard: "no",
            """
            A server that fails stays in the kernel's table with weight 0 and keeps its connections, instead of being
            removed.
            """),
        KeyEntry(
            "readdquiescent", value: "= yes|no", .global, standard: "no",
            """
            With `quiescent`, a failed server that is missing in the kernel's table is added with weight 0 at any
            time, and not only at a start or a reload.
            """),
        KeyEntry(
            "cleanstop", value: "= yes|no", .both, standard: "yes",
            "Virtual services leave the kernel when the director stops. With `no` it goes on balancing without checks."),
        KeyEntry("servicename", value: "= TEXT", .section, "A name for people: in mail, and for `director drain`."),
        KeyEntry("comment", value: "= TEXT", .section, "For people, without effect."),
    ]

    static let behaviour: [KeyEntry] = [
        KeyEntry(
            "rise", value: "= N", .both, range: "1 to 1000000", standard: "1", isOwn: true,
            """
            Consecutive successes that bring back a server that was down. A server that was never checked is
            judged by its first result.
            """),
        KeyEntry(
            "fall", value: "= N", .both, range: "1 to 1000000", standard: "1", isOwn: true,
            """
            Consecutive failures that take a server out; the better name of `failurecount`. Where both are
            written in one place `fall` counts; a section's, under either name, goes before a global one.
            """),
        KeyEntry(
            "drain", value: "= TIME|no", .both, range: "at most 7 days, 0 is no", standard: "no", isOwn: true,
            """
            A server that leaves the file, has `weight 0` there or is drained by `director drain` keeps weight 0
            until its connections have ended, this long at most. See TAKING SERVERS OUT.
            """),
        KeyEntry(
            "slowstart", value: "= TIME|no", .both, range: "at most a day, 0 is no", standard: "no", isOwn: true,
            """
            A server that comes up gets its weight in up to ten equal steps, from 1 to the whole, in this time.
            Not after a restart that found it in use.
            """),
        KeyEntry(
            "flap", value: "= N in TIME [hold TIME] [max TIME]|no", .both,
            range: "N from 2 to 1000, times up to a year", standard: "no; hold 30s, max 10m",
            isOwn: true,
            """
            A server that changes its state N times (up and down alike) within TIME is held down: the first time for
            `hold`, then twice as long each time, `max` at most. See SERVERS THAT CHANGE TOO OFTEN.
            """),
        KeyEntry(
            "on", value: "= EVENT [N in TIME] do ACTION", .both,
            range: "256 lines of a file, N from 1 to 1000, TIME up to a year",
            isOwn: true,
            """
            What is to be done when something happens, or happens so often; repeatable. In a section it counts what
            happens to this service and its servers. See EVENTS AND POLICIES.
            """),
        KeyEntry(
            "minup", value: "= N|N%|no", .both, range: "1 to 65536, 1% to 100%, 0 is no", standard: "no", isOwn: true,
            "So many servers stay in whatever their checks say. See THE FLOOR OF A POOL."),
    ]
}

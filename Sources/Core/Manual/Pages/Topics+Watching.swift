/// What watches real servers beside their checks.
extension ManualPage.Section {
    static let sentinel = Self(
        "The sentinel",
        #"""
        With `sentinel = yes` the prober holds one idle TCP connection to each port of a real server that is checked,
        while the check passes (that of the section's own keys and those of `check` lines; servers of fallback tiers
        too). When the server's process dies its kernel ends the connection, and the check is run at once instead of
        an interval later: a server that refuses then is out of the table after some milliseconds. The end of the
        connection itself proves nothing; only the check counts. Where several failures in a row take a server out
        (`failurecount`, `fall`), as many checks follow each other 50 ms apart. A host that vanishes without a word is
        noticed by the check as before (the kernel asks after it every 10 seconds too, so that a host that has
        rebooted does not leave a dead connection behind).

        A server that merely closes idle connections is not hurt: its check passes, and another connection is opened;
        one that closes them within 10 seconds gets a pause that doubles each time, from 1 second to 5 minutes. It is
        told once (`remark`). The server has to be able to spare one connection for each director: mind
        process-per-connection servers with few processes, and MySQL, which counts connections without a login as
        errors of the host. Servers that are not checked over TCP (ping, UDP, `checktype = on`) have none. The prober
        holds 8192 at most (LimitNOFILE permitting).
        """#)

    static let agents = Self(
        "Agents",
        #"""
        `agent-check = PORT` asks each real server, at its own address, what it wants: HAProxy's agent protocol, so
        agents that exist for it will do. The server answers a connection with one line of words, parted by blanks or
        commas: `75%` (the share of its configured weight, at least 1 unless it is `0%`; more than 100% is possible),
        `drain` and `maint` and `ready` (no new connections; out; neither), `down`, `fail` and `stopped` and `up`
        (out; not out), `# text` for people. What a line does not mention stays as it was. `maxconn:N` has no effect.

        `drain` and `0%` give the server weight 0; `down` and `maint` treat it as a failed check does, `quiescent` or
        removed. An agent never brings in a server whose checks fail, and what the operator ordered (`director drain`,
        `disable`) goes first. An agent that is silent, or says nothing that is known, changes nothing: whether a
        server is well is for its checks. With `slowstart` the weight grows to the agent's share. `director status`
        shows what was said; what takes a server out or brings it back is an event (`agent`), a changed share is none.

        What an agent said is kept over restarts (in the file `agents` of the state directory). A server that gets no
        connections yet waits for its agent's first answer, or silence, with weight 0.
        """#)

    static let dataPath = Self(
        "The way through the real server",
        #"""
        With direct routing and tunnels a real server must take packets for the virtual address. A check of its own
        address does not find out whether it does: where the address is missing on its loopback interface, or the
        tunnel is down or filtered (rp_filter), clients get no answer while the check passes. With `datapath = yes`
        every real server has one more check, and is up only while both pass: the opening of a TCP connection (for
        UDP, and for a port of 0, an ICMP echo request) goes to the virtual address by way of the real server, onto
        its link-layer address for `gate` and packed into IP for `ipip`, as IPVS sends a client's packet. The server's
        kernel answers from the virtual address; the connection is taken back at once, and no program on the server
        sees it. Interval and timeout are `checkinterval` and `checktimeout`; within the timeout the question is sent
        four times.

        It needs nothing of the network and leaves nothing in the kernel: no firewall mark, no service in the table,
        no sysctl. The answers, whose source is an address of the director's own, are read by a packet socket before
        the kernel would drop them. It works on a standby that does not hold the virtual address too. The engine needs
        CAP_NET_RAW for it; without, nothing is checked in this way, no server is taken out for it, and an error says
        so (`remark`). Its limits: servers of `gate` have to be on a network of the director (as direct routing
        demands anyway); with `log_martians` set the kernel logs the answers; and that the program behind the port
        answers well is for the server's own check, which goes on beside it.
        """#)
}

/// How real servers are checked, taken out and stood in for.
extension ManualPage.Section {
    static let severalChecks = Self(
        "Several checks for a server",
        #"""
            check = http port 8080 request "/health" receive "ok" interval 2s timeout 1s
            check = connect port 22
            check = ping

        All of them must pass. Each runs and is counted by itself; the reason for which a server is down names the
        check that failed. WHAT is `connect`, `ping`, `external`, `external-perl`, or a service that `service =` knows
        (`http`, `smtp`, ...); behind it come, in any order and in quotes where there are blanks:

        - `port N` :: else the port of the real server's line, else the one of the service (for all but ping)
        - `request TEXT`, `receive TEXT` :: as the keys of these names (for services)
        - `method GET` or `HEAD`, `status LIST` :: as `httpmethod` and `expect-status` (for http, https, http_proxy)
        - `virtualhost NAME` :: else the section's (for services)
        - `login`, `passwd`, `database`, `secret` :: as the keys of these names (for services)
        - `command PATH` :: as `checkcommand` (for external, external-perl)
        - `attempts N` :: as `checkcount` (for ping)
        - `interval TIME`, `timeout TIME`, `rise N`, `fall N` :: else the section's

        `check` lines come beside the check that `checktype`, `service`, `request` and `receive` describe; in a
        section that has none of these four they are the only ones. `connect` is a TCP connection, for a UDP service
        too.
        """#)

    static let tiers = Self(
        "Tiers of fallbacks",
        #"""
            fallback-tier = 192.0.2.21:80 192.0.2.22:80 masq check http request "/alive"
            fallback-tier = 198.51.100.7:80 ipip
            fallback = 127.0.0.1:80

        While no real server is in, the first tier that has a server in order stands in, with all its servers that
        are, each with weight 1; when they fail the next one does; the last is the `fallback`, which nobody checks.
        The forwarding method is `gate` where none is written. Without `check` the servers of a tier are checked as
        the section's real servers are. They are checked all the time, so that it is known who can take over.
        """#)

    static let takingOut = Self(
        "Taking servers out",
        #"""
            director drain TCP 192.0.2.1:80 10.0.0.1:80       # no new connections; removed when the old ones have ended
            director disable 192.0.2.1:80 10.0.0.1:80         # out at once: weight 0 with quiescent = yes, else removed
            director enable 192.0.2.1:80 10.0.0.1:80

        The order, who gave it and when stay over reloads and restarts, as long as the server is configured; a file
        whose section does not name the server any more ends them, and when a whole section is gone they wait for its
        return. They are kept in the file `orders` of the state directory (`directord --state-dir`, else the runtime
        directory, which a restart of the machine clears). Checks go on, and decide again after `enable`.

        A drain ends when the kernel counts no connection any more, active or inactive; for TCP also when none is
        established and no packet has passed for 5 seconds, since closed connections stay in the kernel's table for
        two more minutes. With `drain = TIME` it ends after that time at the latest, counted from its beginning, over
        restarts too; without, `director drain` waits without a limit, while a server that leaves the file goes at
        once and one with weight 0 stays, as with ldirectord. A changed time counts for drains under way. A server
        that is named again while it drains is used again as soon as its check has passed. `director status` shows
        what drains and how long it may. A virtual service that leaves the file is removed at once.
        """#)

    static let flapping = Self(
        "Servers that change too often",
        #"""
        While a server is held down its checks go on and nothing is counted; if they pass when the hold ends it is in
        again. When it has been steady for as long as its last hold was, and no shorter than the TIME of `flap`, the
        next hold is the first again. A hold goes on over restarts of the engine; `director
        enable` ends it, and a shorter `hold` counts for the one under way.
        """#)

    static let floor = Self(
        "The floor of a pool",
        #"""
        When checks would leave less than `minup` servers in, the ones that were in order last stay in with
        their whole weight, so that an error of the director (a wrong check, a broken network beside the one that
        carries the traffic) does not empty the pool. The event `minup-reached` (an error) names them, `minup-left`
        tells that it is over. A share is one of the servers that have a weight and that nobody has drained or
        disabled: orders always count, and so do agents that want their own server empty (`drain`, `maint`, `0%`),
        while one that calls it `down` is a check that fails. A server that never passed is not kept. As long as one
        is kept no fallback stands in, so with `minup` the fallback is for a pool in which no server was ever seen in
        order, or that the operator has taken out.
        """#)
}

/// What checks ask for.
extension ManualPage.Section {
    static let negotiation = Self(
        "What a negotiation asks for",
        #"""
        The whole conversation has to fit into `negotiatetimeout`, for ldap, ldaps and radius into `checktimeout`. A
        server that is silent, slow, closes early or says something else is down, and the reason says what was seen.

        - http, https :: up is a server that answers with an expected status. https sends `virtualhost` as server
          name (SNI). `receive` is looked for in the body, its first MiB. See REDIRECTS AND WHOLE URLS
        - http_proxy :: up is a server that answers a request for the whole URL in `request` with an expected
          status. `receive` is looked for in the body
        - ftp :: up is a server that lets `login` in and, with `request` or `receive`, sends the file in passive
          mode. Without `login`: `anonymous`, which it may refuse as long as no file is asked for. `receive` is
          looked for in the file, its first MiB
        - smtp, submission :: up is a server that greets with 220 and accepts EHLO or HELO
        - pop, pops :: up is a server that greets with +OK and, with `login`, accepts it (APOP where its greeting
          offers that, else USER and PASS) and STAT
        - imap, imaps :: up is a server that greets with OK and, with `login`, accepts LOGIN; then NOOP
        - ldap, ldaps :: up is a server that accepts a bind (anonymous unless there are `login` and `passwd`) and
          has exactly one entry named `request`, without it the server's own. `receive` is looked for in the entry's
          name
        - dns :: up is a server that answers the question of `request` without an error: a name is asked for its A
          records, an address for its PTR record; `AAAA NAME`, `A NAME` and `PTR NAME` say the type. Over UDP, or
          TCP with `protocol = tcp`, or after a truncated answer. `receive` is looked for in each address or name;
          without `receive` any record of the type is enough
        - mysql, pgsql :: up is a server that lets `login` with `passwd` into `database` and answers the statement
          in `request` with at least one row, found or changed; `login` and `request` are needed
        - radius :: up is a server that answers the login of `login` and `passwd` with Access-Accept, signed with
          `secret`; always over UDP
        - sip :: up is a server that answers OPTIONS for `sip:LOGIN` (`ldirectord@HOST` without `login`) with 200;
          over UDP with `protocol = udp`, else TCP
        - nntp :: up is a server that greets with a status of 2xx
        - simpletcp :: up is a server that answers what is in `request` (`\n` is a newline) with a line; the request
          is sent, then our side is closed. `receive` is looked for in each line, its newline included. Over UDP with
          `protocol = udp`, where the end of a datagram ends its last line, too
        - oracle :: there is no client for it: never up, and said at the load. Use a program, such as
          conf/checks/oracle, by `checktype = external`

        That differs from ldirectord where it takes servers as up that are not: a POP server without `login` that
        refuses or does not listen, and an FTP server without `receive` that does whatever it likes. IMAP servers are
        asked to do nothing (NOOP) instead of to expunge a mailbox; the host that an FTP server names for its data
        connection is not looked at. https works with certificates that nobody vouches for, unless `tls-verify = yes`.
        A dns server without `receive`, which ldirectord never takes as up, is up when it answers; a name whose
        `receive` has a colon in it is asked for its AAAA records too where no A record matches; names are asked for
        as they are written, without the search list of the host. An answer counts only with the identifier and the
        question of the query. sip has its `login` whether or not `service` is written, and takes any words behind the
        200. nntp needs the whole line of the greeting. RADIUS requests carry a Message-Authenticator, and answers
        that are not signed with the secret do not count. Statements of mysql and pgsql are made once, not twice.

        Over UDP a request is sent again after 1, 3, 7 ... seconds (four times in a shorter timeout); a machine that
        says that nobody listens on the port is down at once. mysql speaks mysql_native_password and
        caching_sha2_password, not ed25519; pgsql speaks password, md5 and SCRAM-SHA-256; both with TLS where the
        server does not let the login in without it (its certificate is not looked at). A server that insists on
        something else refuses, and the reason names it.
        """#)

    static let programs = Self(
        "Programs, pings, connects",
        #"""
        `checktype = external` runs the program in `checkcommand` with the virtual address (or mark), its port (or 0),
        the real address and its port as arguments, IPv6 addresses in brackets, in `/`, with the environment of
        directord. The whole value is the program's path; a name without a slash is looked for in PATH. Exit status 0
        is up; any other, a signal (which ldirectord takes for up) and a program that cannot be started are down, and
        the last line of its output is told. It leads a process group of its own, which is killed as a whole after
        `checktimeout`; what it leaves running is killed when it ends. One that does not end even then, in a file
        system that does not answer, fails anew after each interval and is not started again before it is gone. 64
        programs run at once, the others wait for their turn, and the wait does not count.

        `checktype = external-perl` has perl do the file with the same arguments, in a process each time: ldirectord
        compiles the file once and keeps its variables from check to check, here nothing is kept. `exit N` decides;
        coming to the end, or a `return`, is up. A file that does not compile or dies is down, and the director lives
        on.

        Programs run as the prober does: as user `director-prober`, where there is one, else `nobody`, without
        capabilities and without a way to get any (`no_new_privs`: sudo, ping with capabilities and other setuid
        programs fail in them), and under the limits of the systemd unit (no home folders, a private /tmp). Whatever
        they read has to be readable for that user.

        `checktype = ping`, and `connect` under `protocol = udp`, send ICMP or ICMPv6 echo requests, up to
        `checkcount`, each with `checktimeout` to be answered. directord started by root uses raw sockets; otherwise,
        or where those are not permitted, the sysctl `net.ipv4.ping_group_range` has to hold the prober's group.

        `checktype = N`: after each negotiation that passed come N checks that only connect, each with `checktimeout`;
        after any failure the next one negotiates. With `protocol = udp`, or a service that is spoken over UDP, every
        check negotiates: a UDP socket connects to anybody.
        """#)

    static let redirects = Self(
        "Redirects and whole URLs",
        #"""
        http and https follow redirects, seven at most, as ldirectord does: a relative one, or one to the checked
        server's own address or `virtualhost` with the checked port, is asked of the checked server; any other one
        is followed to where it leads. `302 http://www.example.com/app/` of a server that is checked at port 8080 is
        asked of whatever machine www.example.com is, at its port 80: often the virtual service itself, so another
        real server may answer, and while none is in nobody does. The last answer counts, with `receive` too; the
        reason in `director status` names who gave it. Names are looked up for each check.

        To check the server alone, ask for something that it answers itself (`request`), or take the redirect for the
        answer: `expect-status = 200-399`.

        The request of a `real` line may be a whole URL of the service's own scheme, `"http://10.0.0.9:8080/status"`:
        then its host and port are asked instead of the server, with `virtualhost`, else the server's address, in the
        Host line.
        """#)
}

/// The keys of the pair.
extension KeyEntry {
    static let pair: [KeyEntry] = [
        KeyEntry(
            "vrrp", value: "= NAME", .head, isOwn: true,
            """
            Opens a section of virtual addresses that this director shares with its peers by VRRP (RFC 9568).
            Its lines start with a tab or four blanks. Both families in one section are two virtual routers that
            move as one.
            """)
    ]

    static let router: [KeyEntry] = [
        KeyEntry(
            "interface", value: "= NAME", .router, standard: "found from the routes",
            """
            The interface of the advertisements. Where it is not written, it is the one that a route to the
            network of the addresses leads to without a gateway; when that is none or several, director-vrrp does
            not start and names the candidates. A section whose interface is not there, or has no address of its
            own to send from, is in fault until it has, at the start and when it is deleted and made anew; the
            other sections work meanwhile. A reload refuses an interface that is not there, unless it is one that
            was in use.
            """),
        KeyEntry("id", value: "= N", .router, range: "1 to 255", "The virtual router id. It must be written."),
        KeyEntry("version", value: "= 2|3", .router, standard: "3", "The version of VRRP."),
        KeyEntry(
            "priority", value: "= N", .router, range: "1 to 255", standard: "100",
            "Who has the highest is master. 255 is the owner of the addresses, who takes them without waiting."),
        KeyEntry(
            "interval", value: "= TIME", .router, range: "10ms to 40950ms in steps of 10ms; version 2: 1s to 255s",
            standard: "1s",
            "The advertisement interval. A master that is silent for about three of them is replaced."),
        KeyEntry(
            "address", value: "= ADDRESS/LENGTH [dev IFACE]", .router,
            """
            A virtual address, of either family; repeatable, at least one. Without `dev` it goes to the
            interface that has its network, else to that of the section. At the start virtual addresses that this
            director must not hold are removed: those of the configuration, on their interface with their length,
            and whatever an earlier run put up. No other address is touched, nor one of an owner. What somebody
            else takes away while this director is master is put back and announced (event `addresses-restored`),
            every 8 seconds at most when it goes on. Those of IPv6 are never preferred as the source of what the
            machine itself begins. The interface of an address is tracked like the section's own, unless the
            section has a `track = interface` for it.
            """),
        KeyEntry(
            "preempt", value: "= yes|no|TIME", .router, range: "up to 1h", standard: "yes",
            """
            Whether a director with a higher priority takes over from one that is master. With a time it waits so long
            first, counted from when it could: from its start, from when it is ready, works or is well placed again, and
            from when a master of lower priority is there. With `no` or a time a master that stood still for so long
            that it was replaced leaves the addresses where they are.
            """
        ),
        KeyEntry(
            "unicast", value: "= ADDRESS", .router, standard: "multicast",
            "A peer that gets the advertisements; repeatable."),
        KeyEntry(
            "source", value: "= ADDRESS", .router, standard: "the interface's first address",
            """
            Where advertisements come from. When the interface's own address changes they come from the new one;
            while the kernel does not take them a `device-down` says so.
            """),
        KeyEntry(
            "auth", value: "= pass:SECRET", .router, standard: "none",
            "Version 2 only, as keepalived's `auth_type PASS` sends it: eight bytes that everybody on the network can read."
        ),
        KeyEntry(
            "checksum", value: "= standard|v2", .router, standard: "standard",
            """
            Version 3 over IPv4: with the pseudo-header, as keepalived and most others read RFC 5798, or without
            (`v2`), as RFC 9568 and some vendors have it (keepalived's `v3_checksum_as_v2`). A peer of the other
            kind is counted as refused, and named.
            """),
        KeyEntry(
            "group", value: "= NAME", .router, standard: "the section alone",
            "Sections of one group are master or backup together."),
        KeyEntry(
            "accept", value: "= yes|no", .router, standard: "yes",
            """
            Whether this machine itself accepts packets for the virtual addresses. With `no` a table of nf_tables
            (`director_vrrp`, gone with the process) drops what IPVS did not take: virtual services go on working,
            neighbour discovery too, but ping and local programs are not reached by the addresses, and neither
            are real servers that are this machine. It needs Linux 5.12 or later.
            """),
        KeyEntry(
            "vmac", value: "= yes|no", .router, standard: "no",
            """
            The virtual addresses have the virtual router's MAC address (00:00:5e:00:01:ID, for IPv6
            00:00:5e:00:02:ID), on macvlan devices `vrrp.ID` and `vrrp6.ID` that are up while this director is
            master; one that somebody sets down then is set up again. Advertisements come from them, as with
            keepalived's `use_vmac`. The interface itself gets `arp_ignore = 1` and `arp_announce = 2`, and what it
            had before when the devices go.
            """),
        KeyEntry(
            "link",
            value:
                "= udp ADDRESS[:PORT] via IFACE|mcast GROUP[:PORT] via IFACE|bcast IFACE[:PORT]|serial DEVICE [BAUD]",
            .router, range: "9600, 19200, 38400, 57600, 115200, 230400, 460800 or 921600 baud",
            standard: "none; port 694, 19200 baud",
            """
            An authenticated heartbeat to the peer beside VRRP; repeatable. A silent master is replaced only when
            every link is silent too, so one cut cable never makes two masters. `detect = yes` may follow, for a
            cable of its own: when it falls silent together with the network and all other links, three missing
            messages (a fifth of `dead` apart) and one missing advertisement are enough. A link that several
            sections name is one, and detects when any of them says so. A serial line needs
            no flow control; its device may go away and come back, and so may the interface of another link: a
            link that cannot be opened is said (`device-down`) and tried again, at the start, too.
            One that is up and loses 5 or more of 100 messages is told of (`link-loss`).
            A `udp` link hears its peer's address alone; messages from others are counted (`foreignSource`).
            """),
        KeyEntry(
            "keys", value: "= FILE", .router,
            """
            The ids and secrets of the links, in a file of root's with mode 0600. Needed with `link`. A line `auth ID`
            names the key that signs, lines `ID sha256 SECRET` are the keys that are accepted. SIGHUP to directord (or
            `director reload`) reads it again: add the new key on both sides, then sign with it on both, then
            take the old one away.
            """),
        KeyEntry(
            "dead", value: "= TIME", .router, range: "25ms to 1h", standard: "1s",
            "The silence of every link after which the peer is taken for dead. Links beat five times in it."),
        KeyEntry(
            "track",
            value: "= interface NAME|ping ADDRESS|program PATH|file PATH|services [weight N] [interval TIME]", .router,
            standard: "none",
            """
            What has to be in order for this director to be master; repeatable. With `weight` (-253 to 253, not 0) it
            changes the priority by so much, without it a failure gives up the mastership. `interval`
            (100ms to 1h, 1s if not written) is for `ping` and `program`; the others are watched all the time.
            A `ping` target is missed after three questions without an answer. Where there are links, `ping` and
            `services` without a weight are compared with the peer instead: who reaches more holds the addresses.
            A `program` works while it exits with 0; one that takes longer than its interval (and a second) is
            killed with all that it started. It must be writable by its owner only. A `file` is to be there.
            Before a `ping` target or a program has shown for the first time whether it works, it counts as
            working, and nothing is taken from a master that works.
            """),
        KeyEntry(
            "sync", value: "= IFACE [id N] [maxlen N] [group ADDRESS] [port N] [ttl N] [settle TIME]", .router,
            range: "ids 0 to 255, maxlen 1 to 65507, port 1 to 65535, ttl 1 to 255, settle up to 1h",
            standard: "none; id of the section; settle 10s; the kernel's for the rest",
            """
            The kernel's connection sync daemons on this interface follow the role, so that established
            connections survive a takeover: master sends, backup takes in. A director that is master of one
            router and backup of another runs both, so give such routers different ids, and the sections the same
            order on both sides. A backup takes the addresses from a master that works only when it has taken in
            connections for `settle`: busy ones are sent again every 50 packets, quiet ones with
            `sysctl = sync_refresh_period SECONDS`. It counts anew when the interface had no carrier. Daemons that
            somebody else started are left alone. The kernel raises `maxlen` of a backup to 1024.
            """),
        KeyEntry(
            "fence", value: "= PLUGIN [timeout TIME] [NAME=VALUE]...", .router, range: "1s to 10m",
            standard: "none; timeout 60s",
            """
            A STONITH external plugin that turns the silent peer off before its addresses are taken: a path, or a
            name below /usr/lib/stonith/plugins/external. It is called as `PLUGIN reset HOST` with the values in
            its environment, and again every five seconds until it exits with 0. One that takes longer than the
            timeout is killed. It must be writable by its owner only. Sections that wait for the same peer wait for
            one run; of several silent peers each that may hold the addresses is turned off. Of several directors
            that are left the best placed one runs it, and the others when its plugin fails. A master of lower
            priority that VRRP alone hears is neither turned off nor preempted.
            """),
        KeyEntry(
            "watchdog", value: "= DEVICE", .router, standard: "none",
            """
            A watchdog device that resets this machine when director-vrrp hangs. It is asked for the dead time in
            whole seconds (two at least) and fed by the loop that holds the addresses; a clean stop disarms it, and
            so does the next director-vrrp where one died and the configuration has it no more. A driver with
            `nowayout` cannot be disarmed, which is said when it is opened: after a stop the machine is reset unless
            directord is started again within a minute. A device that is missing is said and looked for again.
            """),
    ]

    /// Every key, in the order of the page.
    package static var all: [KeyEntry] {
        services + behaviour + checks + watching + daemon + people + pair + router
    }
}

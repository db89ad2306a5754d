extension LdirectordCase {
    /// Values and their limits.
    static let values: [LdirectordCase] = [
        LdirectordCase(
            "P58 dns default udp", ldirectord: .runs,
            "virtual=10.0.0.1:53\n"
                + "\treal=127.0.0.11:53 masq\n"
                + "\tchecktype=on\n",
            table: [
                "UDP 10.0.0.1:53 wrr",
                "  127.0.0.11:53 masq 1 | on",
            ],
            says: []),
        LdirectordCase(
            "P59 dns override tcp", ldirectord: .runs,
            "virtual=10.0.0.1:domain\n"
                + "\tprotocol=tcp\n"
                + "\treal=127.0.0.11:53 masq\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:53 wrr",
                "  127.0.0.11:53 masq 1 | on",
            ],
            says: []),
        LdirectordCase(
            "P60 protocol=fwm on ip", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tprotocol=fwm\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:11: error: protocol is tcp or udp, not 'fwm'"
            ]),
        LdirectordCase(
            "P61 protocol=tcp on fwm", ldirectord: .refuses,
            "virtual=1\n"
                + "\tprotocol=tcp\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:11: error: a firewall mark has no protocol: leave the line out, or write protocol = fwm"
            ]),
        LdirectordCase(
            "P62 protocol=sctp", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tprotocol=sctp\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:11: error: protocol is tcp or udp, not 'sctp'"
            ]),
        LdirectordCase(
            "P63 checktimeout=5s ok?", ldirectord: .runs,
            "checktimeout=5s\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "2:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback"
            ]),
        LdirectordCase(
            "P64 checktimeout=0", ldirectord: .refuses,
            "checktimeout=0\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:14: error: checktimeout must be 1 to 31536000 seconds, not 0"
            ]),
        LdirectordCase(
            "P65 checktimeout=abc", ldirectord: .refuses,
            "checktimeout=abc\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:14: error: checktimeout is a number, not 'abc'"
            ]),
        LdirectordCase(
            "P66 connecttimeout", ldirectord: .refuses,
            "connecttimeout=5\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:1: error: connecttimeout is no longer a key, write negotiatetimeout"
            ]),
        LdirectordCase(
            "P67 timeout", ldirectord: .refuses,
            "timeout=5\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:1: error: timeout is no longer a key, write checktimeout or negotiatetimeout"
            ]),
        LdirectordCase(
            "P68 scheduler=WRR", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tscheduler=WRR\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:12: error: the scheduler 'WRR' is not a word of small letters, did you mean 'wrr'?"
            ]),
        LdirectordCase(
            "P69 scheduler=nosuch", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\tscheduler=nosuch\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 nosuch",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: [
                "2:12: warning: Linux has no scheduler 'nosuch' of its own: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos"
            ]),
        LdirectordCase(
            "P70 supervised bare", ldirectord: .runs,
            "supervised\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: a bare supervised is read as supervised = yes: write it so",
                "2:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
            ]),
        LdirectordCase(
            "P71 fallback 3 tokens", ldirectord: .runs,
            "fallback=junk 127.0.0.1:80 gate\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=off\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  fallback 127.0.0.1:80 gate 1",
            ],
            says: [
                "1:10: warning: only the last two words of the line are read: a server and its forwarding method"
            ]),
        LdirectordCase(
            "P72 fallback bad fwd", ldirectord: .refuses,
            "fallback=127.0.0.1:80 nat\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=off\n",
            table: nil,
            says: [
                "1:23: error: the forwarding method is gate, masq or ipip, not 'nat': for NAT write masq"
            ]),
        LdirectordCase(
            "P73 emailalertstatus none,all", ldirectord: .refuses,
            "emailalertstatus=none,all\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:18: error: emailalertstatus: none cannot stand beside other values"
            ]),
        LdirectordCase(
            "P74 emailalertstatus bogus", ldirectord: .refuses,
            "emailalertstatus=foo\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:18: error: emailalertstatus knows all, none, starting, running, stopping, reloading, not 'foo'"
            ]),
        LdirectordCase(
            "P75 ops with tcp", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\tops=yes\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "2:6: warning: ops has an effect on udp services only and is left out, as ldirectord does",
            ]),
        LdirectordCase(
            "P76 ops with udp", ldirectord: .runs,
            "virtual=10.0.0.1:5353\n"
                + "\tprotocol=udp\n"
                + "\tops=yes\n"
                + "\tchecktype=on\n",
            table: [
                "UDP 10.0.0.1:5353 wrr ops"
            ],
            says: [
                "1:1: warning: UDP 10.0.0.1:5353 has neither a real server nor a fallback"
            ]),
        LdirectordCase(
            "P77 weight 0", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq 0\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 0 | on",
            ],
            says: []),
        LdirectordCase(
            "P78 persistent=0", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\tpersistent=0\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:13: error: persistent must be 1 to 2678400 seconds, not 0"
            ]),
        LdirectordCase(
            "P79 virtual=0", ldirectord: .runs,
            "virtual=0\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:9: error: a firewall mark is 1 to 4294967295, not 0"
            ]),
        LdirectordCase(
            "P80 virtual=-1", ldirectord: .refuses,
            "virtual=-1\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:9: error: '-1' is no virtual service: write virtual = 192.0.2.1:80, or a firewall mark"
            ]),
    ]
}

extension MalformedCase {
    /// Values.
    static let values: [MalformedCase] = [
        MalformedCase(
            "a yes that is none",
            "quiescent=true\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:11: error: quiescent is yes or no, not 'true', write yes"
            ]),
        MalformedCase(
            "a yes in quotes",
            "cleanstop=\"yes\"\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:11: error: cleanstop is yes or no, not '\"yes\"', write yes"
            ]),
        MalformedCase(
            "no value at all",
            "autoreload=\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:12: error: autoreload is yes or no, not nothing"
            ]),
        MalformedCase(
            "a number that is none",
            "checktimeout=five\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:14: error: checktimeout is a number, not 'five'"
            ]),
        MalformedCase(
            "a timeout of nothing",
            "negotiatetimeout=0\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:18: error: negotiatetimeout must be 1 to 31536000 seconds, not 0"
            ]),
        MalformedCase(
            "an interval of nothing",
            "checkinterval=0ms\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:15: error: checkinterval must be 1ms to 31536000s, not 0ms"
            ]),
        MalformedCase(
            "a timeout of a thousand years",
            "checktimeout=31536000000\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:14: error: checktimeout must be 1 to 31536000 seconds, not 31536000000"
            ]),
        MalformedCase(
            "a number with forty digits",
            "failurecount=1111111111111111111111111111111111111111\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:14: error: failurecount must be 1 to 1000000, not 1111111111111111111111111111111111111111"
            ]),
        MalformedCase(
            "a count of nothing",
            "failurecount=0\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:14: error: failurecount must be 1 to 1000000, not 0"
            ]),
        MalformedCase(
            "old names of timeouts",
            "connecttimeout=5\n"
                + "timeout=5\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:1: error: connecttimeout is no longer a key, write negotiatetimeout",
                "2:1: error: timeout is no longer a key, write checktimeout or negotiatetimeout",
            ]),
        MalformedCase(
            "a check port of 0",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tcheckport=0\n",
            says: [
                "3:12: error: checkport must be 1 to 65535, not 0"
            ]),
        MalformedCase(
            "a persistence of nothing",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tpersistent=0\n",
            says: [
                "3:13: error: persistent must be 1 to 2678400 seconds, not 0"
            ]),
        MalformedCase(
            "a persistence above 31 days",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tpersistent=2678401\n",
            says: [
                "3:13: error: persistent must be 1 to 2678400 seconds, not 2678401"
            ]),
        MalformedCase(
            "a netmask as a length",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tpersistent=60\n"
                + "\tnetmask=24\n",
            says: [
                "4:10: error: netmask is a dotted quad, such as 255.255.255.0, not '24'"
            ]),
        MalformedCase(
            "a netmask that is none",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tpersistent=60\n"
                + "\tnetmask=255.255.256.0\n",
            says: [
                "4:10: error: netmask is a dotted quad, such as 255.255.255.0, not '255.255.256.0'"
            ]),
        MalformedCase(
            "an IPv6 netmask as IPv4 writes it",
            "virtual6=[2001:db8::1]:80\n"
                + "\treal6=[2001:db8::11]:80 masq\n"
                + "\tpersistent=60\n"
                + "\tnetmask=255.255.255.0\n",
            says: [
                "4:10: error: netmask of an IPv6 service is a prefix length of 1 to 128, not '255.255.255.0'"
            ]),
        MalformedCase(
            "an IPv6 netmask of 0",
            "virtual6=[2001:db8::1]:80\n"
                + "\treal6=[2001:db8::11]:80 masq\n"
                + "\tpersistent=60\n"
                + "\tnetmask=0\n",
            says: [
                "4:10: error: netmask of an IPv6 service is a prefix length of 1 to 128, not '0'"
            ]),
        MalformedCase(
            "a protocol nobody balances",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tprotocol=icmp\n",
            says: [
                "3:11: error: protocol is tcp or udp, not 'icmp'"
            ]),
        MalformedCase(
            "a protocol for a mark",
            "virtual=1\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tprotocol=tcp\n",
            says: [
                "1:1: warning: no service is known for FWM 1, so its servers are always taken as up, as by ldirectord: add service = NAME, or checktype = connect",
                "3:11: error: a firewall mark has no protocol: leave the line out, or write protocol = fwm",
            ]),
        MalformedCase(
            "the marks' protocol for an address",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tprotocol=fwm\n",
            says: [
                "3:11: error: protocol is tcp or udp, not 'fwm'"
            ]),
        MalformedCase(
            "a scheduler in capitals",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tscheduler=WLC\n",
            says: [
                "3:12: error: the scheduler 'WLC' is not a word of small letters, did you mean 'wlc'?"
            ]),
        MalformedCase(
            "a scheduler of numbers",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tscheduler=\"24\" # c\n",
            says: [
                "3:13: error: the scheduler '24' is not a word of small letters: one of rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos"
            ]),
        MalformedCase(
            "an unknown scheduler flag",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tscheduler=sh\n"
                + "\tschedflags=sh-prot\n",
            says: [
                "4:13: error: unknown scheduler flag 'sh-prot', did you mean 'sh-port'?"
            ]),
        MalformedCase(
            "another scheduler's flag",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tscheduler=mh\n"
                + "\tschedflags=sh-port\n",
            says: [
                "4:13: error: the flag sh-port belongs to the scheduler sh, this service has mh"
            ]),
        MalformedCase(
            "empty scheduler flags",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tschedflags=\n",
            says: [
                "3:13: error: schedflags is empty: write sh-port, or leave the line out"
            ]),
    ]
}

extension LdirectordCase {
    /// Keys, families, fallbacks.
    static let keys: [LdirectordCase] = [
        LdirectordCase(
            "P26 checktype=connect2", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tchecktype=connect2\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | http 127.0.0.11:80 GET / after 2 connects",
            ],
            says: []),
        LdirectordCase(
            "P27 checktype=Connect", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tchecktype=Connect\n",
            table: nil,
            says: [
                "2:12: error: unknown checktype 'Connect', did you mean 'connect'?"
            ]),
        LdirectordCase(
            "P28 checktype=bogus", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tchecktype=bogus\n",
            table: nil,
            says: [
                "2:12: error: unknown checktype 'bogus': one of negotiate, connect, ping, external, external-perl, on, off, or a number"
            ]),
        LdirectordCase(
            "P29 unquoted request", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\trequest=index.html\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:10: error: request must be in double quotes: request = \"index.html\""
            ]),
        LdirectordCase(
            "P30 empty request", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\trequest=\"\"\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:10: error: request is empty: leave the line out, or give it a value"
            ]),
        LdirectordCase(
            "P31 empty receive", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treceive=\"\"\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:10: error: receive is empty: leave the line out, or give it a value"
            ]),
        LdirectordCase(
            "P32 logfile unquoted", ldirectord: .refuses,
            "logfile=local0\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:9: error: logfile must be in double quotes: logfile = \"local0\""
            ]),
        LdirectordCase(
            "P33 callback unquoted", ldirectord: .refuses,
            "callback=/bin/true\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:10: error: callback must be in double quotes: callback = \"/bin/true\""
            ]),
        LdirectordCase(
            "P34 global fallback + fwmark", ldirectord: .runs,
            "fallback=127.0.0.1:80\n"
                + "virtual=1\n"
                + "\treal=127.0.0.11 masq\n"
                + "\tchecktype=off\n",
            table: [
                "FWM 1 wrr",
                "  127.0.0.11:0 masq 1 | off",
                "  fallback 127.0.0.1:80 gate 1",
            ],
            says: [
                "2:1: warning: the global fallback is used for this mark; ldirectord cannot switch it on for marks"
            ]),
        LdirectordCase(
            "P35 global fallback no port + ip", ldirectord: .runs,
            "fallback=127.0.0.1\n"
                + "virtual=10.0.0.1:8080\n"
                + "\treal=127.0.0.11:8080 masq\n"
                + "\tchecktype=off\n",
            table: [
                "TCP 10.0.0.1:8080 wrr",
                "  127.0.0.11:8080 masq 1 | off",
                "  fallback 127.0.0.1:8080 gate 1",
            ],
            says: []),
        LdirectordCase(
            "P36 global fallback named port", ldirectord: .refuses,
            "fallback=localhost:http masq\n"
                + "virtual=10.0.0.1:8080\n"
                + "\tchecktype=off\n",
            table: [
                "TCP 10.0.0.1:8080 wrr",
                "  fallback 127.0.0.1:80 masq 1",
            ],
            says: [
                "1:10: warning: 'http' is a service of one protocol only, which ldirectord refuses here"
            ]),
        LdirectordCase(
            "P37 CRLF", ldirectord: .refuses,
            "quiescent=yes\r\n"
                + "virtual=10.0.0.1:80\r\n"
                + "\tchecktype=on\r\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:14: warning: lines end in CR LF: the CR is taken off here, ldirectord refuses such yes and no values",
                "2:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
            ]),
        LdirectordCase(
            "P38 CRLF number", ldirectord: .runs,
            "checkinterval=5\r\n"
                + "virtual=10.0.0.1:80\r\n"
                + "\treal=127.0.0.11:80 masq\r\n"
                + "\tchecktype=on\r\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: [
                "1:16: warning: lines end in CR LF: the CR is taken off here, ldirectord refuses such yes and no values"
            ]),
        LdirectordCase(
            "P39 checkport=0", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tcheckport=0\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:12: error: checkport must be 1 to 65535, not 0"
            ]),
        LdirectordCase(
            "P40 checkport=65536", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tcheckport=65536\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:12: error: checkport must be 1 to 65535, not 65536"
            ]),
        LdirectordCase(
            "P41 checkport=80x", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\tcheckport=80x\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "2:12: warning: checkport: '80x' is read as 80",
            ]),
        LdirectordCase(
            "P42 names", ldirectord: .runs,
            "virtual=localhost:http\n"
                + "\treal=localhost:http masq\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 127.0.0.1:80 wrr",
                "  127.0.0.1:80 masq 1 | on",
            ],
            says: []),
        LdirectordCase(
            "P43 bad service name", ldirectord: .refuses,
            "virtual=127.0.0.1:nosuch\n"
                + "\treal=localhost:http masq\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:9: error: 'nosuch' is no service of tcp in services(5): write a port number"
            ]),
        LdirectordCase(
            "P44 port 70000", ldirectord: .refuses,
            "virtual=127.0.0.1:70000\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:19: error: port 70000 is above 65535"
            ]),
        LdirectordCase(
            "P45 v6 in virtual", ldirectord: .refuses,
            "virtual=[::1]:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:9: error: an IPv6 service is opened by virtual6: write virtual6 = [::1]:80"
            ]),
        LdirectordCase(
            "P46 virtual6", ldirectord: .runs,
            "virtual6=[2001:db8::1]:80\n"
                + "\treal6=[2001:db8::11]:80 masq 2\n"
                + "\tpersistent=60\n"
                + "\tnetmask=64\n"
                + "\tchecktype=on\n",
            table: [
                "TCP [2001:db8::1]:80 wrr persistent 60 mask 64",
                "  [2001:db8::11]:80 masq 2 | on",
            ],
            says: []),
        LdirectordCase(
            "P47 virtual6 with real", ldirectord: .refuses,
            "virtual6=[2001:db8::1]:80\n"
                + "\treal=127.0.0.1:80 masq 2\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:7: error: real in a virtual6 section: write real6"
            ]),
        LdirectordCase(
            "P48 virtual with real6", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treal6=[::1]:80 masq 2\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:8: error: real6 in a virtual section: write real"
            ]),
        LdirectordCase(
            "P49 virtual6 netmask quad", ldirectord: .refuses,
            "virtual6=[2001:db8::1]:80\n"
                + "\tnetmask=255.255.255.0\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:10: error: netmask of an IPv6 service is a prefix length of 1 to 128, not '255.255.255.0'"
            ]),
        LdirectordCase(
            "P50 virtual6 range", ldirectord: .refuses,
            "virtual6=[2001:db8::1]:80\n"
                + "\treal6=[2001:db8::11]->[2001:db8::13]:80 masq 2\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:8: error: a range of IPv6 addresses is not possible: write a real6 line for each server"
            ]),
        LdirectordCase(
            "P51 virtual6 fwmark", ldirectord: .runs,
            "virtual6=5\n"
                + "\treal6=[2001:db8::11]:80 masq 2\n"
                + "\tchecktype=on\n",
            table: [
                "FWM 5 IPv6 wrr",
                "  [2001:db8::11]:80 masq 2 | on",
            ],
            says: []),
        LdirectordCase(
            "P52 fallback6 unbracketed", ldirectord: .refuses,
            "fallback6=::1\n"
                + "virtual6=[2001:db8::1]:80\n"
                + "\tchecktype=off\n",
            table: nil,
            says: [
                "1:11: error: '::1': write an IPv6 address in brackets, [ADDRESS]:PORT"
            ]),
        LdirectordCase(
            "P53 fallback6 bracketed no port", ldirectord: .runs,
            "fallback6=[::1]\n"
                + "virtual6=[2001:db8::1]:80\n"
                + "\tchecktype=off\n",
            table: [
                "TCP [2001:db8::1]:80 wrr",
                "  fallback [::1]:80 gate 1",
            ],
            says: []),
        LdirectordCase(
            "P54 fallback in virtual6", ldirectord: .refuses,
            "virtual6=[2001:db8::1]:80\n"
                + "\tfallback=127.0.0.1:80\n"
                + "\tchecktype=off\n",
            table: nil,
            says: [
                "2:11: error: fallback in a virtual6 section: write fallback6"
            ]),
        LdirectordCase(
            "P55 unknown in virtual", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tfoo=bar\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:2: error: unknown key 'foo'"
            ]),
        LdirectordCase(
            "P56 unknown global", ldirectord: .refuses,
            "foo=bar\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:1: error: unknown key 'foo'"
            ]),
        LdirectordCase(
            "P57 duplicate virtual", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "3:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "3:1: error: the virtual service TCP 10.0.0.1:80 stands in line 1 already",
            ]),
    ]
}

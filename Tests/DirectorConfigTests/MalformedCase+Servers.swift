extension MalformedCase {
    /// Servers and fallbacks.
    static let servers: [MalformedCase] = [
        MalformedCase(
            "a server without a method",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80\n",
            says: [
                "2:20: error: the forwarding method is missing: gate, masq or ipip"
            ]),
        MalformedCase(
            "a server with NAT's other name",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 nat\n",
            says: [
                "2:21: error: the forwarding method is gate, masq or ipip, not 'nat': for NAT write masq"
            ]),
        MalformedCase(
            "a method in capitals",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 GATE\n",
            says: [
                "2:21: error: the forwarding method is gate, masq or ipip, not 'GATE': for direct routing write gate"
            ]),
        MalformedCase(
            "a method nobody knows",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 route 5\n"
                + "\treal=192.0.2.12:80 tunnel\n"
                + "\treal=192.0.2.13:80 teleport\n",
            says: [
                "2:21: error: the forwarding method is gate, masq or ipip, not 'route': for direct routing write gate",
                "3:21: error: the forwarding method is gate, masq or ipip, not 'tunnel': for a tunnel write ipip",
                "4:21: error: the forwarding method is gate, masq or ipip, not 'teleport'",
            ]),
        MalformedCase(
            "an empty server",
            "virtual=192.0.2.1:80\n"
                + "\treal=\n",
            says: [
                "2:7: error: real is empty: write ADDRESS:PORT and gate, masq or ipip"
            ]),
        MalformedCase(
            "a server of IPv6 in an IPv4 section",
            "virtual=192.0.2.1:80\n"
                + "\treal6=[2001:db8::11]:80 masq\n",
            says: [
                "2:8: error: real6 in a virtual section: write real"
            ]),
        MalformedCase(
            "an IPv6 address behind real",
            "virtual=192.0.2.1:80\n"
                + "\treal=[2001:db8::11]:80 masq\n",
            says: [
                "2:7: error: [2001:db8::11] is an IPv6 address, which belongs into a virtual6 section"
            ]),
        MalformedCase(
            "an IPv4 server in an IPv6 section",
            "virtual6=[2001:db8::1]:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "2:7: error: real in a virtual6 section: write real6"
            ]),
        MalformedCase(
            "an IPv4 address behind real6",
            "virtual6=[2001:db8::1]:80\n"
                + "\treal6=192.0.2.11:80 masq\n",
            says: [
                "2:8: error: 192.0.2.11 is an IPv4 address, an IPv6 address stands here in brackets"
            ]),
        MalformedCase(
            "an IPv6 server without brackets",
            "virtual6=[2001:db8::1]:80\n"
                + "\treal6=2001:db8::11 masq\n",
            says: [
                "2:8: error: '2001:db8::11': write an IPv6 address in brackets, [ADDRESS]:PORT"
            ]),
        MalformedCase(
            "a server that does not resolve",
            "virtual=192.0.2.1:80\n"
                + "\treal=nowhere.example.org:80 masq\n",
            says: [
                "2:7: error: 'nowhere.example.org' has no IPv4 address"
            ]),
        MalformedCase(
            "a server that no name server could be asked for",
            "virtual=192.0.2.1:80\n"
                + "\treal=unasked.example.org:80 masq\n",
            says: [
                "2:7: error: 'unasked.example.org' cannot be looked up now: Temporary failure in name resolution"
            ]),
        MalformedCase(
            "a server's port above 65535",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80000 masq\n",
            says: [
                "2:18: error: port 80000 is above 65535"
            ]),
        MalformedCase(
            "a server's port that is no service",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:webcache masq\n",
            says: [
                "2:7: error: 'webcache' is no service of tcp or udp or sctp in services(5): write a port number"
            ]),
        MalformedCase(
            "a range that goes backwards",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.20->192.0.2.11:80 masq\n",
            says: [
                "2:7: error: the range goes backwards: 192.0.2.20 is above 192.0.2.11"
            ]),
        MalformedCase(
            "a range with blanks",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11 -> 192.0.2.20:80 masq\n",
            says: [
                "2:18: error: a range has no blanks around '->'"
            ]),
        MalformedCase(
            "a range to a single number",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11->20:80 masq\n",
            says: [
                "2:19: error: an IPv4 address is four numbers of 0 to 255, not '20'"
            ]),
        MalformedCase(
            "a range of IPv6",
            "virtual6=[2001:db8::1]:80\n"
                + "\treal6=[2001:db8::11]->[2001:db8::14]:80 masq\n",
            says: [
                "2:8: error: a range of IPv6 addresses is not possible: write a real6 line for each server"
            ]),
        MalformedCase(
            "a range of a billion servers",
            "virtual=192.0.2.1:80\n"
                + "\treal=10.0.0.0->73.154.202.0:80 masq\n",
            says: [
                "2:7: error: the range has 1067108865 addresses, at most 65536 are allowed"
            ]),
        MalformedCase(
            "a range with two ports",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80->192.0.2.12:81 masq\n",
            says: [
                "2:7: error: the ends of the range have different ports 80 and 81"
            ]),
        MalformedCase(
            "a negative weight",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq -1\n",
            says: [
                "2:26: error: '-1' is not understood: a weight, \"request\", \"receive\", l:N and u:N may follow the forwarding method"
            ]),
        MalformedCase(
            "a weight above 31 bits",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 2147483648\n",
            says: [
                "2:26: error: a weight is 0 to 2147483647, not 2147483648"
            ]),
        MalformedCase(
            "two weights",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 1 2\n",
            says: [
                "2:28: error: '2' is not understood: the weight is written already"
            ]),
        MalformedCase(
            "a request without an answer",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 1 \"index.html\"\n",
            says: [
                "2:28: error: the request and the receive text come together: \"REQUEST\", \"RECEIVE\""
            ]),
        MalformedCase(
            "a text that does not end",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 1 \"a\", \"b\n",
            says: [
                "2:33: error: the closing quote is missing: \"b"
            ]),
        MalformedCase(
            "a word too many",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 1 backup\n",
            says: [
                "2:28: error: 'backup' is not understood: a weight, \"request\", \"receive\", l:N and u:N may follow the forwarding method"
            ]),
        MalformedCase(
            "a lower threshold alone",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 1 l:5\n",
            says: [
                "2:28: error: the lower threshold 5 is above the upper one, which is missing: add u:N"
            ]),
        MalformedCase(
            "a lower threshold above the upper",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 1 l:10 u:5\n",
            says: [
                "2:28: error: the lower threshold 10 is above the upper one 5"
            ]),
        MalformedCase(
            "a threshold in capitals",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 1 U:5\n",
            says: [
                "2:28: error: 'U:5' is not understood: a weight, \"request\", \"receive\", l:N and u:N may follow the forwarding method"
            ]),
        MalformedCase(
            "a server without any port to check",
            "virtual=1\n"
                + "\treal=192.0.2.11 masq\n"
                + "\tchecktype=connect\n",
            says: [
                "2:7: error: no port is known to check 192.0.2.11 at: add checkport, or a port to the server"
            ]),
        MalformedCase(
            "a fallback by a wrong method",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tfallback=127.0.0.1:80 local\n",
            says: [
                "3:24: error: the forwarding method is gate, masq or ipip, not 'local'"
            ]),
        MalformedCase(
            "a fallback with a weight",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tfallback=127.0.0.1:80 gate 1\n",
            says: [
                "3:11: warning: only the last two words of the line are read: a server and its forwarding method",
                "3:29: error: the forwarding method is gate, masq or ipip, not '1'",
            ]),
        MalformedCase(
            "a fallback of IPv4 in an IPv6 section",
            "virtual6=[2001:db8::1]:80\n"
                + "\treal6=[2001:db8::11]:80 masq\n"
                + "\tfallback=127.0.0.1:80\n",
            says: [
                "3:11: error: fallback in a virtual6 section: write fallback6"
            ]),
        MalformedCase(
            "a fallback6 without brackets",
            "fallback6=::1\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:11: error: '::1': write an IPv6 address in brackets, [ADDRESS]:PORT"
            ]),
        MalformedCase(
            "an empty fallback6",
            "fallback6=\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:11: error: fallback6 is empty: write [ADDRESS]:PORT"
            ]),
        MalformedCase(
            "a fallback that does not resolve",
            "fallback=sorry.example.org\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:10: error: 'sorry.example.org' has no IPv4 address"
            ]),
        MalformedCase(
            "a fallback's port above 65535",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tfallback=127.0.0.1:99999\n",
            says: [
                "3:21: error: port 99999 is above 65535"
            ]),
    ]
}

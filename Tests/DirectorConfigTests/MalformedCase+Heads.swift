extension MalformedCase {
    /// What opens a section.
    static let heads: [MalformedCase] = [
        MalformedCase(
            "an empty virtual",
            "virtual=\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: virtual is empty: write virtual = 192.0.2.1:80, or a firewall mark"
            ]),
        MalformedCase(
            "a service of IPv6 under virtual",
            "virtual=[2001:db8::1]:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: an IPv6 service is opened by virtual6: write virtual6 = [2001:db8::1]:80"
            ]),
        MalformedCase(
            "an IPv6 address without brackets",
            "virtual6=2001:db8::1:80\n"
                + "\treal6=[2001:db8::11]:80 masq\n",
            says: [
                "1:10: error: '2001:db8::1:80' is no address and port: write virtual6 = [2001:db8::1]:80"
            ]),
        MalformedCase(
            "an IPv6 address without a port",
            "virtual6=[2001:db8::1]\n"
                + "\treal6=[2001:db8::11]:80 masq\n",
            says: [
                "1:23: error: the port is missing: write virtual6 = [2001:db8::1]:80"
            ]),
        MalformedCase(
            "an IPv6 address without its bracket",
            "virtual6=[2001:db8::1:80\n"
                + "\treal6=[2001:db8::11]:80 masq\n",
            says: [
                "1:10: error: the closing bracket is missing: write virtual6 = [2001:db8::1]:80"
            ]),
        MalformedCase(
            "an IPv4 address under virtual6",
            "virtual6=192.0.2.1:80\n"
                + "\treal6=[2001:db8::11]:80 masq\n",
            says: [
                "1:10: error: 192.0.2.1 is an IPv4 address, an IPv6 address stands here in brackets"
            ]),
        MalformedCase(
            "an IPv4 address in brackets",
            "virtual6=[192.0.2.1]:80\n"
                + "\treal6=[2001:db8::11]:80 masq\n",
            says: [
                "1:10: error: [192.0.2.1] is not an IPv6 address in brackets"
            ]),
        MalformedCase(
            "an address with a number above 255",
            "virtual=192.0.2.256:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: an IPv4 address is four numbers of 0 to 255, not '192.0.2.256'"
            ]),
        MalformedCase(
            "an address of three numbers",
            "virtual=192.0.2:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: an IPv4 address is four numbers of 0 to 255, not '192.0.2'"
            ]),
        MalformedCase(
            "a port above 65535",
            "virtual=192.0.2.1:65536\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:19: error: port 65536 is above 65535"
            ]),
        MalformedCase(
            "a port that is no service",
            "virtual=192.0.2.1:htpp\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: 'htpp' is no service of tcp in services(5): write a port number"
            ]),
        MalformedCase(
            "a port with a sign",
            "virtual=192.0.2.1:+80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:19: error: '+80' is neither a port nor the name of a service"
            ]),
        MalformedCase(
            "a host that does not resolve",
            "virtual=nowhere.example.org:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: 'nowhere.example.org' has no IPv4 address"
            ]),
        MalformedCase(
            "a host with a blank in it",
            "virtual=www.example .org:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: 'www.example' is no virtual service: write virtual = 192.0.2.1:80, or a firewall mark",
                "1:21: warning: '.org:80' at the end of the line is not read",
            ]),
        MalformedCase(
            "a host without a port",
            "virtual=www.example.org\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: 'www.example.org' is no virtual service: write virtual = 192.0.2.1:80, or a firewall mark"
            ]),
        MalformedCase(
            "a URL as virtual service",
            "virtual=http://192.0.2.1\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:14: error: '//192.0.2.1' is neither a port nor the name of a service"
            ]),
        MalformedCase(
            "a mark of 0",
            "virtual=0\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: a firewall mark is 1 to 4294967295, not 0"
            ]),
        MalformedCase(
            "a mark above 32 bits",
            "virtual=4294967296\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: a firewall mark is 1 to 4294967295, not 4294967296"
            ]),
        MalformedCase(
            "a negative mark",
            "virtual=-1\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: '-1' is no virtual service: write virtual = 192.0.2.1:80, or a firewall mark"
            ]),
        MalformedCase(
            "a service twice",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "3:1: error: the virtual service TCP 192.0.2.1:80 stands in line 1 already"
            ]),
        MalformedCase(
            "a service twice by its name",
            "virtual=192.0.2.1:http\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "3:1: error: the virtual service TCP 192.0.2.1:80 stands in line 1 already"
            ]),
        MalformedCase(
            "a mark twice",
            "virtual=1\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tchecktype=on\n"
                + "\n"
                + "virtual=1\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tchecktype=on\n",
            says: [
                "5:1: error: the virtual service FWM 1 stands in line 1 already"
            ]),
        MalformedCase(
            "every port without persistence",
            "virtual=192.0.2.1:0\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tchecktype=on\n",
            says: [
                "1:9: error: port 0 stands for every port and needs persistent = SECONDS"
            ]),
    ]
}

import Testing
import VirtualServers

/// Faulty lines with the error that ipvsadm 1.31 answers, message and status.
@Suite struct RuleErrorTests {
    struct Fault: CustomTestStringConvertible {
        let line: String
        let message: String
        let status: Int32
        var testDescription: String { line }

        init(_ line: String, _ message: String, _ status: Int32 = 2) {
            self.line = line
            self.message = message
            self.status = status
        }
    }

    private func check(_ fault: Fault) {
        let found = refusal(of: fault.line)
        #expect(found?.message == fault.message)
        #expect(found?.status == fault.status)
    }

    @Test(arguments: [
        Fault("-n", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("-t 10.0.0.1:80 -A", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("--bogus", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("''", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("-", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("--", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("-- -A -t 1.1.1.3:80", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("-A=foo -t 1.1.1.1:80", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("--set=1 2 3", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("--add -t 1.1.1.1:80", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("--start-daemon", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("-6 -L", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("foo", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
        Fault("-?", "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", 255),
    ])
    func aLineMustBeginWithACommand(_ fault: Fault) { check(fault) }

    @Test(arguments: [
        Fault("-A -t 10.0.0.1:80 --bogus", "--bogus: unknown option", 255),
        Fault("-A -t", "-t: missing argument", 255),
        Fault("-A --tcp-service", "--tcp-service: missing argument", 255),
        Fault("-L --numeric=foo", "--numeric=foo: option does not take an argument", 255),
        Fault("-L -cn=", "-cn=: option does not take an argument", 255),
        Fault("-At 1.1.1.20:80 -nz", "-nz: unknown option", 255),
        Fault("-a -t 1.1.1.1:80 -r 1.1.1.2 -nt", "-nt: missing argument", 255),
        Fault("-A -t 1.1.1.17:80 -p -5", "-5: unknown option", 255),
        Fault("-A --tcp-serv 1.1.1.21:80", "--tcp-serv: unknown option", 255),
        Fault("-L ---", "---: unknown option", 255),
        Fault("-L --=foo", "--=foo: unknown option", 255),
        Fault("-A -D -t 10.0.0.1:80", "invalid option `-D'"),
        Fault("-A -t 1.1.1.22:80 --help", "invalid option `--help'"),
        Fault("-L -nA", "invalid option `-nA'"),
        Fault("-add-service -t 1.1.1.21:80", "invalid option `-add-service'"),
        Fault("-L --start-daemon master", "invalid option `master'"),
        Fault("-L --start-daemon=master", "invalid option `--start-daemon=master'"),
    ])
    func optionSyntaxNamesTheWord(_ fault: Fault) { check(fault) }

    @Test(arguments: [
        Fault("-A -t 10.0.0.1:80 extra", "unexpected argument extra"),
        Fault("-L foo", "unexpected argument foo"),
        Fault("foo -A -t 1.1.1.1:80", "unexpected argument foo"),
        Fault("-A - -t 1.1.1.2:80", "unexpected argument -"),
        Fault("-A -t 1.1.1.3:80 -- -s rr", "unexpected argument -s"),
        Fault("--set 1 2 3 4", "unexpected argument 4"),
        Fault("-C -n foo", "unexpected argument foo"),
        Fault("-A -b sh-port -t 1.1.1.1:80 -s rr foo", "unexpected argument foo"),
        Fault("-A ''", "unexpected argument "),
    ])
    func surplusWordsAreReported(_ fault: Fault) { check(fault) }

    @Test(arguments: [
        Fault("-A -t 10.0.0.1:80 -t 10.0.0.2:80", "multiple 'service-address' options specified"),
        Fault("-A -f 1 -t bad:", "multiple 'service-address' options specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.2 -m -g", "multiple 'forwarding-method' options specified"),
        Fault("-a -t 10.0.0.1:80 -w 1 -w x", "multiple 'weight' options specified"),
        Fault("-L --exact -X", "multiple 'exact' options specified"),
        Fault("-L --nosort --nosort", "multiple 'nosort' options specified"),
        Fault("-A -t 1.1.1.1:80 --pe sip --pe sip", "multiple 'pe' options specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-csum --tun-csum", "multiple 'tun-csum' options specified"),
    ])
    func anOptionIsGivenOnce(_ fault: Fault) { check(fault) }

    @Test(arguments: [
        Fault("-A", "You need to supply the 'service-address' option for the 'add-service' command"),
        Fault("-A -s rr", "You need to supply the 'service-address' option for the 'add-service' command"),
        Fault("-a -t 10.0.0.1:80", "You need to supply the 'real-server' option for the 'add-server' command"),
        Fault("-D -r 1.1.1.1", "You need to supply the 'service-address' option for the 'delete-service' command"),
        Fault("-d -t 1.1.1.1:80", "You need to supply the 'real-server' option for the 'delete-server' command"),
        Fault("-A -t 10.0.0.1:80 -r 10.0.0.2:80", "Illegal 'real-server' option with the 'add-service' command"),
        Fault("-C -t 10.0.0.1:80", "Illegal 'service-address' option with the 'flush' command"),
        Fault("-D -t 10.0.0.1:80 -s rr", "Illegal 'scheduler' option with the 'delete-service' command"),
        Fault("-L -s rr", "Illegal 'scheduler' option with the 'list' command"),
        Fault("-S -t 10.0.0.1:80", "Illegal 'service-address' option with the 'save' command"),
        Fault("-Cn", "Illegal 'numeric' option with the 'flush' command"),
        Fault("-R -n", "Illegal 'numeric' option with the 'restore' command"),
        Fault("--set 1 -n 2 3", "Illegal 'numeric' option with the 'set' command"),
        Fault("-Z -r 1.1.1.1", "Illegal 'real-server' option with the 'zero' command"),
        Fault("--stop-daemon master --mcast-ttl 3", "Illegal 'mcast-ttl' option with the 'stop-daemon' command"),
        Fault("-S --syncid 4", "Illegal 'syncid' option with the 'save' command"),
        Fault(
            "-d -t 1.1.1.1:80 -r 2.2.2.2 --tun-type ipip",
            "Illegal 'tun-type' option with the 'delete-server' command"),
        Fault(
            "-L -t 10.0.0.1:80 -c",
            "The option 'service-address' conflicts with the 'connection' option in the 'list' command"),
        Fault("-L --timeout --daemon", "The option 'daemon' conflicts with the 'timeout' option in the 'list' command"),
        Fault(
            "-L --daemon --timeout -c",
            "The option 'timeout' conflicts with the 'connection' option in the 'list' command"),
        Fault("-L --timeout --stats", "options conflicts in the list command"),
        Fault("-L -c --rate", "options conflicts in the list command"),
        Fault("-L --daemon --persistent-conn", "options conflicts in the list command"),
        Fault("-L -c --thresholds --tun-info", "options conflicts in the list command"),
    ])
    func commandsTakeTheirOwnOptions(_ fault: Fault) { check(fault) }

    @Test(arguments: [
        Fault("-A -t 80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 0", "illegal virtual server address[:port] specified"),
        Fault("-A -t ''", "illegal virtual server address[:port] specified"),
        Fault("-A -t 10.0.0.1:99999", "illegal virtual server address[:port] specified"),
        Fault("-A -t no.such.host.invalid:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t [2001:db8::1]", "illegal virtual server address[:port] specified"),
        Fault("-A -t [2001:db8::1]80", "illegal virtual server address[:port] specified"),
        Fault("-A -t [2001:db8::1]:", "illegal virtual server address[:port] specified"),
        Fault("-A -t [2001:db8::1", "illegal virtual server address[:port] specified"),
        Fault("-A -t 10.0.0.1:nosuchservice", "illegal virtual server address[:port] specified"),
        Fault("-A -t 10.0.0.1:", "illegal virtual server address[:port] specified"),
        Fault("-A -t 10.0.0.1:-1", "illegal virtual server address[:port] specified"),
        Fault("-A -t 10.0.0.1:80:90", "illegal virtual server address[:port] specified"),
        Fault("-A -t :80", "illegal virtual server address[:port] specified"),
        Fault("-A -t :", "illegal virtual server address[:port] specified"),
        Fault("-A -t 1.2.3.256:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 1.2.3.4x:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 1..2:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 1.2.3.4.5:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 08:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 0x:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 4294967296:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 1.16777216:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t 10.0.0.1:HTTP", "illegal virtual server address[:port] specified"),
        Fault("-A -t 10.0.0.1:tftp", "illegal virtual server address[:port] specified"),
        Fault("-A -t fe80::1%lo", "illegal virtual server address[:port] specified"),
        Fault("-A -t [[::1]]:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t []", "illegal virtual server address[:port] specified"),
        Fault("-A -t [:80", "illegal virtual server address[:port] specified"),
        Fault("-A -t -n", "illegal virtual server address[:port] specified"),
        Fault("-A --sctp-service 1.1.1.1:http", "illegal virtual server address[:port] specified"),
        Fault("-A -u 1.1.1.1:http", "illegal virtual server address[:port] specified"),
        Fault("-a -t 10.0.0.1:80 -r 80", "illegal real server address[:port] specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.2:99999", "illegal real server address[:port] specified"),
        Fault("-a -t 10.0.0.1:80 -r ''", "illegal real server address[:port] specified"),
        Fault("-a -t 10.0.0.1:80 -r [2001:db8::2]", "illegal real server address[:port] specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.2:", "illegal real server address[:port] specified"),
        Fault("-a -r 10.0.0.2:http -t 10.0.0.1:80", "illegal real server address[:port] specified"),
        Fault("-A -f 0", "invalid fwmark value `0' specified"),
        Fault("-A -f abc", "invalid fwmark value `abc' specified"),
        Fault("-A -f 4294967296", "invalid fwmark value `4294967296' specified"),
        Fault("-A -f -1", "invalid fwmark value `-1' specified"),
        Fault("-A -f 0x10", "invalid fwmark value `0x10' specified"),
        Fault("-A -f 3x", "invalid fwmark value `3x' specified"),
        Fault("-A -f ''", "invalid fwmark value `' specified"),
        Fault("-A -6 -f 1", "-6 used before -f\n"),
        Fault("-L -6", "-6 used before -f\n"),
        Fault("-A -t 1.1.1.1:80 -6", "-6 used before -f\n"),
    ])
    func addressesAreJudged(_ fault: Fault) { check(fault) }

    @Test(arguments: [
        Fault("-A -t 10.0.0.1:80 -p 0", "invalid timeout value `0' specified"),
        Fault("-A -t 10.0.0.1:80 -p 2678401", "invalid timeout value `2678401' specified"),
        Fault("-A -t 10.0.0.1:80 -p abc", "invalid timeout value `abc' specified"),
        Fault("-A -t 10.0.0.1:80 -p 5x", "invalid timeout value `5x' specified"),
        Fault("-A -t 1.1.1.1:80 -pn", "invalid timeout value `n' specified"),
        Fault("-A -t 1.1.1.1:80 -p=", "invalid timeout value `' specified"),
        Fault("-A -t 1.1.1.1:80 -p ''", "invalid timeout value `' specified"),
        Fault("-A -t 10.0.0.1:80 -M 300.1.1.1", "illegal virtual server persistent mask specified"),
        Fault("-A -t 10.0.0.1:80 -M nohost", "illegal virtual server persistent mask specified"),
        Fault("-A -t 10.0.0.1:80 -M ''", "illegal virtual server persistent mask specified"),
        Fault("-A -t 10.0.0.1:80 -M /24", "illegal virtual server persistent mask specified"),
        Fault("-A -t 10.0.0.1:80 -M ::ffff", "illegal virtual server persistent mask specified"),
        Fault("-A -t 10.0.0.1:80 -M -1", "illegal virtual server persistent mask specified"),
        Fault("-A -t [2001:db8::1]:80 -p 5 -M 129", "illegal ipv6 netmask specified"),
        Fault("-A -t [2001:db8::1]:80 -p 5 -M 0", "illegal ipv6 netmask specified"),
        Fault("-A -t [2001:db8::1]:80 -p 5 -M -1", "illegal ipv6 netmask specified"),
        Fault("-A -t [2001:db8::1]:80 -p 5 -M x", "illegal ipv6 netmask specified"),
        Fault("-A -t [2001:db8::1]:80 -p 5 -M ''", "illegal ipv6 netmask specified"),
        Fault("-A -t [2001:db8::1]:80 -p 5 -M -99999999999999999999", "illegal ipv6 netmask specified"),
        Fault("-A -t [2001:db8::1]:80 -p 5 -M 99999999999", "illegal ipv6 netmask specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.15 -g -w -1", "illegal weight specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.15 -g -w abc", "illegal weight specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.15 -g -w 2147483648", "illegal weight specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.15 -g -w ''", "illegal weight specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.15 -g -w 5a", "illegal weight specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.15 -g -w 1.0", "illegal weight specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.15 -g -w --1", "illegal weight specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.15 -g -w 0x10", "illegal weight specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.2 -x -1", "illegal u_threshold specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.0.0.2 -y x", "illegal l_threshold specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type vxlan", "illegal tunnel type specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type GUE", "illegal tunnel type specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type gue --tun-port 0", "illegal tunnel port specified"),
        Fault("-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type gue --tun-port 65536", "illegal tunnel port specified"),
        Fault("--set 3600 120", "--set option requires 3 timeout values"),
        Fault("--set '' 2678400", "--set option requires 3 timeout values"),
        Fault("--set", "--set option requires 3 timeout values"),
        Fault("--set 3600 120 x", "invalid timeout value `x' specified"),
        Fault("--set 2678401 1 1", "invalid timeout value `2678401' specified"),
        Fault("--set 1 2 x y", "invalid timeout value `x' specified"),
        Fault("--start-daemon both --mcast-interface dum0", "illegal start-daemon parameter specified"),
        Fault("--start-daemon --syncid 3", "illegal start-daemon parameter specified"),
        Fault("--stop-daemon both", "illegal start_daemon specified"),
        Fault("--start-daemon master --mcast-interface dum0 --syncid 256", "illegal syncid specified"),
        Fault(
            "--start-daemon master --mcast-interface dum0 --mcast-group 10.0.0.1",
            "invalid IPv4 mcast-group `10.0.0.1'"),
        Fault(
            "--start-daemon master --mcast-interface dum0 --mcast-group 224.0.0.081",
            "invalid IPv4 mcast-group `224.0.0.081'"),
        Fault(
            "--start-daemon master --mcast-interface dum0 --mcast-group fe80::1",
            "invalid IPv6 mcast-group `fe80::1'"),
        Fault("--start-daemon master --mcast-interface dum0 --mcast-ttl 0", "illegal mcast-ttl specified"),
        Fault("--start-daemon master --mcast-interface dum0 --mcast-port 70000", "illegal mcast-port specified"),
        Fault("--start-daemon master --mcast-interface dum0 --sync-maxlen 65508", "illegal sync-maxlen specified"),
        Fault("--start-daemon both --syncid 999", "illegal start-daemon parameter specified"),
    ])
    func valuesAreJudged(_ fault: Fault) { check(fault) }

    @Test(arguments: [
        Fault("-A -t 10.0.0.1:80 -s rr -b sh-port", "incompatible scheduler flag `sh-port'"),
        Fault("-A -t 10.0.0.1:80 -s sh -b bogus", "invalid scheduler flag `bogus'"),
        Fault("-A -t 1.1.1.1:80 -b sh-port", "incompatible scheduler flag `sh-port'"),
        Fault("-A -t 1.1.1.1:80 -s sh -b sh-port,mh-port", "incompatible scheduler flag `mh-port'"),
        Fault(
            "-A -t 1.1.1.1:80 -b " + Array(repeating: "flag-1", count: 19).joined(separator: ","),
            "invalid scheduler flag `f'"),
        Fault("-A -t 1.1.1.1:80 -b flag-1,bogus", "invalid scheduler flag `bogus'"),
        Fault("-L -b sh-port", "incompatible scheduler flag `sh-port'"),
        Fault("-A -b sh-port -s rr", "incompatible scheduler flag `sh-port'"),
        Fault("-A -b bogus -t bad: -s rr", "illegal virtual server address[:port] specified"),
    ])
    func schedulerFlagsBelongToTheirScheduler(_ fault: Fault) { check(fault) }

    @Test(arguments: [
        Fault("-A -t 10.0.0.1", "Zero port specified for non-persistent service"),
        Fault("-A -t 10.0.0.1:0 -s rr", "Zero port specified for non-persistent service"),
        Fault("-A -t 2001:db8::1 -s rr", "Zero port specified for non-persistent service"),
        Fault("-E -t 10.0.0.1 -s rr", "Zero port specified for non-persistent service"),
        Fault("-A -t 1.1.1.1 -o", "Zero port specified for non-persistent service"),
        Fault("-A -t 10.0.0.1:80 -o", "One-Packet Scheduling is only for UDP virtual services"),
        Fault("-A --sctp-service 10.0.0.1:80 -o", "One-Packet Scheduling is only for UDP virtual services"),
        Fault(
            "-a -t 10.0.0.1:80 -r [2001:db8::5]:80 -m",
            "Different address family is allowed only for tunneling servers"),
        Fault("-a -t 10.0.0.1:80 -r ::5", "Different address family is allowed only for tunneling servers"),
        Fault("-a -f 6 -6 -r 2.2.2.2 -g", "Different address family is allowed only for tunneling servers"),
        Fault(
            "-a -t 1.1.1.1:80 -r ::2 -m --tun-type gue",
            "Different address family is allowed only for tunneling servers"),
        Fault(
            "-a -t 10.0.0.1:80 -r 10.9.0.1 -m --tun-type gue --tun-port 6080",
            "Tunnel options conflict with forward method"),
        Fault("-a -t 10.0.0.1:80 -r 10.9.0.1 --tun-type gue", "Tunnel options conflict with forward method"),
        Fault("-a -t 10.0.0.1:80 -r 10.9.0.1 -g --tun-nocsum", "Tunnel options conflict with forward method"),
        Fault(
            "-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type gue",
            "You need to supply the 'tun-port' option for the 'gue' tunnel type"),
        Fault(
            "-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type gre --tun-port 1",
            "Illegal 'tun-port' option with the 'gre' tunnel type"),
        Fault(
            "-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type gre --tun-remcsum",
            "Illegal 'tun-remcsum' option with the 'gre' tunnel type"),
        Fault("-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-csum", "Illegal 'tun-csum' option with the 'ipip' tunnel type"),
        Fault(
            "-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type gue --tun-port 1 --tun-csum --tun-nocsum",
            "The option 'tun-csum' conflicts with the 'tun-nocsum' option in the 'gue' tunnel type"),
        Fault(
            "-a -t 10.0.0.1:80 -r 10.9.0.1 -i --tun-type gre --tun-csum --tun-remcsum",
            "Illegal 'tun-remcsum' option with the 'gre' tunnel type"),
    ])
    func whatMustAgreeIsCompared(_ fault: Fault) { check(fault) }
}

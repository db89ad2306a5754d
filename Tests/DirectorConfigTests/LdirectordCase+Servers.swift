extension LdirectordCase {
    /// Servers, deferred keys, what stands twice.
    static let servers: [LdirectordCase] = [
        LdirectordCase(
            "P81 real without fwd", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:20: error: the forwarding method is missing: gate, masq or ipip"
            ]),
        LdirectordCase(
            "P82 real with bad fwd", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 nat\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:21: error: the forwarding method is gate, masq or ipip, not 'nat': for NAT write masq"
            ]),
        LdirectordCase(
            "P83 real w/o port on tcp", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11 gate\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 gate 1 | on",
            ],
            says: []),
        LdirectordCase(
            "P84 real w/o port masq", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11 masq\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:0 masq 1 | on",
            ],
            says: []),
        LdirectordCase(
            "P85 gate differing port", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:8080 gate\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 gate 1 | on",
            ],
            says: [
                "2:7: warning: gate and ipip cannot change the port: connections go to port 80, the check to 8080; ldirectord loses such a server"
            ]),
        LdirectordCase(
            "P86 maintenancedir missing", ldirectord: .runs,
            "maintenancedir=/nonexistent\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "2:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback"
            ]),
        LdirectordCase(
            "P87 monitorfile bad", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tmonitorfile=/nonexistent/x\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback"
            ]),
        LdirectordCase(
            "P88 readdquiescent in virtual", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treaddquiescent=yes\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:2: error: 'readdquiescent' is a global key, not one of a virtual section: start it in column 1, before the sections"
            ]),
        LdirectordCase(
            "P89 autoreload in virtual", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tautoreload=yes\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:2: error: 'autoreload' is a global key, not one of a virtual section: start it in column 1, before the sections"
            ]),
        LdirectordCase(
            "P90 checkinterval in virtual fork=no", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\tcheckinterval=3\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "2:16: warning: checkinterval counts for this service here, ldirectord reads it with fork = yes only",
            ]),
        LdirectordCase(
            "P91 checkcount warn", ldirectord: .runs,
            "checkcount=3\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:12: warning: checkcount counts the attempts of ping checks only; for all others use failurecount",
                "2:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
            ]),
        LdirectordCase(
            "P92 unresolvable real", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treal=no.such.invalid:80 masq\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:7: error: 'no.such.invalid' has no IPv4 address"
            ]),
        LdirectordCase(
            "P93 login unquoted", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tlogin=foo\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:8: error: login must be in double quotes: login = \"foo\""
            ]),
        LdirectordCase(
            "P94 uppercase directive", ldirectord: .refuses,
            "CheckInterval=4\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:1: error: unknown key 'CheckInterval', did you mean 'checkinterval'?"
            ]),
        LdirectordCase(
            "P95 leading space virtual", ldirectord: .refuses,
            " virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "1:2: error: virtual must start in column 1: take the blanks before it away"
            ]),
        LdirectordCase(
            "P96 same real twice in one virtual", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq 1\n"
                + "\treal=127.0.0.11:80 masq 2\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 2 | on",
            ],
            says: [
                "3:7: warning: 127.0.0.11:80 stands in line 2 already: this line counts; ldirectord sets the one and the other in turn"
            ]),
        LdirectordCase(
            "P97 trailing garbage virtual", ldirectord: .runs,
            "virtual=10.0.0.1:80 foo bar\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "1:21: warning: 'foo bar' at the end of the line is not read",
            ]),
        LdirectordCase(
            "P98 load directive", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\tload=\"x\"\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "2:7: warning: load has no effect, neither here nor in ldirectord: leave it out",
            ]),
        LdirectordCase(
            "P99 fwmark, default negotiate, no service", ldirectord: .runs,
            "virtual=1\n"
                + "\treal=127.0.0.11:80 masq\n",
            table: [
                "FWM 1 wrr",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: [
                "1:1: warning: no service is known for FWM 1, so its servers are always taken as up, as by ldirectord: add service = NAME, or checktype = connect"
            ]),
        LdirectordCase(
            "P100 checktype off keeps fallback", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tfallback=127.0.0.1:80\n"
                + "\tchecktype=off\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | off",
                "  fallback 127.0.0.1:80 gate 1",
            ],
            says: []),
        LdirectordCase(
            "P101 global fallbackcommand quoted", ldirectord: .runs,
            "fallbackcommand=\"/bin/echo hi\"\n"
                + "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tchecktype=off\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | off",
            ],
            says: [
                "1:17: warning: the quotes are taken off here, ldirectord takes them for a part of fallbackcommand"
            ]),
        LdirectordCase(
            "P102 no trailing newline", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tchecktype=on",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: []),
        LdirectordCase(
            "P103 virtual ends with comment at EOF", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tchecktype=on\n"
                + "# end\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: []),
    ]
}

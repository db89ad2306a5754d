extension LdirectordCase {
    /// Lines, comments, ranges, thresholds.
    static let lines: [LdirectordCase] = [
        LdirectordCase(
            "P1 virtual without port -> fwmark", ldirectord: .runs,
            "virtual=10.0.0.1\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tchecktype=on\n",
            table: [
                "FWM 10 wrr",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: [
                "1:9: warning: '10.0.0.1' has no port and is read as firewall mark 10, as ldirectord does: write ADDRESS:PORT for a service at an address, 10 alone for the mark"
            ]),
        LdirectordCase(
            "P2 virtual at EOF no body", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: the section is empty at the end of the file, where ldirectord takes it for its own duplicate",
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
            ]),
        LdirectordCase(
            "P3 virtual no body followed by another", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "virtual=10.0.0.2:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "TCP 10.0.0.2:80 wrr",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback"
            ]),
        LdirectordCase(
            "P4 blank line ends section", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "4:2: error: 'checktype' belongs to no section: the blank line 3 ended that of line 1"
            ]),
        LdirectordCase(
            "P5 3-space indent", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "   real=127.0.0.11:80 masq\n",
            table: nil,
            says: [
                "2:4: error: 'real' is indented by 3, a line of a section by four blanks or a tab at least"
            ]),
        LdirectordCase(
            "P6 4-space indent + col0 comment in the middle", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "    real=127.0.0.11:80 masq\n"
                + "# comment\n"
                + "    checktype=on\n"
                + "   # x\n"
                + "     real=127.0.0.12:80 masq 7\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | on",
                "  127.0.0.12:80 masq 7 | on",
            ],
            says: []),
        LdirectordCase(
            "P7 trailing space yes/no", ldirectord: .refuses,
            "quiescent=yes \n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:14: warning: the blanks behind quiescent are skipped here, ldirectord refuses the line",
                "2:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
            ]),
        LdirectordCase(
            "P8 global trailing comment yes/no", ldirectord: .refuses,
            "quiescent=yes # c\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:15: warning: a comment behind quiescent is skipped here, ldirectord refuses the line: give it a line of its own",
                "2:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
            ]),
        LdirectordCase(
            "P9 global trailing comment number ok", ldirectord: .runs,
            "checkinterval=7 # c\n"
                + "virtual=10.0.0.1:80\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "2:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback"
            ]),
        LdirectordCase(
            "P10 virtual trailing comment yes/no", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tquiescent=yes # c\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "2:15: warning: the blanks behind quiescent are skipped here, ldirectord refuses the line",
            ]),
        LdirectordCase(
            "P11 virtual trailing comment glued", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\tquiescent=yes# c\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback"
            ]),
        LdirectordCase(
            "P12 hash inside quoted", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tpasswd=\"a#b\"\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr"
            ],
            says: [
                "1:1: warning: TCP 10.0.0.1:80 has neither a real server nor a fallback",
                "2:11: warning: '#' within quotes is read as a part of the text; ldirectord cuts the line there",
            ]),
        LdirectordCase(
            "P13 double colon real", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=192.168.6.2::5060 gate\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  192.168.6.2:80 gate 1 | on",
            ],
            says: [
                "2:7: warning: gate and ipip cannot change the port: connections go to port 80, the check to 5060; ldirectord loses such a server",
                "2:18: warning: '::' is read as ':', port 5060; ldirectord takes 5060 for the host",
            ]),
        LdirectordCase(
            "P14 range", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11->127.0.0.13:80 masq 3\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 3 | on",
                "  127.0.0.12:80 masq 3 | on",
                "  127.0.0.13:80 masq 3 | on",
            ],
            says: []),
        LdirectordCase(
            "P15 range reversed", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.13->127.0.0.11:80 masq 3\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "2:7: error: the range goes backwards: 127.0.0.13 is above 127.0.0.11"
            ]),
        LdirectordCase(
            "P16 range crossing power of ten (59.154.201.255->59.154.202.1)", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=59.154.201.254->59.154.202.1:80 masq\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  59.154.201.254:80 masq 1 | on",
                "  59.154.201.255:80 masq 1 | on",
                "  59.154.202.0:80 masq 1 | on",
                "  59.154.202.1:80 masq 1 | on",
            ],
            says: [
                "2:7: warning: ldirectord compares the ends of this range as text and reads no server from it"
            ]),
        LdirectordCase(
            "P17 thresholds l then u", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq 3 l:5 u:10\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 3 l:5 u:10 | on",
            ],
            says: []),
        LdirectordCase(
            "P18 thresholds u then l", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq 3 u:10 l:5\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 3 l:5 u:10 | on",
            ],
            says: [
                "2:33: warning: l:5 belongs before the upper threshold, which ldirectord forgets otherwise"
            ]),
        LdirectordCase(
            "P19 thresholds no weight", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq l:5 u:10\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 l:5 u:10 | on",
            ],
            says: []),
        LdirectordCase(
            "P20 thresholds quoted per doc", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq 3 \"l:5\" \"u:10\"\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 3 l:5 u:10 | on",
            ],
            says: [
                "2:28: warning: the threshold l:5 stands without quotes; ldirectord takes it for a request or an answer",
                "2:34: warning: the threshold u:10 stands without quotes; ldirectord takes it for a request or an answer",
            ]),
        LdirectordCase(
            "P21 per-real req/recv", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq 3 \"a.html\", \"ok\"\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 3 | on",
            ],
            says: []),
        LdirectordCase(
            "P22 per-real req/recv no weight with digits", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq \"a 2.html\", \"ok\"\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: [
                "2:26: warning: the digit in the request is taken for the weight by ldirectord: write the weight before it"
            ]),
        LdirectordCase(
            "P23 netmask without persistent", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tnetmask=255.255.255.0\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 wrr",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: [
                "3:10: warning: netmask without persistent has no effect: add persistent = SECONDS"
            ]),
        LdirectordCase(
            "P24 persistent+netmask+sched+schedflags", ldirectord: .runs,
            "virtual=10.0.0.1:80\n"
                + "\treal=127.0.0.11:80 masq\n"
                + "\tpersistent=600\n"
                + "\tnetmask=255.255.255.0\n"
                + "\tscheduler=sh\n"
                + "\tschedflags=sh-port,sh-fallback\n"
                + "\tchecktype=on\n",
            table: [
                "TCP 10.0.0.1:80 sh flags 24 persistent 600 mask 255.255.255.0",
                "  127.0.0.11:80 masq 1 | on",
            ],
            says: []),
        LdirectordCase(
            "P25 netmask hex", ldirectord: .refuses,
            "virtual=10.0.0.1:80\n"
                + "\tpersistent=60\n"
                + "\tnetmask=24\n"
                + "\tchecktype=on\n",
            table: nil,
            says: [
                "3:10: error: netmask is a dotted quad, such as 255.255.255.0, not '24'"
            ]),
    ]
}

"""Twenty-eight more files for Director and Debian's ldirectord side by side; see test_ldirectord_side_by_side.py, whose
form they have: name: (file, weights of the first service after the death of rs1; None where nothing changes).

Each has virtual services of its own. rs1 is killed; 10.0.0.77 is nobody. @RUN@ is a folder that both may write.
"""

# A program takes its time to start in a kernel that is a process.
PATIENT = "checktimeout=8\nnegotiatetimeout=8\ncheckinterval=1\n"
TOP = "checktimeout=1\nnegotiatetimeout=2\ncheckinterval=1\n"
HEALTH = '\tservice=http\n\trequest="health"\n\treceive="OK"\n'
PAIR = "\treal=10.0.0.101:80 masq 2\n\treal=10.0.0.102:80 masq 3\n"
CONNECT = "\tchecktype=connect\n"

MORE = {
    "weight_zero": (TOP + "virtual=10.9.1.1:80\n\treal=10.0.0.101:80 masq 5\n\treal=10.0.0.102:80 masq 0\n" + CONNECT,
                    {"10.0.0.102:80": 0}),
    "section_wins_over_global": (TOP + "quiescent=no\nfailurecount=5\nfallback=10.0.0.103:8080 masq\nvirtual=10.9.1.2:80\n"
                                 "\treal=10.0.0.101:80 masq 4\n\tquiescent=yes\n\tfailurecount=1\n"
                                 "\tfallback=10.0.0.102:80 masq\n" + CONNECT,
                                 {"10.0.0.101:80": 0, "10.0.0.102:80": 1}),
    "mark_readd_fallback": (TOP + "quiescent=yes\nreaddquiescent=yes\nvirtual=31\n\treal=10.0.0.101:80 masq 4\n"
                            "\treal=10.0.0.77:80 masq 4\n\tfallback=10.0.0.102:80 masq\n" + CONNECT,
                            {"10.0.0.101:80": 0, "10.0.0.77:80": 0, "10.0.0.102:80": 1}),
    "one_server_two_services": (TOP + "quiescent=yes\nvirtual=10.9.1.4:80\n" + PAIR + CONNECT
                                + "\nvirtual=10.9.1.4:81\n" + PAIR + "\tquiescent=no\n" + CONNECT,
                                {"10.0.0.101:80": 0, "10.0.0.102:80": 3}),
    "three_failures": (TOP + "failurecount=3\nvirtual=10.9.1.5:80\n" + PAIR + HEALTH, {"10.0.0.102:80": 3}),
    "ping": (TOP + "checkcount=2\nvirtual=10.9.1.6:80\n" + PAIR + "\treal=10.0.0.77:80 masq 9\n\tchecktype=ping\n", None),
    "ping_quiescent": (TOP + "quiescent=yes\nvirtual=10.9.1.7:80\n" + PAIR + "\tchecktype=ping\n\tscheduler=wlc2\n", None),
    "program": (PATIENT + "virtual=10.9.1.8:80\n" + PAIR + "\tchecktype=external\n\tcheckcommand=@RUN@/check\n",
                {"10.0.0.102:80": 3}),
    "program_of_a_mark": (PATIENT + 'quiescent=yes\nvirtual=32\n' + PAIR
                          + '\tchecktype=external\n\tcheckcommand="@RUN@/check"\n', {"10.0.0.101:80": 0, "10.0.0.102:80": 3}),
    "two_connects_then_a_negotiation": (TOP + "virtual=10.9.1.10:80\n" + PAIR + "\tchecktype=2\n" + HEALTH,
                                        {"10.0.0.102:80": 3}),
    "head_and_virtual_host": (TOP + "virtual=10.9.1.11:80\n" + PAIR
                              + "\tservice=http\n\thttpmethod=HEAD\n\tvirtualhost=www.example.org\n", {"10.0.0.102:80": 3}),
    "wrong_answer": (TOP + "quiescent=yes\nreaddquiescent=yes\nvirtual=10.9.1.12:80\n\treal=10.0.0.101:80 masq 2\n"
                     "\treal=10.0.0.102:80 masq 3 \"nothing-here\", \"OK\"\n" + HEALTH,
                     {"10.0.0.101:80": 0, "10.0.0.102:80": 0}),
    "pattern": (TOP + "virtual=10.9.1.13:80\n" + PAIR + "\treal=10.0.0.103:80 masq 4\n"
                "\tservice=http\n\treceive=\"^rs[12]\\s*$\"\n", {"10.0.0.102:80": 3}),
    "checked_elsewhere": (TOP + "virtual=10.9.1.14:80\n\treal=10.0.0.101->10.0.0.102:81 masq 2\n\tcheckport=8080\n" + HEALTH,
                          {"10.0.0.102:81": 2}),
    "range_and_thresholds": (TOP + "quiescent=no\nvirtual=10.9.1.15:80\n"
                             "\treal=10.0.0.101->10.0.0.103:80 masq 3 l:2 u:9\n" + CONNECT,
                             {"10.0.0.102:80": 3, "10.0.0.103:80": 3}),
    "tunnels_and_thresholds": (TOP + "virtual=10.9.1.16:80\n\treal=10.0.0.101:80 ipip 3 u:9\n\treal=10.0.0.102:80 ipip 4\n"
                               + CONNECT, {"10.0.0.102:80": 4}),
    "maglev_with_flags": (TOP + "virtual=10.9.1.17:80\n" + PAIR + "\tscheduler=mh\n\tschedflags=mh-port\n" + CONNECT,
                          {"10.0.0.102:80": 3}),
    "locality": (TOP + "quiescent=yes\nvirtual=10.9.1.18:80\n" + PAIR + "\tscheduler=lblcr\n" + CONNECT,
                 {"10.0.0.101:80": 0, "10.0.0.102:80": 3}),
    "destination_hash": (TOP + "virtual=10.9.1.19:80\n" + PAIR + "\tscheduler=dh\n" + CONNECT, {"10.0.0.102:80": 3}),
    "weighted_failover": (TOP + "virtual=10.9.1.20:80\n" + PAIR + "\tscheduler=fo\n" + CONNECT, {"10.0.0.102:80": 3}),
    "persistent_mark": (TOP + "quiescent=yes\nvirtual=33\n" + PAIR + "\tpersistent=15m\n\tnetmask=255.255.0.0\n" + CONNECT,
                        {"10.0.0.101:80": 0, "10.0.0.102:80": 3}),
    "udp_and_fallback": (TOP + "virtual=10.9.1.22:514\n\tprotocol=udp\n\treal=10.0.0.77:514 masq\n"
                         "\tfallback=10.0.0.102:514 masq\n" + CONNECT, None),
    "datagrams_one_by_one": (TOP + "quiescent=yes\nvirtual=10.9.1.23:domain\n\treal=10.0.0.101:53 masq 2\n\tops=yes\n"
                             "\tservice=none\n", None),
    "ipv6_fallback": (TOP + "quiescent=yes\nvirtual6=[2001:db8::19]:80\n\treal6=[fd00::101]:80 masq 4\n"
                      "\tfallback6=[fd00::102]:80 masq\n" + CONNECT, {"[fd00::101]:80": 0, "[fd00::102]:80": 1}),
    "ipv6_ports": (TOP + "virtual6=[2001:db8::1a]:80\n\treal6=[fd00::101]:8080 masq 4\n\treal6=[fd00::102]:80 masq\n"
                   "\tscheduler=Wlc\n" + CONNECT, {"[fd00::102]:80": 1}),
    "a_process_each": (TOP + "fork=yes\nvirtual=10.9.1.26:80\n" + PAIR + "\tcheckinterval=1\n" + CONNECT,
                       {"10.0.0.102:80": 3}),
    "words_for_people": (TOP + "emailalert=nobody@example.org\nemailalertstatus=none\nemailalertfreq=3600\n"
                         "cleanstop=no\nvirtual=10.9.1.27:80\n    real = 10.0.0.101:80 masq 6\n# a remark\n"
                         "    real=10.0.0.102:80    masq   7\n    servicename=the shop\n    comment=call them\n"
                         "    checkport=80 # of the page\n    cleanstop=yes\n    checktype=connect\n", {"10.0.0.102:80": 7}),
    "nobody_but_the_fallback": (TOP + "virtual=10.9.1.28:80\n\tfallback=10.0.0.103:80 masq\n" + CONNECT, None),
    "nobody_lives": (TOP + "quiescent=yes\nfallback=10.0.0.102:8080 masq\nvirtual=10.9.1.29:80\n\treal=10.0.0.77:80 masq 3\n"
                     + CONNECT, None),
    "commands": (TOP + "fallbackcommand=@RUN@/fallback\nvirtual=10.9.1.30:80\n\treal=10.0.0.101:80 masq 3\n" + CONNECT
                 + "virtual=34\n\treal=10.0.0.101:80 masq\n\tfallbackcommand=\"@RUN@/fallback of a mark\"\n" + CONNECT, {}),
    "files": (TOP + "maintenancedir=@RUN@/maintenance\nquiescent=yes\nvirtual=10.9.1.31:80\n" + PAIR
              + "\tmonitorfile=@RUN@/monitor\n" + HEALTH, {"10.0.0.101:80": 0, "10.0.0.102:80": 3}),
}

"""One file with a service of many kinds for Director and Debian's ldirectord, in the way of test_ldirectord_side_by_side:
the tables are the same after the start, the death and the return of rs1. What listens where is told in stand_ins.py."""

import re

import test_ldirectord_side_by_side as side
from harness import *

TOPOLOGIES = ["nat"]
BUSY = True
TOP = "checktimeout=1\nnegotiatetimeout=2\ncheckinterval=1\n"
# The port of virtual and real servers, then the section's keys. @ is the number of a server.
SECTIONS = {
    "quotes in an answer": (8081, "service=http\nreal=10.0.0.10@:8081 masq 2 \"json?deep=1&x=%20\", \"{\"status\":\"ok\"}\""),
    "a Perl pattern": (8081, "service=http\nrequest=\"json\"\nreceive=\"^(?=.*\\bload\\b)(?!.*fail)\\{\\\"(?i:STATUS)\\W+ok\\W\""),
    "a trailer": (8081, "service=http\nrequest=\"trailer\"\nreceive=\"^ok$\""),
    "a redirect to another machine": (8081, "service=http\nrequest=\"away\"\nreceive=\"OK\"\nvirtualhost=shop.example.com"),
    "a whole URL of another machine": (80, "real=10.0.0.10@:80 masq 2 \"http://10.0.0.103:8080/health\", \"OK\""),
    "a proxy": (3128, "request=\"http://shop.example.com/\"\nreceive=\"by the proxy\""),
    "FTP": (21, "login=\"joe\"\npasswd=\"secret\"\nrequest=\"status\"\nreceive=\"status: ok\""),
    "POP": (110, "login=\"joe\"\npasswd=\"secret\"\nquiescent=yes"),
    "SIP over UDP": (5060, "protocol=udp"),
    "lines over UDP": (7777, "protocol=udp\nservice=simpletcp\nrequest=\"STATUS\\n\"\nreceive=\"status ok rs\\d\""),
    "nothing to negotiate over UDP": (999, "protocol=udp\nchecktype=2"),
}
# Whose rs1 is in use although it is dead.
STAY = {"a whole URL of another machine", "nothing to negotiate over UDP"}


def file():
    text = TOP
    for number, (port, keys) in enumerate(SECTIONS.values(), 1):
        text += f"virtual=10.9.3.{number}:{port}\n"
        if "real=" not in keys:
            keys = f"real=10.0.0.10@:{port} masq 2\n{keys}"
        for line in keys.splitlines():
            text += "".join("\t" + line.replace("@", str(server)) + "\n" for server in ((1, 2) if "@" in line else (0,)))
    return text


def stand_in(farm, number):
    return farm.spawn(f"rs{number}", "python3", os.path.join(os.path.dirname(__file__), "stand_ins.py"), str(number))


def test_every_kind_of_service(farm):
    side.FILES["services"] = (file(), None)
    servers = {number: stand_in(farm, number) for number in (1, 2)}
    for number in servers:
        wait_until("the stand-ins serve", lambda: ":8081 " in run_in(f"rs{number}", "ss", "-Hltn"))
    pair = side.Pair(farm, "services")

    def used():
        """The sections where rs1 has a weight."""
        found = set()
        for (_, name), reals in table("lb1").items():
            number = int(re.match(r"10\.9\.3\.(\d+):", name)[1])
            if any("101" in real and weight > 0 for real, (_, weight) in reals.items()):
                found.add(list(SECTIONS)[number - 1])
        return found

    def settled(what, wanted):
        def satisfied():
            expect_equal(used(), wanted, "the services where rs1 is in use")
            return True
        return side.settle([pair], what, satisfied, steady=2)

    start = settled("after the start", set(SECTIONS))
    farm.kill("rs1")
    servers[1].kill()
    servers[1].wait()
    settled("after the death of rs1", STAY)
    farm.revive("rs1")
    stand_in(farm, 1)
    expect_equal(settled("after the return of rs1", set(SECTIONS)), start,
                 "the table after the return beside that after the start")
    pair.theirs.send_signal(signal.SIGTERM)
    pair.ours.signal(signal.SIGTERM)
    wait_until("both tables are empty", lambda: not table("lb1") and not table("lb2"), 60)

"""Twenty-one files side by side with Debian's ldirectord: directord in lb1, ldirectord in lb2, the same real servers.

Each file has virtual services of its own, so that several directors work in one namespace and leave each other's
services alone. The tables of both namespaces must become the same and stay so: after the start, after the death of rs1,
after its return. Where a file says so, the death must show, and what is right then stands beside it.
"""

import signal
import subprocess
import time

from harness import *

TOPOLOGIES = ["nat"]
BUSY = True

TOP = "checktimeout=1\nnegotiatetimeout=2\ncheckinterval=1\n"
HEALTH = '\tservice=http\n\trequest="health"\n\treceive="OK"\n'

# Name: (file, what the death of rs1 does to its weights: {real server: weight} of the first service, None for nothing).
FILES = {
    "masq_connect_weights": (TOP + """quiescent=no
virtual=10.9.0.1:80
	real=10.0.0.101:80 masq 5
	real=10.0.0.102:80 masq 2
	real=10.0.0.103:80 masq
	checktype=connect
""", {"10.0.0.102:80": 2, "10.0.0.103:80": 1}),
    "masq_negotiate_quiescent": (TOP + """quiescent=yes
virtual=10.9.0.2:80
	real=10.0.0.101:80 masq 3
	real=10.0.0.102:8080 masq 3
	scheduler=wlc
""" + HEALTH, {"10.0.0.101:80": 0, "10.0.0.102:8080": 3}),
    "gate_negotiate_readd": (TOP + """quiescent=yes
readdquiescent=yes
virtual=10.9.0.3:80
	real=10.0.0.101:80 gate 1
	real=10.0.0.102:80 gate 1
	scheduler=lc
""" + HEALTH, {"10.0.0.101:80": 0, "10.0.0.102:80": 1}),
    "ipip_connect": (TOP + """virtual=10.9.0.4:80
	real=10.0.0.101:80 ipip 7
	real=10.0.0.103:80 ipip 8
	scheduler=rr
	checktype=connect
	quiescent=no
""", {"10.0.0.103:80": 8}),
    "fallback_masq": (TOP + """virtual=10.9.0.5:80
	real=10.0.0.101:80 masq 2
	fallback=10.0.0.102:8080 masq
	checktype=connect
""", {"10.0.0.102:8080": 1}),
    "fallback_gate_quiescent": (TOP + """quiescent=yes
fallback=127.0.0.1
virtual=10.9.0.6:80
	real=10.0.0.101:80 gate 2
	checktype=connect
""", {"10.0.0.101:80": 0, "127.0.0.1:80": 1}),
    "mark_negotiate_fallback": (TOP + """virtual=7
	real=10.0.0.101:80 masq
	real=10.0.0.101:8080 masq 4
	fallback=10.0.0.102:80 masq
	scheduler=wlc
	persistent=300
""" + HEALTH, {"10.0.0.102:80": 1}),
    "mark_gate_without_port": (TOP + """virtual=8
	real=10.0.0.101 gate 2
	real=10.0.0.102 gate 2
	service=http
	checktype=negotiate
	quiescent=yes
""", {"10.0.0.101:0": 0, "10.0.0.102:0": 2}),
    "range": (TOP + """virtual=10.9.0.9:80
	real=10.0.0.101->10.0.0.103:80 masq 3
	checktype=connect
	quiescent=no
""", {"10.0.0.102:80": 3, "10.0.0.103:80": 3}),
    "thresholds": (TOP + """virtual=10.9.0.10:80
	real=10.0.0.101:80 masq 3 l:5 u:10
	real=10.0.0.102:80 masq 3 u:10
	checktype=connect
	quiescent=no
""", {"10.0.0.102:80": 3}),
    "persistent_netmask": (TOP + """virtual=10.9.0.11:443
	real=10.0.0.101:443 masq
	real=10.0.0.102:443 masq
	checktype=connect
	persistent=600
	netmask=255.255.255.0
	quiescent=no
""", {"10.0.0.102:443": 1}),
    "ipv6_connect": (TOP + """virtual6=[2001:db8::9]:80
	real6=[fd00::101]:80 masq 2
	real6=[fd00::102]:80 masq 3
	checktype=connect
	persistent=60
	netmask=64
	quiescent=no
fallback6=[fd00::103]:80 masq
""", {"[fd00::102]:80": 3}),
    "ipv6_mark": (TOP + """virtual6=12
	real6=[fd00::101]:80 gate
	real6=[fd00::102]:80 gate
	checktype=connect
	quiescent=yes
""", {"[fd00::101]:80": 0, "[fd00::102]:80": 1}),
    "source_hash_flags": (TOP + """virtual=10.9.0.13:80
	real=10.0.0.101:80 masq
	real=10.0.0.102:80 masq
	scheduler=sh
	schedflags=sh-port,sh-fallback
	checktype=connect
	quiescent=yes
""", {"10.0.0.101:80": 0, "10.0.0.102:80": 1}),
    "always_on": (TOP + """virtual=10.9.0.14:80
	real=10.0.0.101:80 masq 9
	real=10.0.0.77:80 masq 0
	checktype=on
	scheduler=sed
""", None),
    "never_checked": (TOP + """virtual=10.9.0.15:80
	real=10.0.0.101:80 masq
	fallback=10.0.0.103:80 masq
	checktype=off
virtual=10.9.0.15:81
	real=10.0.0.101:80 masq
	quiescent=yes
	checktype=off
""", None),
    "udp_ping_ops": (TOP + """virtual=10.9.0.16:53
	real=10.0.0.101:53 masq
	real=10.0.0.77:53 masq
	checktype=connect
	ops=yes
	scheduler=rr
	quiescent=no
""", None),
    "two_services_global_fallback": (TOP + """fallback=10.0.0.103 masq
quiescent=no
virtual=10.9.0.17:80
	real=10.0.0.101:80 masq 4
	checktype=connect

# The same server, another weight; no fallback is needed here.
virtual=10.9.0.17:8080
	real=10.0.0.101:8080 masq 6
	real=10.0.0.102:8080 masq 1
	checktype=connect
	quiescent=yes
""", {"10.0.0.103:80": 1}),
    "own_requests": (TOP + """quiescent=no
virtual=10.9.0.18:80
	real=10.0.0.101:80 masq 1 "health", "OK"
	real=10.0.0.102:80 masq 1 "health", "never"
	real=10.0.0.103:80 masq 2
	service=http
	receive="^rs[0-9]$"
""", {"10.0.0.103:80": 2}),
    "no_port_at_all": (TOP + """virtual=10.9.0.19:80
    real=10.0.0.101 masq
    real=10.0.0.102 masq 5
# A comment in column 1 does not end the section.
    service=http     
    quiescent=no
    failurecount=2
    virtualhost="www.example.org"
    httpmethod=head
""", {"10.0.0.102:0": 5}),
    "names_and_check_port": (TOP + """quiescent=yes
virtual=10.9.0.20:http foo
	real=10.0.0.101:81 masq 2
	real=10.0.0.102:81 masq 2
	checkport=80 # where the health page is
	checktype=connect
	scheduler=nq
	quiescent=no
	scheduler=wrr
""", {"10.0.0.102:81": 2}),
}


def listing(namespace):
    """`ipvsadm -Ln` and its thresholds without counters, in order: {service: lines}."""
    services = {}
    for arguments in (("-L", "-n"), ("-L", "-n", "--thresholds")):
        for line in debian_ipvsadm(*arguments, namespace=namespace).splitlines()[3:]:
            if line.startswith("  ->"):
                services[name].append(" ".join(line.split()[1:-2]))
            else:
                name = line.strip()
                services.setdefault(name, [])
    return {name: sorted(lines) for name, lines in services.items()}


# Others add their own files to these.
OWN = list(FILES)


class Pair:
    """One file under both directors."""

    def __init__(self, farm, name, folders=None):
        """`folders` are what @RUN@ in the file stands for in the namespaces of ours and theirs."""
        self.name = name
        text, self.after_death = FILES[name]
        folders = folders or {"lb1": RUN, "lb2": RUN}
        self.ours = farm.directord(text.replace("@RUN@", folders["lb1"]), ready=False)
        path = f"{RUN}/{name}.cf"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("@RUN@", folders["lb2"]))
        self.log = f"{RUN}/{name}.log"
        with open(self.log, "wb") as log:
            # -d: it stays in the foreground, where it can be ended.
            self.theirs = start_in(
                "lb2", "/usr/sbin/ldirectord", "-d", path, "start", cwd=RUN, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)
        farm.processes.append(self.theirs)
        head = next(line for line in text.splitlines() if line.startswith("virtual")).partition("=")[2].split()[0]
        if head.isdigit():
            self.service = ("FWM", f"{int(head):08X}")
        else:
            kind = "UDP" if head.endswith((":53", ":domain", ":514")) else "TCP"
            self.service = (kind, head.replace(":http", ":80").replace(":domain", ":53"))

    def weights(self, namespace):
        return {name: weight for name, (_, weight) in table(namespace).get(self.service, {}).items()}


def settle(pairs, what, satisfied, timeout=900, steady=5):
    """Both tables are the same, say what is wanted, and stay so for longer than a round of checks takes."""
    def same():
        expect(all(pair.theirs.poll() is None for pair in pairs), f"ldirectord ended: {[p.name for p in pairs if p.theirs.poll() is not None]}")
        expect(all(pair.ours.process.poll() is None for pair in pairs), "directord ended")
        ours, theirs = table("lb1"), table("lb2")
        expect(ours == theirs, difference(ours, theirs))
        return satisfied()

    deadline = time.monotonic() + timeout
    while True:
        wait_until(f"both tables are the same {what}", same, 240, 0.5)
        end = time.monotonic() + steady
        try:
            while time.monotonic() < end:
                expect(same(), "changed again")
                time.sleep(0.5)
        except Failure as failure:
            if time.monotonic() > deadline:
                raise Failure(f"the tables do not settle {what}: {failure}") from None
            continue
        ours, theirs = listing("lb1"), listing("lb2")
        if ours == theirs:
            return ours
        if time.monotonic() > deadline:
            raise Failure(f"listings differ {what}: {difference(ours, theirs)}")


def difference(ours, theirs):
    lines = [f"{name}: ours {ours.get(name)}, ldirectord's {theirs.get(name)}"
             for name in sorted(set(ours) | set(theirs), key=str) if ours.get(name) != theirs.get(name)]
    return "\n    " + "\n    ".join(lines)


def side_by_side(farm, names, folders=None):
    pairs = [Pair(farm, name, folders) for name in names]
    # Every server of ours that lives has been checked, and nothing is half done: every service is there.
    start = settle(pairs, "after the start", lambda: all(pair.weights("lb1") for pair in pairs) and reached(pairs))
    before = {pair.name: pair.weights("lb1") for pair in pairs}
    for pair in pairs:
        if pair.after_death is not None:
            expect(any("101" in name and weight > 0 for name, weight in before[pair.name].items()),
                   f"{pair.name}: rs1 is not in use at the start: {before[pair.name]}")
    farm.kill("rs1")
    settle(pairs, "after the death of rs1",
           lambda: all(pair.weights("lb1") == (before[pair.name] if pair.after_death is None else pair.after_death)
                       for pair in pairs))
    farm.revive("rs1")
    settled = settle(pairs, "after the return of rs1", lambda: all(pair.weights("lb1") == before[pair.name]
                                                                  for pair in pairs))
    expect_equal(settled, start, "the table after the return beside that after the start")
    for pair in pairs:
        pair.theirs.send_signal(signal.SIGTERM)
        pair.ours.signal(signal.SIGTERM)
    wait_until("our table is empty", lambda: not table("lb1"), 60)
    # ldirectord may miss a SIGTERM that comes in the midst of a check.
    for pair in pairs:
        pair.theirs.kill()
        pair.theirs.wait()
    debian_ipvsadm("-C", namespace="lb2")


def reached(pairs):
    """rs1 is in use wherever its death is to show."""
    return all(pair.after_death is None or any("101" in name and weight > 0
                                               for name, weight in pair.weights("lb1").items()) for pair in pairs)


def test_methods_and_quiescence(farm):
    side_by_side(farm, OWN[0:5])


def test_fallbacks_marks_ranges(farm):
    side_by_side(farm, OWN[5:10])


def test_persistence_ipv6_flags(farm):
    side_by_side(farm, OWN[10:16])


def test_udp_requests_names(farm):
    side_by_side(farm, OWN[16:])

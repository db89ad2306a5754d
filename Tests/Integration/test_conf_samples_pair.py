"""The sample configuration of two directors, each side's file as it stands in conf/, but for the place of the keys, with
the rights of the sample unit and no others."""

import os
import re

from harness import *
from pair import holders, keys, role, take_addresses_away

TOPOLOGIES = ["nat"]
FOLDER = os.path.join(ROOT, "conf", "pair")


def rights_of_the_unit():
    """setpriv with what systemd would leave a process of conf/systemd/directord.service."""
    with open(os.path.join(ROOT, "conf", "systemd", "directord.service"), encoding="utf-8") as file:
        unit = file.read()
    names = [word.removeprefix("CAP_").lower() for line in re.findall(r"^CapabilityBoundingSet=(.*)$", unit, re.M)
             for word in line.split()]
    expect(names and "\nNoNewPrivileges=yes\n" in unit, "the unit limits nothing")
    return ["setpriv", "--no-new-privs", "--bounding-set", ",".join(["-all", *(f"+{name}" for name in names)])]


def side(farm, name):
    with open(os.path.join(FOLDER, f"{name}.cf"), encoding="utf-8") as file:
        text = file.read().replace("/etc/director/keys", keys())
    # A port that is root's, for what the unit lets directord do and the sample does not ask.
    return farm.directord("metrics = 127.0.0.1:81\n" + text, namespace=name, under=rights_of_the_unit())


def expect_timely(director):
    """Real-time priority, reset in children, and memory that is not paged out."""
    pid = director.child("director-vrrp")
    expect_equal(os.sched_getscheduler(pid), os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, "the scheduler of director-vrrp")
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        locked = next(int(line.split()[1]) for line in file if line.startswith("VmLck:"))
    expect(locked > 0, "memory of director-vrrp is not locked")


def test_pair(farm):
    take_addresses_away(farm)
    one, two = side(farm, "lb1"), side(farm, "lb2")
    for director in (one, two):
        checked = run(program("director"), "check", director.file)
        expect("warning" not in checked, checked)
    wait_until("lb1 is master and lb2 its backup", lambda: (role(one), role(two)) == ("master", "backup"), 20)
    for name in ("lb1", "lb2"):
        wait_until(f"{name} has all servers", lambda: sorted(
            (servers_of(namespace=name) or {}).values()) == [1, 1, 2], 20)
    expect_equal(holders(), ["lb1"], "who has the virtual address")
    for director in (one, two):
        expect_timely(director)
        wait_until("director-metrics runs", lambda: director.child("director-metric"))
        wait_until("the link is up", lambda: director.status()["pair"]["links"][0]["up"])
        # The socket of the service manager that the tests play is closed by now. A machine that stood still for half a
        # second misses its peer, rightly so.
        harmless = r"service manager|link 1 with|no advertisement is heard|peer \S+ vanished|: (backup|master) \("
        complaints = [line for line in director.log().splitlines()
                      if re.search(r" (warning|error|critical) ", line) and not re.search(harmless, line)]
        expect_equal(complaints, [], "what the unit's rights do not suffice for")
    # How the unit reloads.
    run(*rights_of_the_unit(), program("director"), "reload", "--runtime-dir", one.runtime)
    expect_equal(curl_shares(f"http://{VIRTUAL[4]}/", 8), {"rs1": 4, "rs2": 2, "rs3": 2}, "requests by real server")
    one.stop()
    wait_until("lb2 alone has the address", lambda: holders() == ["lb2"], 10)
    expect_equal(curl_shares(f"http://{VIRTUAL[4]}/", 8), {"rs1": 4, "rs2": 2, "rs3": 2}, "requests through lb2")

"""A real server that dies is out within interval and timeout, and in again after its return."""

import os
import resource
import signal
import time

from harness import *

TOPOLOGIES = ["nat"]
# Seconds: an interval of 1, a timeout of 1, the second chance of a check whose deadline came late, and the slowness of
# the guest.
BOUND = 8


def up(farm, without=()):
    return {endpoint(real_server(n)): 1 for n in farm.servers if n not in without}


def start_and_wait(farm, text):
    director = farm.directord(text)
    wait_until("every server is in", lambda: servers_of() == up(farm))
    return director


def dies_and_returns(farm, text, while_dead):
    start_and_wait(farm, text)
    farm.kill("rs2")
    seconds = wait_until("the dead server is out", lambda: servers_of() == while_dead)
    expect(seconds < BOUND, f"the dead server was out only after {seconds:.1f} s")
    for _ in range(4):
        expect(fetch() in ("rs1\n", "rs3\n"), "a dead server was asked")
    farm.revive("rs2")
    seconds = wait_until("the server that came back is in", lambda: servers_of() == up(farm))
    expect(seconds < BOUND, f"the server that came back was in only after {seconds:.1f} s")
    expect_equal({fetch() for _ in range(6)}, {"rs1\n", "rs2\n", "rs3\n"}, "who answers")


def test_connect_check_takes_a_killed_server_out(farm):
    dies_and_returns(farm, configuration(farm), up(farm, without=[2]))


def test_quiescent_leaves_a_killed_server_with_weight_0(farm):
    quiescent = "checktimeout = 1\ncheckinterval = 1\nquiescent = yes\n"
    dies_and_returns(farm, configuration(farm, top=quiescent), {**up(farm), endpoint(real_server(2)): 0})


def test_http_check_takes_a_killed_server_out(farm):
    dies_and_returns(
        farm, configuration(farm, checktype="negotiate", service="http", request='"health"', receive='"OK"'),
        up(farm, without=[2]))


def test_https_check_takes_a_killed_server_out(farm):
    start_and_wait(farm, configuration(farm, checktype="negotiate", service="https", checkport="443",
                                       request='"health"', receive='"OK"'))
    farm.kill("rs2")
    wait_until("the dead server is out", lambda: servers_of() == up(farm, without=[2]))


def test_http_check_wants_the_pattern_in_the_page(farm):
    for number in farm.servers:
        with open(f"/run/real-servers/rs{number}/status", "w", encoding="ascii") as file:
            file.write("state: serving\n")
    start_and_wait(farm, configuration(farm, checktype="negotiate", service="http", request='"/status"',
                                       receive='"state: serv\\w+"'))
    with open("/run/real-servers/rs3/status", "w", encoding="ascii") as file:
        file.write("state: maintenance\n")
    wait_until("the server in maintenance is out", lambda: servers_of() == up(farm, without=[3]))
    os.unlink("/run/real-servers/rs1/status")
    wait_until("the server that answers 404 is out", lambda: servers_of() == up(farm, without=[1, 3]))


def test_fallback_stands_in_while_no_server_is_up(farm):
    run("real-server", "start", "lb1")
    start_and_wait(farm, configuration(farm, fallback="127.0.0.1:80 gate"))
    farm.kill("rs1", "rs2", "rs3")
    wait_until("the fallback alone is in", lambda: servers_of() == {"127.0.0.1:80": 1})
    expect_equal(fetch(), "lb1\n", "who answers")
    farm.revive("rs1")
    wait_until("the returned server alone is in", lambda: servers_of() == up(farm, without=[2, 3]))
    expect_equal(fetch(), "rs1\n", "who answers")


def test_without_fallback_the_service_stays_empty(farm):
    start_and_wait(farm, configuration(farm))
    farm.kill("rs1", "rs2", "rs3")
    wait_until("nobody is in", lambda: servers_of() == {})
    try:
        fetch()
    except OSError:
        pass
    else:
        raise Failure("somebody answered")


def test_server_dead_at_the_start_is_never_in(farm):
    farm.kill("rs3")
    farm.directord(configuration(farm))
    seen = []
    # Long enough for two checks of each server.
    deadline = time.monotonic() + 2.5
    # And as long as the others need.
    while time.monotonic() < deadline or seen[-1] != up(farm, without=[3]) and time.monotonic() < deadline + BOUND:
        seen.append(servers_of())
        time.sleep(0.02)
    expect_equal(seen[-1], up(farm, without=[3]), "the servers that are in")
    weights = {state[endpoint(real_server(3))] for state in seen if endpoint(real_server(3)) in state}
    expect(weights <= {0}, f"a server that never answered had weight {weights}")


def test_hanging_server_is_out_at_the_timeout(farm):
    start_and_wait(farm, configuration(farm, checktype="negotiate", service="http", request='"health"',
                                       receive='"OK"'))
    with open("/run/real-servers/rs2/pid", encoding="ascii") as file:
        pid = int(file.read())
    # Its kernel still takes connections; nobody answers them.
    os.kill(pid, signal.SIGSTOP)
    try:
        seconds = wait_until("the hanging server is out", lambda: servers_of() == up(farm, without=[2]))
    finally:
        os.kill(pid, signal.SIGCONT)
    expect(seconds < BOUND, f"the hanging server was out only after {seconds:.1f} s")
    wait_until("the server that answers again is in", lambda: servers_of() == up(farm))


def test_killed_prober_is_replaced_and_the_table_stays(farm):
    director = start_and_wait(farm, configuration(farm))
    prober = director.child("director-prober")
    os.kill(prober, signal.SIGKILL)
    wait_until("another prober runs", lambda: director.child("director-prober") != prober)
    expect_equal(servers_of(), up(farm), "the table")
    farm.kill("rs2")
    wait_until("the new prober's results count", lambda: servers_of() == up(farm, without=[2]))


def test_servers_keep_their_state_while_the_prober_has_no_descriptors(farm):
    asked = ('request="health"', 'receive="OK"')
    keys = {81: ("service=http", *asked), 82: ("service=https", "checkport=443", *asked),
            83: ("checktype=external", "checkcommand=/bin/true")}
    more = [f"virtual={VIRTUAL[4]}:{port}\n" + "".join(f"\t{line}\n" for line in (*lines, "scheduler=wrr") + tuple(
        f"real={endpoint(real_server(n))} masq" for n in farm.servers)) for port, lines in keys.items()]
    director = start_and_wait(farm, configuration(farm, top="checktimeout=5\nnegotiatetimeout=5\ncheckinterval=200ms\n")
                              + "".join(more))
    tables = lambda: [servers_of(port=port) for port in (80, *keys)]
    wait_until("every server of every service is in", lambda: tables() == 4 * [up(farm)])
    told = lambda kind: director.command("events", "--event", kind).splitlines()
    prober = director.child("director-prober")
    _, most = resource.prlimit(prober, resource.RLIMIT_NOFILE)
    resource.prlimit(prober, resource.RLIMIT_NOFILE, (0, most))
    wait_until("it is told", lambda: told("checks-not-run"))
    # What had its descriptor before is a check like any other, and would see the server die.
    wait_until("no check is under way", lambda: not run_in(
        "lb1", "ss", "-Htn", "state", "established", "state", "syn-sent", "dst", "10.0.0.0/24"))
    farm.kill("rs3")
    time.sleep(3)
    expect_equal(tables(), 4 * [up(farm)], "the servers, of which nothing is known")
    expect_equal(len(told("checks-not-run")), 1, f"how often it is told: {told('checks-not-run')}")
    for words in (("status",), ("top", "--once")):
        expect("checks CANNOT BE RUN here" in director.command(*words), f"{words} does not say it")
    expect(director.status()["engine"]["shortage"], "nor does the status for programs")
    resource.prlimit(prober, resource.RLIMIT_NOFILE, (most, most))
    wait_until("the dead server is out", lambda: tables()[:3] == 3 * [up(farm, without=[3])])
    wait_until("it is told that it is over", lambda: told("checks-run"), 20)
    expect_equal(director.status()["engine"]["shortage"], None, "what is lacking in the end")
    expect_equal(director.child("director-prober"), prober, "the prober")


def test_prober_has_no_capability(farm):
    director = start_and_wait(farm, configuration(farm))
    with open(f"/proc/{director.child('director-prober')}/status", encoding="ascii") as file:
        words = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
        expect_equal(int(words[kind], 16), 0, kind)
    expect(words["Uid"].split()[0] != "0", f"the prober runs as user {words['Uid']}")

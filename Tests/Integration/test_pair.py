"""Two directors and one set of addresses: roles, orders, events, what both know when a part of one is gone."""

import os
import shlex
import signal
import socket
import subprocess
import time

import harness
from harness import *
from pair import *
from terminal import Terminal
from test_metrics import ask, value

TOPOLOGIES = ["nat"]


def test_hand_over_and_what_is_told_of_it(farm):
    pair = Pair(farm, services=configuration(farm, top=TOP + "metrics = 127.0.0.1:9189\n"))
    pair.wait_until_settled()
    expect_equal(holders(), ["lb1"], "who has the virtual address")
    status = pair.one.status()["pair"]
    expect(status["current"] and status["problem"] is None, f"the pair is not current: {status}")
    wait_until("the link is up", lambda: pair.one.status()["pair"]["links"][0]["up"], 5)
    text = pair.one.command("status")
    expect("  web MASTER " in text and "link 1 udp 10.0.0.12:694 via eth0 up" in text, text)

    expect_equal(pair.two.command("takeover", "web"), "web is master now\n", "director takeover")
    wait_until("lb2 alone has the address", lambda: holders() == ["lb2"], 5)
    wait_until("both know", lambda: (role(pair.one), role(pair.two)) == ("backup", "master"), 5)
    pair.two.command("standby")
    wait_until("lb1 alone has it again", lambda: holders() == ["lb1"], 5)
    wrong = pair.one.command("takeover", "mail", check=False)
    expect("no virtual router 'mail': there are web" in wrong, wrong)
    wait_until("lb2's events tell", lambda: {"takeover-ordered", "vrrp-master", "standby-ordered", "peer-up", "link-up"}
               <= {event["event"] for event in events(pair.two)}, 5)
    expect(any("(director takeover by root)" in event["text"] for event in events(pair.two, "takeover-ordered")),
           pair.two.command("events"))
    expect_true_metrics(pair)


def expect_true_metrics(pair):
    """What each of the two says of the pair to a scraper is what its events, its peer and the addresses say."""
    for director, priority, other in ((pair.one, 150, "12"), (pair.two, 100, "11")):
        _, _, text = ask("/metrics", namespace=director.namespace)
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, timeout=60, check=False)
        expect_equal((checked.returncode, checked.stdout), (0, ""), "promtool check metrics")
        roles = vrrp_events(director)
        wanted = {
            "director_vrrp_known": 1, 'director_vrrp_priority{router="web"}': priority, 'director_vrrp_ready{router="web"}': 1,
            f'director_link_up{{link="udp 10.0.0.{other}:694 via eth0"}}': 1, "director_engine_up": 1,
            'director_process_up{process="director-vrrp"}': 1}
        for state in ("stopped", "backup", "master", "fault", "unknown"):
            is_so = state == ("master" if director.namespace in holders() else "backup")
            wanted[f'director_vrrp_state{{router="web",state="{state}"}}'] = is_so
        for state in ("backup", "master", "fault"):
            wanted[f'director_vrrp_transitions_total{{router="web",state="{state}"}}'] = roles.count(f"vrrp-{state}")
        expect_equal({sample: value(text, sample) for sample in wanted}, wanted, f"metrics of {director.namespace}")
        peer = director.status()["pair"]["peers"][0]["name"]
        expect_equal(value(text, f'director_peer_up{{peer="{peer}"}}'), 1, "the peer is up")
        for sample in ('director_vrrp_advertisements_total{direction="sent"}', "director_vrrp_lateness_seconds_count",
                       'director_vrrp_advertisements_total{direction="received"}'):
            expect(value(text, sample) > 0, f"{sample} of {director.namespace}")


def test_the_dashboard_shows_the_pair(farm):
    pair = Pair(farm)
    pair.wait_until_settled()
    command = within("lb1", program("director"), "top", "--runtime-dir", pair.one.runtime)
    terminal = Terminal(command, columns=140, rows=30)
    try:
        terminal.wait_for("pair web MASTER", "priority 150", f"{VIRTUAL[4]}/24, {GATEWAY}/24",
                          "link udp 10.0.0.12:694 via eth0 up", " up;")
        pair.two.command("takeover", "web")
        terminal.wait_for("pair web backup", "master 192.0.2.12", without=["MASTER"])
        pair.two.kill_everything()
        terminal.wait_for("pair web MASTER", "SILENT", "link udp 10.0.0.12:694 via eth0 DOWN")
    finally:
        terminal.close()


def vrrp_events(director, start=0):
    """The roles that a director took, by its events."""
    return [event["event"] for event in events(director) if event["event"].startswith("vrrp-")][start:]


def test_parts_that_die(farm):
    """Of a director one program after the other dies; the addresses are never on a director that does not serve."""
    pair = Pair(farm, interval="1s")
    pair.wait_until_settled()
    before = len(vrrp_events(pair.two))

    # The kernel's table stays without the engine: nobody gives anything up.
    engine = pair.one.child("director-engine")
    os.kill(engine, signal.SIGKILL)
    wait_until("another engine answers", lambda: role(pair.one) == "master", 10)
    expect_equal(holders(), ["lb1"], "who has the address after the engine died")
    expect_equal(vrrp_events(pair.two, before), [], "events of lb2 after lb1's engine died")

    # director-vrrp is back before anybody misses it.
    process = pair.one.child("director-vrrp")
    os.kill(process, signal.SIGKILL)
    wait_until("another director-vrrp goes on", lambda: pair.one.status()["pair"]["pid"] not in (0, process)
               and role(pair.one) == "master", 10)
    expect_equal(holders(), ["lb1"], "who has the address after director-vrrp died")
    expect_equal(vrrp_events(pair.two, before), [], "events of lb2 after lb1's director-vrrp died")
    told = [event["event"] for event in events(pair.one)]
    expect("vrrp-lost" in told and "vrrp-connected" in told, f"events of lb1: {told}")

    # One that hangs is not shown as master, and loses what it held.
    process = pair.one.child("director-vrrp")
    os.kill(process, signal.SIGSTOP)
    wait_until("lb2 has taken over", lambda: role(pair.two) == "master", 10)
    wait_until("the hanging one is gone", lambda: pair.one.child("director-vrrp") != process, 10)
    wait_until("lb1 has the address again, and alone",
               lambda: (holders(), role(pair.one), role(pair.two)) == (["lb1"], "master", "backup"), 15)

    # Nobody could start anything again: all of it ends.
    os.kill(pair.one.process.pid, signal.SIGKILL)
    wait_until("lb2 alone has the address", lambda: holders() == ["lb2"], 10)
    pair.one.process.wait()


def test_a_director_vrrp_that_cannot_come_back(farm):
    """Its addresses go to the peer while it waits for its next start, without the peer's having to miss it."""
    take_addresses_away(farm)
    own, flag = f"{RUN}/bin", f"{RUN}/broken"
    os.makedirs(own, exist_ok=True)
    for name in ("directord", "director-engine", "director-prober", "director"):
        run("cp", program(name), own)
    with open(f"{own}/director-vrrp", "w", encoding="ascii") as file:
        file.write(f'#!/bin/sh\ncase "$*" in *--farewell*) ;; *) [ ! -e {flag} ] || exit 9 ;; esac\n'
                   f'exec {shlex.quote(program("director-vrrp"))} "$@"\n')
    os.chmod(f"{own}/director-vrrp", 0o755)
    # Nobody would miss an advertisement for three seconds.
    texts = [section(n, (150, 100)[n - 1], interval="1s") + configuration(farm) for n in (1, 2)]
    two = farm.directord(texts[1], namespace="lb2")
    normal, harness.BUILD = harness.BUILD, own
    try:
        one = farm.directord(texts[0], namespace="lb1")
    finally:
        harness.BUILD = normal
    wait_until("lb1 is master", lambda: (role(one), role(two)) == ("master", "backup"), 20)
    with open(flag, "w", encoding="ascii"):
        pass
    os.kill(next(pid for name, pid in children(one.process.pid).items() if "vrrp" in name), signal.SIGKILL)
    wait_until("lb1 has let go", lambda: "lb1" not in holders(), 5)
    seconds = wait_until("lb2 has taken over", lambda: holders() == ["lb2"], 10)
    expect("the master gave up" in two.command("events"), f"lb2 took over after {seconds:.1f} s, and was not told to")
    expect("NOT KNOWN" in one.command("status") and role(one) == "unknown", one.command("status"))
    os.unlink(flag)
    wait_until("lb1 is back", lambda: (role(one), role(two)) == ("master", "backup"), 20)

    # One that stops in good order is no news, unless it stays away.
    told = len(events(one, "vrrp-lost"))
    with open(flag, "w", encoding="ascii"):
        pass
    os.kill(next(pid for name, pid in children(one.process.pid).items() if "vrrp" in name), signal.SIGTERM)
    wait_until("it is told as lost", lambda: len(events(one, "vrrp-lost")) == told + 1, 10)
    os.unlink(flag)


def test_sections_are_reloaded_as_a_whole(farm):
    pair = Pair(farm, addresses=[f"{VIRTUAL[4]}/24"])
    pair.wait_until_settled()
    pair.wait_for_servers()
    web = pair.one.status()["pair"]["routers"][0]

    def reload(director, text):
        director.configure(text)
        return director.command("reload", check=False)

    more = section(1, 120, addresses=[f"{VIRTUAL[4]}/24", "192.0.2.200/24"]) + configuration(farm)
    expect_equal(reload(pair.one, more), "", "director reload")
    wait_until("the new address is there", lambda: holders("192.0.2.200") == ["lb1"], 5)
    now = pair.one.status()["pair"]["routers"][0]
    expect_equal((now["role"], now["sinceMs"], now["priority"], now["transitions"]),
                 ("master", web["sinceMs"], 120, web["transitions"]), "the router after a reload")
    expect_equal(holders(), ["lb1"], "who has the old address after a reload")

    # What cannot work here counts for nothing, the services of the same file included.
    broken = more.replace("interface = eth0", "interface = eth7").replace(":80 masq 1", ":80 masq 9")
    answer = reload(pair.one, broken)
    expect("there is no interface eth7" in answer, answer)
    expect(set(servers_of().values()) == {1} and role(pair.one) == "master", "half of a refused file is in force")
    expect("eth7" in pair.one.status()["engine"]["configurationProblem"], "the status does not say why")

    expect_equal(reload(pair.one, self_alone := configuration(farm)), "", "a reload without vrrp sections")
    wait_until("director-vrrp has ended", lambda: "director-vrrp" not in children(pair.one.process.pid), 5)
    wait_until("lb2 has taken over", lambda: holders() == ["lb2"] and holders("192.0.2.200") == [], 5)
    expect(pair.one.status()["pair"] is None, "a pair without sections")
    wrong = pair.one.command("takeover", check=False)
    expect("no vrrp section" in wrong, wrong)
    expect(self_alone and reload(pair.one, more) == "", "a reload that brings the sections back")
    wait_until("lb1 is master again", lambda: holders() == ["lb1"] and role(pair.one) == "master", 10)


def test_a_refused_commit_takes_the_whole_file_back(farm):
    pair = Pair(farm, addresses=[f"{VIRTUAL[4]}/24"])
    pair.wait_until_settled()
    pair.wait_for_servers()
    # Prepared it looks well: only opening its link shows that somebody else has the port.
    with inside("lb1"):
        blocker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    blocker.bind(("", 7777))
    with blocker:
        wrong = pair.texts[0].replace("link = udp 10.0.0.12", "link = udp 10.0.0.12:7777").replace(":80 masq 1", ":80 masq 9")
        pair.one.configure(wrong)
        answer = pair.one.command("reload", check=False)
        expect("director-vrrp: the vrrp sections stay as they were" in answer, f"director reload says '{answer}'")
        expect(set(servers_of().values()) == {1} and role(pair.one) == "master", "half of a refused file is in force")
        expect("stay as they were" in pair.one.status()["engine"]["configurationProblem"], "the status does not say why")
        wait_until("the link is up again", lambda: pair.one.status()["pair"]["links"][0]["up"], 5)
    pair.one.configure(pair.texts[0].replace(":80 masq 1", ":80 masq 3"))
    expect_equal(pair.one.command("reload", check=False), "", "director reload afterwards")
    expect_equal(set(servers_of().values()), {3}, "weights afterwards")


def test_engine_and_failover_agree_on_the_file(farm):
    pair = Pair(farm, addresses=[f"{VIRTUAL[4]}/24"])
    pair.wait_until_settled()
    more = section(1, 120, addresses=[f"{VIRTUAL[4]}/24", "192.0.2.200/24"]) + configuration(farm)
    # The engine is started on a file that director-vrrp has not read: it gets it.
    pair.one.configure(more)
    os.kill(pair.one.child("director-engine"), signal.SIGKILL)
    wait_until("the new address is there", lambda: holders("192.0.2.200") == ["lb1"], 15)
    # director-vrrp is started on a file that the engine has not taken over: that is said.
    pair.one.configure(pair.texts[0])
    os.kill(pair.one.child("director-vrrp"), signal.SIGKILL)
    wait_until("a warning", lambda: "director-vrrp runs another version of" in pair.one.command("events"), 15)
    expect_equal(pair.one.command("reload", check=False), "", "director reload")
    wait_until("it is in force", lambda: holders("192.0.2.200") == [] and holders() == ["lb1"], 5)
    # The last section goes while no engine runs, which leaves nobody with the addresses here.
    pair.one.configure(configuration(farm))
    os.kill(pair.one.child("director-engine"), signal.SIGKILL)
    wait_until("director-vrrp has ended", lambda: "director-vrrp" not in children(pair.one.process.pid), 15)
    wait_until("lb2 has taken over", lambda: holders() == ["lb2"], 5)


def test_who_reaches_no_server_gives_way(farm):
    pair = Pair(farm, more=["track = services"])
    pair.wait_until_settled()
    servers = [real_server(number) for number in (1, 2, 3)]

    def roles_taken():
        return sum(event["event"] in ("vrrp-master", "vrrp-backup") for event in events(pair.one))

    for server in servers:
        run("ip", "-n", "lb1", "route", "add", "prohibit", f"{server}/32")
    try:
        wait_until("lb2 has the addresses",
                   lambda: (holders(), role(pair.one), role(pair.two)) == (["lb2"], "backup", "master"), 20)
        # An engine that begins has checked nothing yet: its director takes nothing back for that.
        before = roles_taken()
        os.kill(pair.one.child("director-engine"), signal.SIGKILL)
        wait_until("another engine has checked everything", lambda: pair.one.status()["pair"]["ready"], 20)
        time.sleep(1)
        expect_equal((holders(), roles_taken()), (["lb2"], before), "the addresses after lb1's engine began anew")
    finally:
        for server in servers:
            run("ip", "-n", "lb1", "route", "del", "prohibit", f"{server}/32")
    wait_until("lb1 has them again", lambda: holders() == ["lb1"], 20)


def test_an_engine_that_hangs_is_not_ready_for_ever(farm):
    pair = Pair(farm)
    pair.wait_until_settled()
    engine = pair.two.child("director-engine")
    os.kill(engine, signal.SIGSTOP)
    try:
        def lb2_is_ready():
            reports = [report for peer in pair.one.status()["pair"]["peers"] for report in peer["routers"]]
            return all(report["ready"] for report in reports)

        wait_until("lb1 hears that lb2 is not ready", lambda: not lb2_is_ready(), 15)
    finally:
        os.kill(engine, signal.SIGCONT)
    wait_until("and that it is ready again", lb2_is_ready, 15)


def test_orders_for_a_section_of_a_group(farm):
    pair = Pair(farm, addresses=[f"{VIRTUAL[4]}/24"], more=["group = both"])
    wait_until("lb1 is master", lambda: (role(pair.one, "both"), role(pair.two, "both")) == ("master", "backup"), 20)
    expect_equal(pair.two.command("takeover", "web"), "both is master now\n", "director takeover SECTION")
    wait_until("lb2 alone has the address", lambda: holders() == ["lb2"], 5)
    pair.two.command("standby", "both")
    wait_until("lb1 has it again", lambda: holders() == ["lb1"], 5)


def test_orders_reach_the_peer(farm):
    pair = Pair(farm)
    pair.wait_until_settled()
    first, second = real_server(1), real_server(2)

    def withdrawn(director):
        return {server["server"].rpartition(":")[0]: (server["withdrawal"]["cause"], server["withdrawal"]["by"])
                for service in director.status()["services"] for server in service["servers"] if server["withdrawal"]}

    pair.wait_for_servers("lb1", "lb2")
    pair.one.command("disable", VIRTUAL[4], first)
    wait_until("lb2 knows", lambda: withdrawn(pair.two) == {first: ("disable", "root")}, 5)
    wait_until("its table, too", lambda: endpoint(first) not in servers_of(namespace="lb2"), 5)
    expect("ordered by root on the peer" in pair.two.command("events"), pair.two.command("events"))

    # What is ordered while the peer is away it hears when it is back; what it knew it has kept.
    pair.two.stop()
    pair.one.command("drain", VIRTUAL[4], second)
    pair.two.start()
    wanted = {first: ("disable", "root"), second: ("drain", "root")}
    wait_until("lb2 has caught up", lambda: withdrawn(pair.two) == wanted, 10)

    # It may be taken back on either side, and an older order does not come back.
    pair.two.command("enable", VIRTUAL[4], first)
    pair.two.command("enable", VIRTUAL[4], second)
    wait_until("lb1 has all its servers again",
               lambda: withdrawn(pair.one) == {} and len(servers_of()) == 3, 5)
    pair.one.signal(signal.SIGKILL)
    pair.one.process.wait()
    pair.one.start()
    wait_until("lb1 is back", lambda: role(pair.one) == "master", 15)
    expect_equal((withdrawn(pair.one), withdrawn(pair.two)), ({}, {}), "orders after a restart")

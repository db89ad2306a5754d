"""What operators do to single servers, and Director's own keys for a pool, on a real kernel."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time

from harness import *
from samples import run_sample

TOPOLOGIES = ["nat"]
V = endpoint(VIRTUAL[4])
TOP = "checktimeout = 1\ncheckinterval = 500ms\nquiescent = no\n"


def up(farm, without=(), weight=1):
    return {endpoint(real_server(n)): weight for n in farm.servers if n not in without}


def start(farm, top="", weights=None, **keys):
    director = farm.directord(configuration(farm, top=TOP + top, weights=weights, **keys))
    wanted = {endpoint(real_server(n)): (weights or {}).get(n, 1) for n in (weights or farm.servers)}
    wait_until("every server is in", lambda: servers_of() == wanted, 20)
    return director


def server_status(director, name):
    return next(server for server in director.status()["services"][0]["servers"] if server["server"] == name)


def events(director):
    return [record["event"] for record in json.loads(director.command("events", "--json", "--limit", "1000"))]


def busy_server(director):
    """The server that has the one connection."""
    found = []

    def look():
        found[:] = [server["server"] for server in director.status()["services"][0]["servers"]
                    if server["activeConnections"]]
        return len(found) == 1

    wait_until("one server has a connection", look)
    return found[0]


def refused(director, *words):
    """The one line that a wrong order gets, with exit status 1."""
    done = done_in(director.namespace, program("director"), *words, "--runtime-dir", director.runtime,
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    expect_equal((done.returncode, done.stdout, done.stderr.count("\n")), (1, "", 1), f"director {' '.join(words)}")
    return done.stderr.strip()


def test_drained_server_goes_when_its_last_connection_has_ended(farm):
    director = start(farm, "drain = 2m\n")
    download = farm.download()
    busy = busy_server(director)
    said = director.command("drain", "TCP", V, busy)
    expect("is draining: weight 0 until its connections have ended, 120s at most" in said, said)
    expect_equal(servers_of()[busy], 0, "the weight of the draining server")
    status = server_status(director, busy)
    expect_equal((status["withdrawal"]["cause"], status["withdrawal"]["by"], status["withdrawal"]["draining"],
                  status["activeConnections"]), ("drain", "root", True, 1), "what the status says")
    expect(status["withdrawal"]["deadline"], "the status has no deadline")
    expect("DRAINING" in director.command("status"), "the status for people does not say DRAINING")
    names = {endpoint(real_server(n)): f"rs{n}\n" for n in farm.servers}
    expect(names[busy] not in {fetch() for _ in range(6)}, "the draining server got new connections")
    download.expect_alive("the drain")
    expect_equal(servers_of()[busy], 0, "the weight while the connection lives")
    download.expect_complete()
    download.close()
    wait_until("the drained server is removed", lambda: busy not in servers_of(), 30)
    expect_equal(events(director)[-2:], ["server-draining", "server-drained"], "the latest events")
    expect("already" in director.command("drain", V, busy), "the same order again is not told so")
    director.command("enable", V, busy)
    wait_until("the enabled server is back", lambda: servers_of() == up(farm))


def test_drain_ends_at_its_deadline(farm):
    director = start(farm, "drain = 3s\n")
    farm.download()
    busy = busy_server(director)
    director.command("drain", V, busy)
    expect_equal(servers_of()[busy], 0, "the weight of the draining server")
    wait_until("its time is over and it is removed", lambda: busy not in servers_of(), 15)
    log = director.command("events")
    # The client's, and perhaps one of those that asked whether the server is in.
    expect(re.search(r"its time is over, \d+ connections? w(as|ere) left", log), log)


def test_server_that_leaves_the_file_drains_even_when_the_engine_dies(farm):
    director = start(farm, "drain = 2m\n")
    download = farm.download()
    busy = busy_server(director)
    number = next(n for n in farm.servers if endpoint(real_server(n)) == busy)
    weights = {n: 1 for n in farm.servers if n != number}
    director.configure(configuration(farm, top=TOP + "drain = 2m\n", weights=weights))
    director.signal(signal.SIGHUP)
    wait_until("it has weight 0", lambda: servers_of()[busy] == 0)
    engine = director.child("director-engine")
    os.kill(engine, signal.SIGKILL)
    wait_until("another engine runs", lambda: director.child("director-engine") != engine and director.status())
    expect_equal(server_status(director, busy)["withdrawal"]["cause"], "removal", "what the status says")
    download.expect_alive("the death of the engine")
    expect_equal(servers_of()[busy], 0, "its weight with the new engine")
    download.close()
    wait_until("it is removed when its connection has ended", lambda: busy not in servers_of(), 30)
    expect_equal(servers_of(), up(farm, without=[number]), "who stays")


def test_server_that_is_named_again_while_it_drains_is_used_again(farm):
    director = start(farm, "drain = 2m\n")
    farm.download()
    busy = busy_server(director)
    number = next(n for n in farm.servers if endpoint(real_server(n)) == busy)
    director.configure(configuration(farm, top=TOP + "drain = 2m\n", weights={n: 1 for n in farm.servers if n != number}))
    director.signal(signal.SIGHUP)
    wait_until("it has weight 0", lambda: servers_of()[busy] == 0)
    director.configure(configuration(farm, top=TOP + "drain = 2m\n"))
    director.signal(signal.SIGHUP)
    wait_until("it is in again", lambda: servers_of() == up(farm))


def test_orders_outlast_crash_and_restart(farm):
    director = start(farm, "cleanstop = no\n")
    first = endpoint(real_server(1))
    director.command("disable", V, first)
    expect_equal(servers_of(), up(farm, without=[1]), "who is in")
    before = server_status(director, first)["withdrawal"]
    director.kill_everything()
    director.start()
    wait_until("the servers are checked", lambda: all(
        server["lastCheck"] for server in director.status()["services"][0]["servers"]))
    expect_equal(servers_of(), up(farm, without=[1]), "who is in after a crash")
    director.stop()
    director.start()
    expect_equal(server_status(director, first)["withdrawal"], before, "what the status says of the order")
    expect("DISABLED" in director.command("status"), "the status for people does not say DISABLED")
    # Reloads keep it, as long as the server is configured.
    director.configure(configuration(farm, top=TOP + "cleanstop = no\n", weights={1: 3, 2: 3, 3: 3}))
    director.signal(signal.SIGHUP)
    wait_until("the new weights are in", lambda: servers_of() == up(farm, without=[1], weight=3))
    director.command("enable", V, first)
    wait_until("it is in again", lambda: servers_of() == up(farm, weight=3))
    expect_equal([name for name in events(director) if name.startswith("server-")][-1], "server-enabled", "the last event")


def test_state_directory_keeps_orders_when_the_runtime_directory_is_gone(farm):
    state = f"{RUN}/state"
    director = farm.directord(configuration(farm, top=TOP + "cleanstop = no\n"), options=["--state-dir", state])
    wait_until("every server is in", lambda: servers_of() == up(farm))
    director.command("disable", V, endpoint(real_server(1)))
    expect_equal(director.command("plan", director.file), "", "what the file would change")
    director.stop()
    shutil.rmtree(director.runtime)
    director.start()
    expect_equal(server_status(director, endpoint(real_server(1)))["withdrawal"]["cause"], "disable", "the order")
    expect_equal(servers_of(), up(farm, without=[1]), "who is in")


def test_disabled_server_is_quiescent_where_the_section_says_so(farm):
    director = start(farm, quiescent="yes")
    director.command("disable", V, endpoint(real_server(2)))
    expect_equal(servers_of(), {**up(farm), endpoint(real_server(2)): 0}, "the table")


def test_wrong_names_get_one_clear_line(farm):
    director = start(farm)
    for words, says in (
            (("drain", "192.0.2.100:8", endpoint(real_server(1))),
             "no virtual service '192.0.2.100:8' is configured, did you mean TCP 192.0.2.100:80?"),
            (("disable", V, "10.0.0.109:80"),
             "TCP 192.0.2.100:80 has no real server '10.0.0.109:80', did you mean "
             "10.0.0.101:80, 10.0.0.102:80, 10.0.0.103:80?"),
            (("enable", "UDP", V, endpoint(real_server(1))), "no virtual service 'UDP 192.0.2.100:80' is configured")):
        line = refused(director, *words)
        expect(line.startswith(f"director: {says}"), line)
    expect_equal(servers_of(), up(farm), "the table")
    # What is enough is enough: names of ports, an address alone.
    director.command("disable", "192.0.2.100:http", real_server(1))
    expect_equal(servers_of(), up(farm, without=[1]), "who is in")


def test_slow_start_raises_the_weight_in_steps(farm):
    director = start(farm, "slowstart = 5s\n", weights={1: 50, 2: 50, 3: 50})
    farm.kill("rs2")
    name = endpoint(real_server(2))
    wait_until("the dead server is out", lambda: name not in servers_of())
    # Looked at while it starts: it answers before what starts it has ended.
    reviving = threading.Thread(target=farm.revive, args=("rs2",))
    reviving.start()
    seen = []

    def look():
        weight = servers_of().get(name)
        if weight is not None and weight not in seen[-1:]:
            seen.append(weight)
        return weight == 50

    seconds = wait_until("it has its whole weight", look, 20)
    reviving.join()
    expect(seen[0] == 1, f"it began with weight {seen[0]}")
    expect(seen == sorted(seen) and 4 < len(seen) <= 11, f"the weights were {seen}")
    expect(seconds > 4, f"it took {seconds:.1f} s")
    # An engine that is replaced takes over what it finds.
    engine = director.child("director-engine")
    os.kill(engine, signal.SIGKILL)
    wait_until("another engine runs", lambda: director.child("director-engine") != engine and director.status())
    expect_equal(servers_of(), up(farm, weight=50), "the weights after the engine's death")


def test_mass_failure_leaves_the_floor_in(farm):
    director = start(farm, "minup = 1\n")
    farm.kill("rs1", "rs2", "rs3")
    wait_until("one server is left", lambda: len(servers_of()) == 1)
    time.sleep(2)
    expect_equal(list(servers_of().values()), [1], "the weight of the one that is kept")
    expect("minup-reached" in events(director), "no alarm")
    expect("KEPT" in director.command("status"), "the status for people does not say KEPT")
    farm.revive("rs1", "rs2", "rs3")
    wait_until("every server is in", lambda: servers_of() == up(farm))
    wait_until("the alarm is over", lambda: "minup-left" in events(director))


def test_every_check_must_pass_and_the_reason_names_the_one_that_fails(farm):
    for number in farm.servers:
        with open(f"/run/real-servers/rs{number}/status", "w", encoding="ascii") as file:
            file.write("state: serving\n")
    director = start(farm, check='http request "/status" receive "serving" interval 300ms fall 2')
    with open("/run/real-servers/rs3/status", "w", encoding="ascii") as file:
        file.write("state: maintenance\n")
    wait_until("the server whose second check fails is out", lambda: servers_of() == up(farm, without=[3]))
    reason = server_status(director, endpoint(real_server(3)))["reason"]
    expect(reason.startswith("check http /status: "), reason)
    farm.kill("rs2")
    wait_until("the server whose first check fails is out", lambda: servers_of() == up(farm, without=[2, 3]))
    with open("/run/real-servers/rs3/status", "w", encoding="ascii") as file:
        file.write("state: serving\n")
    wait_until("the server whose checks pass is in again", lambda: servers_of() == up(farm, without=[2]))


def test_tiers_stand_in_one_after_the_other(farm):
    run("real-server", "start", "lb1")
    third = endpoint(real_server(3))
    director = start(farm, weights={1: 1, 2: 1}, fallback="127.0.0.1:80 gate",
                     **{"fallback-tier": f"{third} masq check http request \"/health\""})
    farm.kill("rs1", "rs2")
    wait_until("the tier stands in", lambda: servers_of() == {third: 1})
    expect_equal(fetch(), "rs3\n", "who answers")
    farm.kill("rs3")
    wait_until("the fallback stands in", lambda: servers_of() == {"127.0.0.1:80": 1})
    expect_equal(fetch(), "lb1\n", "who answers")
    farm.revive("rs3")
    wait_until("the tier is back", lambda: servers_of() == {third: 1})
    farm.revive("rs1")
    wait_until("the real server is back", lambda: servers_of() == {endpoint(real_server(1)): 1})
    expect_equal([name for name in events(director) if name.startswith(("tier-", "fallback-"))][-4:],
                 ["fallback-on", "tier-on", "fallback-off", "tier-off"], "the events")


def test_server_that_changes_too_often_is_held_down(farm):
    director = start(farm, "flap = 3 in 10m hold 30s max 2m\n")
    name = endpoint(real_server(1))
    farm.kill("rs1")
    wait_until("it is out", lambda: name not in servers_of())
    farm.revive("rs1")
    wait_until("it is in", lambda: name in servers_of())
    farm.kill("rs1")
    wait_until("it is held", lambda: server_status(director, name)["heldUntil"])
    expect("HELD" in director.command("status"), "the status for people does not say HELD")
    expect(name not in servers_of(), "a held server is in")
    # The next engine goes on with it.
    engine = director.child("director-engine")
    os.kill(engine, signal.SIGKILL)
    wait_until("another engine is there", lambda: director.child("director-engine") != engine, 10)
    wait_until("it holds the server", lambda: server_status(director, name)["heldUntil"], 10)
    farm.revive("rs1")
    wait_until("the hold is over and it is in", lambda: servers_of() == up(farm), 40)
    held, back = [record for record in json.loads(director.command("events", "--json", "--limit", "1000"))
                  if record["event"] in ("server-held", "server-released", "real-server-up") and record["server"] == name
                  ][-2:]
    expect_equal(held["event"], "server-held", "the event before the last")
    expect(back["timeMs"] - held["timeMs"] >= 29_900, f"it was held for {back['timeMs'] - held['timeMs']} ms only")


def test_sample_of_the_keys_runs_as_it_is(farm):
    run("real-server", "start", "lb1")
    run_sample(farm, "operations")
    wait_until("the servers have their whole weights",
               lambda: servers_of() == {endpoint(real_server(1)): 10, endpoint(real_server(2)): 10}, 60)

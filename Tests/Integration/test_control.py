"""The control socket as clients of others see it: subscriptions, permissions, and clients that mean no good."""

import os
import resource
import signal
import socket

from control import Control
from harness import *

TOPOLOGIES = ["nat"]
WEB = "TCP 192.0.2.100:80"


def start(farm, top=TOP):
    director = farm.directord(configuration(farm, top=top))
    wait_until("every server is up", lambda: director.status()["services"][0]["up"] == 3)
    return director


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def test_a_subscriber_hears_what_changes_as_it_changes(farm):
    director = start(farm)
    control = Control(director)
    first = control.ask("subscribe")
    expect_equal(first["ok"], True, "the answer")
    services = first["result"]["services"]
    expect_equal([service["service"] for service in services], [WEB], "services")
    places = {server["server"]: place for place, server in enumerate(services[0]["servers"])}
    farm.kill("rs2")
    dead = endpoint(real_server(2))
    # An update may come between the verdict and what the kernel is told.
    line = control.wait_for("the dead server", lambda line: any(
        server["server"] == dead and server["state"] == "down" and server["kernelWeight"] is None
        for server in line["update"].get("servers", [])))
    server = next(server for server in line["update"]["servers"] if server["server"] == dead)
    expect_equal(server["at"], [0, places[dead]], "place of the dead server")
    expect("refused" in server["reason"], f"why: {server['reason']}")
    farm.download()
    line = control.wait_for("the connection counted", lambda line: any(
        measure[2] == 1 for measure in line.get("update", {}).get("measures", [])))
    times = [control.line()["update"]["timeMs"] for _ in range(3)]
    expect(times == sorted(times), f"times go on: {times}")
    director.configure(configuration(farm, weights={1: 1, 3: 2}))
    director.signal(signal.SIGHUP)
    line = control.wait_for("a whole snapshot after the reload", lambda line: "snapshot" in line)
    expect_equal(len(line["snapshot"]["services"][0]["servers"]), 2, "servers after the reload")
    events = Control(director).ask("events")["result"]
    kinds = [event["event"] for event in events]
    expect("real-server-down" in kinds and kinds[-1] == "configuration-loaded", f"events {kinds}")
    numbers = [event["number"] for event in events]
    expect_equal(numbers, list(range(1, len(numbers) + 1)), "their numbers")


def test_followers_get_the_events_they_asked_for(farm):
    director = start(farm)
    everything, some = Control(director), Control(director)
    before = everything.ask("follow", limit=1000)["result"]["events"]
    expect_equal(before[0]["event"], "started", "the first event")
    expect_equal(some.ask("follow", limit=0, event="real-server-down")["result"]["events"], [], "none before")
    farm.kill("rs1")
    line = everything.line()
    expect_equal([(event["event"], event["server"]) for event in line["events"]],
                 [("real-server-down", endpoint(real_server(1)))], "what everybody hears")
    expect_equal(line["events"][0]["number"], before[-1]["number"] + 1, "its number")
    expect_equal(some.line()["events"], line["events"], "what the other one hears")
    farm.revive("rs1")
    expect_equal(everything.line()["events"][0]["event"], "real-server-up", "what comes next")
    farm.kill("rs1")
    expect_equal([event["event"] for event in some.line()["events"]], ["real-server-down"], "the filter holds")


def test_readers_may_ask_and_operators_may_change(farm):
    director = start(farm, top=TOP + "readers = 2001\noperators = 2002\n")
    path = os.path.join(director.runtime, "control.sock")
    wait_until("the socket lets them in", lambda: os.stat(path).st_mode & 0o777 == 0o666)
    root = Control(director)
    expect_equal(root.ask("hello")["result"]["mayChange"], True, "root may change")
    stranger = Control(director, user=1500)
    line = stranger.line()
    expect(line["ok"] is False and "permission denied" in line["error"], f"a stranger hears {line}")
    expect_equal(stranger.line(), None, "and is disconnected")
    reader = Control(director, user=1501, groups=[2001])
    expect_equal(reader.ask("hello")["result"]["mayChange"], False, "a reader may not change")
    expect_equal(reader.ask("status")["ok"], True, "a reader may ask")
    refused = reader.ask("reload")
    expect(refused["ok"] is False and "operators" in refused["error"], f"a reader's reload: {refused}")
    operator = Control(director, user=1502, groups=[2002, 7])
    expect_equal(operator.ask("reload")["result"], "reloaded", "an operator's reload")
    director.configure(configuration(farm, top=TOP))
    director.signal(signal.SIGHUP)
    wait_until("the socket is root's again", lambda: os.stat(path).st_mode & 0o777 == 0o660)


def test_a_thousand_clients_that_do_nothing_keep_nobody_out(farm):
    director = start(farm)
    engine = director.child("director-engine")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    first = Control(director)
    first.ask("subscribe")
    idle = [Control(director) for _ in range(1100)]
    expect_equal(Control(director).ask("status")["ok"], True, "the status beside 1,100 clients")
    sent_away = idle[0].line()
    expect(sent_away and "silent for the longest" in sent_away["error"], f"the first of them hears {sent_away}")
    expect_equal(idle[0].line(), None, "and is disconnected")
    expect_equal(idle[-1].ask("hello")["ok"], True, "the last of them is served")
    farm.kill("rs2")
    first.wait_for("the dead server", lambda line: any(
        server["state"] == "down" and server["kernelWeight"] is None for server in line["update"].get("servers", [])))
    expect(servers_of() and endpoint(real_server(2)) not in servers_of(), "the engine does its work")
    expect_equal(director.child("director-engine"), engine, "the engine lives")
    for client in idle:
        client.close()


def large_configuration(farm, services=250):
    """The farm's service, and many that nobody checks: a status of two megabytes."""
    lines = [configuration(farm)]
    for number in range(services):
        lines.append(f"virtual = 198.51.100.{number}:80\n\tchecktype = on\n\tscheduler = wrr\n\tprotocol = tcp")
        lines += [f"\treal = 10.9.{number}.{server}:80 masq 1" for server in range(1, 11)]
    return "\n".join(lines) + "\n"


def test_clients_that_ask_and_never_read_are_cut_off(farm):
    director = farm.directord(large_configuration(farm))
    wait_until("every server is up", lambda: director.status()["services"][0]["up"] == 3)
    engine = director.child("director-engine")
    expect(len(json.dumps(director.status())) > 1_500_000, "the answer is large")
    before = resident(engine)
    greedy = [Control(director) for _ in range(200)]
    for client in greedy:
        for _ in range(16):
            client.send("status")
    flood = Control(director)
    # It is cut off, perhaps before all is out, and so is who sends a request without end.
    with contextlib.suppress(BrokenPipeError):
        flood.socket.sendall(b'{"version":1,"request":"status"}\n' * 2000)
    lines = []
    while (line := flood.line()) is not None:
        lines.append(line)
    expect("16 requests wait" in lines[-1]["error"], f"the last words to who floods: {lines[-1]}")
    long = Control(director)
    with contextlib.suppress(BrokenPipeError):
        long.socket.sendall(b"x" * 70_000)
    expect("longer than 65536" in long.line()["error"], "a request without end is refused")
    wait_until("status is answered in a second", lambda: Control(director, timeout=1).ask("status")["ok"], 30)
    expect(resident(engine) - before < 64_000, f"the engine has grown by {resident(engine) - before} KB")
    expect_equal(director.child("director-engine"), engine, "the engine lives")
    farm.kill("rs3")
    wait_until("the dead server is out", lambda: endpoint(real_server(3)) not in (servers_of() or {}), 10)
    for client in greedy:
        client.close()


def test_a_client_that_ends_its_side_gets_every_answer(farm):
    director = start(farm)

    def ask(*requests, **members):
        client = Control(director)
        for request in requests:
            client.send(request, **members)
        client.socket.shutdown(socket.SHUT_WR)
        return client

    server = endpoint(real_server(2))
    client = ask("drain", "reload", virtual=VIRTUAL[4], server=server)
    expect_equal([client.line()["result"]["server"], client.line()["result"]], [server, "reloaded"], "late answers")
    expect_equal(client.line(), None, "then the end")
    without_end = Control(director)
    without_end.socket.sendall(b'{"version":1,"request":"hello"}')
    without_end.socket.shutdown(socket.SHUT_WR)
    expect_equal((without_end.line()["ok"], without_end.line()), (True, None), "a request without a line feed")
    subscriber, follower = ask("subscribe"), ask("follow", limit=0)
    expect(subscriber.line()["ok"] and follower.line()["ok"], "both are subscribed")
    farm.kill("rs1")
    subscriber.wait_for("the dead server", lambda line: line.get("update", {}).get("servers"))
    follower.wait_for("its event", lambda line: any(
        event["event"] == "real-server-down" for event in line["events"]))
    engine = director.child("director-engine")

    def sockets():
        names = [os.readlink(entry.path) for entry in os.scandir(f"/proc/{engine}/fd")]
        return sum(name.startswith("socket:") for name in names)
    before = sockets()
    subscriber.close()
    follower.close()
    wait_until("the engine has let go of them", lambda: sockets() <= before - 2)


def test_what_is_no_request_is_answered_in_words(farm):
    director = start(farm)
    for text, words in ((b"hello\n", "not JSON"), (b"{}\n", "version"), (b'{"version":2,"request":"status"}\n', "version"),
                        (b'{"version":1,"request":"fly"}\n', "request"), (b"\n", "not JSON"), (b"\xff\xfe\n", "not JSON"),
                        (b'{"version":1,"request":"events","severity":"bad"}\n', "severity")):
        client = Control(director)
        client.socket.sendall(text)
        answer = client.line()
        expect(answer["ok"] is False and words in answer["error"], f"{text!r} is answered {answer}")
        expect_equal(client.ask("hello")["ok"], True, f"the connection after {text!r}")

"""Real servers tell their own weights by HAProxy's agent protocol."""

import contextlib
import os

from harness import *

TOPOLOGIES = ["nat"]
AGENT = """
import socket, sys
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", 9707))
listener.listen(16)
while True:
    connection, _ = listener.accept()
    with open(sys.argv[1]) as file:
        line = file.read()
    if "%question" in line:
        connection.settimeout(1)
        line = line.replace("%question", connection.recv(99).decode().strip())
    connection.sendall(line.encode())
    connection.close()
"""


def say(number, line):
    with open(f"{RUN}/agent-{number}", "w", encoding="ascii") as file:
        file.write(line)


def start(farm, **keys):
    for number in (1, 2):
        say(number, "up 100%\n")
        farm.spawn(f"rs{number}", "python3", "-I", "-S", "-c", AGENT, f"{RUN}/agent-{number}")
    text = configuration(farm, weights={1: 10, 2: 10, 3: 10}, **{"agent-check": "9707", "agent-interval": "200ms", **keys})
    director = farm.directord(text)
    wait_until("every server is in", lambda: servers_of() == weights(10, 10, 10))
    heard = lambda: all(server["agent"]["says"] == "up 100%" for server in director.status()["services"][0]["servers"][:2])
    wait_until("the agents are heard", heard, 60)
    return director


def weights(*all_of_them):
    return {endpoint(real_server(n)): weight for n, weight in enumerate(all_of_them, 1) if weight is not None}


def test_the_weight_follows_the_agent(farm):
    director = start(farm)
    say(1, "30%\n")
    wait_until("the share is in the kernel", lambda: servers_of() == weights(3, 10, 10))
    say(2, "drain # backup\n")
    wait_until("the drained one has weight 0", lambda: servers_of() == weights(3, 0, 10))
    expect("agent: 30%" in director.command("status"), "the status says what the agent said")
    server = director.status()["services"][0]["servers"][1]
    expect_equal((server["agent"]["says"], server["agent"]["effect"]), ("drain # backup", "drain"), "the agent in JSON")
    say(2, "ready\n")
    say(1, "down # disk full\n")
    wait_until("the one that is down is out", lambda: servers_of() == weights(None, 10, 10))
    expect("is out: its agent says down # disk full" in director.log(), "it is told")
    say(1, "up 100%\n")
    wait_until("all are in", lambda: servers_of() == weights(10, 10, 10))


def test_silence_changes_nothing(farm):
    director = start(farm)
    say(1, "50%\n")
    wait_until("the share is in the kernel", lambda: servers_of() == weights(5, 10, 10))
    for process in farm.processes:
        process.kill()
    wait_until("the silence is told", lambda: "silent now" in director.command("status"))
    expect_equal(servers_of(), weights(5, 10, 10), "the table")
    farm.kill("rs1")
    wait_until("the check still counts", lambda: servers_of() == weights(None, 10, 10))


def test_what_it_said_outlasts_the_engine(farm):
    """Servers that want no connections get none from the next engine, whether their agents answer it or not."""
    director = start(farm)
    say(1, "drain\n")
    say(2, "maint\n")
    wanted = weights(0, None, 10)
    wait_until("one is drained, one is out", lambda: servers_of() == wanted)
    expect_equal(director.command("plan", director.file), "", "what the file in force would change")
    kept = os.path.join(director.runtime, "agents")
    wait_until("it is written down", lambda: os.path.exists(kept) and "maint" in open(kept, encoding="utf-8").read(), 5)
    for process in farm.processes:
        process.kill()
    engine = director.child("director-engine")
    os.kill(engine, 9)
    wait_until("another engine is there", lambda: director.child("director-engine") != engine, 10)

    def begun():
        # It does not answer from its first moment on.
        with contextlib.suppress(Failure):
            return all(server["state"] == "up" for server in director.status()["services"][0]["servers"])
        return False

    while not begun():
        expect_equal(servers_of(), wanted, "the table while the engine starts")
    expect_equal(servers_of(), wanted, "the table with every check passed")


def test_what_is_to_be_sent_is_sent(farm):
    start(farm, **{"agent-send": '"40%\\n"'})
    say(1, "%question\n")
    wait_until("the answer is the question", lambda: servers_of() == weights(4, 10, 10))

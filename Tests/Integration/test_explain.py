"""director explain and director events: an operator at 3 in the morning asks what is wrong, and since when."""

import contextlib
import json
import os
import signal
import subprocess

from control import Control
from harness import *

TOPOLOGIES = ["nat"]
DEAD = endpoint(real_server(2))


def start(farm, **options):
    director = farm.directord(configuration(farm), **options)
    wait_until("every server is up", lambda: director.status()["services"][0]["up"] == 3)
    return director


def down(farm, director):
    farm.kill("rs2")
    wait_until("the dead server is out", lambda: DEAD not in servers_of())


def asked(director, *arguments):
    """(exit status, output, errors)"""
    done = done_in("lb1", program("director"), *arguments, "--runtime-dir", director.runtime,
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    return done.returncode, done.stdout, done.stderr


def test_explain_tells_why_since_when_and_by_which_check(farm):
    director = start(farm)
    text = director.command("explain", DEAD)
    expect(f"{DEAD} of TCP 192.0.2.100:80 is up since" in text and "It is IN: weight 1" in text, text)
    expect("as wanted" in text and "next:" in text and "passed" in text, text)
    down(farm, director)
    text = director.command("explain", "10.0.0.102")
    for words in (f"{DEAD} of TCP 192.0.2.100:80 is DOWN since", "connection refused", "It is OUT", "FAILED", "passed",
                  f"connect to {DEAD}, every 1s", "next:", "not in the table (quiescent = no)", "as wanted",
                  f"real server {DEAD} of TCP 192.0.2.100:80 is down"):
        expect(words in text, f"'{words}' is missing in\n{text}")
    found = json.loads(director.command("explain", "192.0.2.100:80", DEAD, "--json"))
    expect_equal((len(found), found[0]["wantedWeight"], found[0]["kernelWeight"]), (1, None, None), "as JSON")
    expect_equal([run["passed"] for run in found[0]["checks"][0]["results"]], [True, False], "its results")
    farm.revive("rs2")
    wait_until("it is back", lambda: servers_of().get(DEAD) == 1)
    director.command("drain", "192.0.2.100:80", DEAD)
    wait_until("explain knows the order", lambda: "drain by root since" in director.command("explain", DEAD))


def test_explain_helps_who_asks_for_the_wrong_thing(farm):
    director = start(farm)
    for arguments, words in ((["10.0.0.120:80"], "did you mean"), (["nonsense"], "director status lists them"),
                             (["192.0.2.100:80"], "name one of its real servers"),
                             (["192.0.2.101:80", DEAD], "no virtual service"), ([DEAD, DEAD], "no virtual service")):
        status, output, errors = asked(director, "explain", *arguments)
        expect_equal((status, output), (1, ""), f"explain {arguments}")
        expect(words in errors, f"explain {arguments}: {errors}")
    expect_equal(asked(director, "explain")[0], 2, "explain without a server")
    director.kill_everything()
    status, _, errors = asked(director, "explain", DEAD)
    expect(status == 1 and "is directord running" in errors and "director ipvs -Ln" in errors, errors)


def test_help_is_found_and_what_cannot_be_written_is_said(farm):
    director = start(farm)

    def call(*arguments, stdout=subprocess.PIPE):
        done = done_in("lb1", program("director"), *arguments, stdin=subprocess.DEVNULL, stdout=stdout,
                       stderr=subprocess.PIPE, text=True, timeout=30, check=False)
        return done.returncode, done.stdout, done.stderr
    usage = call("status", "--help")
    expect(usage[0] == 0 and usage[1].startswith("Usage: director status"), f"{usage}")
    for arguments in (("help", "status"), ("status", "--json", "--help"), ("status", "-h")):
        expect_equal(call(*arguments), usage, f"director {' '.join(arguments)}")
    expect_equal(call("statsu"), (2, "", "director: unknown command 'statsu', did you mean 'status'?\n"), "a slip")
    expect_equal(call("help", "nothing")[0], 2, "help for what there is not")
    asking = ("--runtime-dir", director.runtime)
    with open("/dev/full", "wb") as full:
        for command in ("status", "events"):
            expect_equal(call(command, *asking, stdout=full)[::2],
                         (1, "director: cannot write to standard output: no space left on device\n"), command)
    # Who follows through a pipe ends when the other side has, though nothing happens.
    follower = start_in("lb1", program("director"), "events", "--follow", *asking,
                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    farm.processes.append(follower)
    follower.stdout.readline()
    follower.stdout.close()
    wait_until("the follower has ended", lambda: follower.poll() is not None)
    expect_equal(follower.returncode, 0, "its exit status")


def test_a_prober_that_is_gone_is_named(farm):
    director = start(farm)
    # Nobody starts it again while its supervisor sleeps.
    os.kill(director.process.pid, signal.SIGSTOP)
    try:
        os.kill(director.child("director-prober"), signal.SIGKILL)
        wait_until("explain says so", lambda: "NOBODY CHECKS NOW" in director.command("explain", DEAD))
        expect("PROBER NOT CONNECTED" in director.command("status"), "status says so too")
    finally:
        os.kill(director.process.pid, signal.SIGCONT)
    wait_until("a prober is back", lambda: "NOBODY" not in director.command("explain", DEAD), 20)


def test_events_outlast_restarts_and_crashes(farm):
    def settle():
        # One that is killed while it starts its daemons leaves them to end by themselves.
        wait_until("everything runs", lambda: director.status()["engine"]["proberConnected"])

    director = start(farm)
    down(farm, director)
    director.stop()
    director.start()
    settle()
    director.kill_everything()
    director.start()
    settle()
    wait_until("every server has been checked", lambda: all(
        server["lastCheck"] for server in director.status()["services"][0]["servers"]))
    events = json.loads(director.command("events", "--json", "--limit", "1000"))
    kinds = [event["event"] for event in events]
    expect_equal(kinds.count("started"), 3, f"starts among {kinds}")
    expect_equal((kinds.count("stopping"), kinds[0]), (1, "started"), f"the stop among {kinds}")
    expect_equal([event["number"] for event in events], list(range(1, len(events) + 1)), "their numbers")
    text = director.command("events", "--event", "real-server-down", "--server", "10.0.0.102")
    expect(text.count("\n") >= 1 and all("is down" in line for line in text.splitlines()), text)
    expect_equal(director.command("events", "--since", "0s"), "", "what happened since now")
    expect_equal(asked(director, "events", "--severity", "bad")[0], 2, "a severity that there is not")
    with open(os.path.join(director.runtime, "events"), "ab") as file:
        file.write(b'{"half a line')
    director.kill_everything()
    director.start()
    settle()
    again = json.loads(director.command("events", "--json", "--limit", "1000"))
    expect_equal(again[:len(events)], events, "the events of before, after half a line of a crash")


def complete(text):
    """The events that a follower has printed, but for a line that it is about to."""
    return [json.loads(line) for line in text.rpartition("\n")[0].splitlines()]


def test_events_are_followed_across_a_restart(farm):
    director = start(farm)
    path = os.path.join(director.directory, "followed")
    with open(path, "wb") as output:
        follower = start_in(
            "lb1", program("director"), "events", "--follow", "--json", "--runtime-dir", director.runtime,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL)
    farm.processes.append(follower)

    def followed():
        with open(path, encoding="utf-8") as file:
            return complete(file.read())
    wait_until("it has the past", lambda: followed())
    down(farm, director)
    wait_until("the death is told", lambda: any(event["event"] == "real-server-down" for event in followed()))
    director.stop()
    director.start()
    wait_until("the next start is told", lambda: sum(event["event"] == "started" for event in followed()) == 2, 20)
    numbers = [event["number"] for event in followed()]
    expect_equal(numbers, list(range(1, len(numbers) + 1)), "each event once, none left out")
    # As after a crash on a full disk: what was told is not written down, and its numbers are given anew.
    director.stop()
    journal = f"{director.runtime}/events"
    with open(journal, encoding="utf-8") as file:
        lines = file.readlines()
    with open(journal, "w", encoding="utf-8") as file:
        file.writelines(lines[:2])
    count = len(followed())
    director.start()
    wait_until("the start after that is told", lambda: any(event["event"] == "started" for event in followed()[count:]), 20)
    # The follower may have had something of the run before still to print.
    told = [event["number"] for event in followed()[count:] if event["event"] == "started"]
    expect_equal(told[0], 3, "the first event of the new run")
    follower.send_signal(signal.SIGINT)
    expect_equal(follower.wait(10), 0, "its exit status")


def followed_from(farm, director, *options):
    """Starts a follower; returns what reads the events that it has printed so far."""
    path = os.path.join(director.directory, f"followed-{len(farm.processes)}")
    with open(path, "wb") as output:
        farm.processes.append(start_in(
            "lb1", program("director"), "events", "--follow", "--json", "--runtime-dir", director.runtime, *options,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL))

    def read():
        with open(path, encoding="utf-8") as file:
            return complete(file.read())
    return read


def test_a_follower_of_the_future_is_not_told_the_past_after_a_restart(farm):
    director = start(farm)
    last = json.loads(director.command("events", "--json"))[-1]["number"]

    def clients():
        with inside("lb1"), open("/proc/thread-self/net/unix", encoding="utf-8") as file:
            return sum(line.rstrip().endswith(f"{director.runtime}/control.sock") for line in file)
    # Who asked before may not have gone yet.
    wait_until("nobody but the listener is left", lambda: clients() == 1)
    followed = followed_from(farm, director, "--limit", "0")
    wait_until("it is connected", lambda: clients() > 1)
    director.command("status")
    director.stop()
    director.start()
    wait_until("the next start is told", lambda: any(event["event"] == "started" for event in followed()), 20)
    expect(followed()[0]["number"] > last, f"{last} was before, and it is told {followed()[0]}")


def test_filters_look_through_what_memory_has_no_room_for(farm):
    state = f"{RUN}/with-past"
    os.makedirs(state, exist_ok=True)

    def line(number):
        severity = "error" if number in (3, 2600) else "info"
        return json.dumps({"number": number, "time": "2026-01-01T00:00:00.000Z", "timeMs": 1767225600000 + number,
                           "event": "remark", "severity": severity, "service": None, "server": None,
                           "text": f"remark {number}"}) + "\n"
    lost = range(501, 601)
    for name, numbers in (("events.old", range(1, 1500)), ("events", range(1500, 2701))):
        numbers = [number for number in numbers if number not in lost]
        with open(os.path.join(state, name), "w", encoding="ascii") as file:
            file.writelines(map(line, numbers))
    director = start(farm, options=["--state-dir", state])
    expect_equal(len(director.command("events", "--limit", "1000").splitlines()), 1000, "the newest thousand")
    errors = json.loads(director.command("events", "--severity", "error", "--json"))
    expect_equal([event["number"] for event in errors], [3, 2600], "errors of all that is kept")
    found = json.loads(director.command("events", "--event", "remark", "--limit", "1000", "--json"))
    expect_equal([found[0]["number"], found[-1]["number"]], [1701, 2700], "the newest of a kind")
    followed = followed_from(farm, director, "--severity", "error")
    wait_until("a follower has them too", lambda: [event["number"] for event in followed()] == [3, 2600])
    down(farm, director)
    followed = followed_from(farm, director, "--event", "real-server-down", "--server", DEAD)
    wait_until("what happened since comes with it", lambda: len(followed()) == 1)
    # Somebody who was away for long gets everything page by page, and is told what nobody has any more.
    control = Control(director)
    pages = [control.ask("follow", after=400)["result"]]
    expect_equal([event["number"] for event in pages[0]["events"]], [*range(401, 501)], "the oldest hundred")
    newest = json.loads(director.command("events", "--json"))[-1]["number"]
    while pages[-1]["last"] < newest:
        pages.append(control.line())
    told = [event["number"] for page in pages for event in page["events"]]
    expect_equal(told[:2200], [*range(401, 501), *range(601, 2701)], "all that is kept behind 400")
    expect_equal(sum(page.get("missed", 0) for page in pages), len(lost), "how many are missing")
    expect(max(len(page["events"]) for page in pages) <= 1000, f"pages of {[len(page['events']) for page in pages]}")
    following = f"{RUN}/following"
    with open(following, "wb") as output:
        farm.processes.append(start_in(
            "lb1", program("director"), "events", "--follow", "--limit", "1", "--runtime-dir", director.runtime,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL))
    wait_until("it follows", lambda: os.path.getsize(following) > 0)
    director.stop()
    with open(os.path.join(state, "events"), "a", encoding="ascii") as file:
        file.write(line(5000))
    director.start()
    wait_until("the next start is told", lambda: " engine started" in open(following, encoding="utf-8").read(), 20)
    with open(following, encoding="utf-8") as file:
        expect(" events before this are missing: not kept any more\n" in file.read(), "the gap is told")


def test_a_full_disk_is_survived_and_said(farm):
    state = f"{RUN}/small"
    os.makedirs(state, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", state)
    try:
        director = start(farm, options=["--state-dir", state])
        with open(os.path.join(state, "ballast"), "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 512)
        # The page that the journal has begun takes a few more lines.
        for _ in range(40):
            director.command("disable", "192.0.2.100:80", DEAD, check=False)
            director.command("enable", "192.0.2.100:80", DEAD, check=False)
            if "NOT KEPT" in director.command("status"):
                break
        status = director.command("status")
        expect("events are NOT KEPT across restarts" in status and "no space left on the device" in status, status)
        said = json.loads(director.command("events", "--json", "--event", "events-not-kept"))
        expect_equal(len(said), 1, "how often it was said")
        down(farm, director)
        expect("is down" in director.command("events", "--event", "real-server-down"), "events go on in memory")
        os.unlink(os.path.join(state, "ballast"))
        wait_until("events are kept again", lambda: "NOT KEPT" not in director.command("status"), 20)
        before = json.loads(director.command("events", "--json", "--limit", "1000"))
        director.kill_everything()
        director.start()
        after = json.loads(director.command("events", "--json", "--limit", "1000"))
        expect_equal(after[:len(before)], before, "what happened while the disk was full")
        director.kill_everything()
    finally:
        run("umount", "-l", state)

"""director top as an operator has it: in a terminal, with real keys, beside a daemon that comes and goes."""

import contextlib
import os
import re
import signal
import subprocess

from harness import *
from terminal import Terminal

TOPOLOGIES = ["nat"]
# What a green text looks like: the colour of a server that is up.
GREEN = re.compile(r"\x1b\[(?:[0-9;]*;)?32m")


def start(farm):
    director = farm.directord(configuration(farm))
    wait_until("every server is up", lambda: director.status()["services"][0]["up"] == 3)
    return director


@contextlib.contextmanager
def top(director, *options, **settings):
    command = within(director.namespace, program("director"), "top", "--runtime-dir", director.runtime, *options)
    terminal = Terminal(command, **settings)
    try:
        yield terminal
    finally:
        terminal.close()


def has_green(terminal):
    """To be waited for: the lines of the servers are drawn after the header."""
    return GREEN.search(terminal.screen(escapes=True)) is not None


def pid_of_top(director):
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
                if words[1:2] == [b"top"] and director.runtime.encode() in words:
                    return int(entry)
    raise Failure("no director top runs")


def test_it_shows_what_happens_while_it_happens(farm):
    director = start(farm)
    with top(director) as terminal:
        terminal.wait_for("LIVE", "1 service ", "3/3 servers up", "10.0.0.102:80", "TCP 192.0.2.100:80 wrr", "events")
        wait_until("servers that are up are green", lambda: has_green(terminal))
        farm.kill("rs2")
        terminal.wait_for("2/3 servers up", "DOWN", "-/1", "1 in trouble", "is down")
        farm.revive("rs2")
        terminal.wait_for("3/3 servers up", "is up", without=["DOWN"])


def test_keys_sort_filter_fold_search_and_help(farm):
    director = start(farm)
    farm.kill("rs3")
    with top(director) as terminal:
        terminal.wait_for("10.0.0.101:80", "DOWN")
        terminal.press("p")
        terminal.wait_for("10.0.0.103:80", "[trouble only]", without=["10.0.0.101:80   "])
        terminal.press("Escape")
        terminal.wait_for("10.0.0.101:80")
        terminal.press("Left")
        terminal.wait_for("▸ TCP", without=["10.0.0.101:80   "])
        terminal.press("Right")
        terminal.wait_for("▾ TCP", "10.0.0.101:80")
        terminal.press("s")
        terminal.wait_for("sort: trouble")
        places = lambda screen: [screen.index(f"10.0.0.{number}:80") for number in (103, 101)]
        wait_until("the dead one is first", lambda: sorted(found := places(terminal.screen())) == found)
        terminal.type("f.102")
        terminal.press("Enter")
        terminal.wait_for("[only '.102']", without=["10.0.0.101:80   "])
        terminal.press("Escape")
        terminal.type("/refused")
        terminal.press("Enter")
        terminal.wait_for("10.0.0.103:80 of TCP 192.0.2.100:80: DOWN since")
        terminal.press("?")
        terminal.wait_for("help: any key goes back")
        terminal.press("x")
        terminal.wait_for("q quit", without=["help: any key"])
        terminal.press("Down", "Up", "PageDown", "Home")
        terminal.wait_for("TCP 192.0.2.100:80: scheduler wrr")


def test_a_server_is_drained_and_enabled_by_keys(farm):
    director = start(farm)
    with top(director) as terminal:
        terminal.wait_for("3/3 servers up")
        terminal.press("Down", "Down")
        terminal.wait_for("10.0.0.102:80 of TCP")
        terminal.press("x")
        terminal.wait_for("disable 10.0.0.102:80 of TCP 192.0.2.100:80: out at once? y/n")
        terminal.press("n")
        terminal.wait_for("nothing was done")
        expect_equal(servers_of()[endpoint(real_server(2))], 1, "its weight after no")
        terminal.press("x")
        terminal.wait_for("y/n")
        terminal.press("y")
        terminal.wait_for("DISABLED", "2/3 servers up")
        wait_until("the server is out", lambda: endpoint(real_server(2)) not in servers_of())
        terminal.press("a")
        terminal.wait_for("enable 10.0.0.102:80")
        terminal.press("y")
        terminal.wait_for("3/3 servers up", without=["DISABLED"])


def test_a_dead_daemon_is_never_green_and_its_return_is_seen(farm):
    director = start(farm)
    with top(director) as terminal:
        terminal.wait_for("3/3 servers up")
        director.kill_everything()
        terminal.wait_for("STALE: as it was", "NOT as it is", "up?", without=["LIVE"])
        wait_until("nothing is green while the daemon is dead", lambda: not has_green(terminal))
        director.start()
        terminal.wait_for("LIVE", "3/3 servers up", without=["STALE", "up?"])
        wait_until("green again", lambda: has_green(terminal))
        # One that hangs says nothing, but its connection stays.
        engine = director.child("director-engine")
        os.kill(engine, signal.SIGSTOP)
        try:
            terminal.wait_for("STALE", "the daemon is silent", without=["LIVE"])
            wait_until("nothing is green while the daemon hangs", lambda: not has_green(terminal))
        finally:
            os.kill(engine, signal.SIGCONT)
        terminal.wait_for("LIVE", without=["STALE"])


def test_a_daemon_that_hangs_from_the_beginning_is_not_waited_for_in_silence(farm):
    director = start(farm)
    engine = director.child("director-engine")
    os.kill(engine, signal.SIGSTOP)
    try:
        with top(director) as terminal, top(director, environment=["TERM=dumb"]) as plain:
            terminal.wait_for("NO ANSWER: the daemon does not answer", without=["CONNECTING"])
            plain.wait_for("NO ANSWER: the daemon does not answer")
            os.kill(engine, signal.SIGCONT)
            terminal.wait_for("LIVE", "3/3 servers up", without=["NO ANSWER"])
            plain.wait_for("LIVE", "3/3 servers up")
    finally:
        os.kill(engine, signal.SIGCONT)


def test_fallback_tiers_and_what_monitors_outside_report_are_seen(farm):
    third = endpoint(real_server(3))
    director = farm.directord(configuration(farm, weights={1: 1, 2: 1}, **{"fallback-tier": f"{third} masq"}))
    wait_until("every server is up", lambda: director.status()["services"][0]["up"] == 2)
    with top(director, columns=160) as terminal:
        terminal.wait_for("2/2 servers up", "fallback tier 1", third, "waiting")
        farm.kill("rs1", "rs2")
        terminal.wait_for("0/2 servers up", f"tier 1 stands in: {third}", without=["waiting"])
        director.command("event", "disk-full", "--source", "nas1", "--text", "97 percent")
        terminal.wait_for("! event disk-full is RAISED by nas1", "event disk-full raised by nas1: 97 percent")
        director.command("event", "disk-full", "up", "--source", "nas1")
        terminal.wait_for("event disk-full cleared by nas1", without=["RAISED"])


def test_every_size_is_drawn(farm):
    director = start(farm)
    with top(director, columns=80, rows=24) as terminal:
        terminal.wait_for("3/3 servers up", "10.0.0.103:80")
        for columns, rows, wanted in ((200, 50, "OUT/S"), (40, 10, "10.0.0.103:80"), (20, 5, "director"), (80, 24, "q quit")):
            terminal.resize(columns, rows)
            terminal.wait_for(wanted)
            # A line too many, or too long, would have moved the bar out of the screen. The terminal itself has cut the
            # frame before to its new size until the next one is there.
            wait_until(f"the bar is above the screen of {columns}x{rows}",
                       lambda: terminal.screen().startswith(" director"), 10, 0.1)
        # A question stays one while somebody pulls at the window.
        terminal.press("Down", "x")
        for columns, rows in ((80, 24), (20, 5), (30, 2), (200, 50)):
            terminal.resize(columns, rows)
            terminal.wait_for("? y/n")
        terminal.press("n")
        terminal.wait_for("nothing was done", without=["? y/n"])


def test_without_colours_the_words_say_it(farm):
    director = start(farm)
    farm.kill("rs1")
    with top(director, environment=["NO_COLOR=1"]) as terminal:
        terminal.wait_for("DOWN", "2/3")
        colours = re.findall(r"\x1b\[[0-9;]*m", terminal.screen(escapes=True))
        expect(colours, "there are attributes")
        expect(not any(re.search(r"[;\[](3[0-7]|4[0-7]|9[0-7]|10[0-7])[;m]", text) for text in colours), f"colours: {colours}")
    with top(director, environment=["TERM=dumb"]) as terminal:
        terminal.wait_for("DOWN", "2/3 servers up")
        with terminal.recorded() as written:
            farm.revive("rs1")
            terminal.wait_for("3/3 servers up")
        expect(b"3/3 servers up" in written and b"\x1b" not in written, f"on a dumb terminal: {bytes(written[:2000])}")
        terminal.press("C-c")
        terminal.wait_for("shell#")


def test_the_terminal_is_as_it_was_however_it_ends(farm):
    director = start(farm)

    def expect_restored(terminal, how):
        def restored():
            return (terminal.value("alternate_on"), terminal.value("cursor_flag")) == ("0", "1")
        wait_until(f"the screen is back after {how}", restored, 15)
        terminal.type("stty -a\n")
        # Not raw: lines, echo and signals.
        terminal.wait_for("isig icanon iexten echo ", without=["-icanon", "-isig", "-echo "])

    def state(pid):
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(") ")[2][0]

    for how, end in (("q", lambda terminal, pid: terminal.press("q")), ("^C", lambda terminal, pid: terminal.press("C-c")),
                     ("SIGTERM", lambda terminal, pid: os.kill(pid, signal.SIGTERM)),
                     ("SIGSEGV", lambda terminal, pid: os.kill(pid, signal.SIGSEGV)),
                     ("SIGABRT", lambda terminal, pid: os.kill(pid, signal.SIGABRT))):
        with top(director) as terminal:
            terminal.wait_for("LIVE")
            expect_equal(terminal.value("alternate_on"), "1", "the alternate screen")
            end(terminal, pid_of_top(director))
            expect_restored(terminal, how)
    with top(director) as terminal:
        terminal.wait_for("LIVE")
        pid = pid_of_top(director)
        terminal.press("C-z")
        wait_until("it is stopped", lambda: state(pid) == "T", 15)
        expect_restored(terminal, "^Z")
        terminal.type("clear; fg\n")
        terminal.wait_for("LIVE", "3/3 servers up", without=["icanon"])
        terminal.resize(90, 20)
        os.kill(pid, signal.SIGSTOP)
        wait_until("it is stopped again", lambda: state(pid) == "T", 15)
        # Nobody could restore anything: the shell has the terminal as the dashboard left it.
        terminal.type("fg\n")
        terminal.wait_for("LIVE", "3/3 servers up", without=["fg"])
        terminal.press("q")
        expect_restored(terminal, "SIGSTOP, fg and q")


def test_once_prints_one_frame_for_a_pipe(farm):
    director = start(farm)
    farm.kill("rs2")
    wait_until("it is down", lambda: director.status()["services"][0]["up"] == 2)
    page = director.command("top", "--once")
    for text in ("LIVE", "2/3 servers up", "10.0.0.102:80", "DOWN", "connection refused", "events"):
        expect(text in page, f"'{text}' is missing in\n{page}")
    expect("\x1b" not in page, "no escapes in a pipe")
    director.stop()
    dead = done_in("lb1", program("director"), "top", "--once", "--runtime-dir", director.runtime,
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    expect(dead.stderr.startswith("director: cannot connect to ") and dead.stderr.count("\n") == 1, dead.stderr)
    expect_equal(dead.returncode, 1, "the exit status without a daemon")
    expect("NO ANSWER" in dead.stdout and "control.sock" in dead.stdout, dead.stdout)
    refused = run(program("director"), "top", "--runtime-dir", director.runtime, check=False)
    expect("needs a terminal" in refused, refused)

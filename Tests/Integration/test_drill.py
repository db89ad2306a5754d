"""A drill of faults: for each that is injected, the events, the explanation or the status name its cause and its time.

The faults run side by side in one setup wherever none hides another. What is asserted are the words that an operator
reads at three in the morning, and that the time beside them is that of the fault.
"""

import calendar
import contextlib
import os
import re
import signal
import threading
import time

from harness import *
from pair import Pair, holders, role

TOPOLOGIES = ["dr"]
SERVERS = 5
WEB = "TCP 192.0.2.100:80"
FINE = "all is well\n"
TOP_OF_DRILL = "checktimeout = 1\ncheckinterval = 1\nquiescent = no\ndatapath = yes\n"
PATIENCE = 20


def wall(text):
    """Seconds since 1970 of an RFC 3339 text in UTC."""
    head, _, fraction = text.rstrip("Z").partition(".")
    return calendar.timegm(time.strptime(head, "%Y-%m-%dT%H:%M:%S")) + float("0." + (fraction or "0"))


class Fault:
    """Something that was broken on purpose, and when."""

    def __init__(self, director, name):
        self.director, self.name = director, name
        self.since = time.time()

    def told(self, *words, among=None):
        """The event with all these words; it must have been told since the fault, with a time that lies there too."""
        pattern = [re.compile(word) for word in words]

        def find():
            for line in (among or self.director).command("events", "--limit", "1000").splitlines():
                moment, _, text = line.partition(" ")
                if wall(moment) >= self.since - 0.01 and all(word.search(text) for word in pattern):
                    self.line = line
                    return True
            return False

        try:
            wait_until(f"the events tell of: {self.name}", find, PATIENCE, 0.2)
        except Failure as error:
            raise Failure(f"{error}\n{words}\n{self.director.command('events', '--severity', 'error')}") from None
        expect(wall(self.line.split()[0]) <= time.time() + 0.01, f"{self.name}: told before its time: {self.line}")
        return self.line

    def explained(self, server, *words):
        """`director explain` says why the server is out, and since when."""
        text = self.director.command("explain", server)
        for word in words:
            expect(re.search(word, text), f"{self.name}: explain lacks '{word}':\n{text}")
        stamps = [wall(stamp) for stamp in re.findall(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", text)]
        expect(any(self.since - 1 <= stamp <= time.time() + 1 for stamp in stamps),
               f"{self.name}: explain names no time of the fault:\n{text}")

    def shown(self, *words):
        text = self.director.command("status")
        for word in words:
            expect(re.search(word, text), f"{self.name}: status lacks '{word}':\n{text}")


def says(number, text):
    with open(f"/run/real-servers/rs{number}/status", "w", encoding="ascii") as file:
        file.write(text)


def loopback(number, verb):
    run_in(f"rs{number}", "ip", "address", verb, VIRTUAL[4] + "/32", "dev", "lo")


@contextlib.contextmanager
def small_disk(path):
    os.makedirs(path, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", path)
    try:
        yield path
    finally:
        run("umount", "-l", path)


def fill(path):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    with contextlib.suppress(OSError):
        while True:
            os.write(descriptor, b"x" * 1024)
    os.close(descriptor)


def start(farm, state):
    for number in farm.servers:
        says(number, FINE)
    file = configuration(farm, top=TOP_OF_DRILL, checktype="negotiate", service="http", request='"/status"',
                         receive='"well"')
    director = farm.directord(file, options=["--state-dir", state])
    wait_until("every server is up", lambda: director.status()["services"][0]["up"] == SERVERS, PATIENCE)
    return director, file


def down(number):
    return f"real server {re.escape(endpoint(real_server(number)))} of {WEB} is down, removed: "


def break_servers(director):
    """Four servers, each broken in another way, and a stranger at the fifth."""
    crash = Fault(director, "a server's process crashed")
    run("real-server", "kill", "rs1")
    hole = Fault(director, "a server is a black hole")
    # It takes packets and its answers go nowhere.
    run_in("rs2", "ip", "route", "add", "blackhole", "10.0.0.11/32")
    wrong = Fault(director, "a server has the wrong content")
    says(3, "database connection failed\n")
    address = Fault(director, "a server lost the virtual address on its loopback")
    loopback(4, "del")
    stranger = Fault(director, "a stranger edits the table")
    undone = threading.Thread(target=edit_again_and_again)
    undone.start()

    crash.told(down(1), "[Rr]efused")
    crash.explained(endpoint(real_server(1)), "DOWN|down", "[Rr]efused")
    hole.told(down(2), "within 1 s|timed out|no answer|no connection")
    hole.explained(endpoint(real_server(2)), "DOWN|down", "within 1 s|timed out|no answer|no connection")
    wrong.told(down(3), "well")
    wrong.explained(endpoint(real_server(3)), "DOWN|down", "well")
    address.told(down(4), "datapath: no answer from", "loopback")
    address.explained(endpoint(real_server(4)), "datapath: no answer from", "loopback")
    undone.join()
    five = re.escape(endpoint(real_server(5)))
    stranger.told(f"real server {five} of {WEB} was set from weight 1 to 9 by somebody else: put right")
    stranger.explained(endpoint(real_server(5)), "by somebody else")
    wait_until("the stranger's edits are undone", lambda: servers_of() == {endpoint(real_server(5)): 1})
    edits = [line for line in director.command("events", "--event", "drift", "--limit", "1000").splitlines()]
    expect(len(edits) <= 2, "the stranger filled the history:\n" + "\n".join(edits))


def edit_again_and_again():
    for _ in range(8):
        debian_ipvsadm("-e", "-t", endpoint(VIRTUAL[4]), "-r", endpoint(real_server(5)), "-g", "-w", "9")
        time.sleep(0.3)


def mend_servers(director):
    run("real-server", "start", "rs1")
    run_in("rs2", "ip", "route", "del", "blackhole", "10.0.0.11/32")
    says(3, FINE)
    loopback(4, "add")
    wait_until("every server is up again", lambda: director.status()["services"][0]["up"] == SERVERS, PATIENCE)


def break_daemon(director, file, state):
    """The file, the prober and the disk, one beside the other."""
    broken = Fault(director, "a broken file is reloaded")
    director.configure(file.replace("scheduler = wrr", "schedular = wrr"))
    director.signal(signal.SIGHUP)
    prober = Fault(director, "the prober is killed")
    os.kill(director.child("director-prober"), signal.SIGKILL)

    line = file.splitlines().index("\tscheduler = wrr") + 1
    broken.told("configuration not taken over, the previous one stays in force",
                f"ldirectord.cf:{line}:2: error: unknown key 'schedular', did you mean 'scheduler'")
    broken.shown("NOT IN FORCE", f"ldirectord.cf:{line}:2: error")
    prober.told("the prober is gone", "servers keep their state")
    prober.told("the prober is connected, process")

    full = Fault(director, "the disk is full")
    fill(os.path.join(state, "filler"))
    # Something must happen that would have to be written, and more of it than the last page of the file has room for.
    run("real-server", "kill", "rs1")
    for number in range(12):
        director.command("event", f"backup-{number}", "--text", "the tape is full " * 30)
    full.told("events are not kept across restarts any more", "[Nn]o space left on the device")
    full.shown("events are NOT KEPT across restarts", "[Nn]o space left on the device")
    wait_until("a full disk keeps no dead server in",
               lambda: servers_of() == {endpoint(real_server(n)): 1 for n in (2, 3, 4, 5)})

    os.unlink(os.path.join(state, "filler"))
    run("real-server", "start", "rs1")
    director.configure(file)
    director.signal(signal.SIGHUP)
    full.told("events are kept across restarts again")
    wait_until("nothing is wrong any more", lambda: "NOT " not in director.command("status"), PATIENCE)


def test_faults_of_servers_and_of_the_daemon(farm):
    with small_disk(f"{RUN}/drill-state") as state:
        director, file = start(farm, state)
        break_servers(director)
        mend_servers(director)
        break_daemon(director, file, state)


def test_faults_of_the_pair(farm):
    """A link that is cut, and a peer that is there and does nothing any more."""
    pair = Pair(farm, addresses=[f"{VIRTUAL[4]}/24"])
    pair.wait_until_settled()
    wait_until("the link is up", lambda: pair.one.status()["pair"]["links"][0]["up"])

    cut = Fault(pair.one, "the link to the peer is cut")
    run("ip", "-n", "lan", "link", "set", "lb2", "down")
    cut.told(r"link 1 with \S+@192\.0\.2\.12 is down")
    cut.told(r"peer \S+@192\.0\.2\.12 vanished")
    cut.shown("  web MASTER", r"peer \S+@192\.0\.2\.12 SILENT", "link 1 udp 10.0.0.12:694 via eth0 DOWN")
    cut.told("track = interface eth0 is broken: it is down, or has no carrier", among=pair.two)
    cut.told(r"web: fault \(something it tracks is broken\)", among=pair.two)
    expect_equal(role(pair.one), "master", "the role of the director that can still be reached")
    run("ip", "-n", "lan", "link", "set", "lb2", "up")
    cut.told(r"link 1 with \S+@192\.0\.2\.12 is up")
    wait_until("the pair is whole", lambda: (role(pair.one), role(pair.two)) == ("master", "backup"), PATIENCE)

    frozen = Fault(pair.two, "the peer is frozen")
    family = [pair.one.process.pid, *children(pair.one.process.pid).values()]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    try:
        frozen.told(r"web: master \(the master is silent\)")
        frozen.told(r"peer \S+@192\.0\.2\.11 vanished")
        frozen.told(r"link 1 with \S+@192\.0\.2\.11 is down")
        frozen.shown("  web MASTER .*the master is silent", r"peer \S+@192\.0\.2\.11 SILENT")
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)
    wait_until("there is one master again", lambda: sorted((role(pair.one), role(pair.two))) == ["backup", "master"]
               and len(holders()) == 1, PATIENCE)

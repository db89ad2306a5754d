"""What those who watch cost: 1,000 subscribers that never read, or read slowly, beside a farm of 1,000 services with 10
servers each, and `director top` in a terminal.

A server of a service of its own dies and comes back again and again meanwhile: what counts is the time from the result
of its check to the kernel's acknowledgement, as the engine measures it. Everything is in one place, the clients included,
on the one processor there is; who is sent away comes back, a hundred a second.
"""

import contextlib
import json
import os
import resource
import socket
import struct
import subprocess
import threading
import time

import farms
from kernel_table import KernelTable
from machine import BUILD, WORK, children, daemon, processor_seconds, servers_in_use, wait_until

CLIENTS, TIMES = 1000, 15
VICTIM = ("10.77.255.1", 81)
SERVICE = "10.0.200.1"
RUNTIME = os.path.join(WORK, "director")
# What the engine may grow by: 64 MB may wait for clients, and a snapshot of such a farm has seven million bytes of text.
GROWTH_GOAL = 128.0
# Whoever watches must not delay what a check says by more: a hundredth of an interval of a second.
DELAY_GOAL = 0.01
SIZES = ((80, 24), (200, 60))
TOP_GOAL, WATCHED = 0.05, 20.0


def configuration():
    return farms.director(checked=True) + "\n".join([
        f"virtual={SERVICE}:{VICTIM[1]}", f"\treal={VICTIM[0]}:{VICTIM[1]} gate 1", "\tscheduler=wrr", "\tprotocol=tcp",
        "\tchecktype=connect", "\tcheckinterval=1", "\tquiescent=no"]) + "\n"


class Victim:
    """A real server that dies as one whose process is killed: its kernel resets what it has open."""

    def __init__(self):
        self.connections = []
        self.start()

    def start(self):
        self.listener = socket.create_server(VICTIM, backlog=64)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                self.connections.append(listener.accept()[0])
            except OSError:
                return

    def die(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.connections:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        self.connections = []


def acknowledgements():
    """How many there were, and their seconds together; the same of how late the timers of the engine's loop were."""
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(os.path.join(RUNTIME, "control.sock"))
        one.sendall(b'{"version":1,"request":"metrics"}\n')
        text = one.makefile("rb").readline()
    measures = json.loads(text)["result"]["measures"]
    found = measures["acknowledgement"]
    return sum(found["counts"]), found["sum"] / 1e9, measures["loopTimers"], measures["loopLatenessUs"] / 1e6


def until_acknowledged(victim, table):
    """The mean of the seconds from a check's result until the kernel has done what follows, the mean lateness of the loop,
    and the longest that it took from the server's death until it was out, an interval of a second included."""
    longest, before = 0, acknowledgements()
    for _ in range(TIMES):
        wait_until("it is in use", lambda: table.weights(SERVICE, VICTIM[1]).get(VICTIM[0]) == 1, interval=0.02)
        begin = time.monotonic()
        victim.die()
        wait_until("it is out", lambda: VICTIM[0] not in table.weights(SERVICE, VICTIM[1]), interval=0.01)
        longest = max(longest, time.monotonic() - begin)
        victim.start()
    count, seconds, timers, late = (after - first for after, first in zip(acknowledgements(), before))
    return seconds / count, late / timers, longest


def resident(pid, what="VmRSS"):
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(what)) / 1000


class Subscribers:
    """So many, all subscribed; slow ones read a little now and then, for as long as the daemon lets them."""

    def __init__(self, isSlow):
        self.sockets, self.isSlow, self.hasEnded, self.sent_away = [], isSlow, False, 0
        request = json.dumps({"version": 1, "request": "subscribe"}).encode() + b"\n"
        for _ in range(CLIENTS):
            self.sockets.append(self.subscribed(request))
        self.thread = threading.Thread(target=self.work, args=(request,))
        self.thread.start()

    @staticmethod
    def subscribed(request):
        one = socket.socket(socket.AF_UNIX)
        one.connect(os.path.join(RUNTIME, "control.sock"))
        one.sendall(request)
        one.setblocking(False)
        return one

    def work(self, request):
        """Who was sent away comes back: there are always as many."""
        turn = 0
        while not self.hasEnded:
            time.sleep(0.01)
            turn = (turn + 1) % len(self.sockets)
            one = self.sockets[turn]
            try:
                # Without reading it is seen, too, that the daemon has closed the connection.
                gone = self.isSlow and one.recv(4096) == b""
                one.send(b"")
            except BlockingIOError:
                gone = False
            except OSError:
                gone = True
            if gone:
                self.sent_away += 1
                one.close()
                with contextlib.suppress(OSError):
                    self.sockets[turn] = self.subscribed(request)

    def close(self):
        self.hasEnded = True
        self.thread.join()
        for one in self.sockets:
            one.close()


def top(columns, rows):
    """Processor seconds a second and bytes a second of a dashboard in a terminal of this size."""
    name = f"bench{columns}"
    tmux = ["tmux", "-L", name, "-f", "/dev/null"]
    subprocess.run([*tmux, "new-session", "-d", "-s", "main", "-x", str(columns), "-y", str(rows),
                    f"LANG=C.UTF-8 exec {BUILD}/director top --runtime-dir {RUNTIME}"], check=True)
    try:
        pid = int(subprocess.run([*tmux, "display-message", "-p", "-t", "main", "#{pane_pid}"], check=True,
                                 stdout=subprocess.PIPE, text=True).stdout)
        screen = lambda: subprocess.run([*tmux, "capture-pane", "-p", "-t", "main"], check=True, stdout=subprocess.PIPE,
                                        text=True).stdout
        wait_until("the dashboard is live", lambda: "LIVE" in screen(), interval=0.2)
        time.sleep(5)

        def written():
            with open(f"/proc/{pid}/io") as file:
                return next(int(line.split()[1]) for line in file if line.startswith("wchar"))
        before = (processor_seconds(pid), written())
        time.sleep(WATCHED)
        after = (processor_seconds(pid), written())
        return [(late - early) / WATCHED for early, late in zip(before, after)]
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


def rows(bench, directord):
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with open(os.path.join(WORK, "watched.cf"), "w") as file:
        file.write(configuration())
    with bench.served(bench.nginx_configuration()):
        victim, table = Victim(), KernelTable()
        log = os.path.join(WORK, "log")
        with daemon(directord(os.path.join(WORK, "watched.cf")), log) as (pid, _):
            whole = farms.SERVICES * farms.SERVERS + 1
            wait_until("every server is in use", lambda: servers_in_use() == whole, interval=1)
            time.sleep(10)
            for columns, lines in SIZES:
                cost, written = top(columns, lines)
                bench.row(f"director top {columns}x{lines} on 1,000 x 10, a second; {written:.0f} bytes", cost, "a core",
                          1.0, "ms", "1/20", cost < TOP_GOAL)
            engine = next(child for child in children(pid) if name(child) == "director-engine")
            (quiet, unhurried, worst), before = until_acknowledged(victim, table), resident(engine, "VmHWM")
            for kind in ("idle", "slow"):
                clients = Subscribers(kind == "slow")
                try:
                    time.sleep(15)
                    ours, late, latest = until_acknowledged(victim, table)
                    size = resident(engine, "VmHWM")
                finally:
                    clients.close()
                if name(engine) != "director-engine":
                    raise RuntimeError("the engine died")
                print(f"{kind}: {clients.sent_away} were sent away and came back; the slowest of {TIMES} was out after "
                      f"{latest * 1e3:.0f} ms, {worst * 1e3:.0f} ms without them", flush=True)
                bench.row(f"a check's result to the kernel, {CLIENTS:,} {kind} subscribers", ours, "none of them", quiet,
                          "ms", f"{DELAY_GOAL * 1e3:.0f} ms", ours <= DELAY_GOAL)
                bench.row(f"lateness of the engine's loop, {CLIENTS:,} {kind} subscribers", late, "none of them", unhurried,
                          "ms", f"{DELAY_GOAL * 1e3:.0f} ms", late <= DELAY_GOAL)
                bench.row(f"the engine's memory, {CLIENTS:,} {kind} subscribers", size, "none of them", before, "MB",
                          f"+{GROWTH_GOAL:.0f}", size - before <= GROWTH_GOAL)
        table.close()


def name(pid):
    with open(f"/proc/{pid}/comm") as file:
        return file.read().strip()

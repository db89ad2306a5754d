"""How long a client has no answer from the virtual address when the director that holds it fails.

Runs in the lab on this machine's own kernel, and on one that has IPVS: there the directors balance a service, too, and its
outage counts where that is the longer one. `failover.py [--quick]` measures and prints one table; every combination of
program, interval and fault is measured by a process and in a network of its own (`--one`), those of long intervals side
by side. Answers that a dead director's kernel still gives count as none. Each fault comes at another moment between two
advertisements, the same ones for all programs.

A ping every 10 ms, which is what the user-mode kernel's timers allow, cannot tell how short the outage of a stop is: there
it counts until the other's first announcement has come to the client's network, by the kernel's stamp.
"""

import json
import math
import os
import signal
import socket
import statistics
import struct
import subprocess
import sys
import time

from machine import wait_until
from pair import ECHO_PORT, HAS_IPVS, LIVES, VIRTUAL, Director, DirectorAlone, Keepalived, Network, inside
from pinger import PERIOD, EchoClient, Pinger

PROGRAMS = {program.name: program for program in (Director, DirectorAlone, Keepalived)}
INTERVALS = (1.0, 0.1, 0.01)
FAULTS = {"killed": "all its processes SIGKILLed", "stopped": "SIGTERM", "frozen": "SIGSTOP",
          "unplugged": "its veth down", "vrrp": "its VRRP process alone SIGKILLed"}
# How many networks at a time: little else runs beside what is measured in milliseconds.
HAS_FINE_TIMERS = os.environ.get("LAB") == "host"
ETH_P_ARP, SO_TIMESTAMPNS = 0x0806, 35
SIDE_BY_SIDE = {1.0: 15, 0.1: 6, 0.01: 2} if HAS_FINE_TIMERS else {1.0: 3, 0.1: 1, 0.01: 1}
RUNS, QUICK_RUNS = 20, 3


class Experiment:
    def __init__(self, network, program, interval):
        self.network, self.interval = network, interval
        self.programs = {one: program(network, one, interval) for one in "ab"}
        with inside(network.client):
            self.pinger = Pinger(VIRTUAL)
            self.client = EchoClient(VIRTUAL, ECHO_PORT) if HAS_IPVS else None
            self.advertisements = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
            group = struct.pack("4s4sI", socket.inet_aton("224.0.0.18"), bytes(4), socket.if_nametoindex("e0"))
            self.advertisements.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
            self.announcements = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
        self.announcements.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.announcements.setblocking(False)
        self.advertisements.settimeout(20)

    def __enter__(self):
        for program in self.programs.values():
            program.start()
        for asking in self.asking():
            asking.start()
        return self

    def asking(self):
        return [one for one in (self.pinger, self.client) if one]

    def __exit__(self, *trouble):
        if trouble[0]:
            for program in self.programs.values():
                print(program.log(), file=sys.stderr)
        for program in self.programs.values():
            program.end()
        for asking in self.asking():
            asking.stop()

    def master(self):
        """Who alone holds the address and answers; None while that is not so."""
        holders = [one for one in "ab" if self.network.holds(one)]
        if len(holders) != 1 or self.pinger.who(PERIOD * 25) != {LIVES[holders[0]]}:
            return None
        return None if self.client and not self.client.who(PERIOD * 25) else holders[0]

    def next_advertisement(self, master):
        self.advertisements.setblocking(False)
        try:
            while True:
                self.advertisements.recv(2048)
        except BlockingIOError:
            pass
        self.advertisements.settimeout(20)
        source = socket.inet_aton({"a": "10.9.0.1", "b": "10.9.0.2"}[master])
        while True:
            packet = self.advertisements.recv(2048)
            if packet[12:16] == source and packet[22] > 0:
                return time.monotonic()

    def announced(self, since):
        """When the virtual address was first announced after that moment of the wall clock; None if it was not."""
        found = []
        while True:
            try:
                frame, stamps, _, _ = self.announcements.recvmsg(256, 256)
            except BlockingIOError:
                return min(found, default=None)
            seconds, nanoseconds = struct.unpack("qq", stamps[0][2][:16])
            if frame[28:32] == socket.inet_aton(VIRTUAL) and seconds + nanoseconds / 1e9 > since:
                found.append(seconds + nanoseconds / 1e9)

    def settle(self):
        """One master, and the other has followed it for a while."""
        since, master = time.monotonic(), None
        deadline = since + 30
        while time.monotonic() - since < max(self.interval * 1.5, 0.4) or not master:
            time.sleep(0.02)
            now = self.master()
            if now != master or not now:
                since, master = time.monotonic(), now
            if time.monotonic() > deadline:
                raise RuntimeError("the two do not settle")
        for _ in range(2):
            self.next_advertisement(master)
        return master

    def run(self, fault, phase):
        """Seconds. Where the kernel of a dead director goes on answering in its place, until the other answers."""
        master = self.settle()
        other = "b" if master == "a" else "a"
        program = self.programs[master]
        targets = [program.vrrp_process()] if fault == "vrrp" else program.processes()
        time.sleep(max(0, self.next_advertisement(master) + phase * self.interval - time.monotonic()))
        self.announced(math.inf)
        begin, wall = time.monotonic(), time.time()
        if fault == "unplugged":
            self.network.interface(master, False)
        else:
            number = {"stopped": signal.SIGTERM, "frozen": signal.SIGSTOP}.get(fault, signal.SIGKILL)
            # The service manager's SIGTERM goes to the main process.
            for pid in targets[:1] if fault == "stopped" else targets:
                os.kill(pid, number)
        successor = lambda: self.pinger.first_from(LIVES[other], begin)
        if fault == "vrrp":
            time.sleep(max(0.3, self.interval * 5))
        else:
            wait_until("the other has taken over", lambda: successor() is not None, 20, 0.01)
            if self.client:
                wait_until("it balances", lambda: self.client.first_from(1, successor()) is not None, 20, 0.01)
            time.sleep(0.1)
        outage = max(asking.silence(begin, time.monotonic()) for asking in self.asking())
        if fault in ("killed", "frozen"):
            outage = max(outage, successor() - begin)
        elif fault == "stopped" and not HAS_FINE_TIMERS:
            outage = self.announced(wall) - wall
        self.mend(fault, master, program)
        return outage

    def mend(self, fault, master, program):
        if fault in ("killed", "stopped"):
            program.reap()
            self.network.reboot(master)
            program.start()
        elif fault == "frozen":
            program.signal(signal.SIGCONT)
        elif fault == "vrrp":
            # Both programs wait longer and longer before they start a child again that dies so often.
            program.end()
            self.network.reboot(master)
            program.start()
        elif fault == "unplugged":
            self.network.interface(master, True)


def one(name, interval, fault, runs):
    """The process of one combination: its outages, in seconds, as JSON."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(4))
    except OSError:
        pass
    with Network(f"f{os.getpid()}") as network, Experiment(network, PROGRAMS[name], interval) as experiment:
        print(json.dumps([experiment.run(fault, (number + 0.5) / runs) for number in range(runs)]))


def measure(runs, intervals, faults):
    """{(program, interval, fault): outages}."""
    found, script = {}, os.path.abspath(__file__)
    for interval in intervals:
        # The two programs' turns of the same fault stand beside each other.
        wanted = [(name, interval, fault) for fault in faults for name in PROGRAMS]
        while wanted:
            part, wanted = wanted[:SIDE_BY_SIDE[interval]], wanted[SIDE_BY_SIDE[interval]:]
            started = [(key, subprocess.Popen([sys.executable, script, "--one", key[0], str(key[1]), key[2], str(runs)],
                                              stdout=subprocess.PIPE, text=True)) for key in part]
            for key, process in started:
                output = process.communicate()[0]
                found[key] = [] if process.returncode else json.loads(output)
    return found


def goal(interval, fault, ours, theirs):
    """In words, and whether it is met: by the median."""
    limit = None
    if fault == "vrrp":
        limit = 0.040
    elif fault == "stopped":
        limit = 0.015
    elif fault == "killed" and interval == 0.01:
        limit = 0.045
    # The same timers on both sides end within a ping of each other.
    beside = max(theirs * 1.01, theirs + 0.002) if HAS_FINE_TIMERS else theirs + 2 * PERIOD
    words = "keepalived's" + (f", {limit * 1000:.0f} ms" if limit else "")
    return words, ours <= beside and (limit is None or ours < limit)


def main(words):
    if words and words[0] == "--one":
        one(words[1], float(words[2]), words[3], int(words[4]))
        return 0
    runs = QUICK_RUNS if "--quick" in words else RUNS
    faults = [word for word in words if word in FAULTS] or list(FAULTS)
    intervals = [float(word) for word in words if word[0].isdigit()] or INTERVALS
    begin = time.monotonic()
    found = measure(runs, intervals, faults)
    lines = [(f"what fails, seen by pings {'and datagrams ' if HAS_IPVS else ''}every {PERIOD * 1000:g} ms", "director", "worst", "keepalived", "worst", "director, VRRP alone",
              "goal: at most", "met")]
    show = lambda figure, times: f"{figure(times) * 1000:.1f} ms" if times else "not measured"
    median = statistics.median
    for interval in intervals:
        for fault in faults:
            ours, theirs = found["director", interval, fault], found["keepalived", interval, fault]
            limit, met = goal(interval, fault, *(median(times) if times else math.inf for times in (ours, theirs)))
            met = met and ours and theirs
            lines.append((f"interval {interval * 1000:g} ms: {FAULTS[fault]}", show(median, ours), show(max, ours),
                          show(median, theirs), show(max, theirs), show(median, found["alone", interval, fault]), limit,
                          "yes" if met else "NO"))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    print(f"\nKernel {os.uname().release}, {os.environ.get('LAB')}; medians of {runs} runs and the worst of them; load "
          f"{os.getloadavg()[0]:.1f}; {time.monotonic() - begin:.0f} s.\nDirector with a cable between the two (link = ..., "
          "detect = yes), which keepalived cannot use, and with VRRP alone.")
    for line in lines[:1] + [tuple("-" * width for width in widths)] + lines[1:]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    return 1 if any(line[-1] == "NO" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

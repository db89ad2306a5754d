"""250 virtual routers with 1,000 addresses move from one director of a pair to the other.

Runs in the lab on this machine's own kernel. First Director's master is reloaded, and its director-vrrp killed alone:
nothing may move. Then the master is stopped (SIGTERM), then the next one is killed (SIGKILL), at
an interval of one second. Counted from the fault: until every address is on the survivor, and until each of them was
announced once, as a packet socket of the client's sees it. `routers.py [--quick] [--limit SECONDS]`: with a limit
keepalived is left out, and it counts instead of the goal of one second.
"""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

from machine import wait_until
from pair import Director, Keepalived, Network, inside

ROUTERS, EACH = 250, 4
ADDRESSES = [[f"10.20.{router}.{number}" for number in range(1, EACH + 1)] for router in range(1, ROUTERS + 1)]
WANTED = {address for one in ADDRESSES for address in one}
INTERVAL, PRIORITY = 1.0, 100
# A killed master is missed after three intervals and a skew (RFC 9568, 6.1); what follows is ours.
DETECTION = (3 + (256 - PRIORITY) / 256) * INTERVAL
GOAL = 1.0


class ManyDirector(Director):
    def configure(self):
        super().configure()
        with open(self.config) as file:
            link = [line.strip() for line in file if line.split()[0] in ("link", "keys", "dead")]
        self.config = self.file("director.cf", "".join("\n\t".join(
            [f"vrrp = r{id}", "interface = e0", f"id = {id}", f"priority = {PRIORITY}", "preempt = no",
             f"interval = {round(self.interval * 1000)}ms", *[f"address = {one}/16" for one in addresses], *link]) + "\n"
            for id, addresses in enumerate(ADDRESSES, start=1)))

    def reload(self):
        """Another priority for all of them, in the way of an engine: director-vrrp prepares it and puts it in force."""
        with open(self.config) as file:
            text = file.read()
        text = text.replace("priority = 100", "priority = 101")
        self.file("director.cf", text)
        digest = 0xcbf29ce484222325
        for byte in text.encode():
            digest = (digest ^ byte) * 0x100000001b3 & 0xffffffffffffffff
        with socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(20)
            sock.connect(f"{self.runtime}/vrrp.sock")
            lines = sock.makefile("rw")
            for number, words in enumerate([{"request": "prepare", "digest": f"{digest:x}"}, {"request": "commit"}]):
                print(json.dumps({"version": 1, "number": number, **words}), file=lines, flush=True)
                answer = lines.readline()
                if "text" not in json.loads(answer):
                    raise RuntimeError(f"a reload was answered with {answer}")

    def restart(self):
        """director-vrrp alone dies, and is started again."""
        before = self.vrrp_process()
        os.kill(before, signal.SIGKILL)
        wait_until("director-vrrp is back", lambda: self.vrrp_process() not in (None, before), 20, 0.01)


class ManyKeepalived(Keepalived):
    """Without real-time priority: its guard against programs that hold the processor ends it when all of them move."""

    def configure(self):
        self.config = self.file("keepalived.conf", "\n".join([
            "global_defs {", "vrrp_no_swap", "}", *["\n".join([
                f"vrrp_instance r{id} {{", "state BACKUP", "interface e0", "version 3", f"virtual_router_id {id}",
                f"priority {PRIORITY}", "nopreempt", f"advert_int {self.interval:g}", "virtual_ipaddress {",
                *[f"{one}/16" for one in addresses], "}", "}"]) for id, addresses in enumerate(ADDRESSES, start=1)]]))


class Announcements(threading.Thread):
    """When each address was announced first, and by whom: {(hardware address, address): time}."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806))
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        self.socket.bind(("e0", 0x0806))
        self.first, self.frames = {}, 0
        self.start()

    def run(self):
        while True:
            try:
                frame = self.socket.recv(128)
            except OSError:
                # The network has been taken apart.
                return
            # Gratuitous: sender and target are the same.
            if len(frame) >= 42 and frame[28:32] == frame[38:42]:
                self.frames += 1
                self.first.setdefault((frame[22:28], socket.inet_ntoa(frame[28:32])), time.monotonic())

    def of(self, hardware):
        return {address: when for (who, address), when in self.first.copy().items() if who == hardware}


class Pair:
    def __init__(self, network, kind):
        self.network = network
        self.programs = {one: kind(network, one, INTERVAL) for one in "ab"}
        self.hardware = {}
        for one in "ab":
            self.hardware[one] = bytes.fromhex(self.link(one).replace(":", ""))
        with inside(network.client):
            self.announcements = Announcements()

    def link(self, one):
        words = subprocess.run(["ip", "-n", self.network.directors[one], "-o", "link", "show", "dev", "e0"],
                               stdout=subprocess.PIPE, text=True, check=True).stdout.split()
        return words[words.index("link/ether") + 1]

    def held(self, one):
        listing = subprocess.run(["ip", "-n", self.network.directors[one], "-o", "-4", "address", "show", "dev", "e0"],
                                 stdout=subprocess.PIPE, text=True, check=True).stdout
        return {line.split()[3].split("/")[0] for line in listing.splitlines()} & WANTED

    def settled(self):
        held = {one: self.held(one) for one in "ab"}
        full = [one for one in "ab" if held[one] == WANTED]
        return full[0] if len(full) == 1 and not held["b" if full[0] == "a" else "a"] else None

    def stay(self):
        """Nobody takes anything while the master's program is another run, which tells of its routers bit by bit."""
        for act in ("reload", "restart"):
            time.sleep(2)
            self.announcements.first = {}
            getattr(self.programs["a"], act)()
            # Whoever takes an address announces it.
            time.sleep(2.5)
            taken = self.announcements.of(self.hardware["b"])
            if taken or self.held("b") or self.held("a") != WANTED:
                raise RuntimeError(f"after a {act} of the master's director-vrrp {len(taken)} addresses were taken, the "
                                   f"master has {len(self.held('a'))}, the other {len(self.held('b'))}")

    def fail(self, number):
        """Seconds until all are on the other, until each was announced, and between the first and the last of these."""
        wait_until("one of them holds everything and the other nothing", self.settled, 60, 0.1)
        # Whoever was started last has heard its master by then.
        time.sleep(3)
        master = self.settled()
        other = "b" if master == "a" else "a"
        self.announcements.first = {}
        program = self.programs[master]
        begin = time.monotonic()
        if number == signal.SIGKILL:
            program.signal(number)
        else:
            os.kill(program.pid, number)
        wait_until("the other holds every address", lambda: self.held(other) == WANTED, 60, 0.01)
        taken = time.monotonic() - begin
        told = lambda: self.announcements.of(self.hardware[other])
        wait_until("each was announced", lambda: told().keys() == WANTED, 60, 0.01)
        times = sorted(told().values())
        program.reap()
        if number != signal.SIGKILL and self.held(master):
            raise RuntimeError(f"{len(self.held(master))} addresses were left behind by a stop")
        if number == signal.SIGKILL:
            subprocess.run(["ip", "-n", self.network.directors[master], "-batch", "-"], text=True, check=False,
                           input="".join(f"address delete {one}/16 dev e0\n" for one in self.held(master)),
                           stderr=subprocess.DEVNULL)
        program.start()
        return taken, times[-1] - begin, times[-1] - times[0]


def measure(kind):
    """{what: (taken, announced, from the first announcement to the last)}."""
    with Network(f"m{os.getpid()}") as network:
        pair = Pair(network, kind)
        try:
            # One after the other: who is there first has all of them.
            pair.programs["a"].start()
            wait_until("a holds everything", lambda: pair.held("a") == WANTED, 60, 0.1)
            pair.programs["b"].start()
            if kind is ManyDirector:
                pair.stay()
            return {"SIGTERM": pair.fail(signal.SIGTERM), "SIGKILL": pair.fail(signal.SIGKILL)}
        except BaseException:
            for one in "ab":
                print(pair.programs[one].log(), file=sys.stderr)
            raise
        finally:
            for one in "ab":
                pair.programs[one].end()


def main(words):
    limit = float(words[words.index("--limit") + 1]) if "--limit" in words else None
    kinds = [ManyDirector] if limit else [ManyDirector, ManyKeepalived]
    found = {kind.name: measure(kind) for kind in kinds}
    print(f"\n{ROUTERS} virtual routers, {ROUTERS * EACH} addresses, interval 1 s; from the fault until all addresses are "
          f"on the other / until each was announced / from the first announcement to the last:")
    for name, figures in found.items():
        for what, (taken, announced, spread) in figures.items():
            print(f"{name:10}  {what}  {taken * 1000:7.0f} ms / {announced * 1000:7.0f} ms / {spread * 1000:7.0f} ms")
    ours = found["director"]
    # A link may notice it earlier: then the time between the announcements says how long taking over took.
    took = max(ours["SIGTERM"][1], ours["SIGKILL"][1] - DETECTION, ours["SIGKILL"][2])
    met = took < (limit or GOAL)
    print(f"goal: all announced within {limit or GOAL:g} s of the stop, or of the {DETECTION:.2f} s after which a master "
          f"that was killed is missed: {'yes' if met else 'NO'}, {max(took, 0) * 1000:.0f} ms")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""How late advertisements are while the rest of the machine works.

Masters of Director and of keepalived, at intervals of 100 ms and 10 ms, send in networks of their own, all at the same
time; the client's kernel stamps what arrives. An advertisement is late by what its distance to the one before exceeds the
interval. First nothing else runs, then the prober makes 5,000 checks a second, then 10,000 servers are read again and
again: by a director-engine's reloads where the kernel has ip_vs, else by `director check`. `lateness.py [--quick]`.
"""

import contextlib
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time

import farms
from kernel_table import KernelTable
from machine import BUILD, WORK, connections_opened, daemon, fresh_namespace, wait_until
from pair import Director, Keepalived, Network, inside

INTERVALS = (0.1, 0.01)
SECONDS, QUICK_SECONDS = 20, 6
TARGETS = 5000
HAS_IPVS = os.path.exists("/proc/net/ip_vs")
# The user-mode kernel looks at its timers a hundred times a second, and has one slow processor.
HAS_FINE_TIMERS = os.environ.get("LAB") == "host"
# What the load may add to the quiet case's p99.
MARGIN = 0.001 if HAS_FINE_TIMERS else 0.015


class Master:
    """The only director of a network, and the times of its advertisements."""

    def __init__(self, kind, interval):
        self.kind, self.interval = kind, interval
        self.network = Network(f"l{kind.name[0]}{round(interval * 1000)}")

    def __enter__(self):
        self.network.__enter__()
        with inside(self.network.client):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
            group = struct.pack("4s4sI", socket.inet_aton("224.0.0.18"), bytes(4), socket.if_nametoindex("e0"))
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        self.socket.setsockopt(socket.SOL_SOCKET, 35, 1)  # SO_TIMESTAMPNS
        self.program = self.kind(self.network, "a", self.interval)
        self.program.start()
        return self

    def __exit__(self, *_):
        self.program.end()
        self.socket.close()
        self.network.__exit__()

    def arrival(self):
        _, controls, _, _ = self.socket.recvmsg(256, 128)
        seconds, nanoseconds = next(struct.unpack("qq", data[:16]) for _, kind, data in controls if kind == 35)
        return seconds + nanoseconds / 1e9


def observe(masters, seconds):
    """{(program, interval): sorted lateness of each advertisement}."""
    times = {master: [] for master in masters}
    sockets = {master.socket: master for master in masters}
    for master in masters:
        with contextlib.suppress(BlockingIOError):
            master.socket.setblocking(False)
            while True:
                master.socket.recv(256)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for ready in select.select(list(sockets), [], [], 0.2)[0]:
            times[sockets[ready]].append(sockets[ready].arrival())
    return {(master.kind.name, master.interval): sorted(
        max(0, later - earlier - master.interval) for earlier, later in zip(found, found[1:]))
        for master, found in times.items()}


@contextlib.contextmanager
def quiet():
    yield


@contextlib.contextmanager
def prober():
    """5,000 servers, each asked for a TCP connection once a second; all are addresses of one nginx."""
    path = os.path.join(WORK, "nginx.conf")
    with open(path, "w") as file:
        file.write(f"daemon off; master_process off; pid {WORK}/nginx.pid; error_log /dev/null;\n"
                   "events { worker_connections 8192; }\n"
                   'http { access_log off; server { listen 80 backlog=4096; location / { return 200 "ok"; } } }\n')
    servers = [f"10.77.{index // 100}.{index % 100 + 1}:80" for index in range(TARGETS)]
    with fresh_namespace(), daemon(["/usr/sbin/nginx", "-c", path], f"{WORK}/nginx.log"), \
            daemon([f"{BUILD}/prober-driver", f"{WORK}/prober.sock", "tcp", *servers], f"{WORK}/driver.log"), \
            daemon([f"{BUILD}/director-prober", "--runtime-dir", WORK, "--log-level", "warning"], f"{WORK}/prober.log") as (
                pid, _):
        time.sleep(3)
        before, begin = connections_opened(pid), time.monotonic()
        yield
        rate = (connections_opened(pid) - before) / (time.monotonic() - begin)
        print(f"{rate:.0f} checks a second were made", flush=True)
        if HAS_FINE_TIMERS and rate < TARGETS * 0.9:
            raise RuntimeError(f"the prober made only {rate:.0f} checks a second")


@contextlib.contextmanager
def reload():
    """1,000 services with 10 servers each, read again as soon as they have been read."""
    path = os.path.join(WORK, "ldirectord.cf")

    for weight in (5, 6):
        with open(f"{path}.{weight}", "w") as file:
            file.write(farms.director(weight))
    os.link(path + ".5", path)
    if HAS_IPVS:
        words = [f"{BUILD}/directord", "--config", path, "--runtime-dir", f"{WORK}/many", "--log-level", "warning"]
        script = 'while :; do for n in 6 5; do ln -f "$1.$n" "$1"; kill -HUP "$2"; sleep 1; done; done'
        with fresh_namespace(), daemon(words, f"{WORK}/many.log") as (pid, _):
            # /proc/net/ip_vs leaves some out where other namespaces have services, too.
            table = KernelTable()
            wait_until("the table is there", lambda: len(table.weights(farms.LAST)) == farms.SERVERS, interval=1)
            table.close()
            with daemon(["/bin/sh", "-c", script, "sh", path, str(pid)], f"{WORK}/loop.log"):
                yield
        return
    subprocess.run([f"{BUILD}/director", "check", path], stdout=subprocess.DEVNULL, check=True)
    words = ["/bin/sh", "-c", f"while :; do {BUILD}/director check {path}; done"]
    with daemon(words, "/dev/null"):
        yield


LOADS = {"quiet": quiet, f"{TARGETS:,} checks a second": prober,
         "10,000 servers " + ("reloaded" if HAS_IPVS else "read again and again"): reload}


def main(words):
    os.makedirs(WORK, exist_ok=True)
    os.chmod(WORK, 0o755)
    seconds = QUICK_SECONDS if "--quick" in words else SECONDS
    found = {}
    with contextlib.ExitStack() as stack:
        masters = [stack.enter_context(Master(kind, interval)) for kind in (Director, Keepalived) for interval in INTERVALS]
        time.sleep(2)
        for name, load in LOADS.items():
            with load():
                for key, lateness in observe(masters, seconds).items():
                    found[key, name] = lateness
    print(f"\nKernel {os.uname().release}, {os.environ.get('LAB')}; lateness of advertisements in {seconds} s, p50 / p99 / "
          f"worst; load {os.getloadavg()[0]:.1f}")
    met = True
    for interval in INTERVALS:
        for name in LOADS:
            line = f"interval {interval * 1000:3g} ms  {name:35}"
            for program in ("director", "keepalived"):
                times = found[(program, interval), name]
                if len(times) < seconds / interval / 2:
                    raise RuntimeError(f"{program} sent {len(times)} advertisements in {seconds} s")
                p99 = times[len(times) * 99 // 100]
                line += f"  {program} {times[len(times) // 2] * 1000:.2f} / {p99 * 1000:.2f} / {times[-1] * 1000:.2f} ms"
                if program == "director":
                    before = found[(program, interval), "quiet"]
                    met &= p99 <= before[len(before) * 99 // 100] + MARGIN
            print(line)
    print(f"goal: director's p99 under load is that of the quiet case and {MARGIN * 1000:g} ms at most: {'yes' if met else 'NO'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

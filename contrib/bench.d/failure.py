"""How long a real server that fails stays in use: its process killed, its host black-holed.

Director with and without sentinel, keepalived and ldirectord, the same kernel, the same servers, the same interval and
timeout of one second. All servers but one are addresses of one nginx; the one that fails has a process of its own. What
is measured ends when the kernel's table has the server no more, or with weight 0. It is alone in a service of its own, so
that looking at the table every few milliseconds costs next to nothing: on the one processor there is, reading hundreds of
servers all the time would be most of what is measured.
"""

import contextlib
import ctypes
import os
import signal
import statistics
import subprocess
import time

from kernel_table import KernelTable
from machine import LINKS, WORK, connections_opened, daemon, fresh_namespace, servers_in_use, timed, wait_until

SERVICE, VICTIM_SERVICE = "10.0.0.1", "10.0.0.2"
VICTIM, VICTIM_PORT = "10.78.100.1", 81
DIRECTOR = "10.78.255.1"
COUNTS = (5, 500)
# A program that has not checked every server twice after so many seconds gets no figure. ldirectord's start lists the
# table twice for each server: with 500 of them 50 seconds on an idle machine, several times that beside other work.
START_LIMIT = 600
# A failure that is not noticed within this time is shown as such.
DETECTION_LIMIT = 60
# What the peers' interval and timeout allow, and a little for a kernel with one slow processor.
KILLED_GOAL, HOLE_GOAL, SENTINEL_GOAL = 1.5, 2.5, 0.25

_libc = ctypes.CDLL(None, use_errno=True)


def address(index):
    return f"10.78.{index // 100}.{index % 100 + 1}"


def services(count):
    """Each service's address and its servers' addresses and ports."""
    return ((SERVICE, [(address(index), 80) for index in range(count - 1)]), (VICTIM_SERVICE, [(VICTIM, VICTIM_PORT)]))


def director(count, sentinel):
    lines = ["checkinterval=1", "checktimeout=1", "quiescent=no", *(["sentinel=yes"] if sentinel else [])]
    for service, servers in services(count):
        lines += [f"virtual={service}:80", *(f"\treal={server}:{port} masq 1" for server, port in servers),
                  "\tscheduler=rr", "\tprotocol=tcp", "\tchecktype=connect"]
    return "\n".join(lines) + "\n"


def ldirectord(count):
    return f'supervised=yes\nlogfile="{WORK}/ldirectord.log"\n' + director(count, False)


def keepalived(count):
    check = "TCP_CHECK {\n connect_timeout 1\n retry 0\n warmup 0\n }"
    lines = []
    for service, servers in services(count):
        lines += [f"virtual_server {service} 80 {{", " delay_loop 1", " lb_algo rr", " lb_kind NAT", " protocol TCP"]
        lines += [f" real_server {server} {port} {{\n weight 1\n {check}\n }}" for server, port in servers]
        lines.append("}")
    return "\n".join(lines) + "\n"


def restore_lines(count):
    lines = []
    for service, servers in services(count):
        lines.append(f"-A -t {service}:80 -s rr")
        lines += [f"-a -t {service}:80 -r {server}:{port} -m -w 1" for server, port in servers]
    return "\n".join(lines) + "\n"


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def inside(name):
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    other = os.open(f"/run/netns/{name}", os.O_RDONLY)
    try:
        if _libc.setns(other, 0x40000000):
            raise OSError(ctypes.get_errno(), f"setns {name}")
        yield
    finally:
        _libc.setns(own, 0x40000000)
        os.close(own)
        os.close(other)


class Farm:
    """The real servers: a namespace in which all of 10.78.0.0/17 is one machine."""

    name = "servers"

    def __init__(self):
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", "farm", "type", "veth", "peer", "name", "farm", "netns", self.name)
        run("ip", "address", "add", f"{DIRECTOR}/24", "dev", "farm")
        run("ip", "link", "set", "farm", "up")
        # One neighbour, as behind a router: 500 link-layer addresses are not what is measured.
        run("ip", "route", "add", "10.78.0.0/17", "via", "10.78.255.2")
        for words in (("link", "set", "lo", "up"), ("link", "set", "farm", "up"),
                      ("address", "add", "10.78.255.2/24", "dev", "farm"),
                      ("route", "add", "local", "10.78.0.0/17", "dev", "lo")):
            run("ip", "-n", self.name, *words)
        self.stack = contextlib.ExitStack()
        self.victim = None
        self.serve("others", 80)
        self.start_victim()

    def nginx(self, label, port):
        path = os.path.join(WORK, f"nginx-{label}.conf")
        with open(path, "w") as file:
            file.write(f"daemon off; master_process off; pid {WORK}/nginx-{label}.pid; error_log /dev/null;\n"
                       "events { worker_connections 4096; }\n"
                       f"http {{ access_log off; server {{ listen {port} backlog=4096; return 200; }} }}\n")
        return ["/usr/sbin/nginx", "-c", path]

    def serve(self, label, port):
        with inside(self.name):
            self.stack.enter_context(daemon(self.nginx(label, port), f"{WORK}/nginx-{label}.log"))

    def start_victim(self):
        with inside(self.name):
            self.victim = subprocess.Popen(self.nginx("victim", VICTIM_PORT), stdin=subprocess.DEVNULL,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        self.victim.send_signal(signal.SIGKILL)
        self.victim.wait()

    def filter(self, verb):
        with inside(self.name):
            run("iptables-legacy", verb, "INPUT", "-d", VICTIM, "-j", "DROP")

    def close(self):
        self.kill()
        self.stack.close()
        run("ip", "netns", "delete", self.name)


def detect(table, farm, times):
    """Medians over so many failures of each kind, spread evenly over the interval."""
    def in_use():
        return table.weights(VICTIM_SERVICE).get(VICTIM, 0) > 0

    def measure(fail, heal):
        figures = []
        for turn in range(times):
            wait_until("the server is in use again", in_use, timeout=60, interval=0.05)
            time.sleep(2)
            time.sleep(((turn + 0.5) / times - time.monotonic()) % 1)
            begin = time.monotonic()
            fail()
            # Not noticed at all is a figure, too.
            with contextlib.suppress(RuntimeError):
                wait_until("the server that failed is out", lambda: not in_use(), timeout=DETECTION_LIMIT)
            figures.append(time.monotonic() - begin)
            heal()
        return statistics.median(figures)
    killed = measure(farm.kill, farm.start_victim)
    hole = measure(lambda: farm.filter("-A"), lambda: farm.filter("-D"))
    return killed, hole


def measure(words, text, name, count, times, prefilled=False):
    path = os.path.join(WORK, name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o600)
    with fresh_namespace():
        farm = Farm()
        try:
            if prefilled:
                lines = os.path.join(WORK, "restore")
                with open(lines, "w") as file:
                    file.write(restore_lines(count))
                timed([os.path.join(LINKS, "ipvsadm"), "-R"], stdin=lines)
            table = KernelTable()
            with daemon(words(path), os.path.join(WORK, "log")):
                wait_until("all are in use", lambda: servers_in_use() == count, interval=0.2)
                # ldirectord takes its time over a table that is full.
                try:
                    wait_until("two rounds of checks are over", lambda: connections_opened(os.getpid()) >= 2 * count,
                               timeout=START_LIMIT, interval=0.2)
                except RuntimeError:
                    return None
                figures = detect(table, farm, times)
            table.close()
            return figures
        finally:
            farm.close()


def show(seconds):
    return f"{1000 * seconds:.0f} ms" if seconds < DETECTION_LIMIT else f"> {DETECTION_LIMIT} s"


def rows(bench, directord, keepalived_words):
    times = 3 if bench.slow == 1 else 5
    programs = {
        "director": lambda count: measure(directord, director(count, False), "ldirectord.cf", count, times),
        "sentinel": lambda count: measure(directord, director(count, True), "ldirectord.cf", count, times),
        "keepalived": lambda count: measure(keepalived_words, keepalived(count), "keepalived.conf", count, times),
        # Started on a table that is full: on an empty one its start takes minutes.
        "ldirectord": lambda count: measure(lambda path: ["/usr/sbin/ldirectord", path, "start"], ldirectord(count),
                                            "theirs.cf", count, times, prefilled=True),
    }
    for count in COUNTS:
        found = {}
        for name, program in programs.items():
            found[name] = program(count)
            if not found[name]:
                print(f"{name}, {count} servers: no figure, {START_LIMIT} s after its start it had not checked all twice",
                      flush=True)
                continue
            print(f"{name}, {count} servers: killed process {show(found[name][0])}, black hole {show(found[name][1])}",
                  flush=True)
        for index, kind, goal in ((0, "process killed", KILLED_GOAL), (1, "host black-holed", HOLE_GOAL)):
            for peer in ("keepalived", "ldirectord"):
                if not found[peer]:
                    continue
                bench.row(f"{kind}, {count} servers", found["director"][index], peer, found[peer][index], "ms",
                          f"{goal:g} s", found["director"][index] <= goal)
            goal = SENTINEL_GOAL if index == 0 else goal
            bench.row(f"{kind}, {count} servers, sentinel", found["sentinel"][index], "keepalived",
                      found["keepalived"][index], "ms", f"{goal:g} s", found["sentinel"][index] <= goal)

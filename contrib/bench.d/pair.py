"""Two directors and a client on one network, with a cable between the two beside it, in namespaces of their own:

    client  10.9.0.100            on the bridge
    a, b    10.9.0.1, 10.9.0.2    on the bridge (e0), 10.8.0.1 and 10.8.0.2 on the cable (l0)
    virtual 10.9.0.10

Either Director or keepalived runs on them, equals that do not preempt: who takes over stays until it fails. Where the
kernel has IPVS the whole of each program runs, and balances a service at the virtual address by direct routing to

    web     10.9.0.50             on the bridge, which sends every datagram back
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import threading
import time

from machine import BUILD, LINKS, children, wait_until

VIRTUAL = "10.9.0.10"
# What their kernels' answers are told apart by.
LIVES = {"a": 101, "b": 102}
HAS_IPVS = os.path.exists("/proc/net/ip_vs")
WEB, ECHO_PORT = "10.9.0.50", 7
_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


@contextlib.contextmanager
def inside(namespace):
    """The calling thread is in the namespace."""
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    other = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if _libc.setns(other, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
        yield
    finally:
        _libc.setns(own, _CLONE_NEWNET)
        os.close(own)
        os.close(other)


def batch(lines, *namespace):
    subprocess.run(["ip", *namespace, "-batch", "-"], input="\n".join(lines), text=True, check=True)


class Network:
    def __init__(self, name):
        self.name = name
        self.namespaces = [f"{name}{part}" for part in ("lan", "client", "a", "b") + (("web",) if HAS_IPVS else ())]
        self.folder = f"/run/pair/{name}"
        os.makedirs(self.folder, exist_ok=True)

    def __enter__(self):
        lan, client, a, b, *web = self.namespaces
        batch([f"netns add {one}" for one in self.namespaces])
        for one in self.namespaces:
            with inside(one):
                for path, value in self._settings(one[len(self.name):]):
                    with open(f"/proc/sys/net/{path}", "w") as file:
                        file.write(value)
        batch([f"link add e0 netns {one} type veth peer name {one[-6:]} netns {lan}" for one in (client, a, b, *web)]
              + [f"link add l0 netns {a} type veth peer name l0 netns {b}"])
        batch(["link add name lan type bridge", "link set lan up"]
              + [word for one in (client, a, b, *web) for word in (f"link set {one[-6:]} master lan", f"link set {one[-6:]} up")],
              "-n", lan)
        common = ["link set lo up", "link set e0 up"]
        batch([*common, "address add 10.9.0.100/24 dev e0"], "-n", client)
        for number, one in enumerate((a, b), start=1):
            batch([*common, "link set l0 up", f"address add 10.9.0.{number}/24 dev e0",
                   f"address add 10.8.0.{number}/24 dev l0"], "-n", one)
        for one in web:
            batch([*common, f"address add {WEB}/24 dev e0", f"address add {VIRTUAL}/32 dev lo"], "-n", one)
            with inside(one):
                Echo().start()
        self.directors = {one[-1]: one for one in (a, b)}
        self.client = client
        return self

    def _settings(self, part):
        yield "ipv6/conf/all/disable_ipv6", "1"
        yield "ipv6/conf/default/disable_ipv6", "1"
        if part in LIVES:
            yield "ipv4/ip_default_ttl", str(LIVES[part])
        if part == "web":
            # It has the virtual address and does not say so.
            yield "ipv4/conf/all/arp_ignore", "1"
            yield "ipv4/conf/all/arp_announce", "2"

    def __exit__(self, *_):
        batch([f"netns delete {one}" for one in self.namespaces])

    def interface(self, director, up):
        """Takes the director's own end of its cable to the network down, or up."""
        with inside(self.directors[director]), socket.socket() as sock:
            name = b"e0".ljust(16, b"\0")
            flags = struct.unpack_from("=H", fcntl.ioctl(sock, _GET_FLAGS, name + bytes(24)), 16)[0]
            flags = flags | _UP if up else flags & ~_UP
            fcntl.ioctl(sock, _SET_FLAGS, name + struct.pack("=H", flags) + bytes(22))

    def holds(self, director):
        with inside(self.directors[director]), open("/proc/thread-self/net/fib_trie") as file:
            return f"|-- {VIRTUAL}\n" in file.read()

    def reboot(self, director):
        """What a machine that died and started again does not have any more."""
        if self.holds(director):
            subprocess.run(["ip", "-n", self.directors[director], "address", "delete", f"{VIRTUAL}/24", "dev", "e0"],
                           stderr=subprocess.DEVNULL)
        if HAS_IPVS:
            with inside(self.directors[director]):
                subprocess.run([os.path.join(LINKS, "ipvsadm"), "-C"], check=True)


class Echo(threading.Thread):
    """The real server. Makes its socket in the calling thread's network namespace, and ends with the process."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((VIRTUAL, ECHO_PORT))

    def run(self):
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(5))
        while True:
            self.socket.sendto(*self.socket.recvfrom(256))


class Program:
    """What runs on one of the two."""

    def __init__(self, network, director, interval):
        self.network, self.director, self.interval = network, director, interval
        self.folder = f"{network.folder}/{director}"
        os.makedirs(self.folder, exist_ok=True)
        self.pid = None
        self.configure()

    def file(self, name, text):
        path = f"{self.folder}/{name}"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        return path

    def start(self):
        log = f"{self.folder}/log"
        actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
                   (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                   (os.POSIX_SPAWN_DUP2, 1, 2)]
        with inside(self.network.directors[self.director]):
            words = self.words()
            self.pid = os.posix_spawn(words[0], words, os.environ, file_actions=actions)
        wait_until(f"{words[0]} has its children", lambda: self.vrrp_process() is not None, 20)

    def processes(self):
        return [self.pid, *children(self.pid)] if self.pid else []

    def child(self, name):
        """The process id of the child that is called so (15 characters of it)."""
        for pid in children(self.pid):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/comm") as file:
                if file.read().strip() == name:
                    return pid
        return None

    def signal(self, number):
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def reap(self):
        os.waitpid(self.pid, 0)
        self.pid = None

    def end(self):
        if self.pid:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGKILL)
            self.reap()

    def log(self):
        with open(f"{self.folder}/log", errors="replace") as file:
            return file.read()[-1500:]


class Director(Program):
    """Three missing messages of the cable, ten milliseconds apart or more, are the peer's end: `detect = yes`."""
    name = "director"

    def configure(self):
        other = {"a": 2, "b": 1}[self.director]
        keys = self.file("keys", "auth 1\n1 sha256 a-secret-for-the-benchmark\n")
        dead = max(round(self.interval * 1000), 25)
        self.config = self.file("director.cf", "\n\t".join([
            "vrrp = web", "interface = e0", "id = 51", "priority = 100", "preempt = no",
            f"interval = {round(self.interval * 1000)}ms", f"address = {VIRTUAL}/24",
            f"link = udp 10.8.0.{other} via l0 detect = yes", f"keys = {keys}", f"dead = {dead}ms"]) + "\n" + (
                f"virtual = {VIRTUAL}:{ECHO_PORT}\n\treal = {WEB}:{ECHO_PORT} gate\n\tprotocol = udp\n\tchecktype = ping\n"
                "\tcheckinterval = 1\n" if HAS_IPVS else ""))
        self.runtime = f"{self.folder}/run"

    def words(self):
        return [os.path.join(BUILD, "directord"), "--config", self.config, "--runtime-dir", self.runtime,
                "--log-level", "info", *([] if HAS_IPVS else ["--no-daemons", "engine,prober"])]

    def vrrp_process(self):
        return self.child("director-vrrp")


class DirectorAlone(Director):
    """Without the cable: nothing but VRRP, as keepalived has it."""
    name = "alone"

    def configure(self):
        super().configure()
        with open(self.config) as file:
            lines = [line for line in file if line.split()[0] not in ("link", "keys", "dead")]
        self.file("director.cf", "".join(lines))


class Keepalived(Program):
    """With real-time priority and locked memory, which it has to be told to take."""
    name = "keepalived"

    def configure(self):
        self.config = self.file("keepalived.conf", "\n".join([
            "global_defs {", "vrrp_rt_priority 10", "vrrp_no_swap", "}",
            "vrrp_instance web {", "state BACKUP", "interface e0", "version 3", "virtual_router_id 51", "priority 100",
            "nopreempt", f"advert_int {self.interval:g}", "virtual_ipaddress {", f"{VIRTUAL}/24", "}", "}",
            *([f"virtual_server {VIRTUAL} {ECHO_PORT} {{", "lvs_sched wrr", "lvs_method DR", "protocol UDP", "delay_loop 1",
               f"real_server {WEB} {ECHO_PORT} {{", "PING_CHECK {", "}", "}", "}"] if HAS_IPVS else [])]) + "\n")

    def start(self):
        # Of one that was killed: it takes a zombie of that number for itself running.
        for name in ("pid", "vrrp.pid", "checkers.pid"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{self.folder}/{name}")
        super().start()

    def words(self):
        return ["/usr/sbin/keepalived", "--dont-fork", "--log-console", "-f", self.config, "-p", f"{self.folder}/pid",
                "-r", f"{self.folder}/vrrp.pid", "-c", f"{self.folder}/checkers.pid", *([] if HAS_IPVS else ["--vrrp"])]

    def vrrp_process(self):
        # Its children have its name; the one for VRRP says in its own file which it is.
        with contextlib.suppress(FileNotFoundError, ValueError), open(f"{self.folder}/vrrp.pid") as file:
            pid = int(file.read())
            return pid if pid in children(self.pid) else None
        return None

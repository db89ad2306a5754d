"""Two machines, two switches and a stranger, of network namespaces of this machine's kernel; director-vrrp on them."""

import json
import os
import pty
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tty
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("DIRECTOR_VRRP", str(ROOT / ".build/release/director-vrrp"))
SECRET = "1 sha256 the-secret-that-both-sides-have\n"


class Failure(Exception):
    pass


def sh(*words, check=True):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if check and done.returncode:
        raise Failure(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


class SerialCable:
    """Two serial ports with a cable between them, of pseudo-terminals. The names stay when the ports come and go."""

    def __init__(self, name):
        self.names = [f"/dev/{name}-{side}" for side in "ab"]
        self.carries = True
        self.masters = []
        self.plug_in()

    def plug_in(self):
        pairs = [pty.openpty() for _ in self.names]
        for (master, slave), name in zip(pairs, self.names):
            tty.setraw(slave)
            os.symlink(os.ttyname(slave), name)
            os.close(slave)
            os.set_blocking(master, False)
        self.masters = [master for master, _ in pairs]
        self.wake, self.woken = os.pipe()
        self.thread = threading.Thread(target=self._carry, args=(self.masters, self.wake), daemon=True)
        self.thread.start()

    def _carry(self, masters, wake):
        while True:
            ready, _, _ = select.select([*masters, wake], [], [])
            if wake in ready:
                return
            for one, other in (masters, masters[::-1]):
                if one not in ready:
                    continue
                try:
                    data = os.read(one, 4096)
                    if self.carries:
                        os.write(other, data)
                except BlockingIOError:
                    pass
                except OSError:
                    # Nobody has the other side open.
                    time.sleep(0.05)

    def pull_out(self):
        os.write(self.woken, b".")
        self.thread.join()
        for descriptor in (*self.masters, self.wake, self.woken):
            os.close(descriptor)
        for name in self.names:
            os.unlink(name)
        self.masters = []

    def close(self):
        if self.masters:
            self.pull_out()


class Machines:
    """Namespaces a and b with e0 and e1, each on a switch of its own, and c (the stranger, the client) on the first."""

    count = 0
    lock = threading.Lock()

    def __init__(self, label):
        with Machines.lock:
            Machines.count += 1
            self.name = f"vl{os.getpid()}x{Machines.count}"
        self.label = label
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.processes = {}
        self.others = []
        self.cables = []

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _build(self):
        for one in "abcs":
            sh("ip", "netns", "add", self.name + one)
            sh("ip", "-n", self.name + one, "link", "set", "lo", "up")
        self.run("s", "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1")
        for number in 0, 1:
            sh("ip", "-n", self.name + "s", "link", "add", f"br{number}", "type", "bridge")
            sh("ip", "-n", self.name + "s", "link", "set", f"br{number}", "up")
        for host, (one, ports) in enumerate({"a": 2, "b": 2, "c": 1}.items(), start=1):
            for number in range(ports):
                peer = f"{one}{number}"
                sh("ip", "-n", self.name + one, "link", "add", f"e{number}", "type", "veth", "peer", "name", peer,
                   "netns", self.name + "s")
                self.run(one, "sysctl", "-qw", f"net.ipv6.conf.e{number}.accept_dad=0")
                sh("ip", "-n", self.name + "s", "link", "set", peer, "master", f"br{number}", "up")
                sh("ip", "-n", self.name + one, "addr", "add", f"10.9.{number}.{host}/24", "dev", f"e{number}")
                sh("ip", "-n", self.name + one, "addr", "add", f"fd00:9:{number}::{host}/64", "dev", f"e{number}",
                   "nodad")
                sh("ip", "-n", self.name + one, "link", "set", f"e{number}", "up")
        self.write("keys", "auth 1\n" + SECRET, 0o600)

    def __exit__(self, *_):
        for process in [*self.processes.values(), *self.others]:
            if process.poll() is None:
                process.kill()
            process.wait()
        for cable in self.cables:
            cable.close()
        for one in "abcs":
            sh("ip", "netns", "del", self.name + one, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    # What is on the machines

    def run(self, one, *words, check=True):
        return sh("ip", "netns", "exec", self.name + one, *words, check=check)

    def spawn(self, one, *words, **options):
        words = ["ip", "netns", "exec", self.name + one, *map(str, words)]
        process = subprocess.Popen(words, **options)
        self.others.append(process)
        return process

    def write(self, name, text, mode=0o644):
        """In one step: what a shell reads at this moment, say, is the old text or the new one, never empty."""
        path, fresh = self.folder / name, self.folder / f".{name}"
        fresh.write_text(text)
        fresh.chmod(mode)
        fresh.rename(path)
        return path

    def cable(self):
        cable = SerialCable(f"{self.name}s{len(self.cables)}")
        self.cables.append(cable)
        return cable

    def cut(self, one, number=0):
        """The port stays up, and nothing goes through it."""
        sh("ip", "-n", self.name + "s", "link", "set", f"{one}{number}", "nomaster")

    def mend(self, one, number=0):
        sh("ip", "-n", self.name + "s", "link", "set", f"{one}{number}", "master", f"br{number}")

    # director-vrrp

    def configure(self, one, *lines, priority=None, name="web", base=None):
        priority = priority or (150 if one == "a" else 100)
        base = base if base is not None else [
            "interface = e0", "id = 51", "interval = 300ms", "address = 10.9.0.10/24"]
        text = f"vrrp = {name}\n" + "".join(f"\t{line}\n" for line in [*base, f"priority = {priority}", *lines])
        return self.write(f"{one}.cf", text.replace("KEYS", str(self.folder / "keys")))

    def start(self, one):
        runtime = self.folder / f"run-{one}"
        runtime.mkdir(exist_ok=True)
        with open(self.folder / f"{one}.log", "a") as log:
            self.processes[one] = subprocess.Popen(
                ["ip", "netns", "exec", self.name + one, PROGRAM, "--config", str(self.folder / f"{one}.cf"),
                 "--runtime-dir", str(runtime)], stderr=log, stdin=subprocess.DEVNULL)

    def farewell(self, one, *options):
        with open(self.folder / f"{one}.log", "a") as log:
            subprocess.run(
                ["ip", "netns", "exec", self.name + one, PROGRAM, "--config", str(self.folder / f"{one}.cf"),
                 "--runtime-dir", str(self.folder / f"run-{one}"), "--farewell", *options],
                stderr=log, stdin=subprocess.DEVNULL, timeout=60, check=False)

    def order(self, one, order):
        """As the engine asks for it."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.folder / f"run-{one}" / "vrrp.sock"))
            request = {"version": 1, "request": order, "number": 1, "router": None}
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(connection.makefile().readline())
        if "error" in answer:
            raise Failure(f"{order} of {one}: {answer['error']}")

    def stop(self, one):
        self.processes[one].terminate()
        status = self.processes[one].wait(60)
        if status:
            raise Failure(f"director-vrrp of {one} ended with status {status}")

    def kill(self, one):
        self.processes[one].kill()
        self.processes[one].wait()

    def log(self, one):
        path = self.folder / f"{one}.log"
        return path.read_text() if path.exists() else ""

    def holds(self, one, address="10.9.0.10", interface=None):
        device = ["dev", interface] if interface else []
        return f" {address}/" in sh("ip", "-n", self.name + one, "-o", "addr", "show", *device, check=False)

    # What is waited for

    def wait(self, what, condition, limit=60):
        end = time.monotonic() + limit
        while not condition():
            if time.monotonic() > end:
                logs = "".join(f"--- {one}\n{self.log(one)}" for one in "ab")
                raise Failure(f"in vain: {what}\n{logs}")
            time.sleep(0.03)

    def wait_log(self, one, text, times=1, limit=60):
        self.wait(f"{one} says '{text}'", lambda: self.log(one).count(text) >= times, limit)

    def wait_master(self, one, address="10.9.0.10"):
        other = "b" if one == "a" else "a"
        self.wait(f"{one} alone holds {address}",
                  lambda: self.holds(one, address) and not self.holds(other, address))

    def stays(self, what, condition, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not condition():
                logs = "".join(f"--- {one}\n{self.log(one)}" for one in "ab")
                raise Failure(f"no longer: {what}\n{logs}")
            time.sleep(0.03)


def stranger(m, *words):
    """What vrrp_stranger.py prints that does so on the client."""
    return m.run("c", sys.executable, Path(__file__).resolve().parent / "vrrp_stranger.py", "e0", *words).strip()

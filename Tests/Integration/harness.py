"""What the integration tests stand on: namespaces, real servers, directors, tables, waiting.

A test is a function `test_*(farm)` in a file `test_*.py`; `farm` is a Farm below, made anew for each file and topology.
The guest is slow in starting processes and in system calls, so what can be read without a process is (the kernel's
table through /proc, HTTP by a socket made in the client's namespace), and tests wait for conditions, never for a time.
"""

import contextlib
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("DIRECTOR_BUILD", os.path.join(ROOT, ".build", "release"))
RUN = "/run/integration"
VIRTUAL = {4: "192.0.2.100", 6: "2001:db8::100"}
FORWARDING = {"nat": ("-m", "masq", "Masq"), "dr": ("-g", "gate", "Route"), "tun": ("-i", "ipip", "Tunnel")}

# Limits are written for a quiet machine of today; the one that tests may be several times slower, and busy.
SLOWNESS = 4

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000


class Failure(AssertionError):
    """A test's expectation that did not hold; its text is what the reader gets."""


class Skipped(Exception):
    """What a test raises where it can prove nothing; its text says why."""


def expect(condition, text):
    if not condition:
        raise Failure(text)


def expect_equal(actual, wanted, what):
    if actual != wanted:
        raise Failure(f"{what}: got\n    {actual!r}\nwanted\n    {wanted!r}")


def wait_until(what, condition, timeout=10.0, interval=0.03):
    """Waits until condition() is true and returns the seconds that took; what it last raised is told at a time-out.

    The timeout is for a quiet machine and nobody's assertion: what must be quick is asserted of the seconds returned.
    """
    start, timeout = time.monotonic(), timeout * SLOWNESS
    trouble = None
    while True:
        try:
            trouble = None
            if condition():
                return time.monotonic() - start
        except (OSError, ValueError, LookupError, TypeError, Failure) as error:
            trouble = error
        if time.monotonic() - start > timeout:
            raise Failure(f"waited {timeout:g} s in vain until {what}" + (f" ({trouble})" if trouble else ""))
        time.sleep(interval)


def endpoint(address, port=80):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def real_server(number, family=4):
    return f"10.0.0.{100 + number}" if family == 4 else f"fd00::{100 + number}"


@contextlib.contextmanager
def inside(namespace):
    """The calling thread is in the namespace: sockets made here belong to it, /proc/thread-self/net is its."""
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


def for_everybody(name):
    """A built program where every user may run it: the checkout may lie in somebody's own folder."""
    path = f"{RUN}/everybody/{name}"
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(program(name), path)
        os.chmod(path, 0o755)
    return path


def within(namespace, *command):
    """The words by which a shell runs a program there; what is started from here needs no program to get there."""
    return ["nsenter", f"--net=/run/netns/{namespace}", *command]


def start_in(namespace, *command, **options):
    with inside(namespace):
        return subprocess.Popen(command, **options)


def done_in(namespace, *command, **options):
    with inside(namespace):
        return subprocess.run(command, **options)


def run(*command, check=True, stdin=None):
    """Runs a program and returns its output; a failure tells command, status and output."""
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60 * SLOWNESS)
    if check and done.returncode:
        raise Failure(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def run_in(namespace, *command, **options):
    with inside(namespace):
        return run(*command, **options)


def program(name):
    return os.path.join(BUILD, name)


# -- The kernel's table ------------------------------------------------------------------------------------------------

_SERVICE = re.compile(r"^(TCP|UDP|SCTP|FWM)\s+(\S+)\s+(?:IPv6\s+)?(\w+)(.*)$")


def _text(pair):
    """An address as /proc/net/ip_vs writes it (hexadecimal for IPv4, in brackets for IPv6) as the programs write it."""
    address, _, port = pair.rpartition(":")
    if address.startswith("["):
        return endpoint(socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, address[1:-1])), int(port, 16))
    return endpoint(socket.inet_ntop(socket.AF_INET, bytes.fromhex(address)), int(port, 16))


def table(namespace="lb1"):
    """{service: {real server: (forwarding method, weight)}}, read from /proc without starting a process."""
    with inside(namespace), open("/proc/thread-self/net/ip_vs", encoding="ascii") as file:
        lines = file.read().splitlines()[3:]
    services = {}
    for line in lines:
        if line.startswith("  ->"):
            _, address, method, weight, *_ = line.split()
            servers[_text(address)] = (method, int(weight))
        else:
            kind, name, *_ = _SERVICE.match(line).groups()
            servers = services.setdefault((kind, name if kind == "FWM" else _text(name)), {})
    return services


def servers_of(address=VIRTUAL[4], port=80, namespace="lb1", kind="TCP"):
    """{real server: weight} of one service; None where there is no such service."""
    found = table(namespace).get((kind, endpoint(address, port)))
    return None if found is None else {name: weight for name, (_, weight) in found.items()}


def debian_ipvsadm(*arguments, namespace="lb1", stdin=None):
    return run_in(namespace, "/usr/sbin/ipvsadm", *arguments, stdin=stdin)


def our_ipvsadm(*arguments, namespace="lb1", stdin=None):
    return run_in(namespace, program("director"), "ipvs", *arguments, stdin=stdin)


def connections_counted(address=VIRTUAL[4], port=80, namespace="lb1"):
    """How many connections a service has taken since it was made. The kernel sums the counters every two seconds."""
    listing = debian_ipvsadm("-L", "-n", "--stats", "--exact", "-t", endpoint(address, port), namespace=namespace)
    return next(int(line.split()[2]) for line in listing.splitlines() if line.startswith("TCP"))


def expect_same_listings(namespace="lb1"):
    """Debian's ipvsadm and `director ipvs` see the same table."""
    for arguments in (("-L", "-n"), ("-S", "-n")):
        expect_equal(our_ipvsadm(*arguments, namespace=namespace), debian_ipvsadm(*arguments, namespace=namespace),
                     f"director ipvs {' '.join(arguments)} beside Debian's")


# -- The client --------------------------------------------------------------------------------------------------------

def fetch(address=VIRTUAL[4], port=80, path="/", namespace="client", timeout=3.0):
    """One HTTP request over a connection of its own; the body, or an OSError as the client's kernel reports it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with inside(namespace):
        connection = socket.socket(family, socket.SOCK_STREAM)
    with connection:
        connection.settimeout(timeout)
        connection.connect((address, port))
        connection.sendall(f"GET {path} HTTP/1.0\r\nHost: lab\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise Failure(f"{endpoint(address, port)}{path} answered {head.splitlines()[:1]}")
    return body.decode()


def curl_shares(url, times, namespace="client"):
    """How many of so many requests each real server answered: {'rs1': 3, ...}. One curl, one connection a request."""
    output = run_in(namespace, "curl", "-sS", "--globoff", "--max-time", "10", "-H", "Connection: close",
                    *[url] * times)
    shares = {}
    for name in output.split():
        shares[name] = shares.get(name, 0) + 1
    return shares


# Bytes of what a real server has as /slow.
SIZE = 1_000_000


class Download:
    """A connection that lives for 20 seconds: one megabyte at 50 KB a second."""

    def __init__(self, address=VIRTUAL[4], port=80, path="/slow"):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with inside("client"):
            self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.name = f"download from {endpoint(address, port)}"
        self.received = 0
        self.head = b""
        self.socket.settimeout(5)
        self.socket.connect((address, port))
        self.socket.sendall(f"GET {path} HTTP/1.0\r\nHost: lab\r\n\r\n".encode())
        self.socket.setblocking(False)

    def poll(self):
        """Takes what has arrived; how many bytes so far."""
        while True:
            try:
                piece = self.socket.recv(1 << 20)
            except BlockingIOError:
                return self.received
            except OSError as error:
                raise Failure(f"{self.name} broke after {self.received} bytes: {error}") from None
            if not piece:
                return self.received
            if len(self.head) < 4096:
                self.head += piece
            self.received += len(piece)

    def expect_alive(self, after):
        """Bytes still arrive, twice more than what may have been on its way already; or all of them have arrived."""
        wanted = min(self.poll() + 60_000, SIZE)
        deadline = time.monotonic() + 4 * SLOWNESS
        while self.poll() < wanted:
            if time.monotonic() > deadline:
                raise Failure(f"{self.name} stopped after {after}: {self.received} bytes, {wanted} wanted")
            time.sleep(0.05)

    def expect_complete(self, timeout=30):
        wait_until(f"{self.name} is whole", lambda: self.poll() >= SIZE, timeout)
        expect(b" 200 " in self.head.split(b"\r\n", 1)[0], f"{self.name} was answered {self.head[:60]!r}")

    def close(self):
        self.socket.close()


class Conversation:
    """A connection that is kept and used now and then: a request, and later another one to the same real server."""

    def __init__(self, address=VIRTUAL[4], port=80):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with inside("client"):
            self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.name = f"connection to {endpoint(address, port)}"
        self.socket.settimeout(5)
        self.socket.connect((address, port))
        self.port = self.socket.getsockname()[1]
        self.server = self.ask()

    def ask(self):
        """Who answers."""
        try:
            self.socket.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
            answer = self.socket.recv(65536)
        except OSError as error:
            raise Failure(f"{self.name} broke: {error}") from None
        expect(answer.startswith(b"HTTP/1.1 200 "), f"{self.name} was answered {answer[:60]!r}")
        return answer.partition(b"\r\n\r\n")[2].decode().strip()

    def expect_alive(self, after):
        expect_equal(self.ask(), self.server, f"who answers the old {self.name} after {after}")

    def close(self):
        self.socket.close()


def established(namespace):
    """The ports of clients whose connections a director has as established, its own and those that it was told of."""
    with inside(namespace), open("/proc/thread-self/net/ip_vs_conn", encoding="ascii") as file:
        return {int(line.split()[2], 16) for line in file if " ESTABLISHED " in line}


# -- Processes ---------------------------------------------------------------------------------------------------------

def children(pid):
    """{name: process id} of a process's living children."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", encoding="utf-8") as file:
                name, _, rest = file.read().partition(" (")[2].rpartition(") ")
                state, parent = rest.split()[:2]
                if int(parent) == pid and state != "Z":
                    found[name] = int(entry)
    return found


class Directord:
    """A directord in a namespace with a configuration file and a runtime directory of its own."""

    count = 0

    def __init__(self, configuration=None, namespace="lb1", options=(), ready=True, file=None, runtime=None, under=()):
        """With `file` it runs on that file as it is, else on one that holds `configuration`; `under` starts it."""
        Directord.count += 1
        self.namespace = namespace
        self.directory = f"{RUN}/director-{Directord.count}"
        os.makedirs(self.directory, exist_ok=True)
        self.file = file or os.path.join(self.directory, "ldirectord.cf")
        self.runtime = runtime or os.path.join(self.directory, "run")
        self.log_path = os.path.join(self.directory, "log")
        self.options = list(options)
        self.under = list(under)
        self.process = None
        if file is None:
            self.configure(configuration)
        self.start(ready)

    def configure(self, text):
        """The new file takes the old one's place in one step, as an editor does it."""
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.file + ".new", 0o600)
        os.rename(self.file + ".new", self.file)

    def start(self, ready=True):
        path = os.path.join(self.directory, "notify")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(path)
        os.chmod(path, 0o666)
        notify.setblocking(False)
        environment = dict(os.environ, NOTIFY_SOCKET=path)
        with open(self.log_path, "ab") as log:
            self.process = start_in(
                self.namespace, *self.under, program("directord"), "--config", self.file, "--runtime-dir", self.runtime,
                *self.options, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                start_new_session=True)
        heard = []

        def is_ready():
            if self.process.poll() is not None:
                return True
            with contextlib.suppress(BlockingIOError):
                heard.append(notify.recv(4096).decode())
            return any("READY=1" in message for message in heard)

        try:
            if ready:
                wait_until("directord says READY=1", is_ready, 20)
                expect(self.process.poll() is None, f"directord ended with {self.process.returncode}")
        finally:
            notify.close()

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def child(self, name):
        """The process id of director-engine or director-prober."""
        found = children(self.process.pid)
        if name not in found:
            raise Failure(f"directord has no child {name}, only {found}")
        return found[name]

    def command(self, *arguments, check=True):
        return run_in(self.namespace, program("director"), *arguments, "--runtime-dir", self.runtime, check=check)

    def status(self):
        return json.loads(self.command("status", "--json"))

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, timeout=15 * SLOWNESS):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise Failure(f"directord did not end within {timeout} s of SIGTERM") from None
        return self.process.returncode

    def kill_everything(self):
        """As a crash of the machine's daemons: nobody gets to say anything."""
        family = [self.process.pid, *children(self.process.pid).values()]
        # All of them stand still first: director-vrrp has last words for a directord that died before it. directord goes
        # last: stopped children of a dead parent would be woken by the kernel (setpgid(2): orphaned process groups).
        for number, pids in (signal.SIGSTOP, family), (signal.SIGKILL, reversed(family)):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
        self.process.wait()


def serves(name):
    """Whether the real server of a namespace runs."""
    try:
        with open(f"/run/real-servers/{name}/pid", encoding="ascii") as file:
            os.kill(int(file.read()), 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False
    return True


class Farm:
    """A topology that stands, and what a test started on it."""

    def __init__(self, topology, servers=3):
        self.topology = topology
        self.servers = range(1, servers + 1) if topology != "plain" else ()
        self.directors_at = ("lb1", "lb2") if topology != "plain" else ()
        self.option, self.method, self.listed = FORWARDING.get(topology, FORWARDING["nat"])
        self.directors = []
        self.connections = []
        self.processes = []
        os.makedirs(RUN, exist_ok=True)
        run("topology", topology, "--servers", str(servers))

    def directord(self, configuration=None, **options):
        # Known before it has started, so that its log is told when it does not start.
        director = Directord.__new__(Directord)
        self.directors.append(director)
        director.__init__(configuration, **options)
        return director

    def download(self, *arguments):
        self.connections.append(Download(*arguments))
        return self.connections[-1]

    def conversation(self, *arguments):
        self.connections.append(Conversation(*arguments))
        return self.connections[-1]

    def spawn(self, namespace, *command):
        process = start_in(namespace, *command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, start_new_session=True)
        self.processes.append(process)
        return process

    @staticmethod
    def kill(*names):
        run("real-server", "kill", *names)

    @staticmethod
    def revive(*names):
        run("real-server", "start", *names)

    def context(self):
        """All that a reader of a failure wants to see."""
        parts = []
        for director in self.directors:
            with contextlib.suppress(OSError, AttributeError):
                with open(director.file, encoding="utf-8") as file:
                    parts.append(f"--- {director.file}\n{file.read()}")
                parts.append(f"--- log of directord in {director.namespace}\n{director.log()[-6000:]}")
        for namespace in self.directors_at:
            listing = run_in(namespace, "/usr/sbin/ipvsadm", "-L", "-n", check=False)
            if "->" in listing.partition("RemoteAddress")[2]:
                parts.append(f"--- table of {namespace}\n{listing}")
        return "\n".join(parts)

    def clean(self):
        """Nothing of a test is left for the next one."""
        for connection in self.connections:
            connection.close()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        for director in self.directors:
            if getattr(director, "process", None) and director.process.poll() is None:
                director.kill_everything()
        self.connections, self.processes, self.directors = [], [], []
        for namespace in self.directors_at:
            if table(namespace):
                run_in(namespace, "/usr/sbin/ipvsadm", "-C")
        names = [f"rs{number}" for number in self.servers]
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"/run/real-servers/{name}/status")
        if dead := [name for name in names if not serves(name)]:
            run("real-server", "start", *dead)
        if surplus := [name for name in self.directors_at if serves(name)]:
            run("real-server", "stop", *surplus)

    @staticmethod
    def take_down():
        run("topology", "down")


# -- Configurations ----------------------------------------------------------------------------------------------------

TOP = "checktimeout = 1\ncheckinterval = 1\nquiescent = no\n"


def configuration(farm, family=4, weights=None, real_lines=(), address=None, port=80, top=TOP, **keys):
    """An ldirectord.cf of one virtual service with every real server of the farm, as an operator would write it."""
    address = address or VIRTUAL[family]
    weights = weights or {number: 1 for number in farm.servers}
    six = "6" if family == 6 else ""
    settings = {"scheduler": "wrr", "protocol": "tcp", "checktype": "connect", **keys}
    lines = [top, f"virtual{six} = {endpoint(address, port)}"]
    for number, weight in weights.items():
        lines.append(f"\treal{six} = {endpoint(real_server(number, family), port)} {farm.method} {weight}")
    lines += [f"\t{line}" for line in real_lines]
    lines += [f"\t{key} = {value}" for key, value in settings.items() if value is not None]
    return "\n".join(lines) + "\n"

"""Namespaces, processes and what the kernel says of them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, ".build", "release")
LINKS = os.path.join(ROOT, ".build", "links")
WORK = "/run/bench"

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000
_count = 0


@contextlib.contextmanager
def fresh_namespace():
    """This process, and what it starts, is in a network namespace of its own; lo is up and holds 10.77.0.0/16."""
    global _count
    _count += 1
    name = f"bench{_count}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    own = os.open("/proc/self/ns/net", os.O_RDONLY)
    other = os.open(f"/run/netns/{name}", os.O_RDONLY)
    try:
        if _libc.setns(other, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        subprocess.run(["ip", "address", "add", "10.77.0.1/16", "dev", "lo"], check=True)
        yield name
    finally:
        _libc.setns(own, _CLONE_NEWNET)
        os.close(own)
        os.close(other)
        subprocess.run(["ip", "netns", "delete", name], check=True)
        # The kernel takes a namespace apart in the background, on the only processor there is.
        time.sleep(2)


def timed(words, stdin="/dev/null"):
    """Runs a program, output thrown away, and returns its seconds from start to end; a failure is an error."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    start = time.monotonic()
    pid = os.posix_spawn(words[0], words, os.environ, file_actions=actions)
    _, status = os.waitpid(pid, 0)
    seconds = time.monotonic() - start
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{' '.join(words)} ended with status {os.waitstatus_to_exitcode(status)}")
    return seconds


@contextlib.contextmanager
def daemon(words, log, **environment):
    """A daemon that runs meanwhile; its words go to a file. Yields its process id and the moment of its start."""
    actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
               (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2)]
    start = time.monotonic()
    pid = os.posix_spawn(words[0], words, {**os.environ, **environment}, file_actions=actions)
    try:
        yield pid, start
    except BaseException:
        with open(log) as file:
            print(file.read()[-3000:], flush=True)
        raise
    finally:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 60
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


def wait_until(what, condition, timeout=120.0, interval=0.002):
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {timeout:g} s in vain until {what}")
        time.sleep(interval)


def children(pid):
    """The process ids of a process's children."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def processor_seconds(pid):
    """Processor time of a process of one thread, user's and kernel's, to the nanosecond."""
    with open(f"/proc/{pid}/schedstat") as file:
        return int(file.read().split()[0]) / 1e9


def connections_opened(pid):
    """TCP connections that the process's namespace has begun so far."""
    with open(f"/proc/{pid}/net/snmp") as file:
        names, values = [line.split() for line in file if line.startswith("Tcp:")]
    return int(values[names.index("ActiveOpens")])


def table_size():
    """Services and real servers in this namespace's table."""
    with open("/proc/self/net/ip_vs") as file:
        lines = file.read().splitlines()[3:]
    servers = sum(line.startswith("  ->") for line in lines)
    return len(lines) - servers, servers


def servers_in_use():
    """Real servers of this namespace's table whose weight is not 0."""
    with open("/proc/self/net/ip_vs") as file:
        return sum(line.startswith("  ->") and line.split()[3] not in ("0", "Weight") for line in file)

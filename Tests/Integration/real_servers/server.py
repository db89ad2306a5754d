"""What every real server of the matrix has in common: a folder of its own, processes that are children, an end by pid."""

import contextlib
import os
import pwd
import signal
import socket
import subprocess
import time

from harness import Failure, inside, run, start_in, wait_until

HOST_NAME = "mail.example.net"
LOGIN, PASSWORD = "checker", "right-Horse7"
WRONG_PASSWORD = "wrong-Horse7"


def listening(namespace, protocol):
    """The local ports that sockets of a namespace wait at, read without starting a process."""
    ports = set()
    with inside(namespace):
        for name in (protocol, protocol + "6"):
            with contextlib.suppress(FileNotFoundError), open(f"/proc/thread-self/net/{name}", encoding="ascii") as file:
                for line in file.read().splitlines()[1:]:
                    _, local, _, state, *_ = line.split()
                    if state == ("0A" if protocol == "tcp" else "07"):
                        ports.add(int(local.rpartition(":")[2], 16))
    return ports


class Server:
    """One program of Debian's, as its package installs it, with a configuration of its own.

    Runs as the user that its package made for it where it needs no more; the namespace lets everybody bind low ports.
    """

    user = None
    tcp = ()
    udp = ()

    def __init__(self, farm):
        self.namespace = farm.namespace
        self.addresses = farm.addresses
        self.certificates = farm.certificates
        self.name = type(self).__name__.lower()
        self.directory = os.path.join(farm.directory, self.name)
        self.log_path = os.path.join(self.directory, "log")
        self.processes = []

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def write(self, name, text, mode=0o640):
        """A file of the server's own, which nobody but its user (and root) can read."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def folder(self, name, mode=0o755):
        os.makedirs(self.path(name), mode=mode, exist_ok=True)
        return self.path(name)

    def give_away(self):
        """All that lies in the folder belongs to the server's user."""
        if self.user is None:
            return
        account = pwd.getpwnam(self.user)
        for folder, _, files in os.walk(self.directory):
            for name in (".", *files):
                os.lchown(os.path.join(folder, name), account.pw_uid, account.pw_gid)

    def execute(self, *command, stdin=None, **options):
        """A program that prepares something, run to its end as the server's user."""
        done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=120, **self.identity(), **options)
        if done.returncode:
            raise Failure(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def identity(self):
        if self.user is None:
            return {}
        account = pwd.getpwnam(self.user)
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [account.pw_gid]}

    def spawn(self, *command, **options):
        with open(self.log_path, "ab") as log:
            self.processes.append(start_in(self.namespace, *command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                           start_new_session=True, cwd="/", **self.identity(), **options))

    # What a server overrides.

    def prepare(self):
        """Writes configuration and data."""

    def launch(self):
        """Spawns the processes."""

    def is_ready(self):
        return set(self.tcp) <= listening(self.namespace, "tcp") and set(self.udp) <= listening(self.namespace, "udp")

    # What the farm calls.

    def start(self):
        os.makedirs(self.directory, exist_ok=True)
        with open(self.log_path, "ab"):
            pass
        self.prepare()
        self.give_away()
        self.launch()

    def wait(self, timeout=90):
        def ready():
            for process in self.processes:
                if process.poll() is not None:
                    raise Failure(f"ended with {process.returncode}")
            return self.is_ready()

        try:
            wait_until(f"{self.name} is ready", ready, timeout, interval=0.1)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.log()}") from None

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()[-4000:]

    def terminate(self):
        for process in self.processes:
            if process.poll() is None:
                process.terminate()

    def stop(self, patience=2.0):
        """Ends what was started, and what that started in turn: the session is the process's own."""
        self.terminate()
        deadline = time.monotonic() + patience
        for process in self.processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes = []


def talk(namespace, address, port, *words, timeout=10):
    """What a server answers to some lines, for finding out whether it works at all."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with inside(namespace):
        connection = socket.socket(family, socket.SOCK_STREAM)
    with connection:
        connection.settimeout(timeout)
        connection.connect((address, port))
        answers = [connection.recv(4096)]
        for word in words:
            connection.sendall(word.encode() + b"\r\n")
            answers.append(connection.recv(4096))
    return answers


__all__ = ["HOST_NAME", "LOGIN", "PASSWORD", "WRONG_PASSWORD", "Server", "listening", "run", "talk"]

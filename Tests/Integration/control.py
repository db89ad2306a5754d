"""A client of the control socket, written from Sources/Core/ControlProtocol/README.md alone."""

import json
import os
import socket
import time

from harness import SLOWNESS, Failure


class Control:
    """One connection; `user` and `groups` are who it is made as."""

    def __init__(self, director, timeout=10 * SLOWNESS, user=None, groups=()):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.rest = b""
        if user is None:
            self.socket.connect(os.path.join(director.runtime, "control.sock"))
            self.socket.settimeout(timeout)
            return
        # The kernel notes who connects; this thread is somebody else for that moment.
        try:
            os.setgroups(list(groups))
            os.setegid(user)
            os.seteuid(user)
            self.socket.connect(os.path.join(director.runtime, "control.sock"))
        finally:
            os.seteuid(0)
            os.setegid(0)
            os.setgroups([])
        self.socket.settimeout(timeout)

    def send(self, request, **members):
        self.socket.sendall(json.dumps({"version": 1, "request": request, **members}).encode() + b"\n")

    def line(self):
        """The next line; None when the daemon has closed the connection."""
        while b"\n" not in self.rest:
            try:
                piece = self.socket.recv(1 << 20)
            except ConnectionResetError:  # closed with requests unread
                piece = b""
            if not piece:
                return None
            self.rest += piece
        line, _, self.rest = self.rest.partition(b"\n")
        return json.loads(line)

    def ask(self, request, **members):
        self.send(request, **members)
        answer = self.line()
        if answer is None:
            raise Failure(f"the daemon closed the connection instead of answering {request}")
        return answer

    def wait_for(self, what, condition, timeout=10 * SLOWNESS):
        """Reads lines until one meets the condition."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            line = self.line()
            if line is None:
                raise Failure(f"the daemon closed the connection before {what}")
            if condition(line):
                return line
        raise Failure(f"waited {timeout} s in vain for a line with {what}")

    def close(self):
        self.socket.close()

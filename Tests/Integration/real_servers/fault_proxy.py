#!/usr/bin/python3
"""Stands in front of a real server at addresses of its own, and does to the answers what faults do:

    fault_proxy.py UPSTREAM BEHAVIOUR=ADDRESS... tcp:PORT[:TURN/BYTES,...]... udp:PORT...

    relay      nothing; the real server sees a client from this address
    silent     takes the connection, reads what is sent and answers nothing
    cut        the real server's answer, but not the whole of it: the connection is closed in the middle
    slow       the real server's answer, a byte a second (over UDP a datagram each)
    garbage    random bytes, at once and for everything sent

Where the cut comes is told for each port: TURN is how many answers pass whole before it, BYTES how many bytes of the
next one are let through; half of them with `half`, all but one with `last`. Several are taken in turn, a connection each.
"""

import itertools
import random
import selectors
import socket
import sys
import time

DEFAULT_CUTS = ((0, "half"),)


class Connection:
    """One client's connection, and the one to the real server where the behaviour needs it."""

    def __init__(self, proxy, behaviour, client, port, cut):
        self.proxy, self.behaviour, self.client, self.port = proxy, behaviour, client, port
        self.turn, self.length = cut
        self.turns, self.answered = 0, False
        self.held = b""
        self.upstream = None
        client.setblocking(False)
        proxy.watch(client, self.from_client)
        if behaviour == "garbage":
            self.to_client(proxy.garbage())
        elif behaviour in ("relay", "cut", "slow"):
            self.upstream = socket.socket(proxy.family, socket.SOCK_STREAM)
            self.upstream.bind((client.getsockname()[0], 0))
            try:
                self.upstream.connect((proxy.upstream, port))
            except OSError:
                self.close()
                return
            self.upstream.setblocking(False)
            proxy.watch(self.upstream, self.from_upstream)

    def from_client(self):
        data = self.receive(self.client)
        if data is None:
            return
        if not data:
            if self.upstream:
                # The end of what the client has to say; its answer may still be on the way.
                self.proxy.selector.unregister(self.client)
                try:
                    self.upstream.shutdown(socket.SHUT_WR)
                except OSError:
                    self.close()
            else:
                # Silence goes on after the client has said all; the connection is given up when no check waits any more.
                self.proxy.selector.unregister(self.client)
                self.proxy.later(30, self.close)
            return
        if self.answered:
            self.turns, self.answered = self.turns + 1, False
        if self.behaviour == "garbage":
            self.to_client(self.proxy.garbage())
        elif self.upstream:
            try:
                self.upstream.sendall(data)
            except OSError:
                self.close()

    def from_upstream(self):
        data = self.receive(self.upstream)
        if data is None:
            return
        if not data:
            if self.behaviour == "slow" and self.held:
                self.proxy.selector.unregister(self.upstream)
            else:
                self.close()
            return
        self.answered = True
        if self.behaviour == "slow":
            if not self.held:
                self.proxy.later(1, self.drip)
            self.held += data
        elif self.behaviour == "cut" and self.turns >= self.turn:
            length = {"half": len(data) // 2, "last": len(data) - 1}.get(self.length, self.length)
            self.to_client(data[:length])
            self.close()
            # For the test that waits until every cut has been made.
            print(f"cut {self.port} {self.turn}/{self.length}", flush=True)
        else:
            self.to_client(data)

    def drip(self):
        if self.held and self.client.fileno() >= 0:
            self.to_client(self.held[:1])
            self.held = self.held[1:]
            if self.held:
                self.proxy.later(1, self.drip)

    def to_client(self, data):
        try:
            self.client.sendall(data)
        except OSError:
            self.close()

    def receive(self, connection):
        """None when there is nothing to do."""
        try:
            return connection.recv(65536)
        except BlockingIOError:
            return None
        except OSError:
            self.close()
            return None

    def close(self):
        for connection in (self.client, self.upstream):
            if connection is not None and connection.fileno() >= 0:
                self.proxy.forget(connection)
                connection.close()


class Proxy:
    def __init__(self, upstream):
        self.upstream = upstream
        self.family = socket.AF_INET6 if ":" in upstream else socket.AF_INET
        self.selector = selectors.DefaultSelector()
        self.timers = []
        self.random = random.Random(7)

    def watch(self, connection, handler):
        self.selector.register(connection, selectors.EVENT_READ, handler)

    def forget(self, connection):
        try:
            self.selector.unregister(connection)
        except KeyError:
            pass

    def later(self, seconds, action):
        self.timers.append((time.monotonic() + seconds, action))

    def garbage(self):
        """Never what any protocol begins with: the first byte is no letter, no digit and no usual length."""
        return b"\xee" + self.random.randbytes(200) + b"\r\n" + self.random.randbytes(100)

    def listen(self, behaviour, address, port, cuts):
        listener = socket.socket(self.family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(64)

        turns = itertools.cycle(cuts)

        def accept():
            client, _ = listener.accept()
            Connection(self, behaviour, client, port, next(turns))

        self.watch(listener, accept)

    def serve_datagrams(self, behaviour, address, port):
        server = socket.socket(self.family, socket.SOCK_DGRAM)
        server.bind((address, port))

        def request():
            data, client = server.recvfrom(65536)
            if behaviour == "garbage":
                server.sendto(self.garbage(), client)
            elif behaviour != "silent":
                self.ask(behaviour, server, client, data, port)

        self.watch(server, request)

    def ask(self, behaviour, server, client, data, port):
        upstream = socket.socket(self.family, socket.SOCK_DGRAM)
        upstream.bind((server.getsockname()[0], 0))
        upstream.connect((self.upstream, port))
        upstream.send(data)

        def answer():
            try:
                data = upstream.recv(65536)
            except OSError:
                data = b""
            self.forget(upstream)
            upstream.close()
            if behaviour == "relay":
                server.sendto(data, client)
            elif behaviour == "cut":
                server.sendto(data[:len(data) // 2], client)
            else:
                for number in range(len(data)):
                    byte = data[number:number + 1]
                    self.later(number + 1, lambda byte=byte: server.sendto(byte, client))

        self.watch(upstream, answer)

    def run(self):
        while True:
            now = time.monotonic()
            due = [action for at, action in self.timers if at <= now]
            self.timers = [timer for timer in self.timers if timer[0] > now]
            for action in due:
                action()
            next_at = min((at for at, _ in self.timers), default=now + 1)
            for key, _ in self.selector.select(max(0.01, next_at - time.monotonic())):
                if key.fileobj.fileno() >= 0:
                    key.data()


def parse_cuts(text):
    pairs = (pair.split("/") for pair in text.split(",") if pair)
    return [(int(turn), int(count) if count.isdigit() else count) for turn, count in pairs] or list(DEFAULT_CUTS)


def main():
    proxy = Proxy(sys.argv[1])
    behaviours = [word.split("=") for word in sys.argv[2:] if "=" in word]
    for word in sys.argv[2:]:
        if "=" in word:
            continue
        protocol, port, cuts = (word.split(":") + [""])[:3]
        for behaviour, address in behaviours:
            if protocol == "udp":
                proxy.serve_datagrams(behaviour, address, int(port))
            else:
                proxy.listen(behaviour, address, int(port), parse_cuts(cuts))
    print("ready", flush=True)
    proxy.run()


if __name__ == "__main__":
    main()

"""Asks an address all the time and keeps what came back: pings say when, and from which of two directors, datagrams that
are balanced only when.

The directors' kernels send with different times to live (sysctl ip_default_ttl), so that an answer says who gave it.
"""

import collections
import os
import select
import socket
import struct
import threading
import time

# The user-mode kernel looks at its timers a hundred times a second.
PERIOD = 0.002 if os.environ.get("LAB") == "host" else 0.01
# As many answers as a minute has.
KEPT = 30000


def _checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


class Pinger(threading.Thread):
    """Answers are (time, time to live), asked for every `period` seconds. Makes its socket in the calling thread's network namespace."""

    def __init__(self, address, period=PERIOD):
        super().__init__(daemon=True)
        self.address, self.period = address, period
        self.answers = collections.deque(maxlen=KEPT)
        self.socket = self._open()
        self.socket.setblocking(False)
        self.stopping = False

    def _open(self):
        return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)

    def run(self):
        try:
            # This thread alone: late pings would be gaps of nobody's.
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(5))
        except OSError:
            pass
        number, due = 0, time.monotonic()
        while not self.stopping:
            now = time.monotonic()
            if now >= due:
                try:
                    self._ask(number)
                except OSError:
                    # No neighbour answers for the address at the moment.
                    pass
                number += 1
                due = max(due + self.period, now)
            if select.select([self.socket], [], [], max(0, due - time.monotonic()))[0]:
                self._receive()

    def _ask(self, number):
        header = struct.pack("!BBHHH", 8, 0, 0, os.getpid() & 0xFFFF, number & 0xFFFF)
        self.socket.sendto(header[:2] + struct.pack("!H", _checksum(header)) + header[4:], (self.address, 0))

    def _receive(self):
        own = os.getpid() & 0xFFFF
        while True:
            try:
                data = self.socket.recv(256)
            except OSError:
                # Nothing more, or the network's word that nobody is there.
                return
            if who := self._sender(data, own):
                self.answers.append((time.monotonic(), who))

    def _sender(self, data, own):
        return data[8] if len(data) >= 28 and data[20] == 0 and struct.unpack_from("!H", data, 24)[0] == own else None

    def since(self, start):
        found = []
        for when, who in reversed(self.answers.copy()):
            if when < start:
                break
            found.append((when, who))
        return found[::-1]

    def who(self, seconds=0.05):
        """Everybody who answered lately."""
        return {who for _, who in self.since(time.monotonic() - seconds)}

    def silence(self, start, end):
        """The longest time without an answer that began after `start`, or held on then, until `end`."""
        times = [when for when, _ in self.since(start - 1) if when <= end]
        before = [when for when in times if when < start]
        times = before[-1:] + [when for when in times if when >= start] + [end]
        return max(later - earlier for earlier, later in zip(times, times[1:])) if len(times) > 1 else end - start

    def first_from(self, who, start):
        """When this one answered first; None if it has not yet."""
        return next((when for when, other in self.since(start) if other == who), None)

    def stop(self):
        self.stopping = True
        self.join()
        self.socket.close()


class EchoClient(Pinger):
    """Sends datagrams to a service at the address; what comes back has been balanced by somebody, number 1."""

    def __init__(self, address, port):
        self.port = port
        super().__init__(address)

    def _open(self):
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def _ask(self, number):
        self.socket.sendto(struct.pack("!I", number), (self.address, self.port))

    def _sender(self, data, own):
        return 1

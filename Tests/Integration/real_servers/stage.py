"""The network of the matrix: the real servers in one namespace, what stands in front of them in another."""

import os
import subprocess

from harness import Failure, inside, run, run_in, start_in, wait_until
from real_servers.farm import RealServers
from real_servers.rows import AT, FOUR, ROWS, SIX

SERVERS, FAULTS = "servers", "faults"
DIRECTORY = "/run/real-servers-of-the-matrix"

_EXTERNAL = """#!/bin/bash
# Called as ldirectord calls it: virtual address and port, real address and port. One process, which is slow to start here.
exec 3<>"/dev/tcp/$3/$4" || exit 1
printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3
while read -r line; do
    [[ $line != "state: {word} since the day before yesterday" ]] || exit 0
done <&3
exit 1
"""

_PERL = """use strict;
use Socket;
my (undef, undef, $address, $port) = @ARGV;
socket(my $server, PF_INET, SOCK_STREAM, 0) or exit 1;
connect($server, sockaddr_in($port, inet_aton($address))) or exit 1;
syswrite $server, "GET /health HTTP/1.0\\r\\n\\r\\n";
my $page = join '', <$server>;
exit($page =~ m{{^HTTP/1.1 200 .*: {word} since the day before yesterday\\n$}}s ? 0 : 1);
"""


class Stage:
    """Everything of the matrix but the director."""

    def __init__(self):
        for name, addresses in ((SERVERS, (FOUR, SIX, AT["refusing"])),
                                (FAULTS, [AT[place] for place in AT if place not in ("healthy", "six", "refusing")])):
            self._namespace(name, addresses)
        run_in(FAULTS, "iptables-legacy", "-A", "INPUT", "-d", AT["black-holed"], "-j", "DROP")
        self.real = RealServers(SERVERS, DIRECTORY, {4: FOUR, 6: SIX, "refusing": AT["refusing"]})
        self.proxy = None

    @staticmethod
    def _namespace(name, addresses):
        run("ip", "netns", "add", name)
        run("ip", "link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", name, "netns", "lan")
        run("ip", "-n", "lan", "link", "set", name, "master", "lan", "up")
        run("ip", "-n", name, "-batch", "-", stdin="link set lo up\nlink set eth0 up\n" + "".join(
            f"address add {address}/{64 if ':' in address else 24} dev eth0{' nodad' if ':' in address else ''}\n"
            for address in addresses))
        with inside(name), open("/proc/sys/net/ipv4/ip_unprivileged_port_start", "w", encoding="ascii") as file:
            file.write("0")

    def start(self):
        self.real.start()
        self.files = {"STRANGER": self.real.certificates.stranger, "AUTHORITY": self.real.certificates.authority}
        for name, text, word in (("EXTERNAL", _EXTERNAL, "serving"), ("EXTERNAL-WRONG", _EXTERNAL, "stopped"),
                                 ("PERL", _PERL, "serving"), ("PERL-WRONG", _PERL, "stopped")):
            self.files[name] = os.path.join(DIRECTORY, name.lower())
            with open(self.files[name], "w", encoding="ascii") as file:
                file.write(text.format(word=word))
            os.chmod(self.files[name], 0o755)
        self._start_proxy()

    def _start_proxy(self):
        # Of several rows at one port the first says where answers are cut.
        ports = {}
        for row in ROWS:
            if row.port:
                ports.setdefault((row.protocol, row.port), f"{row.protocol}:{row.port}:{row.cuts}")
        self.ports = list(ports.values())
        behaviours = [f"{name}={AT[name]}" for name in ("relay", "silent", "cut", "slow", "garbage")]
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fault_proxy.py")
        with open(os.path.join(DIRECTORY, "proxy.log"), "wb") as log:
            self.proxy = start_in(FAULTS, "/usr/bin/python3", program, FOUR, *behaviours, *self.ports,
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        wait_until("the fault proxy is ready", lambda: "ready" in self.proxy_log(), 30)

    def cuts_to_come(self):
        """Places at which no answer has been cut yet."""
        wanted = {f"cut {word.split(':')[1]} {cut}" for word in self.ports if word.startswith("tcp:")
                  for cut in word.split(":")[2].split(",") if cut}
        return wanted - set(self.proxy_log().splitlines())

    def proxy_log(self):
        """What the proxy told; a Failure when it has ended."""
        with open(os.path.join(DIRECTORY, "proxy.log"), encoding="utf-8", errors="replace") as file:
            text = file.read()
        if self.proxy.poll() is not None:
            raise Failure(f"the fault proxy ended: {text}")
        return text

    def stop(self):
        if self.proxy is not None and self.proxy.poll() is None:
            self.proxy.kill()
            self.proxy.wait()
        self.real.stop()

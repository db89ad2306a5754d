"""All real servers of the matrix in one namespace."""

import os
import threading

from harness import inside, run
from real_servers.certificates import Certificates
from real_servers.covers import Covers
from real_servers.databases import Mariadb, Postgres
from real_servers.directory import Freeradius, Slapd
from real_servers.files import Vsftpd
from real_servers.mail import Dovecot, Postfix
from real_servers.names import Named
from real_servers.news import Innd
from real_servers.server import HOST_NAME
from real_servers.telephony import Sipp
from real_servers.web import Nginx, Squid

# The directors, as the real servers see them.
_NAMES = (("10.0.0.11", "lb1"), ("fd00::11", "lb1"), ("10.0.0.12", "lb2"), ("fd00::12", "lb2"))

ALL = (Mariadb, Postgres, Innd, Freeradius, Slapd, Postfix, Dovecot, Named, Vsftpd, Squid, Sipp, Nginx)


class RealServers:
    """They run in `namespace`, at the addresses that it has and at one more, where some refuse their service."""

    def __init__(self, namespace, directory, addresses, kinds=ALL):
        self.namespace = namespace
        self.directory = directory
        self.addresses = addresses
        run("ip", "-n", namespace, "address", "replace", f"{addresses['refusing']}/24", "dev", "eth0")
        with inside(namespace):
            with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", "w", encoding="ascii") as file:
                file.write("0")
        os.makedirs(directory, exist_ok=True)
        self.certificates = Certificates(os.path.join(directory, "certificates"),
                                         [f"DNS:{HOST_NAME}", f"IP:{addresses[4]}", f"IP:{addresses[6]}"])
        # Servers ask who their client is, and who they are: an answer at once, instead of a time-out each.
        self.covers = Covers(os.path.join(directory, "covers"))
        names = "".join(f"{address} {name}.example.net {name}\n" for address, name in _NAMES)
        self.covers.cover("/etc/hosts", f"127.0.0.1 localhost lab.example.net lab\n::1 localhost\n{names}")
        self.covers.cover("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        self.servers = [kind(self) for kind in kinds]

    def start(self):
        """Side by side: most of the time they wait for disks and for each other's locks."""
        troubles = []

        def begin(server):
            try:
                server.start()
                server.wait()
            except Exception as trouble:
                troubles.append(f"{server.name}: {trouble}")

        threads = [threading.Thread(target=begin, args=(server,)) for server in self.servers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if troubles:
            raise RuntimeError("\n".join(troubles))

    def stop(self):
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.stop()
        self.covers.uncover()

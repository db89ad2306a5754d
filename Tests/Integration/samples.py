"""What the tests of the sample configurations share: a director on the file as it stands in conf/."""

import os
import socket
import struct

from harness import *

HELPER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "named_servers.py")


def sample(name):
    return os.path.join(ROOT, "conf", name, "ldirectord.cf")


def run_sample(farm, name):
    """A director on the unmodified sample, which `director check` has accepted."""
    run(program("director"), "check", sample(name))
    with open(sample(name), encoding="utf-8") as file:
        return farm.directord(file.read())


def expect_table(wanted, timeout=30):
    """The kernel's whole table becomes {service: {real server: (method, weight)}}, and nothing else is in it."""
    try:
        wait_until("the table is as the sample says", lambda: table() == wanted, timeout)
    except Failure as failure:
        raise Failure(f"{failure}: got\n    {table()!r}\nwanted\n    {wanted!r}") from None


def settings_of(service):
    """What `ipvsadm -Sn` says of a service behind its name."""
    for line in debian_ipvsadm("-S", "-n").splitlines():
        if line.startswith(f"-A {service} "):
            return line[len(f"-A {service} "):]
    raise Failure(f"no service {service}")


def named_servers(farm, numbers, *ports):
    """Servers in rs1, rs2... that say their name: `tcp:993` on connecting, `smtp:25` and `udp:53` as those do."""
    for number in numbers:
        farm.spawn(f"rs{number}", "/usr/bin/python3", HELPER, str(number), *ports)
    for number in numbers:
        for port in (int(text.split(":")[1]) for text in ports if not text.startswith("udp:")):
            wait_until(f"rs{number} listens on {port}", lambda: greeting(real_server(number), port, "lb1"), 20)


def greeting(address, port, namespace="client"):
    """The first line that a server says."""
    with inside(namespace):
        connection = socket.socket()
    with connection:
        connection.settimeout(3)
        connection.connect((address, port))
        return connection.recv(100).decode().strip()


def dns_answers(address, times):
    """The last number of the address that each of so many queries is answered with, all from one port."""
    with inside("client"):
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sender:
        sender.settimeout(3)
        answers = []
        for number in range(times):
            question = b"\3www\7example\3org\0" + struct.pack("!HH", 1, 1)
            sender.sendto(struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + question, (address, 53))
            answers.append(sender.recv(512)[-1])
        return answers

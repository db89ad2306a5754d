"""Reloads and strangers beside a director-vrrp that is at work: what it holds is announced, told and put right. Cases of
vrrp-links."""

import os
import signal
import time

from vrrp_machines import Failure, sh, stranger
from vrrp_network import Neighbour, mac
from vrrp_reload import daemon, reload


def changed_sections(m):
    """Both machines are active. An address changes from the other one's section to ours: it is announced at once."""

    def configure(of_web, of_mail):
        for one in "ab":
            peer = 2 if one == "a" else 1
            m.write(f"{one}.cf", "".join(
                f"vrrp = {name}\n\tinterface = e0\n\tid = {router}\n\tinterval = 300ms\n"
                f"\tpriority = {150 if one == owner else 100}\n" + "".join(f"\taddress = {own}/24\n" for own in addresses)
                + f"\tlink = udp 10.9.1.{peer} via e1\n\tkeys = {m.folder}/keys\n\tdead = 3s\n"
                for name, router, owner, addresses in (("web", 51, "a", of_web), ("mail", 52, "b", of_mail))))

    neighbour = Neighbour(m)
    try:
        configure(["10.9.0.10"], ["10.9.0.11", "10.9.0.20"])
        for one in "ab":
            m.start(one)
        m.wait_master("a")
        m.wait_master("b", "10.9.0.20")
        own = mac(m, "a")
        # Whatever it tells of later is of the reload.
        m.wait("a has told of its takeover in all ten rounds", lambda: len(
            [said for said in neighbour.announcements() if said[1:3] == (own, "10.9.0.10")]) >= 20)
        configure(["10.9.0.10", "10.9.0.20"], ["10.9.0.11"])
        for one in "ba":
            if "in force" not in (answer := reload(m, one)):
                raise Failure(answer)
        m.wait_master("a", "10.9.0.20")
        m.wait("it is announced", lambda: any(
            said[1:3] == (own, "10.9.0.20") for said in neighbour.announcements()))
        if not m.holds("a") or not m.holds("b", "10.9.0.11"):
            raise Failure("a mastership moved")
    finally:
        neighbour.close()


def sources(m):
    """The interface gets another IPv6 address, which the kernel lists first: a reload goes on with the one that the
    peers know."""
    for one in "ab":
        peer = 2 if one == "a" else 1
        m.configure(one, f"unicast = fd00:9::{peer}",
                    base=["interface = e0", "id = 51", "interval = 300ms", "address = fd00:9::10/64"])
        m.start(one)
    m.wait_master("a", "fd00:9::10")
    sh("ip", "-n", m.name + "a", "addr", "add", "fd00:9::77/64", "dev", "e0", "nodad")
    text = (m.folder / "a.cf").read_text()
    m.write("a.cf", text + "\tpreempt = no\n")
    if "in force" not in (answer := reload(m, "a")):
        raise Failure(answer)
    m.stays("b hears its peer", lambda: m.holds("a", "fd00:9::10") and not m.holds("b", "fd00:9::10"), 1.5)
    if "refused" in m.log("b"):
        raise Failure(m.log("b"))


def paused(m):
    """Whoever did not run for a while has missed no answer: its ping targets go on as what they were."""
    m.configure("a", "track = ping 10.9.0.3 interval 300ms")
    m.start("a")
    m.wait("a is master", lambda: m.holds("a"))
    # Once the first answer is there, which counts for the whole pause.
    time.sleep(0.5)
    process = daemon(m, "a")
    for _ in range(2):
        os.kill(process, signal.SIGSTOP)
        time.sleep(1.3)
        os.kill(process, signal.SIGCONT)
        m.stays("the target answers", lambda: "is broken" not in m.log("a"), 1)
    sh("ip", "-n", m.name + "s", "link", "set", "c0", "nomaster")
    m.wait_log("a", "track = ping 10.9.0.3 is broken: it does not answer")


def broken_from_the_start(m):
    """What is broken when it is looked at first is told with its reason, at the start and after a reload, once."""
    first, second = m.folder / "first", m.folder / "second"
    m.configure("a", f"track = file {first}")
    m.start("a")
    m.wait_log("a", f"track = file {first} is broken: there is no such file")
    m.configure("a", f"track = file {first}", f"track = file {second} weight -20")
    for _ in range(2):
        if "error" in (answer := reload(m, "a")):
            raise Failure(answer)
    m.wait_log("a", f"track = file {second} is broken: there is no such file")
    for path in first, second:
        path.touch()
        m.wait_log("a", f"track = file {path} works: the file is there")
        if m.log("a").count(f"{path} is broken") != 1:
            raise Failure(m.log("a"))
    m.wait("a is master", lambda: m.holds("a"))


def set_down(m):
    """A device of a virtual MAC address that somebody sets down is set up again, and its addresses are announced."""
    m.configure("a", "vmac = yes", "address = fd00:9::10/64")
    m.start("a")
    m.wait("a is master", lambda: m.holds("a") and m.holds("a", "fd00:9::10"))
    for device, address in ("vrrp.51", "10.9.0.10"), ("vrrp6.51", "fd00:9::10"):
        sh("ip", "-n", m.name + "a", "link", "set", device, "down")
        m.wait_log("a", f"{device} had been set down by somebody else")
        m.wait("it is up and has its address", lambda device=device, address=address: (
            ",UP" in m.run("a", "ip", "link", "show", device) and m.holds("a", address, device)))
        m.wait("it answers", lambda address=address: stranger(m, "ping", address) == "yes")
    m.wait_log("a", "web: a virtual address had been taken off this machine", times=2)


def other_length(m):
    """An IPv6 address that stands there with another length is the operator's: it is said once, and nobody is blamed."""
    sh("ip", "-n", m.name + "a", "addr", "add", "fd00:9::10/128", "dev", "e0", "nodad")
    m.configure("a", "address = fd00:9::10/64")
    m.start("a")
    m.wait("a is master", lambda: m.holds("a"))
    for number in range(1, 4):
        sh("ip", "-n", m.name + "a", "addr", "add", f"10.9.7.{number}/32", "dev", "e0")
        time.sleep(0.4)
    if "had been taken off" in m.log("a") or m.log("a").count("put there by somebody else") != 1:
        raise Failure(m.log("a"))
    sh("ip", "-n", m.name + "a", "addr", "del", "fd00:9::10/128", "dev", "e0")
    m.wait("it is as it should be", lambda: "fd00:9::10/64" in m.run("a", "ip", "-o", "addr"))


CASES = {
    "changed-sections": changed_sections,
    "sources": sources,
    "paused": paused,
    "broken-from-the-start": broken_from_the_start,
    "set-down": set_down,
    "other-length": other_length,
}

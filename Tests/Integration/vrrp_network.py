"""What the pair does on its network: announcements as the neighbours see them, groups over several interfaces and both
families, a network that loses packets. Cases of vrrp-links."""

import json
import socket
import statistics
import struct
import time

from harness import inside
from internet_checksum import checksum
from vrrp_machines import Failure, sh, stranger

SO_RCVBUFFORCE, SO_TIMESTAMPNS = 33, 35
FORMS = {1: "request", 2: "reply"}


def mac(m, one):
    return bytes.fromhex(m.run(one, "cat", "/sys/class/net/e0/address").strip().replace(":", ""))


class Neighbour:
    """All that comes to the client's port, with the kernel's time of it."""

    def __init__(self, m):
        with inside(m.name + "c"):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setblocking(False)
        self.heard = []

    def announcements(self):
        """(time, hardware address of the sender, address, form), from the beginning on."""
        while True:
            try:
                frame, data, _, _ = self.socket.recvmsg(2048, 64)
            except BlockingIOError:
                return self.heard
            seconds, nanoseconds = struct.unpack("qq", data[0][2][:16])
            said = gratuitous_arp(frame) or unsolicited_advertisement(frame)
            if said:
                self.heard.append((seconds + nanoseconds / 1e9, frame[6:12], *said))

    def ended(self):
        """The routers that said priority 0: (family, id)."""
        found = set()
        while True:
            try:
                frame = self.socket.recv(2048)
            except BlockingIOError:
                return found
            if frame[12:14] == b"\x08\0" and frame[23] == 112 and frame[36] == 0:
                found.add((4, frame[35]))
            elif frame[12:14] == b"\x86\xdd" and frame[20] == 112 and frame[56] == 0:
                found.add((6, frame[55]))

    def close(self):
        self.socket.close()


def gratuitous_arp(frame):
    """RFC 5227, section 3: sender and target are both the address; a reply names our hardware address as the target's."""
    if frame[12:14] != b"\x08\x06" or frame[28:32] != frame[38:42]:
        return None
    operation = struct.unpack("!H", frame[20:22])[0]
    wanted = {1: bytes(6), 2: frame[6:12]}.get(operation)
    if frame[:6] != b"\xff" * 6 or frame[22:28] != frame[6:12] or frame[32:38] != wanted:
        raise Failure(f"an announcement that says something else: {frame.hex()}")
    return socket.inet_ntoa(frame[28:32]), FORMS[operation]


def unsolicited_advertisement(frame):
    """RFC 4861, section 4.4 and 7.2.6: to all nodes, hop limit 255, override and not solicited, with the address's
    hardware address; the machine forwards nothing and is no router."""
    if frame[12:14] != b"\x86\xdd" or frame[20] != 58 or frame[54] != 136 or frame[38:54] != ALL_NODES:
        return None
    # A machine's own, of an address that came up, is the kernel's and comes from another one.
    target = frame[62:78]
    if frame[22:38] != target:
        return None
    message = frame[54:]
    wrong = checksum(frame[22:54] + struct.pack("!II", len(message), 58) + message)
    if (frame[:6], frame[21], message[1], message[4] & 0xE0, message[24:26], message[26:], wrong) != (
            b"\x33\x33\0\0\0\x01", 255, 0, 0x20, b"\x02\x01", frame[6:12], 0):
        raise Failure(f"an announcement that says something else: {frame.hex()}")
    return socket.inet_ntop(socket.AF_INET6, target), "advertisement"


ALL_NODES = socket.inet_pton(socket.AF_INET6, "ff02::1")


def announcements(m):
    """A takeover is told for every address in every form, in bursts that switches take, five times and five times more
    some seconds later; again when somebody else claims the addresses; and never by one who does not hold them."""
    four = [f"10.9.5.{number}" for number in range(1, 151)]
    six = [f"fd00:9::1:{number}" for number in range(1, 31)]
    wanted = [(address, form) for address in four for form in ("request", "reply")]
    wanted += [(address, "advertisement") for address in six]
    # A backup takes over after more than three seconds' silence: a machine that tests is busy.
    base = ["interface = e0", "id = 51", "interval = 1s", *[f"address = {one}/24" for one in four],
            *[f"address = {one}/64" for one in six]]
    neighbour = Neighbour(m)
    try:
        for one in "ab":
            m.configure(one, base=base)
            m.start(one)
        m.wait_master("a", four[0])
        own, others = mac(m, "a"), mac(m, "b")

        def of(hardware, start=0):
            return [entry for entry in neighbour.announcements()[start:] if entry[1] == hardware]

        # Five rounds and five more; nothing of it is lost on a cable, and nothing comes twice.
        m.wait("all ten rounds", lambda: len(of(own)) >= 10 * len(wanted))
        heard = of(own)
        rounds = [heard[start:start + len(wanted)] for start in range(0, len(heard), len(wanted))]
        for number, entries in enumerate(rounds, start=1):
            if [entry[2:] for entry in entries] != wanted:
                raise Failure(f"round {number} is not every address in its order: {[entry[2:] for entry in entries][:20]}")
        # Whoever listens may be late itself, so that the usual one of ten counts; a storm would last a millisecond.
        bursts = len(wanted) / 40
        lengths = [entries[-1][0] - entries[0][0] for entries in rounds]
        if statistics.median(lengths) < (bursts - 1) * 0.004 / 2:
            raise Failure(f"{len(wanted)} announcements within {lengths} seconds")
        pauses = [later[0][0] - former[0][0] for former, later in zip(rounds, rounds[1:])]
        if statistics.median(pauses) < 0.1 or max(pauses) < 2 or pauses.index(max(pauses)) != 4:
            raise Failure(f"the rounds begin {pauses} seconds after each other")

        # The claim of somebody worse is answered at once, and again when nothing more is heard of it.
        before = len(neighbour.announcements())
        stranger(m, "claim", "51", "10.9.0.3", "50")
        m.wait("a tells of its addresses again", lambda: len(of(own, before)) >= 6 * len(wanted))
        m.wait_log("a", "10.9.0.3 claims to be master, too, with priority 50")
        again = [entry[2:] for entry in of(own, before)]
        if any(again.count(one) < 6 for one in wanted[:2] + wanted[-1:]):
            raise Failure("not every form of every address was told again")
        # One who goes on is answered again and again, and told of once.
        before = len(neighbour.announcements())
        stranger(m, "claim", "51", "10.9.0.3", "50")
        m.wait("a tells of its addresses once more", lambda: len(of(own, before)) >= len(wanted))
        if m.log("a").count("claims to be master, too") != 1:
            raise Failure("the same claim was told more than once")
        if of(others):
            raise Failure("a backup announces addresses")

        # Who takes over tells it, and who has let go does not contradict.
        before = len(neighbour.announcements())
        m.stop("a")
        m.wait("b tells of all addresses", lambda: len(of(others, before)) >= len(wanted))
        after = neighbour.announcements()[before:]
        first = next(index for index, entry in enumerate(after) if entry[1] == others)
        if any(entry[1] == own for entry in after[first:]):
            raise Failure("a announced what was b's already")
    finally:
        neighbour.close()


def one_group(m):
    """Sections of one group, on two interfaces and of both families: whichever interface is lost, all move; all come
    back when it does."""
    addresses = [("10.9.0.10", "e0"), ("fd00:9::10", "e0"), ("10.9.1.10", "e1"), ("fd00:9:1::10", "e1")]
    for one in "ab":
        peer = 2 if one == "a" else 1
        m.write(f"{one}.cf", "".join(
            f"vrrp = {name}\n\tinterface = e{number}\n\tid = {51 + number}\n\tinterval = 300ms\n\tgroup = all\n"
            f"\taddress = {addresses[2 * number][0]}/24\n\taddress = {addresses[2 * number + 1][0]}/64\n"
            f"\tlink = udp 10.9.0.{peer} via e0\n\tlink = udp 10.9.1.{peer} via e1\n\tkeys = {m.folder}/keys\n\tdead = 2s\n"
            f"\tpriority = {150 if one == 'a' else 100}\n" for number, name in enumerate(("web", "mail"))))
        m.start(one)

    def held(one):
        return [address for address, interface in addresses if m.holds(one, address, interface)]

    def settle(one):
        other = "b" if one == "a" else "a"
        m.wait(f"{one} holds all and {other} nothing", lambda: len(held(one)) == 4 and not held(other))

    settle("a")
    for one in "ab":
        m.wait("the links are up", lambda one=one: m.log(one).count(" is up") >= 2)
    losses = {
        "e1 down": (lambda: sh("ip", "-n", m.name + "a", "link", "set", "e1", "down"),
                    lambda: sh("ip", "-n", m.name + "a", "link", "set", "e1", "up")),
        "e0 without carrier": (lambda: sh("ip", "-n", m.name + "s", "link", "set", "a0", "down"),
                               lambda: sh("ip", "-n", m.name + "s", "link", "set", "a0", "up")),
    }
    for what, (lose, mend) in losses.items():
        before = m.log("b").count("all: master")
        lose()
        settle("b")
        m.stays(f"b holds all after {what}", lambda: len(held("b")) == 4 and not held("a"), 1.5)
        mend()
        settle("a")
        # What waited in the links meanwhile is old: once there and once back, and nothing moves twice.
        m.wait("the links are up again", lambda: all(
            m.log(one).count(" is up") == m.log(one).count(" is down") + 2 for one in "ab"))
        if m.log("b").count("all: master") != before + 1:
            raise Failure(f"after {what} b took over more than once\n--- a\n{m.log('a')}--- b\n{m.log('b')}")


def lossy(m):
    """A third of everything is lost, on the network and on both links: nobody takes anything, and the loss is told."""
    for one in "ab":
        peer = 2 if one == "a" else 1
        m.configure(one, f"link = udp 10.9.1.{peer} via e1", "link = mcast 239.255.0.1 via e0", "keys = KEYS", "dead = 1s")
        m.start(one)
    m.wait_master("a")
    for one in "ab":
        m.wait("the links are up", lambda one=one: m.log(one).count(" is up") >= 2)
    roles = {one: m.log(one).count("web: ") for one in "ab"}
    for one in "ab":
        m.run(one, "iptables-legacy", "-A", "INPUT", "-m", "statistic", "--mode", "random", "--probability", "0.3",
              "-j", "DROP")

    def told():
        return all(f"link {link} with " in line for one in "ab" for link in (1, 2)
                   for line in [next((line for line in m.log(one).splitlines()
                                      if f"link {link} with " in line and " loses messages: " in line), "")])

    m.wait("both tell of both links' loss", told, 60)
    for one in "ab":
        for link in state(m, one)["links"]:
            share = link["lost"] / (link["lost"] + link["received"])
            if not 0.1 < share < 0.6:
                raise Failure(f"{one} shows {link['lost']} lost of {link['lost'] + link['received']} on {link['medium']}")
        moved = [line for line in m.log(one).splitlines() if "web: " in line and "no advertisement is heard" not in line]
        if len(moved) != roles[one]:
            raise Failure(f"{one} changed its role: {moved}")
    if not m.holds("a") or m.holds("b"):
        raise Failure("the addresses moved")


def many_devices(m):
    """A hundred and fifty devices of virtual MAC addresses: all peers hear that their master stops, all addresses go and
    nothing is left, within the two seconds that directord waits; one by one the devices would take twice as long."""
    routers = range(1, 76)
    m.write("a.cf", "".join(
        f"vrrp = r{id}\n\tinterface = e0\n\tid = {id}\n\tinterval = 1s\n\tpriority = 255\n\tvmac = yes\n"
        f"\taddress = 10.9.2.{id}/32\n\taddress = fd00:9::2:{id}/128\n" for id in routers))
    m.start("a")
    m.wait("a holds all", lambda: sh("ip", "-n", m.name + "a", "-o", "addr").count(" vrrp") >= 2 * len(routers))
    neighbour = Neighbour(m)
    try:
        begin = time.monotonic()
        m.stop("a")
        took = time.monotonic() - begin
        left = sh("ip", "-n", m.name + "a", "-o", "addr")
        if "vrrp" in left or "10.9.2." in left or "vrrp" in sh("ip", "-n", m.name + "a", "link"):
            raise Failure(f"something is left behind: {left}")
        if took > 2:
            raise Failure(f"the stop took {took:.1f} s")
        ended = neighbour.ended()
        if ended != {(family, id) for family in (4, 6) for id in routers}:
            raise Failure(f"priority 0 was heard of {len(ended)} routers")
    finally:
        neighbour.close()


def state(m, one):
    """What director-vrrp says of itself, as the engine hears it."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(m.folder / f"run-{one}" / "vrrp.sock"))
        connection.sendall(json.dumps({"version": 1, "request": "subscribe"}).encode() + b"\n")
        for line in connection.makefile():
            if "state" in (message := json.loads(line)):
                return message["state"]
    raise Failure(f"director-vrrp of {one} does not tell its state")


CASES = {"announcements": announcements, "many-devices": many_devices, "one-group": one_group, "lossy": lossy}

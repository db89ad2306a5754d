"""What a stranger on the network does: asks who has an address, listens for advertisements, forges and replays.
Runs inside a namespace:  vrrp_stranger.py INTERFACE arp ADDRESS | sources | claim ID SOURCE PRIORITY | forge ID SOURCE
| replay GROUP PORT | ping ADDRESS"""

import socket
import struct
import sys
import time

from internet_checksum import checksum

interface, action, *arguments = sys.argv[1:]
GROUP = "224.0.0.18"


def frames(protocol, seconds):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol)) as listener:
        listener.bind((interface, protocol))
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            listener.settimeout(left)
            try:
                yield listener.recv(4096)
            except TimeoutError:
                return


def mac(bytes_):
    return ":".join(f"{byte:02x}" for byte in bytes_)


def own_mac():
    return bytes.fromhex(open(f"/sys/class/net/{interface}/address").read().strip().replace(":", ""))


def arp(address):
    """Prints the hardware addresses that answer for an address."""
    own, target = own_mac(), socket.inet_aton(address)
    request = b"\xff" * 6 + own + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + own + bytes(4) + bytes(6) + target
    answers = set()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((interface, 0x0806))
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as listener:
            listener.bind((interface, 0x0806))
            listener.settimeout(0.1)
            end = time.monotonic() + 0.6
            sender.send(request)
            while time.monotonic() < end:
                try:
                    frame = listener.recv(4096)
                except TimeoutError:
                    continue
                if frame[20:22] == b"\0\2" and frame[28:32] == target and frame[:6] == own:
                    answers.add(mac(frame[22:28]))
    print(" ".join(sorted(answers)))


def sources():
    """Prints the hardware addresses that advertisements come from."""
    found = set()
    for frame in frames(0x0003, 1):
        if frame[12:14] == b"\x08\0" and frame[23] == 112 or frame[12:14] == b"\x86\xdd" and frame[20] == 112:
            found.add(mac(frame[6:12]))
    print(" ".join(sorted(found)))


def advertisement(router, source, *, version=3, kind=1, priority=0, count=1, addresses=("10.9.0.10",), interval=10,
                  wrong=0, pseudo=True, rest=b""):
    body = b"".join(socket.inet_aton(one) for one in addresses) + rest
    head = struct.pack("!BBBBHH", version << 4 | kind, router, priority, count, interval, 0)
    cover = socket.inet_aton(source) + socket.inet_aton(GROUP) + struct.pack("!BBH", 0, 112, len(head + body))
    value = checksum((cover if pseudo and version == 3 else b"") + head + body) ^ wrong
    return head[:6] + struct.pack("!H", value) + body


def claim(router, source, priority):
    """One advertisement of somebody who takes itself for the master, in good order."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 112) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(source))
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        sender.sendto(advertisement(int(router), source, priority=int(priority)), (GROUP, 0))


def forge(router, source):
    """Whatever would end a master at once if it were believed: each is wrong in one way."""
    router = int(router)

    def packet(**settings):
        return advertisement(router, source, **{"priority": 255, **settings})

    whole = packet()
    cases = [
        (255, whole[:7]),
        (255, whole[:10]),
        (254, whole),
        (64, whole),
        (255, packet(wrong=0x0101)),
        (255, packet(pseudo=False)),
        (255, packet(version=4)),
        (255, packet(version=2, rest=bytes(8))),
        (255, packet(kind=2)),
        (255, packet(rest=b"more")),
        (255, packet(count=0, addresses=())),
        (255, packet(interval=0)),
        (255, advertisement(router + 1, source, priority=255)),
        (255, packet(count=255, addresses=("10.9.0.10",) * 255, rest=bytes(6000))),
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, 112) as sender:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(source))
        for _ in range(3):
            for ttl, bytes_ in cases:
                sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, ttl)
                sender.sendto(bytes_, (GROUP, 0))
            time.sleep(0.05)


def replay(group, port):
    """Records messages of a link, changes some, and sends all of them again from its own address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        listener.bind((group, int(port)))
        index = socket.if_nametoindex(interface)
        listener.setsockopt(
            socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("4s4si", socket.inet_aton(group), bytes(4), index))
        listener.settimeout(5)
        messages = [listener.recv(4096) for _ in range(10)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
        for message in messages:
            changed = bytearray(message)
            changed[20] ^= 1
            other_key = bytearray(message)
            other_key[5] = 77
            for bytes_ in (message, bytes(changed), bytes(other_key), message[:30], b"x" * 100, message + b"x",
                           b"Dlnk\2" + message[5:], message + bytes(3000)):
                sender.sendto(bytes_, (group, int(port)))


def ping(address):
    """Prints whether an address answers echo requests."""
    is6 = ":" in address
    family, protocol = (socket.AF_INET6, socket.IPPROTO_ICMPV6) if is6 else (socket.AF_INET, socket.IPPROTO_ICMP)
    with socket.socket(family, socket.SOCK_RAW, protocol) as echo:
        echo.settimeout(0.2)
        for sequence in range(1, 6):
            request = struct.pack("!BBHHH", 128 if is6 else 8, 0, 0, 4711, sequence) + b"x" * 56
            request = request[:2] + struct.pack("!H", checksum(request)) + request[4:]
            try:
                echo.sendto(request, (address, 0))
            except OSError:
                pass
            end = time.monotonic() + 0.3
            while time.monotonic() < end:
                try:
                    reply, source = echo.recvfrom(2048)
                except (TimeoutError, OSError):
                    continue
                reply = reply if is6 else reply[(reply[0] & 15) * 4:]
                if source[0] == address and reply[0] == (129 if is6 else 0) and reply[4:6] == request[4:6]:
                    return print("yes")
    print("no")


{"arp": arp, "ping": ping, "sources": sources, "claim": claim, "forge": forge, "replay": replay}[action](*arguments)

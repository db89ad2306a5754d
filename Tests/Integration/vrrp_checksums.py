"""A cable between two machines whose VRRP version 3 for IPv4 reads RFC 5798 differently: vrrp_checksums.py BARE FULL.
What comes on BARE has its checksum over the message alone and leaves by FULL with one over the pseudo-header, too, and
the other way about. A checksum that is not what that side sends goes no further. Everything else passes as it is."""

import select
import socket
import struct
import sys

from internet_checksum import checksum

PACKET_OUTGOING = 4


def translated(frame, from_bare):
    """None where the checksum is none of this side's."""
    if frame[12:14] != b"\x08\0" or frame[23] != 112:
        return frame
    start, end = 14 + (frame[14] & 15) * 4, 14 + struct.unpack("!H", frame[16:18])[0]
    message = frame[start:end]
    if message[0] >> 4 != 3:
        return frame
    cover = frame[26:34] + struct.pack("!BBH", 0, 112, len(message))
    if checksum((b"" if from_bare else cover) + message):
        return None
    bare = message[:6] + b"\0\0" + message[8:]
    value = checksum((cover if from_bare else b"") + bare)
    return frame[:start] + message[:6] + struct.pack("!H", value) + frame[start + 8:]


ends = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) for _ in range(2)]
for end, name in zip(ends, sys.argv[1:]):
    end.bind((name, 3))
try:
    while True:
        for end in select.select(ends, [], [])[0]:
            frame, source = end.recvfrom(4096)
            if source[2] == PACKET_OUTGOING:
                continue
            if new := translated(frame, end is ends[0]):
                ends[1 - ends.index(end)].send(new)
except OSError:
    # The cable was pulled.
    pass

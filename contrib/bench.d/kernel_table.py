"""One question to the kernel's IPVS, cheap enough to be asked every few milliseconds: a service's real servers."""

import socket
import struct

_NETLINK_GENERIC = 16
_REQUEST, _DUMP = 1, 0x300


def _attribute(kind, payload):
    return struct.pack("=HH", 4 + len(payload), kind) + payload + b"\0" * (-len(payload) % 4)


def _attributes(data):
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        yield kind & 0x3FFF, data[4:length]
        data = data[(length + 3) & ~3:]


class KernelTable:
    """Belongs to the network namespace in which it was made."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_GENERIC)
        self._socket.bind((0, 0))
        self._sequence = 0
        # CTRL_CMD_GETFAMILY of nlctrl (16); the answer's CTRL_ATTR_FAMILY_ID is 1, the name's attribute 2.
        answer = self._ask(16, 3, _REQUEST, _attribute(2, b"IPVS\0"))
        self._family = struct.unpack("=H", dict(_attributes(answer[0]))[1])[0]

    def close(self):
        self._socket.close()

    def _ask(self, family, command, flags, body):
        """The attributes of each message of the answer."""
        self._sequence += 1
        header = struct.pack("=IHHIIBBH", 20 + len(body), family, flags, self._sequence, 0, command, 1, 0)
        self._socket.send(header + body)
        found = []
        while True:
            data = self._socket.recv(65536)
            while data:
                length, kind = struct.unpack_from("=IH", data)
                if kind == 3:
                    return found
                if kind == 2:
                    raise OSError(-struct.unpack_from("=i", data, 16)[0], "netlink")
                found.append(data[20:length])
                data = data[(length + 3) & ~3:]
            if not flags & _DUMP:
                return found

    def weights(self, address, port=80):
        """The weights of a TCP service's real servers, by address; empty when there is no such service."""
        key = (_attribute(1, struct.pack("=H", socket.AF_INET)) + _attribute(2, struct.pack("=H", 6))
               + _attribute(3, socket.inet_aton(address) + b"\0" * 12) + _attribute(4, struct.pack("!H", port)))
        found = {}
        for message in self._ask(self._family, 8, _REQUEST | _DUMP, _attribute(1, key)):
            server = dict(_attributes(dict(_attributes(message))[2]))
            found[socket.inet_ntoa(server[1][:4])] = struct.unpack("=i", server[4])[0]
        return found

"""The Internet checksum (RFC 1071)."""

import struct


def checksum(data):
    """Zero over what carries a right one."""
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF

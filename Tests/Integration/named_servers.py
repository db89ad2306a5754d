"""Servers that say who they are: named_servers.py NUMBER tcp:PORT|smtp:PORT|udp:PORT...

On TCP it greets with `rsNUMBER`, as SMTP with `220 rsNUMBER` and takes every command; on UDP it answers every DNS query with the address 192.0.2.NUMBER.
"""

import selectors
import socket
import struct
import sys

number = int(sys.argv[1])
selector = selectors.DefaultSelector()


def greet(listener):
    connection, _ = listener.accept()
    try:
        connection.sendall(f"rs{number}\r\n".encode())
    except OSError:
        pass
    connection.close()


def greet_mail(listener):
    connection, _ = listener.accept()
    connection.setblocking(False)
    try:
        connection.sendall(f"220 rs{number}\r\n".encode())
    except OSError:
        connection.close()
        return
    selector.register(connection, selectors.EVENT_READ, take_mail)


def take_mail(connection):
    try:
        if connection.recv(1000):
            connection.sendall(f"250 rs{number}\r\n".encode())
            return
    except OSError:
        pass
    selector.unregister(connection)
    connection.close()


def answer(receiver):
    query, sender = receiver.recvfrom(512)
    question = query[12:]
    record = struct.pack("!HHHIH4B", 0xC00C, 1, 1, 60, 4, 192, 0, 2, number)
    receiver.sendto(query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) + question + record, sender)


for word in sys.argv[2:]:
    kind, port = word.split(":")
    if kind in ("tcp", "smtp"):
        server = socket.create_server(("", int(port)), backlog=64)
        selector.register(server, selectors.EVENT_READ, greet if kind == "tcp" else greet_mail)
    else:
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("", int(port)))
        selector.register(server, selectors.EVENT_READ, answer)

while True:
    for key, _ in selector.select():
        key.data(key.fileobj)

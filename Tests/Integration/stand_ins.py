"""Small servers of several services in one process, as much of each as a check asks for: stand_ins.py NUMBER.

    http      8081: /json, /lines, /host (the Host line), /trailer, /here and /away (redirects); 3128: the same as a proxy
    others    ftp 21 (status), pop 110 (login joe, password secret), sip 5060 and lines 7777 over UDP
"""

import http.server
import socket
import socketserver
import sys
import threading

NUMBER = int(sys.argv[1])
NAME = f"rs{NUMBER}"


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    PAGES = {"/json": '{"status": "ok", "load": 3}\n', "/json?deep=1&x=%20": '{"status":"ok"}', "/lines": "head\nok\ntail\n",
             "http://shop.example.com/": "by the proxy\n"}
    PLACES = {"/here": "/json", "/away": "http://10.0.0.103:8080/health"}

    def do_GET(self):
        body = self.PAGES.get(self.path)
        if self.path == "/host":
            body = f"host {self.headers['Host']} ok\n"
        self.close_connection = True
        if self.path == "/trailer":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n2\r\nok\r\n0\r\nX: y\r\n\r\n")
            return
        place = self.PLACES.get(self.path)
        self.send_response(302 if place else 200 if body else 404)
        if place:
            self.send_header("Location", place)
        text = (body or "").encode()
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(text)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


class Talk(socketserver.StreamRequestHandler):
    """A conversation in lines: a greeting, then an answer to each."""

    timeout = 20

    def handle(self):
        is_ftp = self.server.server_address[1] == 21
        self.say("220 ready" if is_ftp else "+OK ready")
        self.user = self.peer = None
        for line in self.rfile:
            words = line.decode("latin-1").split()
            self.say((self.ftp if is_ftp else self.pop)(words))
            if words[:1] == ["QUIT"]:
                return

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def pop(self, words):
        word = words[0].upper()
        if word == "PASS":
            return "+OK" if (self.user, words[1]) == ("joe", "secret") else "-ERR"
        if word == "USER":
            self.user = words[1]
        return {"CAPA": "+OK\r\nUSER\r\n.", "STAT": "+OK 0 0", "APOP": "-ERR", "AUTH": "-ERR"}.get(word, "+OK")

    def ftp(self, words):
        word = words[0].upper()
        if word == "PORT":
            parts = words[1].split(",")
            self.peer = (".".join(parts[:4]), int(parts[4]) << 8 | int(parts[5]))
        if word in ("PASV", "EPSV"):
            self.peer = None
            self.data = socket.create_server((self.connection.getsockname()[0], 0))
            host, port = self.data.getsockname()
            if word == "EPSV":
                return f"229 ok (|||{port}|)"
            return f"227 ok ({host.replace('.', ',')},{port >> 8},{port & 255})"
        if word == "RETR":
            self.say("150 here")
            connection = socket.create_connection(self.peer) if self.peer else self.data.accept()[0]
            connection.sendall(b"status: ok\r\n")
            connection.close()
            return "226 done"
        return {"USER": "331 password?", "PASS": "230 in", "CWD": "250 ok", "PWD": '257 "/"', "QUIT": "221 bye"}.get(word, "200 ok")


def phone(request):
    lines = request.decode("latin-1").split("\r\n")
    kept = [line for line in lines if line.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
    return "\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode()


def lines(request):
    return b"status ok " + NAME.encode() + b"\n" if request == b"STATUS\n" else b"error\n"


class Threaded(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64
    address_family = socket.AF_INET6


def datagrams(port, answer):
    receiver = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    receiver.bind(("", port))
    while True:
        request, sender = receiver.recvfrom(4096)
        try:
            receiver.sendto(answer(request), sender)
        except (OSError, ValueError):
            pass


for number, handler in {8081: Web, 3128: Web, 21: Talk, 110: Talk}.items():
    threading.Thread(target=Threaded(("", number), handler).serve_forever, daemon=True).start()
for number, function in {5060: phone, 7777: lines}.items():
    threading.Thread(target=datagrams, args=(number, function), daemon=True).start()
threading.Event().wait()

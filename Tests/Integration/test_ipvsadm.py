"""Every recorded case of ipvsadm 1.31 (ipvsadm-golden/), played with director under ipvsadm's name.

Compared byte for byte, exit statuses too. By their shape only: in the traffic cases the packets and bytes of TCP, rates,
clients' ports, expiry times and the order of connections; services in the order of the kernel's hash table (in 16 and
43); in case 57 the directory of kernel modules."""

import contextlib
import glob
import os
import re
import time

import ipvsadm
from harness import *

TOPOLOGIES = ["nat"]
tear_down = ipvsadm.uninstall
SERVERS = 1
GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ipvsadm-golden")
# A case that goes on from the one before it.
CONTINUED = {"02-no-args-empty": "01-empty", "09-ipv6-save": "08-ipv6"}
TRAFFIC = re.compile(r"(4[4-9]|5[0-6])-")
WITHOUT_IP_VS = "57-host-without-ip_vs"


def golden(name, kind):
    """The first line of every listing has this kernel's version and size of the table (ip_vs.conn_tab_bits)."""
    with open(f"{GOLDEN}/{name}.{kind}", encoding="utf-8") as file:
        text = file.read()
    with contextlib.suppress(FileNotFoundError), open("/proc/net/ip_vs", encoding="ascii") as file:
        text = text.replace("version 1.2.1 (size=4096)", file.readline().partition("Server ")[2].rstrip())
    return text


def commands(name):
    """The commands of a case, each with its here-document."""
    found, end = [], None
    for line in golden(name, "cmd").splitlines():
        if end is None:
            found.append(line)
            document = re.search(r"<<'(\w+)'", line)
            end = document and document.group(1)
        else:
            found[-1] += "\n" + line
            if line == end:
                end = None
    return found


def play(name, namespace):
    """Runs a case; its merged output and its statuses as the recorded files have them."""
    lines = commands(name)
    script = "exec 3>$1 2>&1\n" + "".join(
        f"{line}\nprintf '%s\\t%s\\n' $? '{line.splitlines()[0].replace(chr(39), chr(39) + chr(92) + chr(39) * 2)}' >&3\n"
        for line in lines)
    statuses = f"{RUN}/statuses"
    with inside(namespace):
        done = subprocess.run(["bash", "-c", script, "bash", statuses], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              env=dict(os.environ, PATH=f"{ipvsadm.BIN}:/usr/sbin:/usr/bin:/sbin:/bin"), timeout=60)
    with open(statuses, encoding="utf-8") as file:
        return done.stdout.decode(errors="replace"), file.read()


# The order of the kernel's hash table, which differs from namespace to namespace, shows in these listings of a case.
UNSORTED = {"16-sort-order": [1], "43-proc-files": [0]}


def with_services_sorted(text, listings):
    """The text with the services of some of its listings, each with its real servers, in alphabetical order."""
    parts = re.split(r"(?m)^(?=IP Virtual Server version)", text)
    for number in listings:
        lines = re.split(r"(?m)^(?=(?:TCP|UDP|SCTP|FWM) )", parts[number + 1])
        lines[-1], rest = re.match(r"(?s)(.*?\n)((?:   Total.*)?)$", lines[-1]).groups()
        parts[number + 1] = lines[0] + "".join(sorted(lines[1:])) + rest
    return "".join(parts)


def case(name):
    def test(farm):
        del farm
        with ipvsadm.namespaces("golden"):
            if name in CONTINUED:
                play(CONTINUED[name], "golden")
            output, statuses = play(name, "golden")
        unsorted = UNSORTED.get(name, [])
        ipvsadm.expect_text(with_services_sorted(output, unsorted), with_services_sorted(golden(name, "out"), unsorted),
                            f"output of {name}")
        ipvsadm.expect_text(statuses, golden(name, "rc"), f"statuses of {name}")
    return test


for _path in sorted(glob.glob(f"{GOLDEN}/*.cmd")):
    _name = os.path.basename(_path)[:-4]
    if not TRAFFIC.match(_name) and _name != WITHOUT_IP_VS:
        globals()[f"test_{_name.replace('-', '_')}"] = case(_name)


# -- Traffic -----------------------------------------------------------------------------------------------------------

SERVER = r"""
import socket, socketserver, sys, threading
class Short(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            self.request.sendall(b"x" * 1500)
class Download(socketserver.BaseRequestHandler):
    def handle(self):
        piece = b"x" * 65536
        for _ in range(2000): self.request.sendall(piece)
class Echo(socketserver.BaseRequestHandler):
    def handle(self): self.request[1].sendto(self.request[0], self.client_address)
socketserver.ThreadingTCPServer.allow_reuse_address = True
echo = socketserver.UDPServer(("", 53), Echo)
# 80, which is waited for, comes last.
for server in [socketserver.ThreadingTCPServer(("", port), handler) for port, handler in ((81, Download), (80, Short))]:
    threading.Thread(target=server.serve_forever).start()
echo.serve_forever()
"""


def build_network():
    """A client, a director and two real servers behind it, each pair on a wire of its own."""
    for name in ("gclient", "gserver1", "gserver2"):
        run("ip", "netns", "add", name)
    for name, net, wire in (("gclient", 50, "c"), ("gserver1", 61, "s1"), ("gserver2", 62, "s2")):
        run("ip", "-n", "golden", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "-n", "golden", "-batch", "-", stdin=f"addr add 192.168.{net}.1/24 dev {wire}\nlink set {wire} up\n")
        run("ip", "-n", name, "-batch", "-", stdin=f"link set lo up\naddr add 192.168.{net}.2/24 dev eth0\n"
            f"link set eth0 up\nroute add default via 192.168.{net}.1\n")
    run("ip", "-n", "golden", "addr", "add", "10.0.0.1/32", "dev", "lo")
    with inside("golden"), open("/proc/sys/net/ipv4/ip_forward", "w", encoding="ascii") as file:
        file.write("1")


def connect(port):
    with inside("gclient"):
        connection = socket.socket()
    connection.settimeout(10)
    connection.connect(("10.0.0.1", port))
    return connection


def make_traffic():
    """What TRAFFIC-SETUP.txt says; returns the connections that are held open."""
    for _ in range(6):
        with connect(80) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            connection.recv(4096)
    for number in range(3):
        with inside("gclient"):
            datagrams = socket.socket(type=socket.SOCK_DGRAM)
        with datagrams:
            datagrams.settimeout(10)
            datagrams.sendto((b"question %d" % number).ljust(20, b"."), ("10.0.0.1", 53))
            datagrams.recv(100)
    with connect(81) as download:
        while download.recv(1 << 20):
            pass
    held = [connect(80) for _ in range(3)]
    for connection in held:
        connection.sendall(b"hold")
        connection.recv(4096)
    return held


def shape(name, text):
    """The text without what differs from run to run."""
    lines = []
    for line in text.splitlines():
        if "-connection" in name or name.startswith("56"):
            # A client's port, seconds left.
            line = re.sub(r"^(TCP|UDP) \d\d:\d\d ", r"\1 MM:SS ", line)
            line = re.sub(r"(192\.168\.50\.2:)(?!0 )\d+ *", lambda found: f"{found.group(1)}PORT".ljust(19), line)
        if "-rate" in name:
            line = line[:33] + re.sub(r" +\d+", " #", line[33:]) if re.match(r"TCP|UDP|  -> 192", line) else line
        if ("-stats" in name or name.startswith("55")) and re.match(r"(TCP |  -> 192).*:8[01] .*[1-9]", line):
            # Packets and bytes of TCP vary; connections and the letter of thousands do not.
            line = line[:42] + re.sub(r"\d", "#", re.sub(r" +(\d)", r" \1", line[42:]))
            line = re.sub(r"#+", "#", line)
        lines.append(line)
    if "-connection" in name or name.startswith("56"):
        start = lines.index("IPVS connection entries") + 2
        lines[start:] = sorted(lines[start:])
    return "\n".join(lines) + "\n"


def test_traffic_cases(farm):
    names = sorted(os.path.basename(path)[:-4] for path in glob.glob(f"{GOLDEN}/*.cmd")
                   if TRAFFIC.match(os.path.basename(path)) and "54-" not in path)  # 54 is the kernel's files only.
    with ipvsadm.namespaces("golden"):
        build_network()
        try:
            for name in ("gserver1", "gserver2"):
                farm.spawn(name, "/usr/bin/python3", "-c", SERVER)
            for line in golden("TRAFFIC-SETUP", "txt").splitlines():
                if line.startswith("ipvsadm"):
                    expect_equal(ipvsadm.call(ipvsadm.OURS, line.split()[1:], "golden"), (0, "", ""), line)
            wait_until("the real servers answer", servers_answer, 20)
            held = make_traffic()
            # Totals are summed every 2 s.
            time.sleep(4.5)
            for name in names:
                output, statuses = play(name, "golden")
                ipvsadm.expect_text(shape(name, output), shape(name, golden(name, "out")), f"output of {name}")
                ipvsadm.expect_text(statuses, golden(name, "rc"), f"statuses of {name}")
                if name < "55":
                    beside_debians(name)
            for connection in held:
                connection.close()
        finally:
            for name in ("gclient", "gserver1", "gserver2"):
                run("ip", "netns", "delete", name)


def servers_answer():
    """Asked past IPVS, so that no connection is counted."""
    with inside("golden"):
        for address, port in (("192.168.61.2", 80), ("192.168.61.2", 81), ("192.168.62.2", 80)):
            socket.create_connection((address, port), 5).close()
    return True


def beside_debians(name):
    """Debian's program lists the same counters, rates and connections, byte for byte, at the same moment."""
    words = golden(name, "cmd").split()[1:]
    without_seconds = lambda result: re.sub(r" \d\d:\d\d ", " MM:SS ", result[1])
    for attempt in range(8):
        ours = without_seconds(ipvsadm.call(ipvsadm.OURS, words, "golden"))
        debians = without_seconds(ipvsadm.call(ipvsadm.DEBIAN, words, "golden"))
        if ours == debians:
            return
        # Rates are computed anew every 2 s, perhaps just between the two.
        time.sleep(0.3)
    ipvsadm.expect_text(ours, debians, f"{name} beside Debian's")


# -- A kernel without ip_vs --------------------------------------------------------------------------------------------

def test_57_kernel_without_ip_vs(farm):
    """Only where the kernel is the lab's own: a machine's modules are not to be taken from it."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        if "User Mode Linux" not in file.read():
            raise Skipped("the kernel is not the lab's own")
    ipvsadm.install()
    farm.clean()
    modules = f"/lib/modules/{os.uname().release}"
    os.makedirs(f"{RUN}/no-modules", exist_ok=True)

    def are_unloaded():
        with open("/proc/modules", encoding="ascii") as file:
            loaded = [name for line in file if (name := line.split()[0]).startswith("ip_vs")]
        if loaded:
            run("modprobe", "-ra", *[name for name in loaded if name != "ip_vs"], "ip_vs")
        return True

    # A namespace that was deleted keeps its services for a moment.
    wait_until("nobody uses the modules any more", are_unloaded, 30, 0.2)
    run("mount", "--bind", f"{RUN}/no-modules", os.path.realpath(modules))
    try:
        output, statuses = play(WITHOUT_IP_VS, "lb1")
        wanted = re.sub(r"/lib/modules/\S+", modules, golden(WITHOUT_IP_VS, "out"))
        ipvsadm.expect_text(output, wanted, "output")
        ipvsadm.expect_text(statuses, golden(WITHOUT_IP_VS, "rc"), "statuses")
    finally:
        run("umount", os.path.realpath(modules))
        run("modprobe", "ip_vs")


# -- Other names -------------------------------------------------------------------------------------------------------

def test_director_ipvs_is_ipvsadm(farm):
    """The sub-command says what ipvsadm says, by that name: output, errors, exit status."""
    del farm
    director = f"{ipvsadm.BIN}/director"
    with ipvsadm.namespaces("golden"):
        for line in ("-A -t 10.0.0.1:80 -s rr", "-A -t 10.0.0.1:80", "-a -t 10.0.0.1:80 -r 10.0.0.2 -m -w 3", "-Ln", "-Sn", "",
                     "-h", "-v", "--bogus", "-L --bogus", "-a -t 10.0.0.1:80", "-L -t 10.0.0.9:80", "-D -t 10.0.0.9:80"):
            with inside("golden"):
                done = subprocess.run([director, "ipvs", *line.split()], capture_output=True, text=True, timeout=60)
            wanted = ipvsadm.call(ipvsadm.DEBIAN, line.split(), "golden")
            if line.startswith("-A") and wanted[0] == 255 and done.returncode == 0:
                # The first of the two made what the second found.
                wanted = (0, "", "")
            elif line.startswith("-a") and done.returncode == 0:
                wanted = (0, "", "")
            expect_equal((done.returncode, done.stdout, done.stderr), wanted, f"director ipvs {line}")


def test_save_and_restore_scripts(farm):
    """ipvsadm-save and ipvsadm-restore beside Debian's scripts: words, comments, empty input, what was there before."""
    del farm
    names = ("theirs", "ours")
    with ipvsadm.namespaces(*names):
        for words, stdin in (
                (["ipvsadm-restore"], "-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 3\n"),
                (["ipvsadm-save", "-n"], ""), (["ipvsadm-save"], ""), (["ipvsadm-save", "-x"], ""),
                (["ipvsadm-save", "-n", "-n", "word"], ""), (["ipvsadm-save", "--help"], ""),
                (["ipvsadm-restore"], "# comment\n-A -t 10.0.0.3:80 -s rr\n#-A -t 10.0.0.4:80\n"), (["ipvsadm-save", "-n"], ""),
                (["ipvsadm-restore", "word"], "-A -f 3"), (["ipvsadm-save", "-n"], ""),
                (["ipvsadm-restore"], "-A -f 3\n-A -f 3\n"), (["ipvsadm-restore"], "-A -f 3\n  # not a comment\n-A -f 4\n"),
                (["ipvsadm-restore"], "-A -f x\n"), (["ipvsadm-restore"], ""), (["ipvsadm-save", "-n"], "")):
            results = []
            for name, directory in zip(names, ("/usr/sbin", ipvsadm.BIN)):
                with inside(name):
                    done = subprocess.run([f"{directory}/{words[0]}", *words[1:]], input=stdin, capture_output=True, text=True,
                                          timeout=60, env=dict(os.environ, PATH=f"{directory}:/usr/sbin:/usr/bin:/sbin:/bin"))
                results.append((done.returncode, done.stdout, done.stderr))
            expect_equal(results[1], results[0], f"{words} with {stdin!r}")

"""ldirectord's keys of operation: mail, fallbackcommand, callback, logfile, monitorfile, maintenancedir. Whatever these
programs, servers and files do, the table follows the servers."""

import re
import signal
import socketserver
import subprocess
import threading

from harness import *
from real_servers.covers import Covers

TOPOLOGIES = ["nat"]
covers = Covers(f"{RUN}/covers-of-operations")
tear_down = covers.uncover
FAST = "checktimeout=1\nnegotiatetimeout=2\ncheckinterval=1\n"


class MailServer:
    """Takes mail in the director's namespace and keeps it; refuses recipients whose name begins with 'nobody'."""

    def __init__(self, namespace="lb1", port=25):
        self.mails = []
        keep = self.mails

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                self.say("220 mail.test")
                sender, recipients = None, []
                while line := self.rfile.readline():
                    words = line.decode().strip()
                    verb = words[:4].upper()
                    if verb == "EHLO":
                        self.say("250 mail.test")
                    elif verb == "MAIL":
                        sender = words.partition("<")[2].partition(">")[0]
                        self.say("250 ok")
                    elif verb == "RCPT":
                        recipient = words.partition("<")[2].partition(">")[0]
                        if recipient.startswith("nobody"):
                            self.say("550 no such user")
                        else:
                            recipients.append(recipient)
                            self.say("250 ok")
                    elif verb == "DATA":
                        self.say("354 go on")
                        body = b""
                        while (line := self.rfile.readline()) != b".\r\n":
                            body += line
                        keep.append((sender, recipients, body.decode()))
                        self.say("250 taken")
                    elif verb == "QUIT":
                        return self.say("221 bye")
                    else:
                        self.say("250 ok")

            def say(self, text):
                self.wfile.write((text + "\r\n").encode())

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        with inside(namespace):
            self.server = Server(("127.0.0.1", port), Session)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def subjects(self):
        return [re.search(r"^Subject: (.*)\r$", body, re.M).group(1) for _, _, body in self.mails]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def script(name, text):
    path = f"{RUN}/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod(path, 0o755)
    return path


def lines(path):
    with contextlib.suppress(FileNotFoundError), open(path, encoding="utf-8") as file:
        return file.read().splitlines()
    return []


def service(*more, reals=(1,), head="192.0.2.100:80", weight=5):
    return "\n".join([f"virtual={head}", *(f"\treal=10.0.0.{100 + n}:80 masq {weight}" for n in reals),
                      "\tchecktype=connect", *(f"\t{line}" for line in more)]) + "\n"


def weights(head="192.0.2.100"):
    return servers_of(head)


def test_mail_of_death_repetition_and_return(farm):
    server = MailServer()
    try:
        farm.directord(FAST + "smtp=127.0.0.1\nemailalert=\"a@x.y, nobody@x.y,b@x.y\"\nemailalertfreq=2\n"
                       "emailalertstatus=running,stopping\nemailalertfrom=LD <ld@x.y>\n"
                       + service("servicename=web one", "comment=call bob"))
        wait_until("rs1 is in", lambda: weights() == {"10.0.0.101:80": 5})
        time.sleep(1)
        expect_equal(server.subjects(), [], "mail of the start, which was not asked for")
        farm.kill("rs1")
        wait_until("three mails came", lambda: len(server.mails) >= 3, 40)
        # A program sends each, so that one may overtake another.
        sender, recipients, body = next(mail for mail in server.mails[:3] if "Deleted" in mail[2])
        expect_equal((sender, recipients), ("ld@x.y", ["a@x.y", "b@x.y"]), "envelope")
        host = run("uname", "-n").strip()
        expect_equal(body.replace("\r\n", "\n").partition("\n\n")[2],
                     f"ldirectord host: {host}\nLog-Message: [web one] Deleted real server: 10.0.0.101:80 "
                     "(192.0.2.100:80)\nDaemon-Status: running\n\nService name: web one\nComment: call bob\n\n", "body")
        expect("From: LD <ld@x.y>\r\nTo: a@x.y, nobody@x.y, b@x.y\r\n" in body, f"headers: {body}")
        again = "[web one] Inaccessible real server: 10.0.0.101:80 (192.0.2.100:80)"
        expect_equal(server.subjects()[:3].count(again), 2, "repetitions")
        farm.revive("rs1")
        added = "[web one] Added real server: 10.0.0.101:80 (192.0.2.100:80) (Weight set to 5)"
        wait_until("the return is told", lambda: added in server.subjects(), 20)
        # A repetition that was on its way, by a program of its own, may come behind it.
        time.sleep(3)
        count = len(server.mails)
        time.sleep(3)
        expect_equal(len(server.mails), count, "mail after the return")
        wait_until("the refused recipient is an event", lambda: "550 no such user" in farm.directors[0].log())
        expect_equal(farm.directors[0].stop(), 0, "exit status")
        expect_equal(server.subjects()[count:], ["[web one] Purged real server (stop): 10.0.0.101:80 (192.0.2.100:80)"],
                     "mail of the end")
    finally:
        server.close()


def test_a_mail_server_that_hangs_holds_nothing_up(farm):
    with inside("lb1"):
        silent = socket.create_server(("127.0.0.1", 25))
    try:
        director = farm.directord(FAST + "smtp=127.0.0.1\nemailalert=a@x.y\nemailalertfreq=1\n" + service(reals=(1, 2)))
        wait_until("both are in", lambda: weights() == {"10.0.0.101:80": 5, "10.0.0.102:80": 5})
        for _ in range(3):
            farm.kill("rs1")
            wait_until("rs1 is out", lambda: weights() == {"10.0.0.102:80": 5}, 15)
            farm.revive("rs1")
            wait_until("rs1 is back", lambda: weights() == {"10.0.0.101:80": 5, "10.0.0.102:80": 5}, 15)
        helpers = [name for name in children(director.child("director-engine")) if "director-p" in name]
        expect(len(helpers) <= 4, f"{len(helpers)} mail programs at a time")
        expect_equal(director.stop(), 0, "exit status with mail on its way")
        expect_equal(table(), {}, "the table after the end")
    finally:
        silent.close()


def test_mail_through_the_local_sendmail(farm):
    out = f"{RUN}/sendmail.out"
    with open("/usr/sbin/sendmail", "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\n{{ echo "args: $*"; cat; }} >>{out}\n')
    os.chmod("/usr/sbin/sendmail", 0o755)
    try:
        farm.directord(FAST + "emailalertstatus=running\nemailalertfrom=ld@x.y\n"
                       + service("emailalert=own@x.y"))
        wait_until("rs1 is in", lambda: weights() == {"10.0.0.101:80": 5})
        time.sleep(1)
        farm.kill("rs1")
        wait_until("sendmail was called", lambda: any("Log-Message" in line for line in lines(out)), 20)
        told = lines(out)
        expect_equal(told[0], "args: -i -f ld@x.y -- own@x.y", "arguments")
        expect("Subject: Deleted real server: 10.0.0.101:80 (192.0.2.100:80)" in told, f"{told}")
    finally:
        os.unlink("/usr/sbin/sendmail")


def test_fallbackcommand_is_called_on_changes_only(farm):
    out = f"{RUN}/fb.out"
    command = script("fb.sh", f'echo "$*" >>{out}\n')
    director = farm.directord(FAST + f"fallbackcommand={command}\n" + service()
                              + f"virtual=7\n\treal=10.0.0.101:80 masq\n\tchecktype=connect\n"
                              f"\tfallbackcommand=\"{command} per virtual\"\n")
    both = {"stop 192.0.2.100:80 tcp", "per virtual stop :0 fwm"}
    wait_until("both are told that servers are up", lambda: set(lines(out)) == both)
    farm.kill("rs1")
    both = ["per virtual start :0 fwm", "start 192.0.2.100:80 tcp"]
    wait_until("both are told that none is", lambda: sorted(lines(out)[2:]) == both, 20)
    time.sleep(3)
    expect_equal(len(lines(out)), 4, "calls while nothing changes")
    farm.revive("rs1")
    wait_until("both are told of the return", lambda: len(lines(out)) == 6, 20)
    director.signal(signal.SIGHUP)
    time.sleep(1)
    expect_equal(director.stop(), 0, "exit status")
    expect_equal(len(lines(out)), 6, "calls at a reload and at the end")


def test_a_command_that_hangs_holds_nothing_up(farm):
    """Its end at the deadline, with all that it started, is a unit test's (ActionsTests)."""
    pids = f"{RUN}/hang.pids"
    command = script("hang.sh", f'sleep 500 & echo $! $$ >>{pids}; wait\n')
    director = farm.directord(FAST + service(f"fallbackcommand={command}") + service(head="192.0.2.200:80", reals=(1, 2)))
    for _ in range(2):
        wait_until("rs1 is in", lambda: "10.0.0.101:80" in weights() and "10.0.0.101:80" in weights("192.0.2.200"), 15)
        farm.kill("rs1")
        wait_until("rs1 is out", lambda: weights() == {} and weights("192.0.2.200") == {"10.0.0.102:80": 5}, 15)
        farm.revive("rs1")
    # Calls of one service are in order: the first still runs.
    expect_equal(len(lines(pids)), 1, "programs of one service at a time")
    expect_equal(director.stop(), 0, "exit status with a command that hangs")
    expect_equal(table(), {}, "the table after the end")
    for pid in lines(pids)[0].split():
        # The shell ends with its child.
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def test_callback_is_told_of_changed_content(farm):
    out = f"{RUN}/cb.out"
    top = FAST + f'callback="{script("cb.sh", f"echo called $* >>{out}")}"\n'
    director = farm.directord(top + service())
    wait_until("rs1 is in", lambda: weights() == {"10.0.0.101:80": 5})
    os.utime(director.file)
    time.sleep(4)
    expect_equal(lines(out), [], "calls after a touch")
    director.configure(top + service(weight=9))
    wait_until("the callback is called", lambda: lines(out) == [f"called {director.file}"], 15)
    expect_equal(weights(), {"10.0.0.101:80": 5}, "weights without autoreload")
    director.configure("autoreload=yes\n" + top + service(weight=9))
    director.signal(signal.SIGHUP)
    wait_until("the new weight is in", lambda: weights() == {"10.0.0.101:80": 9})
    wait_until("the callback is called for what was read on a signal", lambda: len(lines(out)) == 2, 15)
    director.configure("autoreload=yes\n" + top + service(weight=3))
    wait_until("it is read and told", lambda: weights() == {"10.0.0.101:80": 3} and len(lines(out)) == 3, 15)


STAMP = r"\[(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z][a-z] [ 123]\d \d\d:\d\d:\d\d \d{4}"


def test_logfile_and_monitorfile_have_ldirectords_form_and_follow_a_rotation(farm):
    log, monitor = f"{RUN}/ld.log", f"{RUN}/mon.log"
    director = farm.directord(FAST + f'logfile="{log}"\nfailurecount=2\n' + service(f"monitorfile={monitor}"))
    wait_until("rs1 is in", lambda: weights() == {"10.0.0.101:80": 5})
    farm.kill("rs1")
    wait_until("rs1 is out", lambda: weights() == {}, 15)
    line = re.compile(STAMP + r"\|ldirectord\.cf\|\d+\] (.*)$")
    wait_until("its death is in the log", lambda: any("Deleted real server" in text for text in lines(log)))
    texts = [line.match(text) for text in lines(log)]
    expect(all(texts), f"lines of another form: {[text for text in lines(log) if not line.match(text)]}")
    words = [text.group(2) for text in texts]
    for text in ("Added virtual server: 192.0.2.100:80",
                 "Added real server: 10.0.0.101:80 (192.0.2.100:80) (Weight set to 5)",
                 "Soft failure real server: 10.0.0.101:80 (tcp:192.0.2.100:80) failure 1/2",
                 "Deleted real server: 10.0.0.101:80 (192.0.2.100:80)"):
        expect(text in words, f"no line '{text}' in {words}")
    form = re.compile(STAMP + r"\] \[\d+\] connect tcp 10\.0\.0\.101 80 5 masq /  \[(up|down)\] -$")
    told = [form.match(text) for text in lines(monitor)]
    expect(told and all(told), f"monitorfile: {lines(monitor)}")
    states = [match.group(2) for match in told]
    expect(states[0] == "up" and states[-1] == "down", f"{states}")
    for path in (log, monitor):
        os.rename(path, path + ".1")
    farm.revive("rs1")
    wait_until("both go on in new files", lambda: any("Added real server" in text for text in lines(log))
               and any("[up]" in text for text in lines(monitor)), 15)
    # A log that cannot be written hurts nothing.
    os.unlink(log)
    os.mkdir(log)
    farm.kill("rs1")
    wait_until("rs1 is out again", lambda: weights() == {}, 15)
    wait_until("the failing log is an event", lambda: f"cannot write to {log}" in director.log())


def test_maintenancedir_takes_out_and_gives_back(farm):
    directory = f"{RUN}/maintenance"
    os.makedirs(directory, exist_ok=True)
    covers.cover("/etc/hosts", more="10.0.0.101 web1.example.org\n")
    farm.directord(FAST + f"maintenancedir={directory}\nquiescent=yes\nfailurecount=3\n" + service(reals=(1, 2))
                   + service("quiescent=no", "monitorfile=" + f"{RUN}/mon2.log", head="192.0.2.200:80"))
    up = {"10.0.0.101:80": 5, "10.0.0.102:80": 5}
    wait_until("both are in", lambda: weights() == up and weights("192.0.2.200") == {"10.0.0.101:80": 5}, 20)
    for name in ("10.0.0.101:80", "10.0.0.101", "web1.example.org:80", "web1.example.org", "web1:80", "web1"):
        path = f"{directory}/{name}"
        open(path, "w", encoding="utf-8").close()
        wait_until(f"{name} takes rs1 out", lambda: weights() == {"10.0.0.101:80": 0, "10.0.0.102:80": 5}
                   and weights("192.0.2.200") == {}, 10)
        if name == "web1":
            wait_until("each check says so in the monitorfile", lambda: lines(f"{RUN}/mon2.log")[-1].endswith(
                "[down] Server in maintenance"), 10)
        os.unlink(path)
        wait_until(f"without {name} rs1 is back", lambda: weights() == up
                   and weights("192.0.2.200") == {"10.0.0.101:80": 5}, 10)
    for name in ("10.0.0.101:81", "10.0.0.1", "web", "web11"):
        open(f"{directory}/{name}", "w", encoding="utf-8").close()
    time.sleep(2)
    expect_equal(weights(), up, "files that mean nobody")
    covers.uncover()


def test_a_name_server_that_is_dead_holds_nothing_up(farm):
    """Its queries are dropped, so that each lookup takes thirty seconds."""
    def dropped():
        rules = run_in("rs3", "iptables-legacy", "-L", "INPUT", "-n", "-v", "-x")
        return int(re.search(r"^ *(\d+) .* DROP ", rules, re.M).group(1))

    run_in("rs3", "iptables-legacy", "-A", "INPUT", "-p", "udp", "--dport", "53", "-j", "DROP")
    covers.cover("/etc/resolv.conf", f"nameserver {real_server(3)}\noptions timeout:30 attempts:1\n")
    covers.cover("/etc/nsswitch.conf", "hosts: files dns\nservices: files\n")
    directory = f"{RUN}/maintenance-of-names"
    os.makedirs(directory, exist_ok=True)
    open(f"{directory}/somebody", "w", encoding="utf-8").close()
    try:
        director = farm.directord(FAST + f"maintenancedir={directory}\n" + service(reals=(1, 2)))
        both = {"10.0.0.101:80": 5, "10.0.0.102:80": 5}
        wait_until("both are in", lambda: weights() == both)
        director.configure(FAST + f"maintenancedir={directory}\n"
                           + service("real=nobody.example.net:80 masq", reals=(1, 2)))
        queries = dropped()
        director.signal(signal.SIGHUP)
        wait_until("the name is asked for", lambda: dropped() > queries)
        farm.kill("rs1")
        wait_until("the dead one is out", lambda: weights() == {"10.0.0.102:80": 5}, 5)
        begin = time.monotonic()
        director.command("status")
        expect(time.monotonic() - begin < 8, "the status took its time")
        open(f"{directory}/10.0.0.102", "w", encoding="utf-8").close()
        wait_until("the other one is in maintenance", lambda: weights() == {}, 5)
        # The reload still waits for its names, whatever else would be said of them.
        expect("nobody.example.net" not in director.log(), "the lookup has ended")
    finally:
        covers.uncover()
        run_in("rs3", "iptables-legacy", "-F", "INPUT")


def test_sixteen_names_are_asked_for_at_a_time(farm):
    """The name server answers nobody until sixteen wait, and then one after the other."""
    width, all_names = 16, 20
    with inside("lb1"):
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    waiting = {}

    def take(seconds):
        server.settimeout(seconds)
        query, sender = server.recvfrom(512)
        # The first label of the question, behind the header: an asker that repeats itself counts once.
        waiting[query[13:13 + query[12]].decode()] = (query, sender)

    def answer(name):
        query, sender = waiting.pop(name)
        record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes([10, 0, 1, int(name.removeprefix("name"))])
        end = query.index(b"\0", 12) + 5
        server.sendto(query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + query[12:end] + record, sender)

    path = f"{RUN}/names.cf"
    with open(path, "w", encoding="utf-8") as file:
        file.write(service(*(f"real=name{n}.example.net:80 masq" for n in range(all_names)), reals=()))
    covers.cover("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:1\n")
    covers.cover("/etc/nsswitch.conf", "hosts: files dns\nservices: files\n")
    try:
        server.bind(("127.0.0.1", 53))
        check = start_in("lb1", program("director"), "check", path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True)
        farm.processes.append(check)
        for answered in range(all_names):
            while len(waiting) < min(width, all_names - answered):
                take(10 * SLOWNESS)
            with contextlib.suppress(BlockingIOError):
                while True:
                    take(0)
            expect(len(waiting) <= width, f"{len(waiting)} are asked for at a time")
            answer(min(waiting))
        said, _ = check.communicate(timeout=60)
        expect_equal((check.returncode, said), (0, ""), "status and words of the check")
    finally:
        server.close()
        covers.uncover()


def test_logfile_names_a_facility_of_syslog(farm):
    """Whether the system's log is there or not, and when it is started anew."""
    top = FAST + 'logfile="local3"\n'
    with contextlib.suppress(FileNotFoundError):
        os.unlink("/dev/log")
    farm.directord(top + service())
    wait_until("rs1 is in", lambda: weights() == {"10.0.0.101:80": 5})

    def heard(log):
        with contextlib.suppress(BlockingIOError):
            while True:
                told.append(log.recv(8192).decode())
        return told

    for change, wanted, text in (
            (farm.kill, {}, "Deleted real server: 10.0.0.101:80 (192.0.2.100:80)"),
            (farm.revive, {"10.0.0.101:80": 5}, "Added real server: 10.0.0.101:80 (192.0.2.100:80) (Weight set to 5)")):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.bind("/dev/log")
            log.setblocking(False)
            told = []
            change("rs1")
            wait_until("the table follows", lambda: weights() == wanted, 15)
            wait_until(f"the log hears {text}", lambda: any(line.endswith(f": {text}") for line in heard(log)), 10)
            # local3 is facility 19, information is 6 (syslog(3)).
            form = re.compile(r"^<158>[A-Z][a-z][a-z] [ 123]\d \d\d:\d\d:\d\d ldirectord\[\d+\]: ")
            expect(all(form.match(line) for line in told), f"{told}")
        os.unlink("/dev/log")

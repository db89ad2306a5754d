"""Policies, outside monitors and heartbeats, through the real daemon with real programs, a mail and a web server."""

import http.server
import json
import os
import pwd
import signal
import ssl
import subprocess
import threading

from harness import *
from pair import role, section, take_addresses_away

TOPOLOGIES = ["nat"]
NOTES = "/run/integration/policy-notes"


class Hook:
    """A web server in a director's namespace that keeps what is posted to it."""

    def __init__(self, namespace="lb1", port=8099, certificate=None):
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.posts.append((self.path, self.headers["Content-Type"], json.loads(body)))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.posts = []
        with inside(namespace):
            self.server = http.server.HTTPServer(("127.0.0.1", port), Handler)
        self.refusals = 0
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            accept = self.server.get_request

            def get_request():
                plain, peer = accept()
                try:
                    return context.wrap_socket(plain, server_side=True), peer
                except OSError:
                    self.refusals += 1
                    raise

            self.server.get_request = get_request
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def notes():
    try:
        with open(NOTES, encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def note_program(name, body):
    path = f"/run/integration/{name}"
    with open(path, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\n" + body)
    os.chmod(path, 0o755)
    return path


def start(farm, policies, section=()):
    if os.path.exists(NOTES):
        os.unlink(NOTES)
    director = farm.directord(configuration(farm, top=TOP + policies, real_lines=section))
    wait_until("every server is up", lambda: director.status()["services"][0]["up"] == 3)
    return director


def test_actions_follow_what_happens(farm):
    hook = Hook()
    tell = note_program(
        "tell", f'echo "$1|$DIRECTOR_EVENT|$DIRECTOR_SERVER|$DIRECTOR_COUNT|$DIRECTOR_TEXT" >>{NOTES}\n')
    slow = note_program("slow", f'[ "$DIRECTOR_EVENT" = real-server-up ] || sleep 1\n'
                        f'echo "order $DIRECTOR_EVENT" >>{NOTES}\n')
    policies = (
        f"on = real-server-down 2 in 1m do program {tell} 'two'\n"
        f'on = service-down do program {tell} "the whole"\n'
        "on = service-down do event farm-dead\n"
        f"on = event farm-dead do program {tell} raised\n"
        "on = event farm-dead do log \"page the night shift\"\n"
        "on = service-down do webhook http://127.0.0.1:8099/hooks/s3cret\n"
        "on = real-server-up do program /nonexistent/program\n")
    section_policies = [f"on = real-server-{way} do program {slow}" for way in ("down", "up")]
    director = start(farm, policies, section_policies)
    try:
        farm.kill("rs1")
        wait_until("the section's program ran", lambda: "order real-server-down" in notes())
        expect(not [line for line in notes() if line.startswith("'two'")], f"one server alone made two: {notes()}")
        farm.revive("rs1")
        wait_until("it is up", lambda: director.status()["services"][0]["up"] == 3)
        farm.kill("rs1", "rs2", "rs3")
        wait_until("the webhook was called", lambda: hook.posts, 20)
        path, kind, body = hook.posts[0]
        expect_equal((path, kind), ("/hooks/s3cret", "application/json"), "the request")
        expect_equal((body["event"], body["service"]["service"], body["count"], body["policy"]),
                     ("service-down", "TCP 192.0.2.100:80", 1, "service-down"), "its body")
        text = body["text"]
        expect("no real server takes connections" in text and "refused" in text, f"text: {text}")
        wait_until("the programs ran", lambda: any(line.startswith("raised|event-raised") for line in notes()), 20)
        # In order for one source, though the first was slow.
        wait_until("every program of the section ran", lambda: len(order()) == 8, 20)
        expect_equal(order()[3:], ["down", "up", "down", "down", "down"], "the order of one service's programs")
        wait_until("the service's own policy acted", lambda: any(line.startswith("the whole") for line in notes()), 20)
        wait_until("that of two servers ran", lambda: any(line.startswith("'two'|") for line in notes()), 20)
        lines = notes()
        whole = [line for line in lines if line.startswith("the whole|service-down||1|TCP 192.0.2.100:80 is down")]
        expect_equal(len(whole), 1, f"calls for the whole service in {lines}")
        two = [line for line in lines if line.startswith("'two'|real-server-down|")]
        expect_equal(len(two), 1, f"calls for two servers that are down at a time in {lines}")
        expect("|2|" in two[0] and "(2 within 60s)" in two[0], f"how many: {two}")
        log = director.log()
        expect("page the night shift: event farm-dead raised by a policy" in log, "the log lacks the policy's line")
        expect("s3cret" not in log, "the webhook's secret stands in the log")
        expect("/nonexistent/program" in director.command("events", "--event", "action-failed"), "what failed is told")
    finally:
        hook.close()


def order():
    return [line.rpartition("-")[2] for line in notes() if line.startswith("order ")]


def test_monitors_report_and_policies_count(farm):
    tell = note_program("tell", f'echo "$DIRECTOR_NAME|$DIRECTOR_SOURCE|$DIRECTOR_COUNT" >>{NOTES}\n')
    nobody = pwd.getpwnam("nobody")
    director = start(farm, f"reporters = {nobody.pw_gid}\non = event disk-full 3 in 1m do program {tell}\n"
                     f"on = event disk-full up do program {tell}\n")
    wait_until("the socket lets reporters in",
               lambda: os.stat(director.runtime + "/control.sock").st_gid == nobody.pw_gid)
    os.chmod(director.runtime, 0o755)

    def report(*words, group=nobody.pw_gid):
        done = subprocess.run(
            [for_everybody("director"), "event", *words, "--runtime-dir", director.runtime],
            capture_output=True, text=True, user="nobody", group=group, extra_groups=[])
        return done.returncode, (done.stdout + done.stderr).strip()

    expect_equal(report("disk-full", "--source", "sda", "--text", "97 % used"),
                 (0, "event disk-full raised by sda: 97 % used"), "the first report")
    expect("event disk-full is RAISED by sda" in director.command("status"), "status shows it")
    for _ in range(2):
        report("disk-full", "--source", "sda", "--text", "97 % used")
    wait_until("the policy acted at the third", lambda: notes() == ["disk-full|sda|3"])
    code, text = report("disk-full", "up", "--source", "sda")
    expect(code == 0 and text.startswith("event disk-full cleared by sda after"), f"clearing: {text}")
    wait_until("the recovery acted", lambda: notes()[1:] == ["disk-full|sda|1"])
    raised = director.command("events", "--event", "event-raised").splitlines()
    expect_equal([" 2 times more since " in line for line in raised], [False, True],
                 f"the same report is told once, and how often when it is cleared: {raised}")
    expect_equal(report("disk full")[0], 1, "a name with a blank")
    # Who is in no group is told who may, and not to look for a daemon.
    code, text = report("disk-full", group=pwd.getpwnam("daemon").pw_gid)
    expect(code == 1 and text.endswith("reporters and operators in the configuration: Permission denied"), text)
    # A reporter may report and nothing else.
    status = subprocess.run([for_everybody("director"), "status", "--runtime-dir", director.runtime],
                            capture_output=True, text=True, user="nobody", group=nobody.pw_gid, extra_groups=[])
    expect(status.returncode == 1 and "permission denied" in status.stderr, f"a reporter asked: {status.stderr}")
    flood = [report("flood")[0] for _ in range(3)]
    expect_equal(flood, [0, 0, 0], "a few reports")


def test_silence_is_reported_and_outlasts_the_engine(farm):
    director = start(farm, "")

    def alive(*words, **options):
        return done_in("lb1", program("director"), "alive", *words[:1], "--runtime-dir", director.runtime,
                       *words[1:], capture_output=True, text=True, **options)

    def told(kind):
        return director.command("events", "--event", kind)

    expect_equal(alive("backup", "--every", "500ms").returncode, 0, "a beat")
    wait_until("its silence is told", lambda: "alive backup silent for" in told("alive-silent"))
    expect("alive backup is SILENT" in director.command("status"), "status shows it")
    alive("backup", "--every", "500ms")
    wait_until("its return is told", lambda: "alive backup is back after" in told("alive-back"))
    expect_equal(alive("backup", "--end").returncode, 0, "its end")

    fine = alive("job", "--every", "300ms", "--while", "sh", "-c", "sleep 2")
    expect_equal((fine.returncode, fine.stderr), (0, ""), "a command that succeeds")
    expect("alive job ended" in told("alive-ended"), "its end is told")
    expect("alive job" not in told("alive-silent"), "it was never silent")
    failed = alive("job", "--every", "1s", "--while", "sh", "-c", "exit 3")
    expect_equal(failed.returncode, 3, "the command's status is passed on")
    expect("alive job failed: sh exited with status 3" in told("alive-silent"), "its failure is told")
    alive("job", "--end")

    worker = farm.spawn("lb1", program("director"), "alive", "worker", "--runtime-dir", director.runtime,
                        "--every", "500ms", "--while", "sleep", "1000")
    alive("forgotten", "--every", "2s")
    wait_until("both are registered", lambda: len(director.status()["engine"]["outside"]["alive"]) == 2)
    engine = director.child("director-engine")
    os.kill(engine, signal.SIGKILL)
    wait_until("another engine runs", lambda: director.child("director-engine") != engine)
    wait_until("the new engine waits for the old one's heartbeats",
               lambda: "alive forgotten silent for" in told("alive-silent"), 20)
    expect("alive worker" not in told("alive-silent"), f"the worker lives: {told('alive-silent')}")
    os.killpg(worker.pid, signal.SIGKILL)
    wait_until("the worker's silence is told", lambda: "alive worker silent for" in told("alive-silent"))


def test_heartbeats_of_processes_and_of_lines(farm):
    director = start(farm, "")

    def told(kind):
        return director.command("events", "--event", kind)

    def alive(name, *words, **options):
        return start_in("lb1", program("director"), "alive", name, "--runtime-dir", director.runtime, *words,
                        stderr=subprocess.PIPE, text=True, **options)

    worker = subprocess.Popen(["sleep", "1000"])
    watcher = alive("worker", "--every", "300ms", "--pid", str(worker.pid))
    wait_until("the worker is registered", lambda: "alive worker:" in told("alive-started"))
    expect("alive-silent" not in told("alive-silent"), "it lives")
    worker.kill()
    worker.wait()
    expect_equal(watcher.wait(10), 0, "exit status once the process has ended")
    expect(f"alive worker failed: process {worker.pid} has ended" in told("alive-silent"), told("alive-silent"))
    nobody = alive("worker", "--every", "300ms", "--pid", str(worker.pid))
    expect_equal((nobody.wait(10), nobody.stderr.read()), (1, f"director: there is no process {worker.pid}\n"),
                 "a process that is gone")

    # A line right after the first beat comes too early, and nothing comes after it: it is a beat when there may be one.
    # That it comes shows in the name's being registered anew.
    lines = alive("lines", "--every", "12s", "--lines", stdin=subprocess.PIPE)
    lines.stdin.write("begun\n")
    lines.stdin.flush()
    wait_until("the lines are registered", lambda: "alive lines:" in told("alive-started"))
    director.command("alive", "lines", "--end")
    wait_until("the line is a beat", lambda: told("alive-started").count("alive lines:") == 2)
    lines.stdin.close()
    expect_equal((lines.wait(10), lines.stderr.read()), (0, ""), "the end of the lines")


def test_a_webhook_over_https_is_given_to_whom_the_systems_authorities_vouch_for(farm):
    certificate, authorities = f"{RUN}/hook.pem", "/etc/ssl/certs/ca-certificates.crt"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=hook", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate, "-out", f"{RUN}/hook.crt")
    with open(f"{RUN}/hook.crt", encoding="ascii") as file:
        trusted = file.read()
    with open(certificate, "a", encoding="ascii") as file:
        file.write(trusted)
    hook = Hook(port=8443, certificate=certificate)
    with open(authorities, "rb") as file:
        before = file.read()
    try:
        # What the checks think of certificates is not what a secret is entrusted to.
        director = start(farm, "tls-verify = no\non = event paged do webhook https://127.0.0.1:8443/hooks/s3cret\n")
        director.command("event", "paged")
        wait_until("the stranger's certificate is refused", lambda: hook.refusals == 1)
        expect_equal(hook.posts, [], "what a stranger got")
        with open(authorities, "ab") as file:
            file.write(trusted.encode())
        # The second attempt.
        wait_until("the webhook was called", lambda: hook.posts, 20)
        expect_equal((hook.posts[0][0], hook.posts[0][2]["event"]), ("/hooks/s3cret", "event-raised"), "the request")
        expect("s3cret" not in director.log(), "the webhook's secret stands in the log")
    finally:
        hook.close()
        with open(authorities, "wb") as file:
            file.write(before)


def test_policies_move_the_pair(farm):
    plugin = note_program("fence-plugin", f'echo "fenced $1 $2" >>{NOTES}\nexit ${{status:-1}}\n')
    if os.path.exists(NOTES):
        os.unlink(NOTES)
    take_addresses_away(farm)
    policies = "on = event ups-on-battery do standby web\non = event peer-burns do fence\n"
    one, two = (farm.directord(
        policies + section(n, priority, more=[f"fence = {plugin} status=0"]) + configuration(farm), namespace=f"lb{n}")
        for n, priority in ((1, 150), (2, 100)))
    wait_until("lb1 is master", lambda: (role(one), role(two)) == ("master", "backup"), 20)
    wait_until("the link is up", lambda: one.status()["pair"]["links"][0]["up"], 5)
    one.command("event", "ups-on-battery", "--text", "40 % left")
    wait_until("lb2 is master", lambda: (role(one), role(two)) == ("backup", "master"), 10)
    wait_until("why is told", lambda: "(event ups-on-battery): web " in one.command("events", "--event", "policy-acted"), 5)
    told = one.command("events", "--event", "policy-acted")
    expect("since event ups-on-battery raised by root: 40 % left" in told, told)
    two.command("event", "peer-burns")
    wait_until("the plugin was called", lambda: any(line.startswith("fenced reset ") for line in notes()), 10)
    wait_until("the fencing is told", lambda: "a policy has" in two.command("events", "--event", "fencing"), 5)
    expect_equal(two.command("events", "--event", "fencing-failed"), "", "failed fencing")

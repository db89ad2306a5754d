"""directord keeps its daemons running, says how it is, and lets nobody in who must not be; reload is a transaction."""

import json
import os
import signal
import socket
import subprocess
import time

from harness import *

TOPOLOGIES = ["nat"]
SECOND = "192.0.2.200"


def everything_in(farm, address=VIRTUAL[4], weight=1):
    return servers_of(address) == {endpoint(real_server(n)): weight for n in farm.servers}


def ask(director, line):
    """One line over the control socket, and the answer."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(director.runtime + "/control.sock")
        # A line that is too long is refused before all of it is out.
        with contextlib.suppress(BrokenPipeError):
            client.sendall(line + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            piece = client.recv(65536)
            if not piece:
                break
            answer += piece
    return answer


def test_directord_and_engine_look_up_no_names(farm):
    """They have threads and a libc of their own, which a module of nsswitch.conf does not survive."""
    for daemon, own in (("directord", "directord_main"), ("director-engine", "director_engine_main")):
        with open(program(daemon), "rb") as file:
            names = file.read()
        expect(b"\0%s\0" % own.encode() in names, f"{daemon} was stripped: this test can see nothing")
        # As libc calls them: their other names stand in what reads files. libnl has those of hosts in it, which nobody
        # calls (Tests/TidyTests).
        for name in ["__getpwuid_r", "__getpwnam_r", "__getgrnam_r", "__getgrgid_r"]:
            expect(b"\0%s\0" % name.encode() not in names, f"{daemon} has {name} in it")


def test_a_second_director_of_the_same_directory_is_refused(farm):
    director = farm.directord(configuration(farm))
    second = farm.directord(file=director.file, runtime=director.runtime, ready=False)
    wait_until("the second one has given up", lambda: second.process.poll() is not None)
    expect_equal(second.process.returncode, 1, "exit status")
    expect("another directord runs with runtime directory" in second.log(), "the log does not say why")
    wait_until("the first one is undisturbed", lambda: everything_in(farm))


def test_daemons_that_die_again_and_again_come_back_and_the_table_stays(farm):
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    # Whoever ends an engine, and with whatever: only directord's word stops the director.
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        pid = director.child("director-engine")
        os.kill(pid, number)
        expect(everything_in(farm), "the table changed with the engine's death")
        wait_until("another engine runs", lambda: children(director.process.pid).get("director-engine", pid) != pid)
        wait_until("it answers", lambda: director.status()["engine"]["proberConnected"])
        expect(everything_in(farm), "the table changed with the engine's return")
    for name in ("SIGKILL", "SIGTERM", "SIGINT"):
        expect(f"has died: was killed by {name}" in director.log(), f"the log does not tell the death by {name}")
    expect_equal(director.stop(), 0, "exit status")
    expect_equal(table(), {}, "what directord's stop leaves")


def test_an_engine_that_dies_comes_back_with_what_was_in_force_whatever_the_file_says(farm):
    with open("/etc/hosts", "a", encoding="utf-8") as file:
        file.write(f"{real_server(1)} first.lab\n")
    good = configuration(farm, weights={2: 1, 3: 1}, real_lines=["real = first.lab:80 masq 1"])
    director = farm.directord(good)
    wait_until("every server is in", lambda: everything_in(farm))
    copy = director.runtime + "/in-force"
    wait_until("what is in force is kept", lambda: "first.lab" in open(copy, encoding="utf-8").read())
    expect_equal(os.stat(copy).st_mode & 0o777, 0o600, "who may read it")

    def replace_engine():
        pid = director.child("director-engine")
        os.kill(pid, signal.SIGKILL)
        wait_until("another engine runs", lambda: children(director.process.pid).get("director-engine", pid) != pid)
        wait_until("it is at work", lambda: director.status()["engine"]["proberConnected"])
        expect(everything_in(farm), "the table changed with the engine's death or return")

    # The name has no address any more, and nobody can be asked.
    with open("/etc/hosts", encoding="utf-8") as file:
        lines = [line for line in file if "first.lab" not in line]
    with open("/etc/hosts", "w", encoding="utf-8") as file:
        file.writelines(lines)
    replace_engine()
    expect_equal(director.status()["engine"]["configurationProblem"], None, "the problem of a file that is in force")
    director.configure(good + "nonsense\n")
    expect("nonsense" in director.command("reload", check=False), "the broken file was taken")
    replace_engine()
    wait_until("status tells the problem", lambda: "nonsense" in (director.status()["engine"]["configurationProblem"] or ""))
    expect("stays in force" in director.command("events", "--event", "configuration-refused", "--limit", "1"),
           "no event tells the refusal")
    # Emptied by accident, or about to be written: nobody has asked for it.
    director.configure("")
    replace_engine()
    wait_until("status tells the empty file",
               lambda: "names no virtual" in (director.status()["engine"]["configurationProblem"] or ""))
    expect(everything_in(farm), "an empty file that nobody asked for removed the servers")
    farm.kill("rs3")
    wait_until("checks go on", lambda: endpoint(real_server(3)) not in servers_of())
    director.configure(configuration(farm, weights={1: 4, 2: 4}))
    expect_equal(director.command("reload"), "", "output of the reload")
    wait_until("the repaired file is in force", lambda: servers_of() == {endpoint(real_server(n)): 4 for n in (1, 2)})
    # Who starts a director anew means the file.
    director.configure("nonsense\n")
    director.stop()
    director.start(ready=False)
    wait_until("directord has given up", lambda: director.process.poll() is not None)
    expect_equal(director.process.returncode, 1, "exit status of a fresh start")


def test_daemons_of_a_killed_directord_end_and_the_next_one_adopts_the_table(farm):
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    family = list(children(director.process.pid).values())
    expect_equal(len(family), 2, "daemons")
    director.process.kill()
    director.process.wait()
    # At once, while the old daemons are still about to notice.
    director.start()
    expect(everything_in(farm), "the table changed with directord's death or return")
    expect(not any(os.path.exists(f"/proc/{pid}/exe") for pid in family), "old daemons run beside the new ones")


def test_a_service_that_left_the_file_while_nobody_ran_is_removed(farm):
    director = farm.directord(configuration(farm, top=TOP + "cleanstop = no\n"))
    debian_ipvsadm("-A", "-t", "192.0.2.200:2525", "-s", "rr")
    wait_until("every server is in", lambda: everything_in(farm))
    director.stop()
    expect(everything_in(farm), "cleanstop = no left nothing")
    director.configure(configuration(farm, address=SECOND))
    director.start()
    wait_until("the new service is in", lambda: everything_in(farm, SECOND))
    wait_until("the old service is gone", lambda: servers_of() is None)
    expect_equal(servers_of(SECOND, 2525), {}, "a stranger's service")


def test_a_reload_that_the_kernel_refuses_is_taken_back(farm):
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    before = debian_ipvsadm("-S", "-n")
    director.configure(configuration(farm, weights={1: 9, 2: 9, 3: 9}, scheduler="nosuch")
                       + configuration(farm, address=SECOND, top=""))
    answer = director.command("reload", check=False)
    expect("the new configuration is taken back" in answer and "scheduler nosuch" in answer, f"reload said {answer!r}")
    expect_equal(debian_ipvsadm("-S", "-n"), before, "the table after the refusal")
    expect("nosuch" in director.status()["engine"]["configurationProblem"], "status does not tell the problem")

    # It is no more in force for the engine that follows one that died.
    engine = director.child("director-engine")
    os.kill(engine, signal.SIGKILL)
    wait_until("another engine runs", lambda: children(director.process.pid).get("director-engine", engine) != engine)
    wait_until("it tells the problem", lambda: "nosuch" in (director.status()["engine"]["configurationProblem"] or ""))
    expect_equal(debian_ipvsadm("-S", "-n"), before, "the table after the engine's death")

    director.configure(configuration(farm, weights={1: 9, 2: 9, 3: 9}, scheduler="lc"))
    expect_equal(director.command("reload"), "", "output of a reload that works")
    expect(everything_in(farm, weight=9), "the reload has ended and its weights are not in the kernel")
    expect(director.status()["engine"]["configurationProblem"] is None, "a problem that is solved is still told")


def test_what_others_change_is_put_right_and_told(farm):
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    service, server = ("-t", endpoint(VIRTUAL[4])), endpoint(real_server(1))
    for change, words in (
        (("-d", *service, "-r", server), f"real server {server} of TCP 192.0.2.100:80 was removed by somebody else"),
        (("-e", *service, "-r", server, "-m", "-w", "7"), "was set from weight 1 to 7 by somebody else"),
        (("-a", *service, "-r", "10.0.0.250:80", "-m"), "real server 10.0.0.250:80 was added to TCP 192.0.2.100:80"),
        (("-E", *service, "-s", "lc"), "TCP 192.0.2.100:80 was changed by somebody else"),
        (("-D", *service), "TCP 192.0.2.100:80 was removed by somebody else"),
    ):
        right = debian_ipvsadm("-S", "-n")
        debian_ipvsadm(*change)
        seconds = wait_until(f"{' '.join(change)} is put right", lambda: debian_ipvsadm("-S", "-n") == right)
        # The table is looked at every second; the rest is for a guest that is slow in starting ipvsadm.
        expect(seconds < 10, f"{' '.join(change)} was put right after {seconds:.1f} s only")
        wait_until("an event tells it", lambda: words in director.command("events"))


def test_exclusive_claims_the_whole_table(farm):
    debian_ipvsadm("-A", "-t", "192.0.2.200:2525", "-s", "rr")
    farm.directord(configuration(farm, top=TOP + "exclusive = yes\n"))
    wait_until("the stranger's service is gone", lambda: servers_of(SECOND, 2525) is None)
    debian_ipvsadm("-A", "-f", "7", "-s", "rr")
    wait_until("a later one too", lambda: list(table()) == [("TCP", endpoint(VIRTUAL[4]))])


def test_status_tells_state_reason_and_since_when(farm):
    director = farm.directord(configuration(farm, real_lines=["fallback = 127.0.0.1:80 masq"]))
    wait_until("every server is in", lambda: everything_in(farm))
    farm.kill("rs2")
    wait_until("rs2 is out", lambda: endpoint(real_server(2)) not in servers_of())
    status = director.status()
    (service,) = status["services"]
    expect_equal((service["service"], service["scheduler"], service["up"], service["inKernel"], service["fallbackActive"]),
                 ("TCP 192.0.2.100:80", "wrr", 2, True, False), "the service")
    states = {server["server"]: server for server in service["servers"]}
    dead, alive = states[endpoint(real_server(2))], states[endpoint(real_server(1))]
    expect_equal((dead["state"], dead["reason"], dead["kernelWeight"]), ("down", "connection refused", None), "rs2")
    expect_equal((alive["state"], alive["reason"], alive["kernelWeight"]), ("up", "connected", 1), "rs1")
    expect(dead["sinceMs"] > alive["sinceMs"] > status["engine"]["startedAtMs"] - 1, "the times are out of order")
    text = director.command("status")
    expect("2 of 3 up" in text and "DOWN" in text and "connection refused" in text, f"status reads\n{text}")


def test_plan_shows_what_a_file_would_change_and_changes_nothing(farm):
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    before = debian_ipvsadm("-S", "-n")
    other = os.path.join(director.directory, "other.cf")
    with open(other, "w", encoding="utf-8") as file:
        file.write(configuration(farm, weights={1: 5, 2: 1}, scheduler="lc"))
    plan = run_in("lb1", program("director"), "plan", other, "--runtime-dir", director.runtime)
    expect_equal(debian_ipvsadm("-S", "-n"), before, "the table after plan")
    director.stop()
    debian_ipvsadm("-R", stdin=before)
    debian_ipvsadm("-R", stdin=plan)
    expect_equal(servers_of(), {endpoint(real_server(1)): 5, endpoint(real_server(2)): 1}, "the plan carried out by hand")


def test_the_control_socket_refuses_what_it_must(farm):
    director = farm.directord(configuration(farm))
    for line, word in ((b"nonsense", "not JSON"), (b"{}", "version"), (b'{"version":1,"request":"fly"}', "request"),
                       (b"[" * 70_000, "longer than")):
        answer = json.loads(ask(director, line))
        expect(answer["ok"] is False and word in answer["error"], f"{line[:40]} was answered {answer}")
    os.chmod(director.runtime + "/control.sock", 0o666)
    request = b'{"version":1,"request":"%s"}'
    # Whoever may not ask is told so and sent away, perhaps before the request is out.
    script = ("import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
              "try: s.sendall(sys.argv[2].encode()+b'\\n')\nexcept BrokenPipeError: pass\nprint(s.makefile().readline())")
    for name, allowed in ((b"status", False), (b"reload", False)):
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/usr/bin/python3", "-c", script,
                   director.runtime + "/control.sock", (request % name).decode()]
        answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
        expect_equal(answer["ok"], allowed, f"{name} by another user")
    # A thousand connections that say nothing leave the engine as it is.
    idle = [socket.socket(socket.AF_UNIX) for _ in range(1_000)]
    for client in idle:
        client.connect(director.runtime + "/control.sock")
    expect(director.status()["services"], "status beside a thousand idle clients")
    for client in idle:
        client.close()


def test_stopping_without_an_engine_removes_the_services_all_the_same(farm):
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    for _ in range(4):
        # Each death makes the pause before the next start longer: 100, 200, 400, 800 ms.
        wait_until("an engine runs", lambda: "director-engine" in children(director.process.pid))
        engine = director.child("director-engine")
        os.kill(engine, signal.SIGKILL)
        # The next one may be there before anybody has looked.
        wait_until("it is gone", lambda: children(director.process.pid).get("director-engine") != engine)
    expect(everything_in(farm), "the table changed with the engine's death")
    expect_equal(director.stop(), 0, "exit status")
    expect_equal(table(), {}, "what is left in the kernel")


def test_a_stuck_prober_is_replaced(farm):
    # A check that is seldom run does not make the others wait.
    seldom = f"virtual=10.9.0.1:99\n\treal={endpoint(real_server(1))} masq\n\tchecktype=connect\n\tcheckinterval=1h\n"
    director = farm.directord(configuration(farm, top="checktimeout = 200ms\ncheckinterval = 200ms\n") + seldom)
    wait_until("every server is in", lambda: everything_in(farm))
    stuck = director.child("director-prober")
    os.kill(stuck, signal.SIGSTOP)
    wait_until("another prober runs", lambda: children(director.process.pid).get("director-prober", stuck) != stuck, 25)
    expect("is stuck: no result for" in director.log(), "the log does not tell of it")
    wait_until("it is connected", lambda: director.status()["engine"]["proberConnected"])
    farm.kill("rs3")
    wait_until("checks go on", lambda: endpoint(real_server(3)) not in servers_of())


def test_what_was_removed_by_hand_may_leave_the_file_too(farm):
    """A reload right behind a change by hand is judged by the table as it is, not as it was."""
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    director.configure(configuration(farm, weights={1: 1, 2: 1}))
    debian_ipvsadm("-d", "-t", endpoint(VIRTUAL[4]), "-r", endpoint(real_server(3)))
    expect_equal(director.command("reload"), "", "output of the reload")
    expect_equal(servers_of(), {endpoint(real_server(n)): 1 for n in (1, 2)}, "the servers")


def test_nobody_else_can_pose_as_the_prober(farm):
    """The prober's user may have other processes: their results must not count."""
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    script = ("import socket,sys; s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(10);"
              "sys.exit(0 if s.recv(1) == b'' else 1)")
    run("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "/usr/bin/python3", "-c", script,
        director.runtime + "/prober.sock")
    expect("posed as the prober: turned away" in director.log(), "the log does not tell of it")
    expect(director.status()["engine"]["proberConnected"], "the prober was cut off")


def test_service_manager_hears_of_readiness_and_of_the_end(farm):
    director = farm.directord(configuration(farm))
    director.stop()
    path = os.path.join(director.directory, "manager")
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(path)
    manager.settimeout(20)
    process = start_in(
        "lb1", program("directord"), "--config", director.file, "--runtime-dir", director.runtime,
        env=dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC="400000"), stderr=subprocess.DEVNULL)
    heard = []

    def hear(word):
        while not any(word in message for message in heard):
            heard.append(manager.recv(4096).decode())

    try:
        hear("READY=1")
        expect(servers_of() is not None, "ready before the first table was in the kernel")
        hear("STATUS=1 virtual services")
        director.configure("nonsense\n")
        process.send_signal(signal.SIGHUP)
        hear("STATUS=1 virtual services; the file is not in force: ")
        director.configure(configuration(farm) + configuration(farm, address=SECOND, top=""))
        process.send_signal(signal.SIGHUP)
        hear("STATUS=2 virtual services")
        heard.clear()
        hear("WATCHDOG=1")
        process.send_signal(signal.SIGTERM)
        hear("STOPPING=1")
        expect_equal(process.wait(15), 0, "exit status")
    finally:
        process.kill()
        process.wait()
        manager.close()


def test_an_engine_tells_again_and_again_that_its_loop_turns(farm):
    """directord ends one that does not for half a minute (SupervisorTests)."""
    director = farm.directord(configuration(farm))
    director.stop()
    ours, engines = os.pipe()
    engine = start_in(
        "lb1", program("director-engine"), "--config", director.file, "--runtime-dir", director.runtime,
        "--notify-fd", str(engines), "--predecessor", "director-engine, process 1, has died: of boredom",
        pass_fds=[engines], stderr=subprocess.DEVNULL)
    os.close(engines)
    os.set_blocking(ours, False)
    heard = []

    def beats():
        heard.append(os.read(ours, 4096).decode())
        return "".join(heard).split("\n").count("") > 3

    try:
        wait_until("it has told so three times", beats)
        expect("has died: of boredom" in director.command("events", "--event", "engine-lost"), "no event tells the death")
        expect("\nDIRECTOR_PROBER=0\n" in "".join(heard), "it does not tell that the prober is not there")
    finally:
        engine.terminate()
        engine.wait()
        os.close(ours)


def test_drift_is_put_right_while_the_kernel_refuses_something_else_for_good(farm):
    """What was refused is tried again with each look at the table, and the table read once more: what a stranger
    changes right before that is drift all the same."""
    marks = range(1, 151)
    services = "".join(f"virtual = {mark}\n\treal = 10.0.0.101 gate\n\tchecktype = on\n" for mark in marks)
    refused = "virtual = 999\n\treal = 10.0.0.101 gate\n\tchecktype = on\n\tscheduler = nosuch\n"
    farm.directord(TOP + services + refused)

    def missing():
        # /proc writes marks in hexadecimal.
        return set(marks) - {int(name, 16) for _, name in table()}

    wait_until("every service is in", lambda: not missing())
    stranger = start_in("lb1", "/usr/sbin/ipvsadm", "-R", stdin=subprocess.PIPE, text=True)
    for mark in marks:
        stranger.stdin.write(f"-D -f {mark}\n")
        stranger.stdin.flush()
        time.sleep(0.015)
    stranger.stdin.close()
    expect_equal(stranger.wait(10), 0, "exit status of the stranger's ipvsadm")
    wait_until("every service is back", lambda: not missing())


def test_a_prober_that_had_nothing_to_say_is_not_killed_for_it(farm):
    director = farm.directord(configuration(farm, top="checkinterval = 1\nchecktimeout = 2\n", checktype="on"))
    wait_until("the prober is there", lambda: director.status()["engine"]["proberConnected"])
    prober = director.child("director-prober")
    # Longer than a prober with the checks below may be silent.
    time.sleep(15)
    # Nobody has the address: the first result takes longer than the engine's next look.
    director.configure(configuration(farm, top="checkinterval = 1\nchecktimeout = 2\n", checktype="on") + configuration(
        farm, weights={99: 1}, address=SECOND, top="", real_lines=()))
    director.command("reload")
    wait_until("the check has failed", lambda: director.status()["services"][1]["servers"][0]["state"] == "down")
    expect_equal(director.child("director-prober"), prober, "process of the prober")
    expect("is stuck" not in director.log(), "the prober was taken for stuck")

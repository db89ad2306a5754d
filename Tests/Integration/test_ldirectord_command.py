"""ldirectord's command line through a link of that name: commands, messages, exit status, pid file; further instances;
and the OCF agent, which is made of it. A file that cannot be used never harms what runs."""

import signal
import subprocess

from harness import *

TOPOLOGIES = ["nat"]
AGENT = os.path.join(ROOT, "contrib", "ocf", "director")


def text(port=80, reals=(1,), more=""):
    lines = "".join(f"\treal=10.0.0.{100 + n}:80 masq 5\n" for n in reals)
    return f"checktimeout=1\ncheckinterval=1\n{more}virtual=10.9.0.1:{port}\n{lines}\tchecktype=connect\n"


class Instance:
    """A file, and ldirectord called on it in lb1."""

    def __init__(self, farm, name="x.cf", configuration=None):
        self.link = f"{RUN}/bin/ldirectord"
        os.makedirs(f"{RUN}/bin", exist_ok=True)
        if not os.path.islink(self.link):
            os.symlink(program("director"), self.link)
        self.file, self.name = f"{RUN}/{name}", name
        self.pid_file = f"/var/run/ldirectord.{name}.pid"
        self.write(configuration or text())
        self.farm = farm

    def write(self, configuration):
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            file.write(configuration)
        os.rename(self.file + ".new", self.file)

    def call(self, *words, timeout=60):
        done = done_in("lb1", self.link, *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                       stdin=subprocess.DEVNULL, timeout=timeout, cwd="/")
        return done.returncode, done.stdout, done.stderr

    def command(self, name):
        return self.call(self.file, name)

    def expect_command(self, name, status, output="", errors=None):
        found = self.command(name)
        wanted = (status, output, found[2] if errors is None else errors)
        expect_equal(found, wanted, f"ldirectord {self.name} {name}")

    def pid(self):
        with open(self.pid_file, encoding="ascii") as file:
            return int(file.read())

    def end(self):
        self.write(text())
        self.command("stop")


def is_up(port=80, server="10.0.0.101:80"):
    return (servers_of("10.9.0.1", port) or {}).get(server) == 5


def test_commands_messages_and_status(farm):
    instance = Instance(farm)
    try:
        stopped = f"ldirectord is stopped for {instance.file}\n"
        instance.expect_command("status", 3, stopped, "")
        instance.expect_command("stop", 0)
        instance.expect_command("reload", 1)
        instance.expect_command("force-reload", 1)
        instance.expect_command("try-restart", 0, errors="")
        expect(not table(), "a command that starts nothing has changed the table")
        instance.expect_command("start", 0)
        expect(("TCP", "10.9.0.1:80") in table(), "start came back before the first table was in the kernel")
        pid = instance.pid()
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            expect_equal(file.read().split(b"\0")[0], b"ldirectord", "the name in /proc/PID/cmdline")
        running = f"ldirectord for {instance.file} is running with pid: {pid}\n"
        instance.expect_command("status", 0, "", running)
        instance.expect_command("start", 0)
        expect_equal(instance.pid(), pid, "the process after a second start")
        wait_until("rs1 is in", is_up)
        instance.write(text(reals=(1, 2)))
        instance.expect_command("reload", 0)
        wait_until("rs2 is in after the reload", lambda: is_up(server="10.0.0.102:80"))
        instance.expect_command("restart", 0)
        expect(instance.pid() != pid, "restart kept the process")
        wait_until("rs1 is in after the restart", is_up)
        pid = instance.pid()
        instance.expect_command("try-restart", 0)
        expect(instance.pid() != pid, "try-restart kept the process")
        instance.expect_command("stop", 0)
        expect_equal(table(), {}, "the table after stop")
        expect(not os.path.exists(instance.pid_file), "stop left the pid file")
        instance.expect_command("status", 3, stopped, "")
        log = open("/var/log/ldirectord.log", encoding="utf-8").read()
        expect(f"|x.cf|" in log and "Added real server: 10.0.0.101:80 (10.9.0.1:80) (Weight set to 5)" in log
               and "Purged virtual server (stop): 10.9.0.1:80" in log, f"ldirectord.log: {log[-2000:]}")
    finally:
        instance.end()


def test_the_directord_of_the_service_manager_is_meant(farm):
    """Scripts that call ldirectord have to do with the one that the unit runs, and start none beside it."""
    instance = Instance(farm, "service.cf")
    service = Directord(file=instance.file, runtime="/run/director")
    pid = service.process.pid
    instance.expect_command("status", 0, "", f"ldirectord for {instance.file} is running with pid: {pid}\n")
    for name in "start", "reload":
        instance.expect_command(name, 0)
    instance.expect_command("status", 0, "", f"ldirectord for {instance.file} is running with pid: {pid}\n")
    instance.expect_command("restart", 0)
    expect_equal(service.process.wait(10), 0, "the status of the directord that the service manager had started")
    expect(instance.pid() != pid, "restart kept the process")
    instance.expect_command("stop", 0)
    expect_equal(table(), {}, "the table after stop")
    instance.expect_command("status", 3, f"ldirectord is stopped for {instance.file}\n", "")


def test_a_stale_pid_file_is_told(farm):
    instance = Instance(farm)
    try:
        instance.command("start")
        pid = instance.pid()
        for process in (pid, *children(pid).values()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        wait_until("it is gone", lambda: not os.path.exists(f"/proc/{pid}/exe"), 10)
        instance.expect_command("status", 1, f"ldirectord is stopped for {instance.file}\n",
                                f"ldirectord stale pid file {instance.pid_file} for {instance.file}\n")
        instance.expect_command("start", 0)
        instance.expect_command("status", 0)
        # A number that another program has by now is nobody's business.
        instance.command("stop")
        with open(instance.pid_file, "w", encoding="ascii") as file:
            file.write("1\n")
        instance.expect_command("stop", 0)
        instance.expect_command("status", 1, f"ldirectord is stopped for {instance.file}\n")
        # What a full disk leaves of it is no pid file.
        open(instance.pid_file, "w", encoding="ascii").close()
        instance.expect_command("status", 3, f"ldirectord is stopped for {instance.file}\n", "")
        os.unlink(instance.pid_file)
    finally:
        instance.end()


def test_wrong_usage_and_missing_files(farm):
    instance = Instance(farm)
    for words, complaint in ((("bogus",), ""), ((instance.file, "bogus"), ""), ((), ""),
                             (("-x", "start"), "Unknown option: x\n"), (("--deb", "start"), "Unknown option: deb\n")):
        status, output, errors = instance.call(*words)
        expect_equal((status, errors), (255, complaint), f"ldirectord {words}")
        expect(output.startswith("Usage:"), f"ldirectord {words} says {output}")
    expect_equal(instance.call("bogus.cf", "start"), (1, "", "Config file bogus.cf not found\n"), "a missing file")
    # Debian's package brings an example there.
    with contextlib.suppress(FileNotFoundError):
        os.unlink("/etc/ha.d/ldirectord.cf")
    expect_equal(instance.call("start"), (1, "", "Config file ldirectord.cf not found\n"), "no file at all")
    status, output, _ = instance.call("-v")
    expect(status == 0 and output.startswith("Linux Director"), f"-v: {status} {output}")
    expect_equal(instance.call("--help")[0], 0, "--help")
    os.makedirs("/etc/ha.d/conf", exist_ok=True)
    for folder in ("/etc/ha.d/conf", "/etc/ha.d"):
        with open(f"{folder}/searched.cf", "w", encoding="utf-8") as file:
            file.write(text())
        expect_equal(instance.call("searched.cf", "status"),
                     (3, f"ldirectord is stopped for {folder}/searched.cf\n", ""), "the search for the file")
    for folder in ("/etc/ha.d/conf", "/etc/ha.d"):
        os.unlink(f"{folder}/searched.cf")


def test_a_broken_file_harms_nothing_that_runs(farm):
    instance = Instance(farm)
    try:
        instance.command("start")
        pid = instance.pid()
        wait_until("rs1 is in", is_up)
        instance.write(text() + "bogus\n")
        for name, wanted in (("start", 2), ("restart", 2), ("try-restart", 2), ("reload", 2), ("force-reload", 2),
                             ("status", 0)):
            status, _, errors = instance.command(name)
            expect_equal(status, wanted, f"{name} on a broken file")
            expect(f"reading file {instance.file} at line 6:" in errors, f"{name} says {errors}")
            expect_equal(instance.pid(), pid, f"the pid file after {name}")
            expect(is_up(), f"the table after {name}")
        os.kill(pid, signal.SIGHUP)
        farm.kill("rs1")
        wait_until("checks still count", lambda: servers_of("10.9.0.1") == {}, 15)
        farm.revive("rs1")
        wait_until("rs1 is back", is_up, 15)
        os.unlink(instance.file)
        instance.expect_command("status", 0)
        expect_equal(instance.command("reload"), (1, "", f"Config file {instance.file} not found\n"), "reload without a file")
        instance.expect_command("stop", 0)
        expect_equal(table(), {}, "the table after a stop without a file")
        expect_equal(instance.command("status")[0], 1, "status without a file and a daemon")
        instance.write("bogus\n")
        status, _, errors = instance.command("start")
        expect_equal(status, 2, "start on a broken file")
        expect(not os.path.exists(instance.pid_file), "a refused start left a pid file")
        status, _, errors = instance.command("try-restart")
        expect_equal(status, 2, "try-restart of what is stopped, on a broken file")
        expect(f"reading file {instance.file} at line 1:" in errors, f"try-restart says {errors}")
    finally:
        instance.end()


def test_in_the_foreground(farm):
    instance = Instance(farm)
    for words, more in ((("-d",), ""), ((), "supervised=yes\n")):
        instance.write(text(more=more))
        process = start_in("lb1", instance.link, *words, instance.file, "start", stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        farm.processes.append(process)
        wait_until("rs1 is in", is_up, 20)
        expect(not os.path.exists(instance.pid_file), "a pid file in the foreground")
        expect_equal(instance.command("status")[0], 3, "status beside one in the foreground")
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=20)
        expect_equal(process.returncode, 0, "exit status")
        expect_equal(table(), {}, "the table afterwards")
        told = output if more else errors
        expect("Added real server: 10.0.0.101:80 (10.9.0.1:80) (Weight set to 5)" in told, f"its log: {told[-1500:]}")
        if more:
            expect(all(line.startswith("[") for line in output.splitlines()), f"lines on standard output: {output[:500]}")


def test_execute_starts_and_stops_further_instances(farm):
    child = Instance(farm, "child.cf", text(port=99))
    instance = Instance(farm, "x.cf", f"execute={child.file}\n" + text())
    try:
        instance.expect_command("start", 0)
        wait_until("both are at work", lambda: is_up() and is_up(99), 30)
        status, _, errors = instance.command("status")
        expect_equal(status, 0, "status")
        expect_equal(errors, f"ldirectord for {instance.file} is running with pid: {instance.pid()}\n"
                     f"ldirectord for {child.file} is running with pid: {child.pid()}\n", "status of both")
        child.write(text(port=99, reals=(1, 2)))
        instance.expect_command("reload", 0)
        instance.write(f"execute={child.file}\n" + text(reals=(1, 3)))
        instance.expect_command("reload", 0)
        wait_until("both have reloaded", lambda: is_up(server="10.0.0.103:80") and is_up(99, "10.0.0.102:80"), 20)
        instance.expect_command("stop", 0)
        wait_until("both are gone", lambda: not table() and not os.path.exists(child.pid_file), 20)
    finally:
        instance.end()
        child.end()


def test_debian_s_own_ldirectord_is_taken_over(farm):
    """A site stops ldirectord and starts Director on the same file, by the same command line."""
    instance = Instance(farm, "site.cf", text(reals=(1, 2)))
    done = done_in("lb1", "/usr/sbin/ldirectord", instance.file, "start", timeout=60, cwd="/",
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    expect_equal(done.returncode, 0, "start of Debian's ldirectord")
    try:
        wait_until("its servers are in", lambda: is_up() and is_up(server="10.0.0.102:80"), 60)
        instance.expect_command("status", 0)
        instance.expect_command("restart", 0)
        wait_until("ours has them in", lambda: is_up() and is_up(server="10.0.0.102:80"), 20)
        name = open(f"/proc/{instance.pid()}/exe", "rb") and os.readlink(f"/proc/{instance.pid()}/exe")
        expect(name.endswith("/directord"), f"the program that runs is {name}")
    finally:
        instance.end()


# -- The OCF agent -----------------------------------------------------------------------------------------------------

def agent(action, **parameters):
    environment = dict(os.environ, OCF_ROOT="/usr/lib/ocf", OCF_RESOURCE_INSTANCE="lvs", OCF_RESKEY_CRM_meta_timeout="20000",
                       **{f"OCF_RESKEY_{name}": value for name, value in parameters.items()})
    done = done_in("lb1", AGENT, action, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                   stdin=subprocess.DEVNULL, timeout=90, env=environment, cwd="/")
    return done.returncode, done.stdout


def test_ocf_agent(farm):
    instance = Instance(farm, "ocf.cf")
    given = {"configfile": instance.file, "ldirectord": instance.link}

    def expect_action(action, wanted, **parameters):
        status, output = agent(action, **{**given, **parameters})
        expect_equal(status, wanted, f"{action} {parameters} ({output})")
        return output

    try:
        data = expect_action("meta-data", 0)
        import xml.dom.minidom
        document = xml.dom.minidom.parseString(data)
        expect_equal({node.getAttribute("name") for node in document.getElementsByTagName("action")},
                     {"start", "stop", "monitor", "reload", "meta-data", "validate-all"}, "actions of meta-data")
        expect_action("validate-all", 0)
        expect_action("validate-all", 6, configfile="/nonexistent.cf")
        expect_action("validate-all", 5, ldirectord="/nonexistent")
        # Debian's, or whatever else has the name.
        for action in ("validate-all", "start", "monitor"):
            expect("no link to director" in expect_action(action, 5, ldirectord="/bin/sh"), f"the reason of {action}")
        expect_action("bogus", 3)
        expect_action("monitor", 7)
        expect_action("stop", 0)
        expect_action("start", 0)
        wait_until("rs1 is in", is_up)
        expect_action("start", 0)
        expect_action("monitor", 0)
        instance.write(text() + "bogus\n")
        expect_action("monitor", 0)
        expect_action("validate-all", 6)
        instance.write(text(reals=(1, 2)))
        expect_action("reload", 0)
        wait_until("rs2 is in", lambda: is_up(server="10.0.0.102:80"))
        pid = instance.pid()
        for process in (pid, *children(pid).values()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        wait_until("it is gone", lambda: not os.path.exists(f"/proc/{pid}/exe"), 10)
        expect_action("monitor", 7)
        expect_action("start", 0)
        pid = instance.pid()
        expect_action("stop", 0, ldirectord="/nonexistent")
        expect(not os.path.exists(f"/proc/{pid}/exe"), "Director runs on after a stop without the program")
        expect_action("stop", 0, ldirectord="/nonexistent")
        expect_action("start", 0)
        instance.write("bogus\n")
        expect_action("stop", 0)
        expect_equal(table(), {}, "the table after stop with a broken file")
        expect_action("monitor", 7)
        expect_action("start", 6)
    finally:
        instance.end()

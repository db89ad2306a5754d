"""Checks that programs make, pings, and N connects between two negotiations, through the director as it runs."""

import os
import pwd
import shutil
import tempfile

from harness import *

TOPOLOGIES = ["nat"]
# A shell takes its time in the guest.
TOP_OF_PROGRAMS = "checktimeout = 3\ncheckinterval = 1\n"


class Program:
    """A check of an operator's: whoever is named in a file beside it is down."""

    def __init__(self, body):
        self.folder = tempfile.mkdtemp(dir="/run")
        os.chmod(self.folder, 0o777)
        self.path = self.folder + "/check"
        with open(self.path, "w", encoding="ascii") as file:
            file.write(body.replace("FOLDER", self.folder))
        os.chmod(self.path, 0o755)

    def read(self, name):
        try:
            with open(f"{self.folder}/{name}", encoding="ascii") as file:
                return file.read()
        except OSError:
            return ""

    def mark(self, name, text=""):
        with open(f"{self.folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def unmark(self, name):
        os.unlink(f"{self.folder}/{name}")

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


SHELL = """#!/bin/sh
echo "$@" >>FOLDER/arguments
id -u >FOLDER/user
[ ! -e FOLDER/hang-$3 ] || { sleep 1000 & echo $! >FOLDER/grandchild; sleep 1000; }
[ ! -e FOLDER/kill-$3 ] || kill -KILL $$
[ ! -e FOLDER/down-$3 ]
"""

PERL = """my ($vip, $vport, $rip, $rport) = @ARGV;
exit(-e "FOLDER/down-$rip" ? 1 : 0);
"""


def up(farm, without=()):
    return {endpoint(real_server(n)): 1 for n in farm.servers if n not in without}


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return ") Z " not in file.read()
    except OSError:
        return False


def test_a_program_decides_about_each_server(farm):
    program = Program(SHELL)
    try:
        farm.directord(configuration(farm, top=TOP_OF_PROGRAMS, checktype="external",
                                     checkcommand=f'"{program.path}"'))
        wait_until("every server is in", lambda: servers_of() == up(farm))
        wanted = {f"{VIRTUAL[4]} 80 {real_server(n)} 80" for n in farm.servers}
        expect_equal(set(program.read("arguments").splitlines()), wanted, "what the program was called with")
        # The file is empty while another check runs.
        wait_until("it ran as nobody", lambda: int(program.read("user")) == pwd.getpwnam("nobody").pw_uid)
        program.mark(f"down-{real_server(2)}")
        wait_until("the server it speaks against is out", lambda: servers_of() == up(farm, without=[2]))
        program.unmark(f"down-{real_server(2)}")
        wait_until("the server is in again", lambda: servers_of() == up(farm))
        program.mark(f"kill-{real_server(1)}")
        wait_until("a program killed by a signal is a failure", lambda: servers_of() == up(farm, without=[1]))
    finally:
        program.remove()


def test_a_program_that_hangs_is_killed_with_all_it_started(farm):
    program = Program(SHELL)
    try:
        program.mark(f"hang-{real_server(3)}")
        director = farm.directord(configuration(farm, top=TOP_OF_PROGRAMS, checktype="external",
                                                checkcommand=program.path))
        wait_until("the others are in", lambda: servers_of() == up(farm, without=[3]))
        wait_until("it hangs", lambda: program.read("grandchild").strip())
        grandchild = int(program.read("grandchild"))
        wait_until("what it started is gone", lambda: not is_running(grandchild))
        program.unmark(f"hang-{real_server(3)}")
        wait_until("the server is in", lambda: servers_of() == up(farm))
        prober = director.child("director-prober")
        wait_until("nothing is left of the programs", lambda: len(children(prober)) <= 3)
    finally:
        program.remove()


def test_perl_runs_a_file_that_is_not_executable(farm):
    program = Program(PERL)
    os.chmod(program.path, 0o644)
    try:
        farm.directord(configuration(farm, top=TOP_OF_PROGRAMS, checktype="external-perl",
                                     checkcommand=f'"{program.path}"'))
        wait_until("every server is in", lambda: servers_of() == up(farm))
        program.mark(f"down-{real_server(2)}")
        wait_until("the server it speaks against is out", lambda: servers_of() == up(farm, without=[2]))
    finally:
        program.remove()


def test_a_ping_needs_no_sysctl(farm):
    path = "/proc/sys/net/ipv4/ping_group_range"
    before = run_in("lb1", "cat", path)
    farm.directord(configuration(farm, checktype="ping"))
    wait_until("every server is in", lambda: servers_of() == up(farm))
    expect_equal(run_in("lb1", "cat", path), before, "net.ipv4.ping_group_range")
    run_in("rs2", "sysctl", "-qw", "net.ipv4.icmp_echo_ignore_all=1")
    try:
        wait_until("the server that answers no ping is out", lambda: servers_of() == up(farm, without=[2]))
    finally:
        run_in("rs2", "sysctl", "-qw", "net.ipv4.icmp_echo_ignore_all=0")
    wait_until("the server that answers again is in", lambda: servers_of() == up(farm))


def test_connects_between_negotiations(farm):
    farm.directord(configuration(farm, checktype="2", service="http", request='"health"', receive='"OK"'))
    wait_until("every server is in", lambda: servers_of() == up(farm))
    # A page that is wrong is found by the next negotiation, a dead server by any check.
    farm.kill("rs2")
    wait_until("the dead server is out", lambda: servers_of() == up(farm, without=[2]))
    farm.revive("rs2")
    wait_until("the server that came back is in", lambda: servers_of() == up(farm))

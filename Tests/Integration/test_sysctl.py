"""The kernel's IPVS settings are held at what is wanted, so that no client stays with a server that is gone."""

import itertools
import socket
import time

from harness import *

TOPOLOGIES = ["nat"]
FOLDER = "/proc/sys/net/ipv4/vs/"
# What makes expire_nodest_conn wanted.
DATAGRAMS = "\nvirtual = 192.0.2.100:5353\n\treal = 10.0.0.101:5353 masq\n\tprotocol = udp\n\tchecktype = on\n"


def setting(name):
    with inside("lb1"), open(FOLDER + name, encoding="ascii") as file:
        return " ".join(file.read().split())


def change(name, value):
    with inside("lb1"), open(FOLDER + name, "w", encoding="ascii") as file:
        file.write(value)


def test_settings_are_set_repaired_and_given_back(farm):
    change("expire_nodest_conn", "0")
    before = setting("sync_threshold")
    lines = "sysctl = sync_threshold 0 70\nsysctl conn_reuse_mode = 0\n"
    director = farm.directord(configuration(farm, top=TOP + lines) + DATAGRAMS)
    wait_until("what is written is set", lambda: setting("sync_threshold") == "0 70")
    expect_equal(setting("conn_reuse_mode"), "0", "conn_reuse_mode")
    expect_equal(setting("expire_nodest_conn"), "1", "expire_nodest_conn, wanted without being written")
    change("expire_nodest_conn", "0")
    wait_until("a stranger's change is put right", lambda: setting("expire_nodest_conn") == "1", 5)
    wait_until("it is told", lambda: "expire_nodest_conn was set from 1 to 0 by somebody else" in director.log())
    director.configure(configuration(farm, top=TOP) + DATAGRAMS)
    director.command("reload", check=False)
    director.signal(1)
    wait_until("a line that is gone gives its setting back", lambda: setting("sync_threshold") == before)
    expect_equal(director.stop(), 0, "the status of directord")
    expect_equal(setting("expire_nodest_conn"), "0", "expire_nodest_conn after the stop")
    expect_equal(setting("conn_reuse_mode"), "1", "conn_reuse_mode after the stop")


def test_a_stop_that_leaves_services_leaves_settings_and_the_next_run_gives_them_back(farm):
    change("expire_nodest_conn", "0")
    first = farm.directord(configuration(farm, top=TOP + "cleanstop = no\n") + DATAGRAMS)
    wait_until("it is set", lambda: setting("expire_nodest_conn") == "1")
    first.stop()
    expect_equal(setting("expire_nodest_conn"), "1", "the setting while the kernel goes on balancing")
    second = farm.directord(configuration(farm) + DATAGRAMS, runtime=first.runtime)
    second.kill_everything()
    third = farm.directord(configuration(farm) + DATAGRAMS, runtime=first.runtime)
    third.stop()
    expect_equal(setting("expire_nodest_conn"), "0", "what the first of three runs found")


def test_none_leaves_the_kernel_alone(farm):
    change("expire_nodest_conn", "0")
    farm.directord(configuration(farm, top=TOP + "sysctl = none\n") + DATAGRAMS)
    wait_until("every server is in", lambda: len(servers_of() or {}) == 3)
    time.sleep(1.5)
    expect_equal(setting("expire_nodest_conn"), "0", "the setting")


def test_a_flow_of_datagrams_leaves_a_dead_server(farm):
    """One client port, as a resolver has: its datagrams go to a living server soon after the other one's death."""
    echo = ("import socket,sys\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\ns.bind(('',5353))\n"
            "while True:\n d,a=s.recvfrom(99)\n s.sendto(sys.argv[1].encode()+b' '+d,a)\n")
    servers = [farm.spawn(f"rs{number}", "python3", "-c", echo, f"rs{number}") for number in (1, 2)]
    text = configuration(farm, port=5353, weights={1: 1, 2: 1}, protocol="udp", checkport="80", scheduler="rr",
                         checktype="ping", fallback=None)
    farm.directord(text)
    wait_until("both are in", lambda: sorted((servers_of(port=5353, kind="UDP") or {}).values()) == [1, 1])
    with inside("client"):
        flow = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    numbers = itertools.count()

    def ask(patience=0.3):
        """Who answers this datagram, not one before it."""
        flow.settimeout(patience)
        question = b"%d" % next(numbers)
        flow.sendto(question, (VIRTUAL[4], 5353))
        while True:
            who, _, number = flow.recv(99).partition(b" ")
            if number == question:
                return who.decode()

    wait_until("somebody answers", lambda: ask() != "", 10)
    old = ask(5)
    expect_equal({ask(5) for _ in range(4)}, {old}, "who answers one flow")
    number = int(old[2:])
    servers[number - 1].kill()
    run_in(old, "ip", "address", "del", f"{real_server(number)}/24", "dev", "eth0")
    try:
        other = endpoint(real_server(3 - number), 5353)
        wait_until("the dead server is out", lambda: list(servers_of(port=5353, kind="UDP")) == [other])
        wait_until("the flow is with the other one", lambda: ask() == f"rs{3 - number}", 5)
    finally:
        flow.close()
        run_in(old, "ip", "address", "add", f"{real_server(number)}/24", "dev", "eth0")
        run_in(old, "ip", "route", "replace", "default", "via", "10.0.0.1", check=False)


def test_a_machine_that_does_not_forward_is_told_of(farm):
    """Behind address translation every check passes and status is well, while clients wait for answers."""
    everyone = "/proc/sys/net/ipv4/ip_forward"

    def forward(value):
        with inside("lb1"), open(everyone, "w", encoding="ascii") as file:
            file.write(value)
    forward("0")
    try:
        director = farm.directord(configuration(farm))
        expect("net.ipv4.ip_forward is 0: clients wait in vain" in director.command("events", "--event", "remark"),
               "no event tells it")
    finally:
        forward("1")
    director.stop()
    director.start()
    told = director.command("events", "--event", "remark").count("ip_forward is 0")
    expect_equal(told, 1, "how often it was told, the start on a machine that forwards included")

"""A real server that does not take packets for the virtual address is out, though its own address answers."""

import time

from harness import *

TOPOLOGIES = ["dr", "tun"]
TOP_PATH = "checktimeout = 1\ncheckinterval = 1\nquiescent = no\ndatapath = yes\n"


def holder(farm, family):
    """The interface on which the real servers hold the virtual addresses."""
    if farm.topology == "dr":
        return "lo"
    return "tunl0" if family == 4 else "ip6tnl0"


def virtual_address(farm, number, family, verb):
    address = VIRTUAL[family] + ("/32" if family == 4 else "/128")
    nodad = ["nodad"] if family == 6 and verb == "add" else []
    run_in(f"rs{number}", "ip", "address", verb, address, "dev", holder(farm, family), *nodad)


def up(farm, family, *numbers):
    return {endpoint(real_server(n, family)): 1 for n in numbers or farm.servers}


def reason(director, number, family, port=80):
    wanted = endpoint(real_server(number, family), port)
    return next(server["reason"] for service in director.status()["services"] for server in service["servers"]
                if server["server"] == wanted)


def found_and_forgiven(farm, family):
    virtual_address(farm, 2, family, "del")
    try:
        director = farm.directord(configuration(farm, family, top=TOP_PATH))
        address = VIRTUAL[family]
        wait_until("those with the address are in", lambda: servers_of(address) == up(farm, family, 1, 3))
        wait_until("the reason is told", lambda: "datapath: no answer from" in reason(director, 2, family))
        text = reason(director, 2, family)
        expect(f"{endpoint(address)} by way of" in text and real_server(2, family) in text, f"the reason is: {text}")
        expect(("loopback" if farm.topology == "dr" else "tunnel") in text, f"the reason is: {text}")
    finally:
        virtual_address(farm, 2, family, "add")
    wait_until("with its address it is in", lambda: servers_of(address) == up(farm, family))
    virtual_address(farm, 3, family, "del")
    try:
        wait_until("one that loses it is out", lambda: servers_of(address) == up(farm, family, 1, 2))
    finally:
        virtual_address(farm, 3, family, "add")
    wait_until("all are in", lambda: servers_of(address) == up(farm, family))
    return director


def test_missing_address_is_found_over_ipv4(farm):
    found_and_forgiven(farm, 4)


def test_missing_address_is_found_over_ipv6(farm):
    found_and_forgiven(farm, 6)


def test_a_udp_service_is_pinged(farm):
    director = farm.directord(configuration(farm, 4, top=TOP_PATH, protocol="udp", port=5353, checktype="ping"))
    servers = lambda: servers_of(port=5353, kind="UDP")
    wait_until("all are in", lambda: len(servers() or {}) == 3 and set(servers().values()) == {1})
    virtual_address(farm, 1, 4, "del")
    try:
        wait_until("the one without the address is out", lambda: len(servers()) == 2)
        text = reason(director, 1, 4, 5353)
        expect(f"no answer from {VIRTUAL[4]} by way of" in text, f"the reason is: {text}")
    finally:
        virtual_address(farm, 1, 4, "add")


def test_nobody_listens_on_the_virtual_address(farm):
    """The servers answer on port 8080; of the virtual service's port 81 nobody knows."""
    director = farm.directord(configuration(farm, 4, top=TOP_PATH, port=81, checkport="80"))
    wait_until("that is the reason", lambda: "nothing listens there" in reason(director, 1, 4, 81))
    expect_equal(servers_of(port=81), {}, "servers that are in")


def test_a_standby_without_the_address_checks_the_same_way(farm):
    """lb2 does not hold the virtual address."""
    farm.directord(configuration(farm, 4, top=TOP_PATH), namespace="lb2")
    wait_until("all are in", lambda: servers_of(namespace="lb2") == up(farm, 4))
    virtual_address(farm, 2, 4, "del")
    try:
        wait_until("the one without the address is out", lambda: servers_of(namespace="lb2") == up(farm, 4, 1, 3))
    finally:
        virtual_address(farm, 2, 4, "add")


def test_a_server_that_forwards_is_not_vouched_for_by_another(farm):
    """Without the address it sends a standby's question on to the director, which gives it to a server that is well."""
    if farm.topology != "dr":
        return
    run_in("rs2", "sysctl", "-qw", "net.ipv4.ip_forward=1")
    virtual_address(farm, 2, 4, "del")
    try:
        farm.directord(configuration(farm, 4, weights={1: 1}))
        wait_until("the director passes on what comes", lambda: servers_of() == up(farm, 4, 1))
        farm.directord(configuration(farm, 4, top=TOP_PATH), namespace="lb2")
        wait_until("the others are in", lambda: servers_of(namespace="lb2") == up(farm, 4, 1, 3))
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            weight = (servers_of(namespace="lb2") or {}).get(endpoint(real_server(2)), 0)
            expect_equal(weight, 0, "the weight of the one that forwards")
            time.sleep(0.05)
    finally:
        virtual_address(farm, 2, 4, "add")
        run_in("rs2", "sysctl", "-qw", "net.ipv4.ip_forward=0")


def test_nothing_is_left_in_the_kernel(farm):
    director = farm.directord(configuration(farm, 4, top=TOP_PATH))
    wait_until("all are in", lambda: servers_of() == up(farm, 4))
    expect_equal(list(table()), [("TCP", endpoint(VIRTUAL[4]))], "services while it runs")
    director.stop()
    expect_equal(table(), {}, "services after the stop")

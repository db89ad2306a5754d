"""The sample configurations of direct routing, each as it stands in conf/."""

from harness import *
from samples import *

TOPOLOGIES = ["dr"]
V = VIRTUAL[4]


def gate(*servers):
    return {name: ("Route", weight) for name, weight in servers}


def test_direct_routing(farm):
    run_sample(farm, "direct-routing")
    service = ("TCP", f"{V}:80")
    whole = gate(("10.0.0.101:80", 10), ("10.0.0.102:80", 10), ("10.0.0.103:80", 5))
    expect_table({service: whole})
    expect_equal(sorted(curl_shares(f"http://{V}/", 10)), ["rs1", "rs2", "rs3"], "real servers")
    farm.kill("rs2")
    # Quiescent: the entry stays.
    expect_table({service: {**whole, "10.0.0.102:80": ("Route", 0)}})
    expect_equal(sorted(curl_shares(f"http://{V}/", 10)), ["rs1", "rs3"], "real servers without rs2")
    farm.revive("rs2")
    expect_table({service: whole})


def test_firewall_mark(farm):
    for port in ("80", "443"):
        run_in("lb1", "iptables-legacy", "-t", "mangle", "-A", "PREROUTING", "-d", V, "-p", "tcp", "--dport", port,
               "-j", "MARK", "--set-mark", "1")
    try:
        run_sample(farm, "firewall-mark")
        expect_table({("FWM", f"{1:08X}"): gate(*((f"10.0.0.{100 + n}:0", 1) for n in farm.servers))}, timeout=20)
        # Both ports, and always the same server.
        answers = run_in("client", "curl", "-sSk", "--max-time", "10", f"http://{V}/", f"https://{V}/",
                         f"http://{V}/", f"https://{V}/").split()
        expect_equal(len(answers), 4, f"answers, {answers}")
        expect_equal(len(set(answers)), 1, f"servers of one client, {answers}")
    finally:
        run_in("lb1", "iptables-legacy", "-t", "mangle", "-F")


def test_persistent_https(farm):
    run_sample(farm, "persistent-https")
    expect_table({("TCP", f"{V}:443"): gate(*((f"10.0.0.{100 + n}:443", 1) for n in farm.servers))})
    expect_equal(settings_of(f"-t {V}:443"), "-s wlc -p 1800 -M 255.255.255.0", "the service's settings")
    answers = run_in("client", "curl", "-sSk", "--max-time", "10", "-H", "Connection: close",
                     *[f"https://{V}/"] * 4).split()
    expect_equal((len(answers), len(set(answers))), (4, 1), "answers, and servers that gave them")
    # Its server dies: its entry goes, and the client gets another one.
    farm.kill(answers[0])
    wait_until("the dead server is out", lambda: len(servers_of(V, 443) or {}) == 2, 20)
    after = run_in("client", "curl", "-sSk", "--max-time", "10", f"https://{V}/").strip()
    expect(after and after != answers[0], f"the client got {after!r} after {answers[0]} died")


def test_watched(farm):
    director = run_sample(farm, "watched")
    service = ("TCP", f"{V}:80")
    whole = gate(*((f"10.0.0.{100 + n}:80", 10) for n in farm.servers))
    expect_table({service: whole})
    with inside("lb1"), open("/proc/sys/net/ipv4/vs/sloppy_tcp", encoding="ascii") as file:
        expect_equal(file.read().strip(), "1", "sloppy_tcp")
    wait_until("the silence of the agents is told", lambda: "agent: never heard" in director.command("status"))
    run_in("rs2", "ip", "address", "del", f"{V}/32", "dev", "lo")
    try:
        expect_table({service: {name: server for name, server in whole.items() if name != "10.0.0.102:80"}})
    finally:
        run_in("rs2", "ip", "address", "add", f"{V}/32", "dev", "lo")
    expect_table({service: whole})

"""Established connections outlive a takeover: the kernel's sync daemons follow the roles."""

from harness import *
from pair import *

TOPOLOGIES = ["nat", "dr"]


def daemons(namespace):
    """{role: id} of the sync daemons that run."""
    listing = debian_ipvsadm("-L", "--daemon", namespace=namespace)
    return {line.split()[0]: int(re.search(r"syncid=(\d+)", line)[1]) for line in listing.splitlines()}


def test_connections_survive_a_takeover(farm):
    pair = Pair(farm, more=["sync = eth0 id 7 maxlen 1400 group 224.0.0.99 port 9999 ttl 3 settle 1s"])
    pair.wait_until_settled()
    wait_until("daemons follow the roles", lambda: (daemons("lb1"), daemons("lb2")) == ({"master": 7}, {"backup": 7}), 10)
    for name in "lb1", "lb2":
        listing = debian_ipvsadm("-L", "--daemon", namespace=name)
        expect("(mcast=eth0, syncid=7, maxlen=1400, group=224.0.0.99, port=9999, ttl=3)" in listing, listing)
    pair.wait_for_servers("lb1", "lb2")
    download, conversation = farm.download(), farm.conversation()
    for _ in range(4):
        conversation.ask()
    wait_until("lb2 has both connections", lambda: len(established("lb2")) >= 2, 10)

    run("ip", "-n", "lb1", "link", "set", "eth0", "down")
    try:
        wait_until("lb2 is master", lambda: role(pair.two) == "master", 10)
        download.expect_alive("lb1 lost its network")
        conversation.expect_alive("lb1 lost its network")
        wait_until("lb2 sends now", lambda: daemons("lb2") == {"master": 7}, 5)
        expect(role(pair.one) == "fault" and "vrrp-fault" in [event["event"] for event in events(pair.one)],
               "lb1 does not know that it is without network")
    finally:
        run("ip", "-n", "lb1", "link", "set", "eth0", "up")
    # It comes back only when it has listened for a while, and the connections go back with the addresses.
    wait_until("lb1 is master again", lambda: (role(pair.one), role(pair.two)) == ("master", "backup"), 20)
    download.expect_alive("lb1 came back")
    conversation.expect_alive("lb1 came back")
    told = [event["event"] for event in events(pair.one)]
    expect("not-ready" in told and "sync-started" in told, f"events of lb1: {told}")

    # A clean stop ends what was started, and nothing else.
    pair.one.stop()
    expect_equal(daemons("lb1"), {}, "sync daemons after a stop")
    wait_until("lb2 has taken over", lambda: holders() == ["lb2"], 5)
    download.expect_alive("lb1 was stopped")


def refusal(address, port=8099):
    """What a client gets from a port that nobody listens on: an answer of the machine's own, or none."""
    try:
        fetch(address, port=port, timeout=3.0)
    except TimeoutError:
        return "silence"
    except ConnectionRefusedError:
        return "refused"
    return "answered"


def test_services_answer_where_the_machine_does_not(farm):
    """accept = no: IPVS takes what is for its services before the rules do. A kernel without such rules is told of."""
    if farm.topology != "nat":
        return  # How packets are forwarded makes no difference here.
    run("modprobe", "nf_tables", check=False)
    pair = Pair(farm, more=["accept = no"])
    pair.wait_until_settled()
    # The user-mode kernel has no rules for IPv4.
    can_refuse = "accept = no is not carried out" not in pair.one.log()
    for director, name in ((pair.one, "lb1"), (pair.two, "lb2")):
        pair.wait_for_servers(name)
        if name == "lb2":
            director.command("takeover", "web")
        wait_until(f"{name} alone has the address", lambda name=name: holders() == [name], 5)
        expect_equal(len({fetch() for _ in range(6)}), 3, f"servers that answer by {name}")
        expect_equal(refusal(VIRTUAL[4]), "silence" if can_refuse else "refused", f"a port of {name} that is no service's")
    pair.two.stop()
    wait_until("lb1 alone has the address", lambda: holders() == ["lb1"], 5)
    pair.one.configure(section(1, 150) + configuration(farm))
    expect_equal(pair.one.command("reload", check=False), "", "director reload")
    expect_equal(refusal(VIRTUAL[4]), "refused", "the same with accept = yes")
    fetch()

def test_a_cut_of_the_sync_cable_counts_against_readiness(farm):
    if farm.topology != "nat":
        return  # How packets are forwarded makes no difference here.
    take_addresses_away(farm)
    for number, name in enumerate(("lb1", "lb2"), 1):
        run("ip", "-n", name, "link", "add", "s0", "type", "veth", "peer", "name", "s1")
        run("ip", "-n", name, "address", "add", f"10.77.{number}.1/24", "dev", "s0")
        for end in "s0", "s1":
            run("ip", "-n", name, "link", "set", end, "up")
    pair = Pair(farm, more=["sync = s0 id 7 settle 2s"])
    try:
        pair.wait_until_settled()

        def readiness():
            status = pair.two.status()["pair"]
            return status["ready"], status["readyReason"]

        wait_until("lb2 is ready", lambda: readiness()[0], 15)
        run("ip", "-n", "lb2", "link", "set", "s1", "down")
        wait_until("lb2 is not ready", lambda: not readiness()[0], 10)
        expect("connections of the master are taken in for 0 s of 2s" in readiness()[1], readiness()[1])
        run("ip", "-n", "lb2", "link", "set", "s1", "up")
        wait_until("lb2 is ready again", lambda: readiness()[0], 15)
        expect_equal(holders(), ["lb1"], "who has the address")

        # The kernel's daemon goes on where the director's have ended, and takes in what the cable brings.
        def since():
            return next(sync["sinceMs"] for sync in pair.two.status()["pair"]["sync"] if sync["role"] == "backup")

        def end_and_start(meanwhile=()):
            pair.two.kill_everything()
            for state in meanwhile:
                run("ip", "-n", "lb2", "link", "set", "s1", state)
            pair.two.start()
            wait_until("lb2 is backup", lambda: role(pair.two) == "backup")
            return since()

        before = since()
        after = end_and_start()
        # Both are the wall's time of one moment of the machine's clock.
        expect(abs(after - before) < 1000, f"the daemon runs since {before}, and then since {after}")
        again = end_and_start(("down", "up"))
        expect(again > after + 1000, f"the cable was cut while nobody looked: since {again}, before since {after}")
    finally:
        pair.one.stop()
        pair.two.stop()
        for name in "lb1", "lb2":
            run("ip", "-n", name, "link", "del", "s0", check=False)


def test_daemons_of_others_are_left_alone(farm):
    if farm.topology != "nat":
        raise Skipped("how packets are forwarded makes no difference here")
    debian_ipvsadm("--start-daemon", "master", "--mcast-interface", "lo", "--syncid", "9")
    try:
        pair = Pair(farm, more=["sync = eth0 id 7"])
        pair.wait_until_settled()
        wait_until("the status says what stands in the way",
                   lambda: "another one runs that is not ours (lo, id 9)" in pair.one.command("status"), 5)
        expect_equal(daemons("lb1"), {"master": 9}, "sync daemons beside a stranger's")
        pair.one.stop()
        expect_equal(daemons("lb1"), {"master": 9}, "sync daemons after the stop")
    finally:
        debian_ipvsadm("--stop-daemon", "master", namespace="lb1")

"""What a director is for: by each forwarding method and family, connections reach the real servers by their weights."""

from harness import *

TOPOLOGIES = ["nat", "dr", "tun"]
WEIGHTS = {1: 1, 2: 2, 3: 3}


def balances(farm, family):
    farm.directord(configuration(farm, family, WEIGHTS))
    wanted = {endpoint(real_server(n, family)): (farm.listed, weight) for n, weight in WEIGHTS.items()}
    service = ("TCP", endpoint(VIRTUAL[family]))
    wait_until("every server is in with its weight", lambda: table().get(service) == wanted)
    shares = curl_shares(f"http://{endpoint(VIRTUAL[family])}/", 12)
    expect_equal(shares, {"rs1": 2, "rs2": 4, "rs3": 6}, "requests by real server")


def test_requests_over_ipv4_are_shared_by_weight(farm):
    balances(farm, 4)


def test_requests_over_ipv6_are_shared_by_weight(farm):
    balances(farm, 6)


def test_ours_and_debians_ipvsadm_agree_about_the_table(farm):
    farm.directord(configuration(farm, 4, WEIGHTS) + configuration(farm, 6, WEIGHTS, top=""))
    for family in (4, 6):
        wait_until("all are in", lambda: sum(servers_of(VIRTUAL[family]).values()) == 6)
    expect_same_listings()

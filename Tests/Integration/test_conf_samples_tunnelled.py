"""The sample configuration of tunnelling, as it stands in conf/."""

from harness import *
from samples import *

TOPOLOGIES = ["tun"]


def test_tunnel(farm):
    run_sample(farm, "tunnel")
    expect_table({("TCP", f"{VIRTUAL[4]}:80"): {f"10.0.0.{100 + n}:80": ("Tunnel", 1) for n in farm.servers}})
    expect_equal(curl_shares(f"http://{VIRTUAL[4]}/", 6), {"rs1": 2, "rs2": 2, "rs3": 2}, "requests by real server")

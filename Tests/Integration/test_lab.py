"""The lab's farms route: with a table set up by Debian's ipvsadm the client reaches every real server."""

from harness import *

TOPOLOGIES = ["nat", "dr", "tun"]


def program_table(farm, family):
    virtual = endpoint(VIRTUAL[family])
    debian_ipvsadm("-A", "-t", virtual, "-s", "rr")
    for number in farm.servers:
        debian_ipvsadm("-a", "-t", virtual, "-r", endpoint(real_server(number, family)), farm.option)


def reaches_every_server(farm, family):
    program_table(farm, family)
    expect_equal(table()[("TCP", endpoint(VIRTUAL[family]))],
                 {endpoint(real_server(n, family)): (farm.listed, 1) for n in farm.servers}, "the table")
    shares = curl_shares(f"http://{endpoint(VIRTUAL[family])}/", 6)
    expect_equal(shares, {f"rs{n}": 2 for n in farm.servers}, "requests by real server")


def test_client_reaches_every_real_server_over_ipv4(farm):
    reaches_every_server(farm, 4)


def test_client_reaches_every_real_server_over_ipv6(farm):
    reaches_every_server(farm, 6)


def test_killed_real_server_refuses_and_comes_back(farm):
    address = real_server(1)
    expect_equal(fetch(address, namespace="lb1"), "rs1\n", "answer before")
    farm.kill("rs1")
    try:
        fetch(address, namespace="lb1")
    except ConnectionRefusedError:
        pass
    else:
        raise Failure("a killed real server still answers")
    farm.revive("rs1")
    expect_equal(fetch(address, namespace="lb1"), "rs1\n", "answer after")


def test_download_lives_on_while_its_service_is_away(farm):
    program_table(farm, 4)
    download = farm.download()
    debian_ipvsadm("-C")
    program_table(farm, 4)
    download.expect_alive("a table that was cleared and set up again")

"""The sample configuration of two directors, each side's file as it stands in conf/, but for the place of the keys."""

from harness import *
from pair import holders, keys, role, take_addresses_away

TOPOLOGIES = ["nat"]
FOLDER = os.path.join(ROOT, "conf", "pair")


def side(farm, name):
    with open(os.path.join(FOLDER, f"{name}.cf"), encoding="utf-8") as file:
        text = file.read().replace("/etc/director/keys", keys())
    return farm.directord(text, namespace=name)


def test_pair(farm):
    take_addresses_away(farm)
    one, two = side(farm, "lb1"), side(farm, "lb2")
    for director in (one, two):
        checked = run(program("director"), "check", director.file)
        expect("warning" not in checked, checked)
    wait_until("lb1 is master and lb2 its backup", lambda: (role(one), role(two)) == ("master", "backup"), 20)
    for name in ("lb1", "lb2"):
        wait_until(f"{name} has all servers", lambda: sorted(
            (servers_of(namespace=name) or {}).values()) == [1, 1, 2], 20)
    expect_equal(holders(), ["lb1"], "who has the virtual address")
    expect_equal(curl_shares(f"http://{VIRTUAL[4]}/", 8), {"rs1": 4, "rs2": 2, "rs3": 2}, "requests by real server")
    one.stop()
    wait_until("lb2 alone has the address", lambda: holders() == ["lb2"], 10)
    expect_equal(curl_shares(f"http://{VIRTUAL[4]}/", 8), {"rs1": 4, "rs2": 2, "rs3": 2}, "requests through lb2")

"""Two directors and one set of addresses: roles, orders, events, what both know when a part of one is gone."""

import os
import signal

from harness import *
from pair import *

TOPOLOGIES = ["nat"]


def test_hand_over_and_what_is_told_of_it(farm):
    pair = Pair(farm)
    pair.wait_until_settled()
    expect_equal(holders(), ["lb1"], "who has the virtual address")
    status = pair.one.status()["pair"]
    expect(status["current"] and status["problem"] is None, f"the pair is not current: {status}")
    wait_until("the link is up", lambda: pair.one.status()["pair"]["links"][0]["up"], 5)
    text = pair.one.command("status")
    expect("  web MASTER " in text and "link 1 udp 10.0.0.12:694 via eth0 up" in text, text)

    expect_equal(pair.two.command("takeover", "web"), "web is master now\n", "director takeover")
    wait_until("lb2 alone has the address", lambda: holders() == ["lb2"], 5)
    wait_until("both know", lambda: (role(pair.one), role(pair.two)) == ("backup", "master"), 5)
    pair.two.command("standby")
    wait_until("lb1 alone has it again", lambda: holders() == ["lb1"], 5)
    wrong = pair.one.command("takeover", "mail", check=False)
    expect("no virtual router 'mail': there are web" in wrong, wrong)
    wait_until("lb2's events tell", lambda: {"takeover-ordered", "vrrp-master", "standby-ordered", "peer-up", "link-up"}
               <= {event["event"] for event in events(pair.two)}, 5)
    expect(any("(director takeover by root)" in event["text"] for event in events(pair.two, "takeover-ordered")),
           pair.two.command("events"))

"""Established connections outlive whatever happens to the director's programs, its table and its configuration."""

import os
import signal

from harness import *

TOPOLOGIES = ["nat", "dr", "tun"]


def both_families(farm, weight=1, **keys):
    weights = {number: weight for number in farm.servers}
    return configuration(farm, 4, weights, **keys) + configuration(farm, 6, weights, top="", **keys)


def is_whole(weight=1):
    return all(servers_of(VIRTUAL[family]) == {endpoint(real_server(n, family)): weight for n in (1, 2, 3)}
               for family in (4, 6))


def expect_all_alive(downloads, after):
    for download in downloads:
        download.expect_alive(after)


def test_engine_killed_table_cleared_and_file_reloaded(farm):
    director = farm.directord(both_families(farm))
    wait_until("all servers are in", is_whole)
    downloads = [farm.download(VIRTUAL[family]) for family in (4, 6)]

    engine = director.child("director-engine")
    os.kill(engine, signal.SIGKILL)
    expect(is_whole(), "the table changed when the engine was killed")
    wait_until("another engine runs", lambda: director.child("director-engine") != engine)
    expect_all_alive(downloads, "the engine was killed")
    wait_until("the new engine answers", lambda: len(director.status()["services"]) == 2)
    expect(is_whole(), "the new engine changed the table")

    debian_ipvsadm("-C")
    seconds = wait_until("the cleared table is whole again", is_whole, timeout=5)
    expect(seconds < 2, f"the cleared table was whole only after {seconds:.1f} s")
    expect_all_alive(downloads, "a stranger's ipvsadm -C")

    director.configure(both_families(farm, weight=5))
    director.signal(signal.SIGHUP)
    wait_until("the new weights are in the table", lambda: is_whole(5))
    expect_all_alive(downloads, "a reload that changed weights")
    for download in downloads:
        download.expect_complete()


def test_restart_of_everything_with_cleanstop_no(farm):
    director = farm.directord("cleanstop = no\n" + both_families(farm))
    wait_until("all servers are in", is_whole)
    downloads = [farm.download(VIRTUAL[family]) for family in (4, 6)]
    expect_equal(director.stop(), 0, "exit status of directord")
    expect(is_whole(), "cleanstop = no left no whole table")
    expect_all_alive(downloads, "directord stopped")
    director.start()
    expect(is_whole(), "the restarted director changed the table")
    expect_all_alive(downloads, "directord started again")
    director.kill_everything()
    expect(is_whole(), "a crash of every program changed the table")
    director.start()
    expect(is_whole(), "the director changed the table that it found after a crash")
    for download in downloads:
        download.expect_complete()

"""Established connections outlive whatever happens to the director's programs, its table and its configuration."""

import os
import signal
import time

from harness import *

TOPOLOGIES = ["nat", "dr", "tun"]


def both_families(farm, weight=1, **keys):
    weights = {number: weight for number in farm.servers}
    return configuration(farm, 4, weights, **keys) + configuration(farm, 6, weights, top="", **keys)


def is_whole(weight=1):
    return all(servers_of(VIRTUAL[family]) == {endpoint(real_server(n, family)): weight for n in (1, 2, 3)}
               for family in (4, 6))


def counted():
    return [connections_counted(VIRTUAL[family]) for family in (4, 6)]


def wait_until_counted():
    wait_until("both connections are counted", lambda: counted() == [1, 1], 5)


def expect_never_flushed(after):
    """A service that was removed and made again would count from zero."""
    expect_equal(counted(), [1, 1], f"connections that the services have counted after {after}")


def expect_all_alive(downloads, after):
    for download in downloads:
        download.expect_alive(after)


def test_engine_killed_and_file_reloaded(farm):
    director = farm.directord(both_families(farm))
    wait_until("all servers are in", is_whole)
    downloads = [farm.download(VIRTUAL[family]) for family in (4, 6)]
    wait_until_counted()

    engine = director.child("director-engine")
    os.kill(engine, signal.SIGKILL)
    expect(is_whole(), "the table changed when the engine was killed")
    wait_until("another engine runs", lambda: director.child("director-engine") != engine)
    expect_all_alive(downloads, "the engine was killed")
    wait_until("the new engine answers", lambda: len(director.status()["services"]) == 2)
    expect(is_whole(), "the new engine changed the table")
    expect_never_flushed("the engine was killed")

    director.configure(both_families(farm, weight=5))
    director.signal(signal.SIGHUP)
    wait_until("the new weights are in the table", lambda: is_whole(5))
    expect_all_alive(downloads, "a reload that changed the weights")
    for download in downloads:
        download.expect_complete()


def test_restart_of_everything_with_cleanstop_no(farm):
    director = farm.directord("cleanstop = no\n" + both_families(farm))
    wait_until("all servers are in", is_whole)
    downloads = [farm.download(VIRTUAL[family]) for family in (4, 6)]
    wait_until_counted()
    expect_equal(director.stop(), 0, "exit status of directord")
    expect(is_whole(), "cleanstop = no left no whole table")
    expect_all_alive(downloads, "directord stopped")
    director.start()
    expect(is_whole(), "the restarted director changed the table")
    expect_never_flushed("a restart")
    expect_all_alive(downloads, "directord started again")
    director.kill_everything()
    expect(is_whole(), "a crash of every program changed the table")
    director.start()
    expect(is_whole(), "the director changed the table that it found after a crash")
    expect_never_flushed("a crash of every program")
    for download in downloads:
        download.expect_complete()


def refusals():
    """Segments without a connection that the kernels of the client and of the director have refused."""
    found = {}
    for namespace in ("client", "lb1"):
        with inside(namespace), open("/proc/thread-self/net/snmp", encoding="ascii") as file:
            names, values = (line.split() for line in file if line.startswith("Tcp:"))
        found[namespace] = int(values[names.index("OutRsts")])
    return found


def test_cleared_table_is_whole_again_and_downloads_go_on(farm):
    """The kernel takes its hooks away with the last service and forgets no connection: what is sent before the table is
    back meets a TCP that does not know it, which refuses it, whatever the control plane does. A slow download is silent
    most of the time, but not always; where one was refused the kernels have counted it, and new ones are tried."""
    director = farm.directord(both_families(farm))
    wait_until("all servers are in", is_whole)
    for attempt in range(1, 9):
        downloads = [farm.download(VIRTUAL[family]) for family in (4, 6)]
        wait_until("both have begun", lambda: all(download.poll() > 50_000 for download in downloads))
        before = refusals()
        debian_ipvsadm("-C")
        seconds = wait_until("the cleared table is whole again", is_whole, timeout=5, interval=0.01)
        # The table is looked at every second; the rest is for a slow guest.
        expect(seconds < 8, f"the cleared table was whole only after {seconds:.1f} s")
        try:
            expect_all_alive(downloads, "a stranger's ipvsadm -C")
            break
        except Failure:
            if attempt == 8 or refusals() == before:
                raise
        for download in downloads:
            download.close()
    wait_until("the drift is told", lambda: "somebody else" in director.command("events"), 3)


def test_changed_and_missing_entries_are_put_right(farm):
    """A stranger's single commands are undone while a download goes on: the hooks stay, so nobody has to be silent."""
    director = farm.directord(both_families(farm))
    wait_until("all servers are in", is_whole)
    download = farm.download(VIRTUAL[4])
    virtual = endpoint(VIRTUAL[4])
    debian_ipvsadm("-d", "-t", virtual, "-r", endpoint(real_server(1)))
    debian_ipvsadm("-e", "-t", virtual, "-r", endpoint(real_server(2)), farm.option, "-w", "9")
    debian_ipvsadm("-a", "-t", virtual, "-r", "10.0.0.150:80", farm.option)
    debian_ipvsadm("-D", "-t", endpoint(VIRTUAL[6]))
    seconds = wait_until("the table is as the file says", is_whole, timeout=5)
    expect(seconds < 8, f"the changed table was put right only after {seconds:.1f} s")
    download.expect_alive("a stranger's commands")
    wait_until("the drift is told", lambda: "somebody else" in director.command("events"), 3)

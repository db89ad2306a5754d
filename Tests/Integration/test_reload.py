"""A changed file is applied as a whole or not at all; strangers' services are left alone."""

import os
import signal
import time

from harness import *

TOPOLOGIES = ["nat"]
SECOND = "192.0.2.200"


def everything_in(farm, address=VIRTUAL[4], weight=1):
    return servers_of(address) == {endpoint(real_server(n)): weight for n in farm.servers}


def test_broken_file_leaves_all_as_it_was(farm):
    director = farm.directord(configuration(farm))
    wait_until("every server is in", lambda: everything_in(farm))
    director.configure(configuration(farm, scheduler="lc") + "virtual = 192.0.2.200:80\n\treal = nonsense\n")
    director.signal(signal.SIGHUP)
    wait_until("the refusal is told with its place", lambda: "ldirectord.cf:" in director.log(), 5)
    wait_until("status tells the problem", lambda: director.status()["engine"].get("configurationProblem"), 5)
    expect(everything_in(farm), "a broken file changed the servers")
    expect_equal([key for key in table()], [("TCP", endpoint(VIRTUAL[4]))], "the services")
    expect("-s wrr" in debian_ipvsadm("-S", "-n"), "a broken file changed the scheduler")

    director.configure(configuration(farm, scheduler="lc"))
    director.signal(signal.SIGHUP)
    wait_until("the repaired file is applied", lambda: "-s lc" in debian_ipvsadm("-S", "-n"))


def test_autoreload_follows_the_file(farm):
    top = "checktimeout = 1\ncheckinterval = 1\nautoreload = yes\nquiescent = no\n"
    director = farm.directord(configuration(farm, top=top))
    wait_until("every server is in", lambda: everything_in(farm))
    director.configure(configuration(farm, weights={1: 7, 2: 7, 3: 7}, top=top))
    wait_until("the new weights are in", lambda: everything_in(farm, weight=7))


def test_services_come_and_go_with_the_file(farm):
    director = farm.directord(configuration(farm))
    debian_ipvsadm("-A", "-t", "192.0.2.200:2525", "-s", "rr")
    director.configure(configuration(farm) + configuration(farm, address=SECOND, top=""))
    director.signal(signal.SIGHUP)
    wait_until("the second service is in", lambda: everything_in(farm, SECOND))
    director.configure(configuration(farm, address=SECOND))
    director.signal(signal.SIGHUP)
    wait_until("the first service is gone", lambda: servers_of() is None)
    expect(everything_in(farm, SECOND), "the second service changed")
    expect_equal(servers_of(SECOND, 2525), {}, "a stranger's service")


def test_stop_with_cleanstop_removes_only_own_services(farm):
    director = farm.directord(configuration(farm))
    debian_ipvsadm("-A", "-t", "192.0.2.200:2525", "-s", "rr")
    expect_equal(director.stop(), 0, "exit status of directord")
    expect_equal(table(), {("TCP", "192.0.2.200:2525"): {}}, "what is left")


def test_missing_file_is_told_and_ends_with_failure(farm):
    director = farm.directord(configuration(farm))
    director.stop()
    director.configure("virtual = 192.0.2.100:80\n\tchecktypo = connect\n")
    director.start(ready=False)
    wait_until("directord has given up", lambda: director.process.poll() is not None)
    expect(director.process.returncode == 1, f"exit status {director.process.returncode}, not 1")
    expect("checktypo" in director.log(), "the log does not name what was wrong")


def test_autoreload_does_not_take_a_file_that_is_being_written(farm):
    top = TOP + "autoreload = yes\n"
    text = configuration(farm, top=top)
    director = farm.directord(text)
    wait_until("every server is in", lambda: everything_in(farm))
    # As `generate > ldirectord.cf` does it: empty at first, then in pieces.
    new = configuration(farm, weights={1: 4, 2: 4, 3: 4}, top=top)
    with open(director.file, "w", encoding="utf-8") as file:
        wait_until("the empty file is refused", lambda: "names no virtual service any more" in director.log())
        file.write(new[:len(new) // 2])
        file.flush()
        wait_until("half a line is refused", lambda: "ends in the middle of a line" in director.log())
        expect(everything_in(farm), "a half-written file changed the servers")
        file.write(new[len(new) // 2:])
    wait_until("the whole file is in force", lambda: everything_in(farm, weight=4))


def test_autoreload_takes_a_file_whose_last_line_stays_without_its_end(farm):
    top = TOP + "autoreload = yes\n"
    director = farm.directord(configuration(farm, top=top))
    wait_until("every server is in", lambda: everything_in(farm))
    director.configure(configuration(farm, weights={1: 4, 2: 4, 3: 4}, top=top).rstrip("\n"))
    wait_until("it is refused at first", lambda: "ends in the middle of a line, as if" in director.log())
    expect(everything_in(farm), "it was taken over at once")
    wait_until("it is in force", lambda: everything_in(farm, weight=4), 30)
    expect("is taken over as it is" in director.log(), "nothing is said of it")
    expect(not director.status()["engine"].get("configurationProblem"), "status still tells a problem")


def test_autoreload_takes_back_a_file_that_a_signal_had_read_in_between(farm):
    top = TOP + "autoreload = yes\n"
    text = configuration(farm, top=top)
    director = farm.directord(text)
    wait_until("every server is in", lambda: everything_in(farm))
    director.configure(configuration(farm, weights={1: 6, 2: 6, 3: 6}, top=top))
    director.signal(signal.SIGHUP)
    wait_until("the second file is in force", lambda: everything_in(farm, weight=6), interval=0.01)
    # Before autoreload has looked at the second one.
    director.configure(text)
    wait_until("the first file is in force again", lambda: everything_in(farm))


def test_a_hundred_signals_are_a_few_readings(farm):
    # Long enough that reading it takes longer than the next signal.
    comments = "".join(f"# {'x' * 100} {number}\n" for number in range(60000))
    director = farm.directord(configuration(farm) + comments)
    engine = director.child("director-engine")
    for _ in range(100):
        os.kill(engine, signal.SIGHUP)
        time.sleep(0.002)
    director.configure(configuration(farm, weights={1: 5, 2: 5, 3: 5}))
    os.kill(engine, signal.SIGHUP)
    wait_until("the last file is in force", lambda: everything_in(farm, weight=5))
    readings = director.log().count("reloading the configuration on SIGHUP")
    expect(1 <= readings <= 60, f"{readings} readings")


def test_what_left_the_file_goes_at_a_stop_although_the_engine_has_just_died(farm):
    director = farm.directord(configuration(farm))
    debian_ipvsadm("-A", "-t", "192.0.2.200:2525", "-s", "rr")
    director.configure(configuration(farm, address=SECOND))
    # Whatever directord notices first, the death or the order: the next engine only says farewell.
    os.kill(director.child("director-engine"), signal.SIGKILL)
    expect_equal(director.stop(), 0, "exit status of directord")
    expect_equal(table(), {("TCP", "192.0.2.200:2525"): {}}, "what is left")

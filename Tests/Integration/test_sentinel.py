"""A held idle connection tells of a server's death at once, and harms no server that closes such connections."""

import os
import signal
import socket

from harness import *

TOPOLOGIES = ["nat"]
# An interval in which nothing would be found for a long time.
SLOW = "checktimeout = 2\ncheckinterval = 60\nquiescent = no\nsentinel = yes\n"

CLOSER = """
import socket, threading
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("", 8181))
listener.listen(64)
def serve(connection):
    connection.settimeout(0.3)
    try:
        connection.recv(1)
    except OSError:
        pass
    connection.close()
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
"""


def up(*numbers, port=80):
    return {endpoint(real_server(n), port): 1 for n in numbers}


def held(number, port=80):
    """Established connections of the director to a real server."""
    wanted = f"{socket.inet_aton(real_server(number))[::-1].hex().upper()}:{port:04X}"
    with inside("lb1"), open("/proc/thread-self/net/tcp", encoding="ascii") as file:
        return sum(line.split()[2] == wanted and line.split()[3] == "01" for line in file.read().splitlines()[1:])


def listens(namespace, port):
    with inside(namespace), open("/proc/thread-self/net/tcp", encoding="ascii") as file:
        return f":{port:04X} 00000000:0000 0A" in file.read()


def start(farm, text, numbers=(1, 2, 3), port=80):
    director = farm.directord(text)
    wait_until("every server is in", lambda: servers_of(port=port) == up(*numbers, port=port))
    wait_until("every server has its sentinel", lambda: all(held(n, port) == 1 for n in numbers))
    return director


def killed(farm, text):
    start(farm, text)
    farm.kill("rs2")
    seconds = wait_until("the dead server is out", lambda: servers_of() == up(1, 3), 5, 0.005)
    print(f"     sentinel: out of the table {1000 * seconds:.0f} ms after the kill returned", flush=True)
    return seconds


def test_killed_server_is_out_without_waiting_for_the_interval(farm):
    killed(farm, configuration(farm, top=SLOW))
    expect_equal((held(1), held(2), held(3)), (1, 0, 1), "idle connections to the servers")


def test_failurecount_is_honoured_by_checks_in_a_row(farm):
    killed(farm, configuration(farm, top=SLOW + "failurecount = 3\n"))
    log = farm.directors[-1].log()
    expect("failed 1 of 3" in log and "failed 2 of 3" in log, "the failures that did not take it out are told")


def test_http_check_with_a_sentinel(farm):
    killed(farm, configuration(farm, top=SLOW, checktype="negotiate", service="http", request='"health"',
                               receive='"OK"'))


def test_server_that_comes_back_is_watched_again(farm):
    quick = SLOW.replace("checkinterval = 60", "checkinterval = 1")
    start(farm, configuration(farm, top=quick))
    for _ in range(2):
        farm.kill("rs2")
        wait_until("the dead server is out", lambda: servers_of() == up(1, 3), 5)
        farm.revive("rs2")
        wait_until("it is in again", lambda: servers_of() == up(1, 2, 3))
        wait_until("it is watched again", lambda: held(2) == 1, 15)


def test_server_that_closes_idle_connections_is_not_hurt(farm):
    closer = farm.spawn("rs1", "python3", "-I", "-S", "-c", CLOSER)
    wait_until("it listens", lambda: listens("rs1", 8181), 60)
    text = configuration(farm, top=SLOW, port=8181, weights={1: 1})
    director = farm.directord(text)
    wait_until("it is in", lambda: servers_of(port=8181) == up(1, port=8181))
    wait_until("its habit is told", lambda: "closes idle connections after" in director.log(), 20)
    expect_equal(director.log().count("closes idle connections after"), 1, "how often it is told")
    expect("is down" not in director.log(), "it was never down")
    expect_equal(servers_of(port=8181), up(1, port=8181), "the table")
    os.kill(closer.pid, signal.SIGKILL)


def test_connections_are_gone_after_the_stop(farm):
    director = start(farm, configuration(farm, top=SLOW))
    director.stop()
    expect_equal([held(n) for n in farm.servers], [0, 0, 0], "idle connections to the servers")

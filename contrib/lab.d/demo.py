"""The story that contrib/demo tells, inside the lab. Every table and number shown is the real one."""

import os
import subprocess
import sys
import threading
import time

ROOT = os.getcwd()
sys.path[:0] = [os.path.join(ROOT, "Tests", "Integration"), os.path.join(ROOT, "contrib", "bench.d")]

from harness import (Conversation, Directord, Failure, VIRTUAL, debian_ipvsadm, established, expect, fetch, inside,  # noqa: E402
                     program, run, servers_of, wait_until)
from pinger import Pinger  # noqa: E402

NAMES = ("lb1", "lb2")
CONFIGURATIONS = {name: os.path.join(ROOT, "conf", "pair", f"{name}.cf") for name in NAMES}
RUNTIME = {"lb1": "/run/director", "lb2": "/run/director-lb2"}
VICTIM, VICTIM_ADDRESS = "rs2", "10.0.0.102:8080"
START = time.monotonic()


def say(text):
    print(f"\n[{time.monotonic() - START:5.1f} s] {text}", flush=True)


def show(command, output):
    print(f"    # {command}")
    print("".join(f"    {line}\n" for line in output.rstrip().splitlines()), end="", flush=True)


def show_table():
    show("director ipvs -L -n", run("ip", "netns", "exec", "lb1", program("director"), "ipvs", "-L", "-n"))


class Client(threading.Thread):
    """Asks for a page twenty times a second, a new connection each time, and remembers what it got."""

    def __init__(self):
        super().__init__(daemon=True)
        self.answers = []
        self.patience = 5

    def run(self):
        while True:
            try:
                name = fetch(timeout=self.patience).strip()
            except (OSError, Failure) as error:
                name = f"error: {error}"
            self.answers.append((time.monotonic(), name))
            time.sleep(0.05)

    def gap(self, since):
        """The longest time between two answers of real servers, the first of them before `since`."""
        good = [when for when, name in list(self.answers) if not name.startswith("error")]
        return max((later - earlier for earlier, later in zip(good, good[1:]) if later > since), default=0)

    def shares(self, since):
        """{who answered: how many}, of the requests that ended after `since`."""
        found = {}
        for when, name in list(self.answers):
            if when >= since:
                found[name] = found.get(name, 0) + 1
        return found

    def watch(self, seconds):
        since = time.monotonic()
        time.sleep(seconds)
        shares = self.shares(since)
        print("    client: " + ", ".join(f"{name} {count}" for name, count in sorted(shares.items())), flush=True)
        return shares


def weight(endpoint):
    """What the kernel gives a real server: 0 when it is quiescent or not in the table."""
    return (servers_of() or {}).get(endpoint, 0)


def configuration(name):
    """The sample, but for the place of the keys: the lab does not write to /etc."""
    os.makedirs("/run/demo", exist_ok=True)
    with open(os.open("/run/demo/keys", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("auth 1\n1 sha256 a-long-secret-that-only-the-two-know\n")
    with open(CONFIGURATIONS[name], encoding="utf-8") as sample, open(f"/run/demo/{name}.cf", "w") as file:
        file.write(sample.read().replace("/etc/director/keys", "/run/demo/keys"))
    return f"/run/demo/{name}.cf"


def holders():
    """Which of the two have the virtual address."""
    found = []
    for name in NAMES:
        with inside(name), open("/proc/thread-self/net/fib_trie", encoding="ascii") as file:
            if f"|-- {VIRTUAL[4]}\n" in file.read():
                found.append(name)
    return found


def story():
    say("A farm: client 192.0.2.10, directors lb1 and lb2, real servers rs1 to rs3. The kernels' tables are empty:")
    show_table()

    say("directord starts on both, on conf/pair/lb1.cf and lb2.cf. This is lb1's; lb2's has another priority and peer:")
    print("".join(f"    | {line.expandtabs(4)}\n" for line in lines_of(CONFIGURATIONS["lb1"])), end="")
    directors = {name: Directord(file=configuration(name), namespace=name, runtime=RUNTIME[name]) for name in NAMES}
    director = directors["lb1"]
    wait_until("every real server has its weight", lambda: all(
        sorted((servers_of(namespace=name) or {}).values()) == [1, 1, 2] for name in NAMES), 20)
    wait_until("lb1 alone has the virtual address", lambda: holders() == ["lb1"], 20)
    say("All three have answered their first check and are in, with their weights:")
    show_table()

    client = Client()
    client.start()
    say("The client asks twenty times a second; rs1 has weight 2, the others 1:")
    shares = client.watch(3)
    expect(set(shares) == {"rs1", "rs2", "rs3"}, f"the client was answered by {shares}")
    total = sum(shares.values())
    expect(abs(shares["rs1"] - total / 2) < total / 8, f"rs1 should answer half of the requests: {shares}")

    say(f"{VICTIM} is killed (SIGKILL).")
    run("real-server", "kill", VICTIM)
    seconds = wait_until(f"{VICTIM} gets no connection any more", lambda: weight(VICTIM_ADDRESS) == 0, 20, 0.01)
    # What was under way before may end until then.
    out = time.monotonic() + 1
    say(f"It is out after {seconds:.1f} s: two checks failed, five seconds apart, as the file asks.")
    show_table()
    show("director status", director.command("status"))
    lost = sum(count for name, count in client.shares(0).items() if name.startswith("error"))
    print(f"    In between the client met {lost} refused connections; from now on:")
    client.watch(3)
    shares = client.shares(out)
    expect(set(shares) == {"rs1", "rs3"}, f"after {VICTIM} was out the client saw {shares}")

    say(f"{VICTIM} comes back.")
    run("real-server", "start", VICTIM)
    seconds = wait_until(f"{VICTIM} gets connections again", lambda: weight(VICTIM_ADDRESS) == 1, 20, 0.01)
    say(f"It is in again after {seconds:.1f} s:")
    show_table()
    shares = client.watch(3)
    expect(set(shares) == {"rs1", "rs2", "rs3"}, f"after its return the client was answered by {shares}")
    errors = [name for name in client.shares(out) if name.startswith("error")]
    expect(not errors, f"the client saw {errors}")
    show("director events", director.command("events"))

    say("Somebody clears the whole table behind the director's back (ipvsadm -C).")
    cleared = time.monotonic()
    debian_ipvsadm("-C")
    seconds = wait_until("the table is whole again", lambda: sorted((servers_of() or {}).values()) == [1, 1, 2], 5)
    say(f"It is whole again after {seconds:.1f} s.")
    # What was under way has ended then.
    time.sleep(0.5)
    lost = sum(count for name, count in client.shares(cleared).items() if name.startswith("error"))
    print(f"    In between the client met {lost} refused connections; from now on:")
    shares = client.watch(2)
    expect(set(shares) == {"rs1", "rs2", "rs3"}, f"after the repair the client was answered by {shares}")
    the_master_dies(directors, client)


def cables(state):
    """lb1's, to lb2 and to the network: the far ends lose their carrier, too."""
    run("ip", "-n", "lb2", "link", "set", "eth1", state)
    run("ip", "-n", "lan", "link", "set", "lb1", state)


def the_master_dies(directors, client):
    conversation = Conversation()
    for _ in range(4):
        conversation.ask()
    wait_until("lb2 knows the connection", lambda: conversation.port in established("lb2"), 10)
    client.patience = 0.2
    with inside("client"):
        pinger = Pinger(VIRTUAL[4], 0.01)
    pinger.start()
    time.sleep(0.5)
    say("lb1, which has the virtual address, loses its power: all its processes are gone, its cables are dead. The client\n"
        "        goes on asking, pings a hundred times a second, and has a connection open to "
        f"{conversation.server}.")
    died = time.monotonic()
    # In this order, or its last words would be heard: a machine without power has none.
    cables("down")
    directors["lb1"].kill_everything()
    wait_until("lb2 has taken over", lambda: pinger.since(died + 0.05) and holders()[-1:] == ["lb2"], 10, 0.02)
    client.watch(2)
    answers = [when for when, name in client.answers if when > died and not name.startswith("error")]
    expect(answers, "the client has no answer any more")
    print(f"    The gap that the client saw: no answer to a ping for {pinger.silence(died, time.monotonic()) * 1000:.0f} ms, "
          f"no page for {client.gap(died) * 1000:.0f} ms.")
    # From now on a page may be late, when programs start, and has to come.
    client.patience = 5
    time.sleep(0.5)
    conversation.expect_alive("lb1 died")
    print(f"    The connection that was open is still open: {conversation.server} answers on it.")
    show("director status", directors["lb2"].command("status"))
    shares = client.watch(1)
    expect(set(shares) == {"rs1", "rs2", "rs3"}, f"with lb2 the client was answered by {shares}")

    say("lb1 comes back, and is the standby now:")
    # A machine that was switched on has neither.
    run("ip", "-n", "lb1", "address", "delete", f"{VIRTUAL[4]}/24", "dev", "eth0", check=False)
    run("ip", "-n", "lb1", "address", "delete", "10.0.0.1/24", "dev", "eth0", check=False)
    debian_ipvsadm("-C")
    back = time.monotonic()
    cables("up")
    directors["lb1"].start()
    role = lambda: directors["lb1"].status()["pair"]["routers"][0]["role"]
    wait_until("lb1 is the standby", lambda: role() == "backup" and holders() == ["lb2"], 20, 0.1)
    wait_until("lb1 has all servers", lambda: sorted((servers_of() or {}).values()) == [1, 1, 2], 20)
    show("director status", directors["lb1"].command("status"))
    shares = client.watch(1)
    lost = [name for name in client.shares(back) if name.startswith("error")]
    expect(not lost, f"when lb1 came back the client saw {lost}")
    expect(holders() == ["lb2"], f"the address is on {holders()}")
    pinger.stop()
    conversation.close()


def lines_of(path):
    """The configuration without its comments: what the director acts on."""
    with open(path, encoding="utf-8") as file:
        return [line.rstrip() for line in file if line.strip() and not line.lstrip().startswith("#")]


def keep():
    environment = dict(os.environ, PS1="lab# ", PATH=":".join(
        [os.path.join(ROOT, ".build", "links"), os.path.join(ROOT, ".build", "release"), os.environ["PATH"]]))
    say("Everything keeps running. Try:")
    print("    director status; director top; director events             (lb1; lb2 with --runtime-dir /run/director-lb2)\n"
          "    director takeover\n"
          "    real-server kill rs1; real-server start rs1\n"
          "    ip netns exec lb1 ipvsadm -L -n --stats\n"
          "    ip netns exec client curl http://192.0.2.100/\n"
          "  `exit` ends the lab.", flush=True)
    subprocess.call(["/bin/bash", "--norc", "-i"], env=environment)


def main():
    try:
        story()
        held = True
        say("The story held.")
    except Failure as failure:
        held = False
        say(f"THE STORY DID NOT HOLD: {failure}")
        show("ipvsadm -L -n", debian_ipvsadm("-L", "-n"))
        show("directord's log", log())
    if "--keep" in sys.argv:
        keep()
    return 0 if held else 1


def log():
    try:
        with open("/run/integration/director-1/log", encoding="utf-8", errors="replace") as file:
            return file.read()[-4000:]
    except OSError:
        return "(none)"


if __name__ == "__main__":
    sys.exit(main())

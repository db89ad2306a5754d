"""The story that contrib/demo tells, inside the lab. Every table and number shown is the real one."""

import os
import subprocess
import sys
import threading
import time

ROOT = os.getcwd()
sys.path.insert(0, os.path.join(ROOT, "Tests", "Integration"))

from harness import Directord, Failure, debian_ipvsadm, expect, fetch, program, run, servers_of, wait_until  # noqa: E402

CONFIGURATION = os.path.join(ROOT, "conf", "nat", "ldirectord.cf")
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

    def run(self):
        while True:
            try:
                name = fetch(timeout=5).strip()
            except (OSError, Failure) as error:
                name = f"error: {error}"
            self.answers.append((time.monotonic(), name))
            time.sleep(0.05)

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


def story():
    say("A farm: client 192.0.2.10, director lb1, real servers rs1 to rs3 behind it. The kernel's table is empty:")
    show_table()

    say(f"directord starts on {os.path.relpath(CONFIGURATION, ROOT)}:")
    print("".join(f"    | {line.expandtabs(4)}\n" for line in lines_of(CONFIGURATION)), end="")
    director = Directord(file=CONFIGURATION, runtime="/run/director")
    wait_until("every real server has its weight", lambda: sorted((servers_of() or {}).values()) == [1, 1, 2], 20)
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
    out = time.monotonic() + 0.1
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
    lost = sum(count for name, count in client.shares(cleared).items() if name.startswith("error"))
    print(f"    In between the client met {lost} refused connections; from now on:")
    shares = client.watch(2)
    expect(set(shares) == {"rs1", "rs2", "rs3"}, f"after the repair the client was answered by {shares}")
    return director


def lines_of(path):
    """The configuration without its comments: what the director acts on."""
    with open(path, encoding="utf-8") as file:
        return [line.rstrip() for line in file if line.strip() and not line.lstrip().startswith("#")]


def keep():
    environment = dict(os.environ, PS1="lab# ", PATH=":".join(
        [os.path.join(ROOT, ".build", "links"), os.path.join(ROOT, ".build", "release"), os.environ["PATH"]]))
    say("Everything keeps running. Try:")
    print("    director status; director top; director events\n"
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

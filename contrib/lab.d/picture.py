"""The scene of contrib/picture-of-top, inside the lab; prints the screen with its escape sequences."""

import os
import sys
import threading
import time

ROOT = os.getcwd()
sys.path.insert(0, os.path.join(ROOT, "Tests", "Integration"))

from harness import Directord, Failure, fetch, program, run, servers_of, wait_until, within  # noqa: E402
from terminal import Terminal  # noqa: E402

CONFIGURATION = os.path.join(ROOT, "conf", "nat", "ldirectord.cf")


def ask_for_ever():
    pause = 0.2
    while True:
        try:
            fetch(timeout=5)
        except (OSError, Failure):
            pass
        # More and more visitors, for the bars.
        pause = max(0.02, pause * 0.985)
        time.sleep(pause)


def main():
    director = Directord(file=CONFIGURATION, runtime="/run/director")
    wait_until("every server is in", lambda: sorted((servers_of() or {}).values()) == [1, 1, 2], 30)
    threading.Thread(target=ask_for_ever, daemon=True).start()
    terminal = Terminal(within("lb1", program("director"), "top"), columns=110, rows=22)
    terminal.wait_for("LIVE", timeout=30)
    time.sleep(20)
    run("real-server", "kill", "rs2")
    wait_until("the dead server is out", lambda: "10.0.0.102:8080" not in (servers_of() or {}), 30)
    time.sleep(3)
    terminal.press("Down")
    time.sleep(1)
    print(terminal.screen(escapes=True), end="")
    terminal.close()
    director.stop()


if __name__ == "__main__":
    main()

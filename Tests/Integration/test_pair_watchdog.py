"""director-vrrp and a watchdog of the kernel's: softdog, told to write down that it would have reset the machine."""

import glob
import os
import signal
import subprocess

from harness import *
from vrrp_machines import Machines

TOPOLOGIES = ["plain"]


def kernel_said(text):
    return subprocess.run(["dmesg"], stdout=subprocess.PIPE, text=True, check=True).stdout.count(text)


def is_armed():
    """The driver cannot be unloaded while its device is armed, whether somebody has it open or not."""
    with open("/sys/module/softdog/refcnt", encoding="ascii") as file:
        return int(file.read()) > 0


def softdog(nowayout):
    """Another kernel than the lab's own is not to be put under a watchdog."""
    if os.environ.get("LAB") != "uml":
        raise Skipped("the kernel is this machine's own")
    known = set(glob.glob("/dev/watchdog*"))
    run("modprobe", "softdog", "soft_noboot=1", f"nowayout={nowayout}")
    found = set(glob.glob("/dev/watchdog*")) - known
    expect(len(found) == 1, f"softdog brought {found} beside {known}")
    return found.pop()


def test_a_kernel_watchdog_is_fed_by_a_loop_that_turns(farm):
    device = softdog(nowayout=0)
    with Machines("watchdog") as m:
        def configure(*lines):
            m.configure("a", *lines, base=["interface = e0", "id = 51", "interval = 1s", "address = 10.9.0.10/24"])

        # Without a peer that could miss it, the dead time is the watchdog's alone.
        configure(f"watchdog = {device}", "dead = 4s")
        m.start("a")
        m.wait_log("a", f"watchdog {device} is fed")
        expect("cannot be disarmed" not in m.log("a") and is_armed(), m.log("a"))
        time.sleep(5)
        expect_equal(kernel_said("softdog: Triggered"), 0, "resets while it works")
        process = m.processes["a"].pid
        os.kill(process, signal.SIGSTOP)
        wait_until("the machine would have been reset", lambda: kernel_said("softdog: Triggered") == 1, 20)
        os.kill(process, signal.SIGCONT)
        m.stop("a")
        expect(not is_armed() and kernel_said("did not stop!") == 0, "a clean stop leaves the watchdog armed")

        # The next life has none, or another one; what the one before left armed is disarmed, and that is said.
        pipe = m.folder / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        for times, lines in enumerate(((), (f"watchdog = {pipe}",)), start=1):
            configure(f"watchdog = {device}", "dead = 1m")
            m.start("a")
            m.wait_log("a", f"watchdog {device} is fed", times=times + 1)
            m.kill("a")
            expect(is_armed(), "a process that was killed has disarmed its watchdog")
            configure(*lines)
            m.start("a")
            m.wait_log("a", f"watchdog {device} was left armed by a director-vrrp that died, and is not in the "
                       "configuration any more: it is disarmed", times=times)
            expect(not is_armed(), "it is armed still")
            m.stop("a")
        os.close(reader)
        # One that comes back with the same goes on feeding it.
        configure(f"watchdog = {device}", "dead = 1m")
        m.start("a")
        m.wait_log("a", f"watchdog {device} is fed", times=4)
        m.kill("a")
        m.start("a")
        m.wait_log("a", f"watchdog {device} is fed", times=5)
        m.stop("a")
        expect(not is_armed(), "it is armed still")
        expect_equal(m.log("a").count("was left armed"), 2, "how often it was told as left")
    run("rmmod", "softdog")


def test_a_watchdog_that_cannot_be_disarmed_is_told_of(farm):
    device = softdog(nowayout=1)
    with Machines("nowayout") as m:
        m.configure("a", f"watchdog = {device}", "dead = 1m")
        m.start("a")
        m.wait_log("a", f"watchdog {device} is fed, and cannot be disarmed (nowayout)")
        m.stop("a")
        m.wait_log("a", f"watchdog {device} cannot be disarmed: this machine is reset in 60 s unless it is fed again")
        expect(is_armed(), "it was disarmed all the same")

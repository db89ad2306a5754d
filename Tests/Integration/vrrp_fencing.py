"""Three directors, one of them lost: who has it switched off. A case of vrrp-links."""

from vrrp_machines import Failure


def survivors(m):
    """The better placed of two survivors runs the plugin, and the other one only when that one's fails."""
    for one, priority in zip("abc", (150, 120, 100)):
        plugin = m.write(f"fence-{one}", f"#!/bin/sh\necho $1 >>{m.folder}/fenced-{one}\n. {m.folder}/how-{one}\n", 0o755)
        m.write(f"how-{one}", "exit 0\n")
        m.write(f"fenced-{one}", "")
        m.configure(one, "link = mcast 239.255.0.1 via e0", "keys = KEYS", "dead = 2s", f"fence = {plugin}",
                    priority=priority)

    def runs(one):
        return (m.folder / f"fenced-{one}").read_text().split()

    def begin():
        for one in "abc":
            m.write(f"fenced-{one}", "")
            if one not in m.processes or m.processes[one].poll() is not None:
                m.start(one)
        m.wait("a alone has the address", lambda: [one for one in "abc" if m.holds(one)] == ["a"])
        for one in "bc":
            m.wait(f"{one} hears both others", lambda one=one: m.log(one).count(" is up") >= 2 + m.log(one).count(" is down"))

    begin()
    m.kill("a")
    m.wait("b takes over", lambda: m.holds("b"))
    m.wait_log("b", "the former master was fenced")
    m.stays("c leaves it to b", lambda: not m.holds("c"), 1.5)
    if (runs("b"), runs("c")) != (["reset"], []):
        raise Failure(f"b ran {runs('b')}, c ran {runs('c')}")
    begin()
    m.write("how-b", "exit 3\n")
    m.kill("a")
    m.wait_log("c", "the former master was fenced")
    if runs("c") != ["reset"] or not runs("b"):
        raise Failure(f"b ran {runs('b')}, c ran {runs('c')}")


CASES = {"survivors": survivors}

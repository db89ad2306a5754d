"""More files side by side with Debian's ldirectord (ldirectord_files.py), in the way of test_ldirectord_side_by_side;
and what both do beside the table: calls of fallbackcommand, lines of a monitorfile, files of a maintenancedir."""

import re

import test_ldirectord_side_by_side as side
from harness import *
from ldirectord_files import MORE

TOPOLOGIES = ["nat"]
BUSY = True
CHECK = '#!/bin/bash\nexec 3<>/dev/tcp/$3/$4\n'


def prepare(namespace):
    """A folder of its own for each of the two directors, with the programs that the files name."""
    folder = f"{RUN}/more-{namespace}"
    os.makedirs(f"{folder}/maintenance", exist_ok=True)
    for name, text in (("check", CHECK), ("fallback", f'#!/bin/sh\necho "$*" >>{folder}/calls\n')):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(f"{folder}/{name}", 0o755)
    return folder


def lines(path):
    with contextlib.suppress(FileNotFoundError), open(path, encoding="utf-8") as file:
        return file.read().splitlines()
    return []


def compare(farm, names):
    # Each of the two gets the same file, apart from its own folder.
    for name in names:
        side.FILES[name] = MORE[name]
    folders = {namespace: prepare(namespace) for namespace in ("lb1", "lb2")}
    side.side_by_side(farm, names, folders)
    return folders


NAMES = list(MORE)


def test_weights_sections_marks_programs(farm):
    compare(farm, NAMES[0:8])


def test_answers_ports_ranges(farm):
    compare(farm, NAMES[8:16])


def test_schedulers_persistence_datagrams(farm):
    compare(farm, NAMES[16:24])


def test_ipv6_words_fallbacks(farm):
    compare(farm, NAMES[24:29])


def test_commands_and_files(farm):
    folders = compare(farm, NAMES[29:])
    ours, theirs = (lines(f"{folders[namespace]}/calls") for namespace in ("lb1", "lb2"))
    for service in ("10.9.1.30:80 tcp", ":0 fwm"):
        # ldirectord calls both words at its start, whatever the servers do; from the last of these on they agree.
        def calls(told):
            return [line for line in told if line.endswith(service)]
        expect_equal(calls(ours), calls(theirs)[-len(calls(ours)):], f"calls for {service}, ldirectord's {calls(theirs)}")
        expect_equal(len(calls(ours)), 3, f"calls for {service} at start, death and return: {calls(ours)}")
    form = re.compile(r"^\[.{24}\] \[\d+\] ")
    kinds = [{form.sub("", line) for line in lines(f"{folders[namespace]}/monitor")} for namespace in ("lb1", "lb2")]
    ups = [{line for line in kind if "[up]" in line} for kind in kinds]
    expect_equal(ups[0], ups[1], "lines of servers that are up in the monitorfile")
    downs = [{line.partition("[down]")[0] for line in kind if "[down]" in line} for kind in kinds]
    expect_equal(downs[0], downs[1], "lines of servers that are down in the monitorfile")


def test_maintenance(farm):
    side.FILES["files"] = MORE["files"]
    folders = {namespace: prepare(namespace) for namespace in ("lb1", "lb2")}
    pairs = [side.Pair(farm, "files", folders)]
    up = {"10.0.0.101:80": 2, "10.0.0.102:80": 3}
    side.settle(pairs, "after the start", lambda: pairs[0].weights("lb1") == up)
    for name in ("10.0.0.101:80", "10.0.0.101"):
        for folder in folders.values():
            open(f"{folder}/maintenance/{name}", "w", encoding="utf-8").close()
        side.settle(pairs, f"with {name}", lambda: pairs[0].weights("lb1") == {**up, "10.0.0.101:80": 0})
        for folder in folders.values():
            os.unlink(f"{folder}/maintenance/{name}")
        side.settle(pairs, f"without {name}", lambda: pairs[0].weights("lb1") == up)

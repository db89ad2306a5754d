"""Command lines and restore files at random, each run by Debian's ipvsadm in one namespace and by director in another:
equal output, errors and exit status, and the same table afterwards; the same table listed by both in every way.

IPVSADM_SEED and IPVSADM_LINES in the environment choose other lines and how many."""

import collections
import os
import random
import re
import time

import ipvsadm
from harness import *
from ipvsadm_lines import Lines

TOPOLOGIES = ["nat"]
BUSY = True
tear_down = ipvsadm.uninstall
SERVERS = 1
SEED = int(os.environ.get("IPVSADM_SEED", "20191224"))
COUNT = int(os.environ.get("IPVSADM_LINES", "240"))
THEIRS, OURS = "theirs", "ours"
LISTINGS = [["-Ln"], ["-Sn"], ["-Ln", "--thresholds"], ["-Ln", "--tun-info"], ["-Ln", "--persistent-conn"], ["-Ln", "--stats"],
            ["-Ln", "--rate"], ["-L"], ["-S"], ["-Ln", "--nosort"], ["-L", "--timeout"], ["-L", "--daemon"], ["-L", "--nosort", "--stats"]]


def by_service(listing):
    """The services of a listing, each with its real servers, whatever their order: each namespace has its own."""
    blocks = re.split(r"(?m)^(?=-A |TCP|UDP|SCTP|FWM)", listing)
    return blocks[0], sorted("\n".join([lines[0], *sorted(lines[1:])]) for lines in (b.splitlines() for b in blocks[1:]))


def is_reading(words):
    """Lists or saves: that may be asked of one namespace by both."""
    return bool(words) and re.match(r"-[lLS]|--(list|save)", words[0]) is not None


def has_crashed(words):
    """`-b ,` makes ipvsadm 1.31 crash; director takes it for no flags."""
    return any(re.fullmatch(r"(-b|--sched-flags)?=?,+", word) for word in words)


def same_run(words, stdin=b"", reading=False):
    """Runs a line by both and compares what they say."""
    theirs = ipvsadm.call(ipvsadm.DEBIAN, words, OURS if reading else THEIRS, stdin)
    ours = ipvsadm.call(ipvsadm.OURS, words, OURS, stdin)
    if not reading:
        theirs, ours = ((status, by_service(output), errors) for status, output, errors in (theirs, ours))
    if ours != theirs:
        shown = f"ipvsadm {words}" + (f" <<'X'\n{stdin.decode(errors='backslashreplace')}X" if stdin else "")
        raise Failure(f"seed {SEED}: {shown}\n    director {ours!r}\n    Debian's {theirs!r}")
    return ours[0]


def same_tables():
    for words in (["-Sn"], ["-Ln", "--thresholds"]):
        tables = [ipvsadm.call(ipvsadm.DEBIAN, words, namespace) for namespace in (THEIRS, OURS)]
        expect_equal(by_service(tables[1][1]), by_service(tables[0][1]), f"seed {SEED}: the table by ipvsadm {words}")


def clear():
    for namespace in (THEIRS, OURS):
        ipvsadm.call(ipvsadm.DEBIAN, ["-C"], namespace)


class Collector:
    """Goes on after a difference, so that one run tells all; the table is cleared to start anew."""

    def __init__(self):
        self.troubles = []
        self.statuses = collections.Counter()

    def check(self, work, *arguments, **options):
        try:
            self.statuses[work(*arguments, **options)] += 1
        except Failure as failure:
            self.troubles.append(str(failure))
            clear()

    def finish(self):
        print(f"     seed {SEED}, exit statuses {dict(self.statuses)}", flush=True)
        expect({0, 2, 255} <= set(self.statuses), "the lines were not worth trying: all did, or all failed")
        expect(not self.troubles, f"{len(self.troubles)} differences:\n" + "\n".join(self.troubles[:40]))


def test_command_lines_at_random(farm):
    del farm
    chooser = random.Random(SEED)
    lines, collector = Lines(chooser), Collector()
    with ipvsadm.namespaces(THEIRS, OURS):
        for number in range(COUNT):
            words = lines.line()
            if has_crashed(words):
                continue
            collector.check(same_run, words, reading=is_reading(words))
            if number % 6 == 0:
                collector.check(same_tables)
            if number % 3 == 0:
                collector.check(same_run, chooser.choice(LISTINGS), reading=True)
        for words in LISTINGS:
            collector.check(same_run, words, reading=True)
    collector.finish()


def test_restore_files_at_random(farm):
    del farm
    chooser = random.Random(SEED + 1)
    lines, collector = Lines(chooser), Collector()
    with ipvsadm.namespaces(THEIRS, OURS):
        for _ in range(max(COUNT // 8, 1)):
            text = lines.file()
            if has_crashed(text.split()):
                continue
            collector.check(same_run, ["-R"], stdin=text.encode(errors="surrogateescape"))
            collector.check(same_tables)
    collector.finish()


def test_order_of_a_random_table(farm):
    """Addresses and marks from the whole range, where ipvsadm's comparison is not even transitive."""
    del farm
    chooser = random.Random(SEED + 2)
    address = lambda: ".".join(str(chooser.randrange(1, 224)) for _ in range(4))
    six = lambda: f"{chooser.randrange(0x2000, 0xfe00):x}:{chooser.randrange(65536):x}::{chooser.choice(['1', 'ffff'])}"
    lines = []
    for _ in range(60):
        service = chooser.choice([f"-t {address()}:{chooser.choice([80, 443])}", f"-u {address()}:53",
                                  f"-f {chooser.randrange(1, 1 << 32)}", f"-t [{six()}]:80"])
        lines.append(f"-A {service}")
        for _ in range(chooser.randrange(6)):
            server, method = (f"[{six()}]:80", "-m") if "[" in service else (f"{address()}:80", "-m")
            if chooser.random() < 0.4:
                # Tunnels lead to either family.
                server, method = chooser.choice([f"[{six()}]:80", f"{address()}:80"]), "-i"
            lines.append(f"-a {service} -r {server} {method}")
    with ipvsadm.namespaces(OURS):
        status, output, errors = ipvsadm.call(ipvsadm.OURS, ["-R"], OURS, "\n".join(lines).encode())
        expect_equal((output, errors), ("", ""), f"restoring, status {status}")
        for words in LISTINGS:
            same_run(words, reading=True)

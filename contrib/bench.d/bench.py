#!/usr/bin/python3
"""Runs in the lab: measures the rows that are asked for and prints one table. See contrib/bench --help."""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time

import failure
import farms
import watchers
from kernel_table import KernelTable
from machine import (BUILD, LINKS, WORK, children, connections_opened, daemon, fresh_namespace,
                     processor_seconds, servers_in_use, table_size, timed, wait_until)

OURS, THEIRS = os.path.join(LINKS, "ipvsadm"), "/usr/sbin/ipvsadm"
DIRECTORD, KEEPALIVED = os.path.join(BUILD, "directord"), "/usr/sbin/keepalived"
PROBER, DRIVER = os.path.join(BUILD, "director-prober"), os.path.join(BUILD, "prober-driver")
HERE = os.path.dirname(os.path.abspath(__file__))
WHOLE = (farms.SERVICES, farms.SERVICES * farms.SERVERS)


def file(name, text):
    path = os.path.join(WORK, name)
    with open(path + ".new", "w") as output:
        output.write(text)
    os.rename(path + ".new", path)
    return path


def directord(config):
    return [DIRECTORD, "--config", config, "--runtime-dir", os.path.join(WORK, "director"), "--log-level", "warning"]


def keepalived(config):
    """Only its checker, which is the part that programs IPVS."""
    return [KEEPALIVED, "--dont-fork", "--check", "--log-console", "--dont-respawn", "-f", config,
            "-p", os.path.join(WORK, "keepalived.pid"), "-c", os.path.join(WORK, "checkers.pid")]


def expect_whole_table():
    if table_size() != WHOLE:
        raise RuntimeError(f"the table has {table_size()} services and servers, not {WHOLE}")


class Bench:
    def __init__(self, quick):
        self.slow = 1 if quick else 3
        self.rows = []

    def row(self, what, ours, peer, theirs, unit, goal, met):
        """Figures in seconds (or MB); `goal` in words."""
        scale = {"ms": 1e3, "us": 1e6, "MB": 1}[unit]
        show = lambda value: f"{value * scale:.1f} {unit}"
        self.rows.append((what, show(ours), show(theirs), peer, f"{ours / theirs:.3f}", goal, "yes" if met else "NO"))
        print("  ".join(self.rows[-1]), flush=True)

    def in_turns(self, ours, theirs):
        """Medians of what is slow, measured in turns, so that whatever else the machine does meets both."""
        return (statistics.median(column) for column in zip(*((ours(), theirs()) for _ in range(self.slow))))

    def program(self):
        lines = file("restore", farms.restore_lines())

        def restore(program):
            with fresh_namespace():
                seconds = timed([program, "-R"], stdin=lines)
                expect_whole_table()
                return seconds
        ours, theirs = self.in_turns(lambda: restore(OURS), lambda: restore(THEIRS))
        self.row("1,000 x 10 restored, whole process", ours, "ipvsadm -R", theirs, "ms", "1/20", ours <= theirs / 20)

        def start(words):
            with fresh_namespace():
                table = KernelTable()
                with daemon(words, os.path.join(WORK, "log")) as (_, begin):
                    # Both program services and servers in the order of the file, so the last one is the end.
                    wait_until("the table is there", lambda: len(table.weights(farms.LAST)) == farms.SERVERS)
                    seconds = time.monotonic() - begin
                    wait_until("the whole table is there", lambda: table_size() == WHOLE, timeout=0.1)
                table.close()
                return seconds
        config, other = file("ldirectord.cf", farms.director()), file("keepalived.conf", farms.keepalived())
        ours, theirs = self.in_turns(lambda: start(directord(config)), lambda: start(keepalived(other)))
        self.row("1,000 x 10, daemon's start to programmed", ours, "keepalived", theirs, "ms", "1/10", ours <= theirs / 10)

    def list(self):
        lines = file("restore", farms.restore_lines())
        with fresh_namespace():
            timed([OURS, "-R"], stdin=lines)
            expect_whole_table()
            # Taken in turns, so that whatever else the machine does meets both.
            pairs = [(timed([OURS, "-Ln"]), timed([THEIRS, "-Ln"])) for _ in range(11)]
        ours, theirs = (statistics.median(column) for column in zip(*pairs))
        self.row("1,000 x 10 listed", ours, "ipvsadm -Ln", theirs, "ms", "1/3", ours <= theirs / 3)

    def command(self):
        with fresh_namespace():
            timed([OURS, "-A", "-t", "10.0.0.1:80"])
            timed([OURS, "-a", "-t", "10.0.0.1:80", "-r", "10.77.0.1:80"])

            def once(program, weight):
                return timed([program, "-e", "-t", "10.0.0.1:80", "-r", "10.77.0.1:80", "-w", str(weight)])
            pairs = [(once(OURS, 2 * n), once(THEIRS, 2 * n + 1)) for n in range(100)]
        ours, theirs = (statistics.median(column) for column in zip(*pairs))
        self.row("one server changed by a fresh process", ours, "ipvsadm -e", theirs, "ms", "1", ours <= theirs)

    def reload(self):
        """With a TCP check of every server, once a minute: keepalived's reload compares each check with each other."""
        server = farms.server(farms.SERVICES - 1, farms.SERVERS - 1)
        nginx = self.nginx_configuration()

        def run(words, name, text, times):
            figures = []
            file(name, text(5, checked=True))
            with self.served(nginx):
                table = KernelTable()
                with daemon(words, os.path.join(WORK, "log")) as (pid, _):
                    wait_until("every server is in use", lambda: servers_in_use() == WHOLE[1], interval=1)
                    time.sleep(10)
                    for weight in range(6, 6 + times):
                        file(name, text(weight, checked=True))
                        begin = time.monotonic()
                        os.kill(pid, signal.SIGHUP)
                        wait_until("the weight is there", lambda: table.weights(farms.LAST).get(server) == weight)
                        figures.append(time.monotonic() - begin)
                        time.sleep(3)
                table.close()
            return statistics.median(figures)
        ours = run(directord(os.path.join(WORK, "ldirectord.cf")), "ldirectord.cf", farms.director, 5)
        theirs = run(keepalived(os.path.join(WORK, "keepalived.conf")), "keepalived.conf", farms.keepalived, self.slow)
        self.row("1,000 x 10 checked, one weight changed by SIGHUP", ours, "keepalived", theirs, "ms", "100 ms", ours <= 0.1)

    def nginx_configuration(self):
        return file("nginx.conf", f"""
            daemon off; master_process off; pid {WORK}/nginx.pid; error_log /dev/null;
            events {{ worker_connections 4096; }}
            http {{ access_log off; server {{ listen 80 backlog=4096; location / {{ return 200 "ok\\n"; }} }} }}""")

    def checks(self):
        """Prober and checker alone, the same kernel and the same seconds for both."""
        if os.environ.get("LAB") == "uml":
            raise RuntimeError("the lab's kernel counts processor time in ticks, between which whole checks fit: "
                               "contrib/bench measures this row on the machine's own")
        pretend = os.path.join(WORK, "pretend-ipvs.so")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", pretend, os.path.join(HERE, "pretend-ipvs.c")], check=True)
        nginx = self.nginx_configuration()
        servers = [f"{farms.checked(index)}:80" for index in range(farms.CHECKED)]
        for kind in ("tcp", "http"):
            config = file("keepalived.conf", farms.keepalived_checks(kind))
            with self.served(nginx):
                with daemon([DRIVER, f"{WORK}/prober.sock", kind, *servers], f"{WORK}/driver.log"), \
                        daemon([PROBER, "--runtime-dir", WORK, "--log-level", "warning"], f"{WORK}/prober.log") as (ours, _), \
                        self.served(nginx), \
                        daemon(keepalived(config), f"{WORK}/keepalived.log", LD_PRELOAD=pretend) as (parent, _):
                    time.sleep(8)
                    theirs = children(parent)[0]
                    figures = []
                    for _ in range(1 if self.slow == 1 else 3):
                        before = [(connections_opened(pid), processor_seconds(pid)) for pid in (ours, theirs)]
                        time.sleep(10)
                        after = [(connections_opened(pid), processor_seconds(pid)) for pid in (ours, theirs)]
                        figures.append([self.cost(*pair) for pair in zip(before, after)])
            ours, theirs = (statistics.median(column) for column in zip(*figures))
            self.row(f"processor time of a {kind.upper()} check", ours, "keepalived's checker", theirs, "us", "0.6",
                     ours <= 0.6 * theirs)

    def failure(self):
        """With an interval and a timeout of one second, as the goals have it."""
        failure.rows(self, directord, keepalived)

    def watchers(self):
        watchers.rows(self, directord)

    @contextlib.contextmanager
    def served(self, nginx):
        """A fresh namespace in which every address answers HTTP."""
        with fresh_namespace() as namespace, daemon(["/usr/sbin/nginx", "-c", nginx], f"{WORK}/nginx.{namespace}"):
            time.sleep(0.5)
            yield namespace

    def cost(self, before, after):
        checks = after[0] - before[0]
        if checks < 5 * farms.CHECKED:
            raise RuntimeError(f"only {checks} checks were made in 10 s")
        return (after[1] - before[1]) / checks

    def print_table(self):
        heads = ("what", "director", "peer", "which peer", "ratio", "goal", "met")
        widths = [max(len(line[column]) for line in [heads, *self.rows]) for column in range(len(heads))]
        print(f"\nKernel {os.uname().release}, {os.environ.get('LAB')}; medians; the ratio is director's figure to the peer's.")
        if os.environ.get("LAB") == "uml":
            print("In this user-mode kernel a system call costs about 100 times a real kernel's, fork and exec 27 times:\n"
                  "ratios that come from fewer system calls are larger here than on metal. It has one processor.")
        for line in [heads, tuple("-" * width for width in widths), *self.rows]:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def main(words):
    os.makedirs(WORK, exist_ok=True)
    os.chmod(WORK, 0o755)
    bench = Bench("--quick" in words)
    names = [word for word in words if word != "--quick"]
    failed = False
    for name in names:
        try:
            getattr(bench, name)()
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            failed = True
            print(f"bench: {name}: {error}", flush=True)
    bench.print_table()
    return 1 if failed or any(row[-1] == "NO" for row in bench.rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

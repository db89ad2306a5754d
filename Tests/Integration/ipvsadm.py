"""Debian's ipvsadm and director in its place, in namespaces made for them."""

import contextlib
import os
import shutil
import subprocess

from harness import RUN, expect, inside, program, run
from real_servers.covers import Covers

BIN = f"{RUN}/bin"
OURS = f"{BIN}/ipvsadm"
DEBIAN = "/usr/sbin/ipvsadm"
# Names come from here and from nowhere else: a query would wait for its answer, or be balanced by a service on port 53.
HOSTS = """127.0.0.1 localhost
10.1.2.3 web1 www.example.com
10.1.2.4 averyveryverylonghostname.in.a.long.domain.example.com
2001:db8::7 six
255.255.0.0 maskhost
"""

_covers = Covers(f"{RUN}/names")


def install():
    """director by ipvsadm's three names, where every user may run it; a resolver that knows HOSTS."""
    if _covers.covered:
        return
    if not os.path.exists(OURS):
        os.makedirs(BIN, exist_ok=True)
        shutil.copy(program("director"), f"{BIN}/director")
        os.chmod(f"{BIN}/director", 0o755)
        for name in ("ipvsadm", "ipvsadm-save", "ipvsadm-restore"):
            os.symlink("director", f"{BIN}/{name}")
    for name, text in (("hosts", HOSTS), ("nsswitch.conf", "hosts: files\nservices: files\n")):
        _covers.cover(f"/etc/{name}", text)
    # These two schedulers add files below /proc/sys.
    run("modprobe", "-q", "dummy", "numdummies=0", check=False)
    run("modprobe", "-qa", "ip_vs", "ip_vs_lblc", "ip_vs_lblcr", check=False)


def uninstall():
    """The tests of other files look names up as the machine does."""
    _covers.uncover()


@contextlib.contextmanager
def namespaces(*names):
    """Empty namespaces with lo and an interface dum0, which are gone afterwards."""
    install()
    commands = []
    for name in names:
        run("ip", "netns", "add", name)
        commands = ["link set lo up", "link add dum0 type dummy", "link set dum0 up", "addr add 172.31.0.1/16 dev dum0",
                    "addr add fd00:31::1/64 dev dum0 nodad"]
        run("ip", "-n", name, "-batch", "-", stdin="\n".join(commands) + "\n")
    try:
        yield
    finally:
        for name in names:
            run("ip", "netns", "delete", name)


def call(path, words, namespace, stdin=b""):
    """(exit status, standard output, standard error) of one run under the name ipvsadm."""
    with inside(namespace):
        done = subprocess.run(["ipvsadm", *words], executable=path, input=stdin, capture_output=True, timeout=60)
    return done.returncode, *(text.decode(errors="surrogateescape") for text in (done.stdout, done.stderr))


def expect_text(actual, wanted, what):
    """Equal texts; else the first lines that differ."""
    if actual == wanted:
        return
    got, want = actual.split("\n"), wanted.split("\n")
    for number, (left, right) in enumerate(zip(got + [None] * len(want), want + [None] * len(got)), 1):
        if left != right:
            expect(False, f"{what}, line {number}:\n    got    {left!r}\n    wanted {right!r}\n--- all\n{actual}")
            return

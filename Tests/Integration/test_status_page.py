"""The status page in a real browser: what it shows, without a script, in light and in dark."""

import re
import subprocess
import zlib

from harness import *
from test_metrics import PORT, start

TOPOLOGIES = ["nat"]
BUSY = True


def browser(*options):
    """Headless Chromium in the director's namespace; what it prints."""
    done = done_in(
        "lb1", "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--no-first-run", f"--user-data-dir={RUN}/chromium", "--window-size=1100,700",
        *options, f"http://127.0.0.1:{PORT}/",
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=600, check=False)
    expect_equal(done.returncode, 0, "chromium's exit status")
    return done.stdout


def seen():
    """What stands on the page, without its marks, blanks summed up."""
    page = browser("--dump-dom")
    expect("<script" not in page, page)
    body = page.partition("<body")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


def seen_with(words):
    """The page once it says so: while a Chromium starts, the engine's answer may come too late for its first look."""
    page = ""

    def found():
        nonlocal page
        page = seen()
        expect(words in page, page)
        return True

    wait_until(f"the page says {words}", found, 60)
    return page


def corner(scheme):
    """Red, green and blue of the page's first pixel in a screenshot, whose file Chromium writes as PNG: the first row's
    first pixel is the same with each of PNG's filters."""
    picture = f"{RUN}/page.png"
    browser(f"--blink-settings=preferredColorScheme={scheme}", f"--screenshot={picture}")
    with open(picture, "rb") as file:
        png = file.read()
    at, data = 8, b""
    while at < len(png):
        length, kind = int.from_bytes(png[at:at + 4]), png[at + 4:at + 8]
        if kind == b"IDAT":
            data += png[at + 8:at + 8 + length]
        at += 12 + length
    return tuple(zlib.decompress(data)[1:4])


def test_a_browser_shows_who_is_up_and_why_not(farm):
    director = start(farm)
    page = seen_with("LIVE")
    expect("3 of 3" in page and "TCP 192.0.2.100:80" in page, page)
    farm.kill("rs2")
    wait_until("it is down", lambda: director.status()["services"][0]["up"] == 2)
    page = seen_with("2 of 3")
    expect("DOWN" in page and "connection refused" in page and "10.0.0.102:80" in page, page)
    light, dark = corner(1), corner(0)
    expect(min(light) > 200 and max(dark) < 80, f"light {light}, dark {dark}")

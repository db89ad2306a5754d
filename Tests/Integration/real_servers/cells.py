"""The cells as an ldirectord.cf, and the table of what came of them."""

import textwrap

from harness import VIRTUAL, endpoint
from real_servers.more import MORE
from real_servers.rows import AT, CONDITIONS, ROWS

# Seconds that one check may take: far more than a healthy server needs, even where the kernel is a process.
DEADLINE = 10
FIRST_PORT = 10001

# What is said of a server that was never talked to.
UNREACHED = ("connection refused", "no connection within", "nobody listens", "no route to host", "network is unreachable",
             "not permitted")

TOP = f"checktimeout = {DEADLINE}\nnegotiatetimeout = {DEADLINE}\ncheckinterval = 20\nquiescent = no\n"


class Cell:
    """One virtual service with one real server, and what is expected of it."""

    def __init__(self, row, condition, address, port, protocol, service, keys, up, at_deadline):
        self.row, self.condition, self.up, self.at_deadline = row, condition, up, at_deadline
        self.address, self.port, self.protocol, self.spoken, self.keys = address, port, protocol, service, keys
        self.virtual_port = None
        self.verdict = self.reason = self.latency = self.in_table = None

    def __str__(self):
        return f"{self.row} / {self.condition}" if self.condition else self.row

    @property
    def service(self):
        """Its virtual service, as harness.table names it."""
        return self.protocol.upper(), self.virtual

    @property
    def virtual(self):
        return endpoint(VIRTUAL[6 if ":" in self.address else 4], self.virtual_port)

    def section(self, files):
        six = "6" if ":" in self.address else ""
        settings = dict(self.keys)
        if self.condition == "closes in mid-answer":
            # Each run finds the answer cut at another place.
            settings["checkinterval"] = "2"
        if self.spoken:
            settings.setdefault("checktype", "negotiate")
            settings["service"] = self.spoken
        lines = [f"virtual{six} = {self.virtual}", f"\treal{six} = {endpoint(self.address, self.port or 80)} masq",
                 f"\tprotocol = {self.protocol}"]
        return "\n".join(lines + [f"\t{key} = {files.get(value, value)}" for key, value in settings.items()]) + "\n\n"

    def learn(self, server, in_table):
        """What the status tells of its real server, and whether the kernel sends connections there."""
        self.verdict, self.reason, self.in_table = server["state"], server["reason"], in_table
        self.latency = (server["latencyUs"] or 0) // 1000

    def trouble(self):
        """What is not as it should be, or None."""
        wanted = "up" if self.up else "down"
        if self.verdict != wanted:
            return f"{self}: {self.verdict} ({self.reason}) where {wanted} is right"
        if self.in_table != self.up:
            return f"{self}: {self.verdict}, but {'' if self.in_table else 'not '}in the kernel's table"
        # Where a server answers, the check has to have seen it: one that is gone is down in every cell.
        if self.condition not in ("refused", "black-holed") and (self.reason or "").startswith(UNREACHED):
            return f"{self}: nobody was asked ({self.reason})"
        # Not before the deadline, and not long after it even where the machine is busy.
        if self.at_deadline and not DEADLINE * 900 <= self.latency <= DEADLINE * 2000:
            return f"{self}: ended after {self.latency} ms, not at the deadline of {DEADLINE} s ({self.reason})"
        return None


def all_cells(rows=ROWS):
    """Every applicable cell, numbered: the number is the port of its virtual service."""
    cells = []
    for row in rows:
        for condition in CONDITIONS:
            if condition not in row.without:
                address, keys = row.cell(condition)
                hangs = condition == "black-holed" or (
                    condition in ("says nothing", "one byte a second") and (row.protocol == "tcp" or condition[0] == "s"))
                cells.append(Cell(row.name, condition, address, row.port, row.protocol, row.service, keys,
                                  condition == "healthy", hangs))
    named = {row.name: row for row in rows}
    for text, name, changes, up in MORE:
        if name in named:
            row = named[name]
            changes = dict(changes)
            address, port = AT[changes.pop("at", "healthy")], changes.pop("port", row.port)
            keys = {key: value for key, value in {**row.keys, **changes}.items() if value is not None}
            cells.append(Cell(text, None, address, port, row.protocol, row.service, keys, up, False))
    for number, cell in enumerate(cells):
        cell.virtual_port = FIRST_PORT + number
    return cells


def configuration(cells, files, top=TOP):
    return top + "\n" + "".join(cell.section(files) for cell in cells)


_WIDTH = 20


def table(cells, rows=ROWS):
    """Rows are services, columns conditions; what does not apply is a `-` with the number of its reason below."""
    reasons = []
    found = {(cell.row, cell.condition): cell for cell in cells}
    lines = [_line([["service"], *([condition] for condition in CONDITIONS)]), _rule()]
    for row in rows:
        texts = [[row.name]]
        for condition in CONDITIONS:
            cell = found.get((row.name, condition))
            if cell is not None:
                texts.append([(cell.verdict or "?").upper() if cell.verdict == "down" else cell.verdict or "?",
                              *textwrap.wrap(_shortened(cell.reason, 80), _WIDTH)])
                continue
            reason = row.without[condition]
            if reason not in reasons:
                reasons.append(reason)
            texts.append([f"- ({reasons.index(reason) + 1})"])
        lines += [_line(texts), _rule()]
    lines += [f"| ({number}) {reason}" for number, reason in enumerate(reasons, 1)]
    lines += [_rule(), *_further(cells)]
    return "\n".join(lines)


def _further(cells):
    for cell in cells:
        if cell.condition is None:
            verdict = "DOWN" if cell.verdict == "down" else cell.verdict or "?"
            yield f"| {cell.row:50} | {verdict:7} | {_shortened(cell.reason, 130)}"


def _shortened(text, length):
    """In ASCII: what random bytes look like would bend the table."""
    text = (text or "").encode("ascii", "replace").decode()
    return text if len(text) <= length else text[:length - 3] + "..."


def _line(texts):
    height = max(map(len, texts))
    widths = [13] + [_WIDTH] * len(CONDITIONS)
    rows = [[text[line] if line < len(text) else "" for text in texts] for line in range(height)]
    return "\n".join("| " + " | ".join(f"{text:{width}}" for text, width in zip(row, widths)) + " |" for row in rows)


def _rule():
    return "|" + "|".join("-" * (width + 2) for width in [13] + [_WIDTH] * len(CONDITIONS)) + "|"

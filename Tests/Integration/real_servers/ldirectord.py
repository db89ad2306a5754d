"""Debian's ldirectord on the cells of the matrix: what it says of each server, by the monitor file that it writes."""

import os
import re
import subprocess

from harness import servers_of, endpoint, start_in
from real_servers.cells import configuration

_LINE = re.compile(r"\[(up|down)\] (.*)$")
# Keys of Director's own: ldirectord knows none of them.
_OURS = ("tls-verify", "tls-ca")


class Ldirectord:
    """One instance, in the foreground, on one file of its own."""

    def __init__(self, name, cells, stage_files, directory, namespace="lb2", top=None):
        self.namespace = namespace
        self.cells = [cell for cell in cells if not set(cell.keys) & set(_OURS)]
        self.monitors = {cell: os.path.join(directory, f"monitor-{cell.virtual_port}") for cell in self.cells}
        for cell in self.cells:
            cell.keys = {**cell.keys, "monitorfile": self.monitors[cell]}
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, f"{name}.cf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(configuration(self.cells, stage_files, *([top] if top else [])))
        self.log = os.path.join(directory, f"{name}.log")
        with open(self.log, "wb") as log:
            self.process = start_in(
                namespace, "/usr/sbin/ldirectord", "-d", path, "start", cwd=directory, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)

    def words(self, cell):
        """(up or down, its reason) by the latest check; None before the first one."""
        try:
            with open(self.monitors[cell], encoding="utf-8", errors="replace") as file:
                lines = file.read().splitlines()
        except FileNotFoundError:
            return None
        found = _LINE.search(lines[-1]) if lines else None
        return found and found.groups()

    def is_up(self, cell):
        """By the kernel's table, for the checks that write no monitor file."""
        host, _, port = cell.virtual.rpartition(":")
        servers = servers_of(host.strip("[]"), int(port), self.namespace, cell.protocol.upper())
        return bool(servers) and servers.get(endpoint(cell.address, cell.port or 80), 0) > 0

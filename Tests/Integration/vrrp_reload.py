"""What an engine would ask of a director-vrrp that runs, without one."""

import json
import socket


class Reload:
    """A changed file in its two steps, as the engine asks director-vrrp for them."""

    def __init__(self, m, one):
        digest = 0xCBF29CE484222325
        for byte in (m.folder / f"{one}.cf").read_bytes():
            digest = (digest ^ byte) * 0x100000001B3 % (1 << 64)
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.settimeout(10)
        self.connection.connect(str(m.folder / f"run-{one}" / "vrrp.sock"))
        self.lines = self.connection.makefile("rw")
        self.prepared = self.ask({"request": "prepare", "digest": f"{digest:x}"})

    def ask(self, request):
        self.lines.write(json.dumps({"version": 1, **request, "number": 1}) + "\n")
        self.lines.flush()
        return self.lines.readline()

    def commit(self):
        return self.ask({"request": "commit"})

    def close(self):
        self.lines.close()
        self.connection.close()


def reload(m, one):
    """Has director-vrrp take its changed file over. Returns its last answer."""
    reload = Reload(m, one)
    answer = reload.prepared if "error" in reload.prepared else reload.commit()
    reload.close()
    return answer


def daemon(m, one):
    return int(m.run(one, "pgrep", "-f", f"director-vrrp --config {m.folder}/{one}.cf").split()[-1])

"""Files of the machine that are others inside the lab: mounted over, so that nothing is written to the machine."""

import os

from harness import run


class Covers:
    def __init__(self, directory):
        self.directory = directory
        self.covered = []

    def cover(self, path, text=None, more=""):
        """`path` reads as `text`, or as it is with `more` behind it."""
        path = os.path.realpath(path)
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            open(path, "w", encoding="utf-8").close()
        if text is None:
            with open(path, encoding="utf-8") as file:
                text = file.read() + more
        os.makedirs(self.directory, exist_ok=True)
        copy = os.path.join(self.directory, os.path.basename(path))
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text)
        stat = os.stat(path)
        os.chown(copy, stat.st_uid, stat.st_gid)
        os.chmod(copy, stat.st_mode)
        run("mount", "--bind", copy, path)
        self.covered.append(path)

    def uncover(self):
        while self.covered:
            # Lazily: somebody may be reading it at this moment.
            run("umount", "-l", self.covered.pop())

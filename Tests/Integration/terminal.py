"""A terminal with somebody in front of it: tmux runs a program, its keys are pressed, its screen is read."""

import contextlib
import os
import subprocess

from harness import RUN, SLOWNESS, Failure, wait_until


class Terminal:
    count = 0

    def __init__(self, command, columns=100, rows=30, environment=()):
        Terminal.count += 1
        self.name = f"director-test-{os.getpid()}-{Terminal.count}"
        words = ["env", "LANG=C.UTF-8", *environment, *command]
        # The shell stays when the program ends, so that what it left behind can be seen.
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", "main", "-x", str(columns), "-y", str(rows),
                  "env PS1='shell# ' /bin/bash --norc --noprofile -i")
        wait_until("the shell is there", lambda: "shell#" in self.screen(), 20)
        self.type(" ".join(words) + "\n")

    def tmux(self, *arguments):
        done = subprocess.run(["tmux", "-L", self.name, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=30 * SLOWNESS)
        if done.returncode:
            raise Failure(f"tmux {' '.join(arguments)}: {done.stdout}")
        return done.stdout

    def type(self, text):
        self.tmux("send-keys", "-t", "main", "-l", text)

    def press(self, *keys):
        """Keys by tmux's names: Up, Enter, Escape, C-c."""
        self.tmux("send-keys", "-t", "main", *keys)

    def screen(self, escapes=False):
        return self.tmux("capture-pane", "-p", *(["-e"] if escapes else []), "-t", "main")

    def resize(self, columns, rows):
        self.tmux("resize-window", "-t", "main", "-x", str(columns), "-y", str(rows))

    def value(self, name):
        """One of tmux's formats: cursor_flag, alternate_on, ..."""
        return self.tmux("display-message", "-p", "-t", "main", "#{" + name + "}").strip()

    def wait_for(self, *texts, without=(), timeout=15):
        """Waits until the screen has all of the texts; returns it as it was then, since the next may differ."""
        screen = ""

        def found():
            nonlocal screen
            screen = self.screen()
            missing = [text for text in texts if text not in screen]
            surplus = [text for text in without if text in screen]
            if missing or surplus:
                raise Failure(f"missing {missing}, there is still {surplus}, on the screen\n{screen}")
            return True
        wait_until(f"the screen has {texts}", found, timeout, 0.1)
        return screen

    @contextlib.contextmanager
    def recorded(self):
        """What the program writes meanwhile, byte for byte; it is there when the block has ended."""
        path = f"{RUN}/{self.name}"
        written = bytearray()
        self.tmux("pipe-pane", "-O", "-t", "main", f"cat >{path}; : >{path}.end")
        yield written
        self.tmux("pipe-pane", "-t", "main")
        wait_until("cat has written all of it", lambda: os.path.exists(f"{path}.end"))
        os.unlink(f"{path}.end")
        with open(path, "rb") as file:
            written += file.read()

    def close(self):
        subprocess.run(["tmux", "-L", self.name, "kill-server"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=30 * SLOWNESS, check=False)

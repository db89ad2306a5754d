"""Completion as the shells ask for it, with services and servers of a running daemon; and the manual pages that the
program prints, as man and mandoc read them."""

import os
import subprocess

from harness import *

TOPOLOGIES = ["nat"]


def shell(director, *command, stdin=None):
    # Every machine has it; the lab makes no /dev of its own.
    if not os.path.lexists("/dev/fd"):
        os.symlink("/proc/self/fd", "/dev/fd")
    environment = [f"PATH={BUILD}:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/run", "TERM=dumb", "LC_ALL=C.UTF-8"]
    done = done_in("lb1", "env", "-i", *environment, *command, input=stdin, text=True, timeout=60,
                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done.stdout.split()


BASH = """
source <(director completions bash)
complete_line() {
    COMP_LINE="$1" COMP_POINT=${#1}
    local IFS=$' \\n'
    # As readline parts words: colons stand alone.
    read -r -a COMP_WORDS <<<"$(sed 's/:/ : /g' <<<"$1")"
    [[ $1 == *' ' ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _director
    printf '%s\\n' "${COMPREPLY[@]}"
}
"""


def test_bash_completes_commands_services_and_servers(farm):
    director = farm.directord(configuration(farm))
    where = f"--runtime-dir {director.runtime}"

    def complete(line):
        return shell(director, "bash", "--norc", stdin=BASH + f"complete_line '{line}'\n")
    expect_equal(complete("director dra"), ["drain"], "a command")
    expect_equal(complete(f"director drain {where} 192"), ["192.0.2.100:80"], "a service")
    expect_equal(complete(f"director drain {where} 192.0.2.100:8"), ["80"], "what stands behind the colon")
    expect_equal(complete(f"director drain {where} 192.0.2.100:80 "),
                 [f"10.0.0.{100 + number}:80" for number in (1, 2, 3)], "its servers")
    expect_equal(complete("director drain --runtime-dir /nowhere 192"), [], "without a daemon")
    expect_equal(complete("director events --severity w"), ["warning"], "the value of an option")


def test_fish_and_zsh_complete_the_same(farm):
    director = farm.directord(configuration(farm))
    line = f"director drain --runtime-dir {director.runtime} 192.0.2.100:80 10.0.0.10"
    wanted = [f"10.0.0.{100 + number}:80" for number in (1, 2, 3)]
    found = shell(director, "fish", "--no-config", "-c",
                  f"director completions fish | source; complete -C '{line}' | string split -f1 \\t")
    expect_equal(found, wanted, "fish")
    script = f"""
autoload -U compinit; compinit -u -D
source <(director completions zsh)
compadd() {{ print -l -- "${{names[@]}}"; }}
words=({line}); CURRENT=${{#words}}
_director
"""
    expect_equal(shell(director, "zsh", "-f", "-c", script), wanted, "zsh")


def test_the_manual_pages_are_whole(farm):
    for page in subprocess.run([program("director"), "manual"], stdout=subprocess.PIPE, text=True, check=True).stdout.split():
        path = f"/run/{page}"
        with open(path, "wb") as file:
            subprocess.run([program("director"), "manual", "--page", page], stdout=file, check=True)
        lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=60, check=False)
        expect_equal(lint.stdout, "", f"mandoc says of {page}")
        man = subprocess.run(["man", "--warnings", "-l", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             timeout=60, check=False, env={"PATH": "/usr/bin:/bin", "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
        expect_equal((man.returncode, man.stderr), (0, ""), f"man says of {page}")
        expect("NAME" in man.stdout and "DESCRIPTION" in man.stdout, man.stdout[:500])

"""Reloads side by side with Debian's ldirectord: a quiescent server that is out has weight 0 after each of them, however
it got lost before."""

import signal

import test_ldirectord_side_by_side as side
from harness import *

TOPOLOGIES = ["nat"]

PAIR = "\treal=10.0.0.101:80 masq 2\n\treal=10.0.0.102:80 masq 3\n"
CONNECT = "\tchecktype=connect\n"
FILES = {
    "becomes_quiescent": side.TOP + "quiescent=no\nvirtual=10.9.2.1:80\n" + PAIR + CONNECT,
    "entry_deleted": side.TOP + "quiescent=yes\nvirtual=10.9.2.2:80\n" + PAIR + CONNECT,
    "new_one_in_maintenance": (side.TOP + "maintenancedir=@RUN@/maintenance\nquiescent=yes\nvirtual=10.9.2.3:80\n"
                               "\treal=10.0.0.102:80 masq 3\n" + CONNECT),
}


def test_quiescent_servers_have_their_place_after_a_reload(farm):
    folders = {namespace: f"{RUN}/reload-{namespace}" for namespace in ("lb1", "lb2")}
    for folder in folders.values():
        os.makedirs(f"{folder}/maintenance")
        open(f"{folder}/maintenance/10.0.0.103", "w", encoding="utf-8").close()
    for name, text in FILES.items():
        side.FILES[name] = (text, None)
    pairs = [side.Pair(farm, name, folders) for name in FILES]

    def settle(what, *weights):
        side.settle(pairs, what, lambda: [pair.weights("lb1") for pair in pairs] == list(weights), steady=3)

    alone = {"10.0.0.102:80": 3}
    settle("after the start", {"10.0.0.101:80": 2} | alone, {"10.0.0.101:80": 2} | alone, alone)
    farm.kill("rs1")
    settle("after the death of rs1", alone, {"10.0.0.101:80": 0} | alone, alone)
    for namespace in folders:
        debian_ipvsadm("-d", "-t", "10.9.2.2:80", "-r", "10.0.0.101:80", namespace=namespace)
    settle("after the entry was deleted", alone, alone, alone)

    changed = {
        "becomes_quiescent": FILES["becomes_quiescent"].replace("quiescent=no", "quiescent=yes"),
        "new_one_in_maintenance": FILES["new_one_in_maintenance"] + "\treal=10.0.0.103:80 masq 4\n",
    }
    for pair in pairs:
        if text := changed.get(pair.name):
            pair.ours.configure(text.replace("@RUN@", folders["lb1"]))
            with open(f"{RUN}/{pair.name}.cf", "w", encoding="utf-8") as file:
                file.write(text.replace("@RUN@", folders["lb2"]))
        pair.ours.signal(signal.SIGHUP)
        pair.theirs.send_signal(signal.SIGHUP)
    settle("after the reload", {"10.0.0.101:80": 0} | alone, {"10.0.0.101:80": 0} | alone, {"10.0.0.103:80": 0} | alone)

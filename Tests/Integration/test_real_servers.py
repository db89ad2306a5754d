"""Every service that is checked, against Debian's own server of it, in every condition that a server can be in."""

from harness import *
from real_servers.cells import DEADLINE, all_cells, configuration as cells_configuration, table as cells_table
from real_servers.ldirectord import Ldirectord
from real_servers.stage import Stage

TOPOLOGIES = ["nat"]
SERVERS = 1

# Healthy servers that ldirectord calls down, and why: README of real_servers.
DIFFERENCES = {"https", "https, the same without verification", "imaps", "pops", "pops over IPv6", "dns udp, AAAA"}
# Without a Perl module that it does not depend on, such a server ends ldirectord.
ENDS_LDIRECTORD = {"http over IPv6"}

stage = None


def the_stage():
    global stage
    if stage is None:
        stage = Stage()
        stage.start()
    return stage


def tear_down():
    if stage is not None:
        stage.stop()


def learn(director, cells):
    """What the director thinks of each cell now."""
    found = {(service["protocol"].upper(), service["virtual"]): service["servers"][0]
             for service in director.status()["services"]}
    for cell in cells:
        cell.learn(found[cell.protocol.upper(), cell.virtual])


def test_every_cell_of_the_matrix(farm):
    cells = all_cells()
    files = the_stage().files
    director = farm.directord(cells_configuration(cells, files))

    def settled():
        learn(director, cells)
        troubles = [cell.trouble() for cell in cells]
        wrong = [trouble for trouble in troubles if trouble]
        if wrong:
            raise Failure(f"{len(wrong)} cells:\n" + "\n".join(wrong))
        return True

    try:
        wait_until("every cell holds", settled, 8 * DEADLINE, interval=1)
    finally:
        print(cells_table(cells), flush=True)
        the_stage().proxy_log()


def test_ldirectord_says_the_same_of_healthy_servers(farm):
    cells = [cell for cell in all_cells() if cell.up and cell.row not in ENDS_LDIRECTORD]
    theirs = Ldirectord("healthy", cells, the_stage().files, f"{RUN}/ldirectord-of-the-matrix")
    farm.processes.append(theirs.process)

    def agree():
        expect(theirs.process.poll() is None, "ldirectord ended")
        differing = {cell.row: theirs.words(cell) for cell in theirs.cells if not theirs.is_up(cell)}
        expect_equal(sorted(differing), sorted(DIFFERENCES), f"whom ldirectord calls down: {differing}")
        return True

    try:
        wait_until("ldirectord has told of every healthy server", agree, 120, interval=1)
    except Failure as failure:
        words = "\n".join(f"{cell.row:50} {theirs.is_up(cell)} {theirs.words(cell)}" for cell in theirs.cells)
        raise Failure(f"{failure}\n{words}") from None

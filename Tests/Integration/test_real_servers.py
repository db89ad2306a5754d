"""Every service that is checked, against Debian's own server of it, in every condition that a server can be in."""

from harness import *
from real_servers.cells import DEADLINE, all_cells, configuration as cells_configuration, table as cells_table
from real_servers.stage import Stage

TOPOLOGIES = ["nat"]
SERVERS = 1

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
    found = {(service["protocol"], service["virtual"]): service["servers"][0] for service in director.status()["services"]}
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

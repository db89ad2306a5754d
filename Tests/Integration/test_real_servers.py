"""Every service that is checked, against Debian's own server of it, in every condition that a server can be in."""

from harness import *
from real_servers.cells import DEADLINE, all_cells, configuration as cells_configuration, table as cells_table
from real_servers.ldirectord import Ldirectord
from real_servers.stage import Stage

TOPOLOGIES = ["nat"]
SERVERS = 1
BUSY = True

# Healthy servers that ldirectord calls down (the README of real_servers says why), and variants that it is asked about
# too: it takes one after the other, so not all of them.
DIFFERENCES = {"https", "imaps", "pops", "imap over IPv6"}
VARIANTS = {"ftp, anonymous", "ldap, anonymous", "pgsql, md5", "dns udp, PTR", "smtp over IPv6",
            "imap over IPv6"}

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
    """What the director thinks of each cell now, and what the kernel's table says."""
    found = {(service["protocol"].upper(), service["virtual"]): service["servers"][0]
             for service in director.status()["services"]}
    kernel = table()
    for cell in cells:
        cell.learn(found[cell.service], bool(kernel.get(cell.service)))


def expect_no_false_up(director, cells):
    """Not even for a moment was a server up that is not well."""
    down = {f"{kind} {virtual}": cell for cell in cells if not cell.up for kind, virtual in [cell.service]}
    for line in director.log().splitlines():
        found = re.search(r"real server \S+ of (\S+ \S+) is up", line)
        expect(not found or found.group(1) not in down, f"{found and down.get(found.group(1))} was up: {line}")


def test_every_cell_of_the_matrix(farm):
    cells = all_cells()
    director = farm.directord(cells_configuration(cells, the_stage().files))

    def settled():
        learn(director, cells)
        wrong = [trouble for trouble in (cell.trouble() for cell in cells) if trouble]
        expect(not wrong, f"{len(wrong)} cells:\n" + "\n".join(wrong))
        cuts = the_stage().cuts_to_come()
        expect(not cuts, f"the answers were not cut at {sorted(cuts)} yet")
        return True

    try:
        wait_until("every cell holds", settled, 300, interval=1)
        expect_no_false_up(director, cells)
    finally:
        print(cells_table(cells), flush=True)
        the_stage().proxy_log()


def test_ldirectord_says_the_same_of_healthy_servers(farm):
    cells = [cell for cell in all_cells() if cell.condition == "healthy" or cell.row in VARIANTS]
    theirs = Ldirectord("healthy", cells, the_stage().files, f"{RUN}/ldirectord-of-the-matrix")
    farm.processes.append(theirs.process)

    def agree():
        expect(theirs.process.poll() is None, "ldirectord ended")
        differing = {cell.row: theirs.words(cell) for cell in theirs.cells if not theirs.is_up(cell)}
        expect_equal(sorted(differing), sorted(DIFFERENCES & {cell.row for cell in cells}), f"whom ldirectord calls down: {differing}")
        return True

    try:
        wait_until("ldirectord has told of every healthy server", agree, 300, interval=1)
    except Failure as failure:
        words = "\n".join(f"{cell.row:50} {theirs.is_up(cell)} {theirs.words(cell)}" for cell in theirs.cells)
        raise Failure(f"{failure}\n{words}") from None


def test_a_policy_mails_through_postfix(farm):
    real = the_stage().real
    postfix = next(server for server in real.servers if type(server).__name__ == "Postfix")
    director = farm.directord(
        "smtp = 10.0.0.151:2525\nemailalertfrom = Director <director@example.net>\n"
        "on = event disk-full do mail oncall@example.org ops@example.org\n" + configuration(farm))
    director.command("event", "disk-full", "--text", "/var is at 97 %")

    taken = [""]

    def mail():
        files = [os.path.join(folder, name) for queue in ("incoming", "active", "deferred")
                 for folder, _, names in os.walk(postfix.path("queue", queue)) for name in names]
        taken[0] = "".join(run("postcat", "-c", postfix.path("etc"), file, check=False) for file in files)
        return taken[0]

    try:
        wait_until("postfix has taken the mail", lambda: "97 %" in mail(), 30, 0.3)
    except Failure as failure:
        raise Failure(f"{failure}\n{taken[0]}\n{postfix.log()}") from None
    # What was found; by now postfix may be moving it from one queue to the next.
    text = taken[0]
    for words in ("sender: director@example.net", "recipient: oncall@example.org", "recipient: ops@example.org",
                  "From: Director <director@example.net>", "To: oncall@example.org, ops@example.org", "Subject: ",
                  "event disk-full raised by root: /var is at 97 %"):
        expect(words in text, f"{words} is missing in\n{text}")
    expect_equal(director.command("events", "--event", "action-failed"), "", "failed actions")

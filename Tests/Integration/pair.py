"""Two directors that share the virtual addresses of a farm, as the tests of the pair want them."""

import os

from harness import *

SECRET = "auth 1\n1 sha256 0123456789abcdef0123456789abcdef\n"
GATEWAY = "10.0.0.1"


def keys():
    path = f"{RUN}/keys"
    with open(path, "w", encoding="ascii") as file:
        file.write(SECRET)
    os.chmod(path, 0o600)
    return path


def section(number, priority, name="web", router=51, addresses=None, more=(), interval="100ms"):
    """A vrrp section of director `number` (1 or 2), whose peer is the other one."""
    addresses = addresses or [f"{VIRTUAL[4]}/24", f"{GATEWAY}/24"]
    lines = [f"vrrp = {name}", "interface = eth0", f"id = {router}", f"priority = {priority}", f"interval = {interval}"]
    lines += [f"address = {address}" for address in addresses]
    lines += [f"link = udp 10.0.0.1{3 - number} via eth0", f"keys = {keys()}", "dead = 1s", *more]
    return "\n\t".join(lines) + "\n"


def take_addresses_away(farm):
    """Who has them is the pair's business."""
    for director in farm.directors_at:
        for address in (VIRTUAL[4], "192.0.2.200", GATEWAY):
            run("ip", "-n", director, "address", "del", f"{address}/32", "dev", "eth0", check=False)
            run("ip", "-n", director, "address", "del", f"{address}/24", "dev", "eth0", check=False)


def holders(address=VIRTUAL[4]):
    """Who has the address on an interface."""
    return [name for name in ("lb1", "lb2") if f" {address}/" in run("ip", "-n", name, "-o", "address")]


def role(director, name="web"):
    pair = director.status()["pair"]
    return next(router["role"] for router in pair["routers"] if router["name"] == name)


def events(director, kind=None):
    found = json.loads(director.command("events", "--json"))
    return [event for event in found if kind in (None, event["event"])]


class Pair:
    """lb1 with priority 150 and lb2 with 100."""

    def __init__(self, farm, more=(), services=None, priorities=(150, 100), **section_keys):
        take_addresses_away(farm)
        services = services or configuration(farm)
        self.texts = [section(n, priorities[n - 1], more=more, **section_keys) + services for n in (1, 2)]
        self.one, self.two = (farm.directord(text, namespace=f"lb{n}") for n, text in enumerate(self.texts, 1))

    def wait_until_settled(self):
        wait_until("lb1 is master and lb2 its backup",
                   lambda: (role(self.one), role(self.two)) == ("master", "backup"), 20)

    @staticmethod
    def wait_for_servers(*names):
        """Their first checks may come later than the roles, and until then they are in the table with weight 0."""
        for name in names or ("lb1",):
            wait_until(f"{name} has its servers in use",
                       lambda name=name: list((servers_of(namespace=name) or {}).values()) == [1, 1, 1])

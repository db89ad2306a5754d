"""The sample configurations of farms behind network address translation, each as it stands in conf/."""

import re
import subprocess

from harness import *
from samples import *

TOPOLOGIES = ["nat"]
V = VIRTUAL[4]


def masq(*servers):
    return {name: ("Masq", weight) for name, weight in servers}


def test_nat(farm):
    run_sample(farm, "nat")
    expect_table({("TCP", f"{V}:80"): masq(
        ("10.0.0.101:8080", 2), ("10.0.0.102:8080", 1), ("10.0.0.103:8080", 1))})
    expect_equal(curl_shares(f"http://{V}/", 8), {"rs1": 4, "rs2": 2, "rs3": 2}, "requests by real server")
    farm.kill("rs1")
    expect_table({("TCP", f"{V}:80"): masq(("10.0.0.102:8080", 1), ("10.0.0.103:8080", 1))})
    farm.revive("rs1")
    expect_table({("TCP", f"{V}:80"): masq(
        ("10.0.0.101:8080", 2), ("10.0.0.102:8080", 1), ("10.0.0.103:8080", 1))})


def test_ipv6(farm):
    run_sample(farm, "ipv6")
    expect_table({
        ("TCP", f"{V}:80"): masq(*((f"10.0.0.{100 + n}:80", 1) for n in farm.servers)),
        ("TCP", f"[{VIRTUAL[6]}]:80"): masq(*((f"[fd00::{100 + n}]:80", 1) for n in farm.servers))})
    for address in (V, f"[{VIRTUAL[6]}]"):
        shares = curl_shares(f"http://{address}/", 6)
        expect_equal(sorted(shares), ["rs1", "rs2", "rs3"], f"real servers behind {address}")


def test_dns(farm):
    named_servers(farm, farm.servers, "tcp:53", "udp:53")
    run_sample(farm, "dns")
    servers = masq(*((f"10.0.0.{100 + n}:53", 1) for n in farm.servers))
    expect_table({("UDP", f"{V}:53"): servers, ("TCP", f"{V}:53"): servers})
    expect(settings_of(f"-u {V}:53").endswith("-o"), "queries are not scheduled on their own")
    # One port of the client's, and yet each query goes to the next server.
    expect_equal(sorted(dns_answers(V, 6)), [1, 1, 2, 2, 3, 3], "servers that answered")
    expect_equal(sorted(greeting(V, 53) for _ in range(3)), ["rs1", "rs2", "rs3"], "servers over TCP")


def test_mail(farm):
    named_servers(farm, (1, 2), "smtp:25", "smtp:587", "tcp:993")
    run_sample(farm, "mail")
    expect_table({("TCP", f"{V}:{port}"): masq((f"10.0.0.101:{port}", 1), (f"10.0.0.102:{port}", 1))
                  for port in (25, 587, 993)})
    for port in (25, 587):
        expect_equal({greeting(V, port) for _ in range(4)}, {"220 rs1", "220 rs2"}, f"servers behind port {port}")
    expect_equal(len({greeting(V, 993) for _ in range(4)}), 1, "servers of one client's mailboxes")


def test_maintenance(farm):
    # The page on the director itself.
    farm.revive("lb1")
    director = run_sample(farm, "maintenance")
    expect_table({("TCP", f"{V}:80"): {"127.0.0.1:80": ("Route", 1)}})
    expect_equal(fetch(), "lb1\n", "the page")
    # The servers are put back, and the director reads the file by itself.
    with open(sample("maintenance"), encoding="utf-8") as file:
        director.configure(file.read().replace("#\treal", "\treal"))
    expect_table({("TCP", f"{V}:80"): masq(("10.0.0.101:80", 1), ("10.0.0.102:80", 1))})
    expect_equal(sorted({fetch() for _ in range(4)}), ["rs1\n", "rs2\n"], "servers after maintenance")


PROXY = """
daemon off; master_process off; pid /run/integration/proxy{number}.pid; error_log stderr;
events {{ worker_connections 64; }}
http {{
    access_log off; client_body_temp_path /run/integration/body{number}; proxy_temp_path /run/integration/proxy{number};
    fastcgi_temp_path /run/integration/f{number}; uwsgi_temp_path /run/integration/u{number};
    scgi_temp_path /run/integration/s{number};
    server {{ listen 8000; location / {{ proxy_pass http://10.0.0.103:80; add_header X-Proxy rs{number}; }} }}
}}
"""


def test_two_tiers(farm):
    proxies = []
    for number in (1, 2):
        path = f"{RUN}/proxy{number}.conf"
        with open(path, "w", encoding="utf-8") as file:
            file.write(PROXY.format(number=number))
        proxies.append(farm.spawn(f"rs{number}", "nginx", "-c", path))
    run_sample(farm, "two-tiers")
    expect_table({("TCP", f"{V}:80"): masq(("10.0.0.101:8000", 1), ("10.0.0.102:8000", 1))})
    expect_equal(settings_of(f"-t {V}:80"), "-s sh -b sh-fallback", "the service's settings")
    expect_equal(fetch(), "rs3\n", "the application through a proxy")
    for proxy in proxies:
        proxy.kill()
        proxy.wait()
    expect_table({("TCP", f"{V}:80"): masq(
        ("10.0.0.101:8000", 0), ("10.0.0.102:8000", 0), ("10.0.0.103:80", 1))})
    expect_equal(fetch(), "rs3\n", "the application without a proxy")


def test_the_pages_on_moving_are_true(farm):
    """keepalived takes the left column of the example, Director the right one: with keepalived's table there is nothing to
    plan. ldirectord that is killed leaves its services, and directord goes on with them."""
    with open(os.path.join(ROOT, "conf", "from-keepalived.md"), encoding="utf-8") as file:
        lines = re.search(r"^```\n(.*?)^```$", file.read(), re.M | re.S).group(1).splitlines()
    theirs, ours = f"{RUN}/keepalived.conf", f"{RUN}/ours.cf"
    with open(theirs, "w", encoding="ascii") as left, open(ours, "w", encoding="ascii") as right:
        left.writelines(line[:41].rstrip() + "\n" for line in lines)
        right.writelines(("" if re.match("v(irtual|rrp) =", line[41:]) else "\t") + line[41:].strip() + "\n"
                         for line in lines)
    for version in ("version 3", "version = 3"):
        expect(any(version in line for line in lines), f"the example lacks {version}")
    run_in("lb1", "keepalived", "--config-test", "--use-file", theirs)
    run(program("director"), "check", ours)
    keepalived = farm.spawn("lb1", "keepalived", "--dont-fork", "--check", "--use-file", theirs,
                            "--pid", f"{RUN}/keepalived.pid", "--checkers_pid", f"{RUN}/checkers.pid")
    server = {"10.0.0.101:8080": ("Masq", 2)}
    wait_until("keepalived has its service", lambda: table().get(("TCP", f"{V}:80")) == server, 20)
    plan = done_in("lb1", program("director"), "plan", ours, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                   text=True, check=True)
    expect_equal(plan.stdout, "", "what Director would change")
    keepalived.terminate()
    wait_until("keepalived has ended", lambda: keepalived.poll() is not None and not table(), 10)

    with open(ours, "w", encoding="ascii") as file:
        file.write(configuration(farm))
    ldirectord = farm.spawn("lb1", "/usr/sbin/ldirectord", "-d", ours, "start")
    servers = {endpoint(real_server(number)): 1 for number in farm.servers}
    wait_until("ldirectord has its services", lambda: servers_of() == servers, 30)
    download = farm.download()
    ldirectord.kill()
    ldirectord.wait()
    director = farm.directord(file=ours)
    wait_until("the servers are checked", lambda: director.status()["services"][0]["up"] == 3)
    expect_equal(servers_of(), servers, "the table afterwards")
    download.expect_alive("the change")

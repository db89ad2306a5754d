"""Metrics and the status page as their readers get them: promtool, a strict parser of OpenMetrics, a real prometheus, a
client that misbehaves."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess

from harness import *

TOPOLOGIES = ["nat"]
PORT = 9189
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


def start(farm, address="127.0.0.1:9189"):
    director = farm.directord(configuration(farm, top=TOP + f"metrics = {address}\n"))
    wait_until("every server is up", lambda: director.status()["services"][0]["up"] == 3)
    wait_until("metrics are served", lambda: ask("/metrics")[0] == 200)
    return director


def ask(path, accept="", method="GET", port=PORT, host="127.0.0.1", headers=None, namespace="lb1"):
    """(status, content type, text), as a client in the director's namespace gets them."""
    with inside(namespace):
        connection = http.client.HTTPConnection(host, port, timeout=15)
        connection.connect()
    try:
        connection.request(method, path, headers={**({"Accept": accept} if accept else {}), **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read().decode()
    finally:
        connection.close()


def value(text, sample):
    for line in text.splitlines():
        if line.startswith(sample + " "):
            return float(line.split(" ")[-1])
    raise Failure(f"no sample {sample} in\n{text[:3000]}")


def server(number):
    return '{service="TCP 192.0.2.100:80",server="10.0.0.%d:80"}' % (100 + number)


def test_what_is_served_is_true_and_two_parsers_take_it(farm):
    director = start(farm)
    for _ in range(3):
        fetch()
    wait_until("the kernel has counted", lambda: value(ask("/metrics")[2],
               'director_service_connections_total{service="TCP 192.0.2.100:80"}') >= 3, 15)
    status, kind, older = ask("/metrics")
    expect_equal((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"), "without Accept")
    checked = subprocess.run(["promtool", "check", "metrics"], input=older, text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, timeout=60, check=False)
    expect_equal((checked.returncode, checked.stdout), (0, ""), "promtool check metrics")
    status, kind, text = ask("/metrics", OPENMETRICS)
    expect_equal((status, kind), (200, "application/openmetrics-text; version=1.0.0; charset=utf-8"), "the new text")
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
    families = {family.name: family for family in text_string_to_metric_families(text)}
    expect(len(families) > 40, f"{sorted(families)}")
    expect_equal(families["director_server_incoming_bytes"].unit, "bytes", "the unit")
    kernel = servers_of()
    for number in (1, 2, 3):
        expect_equal(value(text, "director_server_up" + server(number)), 1, "up")
        expect_equal(value(text, "director_server_kernel_weight" + server(number)), kernel[endpoint(real_server(number))],
                     "the kernel's weight")
    expect(value(text, "director_process_resident_memory_bytes{process=\"director-engine\"}") > 1e6, "memory")
    expect_equal(value(text, 'director_process_up{process="director-metrics"}'), 1, "director-metrics runs")
    expect(value(text, 'director_check_duration_seconds_count{check="connect"}') >= 3, "checks are counted")

    farm.kill("rs2")
    scraped = [""]

    def is_out():
        # A report between the verdict and the kernel's command still has the weight, and is given out for a while.
        scraped[0] = ask("/metrics")[2]
        return (value(scraped[0], "director_server_up" + server(2)) == 0
                and "director_server_kernel_weight" + server(2) not in scraped[0])

    wait_until("it is down, with no weight where there is no entry", is_out)
    text = scraped[0]
    expect(value(text, "director_kernel_acknowledgement_seconds_count") >= 1, "from the check to the kernel")
    expect(value(text, 'director_kernel_commands_total{command="delete-server"}') >= 1, "a command to the kernel")
    debian_ipvsadm("-d", "-t", "192.0.2.100:80", "-r", "10.0.0.103:80")
    wait_until("a stranger's change counts", lambda: value(ask("/metrics")[2], "director_drift_total") >= 1)
    os.kill(director.child("director-prober"), signal.SIGKILL)
    wait_until("a restart counts", lambda: value(ask("/metrics")[2],
               'director_process_restarts_total{process="director-prober"}') == 1)


def test_a_prometheus_scrapes_it(farm):
    start(farm)
    folder = f"{RUN}/prometheus"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/prometheus.yml", "w", encoding="utf-8") as file:
        file.write("global: {scrape_interval: 5s, scrape_timeout: 5s}\nscrape_configs:\n"
                   f"- job_name: director\n  static_configs: [{{targets: ['127.0.0.1:{PORT}']}}]\n")
    with open(f"{folder}/log", "wb") as log:
        prometheus = start_in(
            "lb1", "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
            "--web.listen-address=127.0.0.1:9099", stdout=log, stderr=log)
    try:
        def found(query):
            status, _, text = ask("/api/v1/query?query=" + query, port=9099)
            expect_equal(status, 200, text)
            return [float(result["value"][1]) for result in json.loads(text)["data"]["result"]]
        wait_until("prometheus has the servers", lambda: found("sum(director_server_up)") == [3.0], 60, 0.5)
        wait_until("the scrape succeeds", lambda: found("up") == [1.0], 60, 0.5)
        buckets = lambda: found("count(director_check_duration_seconds_bucket)")[0]
        wait_until("it has a histogram", lambda: buckets() > 10, 60, 0.5)
        board = os.path.join(ROOT, "contrib/grafana/director.json")
        with open(board, encoding="utf-8") as file:
            queries = re.findall(r'"expr": "((?:[^"\\]|\\.)*)"', file.read())
        expect(len(queries) >= 10, "the board has queries")
        # That each name is served is a unit test's (BoardTests); that prometheus understands the query is seen here.
        for query in queries:
            text = json.loads(f'"{query}"').replace("$__rate_interval", "1m")
            from urllib.parse import quote
            status, _, answer = ask("/api/v1/query?query=" + quote(text), port=9099)
            expect_equal(status, 200, f"{text}: {answer}")
    finally:
        prometheus.kill()
        prometheus.wait()


def test_it_moves_with_the_configuration_and_ends_with_it(farm):
    director = start(farm)
    director.configure(configuration(farm, top=TOP + "metrics = [::1]:9190\n"))
    director.command("reload")
    wait_until("it is at the new address", lambda: ask("/metrics", port=9190, host="::1")[0] == 200)
    wait_until("nothing listens at the old one", lambda: is_refused(PORT))
    with inside("lb1"), socket.create_server(("127.0.0.1", 9191)):
        director.configure(configuration(farm, top=TOP + "metrics = 127.0.0.1:9191\n"))
        director.command("reload")
        wait_until("who has the port is said", lambda: "no metrics: cannot listen on 127.0.0.1:9191" in director.log())
    wait_until("the port is taken once it is free", lambda: not is_refused(9191) and ask("/", port=9191)[0] == 200)
    expect_equal(director.log().count("cannot listen"), 1, "how often it is said")
    director.configure(configuration(farm))
    director.command("reload")
    wait_until("nothing listens any more", lambda: is_refused(9191))


def is_refused(port, host="127.0.0.1"):
    try:
        ask("/", port=port, host=host)
        return False
    except ConnectionRefusedError:
        return True


def expect_refused(port):
    expect(is_refused(port), f"somebody listens on {port}")


def test_what_is_stale_is_said(farm):
    director = start(farm)
    expect("director: LIVE" in ask("/")[2], "live")
    engine = director.child("director-engine")
    os.kill(engine, signal.SIGSTOP)
    try:
        page = wait_until_page("director: STALE")
        expect("NOT how it is" in page and ">was up<" in page and "LIVE" not in page, page)
        text = ask("/metrics")[2]
        expect_equal(value(text, "director_engine_up"), 0, "the engine does not answer")
        expect("director_server_up" not in text, "nothing that was true once is told")
    finally:
        os.kill(engine, signal.SIGCONT)
    wait_until_page("director: LIVE")


def wait_until_page(words):
    page = ""

    def has():
        nonlocal page
        page = ask("/")[2]
        return words in page
    wait_until(f"the page says {words}", has, 30)
    return page


def test_strangers_cost_nothing(farm):
    director = start(farm)
    expect_equal(ask("/", method="POST")[0], 405, "POST")
    expect_equal(ask("/nothing")[0], 404, "another path")
    expect_equal(ask("/", method="HEAD")[2], "", "HEAD")
    pid = director.child("director-metric")
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        fields = dict(line.split(":\t", 1) for line in file if ":\t" in line)
    expect(fields["Uid"].split()[0] != "0" and int(fields["CapEff"], 16) == 0, f"{fields['Uid']} {fields['CapEff']}")
    sockets = []
    with inside("lb1"):
        for _ in range(100):
            sockets.append(socket.create_connection(("127.0.0.1", PORT), timeout=5))
        for one in sockets:
            try:
                one.sendall(b"GET /")
            except OSError:
                pass
    # A hundred that never end their request: 64 are kept for 10 seconds at most, then others get in.
    wait_until("others are answered", lambda: answered(), 30, 0.5)
    for one in sockets:
        one.close()
    with inside("lb1"):
        long = socket.create_connection(("127.0.0.1", PORT), timeout=10)
    long.sendall(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n")
    expect(long.recv(100).startswith(b"HTTP/1.1 431 "), "a long request is refused")
    long.close()
    expect_equal(director.child("director-metric"), pid, "it is the same process")


def answered():
    try:
        return ask("/metrics")[0] == 200
    except (OSError, http.client.HTTPException):
        return False

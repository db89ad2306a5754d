"""The same farm in every program's own words."""

SERVICES, SERVERS = 1000, 10


def service(number):
    return f"10.0.{number // 250}.{number % 250 + 1}"


def server(number, index):
    return f"10.77.{number // 25}.{(number % 25) * 10 + index + 1}"


LAST = service(SERVICES - 1)


def restore_lines():
    lines = []
    for number in range(SERVICES):
        lines.append(f"-A -t {service(number)}:80 -s wrr")
        lines += [f"-a -t {service(number)}:80 -r {server(number, index)}:80 -g -w 5" for index in range(SERVERS)]
    return "\n".join(lines) + "\n"


def director(weight=5, checked=False):
    """`weight` is that of the last service's last server; every server is checked once a minute, or never."""
    lines = ["checkinterval=60", "checktimeout=5"]
    for number in range(SERVICES):
        lines.append(f"virtual={service(number)}:80")
        for index in range(SERVERS):
            last = number == SERVICES - 1 and index == SERVERS - 1
            lines.append(f"    real={server(number, index)}:80 gate {weight if last else 5}")
        lines += ["    scheduler=wrr", "    protocol=tcp", "    checktype=" + ("connect" if checked else "on")]
    return "\n".join(lines) + "\n"


def keepalived(weight=5, checked=False):
    lines, check = [], "    TCP_CHECK {\n    }\n" if checked else ""
    for number in range(SERVICES):
        lines += [f"virtual_server {service(number)} 80 {{", "  lb_algo wrr", "  lb_kind DR", "  protocol TCP",
                  "  delay_loop 60"]
        for index in range(SERVERS):
            last = number == SERVICES - 1 and index == SERVERS - 1
            lines.append(f"  real_server {server(number, index)} 80 {{\n    weight {weight if last else 5}\n{check}  }}")
        lines.append("}")
    return "\n".join(lines) + "\n"


CHECKED = 500


def checked(index):
    return f"10.77.{index // 100}.{index % 100 + 1}"


def keepalived_checks(kind):
    """One service of 500 servers, each checked once a second."""
    check = "TCP_CHECK {\n connect_timeout 3\n }" if kind == "tcp" else \
        "HTTP_GET {\n url {\n path /\n status_code 200\n }\n connect_timeout 3\n }"
    lines = ["virtual_server 10.0.0.1 80 {", "  delay_loop 1", "  lb_algo wrr", "  lb_kind DR", "  protocol TCP"]
    lines += [f"  real_server {checked(index)} 80 {{\n weight 1\n {check}\n }}" for index in range(CHECKED)]
    return "\n".join(lines + ["}"]) + "\n"

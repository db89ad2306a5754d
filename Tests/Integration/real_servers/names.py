"""bind, authoritative for a zone of its own."""

import shutil

from real_servers.server import Server

_NAMED = """
options {{
    directory "{directory}";
    pid-file "{directory}/pid";
    session-keyfile "{directory}/session.key";
    managed-keys-directory "{directory}";
    listen-on {{ any; }};
    listen-on-v6 {{ any; }};
    recursion no;
    dnssec-validation no;
    notify no;
}};
controls {{ }};
zone "example.net" {{ type primary; file "{directory}/example.net"; }};
zone "2.0.192.in-addr.arpa" {{ type primary; file "{directory}/192.0.2"; }};
"""

_ZONE = """$TTL 60
@     IN SOA ns.example.net. hostmaster.example.net. 1 3600 600 86400 60
      IN NS  ns.example.net.
{records}
"""

_FORWARD = """ns    IN A    192.0.2.53
www   IN A    192.0.2.80
www   IN AAAA 2001:db8::80
six   IN AAAA 2001:db8::6
alias IN CNAME www
big   IN A    192.0.2.81
      IN MX   10 mail
mail  IN A    192.0.2.25"""

_REVERSE = "80    IN PTR www.example.net."


class Named(Server):
    user = "bind"
    tcp = (53,)
    udp = (53,)

    def prepare(self):
        self.write("example.net", _ZONE.format(records=_FORWARD))
        self.write("192.0.2", _ZONE.format(records=_REVERSE))
        self.write("named.conf", _NAMED.format(directory=self.directory))

    def launch(self):
        # AppArmor knows Debian's by its path, and would not let it read anything here.
        self.spawn(shutil.copy("/usr/sbin/named", self.directory), "-f", "-g", "-n", "1", "-c", self.path("named.conf"))

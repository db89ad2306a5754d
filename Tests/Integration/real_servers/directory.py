"""slapd and freeradius: who somebody is, and whether it is they."""

from real_servers.server import LOGIN, PASSWORD, Server

BASE = "dc=example,dc=net"
SECRET = "shared-Secret7"

_SLAPD = """
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {directory}/pid
TLSCertificateFile {certificates.certificate}
TLSCertificateKeyFile {certificates.key}
loglevel none
threads 4
database mdb
maxsize 10485760
suffix "{base}"
directory {directory}/data
access to attrs=userPassword by anonymous auth by * none
access to dn.exact="cn=private,{base}" by users read by * none
access to * by * read
"""

_ENTRIES = """dn: {base}
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: cn={login},{base}
objectClass: person
cn: {login}
sn: {login}
userPassword: {password}

dn: cn=private,{base}
objectClass: device
cn: private
"""

_RADIUSD = """
name = freeradius
prefix = /usr
libdir = /usr/lib/freeradius
logdir = {directory}
raddbdir = {directory}
run_dir = {directory}
db_dir = {directory}
max_request_time = 10
cleanup_delay = 1
max_requests = 4096
hostname_lookups = no
log {{
    destination = stdout
    auth = yes
}}
security {{
    max_attributes = 200
    reject_delay = 1
    status_server = yes
    allow_vulnerable_openssl = yes
}}
# The directors. The second one is of a site that closed the hole of CVE-2024-3596.
client directors {{
    ipaddr = 10.0.0.0/24
    secret = {secret}
}}
client directors6 {{
    ipv6addr = fd00::/64
    secret = {secret}
    require_message_authenticator = yes
}}
thread pool {{
    start_servers = 2
    max_servers = 4
    min_spare_servers = 1
    max_spare_servers = 3
    max_requests_per_server = 0
}}
modules {{
    pap {{
    }}
    files {{
        usersfile = {directory}/users
    }}
}}
server default {{
    listen {{
        type = auth
        ipaddr = *
        port = 1812
    }}
    listen {{
        type = auth
        ipv6addr = ::
        port = 1812
    }}
    authorize {{
        files
        pap
    }}
    authenticate {{
        Auth-Type PAP {{
            pap
        }}
    }}
}}
"""


class Slapd(Server):
    user = "openldap"
    tcp = (389, 636)

    def prepare(self):
        self.folder("data")
        configuration = self.write("slapd.conf", _SLAPD.format(directory=self.directory, base=BASE,
                                                               certificates=self.certificates))
        self.give_away()
        self.execute("/usr/sbin/slapadd", "-q", "-f", configuration,
                     stdin=_ENTRIES.format(base=BASE, login=LOGIN, password=PASSWORD))

    def launch(self):
        self.spawn("/usr/sbin/slapd", "-d", "0", "-f", self.path("slapd.conf"), "-h", "ldap:/// ldaps:///")


class Freeradius(Server):
    user = "freerad"
    udp = (1812,)

    def prepare(self):
        self.write("dictionary", "")
        self.write("users", f'{LOGIN} Cleartext-Password := "{PASSWORD}"\n')
        self.write("radiusd.conf", _RADIUSD.format(directory=self.directory, secret=SECRET))

    def launch(self):
        self.spawn("/usr/sbin/freeradius", "-f", "-d", self.directory, "-n", "radiusd", "-l", "stdout",
                   "-D", "/usr/share/freeradius")

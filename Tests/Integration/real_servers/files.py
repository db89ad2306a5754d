"""vsftpd with an account that PAM knows, on a copy of the machine's account files."""

import os

from harness import run
from real_servers.server import LOGIN, PASSWORD, Server

ANONYMOUS_FILE, FILE = "motd.txt", "state.txt"

_VSFTPD = """
background=NO
listen=NO
listen_ipv6=YES
anonymous_enable=YES
anon_root={directory}/public
local_enable=YES
# Requests are from the root of the tree: of the account's own.
chroot_local_user=YES
pam_service_name=vsftpd
secure_chroot_dir={directory}/empty
connect_from_port_20=NO
ftpd_banner=files.example.net is ready.
xferlog_enable=NO
"""


class Vsftpd(Server):
    tcp = (21,)

    def __init__(self, farm):
        super().__init__(farm)
        self.covers = farm.covers

    def _account(self, home):
        """A user for PAM, in the account files as only the lab sees them."""
        password = run("openssl", "passwd", "-6", PASSWORD).strip()
        self.covers.cover("/etc/passwd", more=f"{LOGIN}:x:64321:65534::{home}:/bin/sh\n")
        # Not with the machine's own passwords before it, which an ordinary user's lab cannot read.
        self.covers.cover("/etc/shadow", f"{LOGIN}:{password}:19000::::::\n")

    def prepare(self):
        home = self.folder("home")
        for folder, name in ((self.folder("public"), ANONYMOUS_FILE), (home, FILE)):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                file.write("state: serving since the day before yesterday\n")
        self.folder("empty", 0o555)
        self._account(home)
        self.write("vsftpd.conf", _VSFTPD.format(directory=self.directory))

    def launch(self):
        self.spawn("/usr/sbin/vsftpd", self.path("vsftpd.conf"))

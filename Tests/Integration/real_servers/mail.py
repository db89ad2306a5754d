"""postfix and dovecot, as a mail farm runs them."""

import grp
import os
import pwd

from real_servers.server import HOST_NAME, LOGIN, PASSWORD, Server

_MAIN = """
compatibility_level = 3.6
queue_directory = {directory}/queue
data_directory = {directory}/data
maillog_file = {directory}/mail.log
maillog_file_prefixes = {directory}
myhostname = {host}
smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
mynetworks = 127.0.0.0/8 10.0.0.0/24
smtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination
smtpd_tls_cert_file = {certificates.certificate}
smtpd_tls_key_file = {certificates.key}
smtpd_tls_security_level = may
alias_maps =
local_recipient_maps =
"""

# The submission service is Debian's commented one; the second address is of a server that serves nobody here.
_MASTER = """
{four}:25        inet  n  -  n  -  -  smtpd
[{six}]:25       inet  n  -  n  -  -  smtpd
{four}:2525      inet  n  -  n  -  -  smtpd
{four}:587       inet  n  -  n  -  -  smtpd
    -o smtpd_tls_security_level=encrypt
    -o smtpd_client_restrictions=permit_mynetworks,reject
{refusing}:25    inet  n  -  n  -  -  smtpd
    -o smtpd_client_restrictions=reject -o smtpd_delay_reject=no
{refusing}:587   inet  n  -  n  -  -  smtpd
    -o smtpd_client_restrictions=reject -o smtpd_delay_reject=no
anvil            unix  -  -  n  -  1  anvil
tlsmgr           unix  -  -  n  1000?  1  tlsmgr
rewrite          unix  -  -  n  -  -  trivial-rewrite
cleanup          unix  n  -  n  -  0  cleanup
qmgr             unix  n  -  n  300  1  qmgr
error            unix  -  -  n  -  -  error
proxymap         unix  -  -  n  -  -  proxymap
postlog          unix-dgram  n  -  n  -  1  postlogd
"""

_QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace")

_DOVECOT = """
base_dir = {directory}/run
state_dir = {directory}/state
log_path = /dev/stderr
protocols = imap pop3
listen = *, ::
ssl = yes
ssl_cert = <{certificates.certificate}
ssl_key = <{certificates.key}
auth_mechanisms = plain login
# As a farm has it whose directors check with a login over plain connections; the strict address keeps the default.
disable_plaintext_auth = no
local {strict} {{
    disable_plaintext_auth = yes
}}
# As sites with many logins have it, instead of a new process for each.
service imap-login {{
    service_count = 0
}}
service pop3-login {{
    service_count = 0
}}
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
auth_failure_delay = 1 secs
passdb {{
    driver = passwd-file
    args = scheme=PLAIN username_format=%u {directory}/users
}}
userdb {{
    driver = static
    args = uid=nobody gid=nogroup home={directory}/mail/%u
}}
"""


class Postfix(Server):
    tcp = (25, 587, 2525)

    def prepare(self):
        owner, group = pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid
        self.write("etc/main.cf", _MAIN.format(directory=self.directory, host=HOST_NAME, certificates=self.certificates),
                   0o644)
        self.write("etc/master.cf", _MASTER.format(four=self.addresses[4], six=self.addresses[6],
                                                   refusing=self.addresses["refusing"]), 0o644)
        self.write("mail.log", "", 0o644)
        for name in ("queue", "queue/pid"):
            self.folder(name)
        for name in (*(f"queue/{name}" for name in _QUEUES), "data"):
            os.chown(self.folder(name, 0o700), owner, -1)
        for name, mode in (("queue/public", 0o710), ("queue/maildrop", 0o730)):
            os.chown(self.folder(name), owner, group)
            os.chmod(self.path(name), mode)

    def launch(self):
        self.spawn("/usr/lib/postfix/sbin/master", "-c", self.path("etc"), "-d")

    def log(self):
        with open(self.path("mail.log"), encoding="utf-8", errors="replace") as file:
            return super().log() + file.read()[-4000:]


class Dovecot(Server):
    tcp = (110, 143, 993, 995)

    def prepare(self):
        for name in ("run", "state"):
            self.folder(name)
        # Mail is delivered and read as nobody.
        os.chmod(self.folder("mail"), 0o777)
        self.write("users", f"{LOGIN}:{PASSWORD}\n")
        os.chown(self.path("users"), 0, grp.getgrnam("dovecot").gr_gid)
        self.write("dovecot.conf", _DOVECOT.format(directory=self.directory, certificates=self.certificates,
                                                   strict=self.addresses["refusing"]), 0o644)

    def launch(self):
        self.spawn("/usr/sbin/dovecot", "-F", "-c", self.path("dovecot.conf"))

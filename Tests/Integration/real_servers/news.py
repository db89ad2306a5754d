"""INN: innd takes the connection and nnrpd, which it starts, answers the reader."""

import os
import shutil

from real_servers.server import Server, talk

_PROGRAMS = "/usr/lib/news/bin"

_INN = """
pathhost: news.example.net
domain: example.net
fromhost: news.example.net
organization: Example
mta: "/bin/true %s"
mailcmd: /bin/true
hismethod: hisv6
ovmethod: tradindexed
port: 119
# Whatever else this machine is busy with.
nnrpdloadlimit: 0
pathnews: /usr/lib/news
pathbin: {directory}/bin
pathcontrol: /usr/lib/news/bin/control
pathfilter: {directory}/etc
pathdb: {directory}/db
pathetc: {directory}/etc
pathrun: {directory}/run
pathlog: {directory}/log.d
pathspool: {directory}/spool
patharticles: {directory}/spool/articles
patharchive: {directory}/spool/archive
pathincoming: {directory}/spool/incoming
pathoutgoing: {directory}/spool/outgoing
pathoverview: {directory}/spool/overview
pathtmp: {directory}/spool/incoming/tmp
pathhttp: {directory}/spool
"""

_READERS = """
auth "directors" {
    hosts: "10.0.0.151, 10.0.0.11, 10.0.0.12, 10.0.0.122, 10.0.0.123, 10.0.0.124, fd00::/64"
    default: "<reader>"
}
access "all" {
    users: "<reader>"
    newsgroups: "*"
}
"""


class Innd(Server):
    user = "news"
    tcp = (119,)

    def prepare(self):
        for name in ("db", "run", "log.d", "spool", "etc", "spool/articles", "spool/archive", "spool/incoming/tmp",
                     "spool/incoming/bad", "spool/outgoing", "spool/overview"):
            self.folder(name)
        configuration = self.write("etc/inn.conf", _INN.format(directory=self.directory))
        self.environment = {"INNCONF": configuration, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        self.write("etc/readers.conf", _READERS)
        self.write("etc/storage.conf", "method tradspool {\n    newsgroups: *\n    class: 0\n}\n")
        self.write("etc/newsfeeds", "ME:!*::\n")
        self.write("etc/incoming.conf", 'peer ME {\n    hostname: "localhost"\n}\n')
        self.write("etc/expire.ctl", "/remember/:1\n*:A:1:1:never\n")
        self.write("db/active", "control 0000000000 0000000001 n\njunk 0000000000 0000000001 n\n"
                                "control.cancel 0000000000 0000000001 n\nexample.test 0000000000 0000000001 y\n")
        self.write("db/active.times", "")
        self.write("db/newsgroups", "example.test\tA group.\n")
        self.write("db/history", "")
        # Debian's innbind is for root and its group; in an ordinary user's lab nobody else can start it. The namespace
        # lets everybody bind low ports, so a copy without root's rights will do.
        for name in os.listdir(_PROGRAMS):
            if name != "innbind":
                os.symlink(f"{_PROGRAMS}/{name}", os.path.join(self.folder("bin"), name))
        os.chmod(shutil.copy(f"{_PROGRAMS}/innbind", self.folder("bin")), 0o755)
        self.give_away()
        self.execute("/usr/lib/news/bin/makedbz", "-i", "-o", "-s", "1000", env=self.environment, cwd=self.path("db"))

    def launch(self):
        self.spawn("/usr/lib/news/bin/innd", "-f", "-N", env=self.environment)

    def is_ready(self):
        return super().is_ready() and talk(self.namespace, self.addresses[4], 119)[0].startswith(b"20")

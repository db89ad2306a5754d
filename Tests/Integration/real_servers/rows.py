"""The rows of the matrix: how each service is checked, and what makes its answer or its login wrong."""

from real_servers.databases import DATABASE
from real_servers.directory import BASE, SECRET
from real_servers.files import FILE
from real_servers.server import LOGIN, PASSWORD, WRONG_PASSWORD

# Where the real servers and their shadows are.
FOUR, SIX = "10.0.0.151", "fd00::151"
AT = {"healthy": FOUR, "six": SIX, "refusing": "10.0.0.111", "relay": "10.0.0.121", "silent": "10.0.0.122", "cut": "10.0.0.123",
      "slow": "10.0.0.124", "garbage": "10.0.0.125", "refused": "10.0.0.126", "black-holed": "10.0.0.127"}

CONDITIONS = ("healthy", "wrong answer", "wrong login", "refused", "black-holed", "says nothing", "closes in mid-answer",
              "one byte a second", "garbage", "wrong certificate")
# The address at which a condition is met; the others are met at the healthy one.
PLACE = {"refused": "refused", "black-holed": "black-holed", "says nothing": "silent", "closes in mid-answer": "cut",
         "one byte a second": "slow", "garbage": "garbage"}

NO_PATTERN = "its check has no pattern: whoever speaks the protocol to its end is up"
NO_LOGIN = "its check logs in nowhere"
NO_TLS = "it is checked without TLS"
CONNECTS = "a connection is all that is asked for"
NO_PORT = "an echo has no port and no protocol above it"
DATAGRAM = "an answer over UDP is one datagram"


class Row:
    """One line of the table.

    `keys` are those of a healthy server; `wrong_answer`, `wrong_login` and `wrong_certificate` what is different in
    those conditions (`at` for another place). A condition in `without` does not apply, for the reason given.
    """

    def __init__(self, name, service=None, port=0, protocol="tcp", cuts="", keys=None, wrong_answer=None,
                 wrong_login=None, tls=False, without=None):
        self.name, self.service, self.port, self.protocol, self.cuts = name, service, port, protocol, cuts
        self.keys = keys or {}
        self.changes = {"wrong answer": wrong_answer, "wrong login": wrong_login,
                        "wrong certificate": {"tls-verify": "yes", "tls-ca": "STRANGER"} if tls else None}
        self.without = dict(without or {})
        for condition, reason in (("wrong answer", NO_PATTERN), ("wrong login", NO_LOGIN), ("wrong certificate", NO_TLS)):
            if self.changes[condition] is None:
                self.without.setdefault(condition, reason)

    def cell(self, condition):
        """Address and keys of one cell."""
        change = dict(self.changes.get(condition) or {})
        place = change.pop("at", PLACE.get(condition, "healthy"))
        return AT[place], {**self.keys, **change}


def quoted(text):
    return f'"{text}"'


_LOGIN = {"login": quoted(LOGIN), "passwd": quoted(PASSWORD)}
_WRONG = {"passwd": quoted(WRONG_PASSWORD)}
_PAGE = {"request": quoted("health"), "receive": quoted("serving")}
_OTHER_PAGE = {"receive": quoted("stopped")}
_TABLE = {**_LOGIN, "database": quoted(DATABASE), "request": quoted("select word from state")}
_NO_ROWS = {"request": quoted("select word from state where word = 'stopped'")}
_NAME = {"request": quoted("www.example.net"), "receive": quoted("192.0.2.80")}
_OTHER_ADDRESS = {"receive": quoted("192.0.2.99")}
_SUBTREE = {"request": quoted(BASE), "receive": quoted("dc=example")}
_DISTINGUISHED = {"login": quoted(f"cn={LOGIN},{BASE}"), "passwd": quoted(PASSWORD)}
_ALL_PROTOCOL = ("wrong answer", "wrong login", "says nothing", "closes in mid-answer", "one byte a second", "garbage",
                 "wrong certificate")

ROWS = (
    Row("http", "http", 80, cuts="0/half,0/last", keys=_PAGE, wrong_answer=_OTHER_PAGE),
    Row("https", "https", 443, cuts="0/half,0/last,1/half,1/last", keys=_PAGE, wrong_answer=_OTHER_PAGE, tls=True),
    Row("http_proxy", "http_proxy", 3128, cuts="0/half,0/last",
        keys={"request": quoted(f"http://{FOUR}/health"), "receive": quoted("serving")}, wrong_answer=_OTHER_PAGE),
    Row("ftp", "ftp", 21, cuts="0/half,1/half,2/half,3/half,4/half",
        keys={**_LOGIN, "request": quoted(FILE), "receive": quoted("serving")}, wrong_answer=_OTHER_PAGE,
        wrong_login=_WRONG),
    Row("smtp", "smtp", 25, cuts="0/half,0/last,1/half", wrong_answer={"at": "refusing"}),
    Row("submission", "submission", 587, cuts="0/half,0/last,1/half", wrong_answer={"at": "refusing"}),
    Row("pop", "pop", 110, cuts="0/half,1/half,2/half", keys=_LOGIN, wrong_login=_WRONG),
    Row("pops", "pops", 995, cuts="0/half,1/half,2/half", keys=_LOGIN, wrong_login=_WRONG, tls=True),
    Row("imap", "imap", 143, cuts="0/half,1/half", keys=_LOGIN, wrong_login=_WRONG),
    Row("imaps", "imaps", 993, cuts="0/half,1/half,2/half", keys=_LOGIN, wrong_login=_WRONG, tls=True),
    Row("ldap", "ldap", 389, cuts="0/half,0/last,1/half", keys={**_SUBTREE, **_DISTINGUISHED},
        wrong_answer={"receive": quoted("dc=other")}, wrong_login=_WRONG),
    Row("ldaps", "ldaps", 636, cuts="0/half,1/half,2/half", keys={**_SUBTREE, **_DISTINGUISHED},
        wrong_answer={"receive": quoted("dc=other")}, wrong_login=_WRONG, tls=True),
    Row("nntp", "nntp", 119, cuts="0/half,0/2", wrong_answer={"at": "relay"}),
    Row("mysql", "mysql", 3306, cuts="0/half,0/last,1/half,2/half", keys=_TABLE, wrong_answer=_NO_ROWS,
        wrong_login=_WRONG),
    Row("pgsql", "pgsql", 5432, cuts="0/half,1/half,2/half,3/half", keys=_TABLE, wrong_answer=_NO_ROWS,
        wrong_login=_WRONG),
    Row("dns udp", "dns", 53, "udp", keys=_NAME, wrong_answer=_OTHER_ADDRESS),
    Row("dns tcp", "dns", 53, "tcp", cuts="0/1,0/half,0/last", keys=_NAME, wrong_answer=_OTHER_ADDRESS),
    Row("radius", "radius", 1812, "udp", keys={**_LOGIN, "secret": quoted(SECRET)}, wrong_login=_WRONG),
    Row("sip udp", "sip", 5060, "udp", keys={"login": quoted("director")}, wrong_answer={"at": "refusing"}),
    Row("sip tcp", "sip", 5060, "tcp", cuts="0/9,0/half", keys={"login": quoted("director")},
        wrong_answer={"at": "refusing"}),
    Row("simpletcp", "simpletcp", 2525, cuts="0/half", keys={"request": quoted("QUIT\\n"), "receive": quoted("Postfix")},
        wrong_answer=_OTHER_PAGE),
    Row("connect", None, 80, keys={"checktype": "connect"}, without=dict.fromkeys(_ALL_PROTOCOL, CONNECTS)),
    Row("ping", None, 0, keys={"checktype": "ping"},
        without=dict.fromkeys((*_ALL_PROTOCOL, "refused"), NO_PORT)),
    Row("external", None, 80, keys={"checktype": "external", "checkcommand": "EXTERNAL"},
        wrong_answer={"checkcommand": "EXTERNAL-WRONG"}),
    Row("external-perl", None, 80, keys={"checktype": "external-perl", "checkcommand": "PERL"},
        wrong_answer={"checkcommand": "PERL-WRONG"}),
    Row("2 (http)", "http", 80, keys={**_PAGE, "checktype": "2"}, wrong_answer=_OTHER_PAGE),
)

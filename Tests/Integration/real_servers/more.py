"""Cells beside the matrix: what the people who run such servers also configure, and the other address family.

(what it is, row it is a variant of, keys that differ (`at` for another place, `port` for another port), up)
"""

from real_servers.databases import ED25519, MD5, TLS_ONLY
from real_servers.directory import BASE
from real_servers.files import ANONYMOUS_FILE
from real_servers.rows import quoted
from real_servers.server import HOST_NAME

_VERIFIED = {"tls-verify": "yes", "tls-ca": "AUTHORITY"}
_SIX = {"at": "six"}

MORE = (
    ("http, a redirect is followed", "http", {"request": quoted("moved")}, True),
    ("http, status 503 with the page that is wanted", "http", {"request": quoted("busy")}, False),
    ("http, no such page", "http", {"request": quoted("nothing")}, False),
    ("http, HEAD", "http", {"httpmethod": "HEAD", "receive": None}, True),
    ("https, verified by address", "https", _VERIFIED, True),
    ("https, verified by name", "https", {**_VERIFIED, "virtualhost": quoted(HOST_NAME)}, True),
    ("https, a certificate for another name", "https", {**_VERIFIED, "virtualhost": quoted("other.example.net")}, False),
    ("https, a certificate that has expired", "https", {**_VERIFIED, "port": 8443}, False),
    ("https, the same without verification", "https", {"port": 8443}, True),
    ("imaps, verified", "imaps", _VERIFIED, True),
    ("pops, verified", "pops", _VERIFIED, True),
    ("ldaps, verified", "ldaps", _VERIFIED, True),
    ("http_proxy, a page that the proxy cannot get", "http_proxy",
     {"request": quoted("http://10.0.0.126/health")}, False),
    ("ftp, anonymous", "ftp", {"login": None, "passwd": None, "request": quoted(ANONYMOUS_FILE)}, True),
    ("ftp, no such file", "ftp", {"request": quoted("nothing.txt")}, False),
    ("pop, without login", "pop", {"login": None, "passwd": None}, True),
    ("imap, without login", "imap", {"login": None, "passwd": None}, True),
    ("pop, plain passwords refused by dovecot", "pop", {"at": "refusing"}, False),
    ("imap, plain passwords refused by dovecot", "imap", {"at": "refusing"}, False),
    ("ldap, anonymous", "ldap", {"login": None, "passwd": None}, True),
    ("ldap, no such entry", "ldap", {"request": quoted(f"ou=nobody,{BASE}"), "receive": None}, False),
    ("ldap, an entry for those who log in", "ldap",
     {"request": quoted(f"cn=private,{BASE}"), "receive": quoted("private")}, True),
    ("ldap, the same for the anonymous", "ldap",
     {"request": quoted(f"cn=private,{BASE}"), "receive": None, "login": None, "passwd": None}, False),
    # The dialogue does not know that plugin, which ldirectord's library does, and says so: see README.
    ("mysql, plugin ed25519", "mysql", {"login": quoted(ED25519)}, False),
    ("mysql, a user who must use TLS", "mysql", {"login": quoted(TLS_ONLY)}, True),
    ("mysql, no such table", "mysql", {"request": quoted("select 1 from nothing")}, False),
    ("mysql, no such database", "mysql", {"database": quoted("nothing")}, False),
    ("pgsql, md5", "pgsql", {"login": quoted(MD5)}, True),
    ("pgsql, a user who must use TLS", "pgsql", {"login": quoted(TLS_ONLY)}, True),
    ("pgsql, no such table", "pgsql", {"request": quoted("select 1 from nothing")}, False),
    ("pgsql, no such database", "pgsql", {"database": quoted("nothing")}, False),
    ("dns udp, AAAA", "dns udp", {"request": quoted("six.example.net"), "receive": quoted("2001:db8::6")}, True),
    ("dns udp, PTR", "dns udp", {"request": quoted("192.0.2.80"), "receive": quoted("www.example.net")}, True),
    ("dns udp, through a CNAME", "dns udp", {"request": quoted("alias.example.net")}, True),
    ("dns udp, no such name", "dns udp", {"request": quoted("nothing.example.net")}, False),
    ("dns udp, a zone of somebody else", "dns udp", {"request": quoted("www.example.org")}, False),
    ("dns tcp, PTR", "dns tcp", {"request": quoted("192.0.2.80"), "receive": quoted("www.example.net")}, True),
    ("radius, wrong secret", "radius", {"secret": quoted("wrong")}, False),
    ("sip udp, without login", "sip udp", {"login": None}, True),
    ("on", "connect", {"checktype": "on", "at": "refused"}, True),
    ("http over IPv6", "http", _SIX, True),
    ("https over IPv6, verified by address", "https", {**_SIX, **_VERIFIED}, True),
    ("smtp over IPv6", "smtp", _SIX, True),
    ("imap over IPv6", "imap", _SIX, True),
    ("pops over IPv6", "pops", _SIX, True),
    ("ldap over IPv6", "ldap", _SIX, True),
    ("ftp over IPv6", "ftp", _SIX, True),
    ("nntp over IPv6", "nntp", _SIX, True),
    ("mysql over IPv6", "mysql", _SIX, True),
    ("pgsql over IPv6", "pgsql", _SIX, True),
    ("dns udp over IPv6", "dns udp", _SIX, True),
    ("dns tcp over IPv6", "dns tcp", _SIX, True),
    ("radius over IPv6, Message-Authenticator required", "radius", _SIX, True),
    ("sip udp over IPv6", "sip udp", _SIX, True),
    ("ping over IPv6", "ping", _SIX, True),
    ("connect over IPv6", "connect", _SIX, True),
)

"""mariadb and postgresql, with the ways of logging in that farms use today."""

import os
import subprocess

from real_servers.server import LOGIN, PASSWORD, Server

DATABASE = "shop"
# Named by how they log in.
ED25519, MD5, TLS_ONLY = "modern", "legacy", "careful"

_MARIADB = """
[mariadbd]
datadir = {directory}/data
socket = {directory}/socket
pid_file = {directory}/pid
bind_address = *
port = 3306
skip_name_resolve
innodb_buffer_pool_size = 8M
# Some versions reserve 8 TB of addresses, which the lab's kernel has not.
loose_innodb_buffer_pool_size_max = 8M
innodb_log_file_size = 4M
innodb_doublewrite = 0
innodb_flush_method = fsync
innodb_use_native_aio = 0
key_buffer_size = 1M
aria_pagecache_buffer_size = 1M
max_connect_errors = 100000
# Longer than the checks wait: it is they who give up.
connect_timeout = 60
plugin_load_add = auth_ed25519
plugin_maturity = unknown
ssl_cert = {certificates.certificate}
ssl_key = {certificates.key}
"""

_MARIADB_SQL = """
CREATE DATABASE {database};
CREATE TABLE {database}.state (word VARCHAR(20)) ENGINE=Aria;
INSERT INTO {database}.state VALUES ('serving');
CREATE USER '{login}'@'%' IDENTIFIED BY '{password}';
CREATE USER '{ed25519}'@'%' IDENTIFIED VIA ed25519 USING PASSWORD('{password}');
CREATE USER '{tls}'@'%' IDENTIFIED BY '{password}' REQUIRE SSL;
GRANT SELECT ON {database}.* TO '{login}'@'%', '{ed25519}'@'%', '{tls}'@'%';
"""

_POSTGRES = """
listen_addresses = '*'
port = 5432
authentication_timeout = 60
unix_socket_directories = '{directory}'
shared_buffers = 4MB
max_connections = 50
fsync = off
ssl = on
ssl_cert_file = '{certificates.certificate}'
ssl_key_file = '{directory}/key'
logging_collector = off
autovacuum = off
max_logical_replication_workers = 0
"""

_POSTGRES_HOSTS = """
local    all all                trust
hostssl  {database} {tls}  all  scram-sha-256
hostnossl {database} {tls} all  reject
host     {database} {md5}  all  md5
host     {database} all    all  scram-sha-256
"""

_POSTGRES_SQL = """
CREATE DATABASE {database};
CREATE USER {login} PASSWORD '{password}';
CREATE USER {tls} PASSWORD '{password}';
SET password_encryption = 'md5';
CREATE USER {md5} PASSWORD '{password}';
\\connect {database}
CREATE TABLE state (word text);
INSERT INTO state VALUES ('serving');
GRANT SELECT ON state TO PUBLIC;
"""


class Mariadb(Server):
    user = "mysql"
    tcp = (3306,)

    def prepare(self):
        self.folder("data")
        configuration = self.write("my.cnf", _MARIADB.format(directory=self.directory, certificates=self.certificates))
        self.give_away()
        self.execute("/usr/bin/mariadb-install-db", f"--defaults-file={configuration}", "--skip-test-db",
                     "--auth-root-authentication-method=normal")
        self.execute("/usr/sbin/mariadbd", f"--defaults-file={configuration}", "--bootstrap",
                     stdin="FLUSH PRIVILEGES;\n" + _MARIADB_SQL.format(
                         database=DATABASE, login=LOGIN, password=PASSWORD, ed25519=ED25519, tls=TLS_ONLY))

    def launch(self):
        self.spawn("/usr/sbin/mariadbd", f"--defaults-file={self.path('my.cnf')}")


class Postgres(Server):
    user = "postgres"
    tcp = (5432,)

    @staticmethod
    def programs():
        """Debian has a folder a version."""
        versions = sorted(os.listdir("/usr/lib/postgresql"), key=int)
        return f"/usr/lib/postgresql/{versions[-1]}/bin"

    def prepare(self):
        data = self.path("data")
        with open(self.certificates.key, encoding="ascii") as file:
            self.write("key", file.read(), 0o600)
        self.write("postgresql.conf", _POSTGRES.format(directory=self.directory, certificates=self.certificates))
        names = {"database": DATABASE, "login": LOGIN, "password": PASSWORD, "md5": MD5, "tls": TLS_ONLY}
        self.give_away()
        self.execute(f"{self.programs()}/initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync",
                     "--wal-segsize=1", "--no-instructions")
        for name, text in (("hosts", _POSTGRES_HOSTS), ("sql", _POSTGRES_SQL)):
            self.write(name, text.format(**names))
        with open(self.path("data", "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(f"include '{self.path('postgresql.conf')}'\nhba_file = '{self.path('hosts')}'\n")
        # The single-user server knows no \\connect: the statements of each database by themselves.
        before, _, after = _POSTGRES_SQL.format(**names).partition(f"\\connect {DATABASE}\n")
        for database, statements in (("postgres", before), (DATABASE, after)):
            self.execute(f"{self.programs()}/postgres", "--single", "-D", data, database, stdin=statements)

    def launch(self):
        self.spawn(f"{self.programs()}/postgres", "-D", self.path("data"))

"""A small certificate authority, the servers' certificate, and an authority that signed nothing of this farm's."""

import os

from harness import run

_EXTENSIONS = """[server]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = {names}
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
"""


class Certificates:
    """`authority` signed `certificate` for the names and addresses of the farm; `stranger` is another authority.

    The keys can be read by everybody: some servers read theirs as their own user, and nothing is at stake here.
    """

    def __init__(self, directory, names):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self._write("extensions", _EXTENSIONS.format(names=", ".join(names)))
        self.authority = self._authority("authority", "Lab authority")
        self.stranger = self._authority("stranger", "Another authority")
        self.certificate, self.key = self._signed("server", 30)
        # Ended the moment it was made.
        self.expired, self.expired_key = self._signed("expired", 0)

    def _path(self, name):
        return os.path.join(self.directory, name)

    def _write(self, name, text):
        with open(self._path(name), "w", encoding="ascii") as file:
            file.write(text)

    def _key(self, name):
        key = self._path(f"{name}.key")
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", key)
        os.chmod(key, 0o644)
        return key

    def _authority(self, name, common_name):
        certificate = self._path(f"{name}.pem")
        run("openssl", "req", "-x509", "-new", "-key", self._key(name), "-subj", f"/CN={common_name}", "-days", "30",
            "-out", certificate)
        return certificate

    def _signed(self, name, days):
        key, request, certificate = self._key(name), self._path(f"{name}.csr"), self._path(f"{name}.pem")
        run("openssl", "req", "-new", "-key", key, "-subj", "/CN=mail.example.net", "-out", request)
        run("openssl", "x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", self._path("authority.key"),
            "-CAcreateserial", "-days", str(days), "-extfile", self._path("extensions"), "-extensions", "server",
            "-out", certificate)
        return certificate, key

"""nginx, and squid in front of it."""

from real_servers.server import Server

_NGINX = """
daemon off;
master_process off;
pid {directory}/pid;
error_log stderr;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {directory}/temp;
    proxy_temp_path {directory}/temp;
    fastcgi_temp_path {directory}/temp;
    uwsgi_temp_path {directory}/temp;
    scgi_temp_path {directory}/temp;
    default_type text/plain;
    ssl_certificate {certificates.certificate};
    ssl_certificate_key {certificates.key};
    server {{
        listen 80; listen [::]:80;
        listen 443 ssl; listen [::]:443 ssl;
        server_name _;
        location = /health {{ return 200 "state: serving since the day before yesterday\\n"; }}
        location = /moved {{ return 302 /health; }}
        location = /busy {{ return 503 "state: serving\\n"; }}
    }}
    server {{
        listen 8443 ssl; listen [::]:8443 ssl;
        ssl_certificate {certificates.expired};
        ssl_certificate_key {certificates.expired_key};
        location = /health {{ return 200 "state: serving\\n"; }}
    }}
}}
"""

_SQUID = """
http_port 3128
acl lab src 10.0.0.0/24 fd00::/64
http_access allow lab
http_access deny all
cache deny all
cache_mem 1 MB
access_log none
cache_log stdio:{directory}/cache.log
pid_filename none
coredump_dir {directory}
pinger_enable off
visible_hostname proxy.example.net
shutdown_lifetime 0 seconds
netdb_filename none
dns_nameservers {addresses[4]}
connect_timeout 3 seconds
"""


class Nginx(Server):
    user = "www-data"
    tcp = (80, 443, 8443)

    def prepare(self):
        self.folder("temp")
        self.write("nginx.conf", _NGINX.format(directory=self.directory, certificates=self.certificates))

    def launch(self):
        self.spawn("/usr/sbin/nginx", "-c", self.path("nginx.conf"), "-e", "stderr")


class Squid(Server):
    user = "proxy"
    tcp = (3128,)

    def prepare(self):
        self.write("squid.conf", _SQUID.format(directory=self.directory, addresses=self.addresses))

    def launch(self):
        self.spawn("/usr/sbin/squid", "--foreground", "-N", "-f", self.path("squid.conf"))

"""sipp in the part of a SIP server: one that is well and one that is not, over UDP and TCP."""

from real_servers.server import Server

_SCENARIO = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="answers OPTIONS">
  <recv request="OPTIONS" />
  <send><![CDATA[
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Accept: application/sdp
Allow: INVITE, ACK, BYE, CANCEL, OPTIONS
Content-Length: 0

  ]]></send>
</scenario>
"""


class Sipp(Server):
    user = "nobody"
    tcp = (5060,)
    udp = (5060,)

    def prepare(self):
        for name, status in (("well", "200 OK"), ("unwell", "503 Service Unavailable")):
            self.write(f"{name}.xml", _SCENARIO.format(status=status), 0o644)

    def launch(self):
        for address, name in ((self.addresses[4], "well"), (self.addresses[6], "well"), (self.addresses["refusing"], "unwell")):
            for transport in ("u1", "t1"):
                # It ends when a client's connection breaks at the wrong moment: another one takes its place.
                self.spawn("/bin/sh", "-c", 'while :; do "$@"; done', "sipp", "/usr/bin/sipp", "-sf",
                           self.path(f"{name}.xml"), "-i", address, "-p", "5060", "-t", transport, "-nostdin", "-aa",
                           env={"TERM": "dumb", "PATH": "/usr/bin:/bin"})

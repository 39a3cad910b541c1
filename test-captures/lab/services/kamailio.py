# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP through real proxies (kamailio): TLS on 5061, mutual TLS on 5062, and a presence server on 5080."""
import shutil
from pathlib import Path

from recording import records
from services import sip

TABLES = Path("/usr/share/kamailio/dbtext/kamailio")

BASE = """#!KAMAILIO
debug=2
log_stderror=yes
fork=yes
children=1
tcp_children=1
auto_aliases=no
dns=off
rev_dns=off
{listen}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
"""
TLS = """
enable_tls=yes
loadmodule "tls.so"
modparam("tls", "config", "{settings}")
"""
CERTIFICATES = """
[server:default]
method = TLSv1.2+
verify_certificate = no
require_certificate = no
private_key = {certificate.key}
certificate = {certificate.chain}
ca_list = {certificate.authority}

[client:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
private_key = {certificate.key}
certificate = {certificate.chain}
ca_list = {certificate.authority}
"""
MUTUAL = """
[server:{address}:5062]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
private_key = {certificate.key}
certificate = {certificate.chain}
ca_list = {certificate.authority}
"""
# A user's name decides where a message goes on to; any other name is answered here.
RELAY = """
request_route {{
  if (!mf_process_maxfwd_header("10")) {{ sl_send_reply("483", "Too Many Hops"); exit; }}
  if (has_totag() && loose_route()) {{ t_relay(); exit; }}
  {onward}
  sl_send_reply("200", "OK");
}}
"""
ONWARD = 'if ($rU == "{user}") {{ $du = "{to}"; t_relay(); exit; }}'
PRESENCE = """
loadmodule "db_text.so"
loadmodule "presence.so"
loadmodule "presence_xml.so"
modparam("presence|presence_xml", "db_url", "text://{tables}")
modparam("presence", "subs_db_mode", 0)
modparam("presence", "server_address", "{address}")
modparam("presence_xml", "force_active", 1)
request_route {{
  if (is_method("PUBLISH")) {{ handle_publish(); exit; }}
  if (is_method("SUBSCRIBE")) {{ handle_subscribe(); exit; }}
  sl_send_reply("200", "OK");
}}
"""
MESSAGE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="a message">
<send retrans="500"><![CDATA[
MESSAGE sip:{user}@alpha.example SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:user1@alpha.example>;tag=[call_number]
To: <sip:{user}@alpha.example>
Call-ID: [call_id]
CSeq: 1 MESSAGE
Max-Forwards: 70
Content-Type: text/plain
Content-Length: [len]

Hello from the lab to {user}
]]></send>
<recv response="100" optional="true"/>
<recv response="200"/>
</scenario>
"""
WATCH = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="subscribe, and be notified">
<send retrans="500"><![CDATA[
SUBSCRIBE sip:user1@alpha.example SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:user2@alpha.example>;tag=w[call_number]
To: <sip:user1@alpha.example>
Contact: <sip:user2@[local_ip]:[local_port];transport=[transport]>
Call-ID: [call_id]
CSeq: 1 SUBSCRIBE
Max-Forwards: 70
Event: presence
Accept: application/pidf+xml
Expires: 600
Content-Length: 0

]]></send>
<recv response="202" optional="true"/>
<recv response="200" optional="true"/>
<recv request="NOTIFY"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""


def certificates(lab, host, listen):
    """On 5062 the other side must show a certificate as well."""
    certificate = lab.certificate(host, "alpha.example")
    text = CERTIFICATES.format(certificate=certificate)
    if any(one.endswith(":5062") for one in listen):
        text += MUTUAL.format(certificate=certificate, address=lab.host(host).ipv4)
    return lab.file(f"kamailio-{host}-tls.cfg", text)


def proxy(lab, host, listen, route):
    """listen: kamailio's transport:address:port, several. route: the rest of the configuration."""
    text = BASE.format(listen="\n".join(f"listen={one}" for one in listen))
    if any(one.startswith("tls:") for one in listen):
        text += TLS.format(settings=certificates(lab, host, listen))
    configuration = lab.file(f"kamailio-{host}.cfg", text + route)
    ready = {("udp" if one.startswith("udp") else "tcp", int(one.rsplit(":", 1)[1])) for one in listen}
    return lab.start(host, ["kamailio", "-DD", "-E", "-f", configuration, "-Y", lab.folder, "-m", "32", "-M", "8"],
                     ready=ready, env=lab.with_keys(), private=["/run/kamailio"])


@records("sip-tls-5061-5062", "messages over TLS to the proxy, and on over mutual TLS between nodes", "2.2 2.3",
         programs="kamailio sipp", real="everything; keys in the capture")
def encrypted(lab):
    gateway, node, other = (lab.host(name) for name in ("sip-gateway", "imp-pub", "imp-sub"))
    first = ONWARD.format(user="user2", to=f"sip:{node.ipv4}:5061;transport=tls")
    first += ONWARD.format(user="user3", to=f"sip:{node.ipv4}:5061;transport=tls")
    first += ONWARD.format(user="user4", to=f"sip:[{node.ipv6}]:5061;transport=tls")
    second = ONWARD.format(user="user3", to=f"sip:{other.ipv4}:5062;transport=tls")
    proxy(lab, "sip-gateway", ["udp:127.0.0.1:5060", f"tls:{gateway.ipv4}:5061", f"tls:[{gateway.ipv6}]:5061"],
          RELAY.format(onward=first))
    proxy(lab, "imp-pub", [f"tls:{node.ipv4}:5061", f"tls:[{node.ipv6}]:5061", f"tls:{node.ipv4}:5062"],
          RELAY.format(onward=second))
    proxy(lab, "imp-sub", [f"tls:{other.ipv4}:5062"], RELAY.format(onward=""))
    lab.flow("2.2", "TCP", "sip-gateway", "imp-pub", 5061)
    lab.flow("2.3", "TCP", "imp-pub", "imp-sub", 5062)
    for user in ("user2", "user3", "user4"):
        message = sip.scenario(lab, user, MESSAGE.format(user=user))
        sip.call(lab, "sip-gateway", "127.0.0.1", "127.0.0.1", 5060, "u1", sip.FREE, message)


@records("sip-presence-5060-5080", "presence through the proxy: PUBLISH, SUBSCRIBE, NOTIFY", "2.1 3.1",
         programs="kamailio sipp", real="everything")
def presence(lab):
    gateway, node, other = (lab.host(name) for name in ("sip-gateway", "imp-pub", "imp-sub"))
    tables = lab.folder / "tables"
    shutil.copytree(TABLES, tables)
    proxy(lab, "imp-sub", [f"{transport}:{other.ipv4}:5080" for transport in ("udp", "tcp")],
          PRESENCE.format(tables=tables, address=f"sip:{other.ipv4}:5080"))
    lab.flow("2.1", "TCP", "imp-sub", "imp-pub", 5060, note="the engine's own connection back to the proxy")
    for transport, flag in (("udp", "u1"), ("tcp", "t1")):
        engine = f'record_route(); $du = "sip:{other.ipv4}:5080;transport={transport}"; t_relay(); exit;'
        server = proxy(lab, "imp-pub", [f"{transport}:{node.ipv4}:5060"], RELAY.format(onward=engine))
        lab.flow("2.1", transport.upper(), "sip-gateway", "imp-pub", 5060)
        lab.flow("3.1", transport.upper(), "imp-pub", "imp-sub", 5080)
        for name, steps in (("watch", WATCH), ("publish", sip.PUBLISH)):
            sip.call(lab, "sip-gateway", gateway.ipv4, node.ipv4, 5060, flag, sip.FREE, sip.scenario(lab, name, steps))
        lab.stop(server)

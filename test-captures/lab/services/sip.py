# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP by sipp: calls and messages between gateway and proxy (table 2), the proxy's own port, the Presence Engine (3)."""
from recording import records

CALL_MILLISECONDS = "300"
FREE = 46060  # a port that is in no table; left to itself, sipp takes 5060

# A MESSAGE whose body makes it larger than a segment, and what answers it.
LARGE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="a large message">
<send retrans="500"><![CDATA[
MESSAGE sip:user1@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:user2@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:user1@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 MESSAGE
Max-Forwards: 70
Content-Type: text/plain
Content-Length: [len]

{body}
]]></send>
<recv response="200"/>
</scenario>
"""
PUBLISH = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="presence at the engine">
<send retrans="500"><![CDATA[
PUBLISH sip:user1@alpha.example SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:user1@alpha.example>;tag=p[call_number]
To: <sip:user1@alpha.example>
Call-ID: [call_id]
CSeq: 1 PUBLISH
Max-Forwards: 70
Event: presence
Expires: 600
Content-Type: application/pidf+xml
Content-Length: [len]

<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:user1@alpha.example"><tuple id="lab"><status><basic>open</basic></status></tuple></presence>
]]></send>
<recv response="200"/>
</scenario>
"""
ACCEPT = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="accepts any single request">
<recv request="{method}"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
SIP-ETag: lab
Expires: 600
Content-Length: 0

]]></send>
</scenario>
"""


def literal(address):
    return f"[{address}]" if ":" in address else address


def listen(lab, host, address, port, transport, scenario=("-sn", "uas")):
    """transport as sipp says it: u1 for UDP, t1 for TCP."""
    argv = ["sipp", *scenario, "-i", literal(address), "-p", str(port), "-t", transport, "-nostdin"]
    return lab.start(host, argv, ready=[("udp" if transport == "u1" else "tcp", port)], env={"TERM": "dumb"})


def call(lab, host, source, target, port, transport, source_port, scenario=("-sn", "uac")):
    lab.run(host, ["sipp", *scenario, f"{literal(target)}:{port}", "-i", literal(source), "-p", str(source_port),
                   "-t", transport, "-m", "1", "-d", CALL_MILLISECONDS, "-nostdin", "-timeout", "15", "-timeout_error"], env={"TERM": "dumb"})


def scenario(lab, name, text):
    return ("-sf", lab.file(f"{name}.xml", text))


@records("sip-gateway-5060", "calls both ways over UDP and TCP, IPv6, a message of several segments", "2.1",
         programs="sipp", real="everything")
def gateway(lab):
    node, trunk = lab.host("imp-pub"), lab.host("sip-gateway")
    for initiator, target in ((trunk, node), (node, trunk)):
        for transport, name in (("u1", "UDP"), ("t1", "TCP")):
            server = listen(lab, target.name, target.ipv4, 5060, transport)
            # Over UDP a gateway sends from its own 5060. The second direction does not: it would be the first one's
            # conversation, and nobody could say of a packet which of the two opened it.
            same = name == "UDP" and initiator is trunk
            lab.flow("2.1", name, initiator.name, target.name, 5060)
            call(lab, initiator.name, initiator.ipv4, target.ipv4, 5060, transport, 5060 if same else FREE)
            lab.stop(server)
    server = listen(lab, "imp-pub", node.ipv6, 5060, "u1")
    call(lab, "sip-gateway", trunk.ipv6, node.ipv6, 5060, "u1", FREE)
    lab.stop(server)
    listen(lab, "imp-pub", node.ipv4, 5060, "t1", scenario(lab, "accept", ACCEPT.format(method="MESSAGE")))
    call(lab, "sip-gateway", trunk.ipv4, node.ipv4, 5060, "t1", FREE + 1, scenario(lab, "large", LARGE.format(body="lab text " * 600)))


@records("sip-internal-5049-5080", "the proxy's own port on loopback; presence published at the Presence Engine", "2.4 3.1",
         programs="sipp", real="everything", loopback="imp-pub")
def internal(lab):
    node, other = lab.host("imp-pub"), lab.host("imp-sub")
    publish, accept = scenario(lab, "publish", PUBLISH), scenario(lab, "accept", ACCEPT.format(method="PUBLISH"))
    for transport, name in (("u1", "UDP"), ("t1", "TCP")):
        lab.flow("2.4", name, "imp-pub", "imp-pub", 5049)
        server = listen(lab, "imp-pub", "127.0.0.1", 5049, transport)
        call(lab, "imp-pub", "127.0.0.1", "127.0.0.1", 5049, transport, FREE)
        lab.stop(server)
        lab.flow("3.1", name, "imp-pub", "imp-pub", 5080)
        lab.flow("3.1", name, "imp-sub", "imp-pub", 5080)
        # A proxy sends from its own 5060 over UDP, which is in the port list as well.
        for address, source, client, port in ((node.ipv4, other.ipv4, "imp-sub", 5060),
                                              (node.ipv6, other.ipv6, "imp-sub", FREE),
                                              (node.ipv4, node.ipv4, "imp-pub", FREE)):
            server = listen(lab, "imp-pub", address, 5080, transport, accept)
            call(lab, client, source, address, 5080, transport, port, publish)
            lab.stop(server)

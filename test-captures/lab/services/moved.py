# SPDX-License-Identifier: GPL-2.0-or-later
"""More services on ports the port list does not have; the first ones are in trouble.py."""
from recording import records
from services import ike, rmi, sip, snmp, xmpp

PORTS = {"c2s": 15222, "s2s": 15269, "http": 17335, "https": 17336, "component": 17400}


@records("trouble-moved-more", "services on ports the port list does not have: XMPP, BOSH, AgentX, Java RMI, SIP over TCP, IKE",
         "3.1 12.5 13.1 21.1 21.2 22.1 22.2 22.3", programs="prosody curl snmpd java sipp charon-systemd swanctl",
         real="everything but the BOSH client's XML and the object's methods", made_up="the BOSH client's XML")
def moved_more(lab):
    messaging(lab)
    agentx(lab)
    remote_objects(lab)
    presence(lab)
    key_exchange(lab)


def messaging(lab):
    """A client, two servers and a BOSH session."""
    servers = [xmpp.serve(lab, host, domain=domain, ports=PORTS)
               for host, domain in (("imp-pub", "foxtrot.example"), ("imp-pub-b", "golf.example"))]
    lab.flow("22.1", "TCP", "jabber", "imp-pub", PORTS["c2s"], note="moved from 5222")
    lab.flow("22.2", "TCP", "imp-pub", "imp-pub-b", PORTS["s2s"], note="moved from 5269")
    lab.flow("22.2", "TCP", "imp-pub-b", "imp-pub", PORTS["s2s"], note="moved from 5269")
    node = lab.host("imp-pub").ipv4
    xmpp.client(lab, "jabber", node, "user1@foxtrot.example", "user2@golf.example", "clear", PORTS["c2s"])
    lab.wait_for_flow("TCP", "imp-pub-b", "imp-pub", PORTS["s2s"])
    for server in servers:
        lab.stop(server)
    server = xmpp.serve(lab, "imp-pub", domain="alpha.example", ports=PORTS)
    lab.flow("22.3", "TCP", "web-client", "imp-pub", PORTS["http"], note="moved from 7335")
    xmpp.bosh_session(lab, node, PORTS["http"])
    lab.stop(server)


def agentx(lab):
    node = lab.host("imp-pub").ipv4
    snmp.agent(lab, "imp-pub", "master", "agentaddress udp:10161\nrocommunity {community}\nmaster agentx\n"
               "agentXSocket tcp:{address}:{agentx}\n", [("tcp", 17161)], agentx=17161)
    lab.flow("12.5", "TCP", "imp-sub", "imp-pub", 17161, note="moved from 7161")
    subagent = snmp.subagent(lab, "imp-sub", node, 17161)
    lab.wait(1.5)  # it registers
    lab.stop(subagent)


def remote_objects(lab):
    rmi.serve(lab, 11099, 11090)
    lab.flow("21.2", "TCP", "imp-pub", "rtmt", 11099, note="moved from 1099")
    lab.flow("21.1", "TCP", "imp-pub", "rtmt", 11090, note="moved from 1090")
    rmi.call(lab, 11099)


def presence(lab):
    """A proxy publishes at the Presence Engine."""
    engine, proxy = lab.host("imp-pub").ipv4, lab.host("imp-sub").ipv4
    accept = sip.scenario(lab, "accept", sip.ACCEPT.format(method="PUBLISH"))
    server = sip.listen(lab, "imp-pub", engine, 15080, "t1", accept)
    lab.flow("3.1", "TCP", "imp-sub", "imp-pub", 15080, note="moved from 5080")
    sip.call(lab, "imp-sub", proxy, engine, 15080, "t1", sip.FREE, sip.scenario(lab, "publish", sip.PUBLISH))
    lab.stop(server)


def key_exchange(lab):
    """On any port but 500, strongSwan puts four zero bytes before each message, as on 4500."""
    for host in ("gateway", "imp-pub"):
        ike.daemon(lab, host, 15500)
    lab.flow("13.1", "UDP", "gateway", "imp-pub", 15500, note="moved from 500")
    ike.tunnel(lab, "gateway", "imp-pub", "ipv4", 2, 15500)

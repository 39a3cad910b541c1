# SPDX-License-Identifier: GPL-2.0-or-later
"""Trouble on purpose: what an administrator opens a capture for."""
import contextlib
import socket

import exchange
from network import command
from recording import records
from services import directory, made_up, postgresql, sip, snmp, web, xmpp

TALK = made_up.conversation(("HELLO", "WELCOME"), ("WORK", "DONE"))
FILTER = """
table inet lab_filter {{
  chain in {{
    type filter hook input priority 0
    {rules}
  }}
}}
"""


def knock(lab, client, server, port, version=4, patience=2):
    """Ask for a TCP connection that will not come about."""
    with exchange.endpoint(lab, client, version, socket.SOCK_STREAM) as asking:
        asking.settimeout(patience)
        with contextlib.suppress(OSError):
            asking.connect((exchange.address(lab, server, version, False), port))


def shout(lab, client, server, port, content, version=4):
    """Send a datagram where nobody listens."""
    with exchange.endpoint(lab, client, version, socket.SOCK_DGRAM) as sending:
        sending.sendto(content, (exchange.address(lab, server, version, False), port))


def protect(lab, host, *rules):
    lab.network.rules(host, FILTER.format(rules="\n    ".join(rules)))


@records("trouble-refused", "nobody listens: RST, and ICMP errors that quote the datagram", "4.2 12.1 15.1 21.2 22.1 22.4 24.2",
         real="everything but the datagrams' content", made_up="the datagrams' content")
def refused(lab):
    targets = (("22.1", "jabber", "imp-pub", 5222), ("22.4", "imp-sub", "imp-pub", 7400), ("4.2", "browser", "imp-pub", 8443),
               ("21.2", "imp-pub", "rtmt", 1099))
    for entry, client, server, port in targets:
        for version in (4, 6):
            lab.flow(entry, "TCP", client, server, port, payload="none", note="refused (RST)", fate="refused")
            knock(lab, client, server, port, version)
    for version in (4, 6):
        lab.flow("24.2", "UDP", "imp-pub", "imp-sub", 21999, payload="made up", note="ICMP port unreachable", fate="refused")
        shout(lab, "imp-pub", "imp-sub", 21999, made_up.Framing().message(1, "BEAT"), version)
        lab.flow("12.1", "UDP", "snmp-manager", "imp-pub", 161, payload="made up", note="ICMP port unreachable", fate="refused")
        shout(lab, "snmp-manager", "imp-pub", 161, bytes.fromhex("302602010104036c6162a01c02040badcafe020100020100300e300c06082b060102010101000500"), version)
        lab.flow("15.1", "UDP", "imp-pub", "bystander", 53, payload="made up", note="ICMP port unreachable", fate="refused")
        shout(lab, "imp-pub", "bystander", 53, bytes.fromhex("1a2b01000001000000000000026e6f076578616d706c650000010001"), version)


@records("trouble-filtered", "firewalls: silently dropped, refused with RST, administratively prohibited",
         "22.2 22.4 6.1 24.2", real="everything but payloads (nftables on the listener's side)", made_up="payloads")
def filtered(lab):
    protect(lab, "imp-sub", "tcp dport 7400 drop", "tcp dport 8600 reject with tcp reset",
            "tcp dport 5269 reject with icmpx type admin-prohibited", "udp dport 21999 reject with icmpx type admin-prohibited")
    try:
        for version in (4, 6):
            lab.flow("22.4", "TCP", "imp-pub", "imp-sub", 7400, payload="none", note="dropped silently", fate="dropped")
            knock(lab, "imp-pub", "imp-sub", 7400, version, patience=4)
            lab.flow("6.1", "TCP", "imp-pub", "imp-sub", 8600, payload="none", note="refused by a firewall (RST)",
                     fate="refused")
            knock(lab, "imp-pub", "imp-sub", 8600, version)
            lab.flow("22.2", "TCP", "imp-pub", "imp-sub", 5269, payload="none", note="ICMP administratively prohibited",
                     fate="refused")
            knock(lab, "imp-pub", "imp-sub", 5269, version)
            lab.flow("24.2", "UDP", "imp-pub", "imp-sub", 21999, payload="made up", note="ICMP administratively prohibited",
                     fate="refused")
            shout(lab, "imp-pub", "imp-sub", 21999, made_up.Framing().message(1, "BEAT"), version)
    finally:
        lab.network.reset_rules("imp-sub")


@records("trouble-retransmissions", "a link that loses packets, and a node that dies in the middle", "10.1 25.1",
         real="loss (nftables), retransmissions, keep-alives", made_up="payloads")
def retransmissions(lab):
    protect(lab, "imp-sub", "tcp dport 6603 numgen inc mod 4 == 3 drop")
    try:
        large = made_up.Framing().message(1, "LOG " + "x" * 12000)
        lab.made_up("25.1", "TCP", "imp-pub", "imp-sub", 6603, TALK + [("request", large)], note="packets get lost")
    finally:
        lab.network.reset_rules("imp-sub")
    dies(lab)


def dies(lab):
    """The subscriber's link goes down while data is on its way; later it is back and knows nothing of the connection."""
    lab.flow("10.1", "TCP", "imp-sub", "imp-pub", 4040, payload="made up", note="the initiator dies")
    link = ["ip", "netns", "exec", lab.network.namespace("imp-sub"), "ip", "link", "set", "eth0"]
    with exchange.endpoint(lab, "imp-pub", 4, socket.SOCK_STREAM) as listening:
        listening.bind((lab.host("imp-pub").ipv4, 4040))
        listening.listen()
        with exchange.endpoint(lab, "imp-sub", 4, socket.SOCK_STREAM) as initiator:
            initiator.connect(listening.getsockname())
            listener, _ = listening.accept()
            with listener:
                exchange.play(TALK, initiator, listener)
                command(*link, "down")
                listener.sendall(made_up.Framing().message(2, "ARE YOU THERE"))
                lab.wait(2.5)
                restore(lab, "imp-sub")
                lab.wait(2)


def restore(lab, host):
    """A link that goes down loses its IPv6 address."""
    inside = ["ip", "netns", "exec", lab.network.namespace(host), "ip"]
    command(*inside, "link", "set", "eth0", "up")
    command(*inside, "addr", "replace", f"{lab.host(host).ipv6}/64", "dev", "eth0", "nodad")


@records("trouble-cleartext", "clear text where TLS belongs: HTTP on 8443, 8083 and 7336", "2.7 4.2 22.6",
         programs="nginx curl", real="everything but the bodies", made_up="bodies")
def cleartext(lab):
    answer = web.page("/", "text/xml", "<ok/>")
    web.serve(lab, "imp-pub", (8443, 8083, 7336), *(web.listener(port, answer) for port in (8443, 8083, 7336)))
    for entry, client, port, path in (("4.2", "browser", 8443, "/axl/"), ("2.7", "other-client", 8083, "/presence"),
                                      ("22.6", "imp-sub", 7336, "/file")):
        lab.flow(entry, "TCP", client, "imp-pub", port, note="clear text")
        web.post(lab, client, web.url(lab, "imp-pub", port, path), web.AXL)


@records("trouble-exposed", "services for the local host only, met between hosts", "2.4 3.2 7.1 8.1 8.3 14.1",
         real="handshake, segments and close (the kernel's own)", made_up="payloads")
def exposed(lab):
    for entry, transport, port in (("7.1", "TCP", 7070), ("8.1", "TCP", 1500), ("8.3", "TCP", 1515), ("14.1", "TCP", 8888),
                                   ("2.4", "UDP", 5049), ("3.2", "UDP", 50000)):
        lab.made_up(entry, transport, "bystander", "imp-pub", port, TALK, note="localhost only, by the port list")


@records("trouble-unexpected", "another protocol than the port list's: HTTP on 5222 and 389, XMPP on 8443",
         "22.1 5.1 4.2", programs="nginx curl prosody", real="everything but the bodies", made_up="bodies")
def unexpected(lab):
    answer = web.page("/", "text/xml", "<ok/>")
    web.serve(lab, "imp-pub", (5222, 389), *(web.listener(port, answer) for port in (5222, 389)))
    for entry, client, port in (("22.1", "jabber", 5222), ("5.1", "directory", 389)):
        lab.flow(entry, "TCP", client, "imp-pub", port, note="HTTP")
        web.ask(lab, client, web.url(lab, "imp-pub", port))
    lab.made_up("4.2", "TCP", "browser", "imp-sub", 8443, xmpp.xcp_session("component", "router"), note="XMPP")


@records("trouble-reversed", "the port list's listener asks: a node as RTMT, directory and database", "5.2 21.2 23.1",
         real="handshake, segments and close (the kernel's own)", made_up="payloads")
def reversed_roles(lab):
    for entry, client, server, port in (("21.2", "rtmt", "imp-pub", 1099), ("5.2", "directory", "imp-pub", 636),
                                        ("23.1", "database", "imp-pub", 5432)):
        lab.made_up(entry, "TCP", client, server, port, TALK, note="the initiator is not the port list's")


@records("trouble-moved", "services on ports the port list does not have: LDAP, SIP, SNMP, PostgreSQL, XCP",
         "2.1 5.1 12.1 22.4 23.1", programs="slapd ldapsearch sipp snmpd snmpget psql", real="everything but XCP's stanzas",
         made_up="XCP's stanzas")
def moved(lab):
    node = lab.host("imp-pub")
    directory.start(lab, "directory", "ldap://0.0.0.0:10389", (10389,))
    lab.flow("5.1", "TCP", "imp-pub", "directory", 10389, note="moved from 389")
    directory.search(lab, "imp-pub", f"ldap://{lab.host('directory').ipv4}:10389", "(uid=user7)")
    sip.listen(lab, "imp-pub", node.ipv4, 15060, "t1")
    lab.flow("2.1", "TCP", "sip-gateway", "imp-pub", 15060, note="moved from 5060")
    sip.call(lab, "sip-gateway", lab.host("sip-gateway").ipv4, node.ipv4, 15060, "t1", sip.FREE)
    snmp.agent(lab, "imp-pub", "moved", "agentaddress udp:10161\nrocommunity {community}\n", [("udp", 10161)])
    lab.flow("12.1", "UDP", "snmp-manager", "imp-pub", 10161, note="moved from 161")
    snmp.ask(lab, "snmp-manager", "snmpget", f"{node.ipv4}:10161", ".1.3.6.1.2.1.1.3.0")
    postgresql.start(lab, "database", 15432)
    lab.flow("23.1", "TCP", "imp-pub", "database", 15432, note="moved from 5432")
    postgresql.query(lab, "imp-pub", lab.host("database").ipv4, "SELECT 1;", 15432)
    lab.made_up("22.4", "TCP", "imp-sub", "imp-pub", 17400, xmpp.xcp_session("component", "router"), note="moved from 7400")

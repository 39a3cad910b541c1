# SPDX-License-Identifier: GPL-2.0-or-later
"""What lies on the way besides rules: a second road, a narrow link, translated addresses, a DSCP that is not kept."""
from contextlib import contextmanager

import exchange
import topology
from firewall import KEY, KEY_OF_REPLY, TOO_LARGE, Firewall, Rule, unsaid
from recording import BOTH_SIDES, records
from services import crossing, datagrams, made_up

BEAT, ALIVE = (content for _, content in made_up.conversation(("BEAT", "ALIVE")))
XCP = crossing.xcp("component", "router")
LDAP = list(zip(("request", "reply"), datagrams.ldap()))
NAME = "imp-sub-h.hotel.example", "10.20.2.12"

NARROW, WIDE = 1400, 1500
LARGE = made_up.Framing().message(1, "LOG " + "x" * 2400)

EXPEDITED, SIGNALLING = 46, 24  # DSCP: EF, CS3


@records("firewall-other-road", "the subscriber's packets take another road than those to it; recorded on both sides of one",
         "6.1 22.4 24.2 25.4", real="the routers, handshakes", made_up="payloads", taps=BOTH_SIDES)
def other_road(lab):
    """What the subscriber sends goes through the detour, which nobody records. The hosts see nothing unusual."""
    ports = (("tcp", 7400), ("tcp", 8600), ("tcp", 9003), ("udp", 21999))
    ways = (("dport", KEY), ("sport", KEY_OF_REPLY))
    untracked = [f"{transport} {end} {port} notrack" for transport, port in ports for end, _ in ways]
    passing = [Rule(f"{transport} {end} {port}", "other_road", "accept", key)
               for transport, port in ports for end, key in ways]
    with Firewall(lab).rules(passing, untracked=untracked), detour(lab, "imp-sub-h"):
        for note, pair in (("only what the initiator sends", ("imp-pub-h", "imp-sub-h")),
                           ("only what the listener sends", ("imp-sub-h", "imp-pub-h"))):
            for entry, port, script in (("22.4", 7400, XCP), ("6.1", 8600, crossing.BEAT)):
                lab.flow(entry, "TCP", *pair, port, payload="made up", note=note, fate="other_road")
                for version in (4, 6):
                    exchange.tcp(lab, *pair, port, script, version=version)
            lab.flow("24.2", "UDP", *pair, 21999, payload="made up", note=note, fate="other_road")
            for version in (4, 6):
                crossing.ask(lab, *pair, 21999, BEAT, ALIVE, version)
        lab.flow("25.4", "TCP", "imp-pub-h", "imp-sub-h", 9003, payload="none", note="refused; the RST takes the other road",
                 fate="other_road")
        crossing.both(crossing.knock, lab, "imp-pub-h", "imp-sub-h", 9003)


@contextmanager
def detour(lab, host):
    lab.network.route(host, "detour")
    try:
        yield
    finally:
        lab.network.route(host, "firewall")


@records("firewall-mtu", "a narrow link behind a firewall that keeps its ICMP to itself: large segments get lost; both sides",
         "10.1 22.4 25.4 28.1", real="the firewall (nftables), segments and retransmissions", made_up="payloads",
         taps=BOTH_SIDES)
def mtu(lab):
    note = "ICMP about the size dropped: {} data lost"
    with Firewall(lab).rules(*unsaid("mtu", 4040, 7400, 9003, kinds=TOO_LARGE)):
        with narrow(lab, "eth1"):  # the link outside
            lab.flow("22.4", "TCP", "imp-pub-h", "imp-sub-h", 7400, payload="made up", note=note.format("the initiator's"), fate="mtu")
            crossing.both(send_large, lab, "imp-pub-h", "imp-sub-h", 7400, XCP[:4])
            lab.flow("10.1", "TCP", "imp-sub-h", "imp-pub-h", 4040, payload="made up", note=note.format("the listener's"), fate="mtu")
            crossing.both(answer_large, lab, "imp-sub-h", "imp-pub-h", 4040)
            lab.flow("28.1", "TCP", "imp-pub-h", "imp-pub-j", 37239, payload="made up", note="ICMP about the size gets through",
                     fate="open")
            script = [*crossing.BEAT, ("request", LARGE), ("reply", ALIVE)]
            for version in (4, 6):
                exchange.tcp(lab, "imp-pub-h", "imp-pub-j", 37239, script, version=version)
        with narrow(lab, "eth0"):  # the link inside
            lab.flow("25.4", "TCP", "imp-sub-h", "imp-pub-h", 9003, payload="made up", note=note.format("the initiator's"), fate="mtu")
            crossing.both(send_large, lab, "imp-sub-h", "imp-pub-h", 9003, crossing.BEAT)


@contextmanager
def narrow(lab, interface):
    lab.network.command("firewall", "ip", "link", "set", interface, "mtu", str(NARROW))
    try:
        yield
    finally:
        lab.network.command("firewall", "ip", "link", "set", interface, "mtu", str(WIDE))


def send_large(lab, client, server, port, script, version):
    with crossing.connection(lab, client, server, port, version) as (initiator, listener):
        exchange.play(script, initiator, listener)
        initiator.sendall(LARGE)
        lab.wait(1.2)


def answer_large(lab, client, server, port, version):
    with crossing.connection(lab, client, server, port, version) as (initiator, listener):
        exchange.play(crossing.BEAT[:1], initiator, listener)
        listener.sendall(LARGE)
        lab.wait(1.2)


@records("firewall-nat", "source and destination NAT on the firewall; recorded on both of its sides", "5.1 15.1 22.1 22.2",
         real="the firewall (nftables), handshakes", made_up="payloads", taps=BOTH_SIDES)
def nat(lab):
    """Each connection is there twice: as the initiator sends it, and as it leaves the firewall."""
    node, outside = lab.host("imp-pub-h"), lab.host("firewall").outside
    pairs = ((4, outside, node.ipv4), (6, topology.ipv6_of(outside), node.ipv6))
    hide = [Rule(f'oifname "eth1" {match}', "nat", "masquerade") for match in ("tcp dport 389", "udp dport 53")]
    publish = [Rule(f'iifname "eth1" {{ip}} daddr {public} tcp dport {port}', "nat", f"dnat {{ip}} to {own}", versions=(version,))
               for version, public, own in pairs for port in (5222, 5269)]
    translated = [Rule(f"ct direction original ct status {way} meta l4proto {{ tcp, udp }}", "nat") for way in ("snat", "dnat")]
    with Firewall(lab).rules(snat=hide, dnat=publish, leaving=translated):
        source(lab)
        destination(lab, pairs)


def source(lab):
    for client, note in (("imp-pub-h", "before source NAT"), ("firewall", "after source NAT")):
        lab.flow("5.1", "TCP", client, "ldap-h", 389, payload="made up", note=note, fate="nat")
        lab.flow("15.1", "UDP", client, "dns-h", 53, payload="made up", note=note, fate="nat")
    for version in (4, 6):
        exchange.tcp(lab, "imp-pub-h", "ldap-h", 389, LDAP, version=version)
        crossing.ask(lab, "imp-pub-h", "dns-h", 53, *datagrams.dns(*NAME), version)


def destination(lab, pairs):
    for server, note in (("firewall", "before destination NAT"), ("imp-pub-h", "after destination NAT")):
        for entry, client, port in (("22.1", "jabber-h", 5222), ("22.2", "imp-pub-j", 5269)):
            lab.flow(entry, "TCP", client, server, port, payload="made up", note=note, fate="nat")
    for version, public, _ in pairs:
        for client, port, stream in (("jabber-h", 5222, made_up.XMPP_CLIENT), ("imp-pub-j", 5269, made_up.XMPP_SERVER)):
            with crossing.connection(lab, client, "imp-pub-h", port, version, to=public) as (initiator, listener):
                exchange.play(stream, initiator, listener)
                crossing.close(lab, initiator, listener)


@records("firewall-dscp", "a firewall sets the DSCP to zero, one way, both ways, or not; recorded on both of its sides",
         "2.1 22.4", real="the firewall (nftables), handshakes", made_up="payloads", taps=BOTH_SIDES)
def dscp(lab):
    clear = "{ip} dscp set cs0"
    with Firewall(lab).rules([Rule("tcp dport 5060 {ip} dscp != cs0", "dscp", clear),
                              Rule("udp dport 5060 {ip} dscp != cs0", "dscp", clear),
                              Rule("udp sport 5060 {ip} dscp != cs0", "dscp", clear, KEY_OF_REPLY)]):
        lab.flow("2.1", "TCP", "gateway-h", "imp-pub-h", 5060, payload="made up", note="CS3; zero after the firewall, requests only",
                 fate="dscp")
        lab.flow("2.1", "UDP", "gateway-h", "imp-pub-h", 5060, payload="made up", note="EF; zero after the firewall, both ways",
                 fate="dscp")
        lab.flow("22.4", "TCP", "imp-pub-h", "imp-sub-h", 7400, payload="made up", note="CS3; kept", fate="open")
        sip = list(zip(("request", "reply"), datagrams.sip(lab, "gateway-h", "imp-pub-h", "TCP")))
        for version in (4, 6):
            marked(lab, "gateway-h", "imp-pub-h", 5060, sip, version)
            crossing.ask(lab, "gateway-h", "imp-pub-h", 5060, *datagrams.sip(lab, "gateway-h", "imp-pub-h", "UDP"), version,
                         dscp=EXPEDITED, reply_dscp=EXPEDITED)
            marked(lab, "imp-pub-h", "imp-sub-h", 7400, XCP, version)


def marked(lab, client, server, port, script, version):
    ends = crossing.connection(lab, client, server, port, version, dscp=SIGNALLING, reply_dscp=SIGNALLING)
    with ends as (initiator, listener):
        exchange.play(script, initiator, listener)
        crossing.close(lab, initiator, listener)

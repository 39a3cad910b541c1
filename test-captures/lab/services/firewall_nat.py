# SPDX-License-Identifier: GPL-2.0-or-later
"""A firewall that changes addresses: source NAT for a node, destination NAT for its clients."""
import exchange
import topology
from firewall import Firewall, Rule
from recording import BOTH_SIDES, records
from services import crossing, datagrams, made_up

LDAP = list(zip(("request", "reply"), datagrams.ldap()))
NAME = "imp-sub-h.hotel.example", "10.20.2.12"


@records("firewall-nat", "source and destination NAT on the firewall; recorded on both of its sides", "5.1 15.1 22.1 22.2",
         programs="nft", real="the firewall (nftables), handshakes", made_up="payloads", taps=BOTH_SIDES)
def nat(lab):
    """Each connection is there twice: as the initiator sends it, and as it leaves the firewall."""
    node, outside = lab.host("imp-pub-h"), lab.host("firewall").outside
    pairs = ((4, outside, node.ipv4), (6, topology.ipv6_of(outside), node.ipv6))
    hide = [Rule(f'oifname "eth1" {match}', "nat", "masquerade") for match in ("tcp dport 389", "udp dport 53")]
    publish = [Rule(f'iifname "eth1" {{ip}} daddr {public} tcp dport {port}', "nat", f"dnat {{ip}} to {own}",
                    versions=(version,)) for version, public, own in pairs for port in (5222, 5269)]
    translated = [Rule(f"ct direction original ct status {way} meta l4proto {{ tcp, udp }}", "nat")
                  for way in ("snat", "dnat")]
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

# SPDX-License-Identifier: GPL-2.0-or-later
"""The firewall lets everything through, and it is the listener who does not answer, or cannot."""
from firewall import Firewall, unsaid
from recording import BOTH_SIDES, records
from services import crossing, datagrams, made_up

BEAT = made_up.Framing().message(1, "BEAT")
PATIENCE = 3.5  # a router asks three times, a second each, for the host's link address


@records("firewall-listeners", "let through by a firewall: the listener refuses, or is switched off; recorded on both sides",
         "5.1 5.2 12.1 15.1 18.1 21.2 22.1 22.4 24.2", programs="nft",
         real="the firewall (nftables), handshakes and refusals", made_up="payloads", taps=BOTH_SIDES)
def listeners(lab):
    lab.network.command("off-h", "ip", "link", "set", "eth0", "down")
    with Firewall(lab).rules(*unsaid("muted", 636, 53)):
        for version in (4, 6):
            lab.made_up("22.4", "TCP", "imp-sub-h", "imp-pub-h", 7400, crossing.xcp("component", "router"), version=version)
            lab.made_up("5.1", "TCP", "imp-pub-h", "ldap-h", 389, list(zip(("request", "reply"), datagrams.ldap())),
                        version=version)
        refused(lab)
        down(lab)


def refused(lab):
    for entry, client, server, port in (("22.4", "imp-pub-h", "imp-sub-h", 7400), ("22.1", "jabber-h", "imp-pub-h", 5222),
                                        ("21.2", "imp-pub-h", "browser-h", 1099)):
        lab.flow(entry, "TCP", client, server, port, payload="none", note="RST", fate="refused")
        crossing.both(crossing.knock, lab, client, server, port)
    for entry, client, server, port, content in (
            ("24.2", "imp-pub-h", "imp-sub-h", 21999, BEAT), ("12.1", "manager-h", "imp-pub-h", 161, datagrams.snmp()[0])):
        lab.flow(entry, "UDP", client, server, port, payload="made up", note="ICMP port unreachable", fate="refused")
        for version in (4, 6):
            crossing.shout(lab, client, server, port, content, version)


def down(lab):
    """Nobody has the address; the firewall finds out, and says so or not."""
    said, unsaid = "the firewall says host unreachable", "the firewall says nothing"
    lab.flow("5.1", "TCP", "imp-pub-h", "off-h", 389, payload="none", note=said, fate="host_down")
    crossing.both(crossing.knock, lab, "imp-pub-h", "off-h", 389)
    lab.wait(PATIENCE)
    lab.flow("18.1", "UDP", "imp-pub-h", "off-h", 123, payload="made up", note=said, fate="host_down")
    crossing.both(crossing.shout, lab, "imp-pub-h", "off-h", 123, datagrams.ntp()[0])
    lab.wait(PATIENCE)
    lab.flow("5.2", "TCP", "imp-pub-h", "off-h", 636, payload="none", note=unsaid, fate="host_down")
    crossing.both(crossing.knock, lab, "imp-pub-h", "off-h", 636)
    lab.wait(PATIENCE)
    lab.flow("15.1", "UDP", "imp-pub-h", "off-h", 53, payload="made up", note=unsaid, fate="host_down")
    crossing.both(crossing.shout, lab, "imp-pub-h", "off-h", 53, datagrams.dns("imp-sub-h.hotel.example", "10.20.2.12")[0])
    lab.wait(PATIENCE)

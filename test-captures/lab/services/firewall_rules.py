# SPDX-License-Identifier: GPL-2.0-or-later
"""A firewall that stops some services and lets others through, recorded on both of its sides."""
import topology
from firewall import KEY_OF_REPLY, Firewall, Rule
from recording import BOTH_SIDES, records
from services import crossing, datagrams, made_up

BEAT = made_up.Framing().message(1, "BEAT")
RST = ("rst_by_router", "reject with tcp reset")
ICMP = {kind: ("icmp_by_router", f"reject with icmpx type {kind}")
        for kind in ("admin-prohibited", "host-unreachable", "no-route", "port-unreachable")}
DROP = ("dropped", "drop")

# entry, transport, from, to, port, (the rule's word, verdict)
TCP = (
    ("6.1", "imp-pub-h", "imp-sub-h", 8600, DROP),
    ("8.1", "imp-pub-h", "imp-sub-h", 1500, DROP),
    ("22.1", "jabber-h", "imp-pub-h", 5222, DROP),
    ("25.4", "imp-pub-h", "imp-sub-h", 9003, RST),
    ("4.2", "browser-h", "imp-pub-h", 8443, RST),
    ("22.2", "imp-pub-h", "imp-pub-j", 5269, ICMP["admin-prohibited"]),
    ("28.1", "imp-pub-h", "imp-pub-j", 37239, ICMP["host-unreachable"]),
    ("5.1", "imp-pub-h", "ldap-h", 389, ICMP["no-route"]),
    ("24.1", "imp-pub-h", "imp-sub-h", 20075, ICMP["port-unreachable"]),
)
UDP = (
    ("24.2", "imp-pub-h", "imp-sub-h", 21999, DROP, BEAT),
    ("12.1", "manager-h", "imp-pub-h", 161, DROP, datagrams.snmp()[0]),
    ("15.1", "imp-pub-h", "dns-h", 53, ICMP["port-unreachable"], datagrams.dns("imp-sub-h.hotel.example", "10.20.2.12")[0]),
    ("18.1", "imp-pub-h", "ntp-h", 123, ICMP["host-unreachable"], datagrams.ntp()[0]),
)
NOWHERE = [Rule(f"{{ip}} daddr {address}", "icmp_by_router", versions=(version,))
           for version, address in ((4, topology.NOWHERE), (6, topology.ipv6_of(topology.NOWHERE)))]


@records("firewall-rules", "a firewall drops, rejects by RST and by ICMP, and lets through; recorded on both of its sides",
         "2.1 4.2 5.1 6.1 8.1 10.1 12.1 15.1 18.1 22.1 22.2 22.4 24.1 24.2 25.4 25.5 27.1 28.1",
         programs="nft", real="the firewall (nftables), handshakes and refusals", made_up="payloads", taps=BOTH_SIDES)
def rules(lab):
    firewall = Firewall(lab)
    stopping = [Rule(f"tcp dport {port}", *rule) for *_, port, rule in TCP]
    stopping += [Rule(f"udp dport {port}", *rule) for *_, port, rule, _ in UDP]
    stopping.append(Rule("udp dport 5060", *ICMP["admin-prohibited"]))
    stopping.append(Rule("ct direction reply tcp sport 9004", "reply_dropped", "drop", KEY_OF_REPLY))
    with firewall.rules(stopping, arriving=NOWHERE):
        let_through(lab)
        stop(lab)
        stop_answers(lab)
        no_route(lab)
        open_once(lab)
    with firewall.rules([*stopping, Rule("tcp dport 6607", *DROP)]):
        closed_later(lab)


def let_through(lab):
    for version in (4, 6):
        lab.made_up("22.4", "TCP", "imp-pub-h", "imp-sub-h", 7400, crossing.xcp("component", "router"), version=version)
        lab.made_up("10.1", "TCP", "imp-sub-h", "imp-pub-h", 4040, crossing.BEAT, version=version)
        request, answer = datagrams.sip(lab, "gateway-h", "imp-pub-h", "TCP")
        lab.made_up("2.1", "TCP", "gateway-h", "imp-pub-h", 5060, [("request", request), ("reply", answer)], version=version)


def stop(lab):
    for entry, client, server, port, (fate, verdict) in TCP:
        lab.flow(entry, "TCP", client, server, port, payload="none", note=verdict.rpartition(" type ")[2], fate=fate)
        crossing.both(crossing.knock, lab, client, server, port)
    for entry, client, server, port, (fate, verdict), content in UDP:
        lab.flow(entry, "UDP", client, server, port, payload="made up", note=verdict.rpartition(" type ")[2], fate=fate)
        crossing.both(crossing.ask_again, lab, client, server, port, content)
    lab.flow("2.1", "UDP", "gateway-h", "imp-pub-h", 5060, payload="made up", note="admin-prohibited", fate="icmp_by_router")
    request = datagrams.sip(lab, "gateway-h", "imp-pub-h", "UDP")[0]
    crossing.both(crossing.ask_again, lab, "gateway-h", "imp-pub-h", 5060, request)


def stop_answers(lab):
    """The SYN gets through, and the answer does not."""
    lab.flow("25.5", "TCP", "imp-pub-h", "imp-sub-h", 9004, payload="none", note="SYN+ACK dropped", fate="reply_dropped")
    with crossing.listening(lab, "imp-sub-h", 4, 9004), crossing.listening(lab, "imp-sub-h", 6, 9004):
        crossing.both(crossing.knock, lab, "imp-pub-h", "imp-sub-h", 9004)


def no_route(lab):
    """The firewall stops nothing, but does not know where to send it."""
    for version, to in ((4, topology.NOWHERE), (6, topology.ipv6_of(topology.NOWHERE))):
        note, fate = "the firewall has no route", "icmp_by_router"
        lab.flow("5.1", "TCP", "imp-pub-h", to, 389, payload="none", note=note, fate=fate)
        crossing.knock(lab, "imp-pub-h", to, 389, version)
        lab.flow("18.1", "UDP", "imp-pub-h", to, 123, payload="made up", note=note, fate=fate)
        crossing.shout(lab, "imp-pub-h", to, 123, datagrams.ntp()[0], version)


def open_once(lab):
    for source_port in (43001, 43002):
        for version in (4, 6):
            lab.made_up("27.1", "TCP", "imp-pub-h", "imp-sub-h", 6607, crossing.BEAT, source_port=source_port,
                        version=version)


def closed_later(lab):
    """Somebody added a rule."""
    lab.flow("27.1", "TCP", "imp-pub-h", "imp-sub-h", 6607, 43003, payload="none", note="open before the rule",
             fate="dropped")
    crossing.both(lambda version: crossing.knock(lab, "imp-pub-h", "imp-sub-h", 6607, version, source_port=43003))

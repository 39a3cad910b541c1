# Who asked and who answered is what the messages say, not who was heard first:
# captures begin late, have one direction only, or were joined from clocks that differ.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct

import pytest
from scapy.asn1.asn1 import ASN1_OID
from scapy.layers.ntp import NTPHeader
from scapy.layers.snmp import SNMP, SNMPbulk, SNMPget, SNMPinform, SNMPnext, SNMPresponse, SNMPset, SNMPtrapv2, SNMPvarbind

from cluster import DIRECTORY, GATEWAY, PUB, STRANGER, SUB, Hosts, Scene, node
from packets import Connection, udp
from payloads import COMPONENT, DNS_QUERY, ISAKMP, LDAP_OK, NTP, SIP, UNKNOWN, ber, ldap, octets, sip
from port_list import BY_ID

pytestmark = pytest.mark.any_version

PASSES = (), ("-2",)
BOTH_VERSIONS = pytest.mark.parametrize("version", [4, 6])
REQUEST, REPLY = "1", "2"
FREE_PORT = 42162
NAMES = ["impsvc.entry", "impsvc.direction", "impsvc.role.src", "impsvc.role.dst", "impsvc.reversed"]
# What a capture has of one question and its answer, in order.
# The answer first, answers only, questions only, joined late, whole, clocks that differ by more than a question takes.
ORDERS = [(False, True, False, True), (False, False), (True, True), (False, True), (True, False, True, False), (False, False, True, True)]
ASKED = [asked for order in ORDERS for asked in order]
V6 = {PUB: "2001:db8::1:11", SUB: "2001:db8::1:12", STRANGER: "2001:db8::9:7", DIRECTORY: "2001:db8::3:10", GATEWAY: "2001:db8::3:60"}


def of(version, *addresses):
    return addresses if version == 4 else tuple(V6[address] for address in addresses)


def expected(entry, asked, initiator=None, listener=None):
    """What NAMES have of a packet; a row that goes both ways names the roles of its two sides."""
    initiator, listener = initiator or BY_ID[entry].initiator, listener or BY_ID[entry].listener
    ends = (initiator, listener) if asked else (listener, initiator)
    return dict(zip(NAMES, ([entry], [REQUEST if asked else REPLY], [ends[0]], [ends[1]], [])))


def said(wireshark, path, *arguments, names=NAMES):
    """What each packet is said to be: the same in one pass and in two."""
    once, twice = (wireshark.fields(path, names, *arguments, *passes) for passes in PASSES)
    assert once == twice
    return once


def numbered(address, number):
    """Another host for each order; the node stays."""
    if address in (PUB, V6[PUB]):
        return address
    return address[:-1] + str((int(address[-1]) + number) % 10)


def datagrams(hosts, order, payloads):
    return [udp(hosts, asked, payloads[0] if asked else payloads[1]) for asked in order]


def segments(hosts, order, payloads):
    """The middle of a connection."""
    connection = Connection(hosts)
    for asked in order:
        connection.send(asked, payloads[0] if asked else payloads[1])
    return [frame for _, frame in connection.frames]


def exchange(path, asking, answering, port, client_port, payloads, say=datagrams, orders=ORDERS):
    """A capture of one exchange in all the orders."""
    scene = Scene()
    for number, order in enumerate(orders):
        for frame in say(Hosts(numbered(asking, number), numbered(answering, number), port, client_port), order, payloads):
            scene.add(frame)
    return scene.write(path)


# --- NTP ---

def ntp(asking, answering, version=4):
    return tuple(bytes(NTPHeader(version=version, mode=mode, stratum=2)) for mode in (asking, answering))


@BOTH_VERSIONS
@pytest.mark.parametrize("client_port", [123, 41234])
@pytest.mark.parametrize("payloads", [NTP, ntp(3, 4, 3), ntp(1, 2)], ids=["client-4", "client-3", "symmetric"])
def test_time_is_asked_for_by_the_node(wireshark, capture_path, version, client_port, payloads):
    imp, server = of(version, PUB, STRANGER)
    path = exchange(capture_path, imp, server, 123, client_port, payloads)
    assert said(wireshark, path, *node(imp)) == [expected("18.1", asked) for asked in ASKED]


def test_time_is_asked_for_by_whoever_asks_where_nobody_is_known(wireshark, capture_path):
    path = exchange(capture_path, PUB, STRANGER, 123, 123, NTP)
    assert said(wireshark, path) == [expected("18.1", asked) for asked in ASKED]


@pytest.mark.parametrize("known", [(), node("10.107.0.11")], ids=["learned", "configured"])
def test_joined_captures_do_not_make_the_time_server_ask(wireshark, known):
    path = wireshark.readable("cases/ntp_joined_skewed.pcap")
    rows = said(wireshark, path, "-Y", "ntp", *known, names=["ip.src", *NAMES])
    assert len(rows) == 6
    assert rows == [{"ip.src": row["ip.src"], **expected("18.1", row["ip.src"] == ["10.107.0.11"])} for row in rows]


# --- DNS ---

@BOTH_VERSIONS
@pytest.mark.parametrize("client_port", [53, 41234, 50000, 5353, 21999])
def test_names_are_asked_for_by_the_node(wireshark, capture_path, version, client_port):
    imp, server = of(version, PUB, STRANGER)
    path = exchange(capture_path, imp, server, 53, client_port, DNS_QUERY)
    assert said(wireshark, path, *node(imp)) == [expected("15.1", asked) for asked in ASKED]


# --- SIP ---

SIPS = {"options": SIP, "notify": (sip("NOTIFY sip:b@example.com SIP/2.0", "NOTIFY"), sip("SIP/2.0 481 Gone", "NOTIFY")),
        "provisional": (sip("INVITE sip:b@example.com SIP/2.0", "INVITE"), sip("SIP/2.0 100 Trying", "INVITE"))}


@BOTH_VERSIONS
@pytest.mark.parametrize("kind", SIPS)
@pytest.mark.parametrize("node_asks", [True, False], ids=["node-asks", "gateway-asks"])
def test_sip_between_equal_ports_is_asked_by_the_request_line(wireshark, capture_path, version, kind, node_asks):
    imp, gateway = of(version, PUB, GATEWAY)
    sides = [(imp, "IM and Presence"), (gateway, "SIP Gateway")]
    (asking, initiator), (answering, listener) = sides if node_asks else sides[::-1]
    path = exchange(capture_path, asking, answering, 5060, 5060, SIPS[kind])
    assert said(wireshark, path, *node(imp)) == [expected("2.1", asked, initiator, listener) for asked in ASKED]


@pytest.mark.parametrize("say", [datagrams, segments])
def test_sip_from_a_port_that_is_listed_too_belongs_to_whoever_answers(wireshark, capture_path, say):
    """The proxy asks the Presence Engine, from its own port; and the other way round."""
    for client_port, port, entry in ((5060, 5080, "3.1"), (5080, 5060, "2.1")):
        rows = said(wireshark, exchange(capture_path, SUB, PUB, port, client_port, SIP, say), names=NAMES[:2])
        assert rows == [dict(zip(NAMES, ([entry], [REQUEST if asked else REPLY]))) for asked in ASKED]


# --- SNMP ---

VARIABLE = [SNMPvarbind(oid=ASN1_OID("1.3.6.1.2.1.1.1.0"))]
PDUS = {name: bytes(SNMP(version=1, community="public", PDU=kind(id=7, varbindlist=VARIABLE))) for name, kind in
        (("get", SNMPget), ("get-next", SNMPnext), ("get-bulk", SNMPbulk), ("set", SNMPset), ("trap", SNMPtrapv2), ("inform", SNMPinform))}
RESPONSE = bytes(SNMP(version=1, community="public", PDU=SNMPresponse(id=7, varbindlist=VARIABLE)))


@BOTH_VERSIONS
@pytest.mark.parametrize("pdu", ["get", "get-next", "get-bulk", "set"])
@pytest.mark.parametrize("port", [161, 8161])
def test_a_manager_that_happens_to_ask_from_the_notifications_port_still_asks(wireshark, capture_path, version, pdu, port):
    imp, manager = of(version, PUB, STRANGER)
    path = exchange(capture_path, manager, imp, port, 61441, (PDUS[pdu], RESPONSE))
    assert said(wireshark, path, *node(imp)) == [expected("12.1", asked) for asked in ASKED]


@pytest.mark.parametrize("pdu", ["get", "get-next", "get-bulk", "set"])
def test_whoever_asks_an_unlisted_port_sends_no_notification(wireshark, capture_path, pdu):
    path = exchange(capture_path, STRANGER, PUB, FREE_PORT, 61441, (PDUS[pdu], RESPONSE))
    assert ["12.7"] not in [row["impsvc.entry"] for row in said(wireshark, path, *node(PUB))]


@BOTH_VERSIONS
@pytest.mark.parametrize("pdu", ["trap", "inform"])
def test_notifications_from_their_port_are_what_they_were(wireshark, capture_path, version, pdu):
    imp, other = of(version, PUB, SUB)
    order = (True, True) if pdu == "trap" else (True, False)
    path = exchange(capture_path, imp, other, FREE_PORT, 61441, (PDUS[pdu], RESPONSE), orders=[order])
    assert said(wireshark, path, *node(imp), *node(other)) == [expected("12.7", asked) for asked in order]


def test_the_reported_manager_is_asked_for_the_same_service_from_every_port(wireshark):
    path = wireshark.readable("cases/snmp_get_from_61441.pcap")
    rows = said(wireshark, path, "-Y", "snmp", *node("10.91.0.11"))
    assert rows == [expected("12.1", asked) for asked in (True, False, True, False)]


# --- IKE ---

def ike(answer, number=1, first_asked=True):
    """IKEv2 INFORMATIONAL: who began the exchange need not be who began the association (flag 0x08)."""
    flags = (0x20 if answer else 0) | (0x08 if first_asked != answer else 0)
    return b"\x01" * 8 + b"\x02" * 8 + bytes([0, 0x20, 37, flags]) + struct.pack(">II", number, 28)


@BOTH_VERSIONS
@pytest.mark.parametrize("payloads", [ISAKMP, (ike(False), ike(True)), (ike(False, 2, False), ike(True, 2, False))],
                         ids=["init", "informational", "informational-of-the-other"])
@pytest.mark.parametrize("node_asks", [True, False], ids=["node-asks", "gateway-asks"])
def test_ike_is_asked_by_whoever_sets_no_response_flag(wireshark, capture_path, version, payloads, node_asks):
    imp, gateway = of(version, PUB, GATEWAY)
    sides = [(imp, "IM and Presence"), (gateway, "Gateway")]
    (asking, initiator), (answering, listener) = sides if node_asks else sides[::-1]
    path = exchange(capture_path, asking, answering, 500, 500, payloads)
    assert said(wireshark, path, *node(imp)) == [expected("13.1", asked, initiator, listener) for asked in ASKED]


# --- LDAP ---

BIND = ldap(1, ber(0x60, b"\x02\x01\x03", octets("cn=imp"), ber(0x80, b"secret"))), ldap(1, ber(0x61, LDAP_OK))
SEARCH = (ldap(2, ber(0x63, octets("dc=example"), b"\x0a\x01\x02\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00", ber(0x87, b"objectClass"),
                      ber(0x30))), ldap(2, ber(0x65, LDAP_OK)))


@BOTH_VERSIONS
@pytest.mark.parametrize("payloads", [BIND, SEARCH], ids=["bind", "search"])
@pytest.mark.parametrize("client_port", [37239, 50020, 5222, 8600])
def test_a_directory_answers_also_where_the_clients_port_is_listed(wireshark, capture_path, version, payloads, client_port):
    imp, directory = of(version, PUB, DIRECTORY)
    path = exchange(capture_path, imp, directory, 3268, client_port, payloads, segments)
    assert said(wireshark, path, *node(imp)) == [expected("5.1", asked) for asked in ASKED]


# --- moved services ---

@pytest.mark.parametrize("entry,say,port,payloads,asking,answering,roles", [
    ("5.1", segments, 10389, BIND, PUB, DIRECTORY, ()), ("12.1", datagrams, 10161, (PDUS["get"], RESPONSE), STRANGER, PUB, ()),
    ("2.1", datagrams, 15060, SIP, GATEWAY, PUB, ()), ("2.1", datagrams, 15060, SIP, PUB, GATEWAY, ("IM and Presence", "SIP Gateway")),
    ("13.1", datagrams, 10500, (ike(False), ike(True)), GATEWAY, PUB, ())], ids=["ldap", "snmp", "sip", "sip-of-the-node", "ike"])
def test_moved_services_are_where_the_answers_come_from(wireshark, capture_path, entry, say, port, payloads, asking, answering, roles):
    path = exchange(capture_path, asking, answering, port, 41234, payloads, say)
    rows = said(wireshark, path, *node(PUB), names=[*NAMES, "impsvc.port"])
    assert rows == [{**expected(entry, asked, *roles), "impsvc.port": [str(port)]} for asked in ASKED]


# --- handshakes ---

def skewed(hosts, payloads):
    """Each answer stands before what it answers."""
    connection = Connection(hosts).open().ask(*payloads).finish()
    frames = connection.frames
    frames[0], frames[1] = frames[1], frames[0]
    frames[3], frames[5] = frames[5], frames[3]
    return connection


@BOTH_VERSIONS
@pytest.mark.parametrize("client_port,port,entry", [(37239, 8600, "6.1"), (8600, 37239, "28.1"), (50020, 20075, "24.1"), (5222, 7400, "22.4"),
                                                    (41234, 6607, "27.1"), (8889, 8888, "14.1"), (8888, 8889, "11.3")])
@pytest.mark.parametrize("kept", ["all", "listener", "initiator"])
def test_whoever_sends_the_syn_ack_listens(wireshark, capture_path, version, client_port, port, entry, kept):
    asking, answering = of(version, SUB, PUB)
    scene, sides = Scene(), []
    for asked, frame in skewed(Hosts(asking, answering, port, client_port), UNKNOWN).frames:
        if kept == "all" or asked == (kept == "initiator"):
            scene.add(frame)
            sides.append(asked)
    rows = said(wireshark, scene.write(capture_path), names=NAMES[:2])
    assert rows == [{"impsvc.entry": [entry], "impsvc.direction": [REQUEST if asked else REPLY]} for asked in sides]


@pytest.mark.parametrize("port", [7401, 40400])
def test_a_moved_router_is_whoever_sent_the_syn_ack(wireshark, capture_path, port):
    scene = Scene()
    connection = skewed(Hosts(SUB, PUB, port), COMPONENT)
    scene.add_connection(connection)
    rows = wireshark.fields(scene.write(capture_path), ["impsvc.entry", "impsvc.direction"], "-2", *node(PUB), *node(SUB))
    assert rows == [{"impsvc.entry": ["22.4"], "impsvc.direction": [REQUEST if asked else REPLY]} for asked, _ in connection.frames]


def test_nobody_is_turned_round_where_two_captures_were_joined(wireshark):
    path = wireshark.readable("cases/skewed.pcap")
    rows = said(wireshark, path, "-Y", "tcp", *node("10.80.0.11"), *node("10.80.0.12"),
                names=["frame.number", "tcp.srcport", "impsvc.direction", "impsvc.reversed"])
    wrong = [row for row in rows if row["impsvc.reversed"] or row["impsvc.direction"] !=
             [REQUEST if row["tcp.srcport"][0].startswith("4000") else REPLY]]
    assert wrong == []

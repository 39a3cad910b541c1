# Administrators move ports. Found by a heuristic where a node is at one end, or
# told by the user in impsvc_ports.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from collections import Counter

import pytest

from cluster import CLIENT, DIRECTORY, GATEWAY, PUB, STRANGER, SUB, Scene, moved, node
from native import compare
from payloads import (AGENTX, COMPONENT, HTTP, ISAKMP, LDAP, PGSQL, RMI, SIP, SNMP_GET, SNMP_TRAP, SSH, UNKNOWN, XMPP)
from port_list import LISTS
from rewritten import move

FREE = 17171    # a port that nobody knows
SERVER = tuple(text.replace(b"jabber:client", b"jabber:server") for text in XMPP)
BOSH = tuple(head + b"Content-Type: text/xml\r\nContent-Length: 50\r\n\r\n<body xmlns='http://jabber.org/protocol/httpbind'/>"
             for head in (b"POST /http-bind HTTP/1.1\r\nHost: p\r\n", b"HTTP/1.1 200 OK\r\n"))
NOTIFICATION = (b"POST /n HTTP/1.1\r\nHost: p\r\nContent-Length: 31\r\n\r\n<m:SendNotification xmlns:m='x'>",
                b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
ADMINISTRATION = (b"GET /cupadmin/ HTTP/1.1\r\nHost: p\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

# service, carrier, who asks, who listens, payloads, entry
FOUND = [
    ("sip from a gateway", "TCP", GATEWAY, PUB, SIP, "2.1"), ("sip to a gateway", "UDP", PUB, GATEWAY, SIP, "2.1"),
    ("sip between nodes", "TCP", PUB, SUB, SIP, "3.1"), ("sip within a node", "UDP", PUB, PUB, SIP, "2.4"),
    ("web", "TCP", CLIENT, PUB, ADMINISTRATION, "4.1"), ("ldap", "TCP", PUB, DIRECTORY, LDAP, "5.1"),
    ("snmp question", "UDP", STRANGER, PUB, SNMP_GET, "12.1"), ("snmp between nodes", "UDP", PUB, SUB, SNMP_GET, "12.2"),
    ("trap between nodes", "UDP", PUB, SUB, SNMP_TRAP, "12.3"), ("trap to the monitor", "UDP", PUB, STRANGER, SNMP_TRAP, "12.6"),
    ("agentx", "TCP", PUB, SUB, AGENTX, "12.5"), ("isakmp", "UDP", GATEWAY, PUB, ISAKMP, "13.1"),
    ("ssh", "TCP", PUB, STRANGER, SSH, "16.1"), ("exchange", "TCP", STRANGER, PUB, NOTIFICATION, "19.1"),
    ("rmi", "TCP", PUB, STRANGER, RMI, "21.2"), ("xmpp client", "TCP", CLIENT, PUB, XMPP, "22.1"),
    ("xmpp server", "TCP", PUB, STRANGER, SERVER, "22.2"), ("bosh", "TCP", CLIENT, PUB, BOSH, "22.3"),
    ("xcp", "TCP", SUB, PUB, COMPONENT, "22.4"), ("postgresql", "TCP", PUB, STRANGER, PGSQL, "23.1")]


def tell(scene, carrier, client, server, payloads, port=FREE):
    return scene.call(client, server, port, payloads) if carrier == "TCP" else scene.ask(client, server, port, payloads)


def entries(wireshark, path, *arguments):
    return [tuple(row["impsvc.entry"] + row["impsvc.direction"])
            for row in wireshark.fields(path, ["impsvc.entry", "impsvc.direction"], *arguments)]


@pytest.mark.parametrize("carrier,client,server,payloads,entry", [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
@pytest.mark.parametrize("version", [4, 6])
def test_a_moved_service_is_found_at_a_node(wireshark, capture_path, version, carrier, client, server, payloads, entry):
    if version == 6:
        client, server = (f"2001:db8:{address.replace('.', ':')}::1" for address in (client, server))
    known = node("10.1.0.0/24") if version == 4 else node("2001:db8:10:1::/64")
    scene = Scene()
    tell(scene, carrier, client, server, payloads)
    path = scene.write(capture_path)
    told = entries(wireshark, path, *known)
    first = 3 if carrier == "TCP" else 0
    assert told[:first] == [()] * first and {row[0] for row in told[first:]} == {entry}
    assert told[first] == (entry, "1") and told[-1] == (entry, "1" if carrier == "TCP" else "2")
    assert wireshark.frames(path, "impsvc.confidence == 4", *known) == list(range(first + 1, len(scene.frames) + 1))
    assert wireshark.frames(path, "impsvc.moved", *known) == [first + 1]
    assert entries(wireshark, path) == [()] * len(scene.frames), "told without a node"


def test_what_wireshark_alone_shows_as_data_is_decoded(wireshark, alone, capture_path):
    scene = Scene()
    for number, (_, carrier, client, server, payloads, _) in enumerate(FOUND):
        tell(scene, carrier, client, server, payloads, FREE + number)
    path = scene.write(capture_path)
    undecoded = 'frame.protocols matches ":(tcp|udp):data"'
    assert len(alone.frames(path, undecoded)) > 20
    assert wireshark.frames(path, undecoded, *node("10.1.0.0/24")) == []


def test_a_whole_ldap_session_over_segments_is_put_together(wireshark, capture_path):
    path = move("ldap-389-3268-636", 389, 10389, capture_path)
    shown = wireshark.fields(path, ["ldap.type"], "-Y", "tcp.port == 10389 and ldap.type", *node("10.10.1.0/24"),
                             *node("2001:db8:10::1:0/112"))
    assert len(shown) > 3


@pytest.mark.parametrize("carrier,client,server,payloads", [
    ("TCP", STRANGER, PUB, UNKNOWN), ("TCP", STRANGER, PUB, HTTP), ("TCP", STRANGER, CLIENT, XMPP),
    ("UDP", STRANGER, CLIENT, SNMP_GET), ("TCP", STRANGER, CLIENT, LDAP), ("TCP", PUB, STRANGER, XMPP)])
def test_nothing_is_found_without_both_payload_and_node(wireshark, capture_path, carrier, client, server, payloads):
    scene = Scene()
    tell(scene, carrier, client, server, payloads)
    assert set(entries(wireshark, scene.write(capture_path), *node(PUB))) == {()}


def test_a_port_that_wireshark_has_a_dissector_for_stays_its_own(wireshark, alone, capture_path):
    """Payload that a native dissector would take is never taken from it."""
    scene = Scene()
    scene.call(CLIENT, PUB, 25, XMPP)
    scene.call(CLIENT, PUB, 80, ADMINISTRATION)
    path = scene.write(capture_path)
    names = ["frame.protocols"]
    assert wireshark.fields(path, names, *node(PUB)) == alone.fields(path, names)


def test_each_table_and_carrier_has_a_heuristic(wireshark):
    rows = [line.split("\t") for line in wireshark.run("-G", "heuristic-decodes", marks=()).splitlines()]
    found = Counter(row[0] for row in rows if row[1] == "impsvc")
    of_all_lists = {(transport, entry.table) for entries in LISTS.values() for entry in entries for transport in entry.transports}
    wanted = Counter(transport for transport, _ in of_all_lists)
    assert found["udp"] == wanted["UDP"] and found["tcp"] == wanted["TCP"]
    assert found["icmp"] == 1 and found["tls"] >= wanted["TLS"]


SWITCHES = [("impsvc_sip_proxy_tcp", "sip from a gateway"), ("impsvc_sip_proxy_udp", "sip to a gateway"),
            ("impsvc_presence_engine_tcp", "sip between nodes"), ("impsvc_tomcat_tcp", "web"), ("impsvc_ldap_tcp", "ldap"),
            ("impsvc_snmp_udp", "snmp question"), ("impsvc_snmp_tcp", "agentx"), ("impsvc_racoon_udp", "isakmp"),
            ("impsvc_ssh_tcp", "ssh"), ("impsvc_exchange_tcp", "exchange"), ("impsvc_amc_rmi_tcp", "rmi"),
            ("impsvc_xcp_tcp", "xmpp client"), ("impsvc_external_database_tcp", "postgresql")]


@pytest.mark.parametrize("heuristic,service", SWITCHES)
def test_each_heuristic_can_be_switched_off_by_its_name(wireshark, capture_path, heuristic, service):
    _, carrier, client, server, payloads, entry = next(case for case in FOUND if case[0] == service)
    scene = Scene()
    tell(scene, carrier, client, server, payloads)
    path = scene.write(capture_path)
    assert (entry, "1") in entries(wireshark, path, *node("10.1.0.0/24"))
    assert set(entries(wireshark, path, "--disable-heuristic", heuristic, *node("10.1.0.0/24"))) == {()}


def test_heuristics_are_not_fooled_by_a_listed_port(wireshark, capture_path):
    """LDAP on the Config Agent's port: the port speaks, the payload stays undecoded."""
    scene = Scene()
    scene.call(PUB, SUB, 8600, LDAP)
    assert {row[0] for row in entries(wireshark, scene.write(capture_path), *node("10.1.0.0/24"))} == {"6.1"}


# --- inside TLS ---

LAB = (*node("10.10.1.0/24"), *node("2001:db8:10::1:0/112"))


def test_the_web_server_on_another_tls_port_is_found_by_its_paths(wireshark, capture_path):
    path = move("tomcat-8080-8443", 8443, 9443, capture_path)
    rows = wireshark.fields(path, ["impsvc.entry"], "-Y", "http.request and tcp.port == 9443", *LAB)
    assert [row["impsvc.entry"] for row in rows] == [[entry] for entry in ("4.2", "4.2", "4.3", "4.3", "4.4", "4.4", "4.5", "4.5")]


def test_sip_inside_tls_on_another_port_is_found_and_decoded(wireshark, alone, capture_path):
    path = move("sip-tls-5061-5062", 5062, 15062, capture_path)
    assert alone.frames(path, "sip and tcp.port == 15062") == []
    frames = wireshark.frames(path, "sip and tcp.port == 15062 and impsvc.entry == \"2.3\"", *LAB)
    assert len(frames) >= 2


# --- told by the user ---

@pytest.mark.parametrize("entry,carrier,port,payloads,shows", [
    ("22.4", "TCP", 7401, COMPONENT, "xmpp"), ("5.1", "TCP", 10389, LDAP, "ldap"), ("12.1", "UDP", 10161, SNMP_GET, "snmp"),
    ("2.1", "TCP", 15060, SIP, "sip"), ("6.1", "TCP", 18600, UNKNOWN, "impsvc.payload"), ("24.2", "UDP", 22001, UNKNOWN,
                                                                                    "impsvc.payload")])
def test_a_port_moved_by_hand_is_like_a_listed_one(wireshark, capture_path, entry, carrier, port, payloads, shows):
    scene = Scene()
    tell(scene, carrier, STRANGER, CLIENT, payloads, port)
    path = scene.write(capture_path)
    told = entries(wireshark, path, *moved(entry, carrier, port))
    assert {row[0] for row in told} == {entry} and told[0][1] == "1" and told[-1][1] == ("1" if carrier == "TCP" else "2")
    assert len(wireshark.frames(path, shows, *moved(entry, carrier, port))) == 2
    assert "port from the table of moved ports" in \
        wireshark.fields(path, ["impsvc.evidence"], *moved(entry, carrier, port))[0]["impsvc.evidence"][0]
    assert set(entries(wireshark, path)) == {()}


def test_a_range_moves_every_port_of_it_and_no_other(wireshark, capture_path):
    scene = Scene()
    for port in (7400, 7401, 7402, 7403):
        scene.syn(STRANGER, PUB, port)
    told = entries(wireshark, scene.write(capture_path), *moved("22.4", "TCP", "7401-7402"))
    assert told == [("22.4", "1")] * 3 + [()]


@pytest.mark.parametrize("entry,old,new,capture,shows", [
    ("2.3", 5062, 15062, "sip-tls-5061-5062", "sip"), ("4.2", 8443, 9443, "tomcat-8080-8443", "http"),
    ("5.2", 636, 10636, "ldap-389-3268-636", "ldap")])
def test_what_runs_inside_tls_on_a_port_moved_by_hand_is_decoded(wireshark, capture_path, entry, old, new, capture, shows):
    path = move(capture, old, new, capture_path)
    wanted = f"{shows} and tls and tcp.port == {new} and impsvc.table == {entry.split('.')[0]}"
    assert len(wireshark.frames(path, wanted, *moved(entry, "TCP", new))) >= 2
    assert wireshark.frames(path, wanted) == []


@pytest.mark.parametrize("port", [80, 8008, 5672, 1883, 443, 25])
def test_an_owned_port_moved_by_hand_is_still_decoded_by_its_owner(wireshark, alone, capture_path, port):
    scene = Scene()
    scene.call(STRANGER, CLIENT, port, HTTP)
    result = compare(alone, wireshark, scene.write(capture_path), our_options=moved("10.1", "TCP", port))
    assert result.problem == "" and result.decoded_by_us == 0


def test_a_port_given_back_looks_as_without_the_plugin(wireshark, alone, capture_path):
    """A row replaced by another, in one session: the first row's port is Wireshark's again."""
    scene = Scene()
    scene.call(STRANGER, CLIENT, 7401, COMPONENT)
    scene.call(STRANGER, CLIENT, 8008, HTTP)
    scene.write(capture_path)
    load = ("load", {"file": str(capture_path)})
    with wireshark.settings(impsvc_ports='"22.4","TCP","7401"\n"22.4","TCP","8008"\n'):
        told = wireshark.sharkd([load, ("frames", {"filter": "impsvc", "column0": "impsvc.entry:1"})])[-1]
    assert len(told) == len(scene.frames)
    assert wireshark.sharkd([load, ("frames", {"filter": "impsvc"})])[-1] == []
    late = wireshark.sharkd([load, ("setconf", {"name": "uat:impsvc_ports", "value": '"22.4","TCP","7401"'}), load,
                             ("frames", {"filter": "impsvc.entry == \"22.4\""})])[-1]
    assert len(late) == 10, "a row added in a session counts from then on"


@pytest.mark.parametrize("row,says", [
    ('"22.9","TCP","7401"', 'Entry: "22.9" is no entry of the port list'), ('"22","TCP","7401"', "Entry:"),
    ('"","TCP","7401"', "Entry:"), ('"12.7","UDP","7401"', "Entry: 12.7 has no listener port"),
    ('"17.1","TCP","7401"', "Entry: 17.1 has no listener port"), ('"22.4","UDP","7401"', "Transport: 22.4 is not carried by UDP"),
    ('"22.4","TLS","7401"', 'Transport: "TLS" is neither TCP nor UDP'), ('"22.4","TCP","0"', 'Ports: "0" is no port'),
    ('"22.4","TCP","70000"', "Ports:"), ('"22.4","TCP","x"', "Ports:"),
    ('"22.4","TCP",""', "Ports:")])
def test_a_bad_row_of_ports_is_refused_with_the_fields_name(wireshark, capture_path, row, says):
    Scene().write(capture_path)
    error = wireshark.refusal("-r", capture_path, "-o", f"uat:impsvc_ports:{row}")
    assert says in error and "impsvc_ports" in error


def test_every_port_at_once_can_be_moved(wireshark, capture_path):
    scene = Scene()
    scene.syn(STRANGER, PUB, 61234)
    assert entries(wireshark, scene.write(capture_path), *moved("22.4", "TCP", "1-65535")) == [("22.4", "1")]

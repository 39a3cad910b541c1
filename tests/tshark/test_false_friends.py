# Packets that share a number with the port list and are none of its services:
# another transport, a client's port, a missing fixed source port. Wrong names on
# such packets would be worse than none.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from packets import PORT, Capture, Connection, Ends, tcp, udp
from payloads import DNS_QUERY, HTTP, SNMP_GET, SNMP_TRAP, UNKNOWN
from port_list import ENTRIES

LISTENERS = {carrier: {port for entry in ENTRIES if set(entry.transports) & transports for port in entry.ports}
             for carrier, transports in (("TCP", {"TCP", "TLS"}), ("UDP", {"UDP"}))}
NUMBERS = LISTENERS["TCP"] | LISTENERS["UDP"] | {entry.source for entry in ENTRIES if entry.source}
CLIENTS = sorted(port for port in NUMBERS if port >= 1024)


def annotated(wireshark, capture, path):
    """What the notes of the frames that carry an annotation say, and of which entry."""
    rows = wireshark.fields(capture.write(path), ["frame.number", "impsvc.entry"], "-Y", "impsvc")
    return [(capture.notes[int(row["frame.number"][0]) - 1], *row["impsvc.entry"]) for row in rows]


def add_connection(capture, note, ends, handshake):
    connection = Connection(ends)
    if handshake:
        connection.open()
    connection.send(True, HTTP[0]).send(False, HTTP[1]).reset()
    for _, frame in connection.frames:
        capture.add(frame, note)


@pytest.mark.parametrize("version", (4, 6))
def test_a_port_on_a_transport_the_list_does_not_name_is_nothing(wireshark, capture_path, version):
    """TCP 53, TCP 161, UDP 8600, TCP 21999, UDP 7400 and all their like."""
    capture = Capture()
    strangers = {"TCP": NUMBERS - LISTENERS["TCP"], "UDP": NUMBERS - LISTENERS["UDP"]}
    assert {53, 161, 21999, 61441} <= strangers["TCP"] and {8600, 7400, 389, 22} <= strangers["UDP"]
    for number, port in enumerate(sorted(strangers["UDP"]), 1):
        for from_client in (True, False):
            capture.add(udp(Ends(number, PORT, port, version), from_client, UNKNOWN[0]), f"UDP {port}")
    for number, port in enumerate(sorted(strangers["TCP"]), 1):
        add_connection(capture, f"TCP {port}", Ends(number, PORT, port, version), handshake=True)
        add_connection(capture, f"TCP {port}", Ends(number + 1000, PORT, port, version), handshake=False)
    assert annotated(wireshark, capture, capture_path) == []


@pytest.mark.parametrize("server", (80, 443, 3306, 9200))
def test_a_client_port_with_a_listed_number_is_nothing_once_the_handshake_was_seen(wireshark, capture_path, server):
    capture = Capture()
    for number, port in enumerate(sorted(NUMBERS), 1):
        add_connection(capture, f"{port} to {server}", Ends(number, port, server), handshake=True)
    assert annotated(wireshark, capture, capture_path) == []


@pytest.mark.parametrize("server", (80, 443, 3306))
def test_a_client_port_with_a_listed_number_is_nothing_without_the_handshake(wireshark, capture_path, server):
    capture = Capture()
    for number, port in enumerate(CLIENTS, 1):
        for reply_first in (False, True):
            connection = Connection(Ends(number + 1000 * reply_first, port, server))
            for from_client in (not reply_first, reply_first):
                connection.send(from_client, HTTP[0 if from_client else 1]).send(not from_client, flags="A")
            for _, frame in connection.frames:
                capture.add(frame, f"{port} to {server}")
    assert annotated(wireshark, capture, capture_path) == []


def test_a_lone_syn_from_a_listed_number_is_nothing(wireshark, capture_path):
    """A scan of port 9200 from 7400: one SYN, no answer."""
    capture = Capture()
    for number, port in enumerate(CLIENTS, 1):
        capture.add(tcp(Ends(number, port, 9200), True, "S"), port)
    assert annotated(wireshark, capture, capture_path) == []


@pytest.mark.parametrize("client_port", sorted(NUMBERS - {53}))
def test_a_name_query_is_dns_whatever_port_it_comes_from(dns_queries, client_port):
    assert dns_queries[client_port] == [("15.1", "1"), ("15.1", "2")]


@pytest.fixture(scope="module")
def dns_queries(wireshark):
    """For each client port: entry and direction of query and answer."""
    capture = Capture()
    ports = sorted(NUMBERS - {53})
    for number, port in enumerate(ports, 1):
        for from_client in (True, False):
            capture.add(udp(Ends(number, port, 53), from_client, DNS_QUERY[0 if from_client else 1]))
    path = capture.write(wireshark.folder / "dns.pcap")
    rows = wireshark.fields(path, ["impsvc.entry", "impsvc.direction"])
    told = [(*row["impsvc.entry"], *row["impsvc.direction"]) for row in rows]
    return {port: told[2 * i:2 * i + 2] for i, port in enumerate(ports)}


def test_udp_61441_is_the_trap_receiver_only_with_notifications(wireshark, capture_path):
    capture = Capture()
    for number, (payload, port) in enumerate([(UNKNOWN[0], 42162), (b"", 42162), (HTTP[0], 3000), (SNMP_GET[0], 42162), (SNMP_TRAP[0], 42162)]):
        for from_client in (True, False):
            capture.add(udp(Ends(number, 61441, port), from_client, payload), number)
    assert annotated(wireshark, capture, capture_path) == [(4, "12.7"), (4, "12.7")]


@pytest.mark.parametrize("version", (4, 6))
def test_8500_called_from_another_port_is_not_the_ipsec_manager(wireshark, capture_path, version):
    capture = Capture()
    for number, source in enumerate((PORT, 1024, 8499, 50000, 500), 1):
        ends = Ends(number, source, 8500, version)
        for from_client in (True, False):
            if source not in LISTENERS["UDP"]:
                capture.add(udp(ends, from_client, UNKNOWN[0]), f"UDP {source}")
        add_connection(capture, f"TCP {source}", ends, handshake=True)
        add_connection(capture, f"TCP {source}", ends._replace(number=number + 1000), handshake=False)
    assert annotated(wireshark, capture, capture_path) == []


def test_ports_next_to_listed_ones_are_nothing(wireshark, capture_path):
    capture = Capture()
    neighbours = {port + step for port in NUMBERS for step in (-1, 1)} - NUMBERS
    for number, port in enumerate(sorted(neighbours), 1):
        capture.add(udp(Ends(number, PORT, port), True, UNKNOWN[0]), f"UDP {port}")
        add_connection(capture, f"TCP {port}", Ends(number, PORT, port), handshake=True)
    assert annotated(wireshark, capture, capture_path) == []

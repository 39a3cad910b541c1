# Ports that Wireshark does not know: what it can decode must be decoded there,
# the rest be shown as the service's payload.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import payloads
from packets import Capture, Connection, Ends, udp

NAMES = ["frame.protocols", "_ws.col.Protocol", "_ws.col.Info", "impsvc.entry", "impsvc.payload"]
STANZA = (b"<route xmlns='jabber:component:accept' type='component-presence' to='jsm-1.example.com' from='cm-1.example.com'>"
          b"<presence from='a@example.com'><status>at lunch</status></presence></route>")
XDB = b"<xdb type='get' to='a@example.com' from='jsm-1' ns='jabber:iq:auth' id='1'/>"
HANDSHAKE = b"<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>"


def shown(wireshark, path, capture, *arguments):
    return wireshark.fields(capture.write(path), NAMES, *arguments)


def tcp_capture(port, *segments, handshake=True, client_port=41234):
    """A connection; segments go from client to server, those in a tuple back."""
    connection = Connection(Ends(client_port=client_port, server_port=port))
    if handshake:
        connection.open()
    for segment in segments:
        connection.send(not isinstance(segment, tuple), segment[0] if isinstance(segment, tuple) else segment)
    capture = Capture()
    capture.add_connection(connection)
    return capture


def decoded(row, protocol):
    return protocol in row["frame.protocols"][0].split(":")


def test_xcp_streams_on_7400_are_xmpp(wireshark, capture_path):
    request, reply = payloads.COMPONENT
    rows = shown(wireshark, capture_path, tcp_capture(7400, request, (reply,), HANDSHAKE, XDB, STANZA))[3:]
    assert [decoded(row, "xmpp") for row in rows] == [True] * 5
    assert all(row["impsvc.payload"] == [] for row in rows)


def test_several_stanzas_in_one_segment_are_all_seen(wireshark, capture_path):
    path = tcp_capture(7400, XDB + STANZA + STANZA).write(capture_path)
    assert "XDB" in wireshark.read(path, "-V", "-Y", "xmpp").upper()
    assert wireshark.read(path, "-V", "-Y", "xmpp").upper().count("ROUTE") >= 2


def test_a_stanza_over_three_segments_is_put_together(wireshark, capture_path):
    parts = STANZA[:40], STANZA[40:90], STANZA[90:]
    stream = payloads.COMPONENT[0]
    rows = shown(wireshark, capture_path, tcp_capture(7400, stream, *parts))[4:]
    assert decoded(rows[2], "xmpp")
    assert all(row["impsvc.payload"] == [] for row in rows)
    assert "tcp.segments" in wireshark.read(capture_path, "-T", "pdml", "-Y", "xmpp")


def test_a_stream_joined_in_the_middle_of_a_stanza_is_xmpp(wireshark, capture_path):
    rows = shown(wireshark, capture_path, tcp_capture(7400, STANZA[110:] + STANZA, XDB, handshake=False))
    assert [decoded(row, "xmpp") for row in rows] == [True, True]
    assert [row["impsvc.entry"] for row in rows] == [["22.4"], ["22.4"]]


def test_a_blank_that_keeps_a_stream_alive_is_xmpp(wireshark, capture_path):
    rows = shown(wireshark, capture_path, tcp_capture(7400, XDB, b" "))
    assert rows[-1]["_ws.col.Protocol"] == ["XMPP"]


@pytest.mark.parametrize("port,payload,protocol", [
    (5269, payloads.XMPP[0], "xmpp"), (7335, payloads.HTTP[0], "http"), (50020, payloads.HTTP[0], "http"),
    (8081, payloads.HTTP[0], "http"), (8082, payloads.HTTP[0], "http"), (1090, payloads.RMI[0], "rmi"),
    (8443, payloads.TLS[0], "tls"), (5062, payloads.TLS[0], "tls"), (8083, payloads.TLS[0], "tls"),
    (7336, payloads.TLS[0], "tls"), (5049, payloads.SIP[0], "sip"), (5080, payloads.SIP[0], "sip"),
    (7161, payloads.AGENTX[0], "agentx")])
def test_what_wireshark_can_decode_is_decoded_on_tcp(wireshark, capture_path, port, payload, protocol):
    rows = shown(wireshark, capture_path, tcp_capture(port, payload))
    assert decoded(rows[-1], protocol)
    assert rows[-1]["impsvc.payload"] == []


@pytest.mark.parametrize("client,server,payload,protocol", [
    (41234, 6161, payloads.SNMP_TRAP[0], "snmp"), (41234, 6162, payloads.SNMP_GET[0], "snmp"),
    (61441, 10162, payloads.SNMP_TRAP[0], "snmp"), (41234, 50020, payloads.HTTPU[0], "http"),
    (41234, 5049, payloads.SIP[0], "sip"), (41234, 5080, payloads.SIP[0], "sip")])
def test_what_wireshark_can_decode_is_decoded_on_udp(wireshark, capture_path, client, server, payload, protocol):
    capture = Capture()
    capture.add(udp(Ends(client_port=client, server_port=server), True, payload))
    row = shown(wireshark, capture_path, capture)[0]
    assert decoded(row, protocol)
    assert row["impsvc.payload"] == []


def test_what_is_not_rmi_on_1090_stays_with_its_owner(wireshark, alone, capture_path):
    path = tcp_capture(1090, b"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10").write(capture_path)
    assert wireshark.fields(path, ["frame.protocols"]) == alone.fields(path, ["frame.protocols"])


def test_payload_that_nobody_knows_is_shown_with_its_service(wireshark, capture_path):
    request, reply = payloads.UNKNOWN
    rows = shown(wireshark, capture_path, tcp_capture(9003, request, (reply,)))[3:]
    assert [row["_ws.col.Protocol"] for row in rows] == [["IM&P"], ["IM&P"]]
    assert [row["impsvc.payload"] for row in rows] == [[request.hex()], [reply.hex()]]
    info = rows[1]["_ws.col.Info"][0]
    assert "Presence Datastore" in info and "reply" in info and f"{len(reply)} bytes" in info


def test_a_clients_port_claims_no_payload(wireshark, capture_path):
    rows = shown(wireshark, capture_path, tcp_capture(12345, payloads.UNKNOWN[0], client_port=9003))
    assert rows[-1]["impsvc.payload"] == [] and rows[-1]["impsvc.entry"] == []
    assert decoded(rows[-1], "data")

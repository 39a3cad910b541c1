# Decode As (-d) offers IM&P: on any port, and what then happens to the payload.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import payloads as known
from packets import Capture, Connection, Ends, udp

CHOSEN = 9999
FIELDS = ["impsvc.entry", "impsvc.port", "impsvc.direction", "impsvc.confidence", "impsvc.payload", "_ws.col.Protocol", "_ws.col.Info",
          "frame.protocols"]
STREAM = known.COMPONENT[0]
NAMED = {name: getattr(known, name) for name in ("SIP", "HTTP", "TLS", "LDAP", "SNMP_GET", "SNMP_TRAP", "DNS_QUERY", "NTP", "ISAKMP",
                                                 "SSH", "PGSQL", "RMI", "AGENTX", "XMPP", "COMPONENT", "UNKNOWN")}
# What is found without any node: the entry, by what carries it. Of the others the payload does not tell the service, or
# Wireshark's own heuristics have it.
FOUND = {"SIP": {"tcp": "2.1", "udp": "2.1"}, "LDAP": {"tcp": "5.1"}, "SNMP_GET": {"udp": "12.1"}, "SNMP_TRAP": {"udp": "12.6"},
         "AGENTX": {"tcp": "12.5"}, "ISAKMP": {"udp": "13.1"}, "SSH": {"tcp": "16.1"}, "RMI": {"tcp": "21.2"}, "PGSQL": {"tcp": "23.1"},
         "XMPP": {"tcp": "22.1"}, "COMPONENT": {"tcp": "22.4"}}


def chosen(transport):
    return ["-d", f"{transport}.port=={CHOSEN},impsvc_payload"]


def conversation(path, request, reply=b"\x00\x01reply", port=CHOSEN, client_port=41234):
    file = Capture()
    file.add_connection(Connection(Ends(server_port=port, client_port=client_port)).open().ask(request, reply))
    return file.write(path)


def payloads(wireshark, path, *options):
    return [row for row in wireshark.fields(path, FIELDS, "-Y", "tcp.len > 0 or udp", *options)]


@pytest.mark.parametrize("table", ["tcp.port", "udp.port", "tls.port"])
def test_it_is_offered(wireshark, table):
    offered = {line.split()[0]: line for line in wireshark.refusal("-d", f"{table}=={CHOSEN},?").splitlines() if line.startswith("\t")}
    assert "IM and Presence payload" in offered["impsvc_payload"]


def test_a_payload_nobody_knows_is_shown_plainly(wireshark, capture_path):
    path = conversation(capture_path, b"\x00\x01request")
    request, reply = payloads(wireshark, path, *chosen("tcp"))
    assert (request["_ws.col.Protocol"], request["_ws.col.Info"]) == (["IM&P"], ["Unknown service, request, 9 bytes"])
    assert (reply["_ws.col.Protocol"], reply["_ws.col.Info"]) == (["IM&P"], ["Unknown service, reply, 7 bytes"])
    assert request["impsvc.payload"] == [b"\x00\x01request".hex()] and reply["impsvc.payload"] == [b"\x00\x01reply".hex()]
    assert request["impsvc.entry"] == []    # which service it is nobody said
    assert "IM and Presence payload" in wireshark.read(path, "-V", *chosen("tcp"))
    assert all(row["_ws.col.Protocol"] == ["TCP"] and row["impsvc.payload"] == [] for row in payloads(wireshark, path))


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_a_service_is_found_by_its_payload_without_any_node(wireshark, capture_path, passes):
    path = conversation(capture_path, STREAM)
    request, reply = payloads(wireshark, path, *chosen("tcp"), *passes)
    assert (request["impsvc.entry"], request["impsvc.port"], request["impsvc.direction"]) == (["22.4"], [str(CHOSEN)], ["1"])
    assert "xmpp" in request["frame.protocols"][0].split(":")
    assert (reply["impsvc.entry"], reply["impsvc.direction"]) == (["22.4"], ["2"])
    assert payloads(wireshark, path)[0]["impsvc.entry"] == []    # nobody said it is IM&P's


def test_every_payload_is_there_once_in_either_pass(wireshark, capture_path):
    """The first message is not known, the second tells the service."""
    file = Capture()
    file.add_connection(Connection(Ends(server_port=CHOSEN)).open().ask(b"\x00\x01", b"\x00\x02").ask(STREAM, b"\x00\x03"))
    path = file.write(capture_path)
    for passes in ([], ["-2"]):
        rows = payloads(wireshark, path, *chosen("tcp"), *passes)
        assert [row["impsvc.payload"] for row in rows][:2] == [["0001"], ["0002"]]
        assert rows[2]["impsvc.entry"] == ["22.4"]


def test_wiresharks_own_knowledge_comes_first(wireshark, capture_path):
    request = b"OPTIONS sip:a@10.2.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bK1\r\nFrom: <sip:b@10.1.0.1>;tag=1\r\n" \
              b"To: <sip:a@10.2.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    file = Capture()
    file.add(udp(Ends(server_port=CHOSEN), True, request))
    row = payloads(wireshark, file.write(capture_path), *chosen("udp"))[0]
    assert row["_ws.col.Protocol"] == ["SIP"] and row["impsvc.payload"] == []


def test_the_users_choice_comes_before_the_owner_of_the_other_port(wireshark, capture_path):
    row = payloads(wireshark, conversation(capture_path, b"\x00\x01request", client_port=5222), *chosen("tcp"))[0]
    assert row["_ws.col.Protocol"] == ["IM&P"]


@pytest.mark.parametrize("table,port", [("tcp.port", 7400), ("tcp.port", 5222), ("udp.port", 161), ("tls.port", 8443), ("tls.port", 9443)])
def test_listed_ports_and_ports_inside_tls_stay_as_they_are(wireshark, capture_path, table, port):
    file = Capture()
    if table == "udp.port":
        file.add(udp(Ends(server_port=port), True, b"\x00\x01nothing"))
    else:
        file.add_connection(Connection(Ends(server_port=port)).open().ask(b"\x00\x01nothing", b"\x16\x03\x03\x00\x02ab"))
    path = file.write(capture_path)
    assert wireshark.read(path, "-d", f"{table}=={port},impsvc_payload") != ""


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("name", NAMED)
def test_any_payload_on_a_chosen_port_is_decoded_or_shown(wireshark, capture_path, name, version):
    """No crash, no dissector bug, and nobody's payload disappears."""
    request, reply = NAMED[name]
    ends = Ends(server_port=CHOSEN, version=version)
    file = Capture()
    file.add_connection(Connection(ends).open().ask(request, reply).finish())
    file.add(udp(ends, True, request))
    file.add(udp(ends, False, reply))
    path = file.write(capture_path)
    for passes in ([], ["-2"]):
        rows = payloads(wireshark, path, *chosen("tcp"), *chosen("udp"), *passes)
        assert len(rows) == 4
        assert not any(row["frame.protocols"][0].endswith(("tcp:data", "udp:data")) for row in rows)
        for row in (rows[0], rows[2]):
            carrier = row["frame.protocols"][0].split(":")[3]
            wanted = FOUND.get(name, {}).get(carrier)
            assert wanted is None or row["impsvc.entry"] == [wanted]

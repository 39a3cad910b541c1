# Flows of captures that were joined, and of errors that quote little: the handshake
# is found in whatever order it stands, and a flow's filter shows what its row counts.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6PacketTooBig, ICMPv6TimeExceeded, IPv6
from scapy.layers.l2 import Ether

from packets import Capture, Connection, Ends
from test_flows import NUMBERS, shown_by_rows, table

ONE_PASS_AND_TWO = pytest.mark.parametrize("passes", [[], ["-2"]], ids=["one-pass", "two-passes"])
BOTH_VERSIONS = pytest.mark.parametrize("version", [4, 6])


@ONE_PASS_AND_TWO
def test_the_handshakes_of_joined_captures_are_complete(wireshark, passes):
    rows = [row for row in table(wireshark, wireshark.readable("cases/skewed.pcap"), "", *passes) if row["Transport"] in ("TCP", "TLS")]
    assert len(rows) == 6
    assert {row["Entry"]: row["Handshake"] for row in rows} == dict.fromkeys((row["Entry"] for row in rows), "complete")


ORDERS = {"answer-first": (1, 0, 2), "answer-last": (0, 2, 1), "turned-round": (2, 1, 0), "as-it-was": (0, 1, 2), "late-syn": (1, 2, 0)}


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("port", [7400, 8443])
def test_a_handshake_in_any_order_is_one(wireshark, capture_path, order, version, port, passes):
    connection = Connection(Ends(server_port=port, version=version)).open().ask(b"<a>", b"<b>").finish()
    connection.frames[:3] = [connection.frames[number] for number in order]
    file = Capture()
    file.add_connection(connection)
    rows = table(wireshark, file.write(capture_path), "", *passes)
    assert [(row["Handshake"], row["End"]) for row in rows] == [("complete", "closed")]
    ends = connection.ends
    wrapped = "{}:{}" if version == 4 else "[{}]:{}"
    assert [(row["Initiator"], row["Listener"]) for row in rows] == [(wrapped.format(ends.client, ends.client_port),
                                                                     wrapped.format(ends.server, port))]


def connections(wireshark, path):
    """How many connections Wireshark counts. Since 4.4 a SYN after the other side's end begins another one."""
    return len({row["tcp.stream"][0] for row in wireshark.fields(path, ["tcp.stream"])})


@ONE_PASS_AND_TWO
def test_the_whole_other_side_later_is_the_same_connection(wireshark, capture_path, passes):
    """Clocks further apart than the connection is long."""
    connection = Connection(Ends(server_port=7400)).open().ask(b"<a>", b"<b>").finish()
    connection.frames.sort(key=lambda frame: frame[0])      # the listener's first
    file = Capture()
    file.add_connection(connection)
    rows = table(wireshark, file.write(capture_path), "", *passes)
    assert {(row["Handshake"], row["Listener"]) for row in rows} == {("complete", "10.2.0.1:7400")}
    assert len(rows) == connections(wireshark, capture_path)


@ONE_PASS_AND_TWO
def test_a_refusal_before_its_syn_is_a_refusal(wireshark, capture_path, passes):
    connection = Connection(Ends(server_port=7400)).send(True, flags="S", counts=1).reset()
    connection.frames.reverse()
    file = Capture()
    file.add_connection(connection)
    rows = table(wireshark, file.write(capture_path), "", *passes)
    assert {row["Listener"] for row in rows} == {"10.2.0.1:7400"}
    if connections(wireshark, capture_path) == 1:
        assert [row["Handshake"] for row in rows] == ["refused"]
    else:
        assert [row["Handshake"] for row in rows] == ["not captured", "no answer"]


# --- errors ---

def counts(row):
    return {name: row[name] for name in NUMBERS[1:]}


def mismatched(wireshark, path, rows):
    """Rows whose filter shows other packets than they count."""
    return [(row["Filter"], counts(row), found) for row, found in zip(rows, shown_by_rows(wireshark, path, rows)) if found != counts(row)]


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("capture", ["cases/icmp_short_quotes.pcap", "cases/skewed.pcap", "trouble-filtered.pcapng", "trouble-refused.pcapng"])
def test_the_filter_of_each_row_shows_what_it_counts(wireshark, capture, passes):
    path = wireshark.readable(capture)
    rows = table(wireshark, path, "", *passes)
    assert rows and mismatched(wireshark, path, rows) == []


def test_each_reported_error_is_counted_in_one_flow(wireshark):
    path = wireshark.readable("cases/icmp_short_quotes.pcap")
    errors = wireshark.frames(path, "impsvc.icmp_error")
    assert len(errors) == 15
    rows = table(wireshark, path)
    assert sum(row["Packets to"] + row["Packets back"] for row in rows) == len(wireshark.frames(path, "impsvc"))
    assert sum(row["Packets back"] for row in rows if "Destination" in row["End"] or "Time" in row["End"] or row["Packets back"] == 1) >= 15


ERRORS = {4: {"port": ICMP(type=3, code=3), "prohibited": ICMP(type=3, code=13), "too-big": ICMP(type=3, code=4, nexthopmtu=1400),
              "expired": ICMP(type=11, code=0), "host": ICMP(type=3, code=1)},
          6: {"port": ICMPv6DestUnreach(code=4), "prohibited": ICMPv6DestUnreach(code=1), "too-big": ICMPv6PacketTooBig(mtu=1400),
              "expired": ICMPv6TimeExceeded(code=0), "host": ICMPv6DestUnreach(code=3)}}


@BOTH_VERSIONS
@pytest.mark.parametrize("error", ERRORS[4])
@pytest.mark.parametrize("quoted", [8, 20, 60])
def test_an_error_that_quotes_little_is_shown_by_the_flows_filter(wireshark, capture_path, version, error, quoted):
    """Two flows of each transport that differ in the client's port alone, and two to the same port of other hosts."""
    file = Capture()
    for number, port in ((1, 41001), (1, 41002), (2, 41001)):
        for server, layer in ((7400, TCP(sport=port, dport=7400, flags="S", seq=1000)), (21999, UDP(sport=port, dport=21999) / b"beat")):
            ends = Ends(number=number, client_port=port, server_port=server, version=version)
            head = IP if version == 4 else IPv6
            asked = bytes(head(src=ends.client, dst=ends.server) / layer)
            file.add(bytes(Ether(type=0x0800 if version == 4 else 0x86dd) / asked))
            firewall = "10.9.0.254" if version == 4 else "2001:db8:9::254"
            quote = asked[:(20 if version == 4 else 40) + quoted]
            file.add(bytes(Ether() / head(src=firewall, dst=ends.client) / ERRORS[version][error] / quote))
    path = file.write(capture_path)
    rows = table(wireshark, path)
    assert [(row["Packets to"], row["Packets back"]) for row in rows] == [(1, 1)] * 6
    assert mismatched(wireshark, path, rows) == []

# The comparison itself: it must see what it is there to see. The outputs are doctored.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import sys
import tempfile
from pathlib import Path

import pytest

import native
from native_rules import compare_frames, fields_same, json_same, pdml_same

pytestmark = pytest.mark.any_version

FRAME = """\
{number:5} 0.000377000  10.10.1.12 → 10.10.1.11   {protocol} 188 {info}
Frame {number}: 188 bytes on wire (1504 bits), 188 bytes captured (1504 bits)
    [Frame is ignored: False]
    [Protocols in frame: {chain}]
Ethernet II, Src: 02:00:0a:0a:01:0c, Dst: 02:00:0a:0a:01:0b
    Type: IPv4 (0x0800)
Internet Protocol Version 4, Src: 10.10.1.12, Dst: 10.10.1.11
    Time to Live: 64
"""
TCP = """\
Transmission Control Protocol, Src Port: {source}, Dst Port: {destination}, Seq: 1, Ack: 1, Len: 4
    Source Port: {source}
    [Stream index: {stream}]
    [Timestamps]
        [Time since first frame in this TCP stream: 0.000377000 seconds]
    TCP payload (4 bytes)
"""
UDP = """\
User Datagram Protocol, Src Port: {source}, Dst Port: {destination}
    Source Port: {source}
    [Stream index: {stream}]
    [Timestamps]
        [Time since first frame: 0.000377000 seconds]
    UDP payload (4 bytes)
"""
TLS = """\
Transport Layer Security
    TLSv1.3 Record Layer: Application Data Protocol: {name}
        Length: 510
{more}"""
DATA = """\
Data (4 bytes)

0000  30 5c 02 01                                       0...
    Data: 305c0201
    [Length: 4]
"""
XMPP = "XMPP Protocol\n    STREAM\n"
SNMP = "Simple Network Management Protocol\n    version: v2c (1)\n"
HTTP = "Hypertext Transfer Protocol\n    GET / HTTP/1.1\\r\\n\n"
OURS = """\
[IM and Presence, XCP router master access (22.4), request]
    [Table: XCP requests (22)]
        [Severity level: Note]
"""


def frame(transport, chain, *payload, number=1, protocol="TCP", info="43972 → 7400 Len=4", source=43972, destination=7400,
          stream=0):
    ends = {"source": source, "destination": destination, "stream": stream}
    return (FRAME.format(number=number, protocol=protocol, info=info, chain=f"eth:ethertype:ip:{chain}")
            + transport.format(**ends) + "".join(payload))


def difference(native_frames, our_frames, **options):
    return compare_frames(iter(native_frames), iter(our_frames), **options)[2]


PLAIN = frame(TCP, "tcp:data", DATA)
WEB = frame(TCP, "tcp:http", HTTP, protocol="HTTP", info="GET / HTTP/1.1 ", destination=80)


@pytest.mark.parametrize("native_frame,our_frame", [
    (PLAIN, PLAIN),
    (PLAIN, PLAIN + OURS),
    (WEB, WEB + OURS),
    (PLAIN, frame(TCP, "tcp:xmpp:xml", XMPP, OURS, protocol="XMPP/XML", info="STREAM")),
    (PLAIN, frame(TCP, "tcp", OURS, protocol="IM&P", info="XCP router, request, 4 bytes")),
    (PLAIN, frame(TCP.replace("TCP payload", "[Reassembled PDU in frame: 2]\n    TCP segment data"), "tcp", OURS)),
    (frame(TCP, "tcp:tls:data", TLS.format(name="Application Data", more=""), DATA, protocol="TLSv1.3"),
     frame(TCP, "tcp:tls:xmpp:xml", TLS.format(name="XMPP Protocol", more="        [Application Data Protocol: XMPP Protocol]\n"),
           XMPP, protocol="XMPP/XML", info="STREAM")),
    (frame(TCP, "tcp:ff", "FOUNDATION Fieldbus\n    ...\n", destination=1090), frame(TCP, "tcp:rmi", "Java RMI\n    Magic\n",
                                                                                    protocol="RMI", destination=1090)),
], ids=["the same", "our tree behind data", "our tree behind HTTP", "a payload we decode", "a payload we show",
        "a payload we wait for", "a payload inside TLS", "RMI on 1090"])
def test_the_comparison_allows(native_frame, our_frame):
    assert difference([native_frame], [our_frame]) == ""


@pytest.mark.parametrize("native_frame,our_frame", [
    (WEB, WEB.replace("GET / HTTP/1.1 ", "GET / HTTP/1.1 IM&P")),
    (WEB, WEB.replace("  HTTP 188", "  IM&P 188")),
    (WEB, WEB.replace("Time to Live: 64", "Time to Live: 63")),
    (WEB, WEB.replace("tcp:http", "tcp:impsvc:http")),
    (WEB, WEB.replace("GET / HTTP/1.1\\r", "GET / HTTP/1.0\\r")),
    (WEB, frame(TCP, "tcp:data", DATA, destination=80)),
    (WEB, WEB.replace("[Stream index: 0]", "[Stream index: 1]")),
    (WEB, WEB + "[Something else of ours]\n"),
    (WEB, WEB + OURS.replace("request]", "request] and more")),
    (PLAIN, PLAIN.replace("Time to Live: 64", "Time to Live: 63")),
    (PLAIN, frame(TCP, "tcp:xmpp", XMPP, stream=1)),
    (PLAIN, frame(TCP, "tcp:xmpp", XMPP, source=43973)),
    (PLAIN, frame(TCP, "tcp:xmpp", XMPP).replace("0.000377000 seconds", "0.000378000 seconds")),
    (PLAIN, frame(TCP, "tcp:xmpp", XMPP).replace("10.10.1.11   ", "10.10.1.99   ")),
    (PLAIN, frame(TCP, "tls:xmpp", XMPP)),
    (frame(TCP, "tcp", ""), frame(TCP, "tcp", "", protocol="IM&P")),
    (frame(TCP, "tcp:tls:data", TLS.format(name="Application Data", more=""), DATA),
     frame(TCP, "tcp:xmpp", XMPP)),
    (frame(TCP, "tcp:tls", TLS.format(name="Application Data", more="")),
     frame(TCP, "tcp:tls", TLS.format(name="SIP", more=""))),
    (frame(TCP, "tcp:data", DATA, "Community ID: 1:abc\n"), frame(TCP, "tcp:xmpp", XMPP)),
    (frame(TCP, "tcp:data", DATA), frame(TCP, "tcp:xmpp", XMPP, "[Malformed Packet: XMPP]\n")),
    (frame(TCP, "tcp:ff", "FOUNDATION Fieldbus\n    ...\n", destination=1090), frame(TCP, "tcp:http", HTTP, destination=1090)),
    (frame(TCP, "tcp:ff", "FOUNDATION Fieldbus\n    ...\n", destination=1091), frame(TCP, "tcp:rmi", "Java RMI\n", destination=1091)),
], ids=["text in Info", "Protocol column", "a lower layer", "frame.protocols", "the decoded payload", "not decoded any more",
        "a TCP stream number", "a tree that is not ours", "a tree like ours", "a lower layer of data", "a TCP stream number of data",
        "a port", "a time", "an address column", "the carrier of data", "a bare segment's column", "TLS gone", "TLS's name, not data",
        "another post-dissector's tree", "malformed where it was data", "HTTP on 1090", "Fieldbus elsewhere"])
def test_the_comparison_reports(native_frame, our_frame):
    assert difference([native_frame], [our_frame]).startswith("frame 1:")


def test_the_comparison_reports_frames_that_are_missing_or_too_many():
    assert difference([PLAIN, WEB], [PLAIN]) == "frame 2: missing with the plugin"
    assert difference([PLAIN], [PLAIN, WEB]) == "frame 2: only with the plugin"


def test_tls_may_name_a_protocol_only_where_we_found_it():
    def record(number, name, stream=0, payload=(), chain="tcp:tls"):
        return frame(TCP, chain, TLS.format(name=name, more=""), *payload, number=number, stream=stream)

    found = record(1, "Application Data", payload=[DATA], chain="tcp:tls:data"), record(1, "SIP", payload=[XMPP], chain="tcp:tls:sip")
    later = record(2, "Application Data"), record(2, "SIP")
    elsewhere = record(2, "Application Data", 1), record(2, "SIP", 1)
    for two_passes in (False, True):
        assert difference([found[0], later[0]], [found[1], later[1]], two_passes=two_passes) == ""
        assert difference([found[0], elsewhere[0]], [found[1], elsewhere[1]], two_passes=two_passes).startswith("frame 2:")


# UDP stream numbers: an SNMP conversation that only the plugin decodes moves those counted later by one.

def dns(number, stream, port=40000):
    return frame(UDP, "udp:dns", "Domain Name System\n", number=number, protocol="DNS", source=port, destination=53, stream=stream)


def trap(number, stream, decoded, port=61441):
    chain, payload, protocol = ("udp:snmp", SNMP, "SNMP") if decoded else ("udp:data", DATA, "UDP")
    return frame(UDP, chain, payload, number=number, protocol=protocol, source=port, destination=10162, stream=stream)


def test_streams_behind_snmp_that_only_we_decode_may_have_a_higher_number():
    native_frames = [dns(1, 0), trap(2, 1, False), dns(3, 2, 40001), trap(4, 1, False)]
    assert difference(native_frames, [dns(1, 0), trap(2, 1, True), dns(3, 3, 40001), trap(4, 2, True)]) == ""
    assert difference(native_frames, [dns(1, 0), trap(2, 1, True), dns(3, 2, 40001), trap(4, 2, True)]) == ""


@pytest.mark.parametrize("native_frames,our_frames", [
    ([dns(1, 0)], [dns(1, 1)]),
    ([trap(1, 0, True), dns(2, 1)], [trap(1, 0, True), dns(2, 2)]),
    ([dns(1, 0), trap(2, 1, False)], [dns(1, 1), trap(2, 1, True)]),
    ([trap(1, 0, False), dns(2, 1)], [trap(1, 0, True), dns(2, 3)]),
    ([trap(1, 0, False), dns(2, 2)], [trap(1, 0, True), dns(2, 1)]),
    ([trap(1, 0, False), dns(2, 1), dns(3, 1)], [trap(1, 0, True), dns(2, 1), dns(3, 2)]),
    ([trap(1, 0, False), dns(2, 1), dns(3, 2, 40001)], [trap(1, 0, True), dns(2, 2), dns(3, 2, 40001)]),
], ids=["no SNMP at all", "SNMP that Wireshark knows", "before the SNMP", "more than there are conversations", "lower",
        "two numbers for one stream", "one number for two streams"])
def test_stream_numbers_without_such_a_reason_are_reported(native_frames, our_frames):
    assert difference(native_frames, our_frames) != ""


def test_in_a_second_pass_a_stream_may_move_before_the_frame_that_moved_it():
    native_frames, our_frames = [dns(1, 1), trap(2, 0, False)], [dns(1, 2), trap(2, 3, True)]
    assert difference(native_frames, our_frames) != ""
    assert difference(native_frames, our_frames, two_passes=True) == ""
    assert difference([dns(1, 1)], [dns(1, 2)], two_passes=True) != ""
    assert difference(native_frames, [dns(1, 3), trap(2, 3, True)], two_passes=True) != ""


# Other forms of output.

LINE = "4\teth:ethertype:ip:tcp:{chain}\t{ports}\t{protocol}\t{info}\n"
DATA_LINE = LINE.format(chain="data", ports="43972,7400", protocol="TCP", info="43972 → 7400")
HTTP_LINE = LINE.format(chain="http", ports="43972,80", protocol="HTTP", info="GET /")


@pytest.mark.parametrize("native_line,our_line,same", [
    (HTTP_LINE, HTTP_LINE, True),
    (HTTP_LINE, HTTP_LINE.replace("GET", "PUT"), False),
    (HTTP_LINE, HTTP_LINE.replace("HTTP", "IM&P"), False),
    (HTTP_LINE, HTTP_LINE.replace("tcp:http", "tcp:xmpp"), False),
    (DATA_LINE, DATA_LINE.replace("tcp:data", "tcp:xmpp").replace("TCP", "XMPP"), True),
    (DATA_LINE, DATA_LINE.replace("tcp:data", "udp:xmpp"), False),
    (DATA_LINE, DATA_LINE.replace("43972,", "43973,"), False),
])
def test_lines_of_fields(native_line, our_line, same):
    assert fields_same(native_line, our_line) == same


PDML = """\
<packet>
  <proto name="frame" showname="Frame 1" size="4" pos="0">
    <field name="frame.protocols" showname="Protocols" size="0" pos="0" show="eth:ethertype:ip:tcp:{chain}"/>
  </proto>
  <proto name="ip" showname="IPv4" size="4" pos="0">
    <field name="ip.ttl" size="1" pos="0" show="{ttl}"/>
  </proto>
  <proto name="{proto}" size="4" pos="0">
    <field name="x" size="1" pos="0" show="1"/>
  </proto>
{ours}</packet>
"""
PDML_OURS = """\
  <proto name="impsvc" showname="IM and Presence" size="0" pos="0">
    <field name="impsvc.table" size="0" pos="0" show="12"/>
  </proto>
"""


def pdml(chain, ttl=64, ours=""):
    return PDML.format(chain=chain, ttl=ttl, proto=chain, ours=ours)


@pytest.mark.parametrize("native_packet,our_packet,same", [
    (pdml("http"), pdml("http"), True), (pdml("http"), pdml("http", ours=PDML_OURS), True),
    (pdml("http"), pdml("http", 63), False), (pdml("http"), pdml("xmpp", ours=PDML_OURS), False),
    (pdml("http"), pdml("http", ours=PDML_OURS.replace("impsvc", "other")), False),
    (pdml("data"), pdml("xmpp", ours=PDML_OURS), True), (pdml("data"), pdml("xmpp", 63, PDML_OURS), False)])
def test_packets_of_pdml(native_packet, our_packet, same):
    assert pdml_same(native_packet, our_packet) == same


def packet(chain, ttl="64", more=(), index="x"):
    layers = [("frame", [("frame.protocols", f"eth:ip:tcp:{chain}")]), ("ip", [("ip.ttl", ttl)]), ("tcp", []), (chain, []), *more]
    return [("_index", index), ("_source", [("layers", layers)])]


@pytest.mark.parametrize("native_packet,our_packet,same", [
    (packet("http"), packet("http"), True), (packet("http"), packet("http", more=[("impsvc", [])]), True),
    (packet("http"), packet("http", "63"), False), (packet("http"), packet("xmpp"), False),
    (packet("http"), packet("http", index="y"), False), (packet("http"), packet("http", more=[("other", [])]), False),
    (packet("data"), packet("xmpp"), True), (packet("data"), packet("xmpp", "63"), False)])
def test_packets_of_json(native_packet, our_packet, same):
    assert json_same(native_packet, our_packet) == same


# The program: two outputs made by a tshark of ours.

@pytest.fixture
def tshark_of_ours():
    """A folder for it that an ordinary user may read."""
    with tempfile.TemporaryDirectory(prefix="impsvc-tests-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.parametrize("last_line,code", [("    GET / HTTP/1.1", 0), ("    GET / HTTP/1.0", 1)], ids=["same", "different"])
def test_the_program_ends_with_an_error_if_something_differs(tshark_of_ours, monkeypatch, capsys, last_line, code):
    tshark = tshark_of_ours / "tshark"
    tshark.write_text("#!/bin/sh\n"
                      f"if [ -e \"$WIRESHARK_PLUGIN_DIR/4.0\" ]; then last='{last_line}'; else last='    GET / HTTP/1.1'; fi\n"
                      "printf '%s\\n' 'summary' 'Frame 1: 1 byte' 'Hypertext Transfer Protocol' \"$last\" ''"
                      f" '{native.END_OF_FRAME}'\n")
    tshark.chmod(0o755)
    (tshark_of_ours / "plugins" / "4.0").mkdir(parents=True)
    capture = tshark_of_ours / "x.pcap"
    capture.write_bytes(b"")
    monkeypatch.setenv("PATH", f"{tshark_of_ours}:/usr/bin:/bin")
    monkeypatch.setattr(sys, "argv", ["native.py", "--plugin-dir", str(tshark_of_ours / "plugins"), str(capture)])
    assert native.main() == code
    said = capsys.readouterr().out
    assert ("GET / HTTP/1.0" in said) == (code == 1)
    assert said.splitlines()[-1].endswith(f"{code} captures with a difference")

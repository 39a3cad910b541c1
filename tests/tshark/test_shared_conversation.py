# What only shares ports with a service of the list is not that service: encrypted
# traffic beside IKE, media, transfers and whatever else another protocol announced.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct

import pytest

from cluster import PUB, STRANGER, SUB, Hosts, Scene, node
from packets import udp
from payloads import sip

ONE_PASS_AND_TWO = pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
BOTH_VERSIONS = pytest.mark.parametrize("version", [4, 6])
V6 = {PUB: "2001:db8::1:11", SUB: "2001:db8::1:12", STRANGER: "2001:db8::9:7"}
MARKER, KEEPALIVE = bytes(4), b"\xff"
SHOWN = ["frame.number", "impsvc.entry", "impsvc.moved"]


def of(version, *addresses):
    return addresses if version == 4 else tuple(V6[address] for address in addresses)


def entries(wireshark, path, *arguments):
    return [row["impsvc.entry"] for row in wireshark.fields(path, SHOWN, *arguments)]


def ike(exchange=34, answer=False):
    return b"\x01" * 8 + (b"\x02" * 8 if answer or exchange != 34 else bytes(8)) + bytes([0, 0x20, exchange, 0x20 if answer else 0x08]) + \
        struct.pack(">II", int(exchange != 34), 28)


def esp(number):
    return struct.pack(">II", 0xc0ffee01, number) + bytes(range(64))


# --- IKE and what it shares 4500 with ---

@ONE_PASS_AND_TWO
@pytest.mark.parametrize("known", [(), node("10.70.0.11")], ids=["learned", "configured"])
def test_only_ike_of_the_reported_tunnel_is_ike(wireshark, known, passes):
    path = wireshark.readable("cases/ipsec_nat_t_4500.pcap")
    frames = wireshark.frames(path, "impsvc and udp", *known, *passes)
    assert set(frames) <= {10, 11, 12, 13}
    if known:
        assert frames == [10, 11, 12, 13]
    assert wireshark.frames(path, "impsvc.moved and (esp or udpencap.nat_keepalive)", *known, *passes) == []


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("ports", [(4500, 4500), (41234, 4500), (4500, 41234)])
def test_encrypted_packets_and_keep_alives_beside_ike_are_not_ike(wireshark, capture_path, version, ports, passes):
    imp, gateway = of(version, PUB, STRANGER)
    scene, expected = Scene(), []

    def say(asked, payload, entry):
        scene.add(udp(Hosts(imp, gateway, ports[1], ports[0]), asked, payload))
        expected.append(entry)

    say(True, KEEPALIVE, [])
    say(True, esp(1), [])
    say(True, MARKER + ike(35), ["13.1"])
    say(False, MARKER + ike(35, True), ["13.1"])
    for number in range(2, 5):
        say(True, esp(number), [])
        say(False, esp(number), [])
    say(False, KEEPALIVE, [])
    say(False, MARKER + ike(37), ["13.1"])
    say(True, MARKER + ike(37, True), ["13.1"])
    say(True, KEEPALIVE, [])
    assert entries(wireshark, scene.write(capture_path), *node(imp), *passes) == expected


@ONE_PASS_AND_TWO
def test_a_tunnel_without_ike_is_nothing(wireshark, capture_path, passes):
    scene = Scene()
    for number in range(3):
        scene.ask(PUB, STRANGER, 4500, (esp(number), esp(number)), 4500)
    scene.ask(PUB, STRANGER, 4500, (KEEPALIVE, KEEPALIVE), 4500)
    assert set(map(tuple, entries(wireshark, scene.write(capture_path), *node(PUB), *passes))) == {()}


# --- media ---

def sdp(version, address, port):
    return (f"v=0\r\no=- 1 1 IN IP{version} {address}\r\ns=-\r\nc=IN IP{version} {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n"
            "a=rtpmap:0 PCMU/8000\r\n")


def rtp(number, source):
    return struct.pack(">BBHII", 0x80, 0, number, number * 160, source) + b"\xd5" * 160


def call(scene, caller, callee, caller_port, callee_port):
    """An INVITE and its answer, then speech both ways, and reports on the ports above."""
    version = 6 if ":" in caller else 4
    content = "Content-Type: application/sdp\r\n"
    scene.ask(caller, callee, 5060, (sip("INVITE sip:b@example.com SIP/2.0", "INVITE", content, sdp(version, caller, caller_port)),
                                     sip("SIP/2.0 200 OK", "INVITE", content, sdp(version, callee, callee_port))), 5060)
    media = []
    for number in range(1, 5):
        media += scene.ask(caller, callee, callee_port, (rtp(number, 1), rtp(number, 2)), caller_port)
    report = struct.pack(">BBHIIIIII", 0x80, 200, 6, 1, 0, 0, 0, 4, 640)
    media += scene.ask(caller, callee, callee_port + 1, (report, report), caller_port + 1)
    return media


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("known", [(), node("10.72.0.31"), node("10.72.0.32")], ids=["nobody", "caller", "callee"])
def test_the_reported_call_is_no_service(wireshark, known, passes):
    path = wireshark.readable("cases/rtp_50020.pcap")
    assert wireshark.frames(path, "impsvc and (rtp or stun)", *known, *passes) == []
    assert wireshark.frames(path, "impsvc.entry == \"2.1\"", *known, *passes) == [1, 2]


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("ports", [(50000, 50020), (50020, 50000), (50020, 16384), (16384, 50000), (50000, 50000), (50020, 37240), (21998, 16384),
                                   (8500, 16384)])
def test_announced_media_is_no_service_whatever_its_ports(wireshark, capture_path, version, ports, passes):
    caller, callee = of(version, PUB, STRANGER)
    scene = Scene()
    media = call(scene, caller, callee, *ports)
    path = scene.write(capture_path)
    for known in ((), node(caller)):
        told = entries(wireshark, path, *known, *passes)
        assert [told[frame - 1] for frame in media] == [[]] * len(media)


# --- transfers ---

@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("client_port", [50000, 50020, 21999, 6161, 8500])
def test_a_file_fetched_by_tftp_is_no_service(wireshark, capture_path, version, client_port, passes):
    """The transfer runs between the client's port and one that the server chose."""
    phone, server = of(version, STRANGER, PUB)
    scene = Scene()
    scene.add(udp(Hosts(phone, server, 69, client_port), True, b"\x00\x01SEP.cnf.xml\x00octet\x00"))
    for number in range(1, 4):
        data = b"\x00\x03" + struct.pack(">H", number) + b"x" * (512 if number < 3 else 20)
        scene.ask(server, phone, client_port, (data, b"\x00\x04" + struct.pack(">H", number)), 42069)
    path = scene.write(capture_path)
    for known in ((), node(server)):
        assert set(map(tuple, entries(wireshark, path, *known, *passes))) == {()}


# --- one flow, one entry ---

@ONE_PASS_AND_TWO
@pytest.mark.parametrize("known", [(), node(PUB), (*node(PUB), *node(SUB))], ids=["nobody", "one", "both"])
@pytest.mark.parametrize("ports", [(50000, 50020), (6161, 6162), (21999, 8500), (161, 162), (61441, 162), (61441, 161), (5060, 5080),
                                   (8161, 6161), (50000, 21999), (5049, 5060), (500, 50000)])
def test_one_flow_of_datagrams_never_has_two_entries(wireshark, capture_path, ports, known, passes):
    scene = Scene()
    for _ in range(3):
        scene.ask(PUB, SUB, ports[1], client_port=ports[0])
    path = scene.write(capture_path)
    assert len(set(map(tuple, entries(wireshark, path, *known, *passes)))) == 1


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("ports", [(50020, 37239), (8600, 9003), (5222, 5269), (8443, 8080), (8888, 8889), (8500, 7400)])
def test_one_connection_joined_late_never_has_two_entries(wireshark, capture_path, ports, passes):
    scene = Scene()
    scene.call(PUB, SUB, ports[1], client_port=ports[0], handshake=False)
    assert len(set(map(tuple, entries(wireshark, scene.write(capture_path), *passes)))) == 1

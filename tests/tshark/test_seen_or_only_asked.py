# Whether somebody looks at the tree decides what Wireshark computes, never what is so:
# a display filter changes no answer.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import lab_hosts
from cluster import PUB, STRANGER, SUB, Hosts, Scene, node
from packets import Connection
from payloads import HTTP, SIP, XMPP, sip
from places import CAPTURES
from recorded import OURS

pytestmark = pytest.mark.any_version

EVERYBODY = sorted(path.relative_to(CAPTURES).as_posix() for pattern in ("*.pcapng", "cases/*.pcap") for path in CAPTURES.glob(pattern))
FIELDS = ["frame.number", *OURS]


def differences(wireshark, path, *arguments):
    """Frames that are told differently once a display filter is there."""
    return differing(wireshark.fields(path, FIELDS, *arguments), wireshark, path, *arguments)


def differing(unseen, wireshark, path, *arguments):
    seen = wireshark.fields(path, FIELDS, *arguments, "-Y", "frame")
    assert len(unseen) == len(seen) > 0
    return [(one["frame.number"], name, one[name], two[name]) for one, two in zip(unseen, seen) for name in FIELDS if one[name] != two[name]]


@pytest.mark.parametrize("capture", EVERYBODY)
def test_a_display_filter_changes_no_answer(wireshark, recorded, capture):
    assert differing(recorded.rows(capture), wireshark, wireshark.readable(capture)) == []


@pytest.mark.parametrize("capture", ["cluster.pcapng", "trouble-unexpected.pcapng", "trouble-moved-more.pcapng"])
def test_nor_where_nodes_are_configured(wireshark, capture):
    for passes in ((), ("-2",)):
        assert differences(wireshark, wireshark.readable(capture), *lab_hosts.configured(), *passes) == []


@pytest.mark.parametrize("capture", EVERYBODY)
def test_nor_does_one_in_two_passes(wireshark, recorded, capture):
    """The first of two passes has no tree unless a filter needs one."""
    assert differing(recorded.rows(capture, "-2"), wireshark, wireshark.readable(capture), "-2") == []


def test_the_window_does_not_see_more_than_there_is(wireshark):
    """sharkd reads a file without a tree, as the window does."""
    wanted = 'impsvc.evidence contains "XMPP seen" and tcp.port == 5222 and tcp.len > 0'
    asked = [("load", {"file": str(wireshark.readable("trouble-unexpected.pcapng"))}), ("frames", {"filter": wanted})]
    assert wireshark.sharkd(asked)[1] == []
    assert wireshark.frames(wireshark.readable("trouble-unexpected.pcapng"), wanted) == []


PARTS = {
    "http-on-5222": (5222, HTTP), "xmpp": (5222, XMPP), "sip": (5060, SIP), "sip-on-5222": (5222, SIP), "http-on-389": (389, HTTP),
    "http-on-5060": (5060, HTTP), "xmpp-on-8080": (8080, XMPP), "http-on-7400": (7400, HTTP),
    "xml-on-5222": (5222, (b"<a><b>", b"</b></a>")), "long-sip": (5060, (sip("OPTIONS sip:b@example.com SIP/2.0", body="x" * 900), SIP[1])),
}


@pytest.mark.parametrize("known", [(), (*node(PUB), *node(SUB))], ids=["nobody", "nodes"])
@pytest.mark.parametrize("size", [7, 40])
@pytest.mark.parametrize("kind", PARTS)
def test_a_message_in_pieces_is_the_same_message(wireshark, capture_path, kind, size, known):
    """A dissector that asks for more bytes has not seen its protocol yet."""
    port, messages = PARTS[kind]
    scene, connection = Scene(), Connection(Hosts(STRANGER, PUB, port)).open()
    for from_client, message in zip((True, False), messages):
        for at in range(0, len(message), size):
            connection.send(from_client, message[at:at + size])
    scene.add_connection(connection.finish())
    path = scene.write(capture_path)
    assert differences(wireshark, path, *known) == []
    assert differences(wireshark, path, "-2", *known) == []


@pytest.mark.parametrize("port", [5222, 5269, 7400])
def test_a_dissector_that_only_asked_for_more_is_not_called_seen(wireshark, capture_path, port):
    scene, connection = Scene(), Connection(Hosts(STRANGER, PUB, port)).open().ask(*HTTP)
    scene.add_connection(connection.finish())
    for shown in ((), ("-Y", "frame"), ("-2",)):
        rows = wireshark.fields(scene.write(capture_path), ["impsvc.evidence", "impsvc.confidence"], *shown)
        assert not any("XMPP seen" in text for row in rows for text in row["impsvc.evidence"])
        assert {row["impsvc.confidence"][0] for row in rows} == {"1"}

# An expert item is a sentence for a person: once a connection, where it is looked for
# first, and never advice that would break what works.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from collections import Counter

import pytest

import lab_hosts
from expert_items import NOTES, WARNINGS, any_of
from cluster import CLIENT, PUB, STRANGER, SUB, Scene, node
from payloads import HTTP

ONE_PASS_AND_TWO = pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
ITEMS = [*WARNINGS, *NOTES]
CUCM = "Cisco Unified Communications Manager"
TROUBLES = [f"trouble-{name}.pcapng" for name in ("cleartext", "exposed", "filtered", "moved-more", "moved", "refused", "retransmissions",
                                                  "reversed", "unexpected")]


def counted(wireshark, path, *arguments):
    """Our lines of the expert information: [(how often, sentence)]."""
    lines = wireshark.read(path, "-q", "-z", "expert", *arguments).splitlines()
    cells = [line.split(maxsplit=3) for line in lines if " IM&P " in line]
    return [(int(count), sentence) for count, _, _, sentence in cells]


@ONE_PASS_AND_TWO
def test_six_exposed_flows_are_six_items(wireshark, passes):
    path = wireshark.readable("trouble-exposed.pcapng")
    items = [count for count, sentence in counted(wireshark, path, *lab_hosts.configured(), *passes) if "local host only" in sentence]
    assert sorted(items) == [1] * 6
    assert len(wireshark.frames(path, "impsvc.localhost_exposed", *lab_hosts.configured(), *passes)) == 6


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("capture", [*TROUBLES, "cluster.pcapng"])
def test_an_item_is_said_once_a_connection(wireshark, capture, passes):
    path = wireshark.readable(capture)
    rows = wireshark.fields(path, ["tcp.stream", "udp.stream", "impsvc.icmp_error", *ITEMS], "-Y", any_of(ITEMS), *lab_hosts.configured(),
                            *passes)
    said = Counter((item, tuple(row["tcp.stream"][-1:]), tuple(row["udp.stream"][-1:]))
                   for row in rows if not row["impsvc.icmp_error"] for item in ITEMS if row[item])
    assert {item: count for item, count in said.items() if count > 1} == {}


@ONE_PASS_AND_TWO
def test_long_and_repeated_connections_have_an_item_each(wireshark, capture_path, passes):
    scene = Scene()
    for number in range(3):
        scene.call(STRANGER, PUB, 1500, client_port=42000 + number)
        scene.call("2001:db8::9:7", "2001:db8::1:11", 8443, HTTP, client_port=43000 + number)
    known = (*node(PUB), *node("2001:db8::1:11"))
    path = scene.write(capture_path)
    for item in ("localhost_exposed", "cleartext"):
        rows = wireshark.fields(path, ["tcp.stream"], "-Y", f"impsvc.{item}", *known, *passes)
        assert len(rows) == len({row["tcp.stream"][0] for row in rows}) == 3, item


def test_the_same_item_is_there_whenever_its_packet_is_looked_at(wireshark, capture_path):
    """The window dissects a packet anew at each click."""
    scene = Scene()
    scene.call(STRANGER, PUB, 1500)
    path = scene.write(capture_path)
    with wireshark.settings(impsvc_nodes=f'"{PUB}","IM and Presence publisher","pub"\n'):
        wanted = ("frames", {"filter": "impsvc.localhost_exposed"})
        answers = wireshark.sharkd([("load", {"file": str(path)}), wanted, ("frame", {"frame": 5, "proto": True}),
                                    ("frame", {"frame": 1, "proto": True}), wanted, wanted])
    numbers = [[frame["num"] for frame in answers[at]] for at in (1, 4, 5)]
    assert numbers == [[1], [1], [1]]


@pytest.mark.parametrize("item,server,port,said,client", [("localhost_exposed", PUB, 1500, None, STRANGER), ("cleartext", PUB, 8443, HTTP, CLIENT),
                                                           ("unexpected_payload", PUB, 5222, HTTP, CLIENT),
                                                           ("reversed", STRANGER, 5222, None, PUB)])
def test_the_item_stands_first_in_the_tree(wireshark, capture_path, item, server, port, said, client):
    scene = Scene()
    scene.call(client, server, port, *([said] if said else []))
    path = scene.write(capture_path)
    frame = wireshark.frames(path, f"impsvc.{item}", *node(PUB))[0]
    lines = wireshark.read(path, "-V", "-O", "impsvc", "-Y", f"frame.number == {frame}", *node(PUB)).splitlines()
    ours = next(number for number, line in enumerate(lines) if line.startswith("[IM and Presence"))
    assert lines[ours + 1].lstrip().startswith("[Expert Info")
    assert any("Table" in line for line in lines[ours + 2:])


# --- no advice that breaks what works ---

def sentences(wireshark, path, *arguments):
    return [sentence for _, sentence in counted(wireshark, path, *arguments)]


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("configured", [True, False])
def test_replication_with_cucm_is_not_to_be_blocked(wireshark, configured, passes):
    path = wireshark.readable("cases/node_asks_cucm.pcap")
    known = (*node("10.60.0.11"), *node("10.60.0.12"), *(node("10.60.0.21", CUCM, "cucm") if configured else ()))
    said = sentences(wireshark, path, *known, *passes)
    assert not any("block" in sentence for sentence in said if "(8." in sentence)


@pytest.mark.parametrize("port", [1500, 1501, 1515])
@pytest.mark.parametrize("ends", [("10.1.0.20", PUB), (PUB, "10.1.0.20"), (SUB, PUB)], ids=["from-cucm", "to-cucm", "between-nodes"])
def test_the_databases_of_a_cluster_are_not_to_be_blocked(wireshark, capture_path, port, ends):
    scene = Scene()
    scene.call(*ends, port)
    said = sentences(wireshark, scene.write(capture_path), *node(PUB), *node(SUB), *node("10.1.0.20", CUCM, "cucm"))
    assert not any("block" in sentence for sentence in said)


@pytest.mark.parametrize("port", [7070, 8888])
def test_what_the_list_is_sure_of_is_still_said(wireshark, capture_path, port):
    scene = Scene()
    scene.call(STRANGER, PUB, port)
    said = sentences(wireshark, scene.write(capture_path), *node(PUB))
    assert any("is for the local host only" in sentence and "block it between hosts" in sentence for sentence in said)


def head_lines(wireshark, path, display_filter, *arguments):
    """The first lines of our trees, as people see them."""
    said = wireshark.read(path, "-V", "-Y", display_filter, *arguments).splitlines()
    return [line.strip("[]") for line in said if line.lstrip("[").startswith("IM and Presence, ")]


def test_the_head_line_has_the_problem_in_short(wireshark, capture_path):
    """The tree is closed when a packet is selected, and what is inside may be below the fold."""
    scene = Scene()
    scene.call(STRANGER, PUB, 8443, HTTP)
    path = scene.write(capture_path)
    assert head_lines(wireshark, path, "impsvc.cleartext", *node(PUB)) == [
        "IM and Presence, No TLS where the port list has TLS: AXL (4.2), request"]
    others = head_lines(wireshark, path, "impsvc and not impsvc.cleartext", *node(PUB))
    assert others and not any("TLS" in line for line in others)
    japanese = head_lines(wireshark, path, "impsvc.cleartext", *node(PUB), "-o", "impsvc.language:japanese")
    assert len(japanese) == 1 and japanese[0].startswith("IM and Presence, TLS のはずが平文: ")

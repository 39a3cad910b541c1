# A capture without a packet of the list, or without a known node: nobody is left before
# an empty window. Each statistic says what is there instead.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from cluster import PUB, STRANGER, SUB, Scene, node
from packets import Capture, Ends, udp

NOTHING = "No packet fits the port list"


@pytest.fixture
def strange(capture_path):
    """Two connections to ports that nobody lists; the client's port is the lower one in the first."""
    scene = Scene()
    scene.call(STRANGER, SUB, 39999, client_port=30000)
    scene.ask(STRANGER, SUB, 12345)
    return scene.write(capture_path)


def tree(wireshark, path, name, *options):
    """[(depth, topic, count)]"""
    lines = wireshark.run("-q", "-n", "-r", path, "-z", name, *options).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Topic / Item"))
    rows = [line for line in lines[at + 1:] if line.strip("-=")]
    return [(len(row) - len(row.lstrip()), *[cell for cell in row.strip().split("  ") if cell][:2]) for row in rows]


@pytest.mark.parametrize("name", ["impsvc,tree", "impsvc_nodes,tree"])
@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
def test_a_tree_names_the_ports_that_are_used(wireshark, strange, name, passes):
    rows = [(depth, topic, int(count)) for depth, topic, count in tree(wireshark, strange, name, *passes)]
    packets = len(wireshark.frames(strange, "frame"))
    assert rows[0] == (0, NOTHING, packets)
    assert {row[1] for row in rows[1:]} == {"39999/TCP", "12345/UDP"} and sum(row[2] for row in rows[1:]) == packets


def test_the_table_of_flows_says_it_in_a_row(wireshark, strange):
    said = wireshark.run("-q", "-n", "-r", strange, "-z", "impsvc,flows")
    assert f"{NOTHING}: 39999/TCP, 12345/UDP" in said


def test_programs_get_no_row_that_is_no_flow(wireshark, strange):
    answers = wireshark.sharkd([("load", {"file": str(strange)}), ("tap", {"tap0": "nstat:impsvc,flows"})])
    assert answers[1]["taps"][0]["tables"][0]["i"] == []


def test_a_packet_that_fits_takes_the_sentence_back(wireshark, capture_path):
    """tshark reads once: what it found first must not be left standing."""
    scene = Scene()
    scene.call(STRANGER, SUB, 9999)
    scene.call(STRANGER, SUB, 8600)
    path = scene.write(capture_path)
    rows = tree(wireshark, path, "impsvc,tree")
    assert rows[0][1] == "Table 6: Configuration requests" and NOTHING not in {row[1] for row in rows}
    assert NOTHING not in wireshark.run("-q", "-n", "-r", path, "-z", "impsvc,flows")


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
def test_without_a_node_those_that_look_like_one_are_named(wireshark, capture_path, passes):
    scene = Scene()
    scene.call(STRANGER, SUB, 9999)
    scene.call(STRANGER, SUB, 8600)
    scene.call(STRANGER, PUB, 8443)     # a web server's port says nothing
    rows = tree(wireshark, scene.write(capture_path), "impsvc_nodes,tree", *passes)
    assert rows[0][1].startswith("No node is known: name the nodes in Preferences")
    assert [row[1] for row in rows[1:]] == [f"{SUB} looks like one: 6.1 Config Agent heartbeat"]


def test_with_a_node_nothing_of_the_kind_is_said(wireshark, capture_path):
    scene = Scene()
    scene.call(STRANGER, SUB, 8600)
    rows = tree(wireshark, scene.write(capture_path), "impsvc_nodes,tree", *node(SUB))
    assert [row[1] for row in rows][:2] == [SUB, "configured: IM and Presence publisher"]


def test_a_filter_that_lets_nothing_through_is_not_a_capture_without_packets(wireshark, capture_path):
    scene = Scene()
    scene.call(STRANGER, SUB, 8600)
    assert NOTHING not in wireshark.run("-2", "-q", "-r", scene.write(capture_path), "-z", "impsvc,tree,ip.addr == 10.99.99.99")


def test_many_ports_do_not_make_an_endless_line(wireshark, capture_path):
    file = Capture()
    for port in range(20000, 20400):
        file.add(udp(Ends(server_port=port), True, b"x"))
    said = wireshark.run("-q", "-n", "-r", file.write(capture_path), "-z", "impsvc,flows")
    row = next(line for line in said.splitlines() if NOTHING in line)
    assert len(row) < 400


def test_a_port_is_named_beside_a_longer_one_that_ends_alike(wireshark, capture_path):
    file = Capture()
    for port in (29999, 9999):
        file.add(udp(Ends(server_port=port), True, b"x"))
    assert f"{NOTHING}: 29999/UDP, 9999/UDP" in wireshark.run("-q", "-n", "-r", file.write(capture_path), "-z", "impsvc,flows")


def test_it_is_said_in_japanese(wireshark, strange):
    rows = tree(wireshark, strange, "impsvc,tree", "-o", "impsvc.language:japanese")
    assert rows[0][1] == "一覧に当てはまるパケットはありません"

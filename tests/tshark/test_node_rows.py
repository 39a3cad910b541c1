# tshark -z impsvc,nodes: what a capture taught can be taken over into the table of
# nodes, without anybody typing addresses from a tree.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from cluster import PUB, STRANGER, SUB, Scene, node

LEARNED = {"10.10.1.11", "10.10.1.12", "2001:db8:10::1:11"}


def rows(wireshark, path, *options):
    return wireshark.run("-q", "-2", "-r", path, "-z", "impsvc,nodes", *options).splitlines()


def addresses(lines, before=""):
    return [match[1] for line in lines for match in [re.match(before + r'"([^"]+)","[^"]+",""$', line)] if match]


def test_the_labs_nodes_are_rows(wireshark):
    lines = rows(wireshark, wireshark.readable("cluster.pcapng"))
    assert set(addresses(lines)) >= LEARNED
    assert '# XCP component logged on, and another service (frame 2548, entry 22.4)' in lines
    assert lines.index('"10.10.1.11","IM and Presence subscriber",""') == lines.index(
        '# XCP component logged on, and another service (frame 2548, entry 22.4)') + 1


def test_read_once_a_node_is_not_listed_as_a_suspect_as_well(wireshark):
    """Before it was learned it looked like one."""
    lines = wireshark.run("-q", "-r", wireshark.readable("cluster.pcapng"), "-z", "impsvc,nodes").splitlines()
    assert LEARNED <= set(addresses(lines)) and not set(addresses(lines)) & set(addresses(lines, "# "))


def test_servers_that_nodes_use_are_for_the_user_to_decide(wireshark):
    lines = rows(wireshark, wireshark.readable("cluster.pcapng"))
    assert '# "10.10.3.53","DNS server",""' in lines and "10.10.3.53" not in addresses(lines)


def test_every_row_is_one_that_the_table_takes(wireshark):
    """Also those that are comments: a user may uncomment any of them."""
    lines = rows(wireshark, wireshark.readable("cluster.pcapng"))
    taken = [line.removeprefix("# ") for line in lines if re.match(r'(# )?"', line)]
    assert len(taken) > len(LEARNED)
    configured = [part for row in taken for part in ("-o", "uat:impsvc_nodes:" + row)]
    path = wireshark.readable("cluster.pcapng")
    assert addresses(rows(wireshark, path, *configured)) == []      # nothing is left to be learned
    assert wireshark.frames(path, "impsvc.confidence == 4", *configured)


def test_without_a_node_those_that_look_like_one_are_named(wireshark, capture_path):
    scene = Scene()
    scene.call(STRANGER, SUB, 8600)
    lines = rows(wireshark, scene.write(capture_path))
    assert lines[0] == "# No node was learned from this capture."
    assert addresses(lines, "# ") == [SUB] and addresses(lines) == []
    assert any("(6.1)" in line for line in lines)


def test_who_is_visibly_something_else_looks_like_no_node(wireshark):
    lines = rows(wireshark, wireshark.readable("cases/devhost_redis_9003_9005.pcap"))
    assert lines == ["# No node was learned from this capture."]


def test_who_refuses_looks_like_no_node(wireshark, capture_path):
    """An RST comes from a port on which nobody listens."""
    scene = Scene()
    scene.knock(STRANGER, PUB, 8600, answered=False)
    scene.knock(STRANGER, SUB, 8600)
    assert addresses(rows(wireshark, scene.write(capture_path)), "# ") == [SUB]


def test_what_the_user_has_named_is_not_repeated(wireshark):
    lines = rows(wireshark, wireshark.readable("cluster.pcapng"), *node("10.10.1.11"))
    assert "10.10.1.11" not in addresses(lines, "(?:# )?") and "10.10.1.12" in addresses(lines)


def test_nothing_is_learned_where_learning_is_off(wireshark):
    lines = rows(wireshark, wireshark.readable("cluster.pcapng"), "-o", "impsvc.learn_nodes:FALSE")
    assert lines[0] == "# No node was learned from this capture." and addresses(lines) == []


def test_a_filter_is_refused(wireshark):
    said = wireshark.refusal("-q", "-r", wireshark.readable("cluster.pcapng"), "-z", "impsvc,nodes,ip.addr == 10.10.1.11")
    assert 'impsvc,nodes: takes nothing behind it (",ip.addr == 10.10.1.11")' in said


def test_in_japanese_the_rows_are_the_same(wireshark):
    path = wireshark.readable("cluster.pcapng")
    japanese = rows(wireshark, path, "-o", "impsvc.language:japanese")
    assert addresses(japanese) == addresses(rows(wireshark, path))
    assert "ノード" in japanese[0]

# Ports that nodes use and the chosen list lacks. Whoever has the wrong list gets many packets without a word, and is to
# read here which list has them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from cluster import CLIENT, DIRECTORY, PUB, STRANGER, SUB, Scene, node
from port_list import SU3
from stats_tree import read_tree

JAPANESE = ("-o", "impsvc.language:japanese")
ONE_PASS_AND_TWO = pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
NODES = (*node(PUB, name="pub-1"), *node(SUB, "IM and Presence subscriber", "sub/1"))


def tree(wireshark, path, *arguments, **options):
    return read_tree(wireshark, path, "impsvc_unlisted", *arguments, **options)


@pytest.fixture
def later_cluster(capture_path):
    """A node that is known by what it answers, at the end; before that, ports that 12.5(1)SU3 has, and one that nobody has."""
    scene = Scene()
    scene.call(CLIENT, PUB, 5280)
    scene.call(PUB, DIRECTORY, 1433)
    scene.call(PUB, DIRECTORY, 1433, client_port=41235)
    scene.call(STRANGER, PUB, 4711)
    scene.call(STRANGER, CLIENT, 5280)
    for port in (8600, 20075, 9003):
        scene.call(SUB, PUB, port)
    return scene.write(capture_path)


@ONE_PASS_AND_TWO
def test_what_a_node_does_on_unlisted_ports_is_named_by_other_lists(wireshark, later_cluster, passes):
    """The node is learned after those packets: in one pass, too, none of them may be missing."""
    told = tree(wireshark, later_cluster, *passes)
    call = told[PUB, "TCP 5280: listens"]
    assert told == {
        ("2 of 3 unlisted ports are listed in 12.5(1)SU3",): 3 * call,
        (PUB,): 4 * call,
        (PUB, "TCP 4711: listens"): call,
        (PUB, "TCP 4711: listens", "in no list that is known"): call,
        (PUB, "TCP 5280: listens"): call,
        (PUB, "TCP 5280: listens", "listed in 12.5(1)SU3 as 22.3 BOSH client access, on 7335 in the chosen list"): call,
        (PUB, "TCP 5280: listens", "15: BOSH over TLS on 5280"): call,
        (PUB, "TCP 1433: asks"): 2 * call,
        (PUB, "TCP 1433: asks", "listed in 12.5(1)SU3 as 23.3 External SQL Server database"): 2 * call,
        (PUB, "TCP 1433: asks", "15: SQL Server over TLS; not TLS 1.3 in 15SU2"): 2 * call,
    }
    assert next(iter(told))[0].startswith("2 of 3")


def test_the_list_that_explains_a_capture_has_no_hint(wireshark, later_cluster):
    told = tree(wireshark, later_cluster, "-o", f"impsvc.release:{SU3}")
    assert set(told) == {(PUB,), (PUB, "TCP 4711: listens"), (PUB, "TCP 4711: listens", "in no list that is known")}


def test_a_list_that_loses_as_much_as_it_has_more_is_no_better(wireshark, capture_path):
    """A hint to the wrong release would send people to open the wrong ports."""
    scene = Scene()
    scene.call(CLIENT, PUB, 5280)
    scene.call(CLIENT, PUB, 7335)
    told = tree(wireshark, scene.write(capture_path), *NODES)
    assert (f"{PUB} pub-1", "TCP 5280: listens") in told and not [way for way in told if "unlisted ports" in way[0]]


def test_only_a_port_on_the_nodes_side_counts(wireshark, capture_path):
    """A database's port is nothing that a node listens on."""
    scene = Scene()
    scene.call(CLIENT, PUB, 1433)
    told = tree(wireshark, scene.write(capture_path), *NODES)
    assert not [way for way in told if "12.5(1)SU3" in way[-1]] and (f"{PUB} pub-1", "TCP 1433: listens") in told


def test_ports_count_once_however_many_nodes_use_them(wireshark, capture_path):
    scene = Scene()
    for host in (PUB, SUB):
        scene.call(CLIENT, host, 5280)
        scene.call(host, DIRECTORY, 1433)
    told = tree(wireshark, scene.write(capture_path), *NODES)
    assert "2 of 2 unlisted ports are listed in 12.5(1)SU3" in {way[0] for way in told}
    assert {f"{PUB} pub-1", f"{SUB} sub|1"} <= {way[0] for way in told}


def test_over_udp_whoever_was_asked_first_listens(wireshark, capture_path):
    scene = Scene()
    scene.ask(PUB, STRANGER, 4000, client_port=3000)
    told = tree(wireshark, scene.write(capture_path), *NODES)
    assert (f"{PUB} pub-1", "UDP 4000: asks") in told and len(told) == 3


def test_a_listed_port_that_is_a_clients_is_nothing_to_tell(wireshark, capture_path):
    scene = Scene()
    scene.call(PUB, STRANGER, 4711, client_port=50020)
    assert set(way[1] for way in tree(wireshark, scene.write(capture_path), *NODES) if len(way) > 1) == {"TCP 4711: asks"}


def test_an_icmp_error_is_no_use_of_the_port_that_it_quotes(wireshark, capture_path):
    """Wireshark 4.0 leaves the quoted packet's ports with the error."""
    scene = Scene()
    scene.ask(STRANGER, PUB, 21999)
    quoted = IP(src=PUB, dst=STRANGER) / UDP(sport=41234, dport=4711) / Raw(b"question")
    scene.add(bytes(Ether() / IP(src=STRANGER, dst=PUB) / ICMP(type=3, code=3) / quoted))
    assert tree(wireshark, scene.write(capture_path), *NODES) == {("Nodes use no port that the list lacks",): 0}


@pytest.mark.parametrize("nodes, sentence", [((), "No node is known"), (NODES, "Nodes use no port that the list lacks")])
def test_an_empty_tree_says_why(wireshark, capture_path, nodes, sentence):
    scene = Scene()
    scene.call(STRANGER, PUB, 8600)
    text = wireshark.read(scene.write(capture_path), "-q", "-z", "impsvc_unlisted,tree", *nodes)
    assert sentence in text


def test_a_filter_takes_effect(wireshark, later_cluster):
    told = tree(wireshark, later_cluster, display_filter="tcp.port == 5280")
    assert {way[1] for way in told if len(way) > 1} == {"TCP 5280: listens"}


def test_in_japanese(wireshark, later_cluster):
    text = wireshark.read(later_cluster, "-q", "-z", "impsvc_unlisted,tree", *JAPANESE)
    assert "2 個 (一覧外 3 個のうち) は 12.5(1)SU3 の一覧にあり" in text and "待ち受け" in text and "既知のどの一覧にもなし" in text
    assert "選択中の一覧では 7335" in text and "5280 番、TLS の BOSH" in text and "listed in" not in text


def test_sharkd_has_the_tree(wireshark, later_cluster):
    """The window fills it in one go when all is read; so does sharkd, whose taps run after the file was loaded."""
    _, told = wireshark.sharkd([("load", {"file": str(later_cluster)}), ("tap", {"tap0": "stat:impsvc_unlisted"})])
    names = [node["name"] for node in told["taps"][0]["stats"]]
    assert names[:2] == ["2 of 3 unlisted ports are listed in 12.5(1)SU3", PUB]


def test_facts_never_decide_an_entry(wireshark, capture_path):
    """15 has 443 for the web server; the list at hand has not."""
    scene = Scene()
    scene.call(CLIENT, PUB, 443)
    path = scene.write(capture_path)
    assert wireshark.frames(path, "impsvc", *NODES) == []
    assert (f"{PUB} pub-1", "TCP 443: listens", "15: 443 beside 8443") in tree(wireshark, path, *NODES)

# impsvc rules: the rules of the plugin as a file for the firewall, and never a file that says less than it seems to.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

import lab_hosts
from hostile_names import hostile_nodes
from places import BUILD, CAPTURES, SOURCE
from run_tshark import Wireshark

pytestmark = pytest.mark.any_version

FILTERED, OPEN = (CAPTURES / f"{name}.pcapng" for name in ("trouble-filtered", "vlan"))
DIALECTS = ("nftables", "iptables", "ios", "asa", "csv")


@pytest.fixture
def nodes(tmp_path):
    return lab_hosts.nodes_file(tmp_path / "nodes.txt")


@pytest.fixture(scope="module")
def wireshark():
    ours = Wireshark(BUILD / "plugins")
    yield ours
    ours.close()


@pytest.mark.parametrize("source", ["plan", "seen", "missing"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_is_what_tshark_prints(impsvc, wireshark, nodes, dialect, source):
    with wireshark.settings(impsvc_nodes=nodes.read_text(encoding="utf-8")):
        expected = wireshark.run("-2", "-n", "-q", "-r", wireshark.readable(FILTERED), "-z", f"impsvc,rules,{dialect},{source}")
    assert impsvc.says("rules", "--dialect", dialect, "--source", source, "--nodes", nodes, FILTERED) == expected
    assert ("7400" in expected) == (source != "seen"), "of these nothing got through"


def test_without_a_source_it_is_the_plan_if_nodes_are_configured(impsvc, nodes):
    for source, more in (("plan", ("--nodes", nodes)), ("seen", ())):
        assert impsvc.says("rules", "--dialect", "asa", *more, FILTERED) == impsvc.says("rules", "--dialect", "asa", "--source", source, *more, FILTERED)


@pytest.mark.parametrize("words", [[FILTERED, OPEN, "--dialect", "asa"], [FILTERED, "--dialect", "asa", OPEN]], ids=["together", "apart"])
def test_several_captures_are_refused(impsvc, words):
    """Loading the rules of one would take away those of the other."""
    said = impsvc.refuses("rules", *words)
    assert said.endswith(f"error: takes one capture; merge them first: mergecap -w all.pcapng {FILTERED} {OPEN}\n")


def test_the_file_is_written(impsvc, tmp_path):
    output = tmp_path / "rules.nft"
    assert impsvc.says("rules", "--dialect", "nftables", "-o", output, FILTERED) == ""
    assert output.read_text(encoding="utf-8") == impsvc.says("rules", "--dialect", "nftables", FILTERED)
    assert impsvc.refuses("rules", "--dialect", "csv", "-o", FILTERED, FILTERED).endswith("is one of the captures, and would be overwritten\n")


def test_the_file_of_nodes_is_not_overwritten(impsvc, nodes, tmp_path):
    """A slip of the hand would cost the user the list of all hosts."""
    before, link = nodes.read_bytes(), tmp_path / "link"
    link.symlink_to(nodes)
    for output in (nodes, link):
        assert impsvc.refuses("rules", "--dialect", "csv", "--nodes", nodes, "-o", output, FILTERED) == \
            f"impsvc: {output}: is the file of --nodes, and would be overwritten\n"
    assert nodes.read_bytes() == before


def test_what_cannot_be_chosen_is_refused_with_the_choices(impsvc, wireshark):
    said = impsvc.refuses("rules", "--dialect", "pf", FILTERED)
    assert "invalid choice: 'pf'" in said and all(name in said for name in DIALECTS)
    assert re.search(r"choose from '?plan'?, '?seen'?, '?missing'?", impsvc.refuses("rules", "--dialect", "asa", "--source", "all", FILTERED))
    assert "--dialect" in impsvc.refuses("rules", FILTERED)
    assert f"choose one of {', '.join(DIALECTS)}" in wireshark.refusal("-q", "-r", wireshark.readable(FILTERED), "-z", "impsvc,rules,pf"), \
        "the plugin has the same"


def test_a_bad_capture_is_named_and_the_old_file_stays(impsvc, tmp_path):
    output = tmp_path / "rules.txt"
    output.write_text("old\n", encoding="utf-8")
    picture = SOURCE / "test-captures/pictures/packets.png"
    for capture, reason in ((tmp_path / "none.pcap", "No such file or directory"), (picture, "is no capture of packets")):
        assert impsvc.refuses("rules", "--dialect", "asa", "-o", output, capture) == f"impsvc: {capture}: {reason}\n"
    assert output.read_text(encoding="utf-8") == "old\n"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_hostile_name_writes_no_rule(impsvc, tmp_path, dialect):
    forged = {"nftables": "add rule inet impsvc forward accept", "iptables": "-A FORWARD -j ACCEPT", "ios": " permit ip any any",
              "asa": "access-list IMPSVC extended permit ip any any", "csv": "0.0.0.0/0,0.0.0.0/0,tcp,1,a,b,c,,,,"}[dialect]
    nodes = hostile_nodes(tmp_path / "nodes.txt", f"pub\n{forged}\n| IO Statistics\n1\teth:ip\t\t\n")
    text = impsvc.says("rules", "--dialect", dialect, "--source", "plan", "--nodes", nodes, FILTERED)
    assert "10.20.1.11" in text and forged not in text.splitlines() and "| IO Statistics" not in text.splitlines()
    assert "7400" in text, "what follows is there"

# What a capture has must not depend on how it was recorded: on both sides of a firewall or on one, as one file or as a ring of files.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json

import pytest

import pcapng
from collected import SUMS, Collected
from lab_hosts import nodes_file
from places import BUILD, CAPTURES
from run_tshark import Wireshark
from the_command import Command

WHAT_DIFFERS = {"captures"}     # how many show a flow
FIREWALL = sorted(CAPTURES.glob("firewall-*.pcapng"))
# One of each kind: two interfaces, moved ports, refused, filtered, pings, SNMP's many short ones.
ALONE = ["firewall-rules", "firewall-nat", "trouble-moved", "trouble-refused", "trouble-filtered", "icmp-ping", "snmp-agents-6161-6162-7161"]


@pytest.fixture
def collected(impsvc, tmp_path):
    """An empty database."""
    return Collected(impsvc, tmp_path / "flows.db")


@pytest.fixture(scope="module")
def firewall():
    """All captures of the firewall as one, whose interfaces last equally long."""
    return pcapng.framed(pcapng.merged(FIREWALL))


@pytest.fixture(scope="module")
def configured(tmp_path_factory):
    """Options that say who is a node: what a node is learned by may be in another file of a ring."""
    return ["--nodes", nodes_file(tmp_path_factory.mktemp("nodes") / "nodes")]


@pytest.fixture(scope="module")
def whole(firewall, configured, tmp_path_factory):
    """The flows of the firewall's capture in one file."""
    folder = tmp_path_factory.mktemp("whole")
    collected = Collected(Command(BUILD / "bin/impsvc", folder / "home"), folder / "flows.db")
    collected.collect(*configured, pcapng.together(folder / "whole.pcapng", firewall, firewall.packets))
    return collected


@pytest.fixture(scope="module")
def wireshark():
    running = Wireshark(BUILD / "plugins")
    yield running
    running.close()


def seconds(text):
    """2026-11-29T19:36:05.123456789Z and the seconds of a record have the same digits after the point."""
    return text.rstrip("Z").partition(".")[2]


@pytest.mark.parametrize("name", ALONE)
def test_one_capture_alone_has_the_flows_that_tshark_shows(collected, wireshark, name):
    collected.collect(CAPTURES / f"{name}.pcapng")
    text = wireshark.read(wireshark.readable(f"{name}.pcapng"), "-2", "-q", "-z", "impsvc,records")
    records = {(record["community_id"], record["first"].partition(".")[2]): record for record in map(json.loads, text.splitlines())}
    flows = {(flow["community_id"], seconds(flow["first_seen"])): flow for flow in collected.flows()}
    assert flows.keys() == records.keys()
    for key, flow in flows.items():
        record = records[key]
        assert flow["entry"] == record["entry"] and flow["result"] == record.get("result", "undecided")
        assert seconds(flow["last_seen"]) == record["last"].partition(".")[2]
        assert int(flow["is_blocked"]) == record["blocked"]
        for way, sums in (("initiator", "to"), ("listener", "back")):
            end = record[way]
            assert (flow[way], int(flow[f"{way}_port"]), flow[f"{way}_role"]) == (end["address"], end.get("port", 0), end["role"])
            assert [int(flow[f"{what}_{sums}"]) for what in ("packets", "bytes", "retransmissions")] == \
                [end[what] for what in ("packets", "bytes", "retransmissions")]


def test_both_sides_of_a_firewall_in_two_files_are_one_flow(collected, whole, firewall, configured, tmp_path):
    collected.collect(*configured, *pcapng.sides(firewall, tmp_path, "side"))
    assert collected.flows({*WHAT_DIFFERS, *SUMS}) == whole.flows({*WHAT_DIFFERS, *SUMS})
    flows = collected.flows()
    assert {"inside, outside"} <= {flow["points_to"] for flow in flows} and {"1", "2"} == {flow["captures"] for flow in flows}


def test_points_can_be_named_and_what_stops_between_them_is_said(collected, whole, firewall, configured, tmp_path):
    inside, outside = pcapng.sides(firewall, tmp_path, "side")
    collected.collect(*configured, "--point", "cluster", inside)
    assert {flow["not_seen_on"] for flow in collected.flows()} == {""}
    collected.collect(*configured, "--point", "branch", outside)
    named = [{name: value.replace("inside", "cluster").replace("outside", "branch") if name.startswith(("points", "seen", "not_seen")) else value
              for name, value in flow.items()} for flow in whole.flows({*WHAT_DIFFERS, *SUMS})]

    def sorted_points(flow):
        return {name: sorted(value.split(", ")) if name.startswith(("points", "seen")) else value for name, value in flow.items()}
    assert list(map(sorted_points, collected.flows({*WHAT_DIFFERS, *SUMS}))) == list(map(sorted_points, named))
    assert "stops between cluster and branch" in collected.query("--all")
    assert {row["point"]: row["stopped_after"] != "0" for row in collected.rows("point")} == {"cluster": True, "branch": True}


def test_a_ring_has_the_flows_of_the_whole(collected, whole, firewall, configured, tmp_path):
    """But for where the two hosts were seen: that is known for each file only."""
    collected.collect(*configured, *pcapng.ring(firewall, tmp_path, "ring", 400))
    different = {*WHAT_DIFFERS, "not_seen_on"}
    assert collected.flows(different) == whole.flows(different)


def test_files_that_overlap_have_each_flow_once(collected, whole, firewall, configured, tmp_path):
    collected.collect(*configured, *pcapng.ring(firewall, tmp_path, "ring", 400, overlap=200))
    different = {*WHAT_DIFFERS, "not_seen_on", *SUMS}
    assert collected.flows(different) == whole.flows(different)


def test_what_is_collected_again_under_any_name_changes_nothing(collected, tmp_path):
    original = CAPTURES / "firewall-udp.pcapng"
    assert collected.collect(original) == "1 file: 1 read\n"
    before = collected.everything()
    copy = tmp_path / "copy.pcapng"
    copy.write_bytes(original.read_bytes())
    assert collected.collect(original, copy, original) == "2 files: 0 read, 2 known already\n"
    assert collected.everything() == before
    assert collected.collect("--again", copy) == "1 file: 1 read\n"
    assert collected.everything() == before


def test_a_capture_has_one_point(collected):
    capture = CAPTURES / "trouble-refused.pcapng"
    collected.collect("--point", "inside", capture)
    said = collected.complaints("--point", "outside", capture)
    assert said == f"impsvc: {capture}: was collected as inside before, and is not collected as outside unless --again says so\n"
    assert {flow["points_to"] for flow in collected.flows()} == {"inside"}
    collected.collect("--point", "outside", "--again", capture)
    assert {flow["points_to"] for flow in collected.flows()} == {"outside"}
    assert [row["point"] for row in collected.rows("point")] == ["outside"]


@pytest.mark.parametrize("name", ["inside, outside", "", " ", "in\nside"])
def test_what_can_be_no_name_of_a_point_is_refused(impsvc, tmp_path, name):
    said = impsvc.refuses("collect", "--db", tmp_path / "x.db", "--point", name, CAPTURES / "trouble-refused.pcapng")
    assert "a name has no comma and no line break, and is not empty" in said and not (tmp_path / "x.db").exists()


def test_other_port_lists_and_nodes_are_kept_apart(collected, configured):
    capture = CAPTURES / "trouble-refused.pcapng"
    collected.collect(capture)
    base = collected.everything()
    collected.collect("--release", "12.5.1su3", capture)
    collected.collect(*configured, capture)
    assert collected.query("--all", "--format", "csv", "--release", "base") != base, "the newest with this list is that with nodes"
    assert len(collected.rows("release")) == 3
    assert [row["is_last"] for row in collected.rows("release") if row["release"] == "12.5.1su3"] == ["1"]

# tshark -z impsvc,records: other programs read a capture's flows, and join them with their own, without a digit lost.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import struct
from decimal import Decimal

import pytest

from cluster import PUB, SUB, Scene, node
from packets import Capture, Ends, tcp

RESULTS = {"1": "open", "2": "refused", "3": "rejected", "4": "no answer", "5": "lost", "6": "one way", "7": "sent"}
NAMES = {"number", "entry", "release", "service", "transport", "carrier", "stream", "flow", "confidence", "initiator", "listener",
         "first", "last", "syns", "more_syns", "handshake", "end", "ended_by", "silence", "icmp", "frames", "result", "result_by", "blocked",
         "community_id"}
NAMES_OF_END = {"address", "port", "node", "name", "role", "packets", "bytes", "retransmissions", "largest_segment", "small_segment",
                "ttl_least", "ttl_most", "reset_ttl", "dscp", "interfaces"}


def has_no_nulls(value):
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return value is not None and all(map(has_no_nulls, inside))


def records(wireshark, path, display_filter="", *options):
    """The records that tshark prints, one of each line."""
    wanted = "impsvc,records" + ("," + display_filter if display_filter else "")
    found = [json.loads(line) for line in wireshark.read(path, "-2", "-q", *options, "-z", wanted).splitlines()]
    for record in found:
        assert set(record) <= NAMES and has_no_nulls(record), record
        assert set(record["initiator"]) | set(record["listener"]) <= NAMES_OF_END
    return found


def capture(wireshark, name):
    return wireshark.readable(f"{name}.pcapng")


def frames_of(wireshark, path, *names):
    """Fields of each frame by its number."""
    rows = wireshark.fields(path, ["frame.number", *names], "-2", "--enable-protocol", "communityid")
    return {int(row["frame.number"][0]): row for row in rows}


def sums(found):
    return {(way, what): sum(record[way][what] for record in found)
            for way in ("initiator", "listener") for what in ("packets", "bytes")}


def shown(wireshark, path, display_filter):
    """What the display filter shows, summed up in the same way."""
    count = {(way, what): 0 for way in ("initiator", "listener") for what in ("packets", "bytes")}
    for row in wireshark.fields(path, ["impsvc.direction", "frame.len"], "-2", "-Y", f"impsvc and ({display_filter or 'frame'})"):
        way = "initiator" if row["impsvc.direction"] == ["1"] else "listener"
        count[way, "packets"] += 1
        count[way, "bytes"] += int(row["frame.len"][0])
    return count


@pytest.mark.parametrize("display_filter", ["", "ipv6 and tcp", "impsvc.table == 22", "icmp or icmpv6", "frame.number < 500"])
def test_there_is_a_record_for_each_row_of_the_table_and_sums_are_the_filters(wireshark, display_filter):
    path = capture(wireshark, "cluster")
    found = records(wireshark, path, display_filter)
    table = wireshark.read(path, "-2", "-q", "-z", "impsvc,flows" + ("," + display_filter if display_filter else ""))
    rows = [line.split(" |") for line in table.splitlines() if line.endswith(" |") and line.split(" |")[0].strip().isdigit()]
    assert [record["number"] for record in found] == [int(row[0]) for row in rows] and found
    assert [record["entry"] for record in found] == [row[1].strip() for row in rows]
    assert sums(found) == shown(wireshark, path, display_filter)


@pytest.mark.parametrize("name", ["cluster", "icmp-ping", "dns-53", "snmp-traps-162-61441", "firewall-rules", "firewall-nat", "vlan"])
def test_the_community_id_is_wiresharks_own(wireshark, name):
    """Otherwise nothing of Zeek's, Suricata's or Arkime's can be found by it. An ICMP error has one of its own."""
    path = capture(wireshark, name)
    field = "communityid.hash" if "\tcommunityid.hash\t" in wireshark.run("-G", "fields", marks=()) else "communityid"     # 4.6, and before
    frames = frames_of(wireshark, path, field, "impsvc.icmp_error")
    compared = 0
    for record in records(wireshark, path):
        first = frames[record["frames"]["first"]]
        if not first["impsvc.icmp_error"]:
            assert first[field] == [record["community_id"]], record
            compared += 1
    assert compared > 1


@pytest.mark.parametrize("name, wanted", [("firewall-rules", {"open", "rejected", "no answer"}), ("trouble-refused", {"refused"}),
                                          ("firewall-udp", {"open", "no answer", "sent"}), ("firewall-forgotten", {"lost"})])
def test_the_result_is_the_packets(wireshark, name, wanted):
    path = capture(wireshark, name)
    frames = frames_of(wireshark, path, "impsvc.result", "impsvc.result_by", "impsvc.icmp_error")
    found = records(wireshark, path)
    assert {record.get("result") for record in found} >= wanted
    for record in found:
        first = frames[record["frames"]["first"]]
        assert [RESULTS[number] for number in first["impsvc.result"]] == [record[key] for key in ["result"] if key in record]
        assert first["impsvc.result_by"] == [record[key] for key in ["result_by"] if key in record]


def test_times_have_all_digits(wireshark):
    """A number would lose the last of them in programs that read doubles, as jq does."""
    path = capture(wireshark, "cluster")
    frames = frames_of(wireshark, path, "frame.time_epoch")
    found = records(wireshark, path)
    assert {record["first"] for record in found} == {frames[record["frames"]["first"]]["frame.time_epoch"][0] for record in found}
    assert any(Decimal(record["first"]) % Decimal("0.000001") for record in found)
    assert all(Decimal(record["last"]) >= Decimal(record["first"]) for record in found)


def test_bytes_are_exact_however_many(wireshark, capture_path):
    """More than 32 bits: the table of flows cannot show that."""
    frame = tcp(Ends(server_port=7400), True, "A", b"x")
    path = Capture().write(capture_path)
    with open(path, "ab") as out:
        for number in range(3):
            out.write(struct.pack("=IIII", 1700000000, number, len(frame), 0x7fffffff) + frame)
    (record,) = records(wireshark, path)
    assert record["initiator"]["bytes"] == 3 * 0x7fffffff
    assert (record["first"], record["last"]) == ("1700000000.000000000", "1700000000.000002000")


def test_what_the_firewall_lab_knows_of_a_flow(wireshark):
    """Interfaces by their names, who sent the ICMP error, which packet it quotes, and the TTLs."""
    found = records(wireshark, capture(wireshark, "firewall-rules"))
    names = {face["name"] for record in found for face in record["initiator"]["interfaces"]}
    assert names == {"inside", "outside"}
    rejected = [record for record in found if "icmp" in record and record.get("result") == "rejected"]
    assert rejected
    for record in rejected:
        assert record["icmp"]["sender"] == record["result_by"] and record["icmp"]["quotes"] == "initiator"
        assert record["icmp"]["version"] == (6 if ":" in record["icmp"]["sender"] else 4) and record["blocked"]
    resets = [record for record in found if "a device in between" in record.get("result_by", "")]
    assert resets and all(f"(TTL {record['listener']['reset_ttl']}," in record["result_by"] for record in resets)


def test_dscp_values_are_a_list_of_numbers(wireshark):
    found = records(wireshark, capture(wireshark, "firewall-dscp"))
    assert any(len(record["initiator"]["dscp"]) > 1 for record in found)
    marked = {value for record in found for value in record["initiator"]["dscp"]}
    assert marked == {int(row["ip.dsfield.dscp"][0] if row["ip.dsfield.dscp"] else row["ipv6.tclass.dscp"][0]) for row in wireshark.fields(
        capture(wireshark, "firewall-dscp"), ["ip.dsfield.dscp", "ipv6.tclass.dscp"],
        "-Y", "impsvc.direction == 1 and not impsvc.icmp_error")}


def test_how_a_connection_began_and_ended(wireshark, capture_path):
    scene = Scene()
    scene.call(PUB, SUB, 7400)
    scene.knock(PUB, SUB, 8600, answered=False)
    scene.syn(PUB, SUB, 6607)
    called, refused, unanswered = records(wireshark, scene.write(capture_path))
    assert (called["handshake"], called["end"], called["ended_by"], called["syns"]) == ("complete", "closed", "initiator", 1)
    assert (refused["handshake"], refused["frames"]["verdict"]) == ("refused", refused["frames"]["first"] + 1)
    assert unanswered["handshake"] == "no answer" and not {"end", "ended_by", "silence", "icmp"} & set(unanswered)


def test_names_as_the_user_wrote_them_stay_json(wireshark, capture_path):
    scene = Scene()
    scene.call(PUB, SUB, 7400)
    name = 'one "two" \\ </three> 東京'
    written = name.replace("\\", "\\x5c").replace('"', "\\x22")
    (record,) = records(wireshark, scene.write(capture_path), "", *node(PUB, name=written), *node(SUB, "IM and Presence subscriber"))
    assert record["initiator"]["name"] == name and "name" not in record["listener"]
    assert record["initiator"]["node"] is True and record["confidence"] == 4 and record["flow"] == "intracluster"


def test_words_stay_english_and_are_the_same_in_japanese(wireshark):
    path = capture(wireshark, "firewall-rules")
    assert records(wireshark, path, "", "-o", "impsvc.language:japanese") == records(wireshark, path)


def test_several_filters_count_each_for_itself(wireshark):
    path = capture(wireshark, "cluster")
    lines = wireshark.read(path, "-2", "-q", "-z", "impsvc,records,ipv6", "-z", "impsvc,records,impsvc.table == 22").splitlines()
    both = records(wireshark, path, "ipv6") + records(wireshark, path, "impsvc.table == 22")
    assert sorted(lines) == sorted(map(lambda record: json.dumps(record, separators=(",", ":"), ensure_ascii=False), both))


def test_a_capture_without_any_prints_nothing(wireshark, capture_path):
    file = Capture()
    file.add(tcp(Ends(server_port=9999), True, "S"))
    assert wireshark.read(file.write(capture_path), "-q", "-z", "impsvc,records") == ""


def test_a_snapped_capture_has_the_same_flows(wireshark, capture_path):
    scene = Scene()
    scene.call(PUB, SUB, 7400)
    scene.call(PUB, SUB, 8600)
    whole = records(wireshark, scene.write(capture_path))
    cut = records(wireshark, scene.write(capture_path, snap=54))
    assert len(whole) == 2 and [[record[name] for name in ("entry", "community_id", "result", "first", "last")] for record in cut] == [
        [record[name] for name in ("entry", "community_id", "result", "first", "last")] for record in whole]
    assert sums(cut) == sums(whole)


@pytest.mark.parametrize("behind, said", [("x", 'a comma and a filter may follow, not "x"'), (",impsvc.nosuch", "impsvc.nosuch")])
def test_what_makes_no_sense_is_refused(wireshark, behind, said):
    complaint = wireshark.refusal("-q", "-r", capture(wireshark, "dns-53"), "-z", "impsvc,records" + behind)
    assert "impsvc,records: " in complaint and said in complaint

# impsvc check: whoever has a capture of blocked traffic sees on one screen, or reads with a program, what is blocked and by whom.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import io
import json
import os
import re
import unicodedata

import pytest

from hostile_names import interfaces_renamed
from packets import Capture, Connection, Ends
from places import BUILD, CAPTURES, CLUSTER, SOURCE
from run_tshark import Wireshark

pytestmark = pytest.mark.any_version

WIDTH, HEIGHT = 100, 40
RULES, FILTERED, OPEN = (CAPTURES / f"{name}.pcapng" for name in ("firewall-rules", "trouble-filtered", "vlan"))
FIREWALL = sorted(CAPTURES.glob("firewall-*.pcapng"))
NODE = '"10.20.1.11","IM and Presence publisher","imp-pub"\n'


def width_of(line):
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def from_json(impsvc, *arguments, status=1):
    return json.loads(impsvc.says("check", "--format", "json", *arguments, status=status))


def from_csv(impsvc, *arguments, status=1):
    return list(csv.DictReader(io.StringIO(impsvc.says("check", "--format", "csv", *arguments, status=status))))


@pytest.fixture
def nodes(tmp_path):
    return tmp_path / "my nodes.txt"


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("capture", [RULES, CLUSTER, FILTERED], ids=lambda path: path.stem)
def test_a_capture_fits_a_screen(impsvc, capture, language):
    lines = impsvc.says("check", "--language", language, capture.name, cwd=CAPTURES, status=1).splitlines()
    assert len(lines) <= HEIGHT and max(map(width_of, lines)) <= WIDTH


def test_nodes_are_on_top_the_worst_path_is_first_and_the_verdict_last(impsvc):
    heading, nodes, paths, verdict = impsvc.says("check", "--all", RULES, status=1).split("\n\n")
    assert re.sub(r"\s", "", heading) == re.sub(r"\s", "", f"{RULES}: 352 packets in 15.2 s; 42 paths of the port list")
    assert nodes.startswith("Nodes\n  XCP component logged on, and another service (frame 277, entry 27.1): 10.20.2.12\n")
    rows = re.findall(r"^  (rejected|no answer|open|sent) ", paths, re.MULTILINE)
    assert rows == ["rejected"] * 22 + ["no answer"] * 14 + ["open"] * 6
    assert verdict == "36 of 42 paths are blocked: 22 rejected, 14 no answer. The others: 6 open.\n"


def test_a_path_says_who_stops_it_and_what_that_rests_on(impsvc):
    text = re.sub(r"\s+", " ", impsvc.says("check", "--all", RULES, status=1))
    assert ("rejected 2.1 SIP proxy, 10.20.2.60 to 10.20.1.11:5060 UDP, by 10.20.2.1: ICMP in frame 234: prohibited by 10.20.2.1; "
            "stops between outside and inside") in text
    assert "4.2 AXL, 10.20.2.41 to 10.20.1.11:8443 TLS, by a device in between (TTL 64, the host's others 63): RST in frame 160" in text
    assert "10.20.1.11 to 10.20.2.12:6607 TCP, 2 of 3 answered: open 2, no answer 1; last: no answer" in text


def test_dscp_that_is_not_zero_is_on_the_screen(impsvc):
    text = re.sub(r"\s+", " ", impsvc.says("check", CAPTURES / "firewall-dscp.pcapng"))
    assert "10.20.1.11:5060 TCP, DSCP CS0, CS3 to, CS3 back: answered" in text


def test_what_does_not_fit_is_counted_and_each_result_is_there(impsvc):
    text = impsvc.says("check", RULES, status=1)
    shown, left = len(re.findall(r"^  (?:rejected|no answer|open|sent) ", text, re.M)), int(re.search("and (\\d+) more: --all shows", text)[1])
    assert shown + left == 42
    assert all(re.search(f"^  {result} ", text, re.MULTILINE) for result in ("rejected", "no answer", "open"))


@pytest.mark.parametrize("capture", [*FIREWALL, FILTERED, CLUSTER, OPEN], ids=lambda path: path.stem)
def test_the_exit_status_says_whether_a_path_is_blocked_in_both_languages(impsvc, capture):
    found = impsvc.done("check", "--format", "json", capture)
    data = json.loads(found.stdout)
    blocked = sum(row["blocked"] == "yes" for row in data["paths"])
    assert (found.returncode, data["blocked"]) == (int(blocked > 0), blocked)
    japanese = impsvc.says("check", "--language", "ja", capture, status=found.returncode)
    assert f"{len(data['paths'])} 経路" in japanese.splitlines()[-1] or f"{len(data['paths'])} 経路" in "".join(japanese.splitlines()[-2:])
    assert not blocked or f"のうち {blocked} 経路が遮断されています" in japanese


def test_blocked_and_open_captures_are_among_them(impsvc):
    assert "8 of 8 paths are blocked: 2 no answer, 6 refused.\n" in impsvc.says("check", FILTERED, status=1)
    assert "4 lost." in impsvc.says("check", CAPTURES / "firewall-forgotten.pcapng", status=1)
    assert "None of 9 paths is blocked: 9 open.\n" in impsvc.says("check", OPEN, status=0)


@pytest.mark.parametrize("capture", [*FIREWALL, FILTERED, CLUSTER], ids=lambda path: path.stem)
def test_rows_are_those_that_sharkd_has(impsvc, capture):
    """sharkd's rows are JSON, so nothing can be cut in the wrong place."""
    wireshark = Wireshark(BUILD / "plugins")
    try:
        *_, answer = wireshark.sharkd([("load", {"file": str(wireshark.readable(capture))}), ("tap", {"tap0": "nstat:impsvc,check"})])
    finally:
        wireshark.close()
    expected = [[None if cell == "-" else cell for cell in row] for row in answer["taps"][0]["tables"][0]["i"]]
    rows = json.loads(impsvc.done("check", "--format", "json", capture).stdout)["paths"]
    assert rows and [[value for key, value in row.items() if key != "capture"] for row in rows] == expected


def test_csv_and_json_have_the_same_rows(impsvc):
    rows, data = from_csv(impsvc, RULES, FILTERED), from_json(impsvc, RULES, FILTERED)
    assert rows == [{key: "" if value is None else str(value) for key, value in row.items()} for row in data["paths"]]
    assert [row["capture"] for row in rows] == [str(RULES)] * 42 + [str(FILTERED)] * 8
    assert data["counts"] == {"rejected": 22, "no answer": 16, "refused": 6, "open": 6} and data["blocked"] == 44
    assert [(each["capture"], each["blocked"]) for each in data["captures"]] == [(str(RULES), 36), (str(FILTERED), 8)]


def test_csv_is_as_rfc_4180_has_it(impsvc):
    data = impsvc.done("check", "--format", "csv", FILTERED, encoding=None).stdout
    assert data.startswith(b"capture,no,result,entry,service,from,to,by,tries,answered,dscp_to,dscp_back,evidence,transport,blocked\r\n")
    assert data.count(b"\r\n") == data.count(b"\n") == 9


def test_programs_get_english_in_any_locale(impsvc):
    assert from_json(impsvc, FILTERED) == from_json(impsvc, FILTERED, "--language", "ja")


def test_json_has_the_nodes_and_how_they_are_known(impsvc, nodes):
    nodes.write_text(NODE, encoding="utf-8")
    (capture,) = from_json(impsvc, RULES, "--nodes", nodes)["captures"]
    assert {"address": "10.20.1.11", "name": "imp-pub", "known": "configured"} in capture["nodes"]
    assert {"address": "10.20.2.12", "name": "", "known": "XCP component logged on, and another service (frame 277, entry 27.1)"} in \
        capture["nodes"]


def test_an_interfaces_name_may_look_like_columns(impsvc, tmp_path):
    path = interfaces_renamed(RULES, tmp_path / "x.pcapng", b"to the |LAN |", b"b |TCP |")
    text = {row["evidence"] for row in from_csv(impsvc, path)}
    assert "ICMP in frame 234: prohibited by 10.20.2.1; stops between b |TCP | and to the |LAN |" in text


def test_an_interfaces_name_cannot_forge_a_path(impsvc, tmp_path):
    path = interfaces_renamed(RULES, tmp_path / "x.pcapng", b"x |TCP |\n  2 |open |2.1 |a |b |c |- |1 |1 |0 |0 |fine |TCP |", b"y")
    done = impsvc.done("check", "--format", "csv", path)
    assert not re.search(",open,2.1,a,b,c", done.stdout)
    assert done.returncode == 1 or done.stderr == f"impsvc: {path}: the name of an interface in it has a line break, so the firewall check " \
        "cannot be read\n"


def test_several_captures_are_headed_by_their_names_and_summed_up(impsvc, tmp_path):
    spaces = tmp_path / "a b  c.pcapng"
    spaces.write_bytes(OPEN.read_bytes())
    text = impsvc.says("check", spaces.name, FILTERED, status=1, cwd=tmp_path)
    first, second = text.index("a b  c.pcapng: 172 packets"), text.index("trouble-filtered.pcapng: ")
    assert first < second and text.endswith("\n\nAll 2 captures: 8 of 17 paths are blocked: 2 no answer, 6 refused. The others: 9 open.\n")
    assert {row["capture"] for row in from_csv(impsvc, spaces, FILTERED)} == {str(spaces), str(FILTERED)}


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_a_bad_capture_among_good_ones_is_named_and_the_others_are_checked(impsvc, tmp_path, form):
    done = impsvc.done("check", "--format", form, FILTERED, tmp_path / "no such.pcap", SOURCE / "LICENSE", OPEN)
    assert done.returncode == 2
    assert done.stderr == (f"impsvc: {tmp_path}/no such.pcap: No such file or directory\n"
                           f'impsvc: The file "{SOURCE}/LICENSE" isn\'t a capture file in a format TShark understands.\n')
    if form == "json":
        assert [each["capture"] for each in json.loads(done.stdout)["captures"]] == [str(FILTERED), str(OPEN)]
    else:
        assert "trouble-filtered.pcapng" in done.stdout and "vlan.pcapng" in done.stdout
    assert form != "text" or "2 of 4 captures could be read: 8 of 17 paths are blocked" in done.stdout


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_without_a_capture_that_can_be_read_nothing_is_printed(impsvc, form):
    assert "isn't a capture file" in impsvc.refuses("check", "--format", form, SOURCE / "LICENSE")


def test_a_picture_is_no_capture(impsvc):
    picture = SOURCE / "test-captures/pictures/packets.png"
    assert impsvc.refuses("check", picture) == f"impsvc: {picture}: is no capture of packets\n"


def test_a_damaged_capture_is_checked_as_far_as_it_can_be_read(impsvc, tmp_path):
    path = tmp_path / "x.pcapng"
    path.write_bytes(FILTERED.read_bytes() + b"\6\0\0\0" + b"\xff" * 400)
    text = impsvc.says("check", path, OPEN, status=2)
    assert "8 of 8 paths are blocked" in text and text.count("This is only a part: ") == 1
    done = impsvc.done("check", "--format", "json", path)
    assert done.returncode == 2 and json.loads(done.stdout)["captures"][0]["incomplete"] in done.stderr.replace("\n", " ")


def test_what_only_root_may_read_is_read_for_root_also_twice(impsvc, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("not run by root")
    (tmp_path / "private").mkdir(mode=0o700)
    paths = [tmp_path / "private" / name for name in ("a.pcapng", "b.pcapng")]
    for path in paths:
        path.write_bytes(FILTERED.read_bytes())
    assert [each["capture"] for each in from_json(impsvc, *paths)["captures"]] == list(map(str, paths))


def test_standard_input(impsvc):
    done = impsvc.done("check", "-", input=FILTERED.read_bytes(), encoding=None)
    assert done.returncode == 1 and done.stdout.startswith(b"standard input: 26 packets in 9.03 s; 8 paths")


def test_a_capture_without_any_of_our_traffic_says_what_is_there(impsvc, tmp_path):
    capture = Capture()
    capture.add_connection(Connection(Ends(1, server_port=9999)).open())
    path = capture.write(tmp_path / "x.pcap")
    assert impsvc.says("check", path).endswith("\n\nNo packet fits the port list: 9999/TCP.\n")
    assert from_csv(impsvc, path, status=0) == [] and from_json(impsvc, path, status=0)["paths"] == []
    assert impsvc.says("check", path, path).endswith("\nAll 2 captures: no packet fits the port list.\n")
    assert impsvc.says("check", Capture().write(path)).endswith("\nThe capture has no packets.\n")


def test_nodes_of_a_file_replace_those_of_the_profile(impsvc, nodes):
    (impsvc.settings / "impsvc_nodes").write_text('"10.20.1.11","IM and Presence publisher","of the profile"\n', encoding="utf-8")
    nodes.write_text("\ufeff# ours\r\n\r\n" + NODE.replace("imp-pub", "パブ").replace("\n", "\r\n"), encoding="utf-8")
    assert "\n  configured: 10.20.1.11 of the profile\n" in impsvc.says("check", RULES, status=1)
    text = impsvc.says("check", RULES, "--nodes", nodes, status=1)
    assert "\n  configured: 10.20.1.11 パブ\n" in text and "of the profile" not in text


def test_what_impsvc_nodes_prints_can_be_given(impsvc, nodes):
    nodes.write_text(impsvc.done("nodes", CLUSTER).stdout, encoding="utf-8")
    assert re.search(r"\nNodes\n  configured: 10\.10\.1\.11, 10\.10\.1\.12, ", impsvc.says("check", CLUSTER, "--nodes", nodes, status=1))


@pytest.mark.parametrize("text, complaint", [
    ('\n"10.20.1.1x","IM and Presence publisher","a"\n', r':3: Address: "10\.20\.1\.1x" is no IPv4 or IPv6 address or prefix'),
    ('"10.20.1.11","IM and Presence boss","a"\n', r':2: Role: "IM and Presence boss" is none of IM and Presence publisher, .*'),
    ('"10.20.1.11","IM and Presence publisher"\n', r":2: expecting field name"),
    ('"10.20.1.11",IM and Presence publisher,"a"\n', r":2: unexpected char ' ' while looking for field role"),
    (NODE + '"10.20.1.12","IM and Presence subscriber","a\n', r":3: field 3: its quote is not closed"),
    (NODE + NODE + '"10.20.1.1x","IM and Presence publisher","a"\n', r":4: Address: .*"),
    (NODE + '"10.20.1.12","IM and Presence subscriber","a"," east"\n' + NODE, r':3: Cluster: " east" begins or ends with a space .*'),
    (NODE + '"10.20.1.12","IM and Presence subscriber","a"," east"', r':3: Cluster: " east" begins or ends with a space .*'),
    ("\n", r': has no row of a node; a row is like .*'),
], ids=["address", "role", "too few fields", "no quotes", "open quote", "after rows", "cluster", "cluster, no line end", "empty"])
def test_a_mistake_in_the_file_of_nodes_is_said_with_line_field_and_reason(impsvc, nodes, text, complaint):
    nodes.write_text("# ours\n" + text, encoding="utf-8")
    assert re.fullmatch(f"impsvc: {re.escape(str(nodes))}{complaint}\n", impsvc.refuses("check", RULES, "--nodes", nodes))


def test_a_file_of_nodes_in_another_encoding_or_missing(impsvc, nodes, tmp_path):
    nodes.write_bytes(NODE.encode() + NODE.replace("imp-pub", "主").encode("cp932"))
    assert impsvc.refuses("check", RULES, "--nodes", nodes) == f"impsvc: {nodes}:2: is not UTF-8 text\n"
    assert impsvc.refuses("check", RULES, "--nodes", tmp_path / "none") == f"impsvc: {tmp_path}/none: No such file or directory\n"
    assert impsvc.refuses("check", RULES, "--nodes", tmp_path) == f"impsvc: {tmp_path}: Is a directory\n"


def test_a_file_of_thousands_of_hosts_takes_no_longer_than_the_capture(impsvc, nodes):
    """The plan is counted, and what does not fit the screen is left out."""
    nodes.write_text("".join(f'"10.1.{number // 100}.{number % 100 + 11}","IM and Presence subscriber","sub-{number}"\n' for number in range(200))
                     + "".join(f'"10.9.{number // 200}.{number % 200 + 1}","XMPP client",""\n' for number in range(2000)), encoding="utf-8")
    text = impsvc.says("check", RULES, "--nodes", nodes, status=1)
    assert "\n  configured: 10.1.0.11 sub-0, " in text and re.search(r"The plan: it has \d{6,} paths, more than 100000: only those that were seen", text)

# impsvc summary: one screen about a capture, on which nothing is missing that one opens a capture for.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import unicodedata

import pytest

from packets import Capture, Connection, Ends, udp
from places import CAPTURES, CLUSTER

WIDTH, HEIGHT = 100, 40
NODE = '"10.10.1.11","IM and Presence publisher","imp-pub"\n'


def width_of(line):
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def sections(text):
    """The parts of the screen between empty lines."""
    return [part.split("\n") for part in text.rstrip("\n").split("\n\n")]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my capture.pcap"


def wrote(path, *connections):
    capture = Capture()
    for connection in connections:
        capture.add_connection(connection)
    return capture.write(path)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_whole_cluster_fits_a_screen(impsvc, language):
    lines = impsvc.says("summary", "--language", language, CLUSTER).splitlines()
    assert len(lines) <= HEIGHT and max(map(width_of, lines)) <= WIDTH
    assert sum(len(re.findall(r"(?:^|   )[ 12]\d \S.{20,30} +\d+ +\d+(?=   |$)", line)) for line in lines[:20]) == 27, "a line for each table"


def test_the_verdict_is_last(impsvc):
    *_, before, last = impsvc.says("summary", CLUSTER).splitlines()
    assert re.fullmatch(r"\d+ of \d+ connections did not get through: 10 refused, 2 not answered, 12 stopped by an ICMP error\.", before)
    assert re.fullmatch(r"29 problems, 13 of them serious; the first is in frame \d+\.", last)


def test_the_verdict_counts_the_same_in_japanese(impsvc):
    assert "拒否 10、応答なし 2、ICMP エラーで停止 12。" in impsvc.says("summary", CLUSTER, "--language", "ja")


def test_it_speaks_the_language_of_the_locale(impsvc):
    assert "10 refused" in impsvc.says("summary", CLUSTER, environment={"LC_ALL": "C.UTF-8"})
    assert "拒否 10" in impsvc.says("summary", CLUSTER, environment={"LC_ALL": "ja_JP.UTF-8"})
    assert "10 refused" in impsvc.says("summary", CLUSTER, "--language", "en", environment={"LC_ALL": "ja_JP.UTF-8"})


def test_packets_and_flows_add_up(impsvc):
    text = impsvc.says("summary", CLUSTER)
    packets, flows = map(int, re.search(r"; (\d+) fit the port list, in (\d+) connections", text).groups())
    rows = [tuple(map(int, row)) for row in re.findall(r"\S +(\d+) +(\d+)(?=   |$)", "\n".join(sections(text)[1]), re.MULTILINE)]
    assert (sum(row[0] for row in rows), sum(row[1] for row in rows)) == (packets, flows)


def test_a_refused_and_an_unanswered_connection_are_seen(impsvc, path):
    refused = Connection(Ends(1, server_port=5222)).send(True, flags="S", counts=1).send(False, flags="RA")
    unanswered = Connection(Ends(2, server_port=7400)).send(True, flags="S").send(True, flags="S")
    text = impsvc.says("summary", wrote(path, refused, unanswered))
    assert "    1 refused: 22.1 XMPP client access, 10.1.0.1 to 10.2.0.1:5222\n" in text
    assert "    1 no answer: 22.4 XCP router master access, 10.1.0.2 to 10.2.0.2:7400\n" in text
    assert "2 of 2 connections did not get through: 1 refused, 1 not answered.\n" in text


def test_the_same_refusal_is_one_line_whatever_the_clients_port(impsvc, path):
    tries = [Connection(Ends(1, 40000 + port, 5222)).send(True, flags="S", counts=1).send(False, flags="RA") for port in range(50)]
    assert re.findall(r"^ .*refused.*$", impsvc.says("summary", wrote(path, *tries)), re.MULTILINE) == [
        "   50 refused: 22.1 XMPP client access, 10.1.0.1 to 10.2.0.1:5222"]


def test_a_reset_after_the_handshake_is_seen_and_got_through(impsvc, path):
    text = impsvc.says("summary", wrote(path, Connection(Ends(1, server_port=5222)).open().send(True, b"x").reset()))
    assert "    1 reset: 22.1 XMPP client access, 10.1.0.1 to 10.2.0.1:5222\n" in text
    assert "\nThe one connection was not seen refused, unanswered, or stopped by an ICMP error.\n" in text


def test_what_icmp_stops_is_seen_over_tcp_and_udp(impsvc):
    text = impsvc.says("summary", "--all", CAPTURES / "trouble-filtered.pcapng")
    for service in ("22.2 XMPP server-to-server, 10.10.1.11 to 10.10.1.12:5269", "24.2 Server Recovery Manager peer, 10.10.1.11 to 10.10.1.12:21999"):
        assert re.search(r"    1 [^:]*prohibited.*: " + re.escape(service), text)
    assert "8 of 8 connections did not get through: 2 refused, 2 not answered, 4 stopped by an ICMP error.\n" in text


def test_each_kind_of_problem_is_on_the_screen(impsvc):
    (impsvc.settings / "impsvc_nodes").write_text(NODE)
    text = impsvc.says("summary", CLUSTER)
    for kind in ("is for the local host only", "should be inside TLS", ", where the port list has ", "; the port list has port",
                 "The port list has AMC RMI registry (21.2) opened by"):
        assert kind in text
    assert re.search(r"^  … and \d+ more: --all shows them$", text, re.MULTILINE)


def test_all_has_what_the_screen_leaves_out(impsvc):
    text = impsvc.says("summary", "--all", CLUSTER)
    assert "…" not in text
    assert len(re.findall(r"^ *\d+ \d+\.\d+ ", text, re.MULTILINE)) > 3900, "every packet"
    assert re.search("^IM and Presence ?/ ?Traffic by table:$", text, re.M) and re.search("^IM and Presence ?/ ?Nodes and roles:$", text, re.M)
    *_, problems, verdict = sections(text)
    assert len(re.findall(r"^  (?:\d+ connections, from )?frame \d+", "\n".join(problems), re.MULTILINE)) == 29 and len(verdict) == 2


def test_a_problem_is_told_once_with_its_first_frame(impsvc):
    (impsvc.settings / "impsvc_nodes").write_text(NODE)
    text = re.sub(r"\s+", " ", impsvc.says("summary", "--all", CAPTURES / "trouble-cleartext.pcapng"))
    sentences = re.findall(r"frame (\d+)(?: on)?: (.*?readable)", text)
    assert sentences and len({sentence for _, sentence in sentences}) == len(sentences)


def test_without_a_node_it_says_that_problems_were_not_looked_for(impsvc, path):
    text = impsvc.says("summary", wrote(path, Connection(Ends(1, server_port=5060)).open().finish()))
    assert "No problem" not in text and "No node is known, so problems were not looked for" in text


def test_a_capture_without_any_of_our_traffic_says_what_is_there(impsvc, path):
    capture = Capture()
    capture.add_connection(Connection(Ends(1, server_port=9999)).open())
    capture.add(udp(Ends(2, server_port=12345), True, b"x"))
    *_, last = impsvc.says("summary", capture.write(path)).splitlines()
    assert last == "No packet fits the port list; 4 packets, 2 conversations: 9999/TCP, 12345/UDP."


def test_a_capture_without_packets(impsvc, path):
    assert impsvc.says("summary", Capture().write(path)).endswith("\nThe capture has no packets.\n")


def test_the_users_nodes_are_known(impsvc):
    (impsvc.settings / "impsvc_nodes").write_text(NODE)
    assert "\nNodes\n  configured: 10.10.1.11 imp-pub\n" in impsvc.says("summary", CAPTURES / "trouble-exposed.pcapng")


def test_a_nodes_name_is_shown_as_it_was_typed(impsvc):
    (impsvc.settings / "impsvc_nodes").write_text('"10.10.1.11","IM and Presence publisher","\\xe6\\x9d\\xb1\\xe4\\xba\\xac"\n')
    assert "configured: 10.10.1.11 東京\n" in impsvc.says("summary", CAPTURES / "trouble-exposed.pcapng")


def test_another_profile_can_be_chosen(impsvc):
    (impsvc.settings / "profiles/lab").mkdir(parents=True)
    (impsvc.settings / "profiles/lab/impsvc_nodes").write_text(NODE)
    capture = CAPTURES / "trouble-exposed.pcapng"
    assert "imp-pub" in impsvc.says("summary", "-C", "lab", capture) and "imp-pub" not in impsvc.says("summary", capture)
    assert impsvc.refuses("summary", "-C", "Lab", capture) == \
        f"impsvc: there is no profile Lab in {impsvc.settings}/profiles; there are: lab\n"


def test_moved_ports_of_the_user_are_known(impsvc, path):
    (impsvc.settings / "impsvc_ports").write_text('"22.4","TCP","9999"\n')
    text = impsvc.says("summary", wrote(path, Connection(Ends(1, server_port=9999)).open()))
    assert "3 packets" in text and re.search(r"22 XCP requests +3 +1\n", text)


@pytest.mark.parametrize("name, setting", [
    ("preferences", "impsvc.annotate: nodes\nimpsvc.language: japanese\nnameres.network_name: TRUE\ngui.column.format: \"x\", \"%m\"\n"),
    ("disabled_protos", "impsvc\ntcp\n"), ("decode_as_entries", "decode_as_entry: tcp.port,5222,HTTP,XMPP\n")])
def test_other_settings_do_not_change_what_is_said(impsvc, name, setting):
    before = impsvc.says("summary", CLUSTER)
    (impsvc.settings / name).write_text(setting)
    assert impsvc.says("summary", CLUSTER) == before


def test_a_bad_row_is_named_with_the_users_file(impsvc):
    (impsvc.settings / "impsvc_nodes").write_text('"10.10.1.300","IM and Presence publisher",""\n')
    done = impsvc.done("summary", CLUSTER)
    assert f"{impsvc.settings}/impsvc_nodes" in done.stderr and "10.10.1.300" in done.stderr and "/tmp/impsvc-" not in done.stderr

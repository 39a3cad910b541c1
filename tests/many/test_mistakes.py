# Mistakes that users make with a database, and that must cost them nothing.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import signal
import subprocess

import pytest

import pcapng
from collected import Collected
from lab_hosts import nodes_file
from places import CAPTURES

RULES, REFUSED, UDP = (CAPTURES / f"{name}.pcapng" for name in ("firewall-rules", "trouble-refused", "firewall-udp"))


@pytest.fixture
def collected(impsvc, tmp_path):
    made = Collected(impsvc, tmp_path / "flows.db")
    made.collect(RULES, UDP)
    return made


def test_a_run_with_other_options_does_not_hide_what_was_collected(collected, tmp_path):
    before = collected.everything()
    nodes = nodes_file(tmp_path / "nodes")
    assert collected.done("--nodes", nodes, tmp_path / "typo").returncode == 2
    assert collected.done("--nodes", nodes, "--list", RULES).stdout == f"{RULES}\n"
    assert collected.everything() == before
    collected.collect("--nodes", nodes, RULES)
    assert collected.everything() != before
    assert collected.collect(RULES) == "1 file: 0 read, 1 known already\n"
    assert collected.everything() == before, "the options that were used last are asked"


def test_a_name_that_nothing_has_is_not_remembered(collected, tmp_path):
    assert collected.complaints(tmp_path / "typo") == f"impsvc: {tmp_path}/typo: No such file or directory\n"
    assert "cannot be read" not in collected.query() and collected.reasons() == {}


def test_the_database_is_not_overwritten_by_its_report(collected):
    pytest.importorskip("jinja2")
    before = collected.everything()
    assert "would be overwritten" in collected.command.refuses("report", "--db", collected.db, "-o", collected.db)
    assert collected.everything() == before


def test_a_database_in_the_folder_that_is_collected_is_no_capture(impsvc, tmp_path):
    (tmp_path / "a.pcapng").write_bytes(UDP.read_bytes())
    collected = Collected(impsvc, tmp_path / "flows.db")
    (tmp_path / "home").rename(tmp_path / ".home")
    impsvc.home = tmp_path / ".home"
    assert collected.collect(tmp_path) == "1 file: 1 read\n"
    assert collected.collect(tmp_path) == "1 file: 0 read, 1 known already\n"


def test_reading_again_and_an_interrupt_lose_nothing(collected):
    before = collected.everything()
    again = subprocess.Popen([str(collected.command.program), "collect", "--db", collected.db, "--again", "--jobs", "1", str(RULES), str(UDP)],
                             env=collected.command.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        again.wait(1.2)
    except subprocess.TimeoutExpired:
        os.kill(again.pid, signal.SIGINT)
    again.communicate()
    collected.collect(RULES, UDP)
    assert collected.everything() == before
    assert [row["state"] for row in collected.rows("capture")] == ["done"] * 2


@pytest.mark.parametrize("question, sentence", [
    (("--since", "9999-99-01"), "is no time"), (("--node", "10.1.0.300"), "is no address"), (("--db", ""), "name a file")])
def test_a_question_that_cannot_be_asked_gets_a_sentence(collected, question, sentence):
    assert sentence in collected.command.refuses("query", "--db", collected.db, *question)


@pytest.mark.parametrize("time", ["0001-01-01", "9999-12-31", "2026-11-29T05:00:20.5", "2026-11-29T14:00:20.5+09:00"])
def test_times_are_utc_wherever_one_is(collected, time):
    asked = [json.loads(collected.query("--format", "json", "--since", time, environment={"TZ": zone})) for zone in ("UTC", "Asia/Tokyo")]
    assert asked[0] == asked[1]


def test_a_path_is_what_a_row_is_when_it_was_asked_for(collected):
    assert "has_changed" in json.loads(collected.query("--by", "path", "--all", "--format", "json"))[0]
    assert {path["has_changed"] for path in json.loads(collected.query("--by", "path", "--format", "json"))} <= {True, False}


def test_what_comes_later_says_where_lost_data_were_not_seen(impsvc, tmp_path):
    """In whatever runs: a capture of the other side, of the time when the connection had begun before."""
    parts = pcapng.framed(pcapng.merged([CAPTURES / "firewall-forgotten.pcapng"]))
    inside, outside = pcapng.sides(parts, tmp_path, "side")
    packets = pcapng.apart(outside).packets
    half = len(packets) // 2
    first = pcapng.together(tmp_path / "outside-1.pcapng", parts, packets[:half])
    second = pcapng.together(tmp_path / "outside-2.pcapng", parts, packets[half:])
    one, other = (Collected(impsvc, tmp_path / f"{name}.db") for name in ("one", "other"))
    one.collect(inside, first, second)
    for each in (inside, first, second):
        other.collect(each)
    assert other.everything() == one.everything()

# impsvc report --db: the page on all captures of a database says what impsvc query says, and nothing that only one capture could.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import io
import json
import shutil

import pytest

from html_page import Page
from places import BUILD, CAPTURES
from the_command import Command

pytest.importorskip("jinja2")
COLLECTED = [CAPTURES / f"{name}.pcapng" for name in ("firewall-rules", "trouble-filtered", "trouble-refused", "vlan")]


@pytest.fixture(scope="module")
def impsvc(tmp_path_factory):
    return Command(BUILD / "bin/impsvc", tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def database(impsvc, tmp_path_factory):
    path = tmp_path_factory.mktemp("collected") / "many.db"
    impsvc.says("collect", "--db", path, "--jobs", "1", *COLLECTED)
    return path


def asked(impsvc, database):
    return list(csv.DictReader(io.StringIO(impsvc.says("query", "--db", database, "--format", "csv", status=1))))


def test_the_page_has_each_blocked_path_with_its_beginning(impsvc, database):
    page = Page(impsvc.says("report", "--db", database, status=1))
    blocked = [row for row in asked(impsvc, database) if row["is_blocked"] == "1"]
    rows = page.rows("blocked")
    assert [(row[0], row[1].split()[0]) for row in rows] == [(row["result"], row["entry"]) for row in blocked]
    for row, path in zip(rows, blocked):
        assert path["since"][:10] in row[-1] and f"{path['blocked_flows']} of {path['flows']} flow" in row[-1]
    assert "4 captures from 2026-11-24" in page.text and f"{len(blocked)} of " in page.text


def test_the_page_says_between_which_points_a_path_stops(impsvc, database):
    page = Page(impsvc.says("report", "--db", database, status=1))
    assert any("stops between inside and outside" in row[-1] for row in page.rows("blocked"))


def test_what_only_one_capture_can_say_is_left_out(impsvc, database):
    text = Page(impsvc.says("report", "--db", database, status=1)).text
    assert "Rules that would allow it" not in text and "what would allow it" not in text and "should not be open" not in text


def test_programs_get_the_same_rows(impsvc, database):
    data = json.loads(impsvc.says("report", "--db", database, "--format", "json", status=1))
    table = list(csv.DictReader(io.StringIO(impsvc.says("report", "--db", database, "--format", "csv", status=1))))
    rows = asked(impsvc, database)
    assert len(data["paths"]) == len(table) == len(rows)
    assert [row["result"] for row in table] == [row["result"] for row in data["paths"]] == [row["result"] for row in rows]
    assert data["blocked"] == sum(row["is_blocked"] == "1" for row in rows)


def test_japanese_readers_get_it_in_japanese(impsvc, database):
    page = Page(impsvc.says("report", "--db", database, "--language", "ja", status=1))
    assert "inside と outside の間で止まる" in page.text and "キャプチャ 4 個" in page.text


def test_an_unreadable_capture_is_named_in_the_page(impsvc, database, tmp_path):
    own = shutil.copy(database, tmp_path)
    (tmp_path / "notes.pcap").write_text("no capture at all, and much too long to be taken for one\n" * 9, encoding="utf-8")
    assert impsvc.done("collect", "--db", own, tmp_path / "notes.pcap").returncode == 2
    page = Page(impsvc.says("report", "--db", own, status=1))
    assert "could not be read" in page.text and str(tmp_path / "notes.pcap") in page.text


@pytest.mark.parametrize("arguments, sentence", [
    ((), "name captures, or a database with --db, and not both"),
    (("--db", "{database}", COLLECTED[0]), "name captures, or a database with --db, and not both"),
    (("--db", "{folder}/none.db"), "there is no such database"),
    (("--db", "{database}", "--release", "12.5.1su3"), "nothing was collected with the port list of 12.5.1su3"),
    (("--db", "{database}", "--nodes", "x"), "--nodes: was decided when the captures were collected")])
def test_a_wrong_question_gets_a_sentence(impsvc, database, tmp_path, arguments, sentence):
    words = [str(word).format(database=database, folder=tmp_path) for word in arguments]
    assert sentence in impsvc.refuses("report", *words)


def test_marks_have_their_names_and_best_effort_is_not_among_them(impsvc, tmp_path):
    impsvc.says("collect", "--db", tmp_path / "dscp.db", CAPTURES / "firewall-dscp.pcapng")
    page = Page(impsvc.says("report", "--db", tmp_path / "dscp.db"))
    rows = {row[0]: row[1:] for row in page.rows("dscp")}
    assert rows["2.1 SIP proxy"] == ["CS0, CS3, EF", "CS0, CS3, EF", "several values in one direction"]

# impsvc query: filters, formats and what it says of a database that it cannot ask.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import io
import json
import sqlite3

import pytest

from collected import Collected
from places import BUILD, CAPTURES
from the_command import Command

KINDS = ("path", "flow", "point", "node", "capture", "release")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Captures of the firewall, and one that cannot be read."""
    folder = tmp_path_factory.mktemp("asked")
    made = Collected(Command(BUILD / "bin/impsvc", folder / "home"), folder / "flows.db")
    (folder / "text.pcap").write_text("no capture\n" * 9, encoding="utf-8")
    made.complaints(CAPTURES / "firewall-rules.pcapng", CAPTURES / "firewall-other-road.pcapng", folder / "text.pcap")
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_csv_and_json_say_the_same(collected, kind):
    objects = json.loads(collected.query("--by", kind, "--all", "--format", "json"))
    rows = list(csv.DictReader(io.StringIO(collected.query("--by", kind, "--all", "--format", "csv"))))
    assert objects and [list(each) for each in objects] == [list(each) for each in rows]

    def as_text(value):
        return "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)
    assert [{name: as_text(value) for name, value in each.items()} for each in objects] == rows


def test_all_as_csv_is_every_flow(collected):
    assert collected.everything() == collected.query("--by", "flow", "--all", "--format", "csv")


def test_what_is_blocked_is_shown_and_is_the_exit_status(collected):
    blocked = collected.rows("path", "--blocked")
    assert blocked and {row["is_blocked"] for row in blocked} == {"1"}
    assert len(blocked) < len(collected.rows("path"))
    assert collected.command.done("query", "--db", collected.db).returncode == 1
    opened = next(row["entry"] for row in collected.rows("path") if row["entry"] not in {each["entry"] for each in blocked})
    assert collected.command.done("query", "--db", collected.db, "--entry", opened).returncode == 0


@pytest.mark.parametrize("kind", ["path", "flow"])
def test_filters(collected, kind):
    everything = collected.rows(kind)
    one = everything[0]
    assert collected.rows(kind, "--entry", one["entry"]) == [row for row in everything if row["entry"] == one["entry"]]
    node = one["listener"]
    assert collected.rows(kind, "--node", node) == [row for row in everything if node in (row["initiator"], row["listener"])]
    at_inside = [row for row in everything if "inside" in f"{row['points_to']}, {row['points_back']}".split(", ")]
    assert collected.rows(kind, "--point", "inside") == at_inside
    assert collected.rows(kind, "--point", "side") == [], "a part of a name is no name"
    middle = sorted(row["first_seen"] for row in everything)[len(everything) // 2].partition(".")[0]
    assert collected.rows(kind, "--since", f"{middle}Z") == [row for row in everything if row["last_seen"] >= f"{middle}.000000000Z"]
    assert collected.rows(kind, "--until", f"{middle}+00:00") == [row for row in everything if row["first_seen"] <= f"{middle}.000000000Z"]
    assert collected.rows(kind, "--entry", one["entry"], "--node", "192.0.2.1") == []


def test_captures_that_cannot_be_read_are_listed_with_the_reason(collected):
    failed, = [row for row in collected.rows("capture") if row["state"] == "failed"]
    assert failed["name"].endswith("text.pcap") and "isn't a capture file" in failed["reason"]
    assert "1 cannot be read (--by capture)" in collected.query().replace("\n", " ")


def test_a_time_that_is_none(impsvc, collected):
    assert impsvc.refuses("query", "--db", collected.db, "--since", "yesterday") == \
        'impsvc: "yesterday" is no time: write it as 2026-11-29 or 2026-11-29T12:00\n'


def test_a_filter_that_a_kind_does_not_have(impsvc, collected):
    assert impsvc.refuses("query", "--db", collected.db, "--by", "node", "--entry", "22.1") == \
        "impsvc: --entry: is for --by path and --by flow\n"


def test_a_release_that_was_not_collected(impsvc, collected):
    assert impsvc.refuses("query", "--db", collected.db, "--release", "12.5.1su3") == \
        f"impsvc: {collected.db}: nothing was collected with the port list of 12.5.1su3; there is: base\n"


def test_a_database_that_is_not_there_is_not_made(impsvc, tmp_path):
    db = tmp_path / "missing.db"
    assert impsvc.refuses("query", "--db", db) == f"impsvc: {db}: there is no such database; impsvc collect makes one\n"
    assert not db.exists()
    assert "there is no folder" in impsvc.refuses("query", "--db", tmp_path / "nowhere/x.db")


def test_a_database_of_something_else_is_left_as_it_is(impsvc, tmp_path):
    db = tmp_path / "other.db"
    other = sqlite3.connect(db)
    other.execute("CREATE TABLE captures (what TEXT)")
    other.commit()
    other.close()
    before = db.read_bytes()
    assert impsvc.refuses("query", "--db", db) == f"impsvc: {db}: has nothing that impsvc collect has put there\n"
    said = impsvc.refuses("collect", "--db", db, CAPTURES / "icmp-ping.pcapng")
    assert said == f"impsvc: {db}: is a database of something else\n"
    assert db.read_bytes() == before


def test_a_file_that_is_no_database(impsvc):
    capture = CAPTURES / "icmp-ping.pcapng"
    for command in (["query"], ["collect", capture]):
        assert impsvc.refuses(command[0], "--db", capture, *command[1:]) == f"impsvc: {capture}: file is not a database\n"


def test_a_database_of_a_newer_version(impsvc, collected, tmp_path):
    db = tmp_path / "newer.db"
    newer = sqlite3.connect(db)
    with sqlite3.connect(collected.db) as now:
        now.backup(newer)
    newer.execute("UPDATE impsvc_schema SET version = 1000")
    newer.commit()
    newer.close()
    for command in (["query"], ["collect", CAPTURES / "icmp-ping.pcapng"]):
        said = impsvc.refuses(command[0], "--db", db, *command[1:])
        assert said.startswith(f"impsvc: {db}: is of a newer impsvc (its schema has version 1000")


def test_a_server_that_is_not_there(impsvc, tmp_path):
    pytest.importorskip("psycopg2", reason="python3-psycopg2 is not installed")
    said = impsvc.refuses("query", "--db", f"postgresql://me:secret@/x?host={tmp_path}")
    assert said.startswith("impsvc: postgresql://me:***@/x?host=") and "secret" not in said and said.count("\n") == 1

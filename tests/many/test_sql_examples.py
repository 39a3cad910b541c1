# The examples of SQL (tools/examples/sql), with a file of SQLite and, where one can be started, a PostgreSQL: each says what impsvc query
# says in other words, and the same from both.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import json
import re
import sqlite3
from collections import Counter
from datetime import datetime

import pytest

from places import BUILD, CAPTURES, SOURCE
from postgres import Postgres
from the_command import Command

FOLDER = SOURCE / "tools/examples/sql"
CAPTURED = ("cluster", "firewall-rules", "firewall-dscp")       # the last two on both sides of a router
# Each example, and the columns that programs which use it rely on.
EXAMPLES = {
    "blocked-paths": "entry service carrier initiator listener listener_port result stopped_by seen_on not_seen_on since has_changed flows "
                     "blocked_flows",
    "blocked-by-hour": "time service blocked flows",
    "where-flows-stop": "seen_on not_seen_on entry service flows initiators listeners first_seen last_seen",
    "flows-by-community-id": "community_id first_seen last_seen entry service initiator initiator_port listener listener_port result "
                             "is_blocked points_to points_back",
    "captures-not-read": "state name reason",
    "dscp-by-service": "entry service dscp_to dscp_back flows packets initiators listeners",
    "services-of-nodes": "node entry service carrier port hosts open blocked flows last_seen"}
CHANGES = {"forget-old"}


class OfSqlite:
    def __init__(self, path):
        self.url = path

    def run(self, sql):
        """(names of the columns, rows)."""
        with contextlib.closing(sqlite3.connect(self.url)) as connection:
            cursor = connection.execute(sql)
            return [column[0] for column in cursor.description], cursor.fetchall()

    def change(self, sql):
        with contextlib.closing(sqlite3.connect(self.url)) as connection:
            connection.executescript(sql)


class OfPostgres:
    def __init__(self, url):
        self.url = url
        self.psycopg2 = pytest.importorskip("psycopg2")

    @contextlib.contextmanager
    def cursor(self):
        with contextlib.closing(self.psycopg2.connect(self.url)) as connection:
            connection.autocommit = True
            yield connection.cursor()

    def run(self, sql):
        with self.cursor() as cursor:
            cursor.execute(sql)
            return [column.name for column in cursor.description], cursor.fetchall()

    def change(self, sql):
        with self.cursor() as cursor:
            cursor.execute(sql)


def collect(database, folder):
    """Some captures, one of them cut short, a file that is none, and a name without a file."""
    (folder / "none.pcap").write_text("no capture")
    (folder / "cut.pcapng").write_bytes((CAPTURES / "xmpp-client-5222.pcapng").read_bytes()[:3000])
    for path in folder.glob("*.pcap*"):
        path.chmod(0o644)
    command = Command(BUILD / "bin/impsvc", folder / "home")
    done = command.done("collect", "--db", database.url, *(CAPTURES / f"{name}.pcapng" for name in CAPTURED),
                        *(folder / name for name in ("none.pcap", "cut.pcapng", "missing.pcap")))
    assert done.returncode == 2, done
    return done.stdout


def made(kind, folder):
    if kind == "sqlite":
        yield OfSqlite(folder / "many.db")
        return
    with Postgres() as server:
        yield OfPostgres(server.url)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    for each in made(request.param, folder):
        assert collect(each, folder) == "6 files: 4 read, 2 cannot be read\n"
        yield each


@pytest.fixture
def query(database, tmp_path):
    """What impsvc query says: a function from a kind to its rows."""
    def ask(kind, *options):
        done = Command(BUILD / "bin/impsvc", tmp_path / "home").done("query", "--db", database.url, "--by", kind, "--format", "json", *options)
        assert done.returncode in (0, 1) and not done.stderr, done
        return json.loads(done.stdout)
    return ask


def text(name):
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@pytest.fixture
def rows(database):
    """A function from an example to its rows, by column."""
    def run(name):
        columns, found = database.run(text(name))
        assert columns == EXAMPLES[name].split()
        assert found, f"{name}: no rows"
        return [dict(zip(columns, row)) for row in found]
    return run


def seconds(moment):
    """Of a time as impsvc query has it."""
    return int(datetime.fromisoformat(re.sub(r"\.\d+Z$", "+00:00", moment)).timestamp())


def values(rows, *names):
    return Counter(tuple(row[name] for name in names) for row in rows)


def test_every_example_is_tried_and_says_what_it_is():
    assert {path.stem for path in FOLDER.glob("*.sql")} == {*EXAMPLES, *CHANGES}
    for path in FOLDER.glob("*.sql"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith(f"-- {path.name}: ") and "-- SPDX-License-Identifier: GPL-2.0-or-later" in lines
        assert max(map(len, lines)) < 150


def test_paths_that_are_blocked(rows, query):
    names = ("entry", "initiator", "listener", "listener_port", "result", "stopped_by", "seen_on", "not_seen_on", "flows", "blocked_flows")
    ours, theirs = rows("blocked-paths"), query("path", "--blocked")
    assert values(ours, *names) == values(theirs, *names)
    assert Counter(row["since"] for row in ours) == Counter(seconds(row["since"]) for row in theirs)
    assert {row["has_changed"] for row in ours} == {0, 1} == {int(row["has_changed"]) for row in theirs}


def test_flows_that_are_blocked_in_each_hour(rows, query):
    flows = query("flow")
    wanted = Counter((seconds(flow["first_seen"]) // 3600 * 3600, flow["service"]) for flow in flows)
    blocked = Counter((seconds(flow["first_seen"]) // 3600 * 3600, flow["service"]) for flow in flows if flow["is_blocked"])
    found = rows("blocked-by-hour")
    assert {(row["time"], row["service"]): row["flows"] for row in found} == wanted and len(found) == len(wanted)
    assert sum(row["blocked"] for row in found) == sum(blocked.values()) > 0
    assert all(row["blocked"] == blocked[row["time"], row["service"]] for row in found)


def test_places_where_flows_stop(rows, query):
    stopped = [flow for flow in query("flow", "--blocked") if flow["not_seen_on"]]
    found = rows("where-flows-stop")
    names = ("seen_on", "not_seen_on", "entry", "service")
    assert {tuple(row[name] for name in names): row["flows"] for row in found} == values(stopped, *names)
    assert {(row["seen_on"], row["not_seen_on"]) for row in found} >= {("inside", "outside")}
    assert all(row["first_seen"] <= row["last_seen"] for row in found)


def test_flows_by_community_id(rows, query):
    names = ("community_id", "entry", "initiator", "initiator_port", "listener", "listener_port", "result", "points_to", "points_back")
    found = rows("flows-by-community-id")
    assert values(found, *names) == values(query("flow"), *names)
    assert all(re.fullmatch(r"1:[A-Za-z0-9+/]{27}=", row["community_id"]) for row in found)


def test_captures_that_could_not_be_read(rows, query):
    known = query("capture")
    found = rows("captures-not-read")
    assert [row["state"] for row in found] == ["failed", "failed", "in part"]
    assert values(found, "name", "reason") == values([row for row in known if row["reason"]], "name", "reason")


def test_dscp_of_services(rows, query):
    names = ("entry", "service", "dscp_to", "dscp_back")
    flows = query("flow")
    found = rows("dscp-by-service")
    assert {tuple(row[name] for name in names): row["flows"] for row in found} == values(flows, *names)
    assert sum(row["packets"] for row in found) == sum(flow["packets_to"] + flow["packets_back"] for flow in flows)
    assert len({row["dscp_to"] for row in found}) > 2


def test_services_of_nodes(rows, query):
    nodes = {row["host"] for row in query("node") if row["is_node"] and row["listens"]}
    found = rows("services-of-nodes")
    assert {row["node"] for row in found} == nodes
    paths = Counter((row["listener"], row["entry"], row["carrier"], row["listener_port"]) for row in query("path") if row["listener"] in nodes)
    assert {(row["node"], row["entry"], row["carrier"], row["port"]) for row in found} <= set(paths)
    assert all(row["open"] + row["blocked"] <= row["hosts"] <= row["flows"] for row in found)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_is_old_can_be_forgotten(kind, tmp_path):
    sql = text("forget-old")
    assert sql.count("CAST(0 ") == 5
    for each in made(kind, tmp_path):
        collect(each, tmp_path)
        before = each.run("SELECT COUNT(*) FROM flows")[1][0][0]
        each.change(sql)                        # nothing is older than 1970
        assert each.run("SELECT COUNT(*) FROM flows")[1][0][0] == before
        day = each.run("SELECT MAX(last_seen) FROM captures")[1][0][0] // 10 ** 9 - 2 * 86400
        each.change(sql.replace("CAST(0 ", f"CAST({day} "))
        assert 0 < each.run("SELECT COUNT(*) FROM flows")[1][0][0] < before
        for table in ("flows", "sightings", "captures"):
            assert each.run(f"SELECT MIN(last_seen) FROM {table}")[1][0][0] >= day * 10 ** 9
        for table in ("sightings", "interfaces"):
            assert each.run(f"SELECT COUNT(*) FROM {table} WHERE capture NOT IN (SELECT id FROM captures)")[1] == [(0,)]
        # What is still there is read again, and then all is as it was.
        assert "2 read, 2 known already" in collect(each, tmp_path)
        assert each.run("SELECT COUNT(*) FROM flows")[1][0][0] == before

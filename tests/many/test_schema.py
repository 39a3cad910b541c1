# The database's own description: whoever brings other tools reads what a column means in the database itself, and an older database goes on.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import sqlite3
import subprocess
import sys

import pytest

from places import CAPTURES, SOURCE
from postgres import Postgres

sys.path.insert(0, str(SOURCE / "tools/impsvc"))
from many import schema     # noqa: E402
from many.database import without_password     # noqa: E402
from many.opening import open_database     # noqa: E402
from many.postgresql import Postgres as PostgresDatabase   # noqa: E402
from many.sqlite_file import Sqlite     # noqa: E402
from say import Failure, Say    # noqa: E402

SAY = Say("en")
TABLES = [table for tables, _ in schema.STEPS for table in tables]
VIEWS = {name: comment for _, views in schema.STEPS for name, comment, _ in views}
needs_postgres = pytest.mark.skipif(os.environ.get("IMPSVC_ENGINES") == "no", reason="IMPSVC_ENGINES=no")


def made_by_step(path, steps):
    """A database as an older version has made it."""
    database = Sqlite(str(path), SAY)
    with database.transaction():
        for step in range(steps):
            for statement in schema.statements(step, database):
                database.change(statement)
        database.change("INSERT INTO impsvc_schema (version) VALUES (?)", (steps,))
    return database


def test_sqlite_says_what_each_column_means(tmp_path):
    database = open_database(str(tmp_path / "new.db"), SAY)
    for table in TABLES:
        text = database.ask("SELECT sql FROM sqlite_master WHERE name = ?", (table.name,))[0][0]
        assert table.comment in text
        for column in table.columns:
            assert re.search(rf"^    {column.name} .*,? -- {re.escape(column.comment)}$", text, re.MULTILINE), column
    views = dict(database.ask("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    assert set(views) == set(VIEWS) and all(VIEWS[name] in views[name] for name in views)


@needs_postgres
def test_postgresql_says_what_each_column_means():
    pytest.importorskip("psycopg2")
    with Postgres() as server:
        database = open_database(server.url, SAY)
        rows = database.ask("SELECT c.relname, a.attname, col_description(c.oid, a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                            "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0")
        assert {(table, column): comment for table, column, comment in rows if table != "impsvc_schema"} == {
            (table.name, column.name): column.comment for table in TABLES for column in table.columns}
        views = database.ask("SELECT relname, obj_description(oid) FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace")
        assert dict(views) == VIEWS
        database.close()


@pytest.mark.parametrize("steps", range(1, schema.VERSION))
def test_an_older_database_becomes_a_new_one_with_what_is_in_it(tmp_path, steps):
    old = made_by_step(tmp_path / "old.db", steps)
    old.change("INSERT INTO setups (plugin, catalog, release, settings, used) VALUES ('0', 'c', 'base', 's', 0)")
    old.close()
    database = open_database(str(tmp_path / "old.db"), SAY)
    assert database.version() == schema.VERSION
    assert database.ask("SELECT plugin, release FROM setups") == [("0", "base")]
    assert database.ask("SELECT COUNT(*) FROM paths") == [(0,)]


def test_a_migration_that_fails_leaves_the_old_database(tmp_path, monkeypatch):
    made_by_step(tmp_path / "old.db", 1).close()
    monkeypatch.setattr(schema, "STEPS", (schema.STEPS[0], ((), (("half", "works", "SELECT 1 AS one"), ("broken", "does not", "SELECT FROM")))))
    with pytest.raises(Failure, match="old.db: .*(syntax error|incomplete input)"):
        open_database(str(tmp_path / "old.db"), SAY)
    rows = sqlite3.connect(tmp_path / "old.db").execute("SELECT (SELECT version FROM impsvc_schema), COUNT(*) FROM sqlite_master WHERE type = 'view'")
    assert rows.fetchall() == [(1, 0)]


def test_a_newer_database_is_left_alone(tmp_path):
    database = open_database(str(tmp_path / "new.db"), SAY)
    database.change("UPDATE impsvc_schema SET version = 99")
    database.close()
    with pytest.raises(Failure, match=f"is of a newer impsvc .its schema has version 99, this one knows {schema.VERSION}."):
        open_database(str(tmp_path / "new.db"), SAY)


@needs_postgres
def test_two_that_make_the_same_database_at_once_do_not_disturb_each_other():
    pytest.importorskip("psycopg2")
    code = "import sys; sys.path.insert(0, sys.argv[1]); from many.opening import open_database; from say import Say; open_database(sys.argv[2], Say('en'))"
    with Postgres() as server:
        both = [subprocess.Popen([sys.executable, "-c", code, str(SOURCE / "tools/impsvc"), server.url], stderr=subprocess.PIPE) for _ in range(4)]
        assert [(one.communicate()[1], one.returncode) for one in both] == [(b"", 0)] * 4
        assert server.rows("SELECT COUNT(*), MAX(version) FROM impsvc_schema") == [f"1|{schema.VERSION}"]


@pytest.mark.parametrize("name, sentence", [
    ("{folder}/none/x.db", "there is no folder"), ("{capture}", "file is not a database"), ("{folder}", "unable to open database file")])
def test_what_is_no_database_is_named(tmp_path, name, sentence):
    name = name.format(folder=tmp_path, capture=CAPTURES / "vlan.pcapng")
    with pytest.raises(Failure, match=f"{re.escape(name)}: .*{sentence}"):
        open_database(name, SAY)


@pytest.mark.parametrize("name, shown", [
    ("postgresql://me:secret@host/db", "postgresql://me:***@host/db"), ("postgresql:///db?host=/tmp", "postgresql:///db?host=/tmp"), ("a.db", "a.db")])
def test_a_password_is_not_shown(name, shown):
    assert without_password(name) == shown


def test_a_server_that_is_not_there_is_named():
    pytest.importorskip("psycopg2")
    with pytest.raises(Failure, match="postgresql:///none.host=/nowhere: .*No such file or directory"):
        PostgresDatabase("postgresql:///none?host=/nowhere", SAY)

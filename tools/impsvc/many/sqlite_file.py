# A database in a file, of SQLite: what one machine needs.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import sqlite3
import time
from pathlib import Path

from many.database import Database
from say import Failure

PATIENCE = 300          # seconds to wait for somebody else's transaction


class Sqlite(Database):
    """A file. Writers wait for each other; readers wait for nobody."""

    errors = (sqlite3.Error,)

    def __init__(self, name, say, is_new=True):
        super().__init__(name, say)
        path = Path(name)
        if not path.parent.is_dir():
            raise Failure(say(f"{name}: there is no folder {path.parent}", f"{name}: フォルダー {path.parent} がありません"))
        if not is_new and not path.exists():
            raise Failure(say(f"{name}: there is no such database; impsvc collect makes one",
                              f"{name}: データベースがありません。impsvc collect で作成できます"))
        try:
            self.connection = self._as_it_is(path) if not is_new and self._is_closed_to_us(path) else sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            if is_new:          # whoever only asks changes nothing
                self._insist_on_ours()
                self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = NORMAL")
            self.connection.execute("PRAGMA foreign_keys = ON")
            self.connection.execute("PRAGMA cache_size = -65536")
        except self.errors as error:
            failure = self.failure(error)
            self.close()
            raise failure from error

    @staticmethod
    def _is_closed_to_us(path):
        """Even who only reads writes beside a database that others may be writing to."""
        return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))

    def _as_it_is(self, path):
        """The database of which nothing changes while it is asked."""
        if Path(f"{path}-wal").exists():
            raise Failure(self.say(f"{self.shown}: you may only read it, and somebody is collecting into it: ask again later",
                                   f"{self.shown}: 読み取り専用で、収集中です。後でもう一度実行してください"))
        return sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True, isolation_level=None, check_same_thread=False)

    def _insist_on_ours(self):
        """A file with other tables is not to get ours."""
        tables = {row[0] for row in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and "impsvc_schema" not in tables:
            raise Failure(self.say(f"{self.shown}: is a database of something else", f"{self.shown}: ほかのデータベースです"))

    @staticmethod
    def text(sql):
        return sql

    def begin(self, only_reads):
        self.change("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    def lock(self):
        """One who writes is alone anyway."""

    @staticmethod
    def for_update():
        return ""

    def now(self):
        return time.time()

    def has_table(self, name):
        return bool(self.ask("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)))

    def insert(self, table, columns, rows):
        """Many rows at once."""
        marks = ", ".join("?" * len(columns))
        try:
            self.connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
        except self.errors as error:
            raise self.failure(error) from error

    def each(self, sql, values=()):
        """Rows one by one, however many there are."""
        return iter(self._run(sql, values))

    def table(self, table):
        if table.name == "setups":
            yield "CREATE TABLE IF NOT EXISTS impsvc_schema (version INTEGER NOT NULL -- how many of the steps of schema.py it has seen\n)"
        columns = [f"    {column.name} {column.type.format(number='INTEGER')}" for column in table.columns]
        lines = [*columns, *(f"    {constraint}" for constraint in table.constraints)]
        comments = [*(f" -- {column.comment}" for column in table.columns), *("" for _ in table.constraints)]
        body = "\n".join(f"{line}{'' if number == len(lines) - 1 else ','}{comment}"
                         for number, (line, comment) in enumerate(zip(lines, comments)))
        yield f"CREATE TABLE {table.name} ( -- {table.comment}\n{body}\n)"

    @staticmethod
    def view(name, comment, text):
        yield f"CREATE VIEW {name} AS -- {comment}\n{text.strip()}"

    @staticmethod
    def by_bytes(column):
        """A text's order that is the same with every database, whatever language it is set up for."""
        return column

    @staticmethod
    def hour(column):
        return f"strftime('%Y-%m-%dT%H:00:00Z', {column} / 1000000000, 'unixepoch')"

# The database: a file of SQLite, or PostgreSQL for several machines. Everything that the two do differently is here.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import io
import sqlite3
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from many import schema
from say import Failure

# A server that vanishes without a word is missed after a minute and a half.
ALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 6}
PATIENCE = 300          # seconds to wait for somebody else's transaction
LOCK = 0x696d707376     # of PostgreSQL's, for what only one may do at a time: "impsv"


def open_database(name, say, is_new=True):
    """The database of that name, with the tables of this version; is_new: it may be made."""
    database = Postgres(name, say) if name.startswith(("postgresql://", "postgres://")) else Sqlite(name, say, is_new)
    try:
        database.migrate(is_new)
    except BaseException:
        database.close()
        raise
    return database


def without_password(name):
    """A database's name as it may be shown."""
    parts = urlsplit(name)
    if not parts.password:
        return name
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@", 1)))


class Database:
    """Texts of SQL have a question mark for each value. Errors are Failures that name the database."""

    errors = ()

    def __init__(self, name, say):
        self.name, self.say, self.shown = name, say, without_password(name)
        self.connection = None

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def another(self):
        """A connection of its own to the same database, for another thread."""
        return type(self)(self.name, self.say)

    def ask(self, sql, values=()):
        """All rows; in no transaction, or in the one at hand."""
        cursor = self._run(sql, values)
        try:
            return cursor.fetchall()
        except self.errors as error:
            raise self.failure(error) from error

    def change(self, sql, values=()):
        """How many rows were changed."""
        return self._run(sql, values).rowcount

    def _run(self, sql, values):
        try:
            cursor = self.connection.cursor()
            cursor.execute(self.text(sql), tuple(values))
            return cursor
        except self.errors as error:
            raise self.failure(error) from error

    def failure(self, error):
        """What went wrong, in a sentence."""
        reason = " ".join(str(error).split())
        return Failure(self.say(f"{self.shown}: {reason}", f"{self.shown}: {reason}"))

    @contextlib.contextmanager
    def transaction(self, only_reads=False):
        """All that is done in it, or nothing. Whoever only reads sees one state of the database, and keeps nobody waiting."""
        self.begin(only_reads)
        try:
            yield
            self._end("COMMIT")
        except BaseException:
            with contextlib.suppress(Failure):
                self._end("ROLLBACK")
            raise

    def _end(self, how):
        try:
            self.connection.cursor().execute(how)
        except self.errors as error:
            raise self.failure(error) from error

    def migrate(self, is_new):
        """Brings an older database to this version; an empty one too, if it may be new."""
        version = self.version()
        if version == 0 and not is_new:
            raise Failure(self.say(f"{self.shown}: has nothing that impsvc collect has put there",
                                   f"{self.shown}: impsvc collect のデータがありません"))
        if version < schema.VERSION:
            with self.transaction():
                self.lock()
                for step in range(self.version(), schema.VERSION):
                    for statement in schema.statements(step, self):
                        self.change(statement)
                    self.change("DELETE FROM impsvc_schema")
                    self.change("INSERT INTO impsvc_schema (version) VALUES (?)", (step + 1,))
        elif version > schema.VERSION:
            raise Failure(self.say(f"{self.shown}: is of a newer impsvc (its schema has version {version}, this one knows {schema.VERSION})",
                                   f"{self.shown}: 新しい impsvc のデータベースです (スキーマ {version}、このバージョンは {schema.VERSION} まで)"))

    def version(self):
        """Of the schema; 0 if there is none."""
        if not self.has_table("impsvc_schema"):
            return 0
        rows = self.ask("SELECT MAX(version) FROM impsvc_schema")
        return rows[0][0] or 0


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
            self.connection = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
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


class Postgres(Database):
    """A server, for several machines."""

    def __init__(self, name, say, _=True):
        super().__init__(name, say)
        try:
            import psycopg2     # only who uses PostgreSQL needs it
        except ImportError:
            raise Failure(say("PostgreSQL needs Python's psycopg2 (Debian, Ubuntu: apt install python3-psycopg2)",
                              "PostgreSQL には Python の psycopg2 が必要です (Debian、Ubuntu: apt install python3-psycopg2)")) from None
        self.errors = (psycopg2.Error,)
        self.connection_class = psycopg2
        try:
            self.connection = psycopg2.connect(name, application_name="impsvc", **ALIVE)
            self.connection.autocommit = True
        except self.errors as error:
            raise self.failure(error) from error

    @staticmethod
    def text(sql):
        return sql.replace("%", "%%").replace("?", "%s")

    def begin(self, only_reads):
        self.change("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if only_reads else "BEGIN")

    def lock(self):
        """Waits until nobody else has it; it goes with the transaction."""
        self.ask("SELECT pg_advisory_xact_lock(?)", (LOCK,))

    @staticmethod
    def for_update():
        """A row that somebody else is changing is left out."""
        return " FOR UPDATE SKIP LOCKED"

    def now(self):
        """The server's clock: machines need not agree."""
        return float(self.ask("SELECT EXTRACT(EPOCH FROM clock_timestamp())")[0][0])

    def has_table(self, name):
        """As the rows of pg_class have it: what to_regclass() says may be older than what somebody else has committed."""
        return bool(self.ask("SELECT 1 FROM pg_catalog.pg_class WHERE relname = ? AND relnamespace IN "
                             "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ANY (current_schemas(false)))", (name,)))

    def insert(self, table, columns, rows):
        """Many rows at once."""
        lines = io.StringIO("".join("\t".join(map(in_copy, row)) + "\n" for row in rows))
        try:
            self.connection.cursor().copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", lines)
        except self.errors as error:
            raise self.failure(error) from error

    def each(self, sql, values=()):
        """Rows one by one, however many there are; in a transaction only."""
        self._run(f"DECLARE impsvc_each NO SCROLL CURSOR FOR {sql}", values)
        while True:
            rows = self.ask("FETCH FORWARD 2000 FROM impsvc_each")
            if not rows:
                break
            yield from rows
        self._run("CLOSE impsvc_each", ())

    def table(self, table):
        if table.name == "setups":
            yield "CREATE TABLE IF NOT EXISTS impsvc_schema (version INTEGER NOT NULL)"
            yield "COMMENT ON COLUMN impsvc_schema.version IS 'how many of the steps of schema.py it has seen'"
        number = "BIGINT GENERATED BY DEFAULT AS IDENTITY"
        columns = [f"{column.name} {column.type.format(number=number)}" for column in table.columns]
        yield f"CREATE TABLE {table.name} ({', '.join([*columns, *table.constraints])})"
        yield f"COMMENT ON TABLE {table.name} IS '{quoted(table.comment)}'"
        for column in table.columns:
            yield f"COMMENT ON COLUMN {table.name}.{column.name} IS '{quoted(column.comment)}'"

    @staticmethod
    def view(name, comment, text):
        yield f"CREATE VIEW {name} AS {text}"
        yield f"COMMENT ON VIEW {name} IS '{quoted(comment)}'"

    @staticmethod
    def by_bytes(column):
        return f'{column} COLLATE "C"'

    @staticmethod
    def hour(column):
        return f"to_char(to_timestamp({column} / 1000000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:00:00\"Z\"')"


def quoted(text):
    return text.replace("'", "''")


def in_copy(value):
    """A value as PostgreSQL's COPY takes it."""
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")

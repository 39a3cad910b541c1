# A database, whichever it is: questions and changes, transactions, and its schema. What SQLite and PostgreSQL do differently is in
# sqlite_file.py and postgresql.py; opening.py takes the right one.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import re
from urllib.parse import urlsplit, urlunsplit

from many import schema
from say import Failure


def without_password(name):
    """A database's name as it may be shown."""
    name = re.sub(r"(?<=[?&]password=)[^&]*", "***", name)
    try:
        parts = urlsplit(name)
    except ValueError:
        return name
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

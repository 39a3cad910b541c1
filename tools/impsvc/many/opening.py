# Opens a database by its name: a file of SQLite, or PostgreSQL's URL.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from many.postgresql import Postgres
from many.sqlite_file import Sqlite
from say import Failure


def open_database(name, say, is_new=True):
    """The database of that name, with the tables of this version; is_new: it may be made."""
    if name in ("", ":memory:"):
        raise Failure(say(f'--db "{name}": name a file, or postgresql://USER@HOST/NAME', f"--db「{name}」: ファイルか postgresql://USER@HOST/NAME を指定してください"))
    database = Postgres(name, say) if name.startswith(("postgresql://", "postgres://")) else Sqlite(name, say, is_new)
    try:
        database.migrate(is_new)
    except BaseException:
        database.close()
        raise
    return database

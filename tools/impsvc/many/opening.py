# Opens a database by its name: a file of SQLite, or PostgreSQL's URL.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from many.postgresql import Postgres
from many.sqlite_file import Sqlite


def open_database(name, say, is_new=True):
    """The database of that name, with the tables of this version; is_new: it may be made."""
    database = Postgres(name, say) if name.startswith(("postgresql://", "postgres://")) else Sqlite(name, say, is_new)
    try:
        database.migrate(is_new)
    except BaseException:
        database.close()
        raise
    return database

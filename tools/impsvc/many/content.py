# What a file is, whatever it is called: its SHA-256. One that has not changed since it was looked at last is not read again.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import errno
import hashlib
import os
import socket
import stat
import sys
from pathlib import Path
from typing import NamedTuple

CHUNK = 1 << 20
CONTROLS = {number: f"\\x{number:02x}" for number in (*range(32), 127)} | {ord("\n"): "\\n", ord("\t"): "\\t", ord("\r"): "\\r"}


class Content(NamedTuple):
    sha256: str
    size: int           # bytes
    modified: int       # nanoseconds since 1970


class Changing(Exception):
    """The file was written to while it was read."""


def look(path):
    """(size, when it was changed last) of a regular file."""
    there = os.stat(path)
    if stat.S_ISDIR(there.st_mode):
        os.scandir(path).close()        # says what is wrong with a folder whose files could not be listed
    if not stat.S_ISREG(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, "is no file")
    return there.st_size, there.st_mtime_ns


def content_of(path, database):
    """The content of a file; OSError if it cannot be read, Changing if it changes."""
    size, modified = look(path)
    machine = socket.gethostname()
    known = database.ask("SELECT sha256 FROM names WHERE machine = ? AND name = ? AND size_bytes = ? AND modified = ?",
                         (machine, shown(path), size, modified))
    if known:
        if database.ask("SELECT 1 FROM missed WHERE machine = ? AND name = ?", (machine, shown(path))):
            found_again(path, database)
        return Content(known[0][0], size, modified)
    content = Content(sha256_of(path), size, modified)
    insist_unchanged(path, content)
    with database.transaction():
        database.change("INSERT INTO names (machine, name, size_bytes, modified, sha256) VALUES (?, ?, ?, ?, ?) "
                        "ON CONFLICT (machine, name) DO UPDATE SET size_bytes = excluded.size_bytes, modified = excluded.modified, "
                        "sha256 = excluded.sha256", (machine, shown(path), size, modified, content.sha256))
        found_again(path, database)
    return content


def found_again(path, database):
    """A file that could not be read once can be read now, and so can the folders that it is in."""
    names = [shown(each) for each in (path, *map(str, Path(path).parents))]
    database.change(f"DELETE FROM missed WHERE machine = ? AND name IN ({', '.join('?' * len(names))})", (socket.gethostname(), *names))


def sha256_of(path, size=None):
    """Of the file, or of as much of its beginning."""
    digest = hashlib.sha256()
    left = sys.maxsize if size is None else size
    with open(path, "rb") as file:
        while left:
            data = file.read(min(CHUNK, left))
            if not data:
                break
            digest.update(data)
            left -= len(data)
    return digest.hexdigest()


def insist_unchanged(path, content):
    """Changing, if the file is another one by now."""
    if look(path) != (content.size, content.modified):
        raise Changing()


def miss(path, reason, database):
    """Notes that a file cannot be read at all."""
    database.change("INSERT INTO missed (machine, name, reason) VALUES (?, ?, ?) ON CONFLICT (machine, name) DO UPDATE SET "
                    "reason = excluded.reason", (socket.gethostname(), shown(path), reason))


def shown(path):
    """A file's name as a database can keep it, and in one line, whatever bytes it has."""
    return os.fsencode(path).decode("utf-8", "backslashreplace").translate(CONTROLS)

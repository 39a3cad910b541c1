# Whose turn it is to read a capture. Whoever claims one keeps renewing the claim; if that ends, somebody else may have it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import socket
import threading
import uuid
from enum import Enum

from many.schema import COLUMNS_OF_A_SIGHTING
from say import Failure

LEASE = 90              # seconds a claim holds unless it is renewed; by default
MOST_TRIES = 5          # readers that may die over one capture before it counts as failed


class OtherPoint(Failure):
    """A capture was collected at another point before."""


class Answer(Enum):
    OURS = "ours"           # read it
    DONE = "done"           # it was read
    FAILED = "failed"       # it was tried, and cannot be read
    TAKEN = "taken"         # somebody reads it right now


def myself():
    """This process among those of all machines: another one that gets its number begins at another time."""
    return f"{socket.gethostname()} {boot()} {os.getpid()} {began(os.getpid())} {uuid.uuid4().hex[:8]}"


def boot():
    """Within which its process numbers are what they are: since when it runs, and the namespace of containers."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return f"{file.read().strip()}/{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return "-"


def began(pid):
    """When a process of this machine began, in its own unit; None if there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def is_gone(reader):
    """Whether a reader of this machine is there no more; of another machine's nothing is known, nor of one that may not be looked at."""
    parts = (reader or "").split()
    if len(parts) != 5 or parts[:2] != [socket.gethostname(), boot()] or parts[3] == "None":
        return False
    now = began(parts[2])
    if now is not None:
        return now != parts[3]
    try:
        os.kill(int(parts[2]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False


class Claims:
    """Of one setup, for one reader."""

    def __init__(self, database, setup, reader, lease=LEASE):
        self.database, self.setup, self.reader, self.lease = database, setup, reader, lease

    def take(self, sha256, size, name, point, again=False):
        """(Answer, the capture's number). Of a capture that was claimed and read elsewhere the point must be the same."""
        with self.database.transaction():
            if again:       # others' captures change too: one at a time, before anything is held
                self.database.lock()
            now = self.database.now()
            rows = self.database.ask(
                "SELECT id, state, reader, lease_until, tries, point FROM captures WHERE setup = ? AND sha256 = ?"
                + self.database.for_update(), (self.setup, sha256))
            if not rows:
                return self._take_new(sha256, size, name, point, now)
            number, state, reader, until, tries, known_point = rows[0]
            if state == "claimed" and until > now and not is_gone(reader):
                return Answer.TAKEN, number
            if state == "done" and known_point == point and not again:
                return Answer.DONE, number
            if state == "done" and not again:
                raise OtherPoint(self._other_point(name, known_point, point))
            if state == "failed" and not again:
                return Answer.FAILED, number
            if state == "claimed" and tries >= MOST_TRIES:
                self._finish(number, reader, "failed", f"whoever read it has died {tries} times")
                return Answer.FAILED, number
            # What was read before stays until it is read again.
            self.database.change("UPDATE captures SET state = 'claimed', reader = ?, lease_until = ?, tries = ? WHERE id = ?",
                                 (self.reader, now + self.lease, tries + 1 if state == "claimed" else 1, number))
            return Answer.OURS, number

    def _take_new(self, sha256, size, name, point, now):
        made = self.database.change(
            "INSERT INTO captures (setup, sha256, size_bytes, name, point, state, reader, lease_until, tries, is_joined) "
            "VALUES (?, ?, ?, ?, ?, 'claimed', ?, ?, 1, 0) ON CONFLICT (setup, sha256) DO NOTHING",
            (self.setup, sha256, size, name, point, self.reader, now + self.lease))
        if not made:
            return Answer.TAKEN, None
        return Answer.OURS, self.database.ask("SELECT id FROM captures WHERE setup = ? AND sha256 = ?", (self.setup, sha256))[0][0]

    def _other_point(self, name, known, asked):
        return self.database.say(
            f"{name}: was collected {'as ' + known if known else 'without --point'} before, and is not collected "
            f"{'as ' + asked if asked else 'without it'} unless --again says so",
            f"{name}: 以前は{'地点 ' + known if known else '--point なし'}で収集済みです。{'地点 ' + asked if asked else '地点なし'}で収集し直すには "
            "--again を指定してください")

    def _forget(self, number):
        """What an earlier reading has left; its flows are joined anew without it."""
        database = self.database
        ends = database.ask("SELECT DISTINCT transport, address, port, other, other_port FROM sightings WHERE capture = ?", (number,))
        for values in ends:
            database.change("DELETE FROM flows WHERE setup = ? AND ends = ?", (self.setup, " ".join(map(str, values))))
            database.change(
                "UPDATE captures SET is_joined = 0 WHERE id IN (SELECT capture FROM sightings WHERE transport = ? AND address = ? "
                "AND port = ? AND other = ? AND other_port = ?) AND setup = ?", (*values, self.setup))
        database.change("DELETE FROM sightings WHERE capture = ?", (number,))
        database.change("DELETE FROM interfaces WHERE capture = ?", (number,))
        database.change("UPDATE captures SET is_joined = 0 WHERE id = ?", (number,))

    def renew(self):
        """All claims of this reader hold for another while."""
        self.database.change("UPDATE captures SET lease_until = ? WHERE reader = ? AND state = 'claimed'",
                             (self.database.now() + self.lease, self.reader))

    def give_back(self, number=None):
        """One claim, or all of this reader: others may have them. What was read before counts as it did."""
        where, values = ("id = ? AND ", (number,)) if number is not None else ("", ())
        with self.database.transaction():
            self.database.change(f"DELETE FROM captures WHERE {where}reader = ? AND state = 'claimed' AND packets IS NULL", (*values, self.reader))
            self.database.change(f"UPDATE captures SET state = 'done', reader = NULL, lease_until = NULL, is_joined = 0 WHERE {where}reader = ? "
                                 "AND state = 'claimed'", (*values, self.reader))

    def earlier(self, name, sha256):
        """Other contents that files of this name had: (number, SHA-256, size, whether it was read); not those that somebody reads."""
        rows = self.database.ask("SELECT id, sha256, size_bytes, state, reader, lease_until FROM captures WHERE setup = ? AND name = ? AND "
                                 "sha256 <> ?", (self.setup, name, sha256))
        now = self.database.now()
        return [(number, theirs, size, state == "done") for number, theirs, size, state, reader, until in rows
                if state != "claimed" or until <= now or is_gone(reader)]

    def keep(self, number, kept, points, name, point=None, replaced=()):
        """Keeps what was read: all of it, or nothing if the claim is somebody else's by now. points has the interfaces' points; replaced
        has the captures that the file of this name was before: (number, whether the file begins with it)."""
        with self.database.transaction():
            if replaced:
                self.database.lock()
            if not self._finish(number, self.reader, "done", kept.incomplete, kept):
                return False
            self._forget(number)
            self._replace(replaced, name)
            self.database.change("UPDATE captures SET name = ?, point = ? WHERE id = ?", (name, point, number))
            self.database.insert("interfaces", ("capture", "number", "point"),
                                 [(number, interface, point) for interface, point in points.items()])
            self.database.insert("sightings", COLUMNS_OF_A_SIGHTING, [(number, *row) for row in kept.sightings])
            return True

    def _replace(self, replaced, name):
        """Captures go, unless another file has their content. Another machine's file of this name is this one, if it begins alike."""
        for number, is_beginning in replaced:
            others = self.database.ask("SELECT names.name FROM captures JOIN names ON names.sha256 = captures.sha256 "
                                       "WHERE captures.id = ? ORDER BY names.name", (number,))
            others = [other for other, in others if other != name or not is_beginning]
            if others:
                self.database.change("UPDATE captures SET name = ? WHERE id = ?", (others[0], number))
            else:
                self._forget(number)
                self.database.change("DELETE FROM captures WHERE id = ?", (number,))

    def fail(self, number, reason, name, replaced=()):
        """The capture cannot be read; nor could those that the file of this name was before."""
        with self.database.transaction():
            if replaced:
                self.database.lock()
            if not self._finish(number, self.reader, "failed", reason):
                return False
            self._forget(number)
            self.database.change("UPDATE captures SET name = ?, is_joined = 1 WHERE id = ?", (name, number))
            self._replace(replaced, name)
            return True

    def _finish(self, number, reader, state, reason, kept=None):
        """Ends a claim; false if that reader does not have it any more. What has failed has nothing to be joined."""
        return self.database.change(
            "UPDATE captures SET state = ?, reason = ?, reader = NULL, lease_until = NULL, packets = ?, first_seen = ?, last_seen = ?, "
            "is_joined = ? WHERE id = ? AND state = 'claimed' AND reader = ?",
            (state, reason, kept and kept.packets, kept and kept.first, kept and kept.last, int(kept is None), number, reader)) == 1


class Renewing:
    """Renews the claims of a reader in the background, with a connection of its own."""

    def __init__(self, claims):
        self.claims = claims
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()

    def _renew(self):
        database = None
        while not self.stop.wait(self.claims.lease / 4):
            try:
                database = database or self.claims.database.another()
                Claims(database, self.claims.setup, self.claims.reader, self.claims.lease).renew()
            except Failure:         # the next one may succeed; if not, the claims are others' in the end
                database = None
        if database is not None:
            database.close()

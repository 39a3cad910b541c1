# From what each capture has of a flow to one flow. What is of one flow, and what came of it, impsvc-merge decides (tools/merge/merge.c);
# here its input is collected from the database, and its output put there.
#
# What a flow becomes depends on the sightings of its two ends and on where the two hosts were seen at that time, and on nothing else. So
# after some captures have come, the flows of those ends are made anew that they have, and those that began while they were recorded.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import itertools
import os
import subprocess
import tempfile
from typing import NamedTuple

from say import Failure

BATCH = 100             # captures in a transaction,
MOST = 50_000           # unless they have more sightings than this
ROWS = 500              # flows with one statement
DAY = 86_400_000_000_000        # nanoseconds
FIRST, LAST = -2**63 + 1, 2**63 - 1
MOST_POINTS = 32        # as impsvc-merge has it; further points are one
FURTHER = "further points"

NEW = """
SELECT id, (SELECT COUNT(*) FROM sightings WHERE capture = captures.id)
  FROM captures WHERE setup = ? AND state = 'done' AND is_joined = 0 ORDER BY id LIMIT ?"""

# Ends that are to be made anew, and of what time: all of a connection's; what is none is another flow each day (plugin/joins/flow_join.c), so
# two hosts that ask each other for the time all year long are made anew for some days only.
ANEW = f"""
SELECT DISTINCT theirs.address, theirs.other, theirs.transport, theirs.port, theirs.other_port,
       CASE WHEN theirs.transport = 'TCP' OR theirs.first_seen < 0 THEN {FIRST} ELSE theirs.first_seen / {DAY} * {DAY} END AS begins,
       CASE WHEN theirs.transport = 'TCP' THEN {LAST} WHEN theirs.first_seen < 0 THEN -1 ELSE theirs.first_seen / {DAY} * {DAY} + {DAY - 1} END AS until
  FROM (SELECT DISTINCT capture, address, other FROM sightings WHERE capture IN ({{captures}})) new
  JOIN captures one ON one.id = new.capture
  JOIN sightings theirs ON theirs.address = new.address AND theirs.other = new.other
  JOIN captures two ON two.id = theirs.capture AND two.setup = one.setup AND two.state = 'done'
 WHERE theirs.first_seen BETWEEN one.first_seen - {{longest}} AND one.last_seen AND theirs.last_seen >= one.first_seen"""

LONGEST = "SELECT COALESCE(MAX(last_seen - first_seen), 0) FROM captures WHERE setup = ? AND state = 'done'"

# Where two hosts were seen at a time: a capture of that time has them no earlier than the longest capture is long.
# Written so that SQLite looks up each pair of hosts; a + keeps it from looking through all captures, here and below.
WATCHES = """
SELECT DISTINCT sightings.address, sightings.other, captures.first_seen, captures.last_seen, sightings.capture, sightings.interfaces
  FROM (VALUES {hosts}) hosts
  JOIN sightings ON sightings.address = hosts.column1 AND sightings.other = hosts.column2 AND sightings.first_seen BETWEEN ? AND ?
  JOIN captures ON captures.id = +sightings.capture AND +captures.setup = ? AND captures.state = 'done'
 ORDER BY 1, 2, 3, 4, 5, 6"""

# All that is known of those ends: what is of the same two ends comes together.
SIGHTINGS = """
SELECT ends.address, ends.other, ends.transport, ends.port, ends.other_port, ends.begins, ends.until,
       known.capture, known.first_seen, known.last_seen, known.record
  FROM ({anew}) ends
  JOIN sightings known ON known.address = ends.address AND known.other = ends.other AND known.transport = ends.transport
   AND known.port = ends.port AND known.other_port = ends.other_port AND known.first_seen BETWEEN ends.begins AND ends.until
  JOIN captures ON captures.id = +known.capture AND +captures.setup = ? AND captures.state = 'done'
 ORDER BY 1, 2, 3, 4, 5, 6"""


class Ends(NamedTuple):
    """Two ends, and the time of which all that is known of them is joined; the first columns of SIGHTINGS."""
    address: str
    other: str
    transport: str
    port: int
    other_port: int
    begins: int     # nanoseconds since 1970
    until: int

    def __str__(self):
        """As the table flows names them."""
        return f"{self.transport} {self.address} {self.port} {self.other} {self.other_port}"


class Joiner:
    """Joins what is new in a setup. program is impsvc-merge, release the port list's identifier."""

    def __init__(self, database, setup, release, program):
        self.database, self.setup, self.release, self.program = database, setup, release, program
        self.points = {}        # of each capture: {interface: point}
        self.complaints = []    # records that were left out, a sentence each

    def join_all(self):
        """Until nothing is new."""
        while self._step():
            pass

    def _step(self):
        """Some captures, in one transaction; how many."""
        with self.database.transaction():
            self.database.lock()
            captures = self._new()
            if not captures:
                return 0
            marks = ", ".join("?" * len(captures))
            self.points.clear()
            sides = self._sides()
            new_sides = self._make_anew(captures, sides) - sides
            self.database.change(f"UPDATE captures SET is_joined = 1 WHERE id IN ({marks})", captures)
            if new_sides:
                self.database.insert("sides", ("setup", "point", "other"), [(self.setup, *pair) for pair in sorted(new_sides)])
                # What stops between the two could not be said before.
                self.database.change("UPDATE captures SET is_joined = 0 WHERE setup = ? AND state = 'done'", (self.setup,))
            return len(captures)

    def _new(self):
        """Some captures that are not joined yet: one, or as many as are not too large together."""
        rows = self.database.ask(NEW, (self.setup, BATCH))
        together = itertools.accumulate(count for _, count in rows)
        return [capture for (capture, _), count in zip(rows, together) if count <= MOST or capture == rows[0][0]]

    def _sides(self):
        return {tuple(row) for row in self.database.ask("SELECT point, other FROM sides WHERE setup = ?", (self.setup,))}

    def _make_anew(self, captures, sides):
        """Writes the flows that these captures have a part in; pairs of points that have shown the same packets."""
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as complaints:
            self._write(lines, captures, sides)
            lines.seek(0)
            with subprocess.Popen([self.program], stdin=lines, stdout=subprocess.PIPE, stderr=complaints,
                                  encoding="utf-8", errors="replace") as merging:
                header = merging.stdout.readline().rstrip("\n").split("\t")
                pairs = self._read(merging.stdout, header) if len(header) > 1 else set()
            complaints.seek(0)
            complaint = complaints.read().decode("utf-8", "replace").strip()
        if merging.returncode or len(header) == 1:
            raise Failure(complaint or f"{os.path.basename(self.program)} ended with {merging.returncode}")
        self.complaints += complaint.splitlines()
        return pairs

    def _write(self, file, captures, sides):
        """The input of impsvc-merge. What the table flows has of these ends goes."""
        write = lambda *words: file.write(("\t".join(map(str, words)) + "\n").encode())     # noqa: E731
        write("release", self.release)
        longest = self.database.ask(LONGEST, (self.setup,))[0][0]
        rows = self.database.each(SIGHTINGS.format(anew=ANEW.format(captures=", ".join("?" * len(captures)), longest=int(longest))), (*captures, self.setup))
        flows = ((Ends(*ends), list(sightings)) for ends, sightings in itertools.groupby(rows, lambda row: row[:7]))
        for some in in_parts(flows, ROWS):
            self._take_out([ends for ends, _ in some])
            watches = self._watches({ends[:2] for ends, _ in some}, min(row[8] for _, sightings in some for row in sightings) - longest,
                                    max(row[9] for _, sightings in some for row in sightings))
            for hosts, of_hosts in itertools.groupby(some, lambda flow: flow[0][:2]):
                watched, number_of = self._write_hosts(write, watches[hosts], sides)
                for ends, sightings in of_hosts:
                    write("flows", ends)
                    self._write_flow(write, sightings, watched, number_of)

    def _take_out(self, several):
        """The flows of these ends."""
        one = "(setup = ? AND ends = ? AND first_seen BETWEEN ? AND ?)"
        values = [value for ends in several for value in (self.setup, str(ends), ends.begins, ends.until)]
        self.database.change(f"DELETE FROM flows WHERE {' OR '.join([one] * len(several))}", values)

    def _watches(self, hosts, begins, until):
        """{(address, other): when and where captures have seen the two in that time}: (from, until, capture, interfaces)."""
        found = {pair: [] for pair in hosts}
        sql = WATCHES.format(hosts=", ".join(["(?, ?)"] * len(hosts)))
        for address, other, *watch in self.database.ask(sql, (*itertools.chain.from_iterable(sorted(hosts)), max(begins, FIRST), until, self.setup)):
            found[address, other].append(watch)
        return found

    def _write_hosts(self, write, watches, sides):
        """Where two hosts were seen: (from, until, bits) of each capture, and a function from a point to its number."""
        seen = [(first, last, self._points_of(capture), interfaces) for first, last, capture, interfaces in watches]
        names = sorted({name for _, _, points, _ in seen for name in points.values()})
        if len(names) > MOST_POINTS:
            names = [*names[:MOST_POINTS - 1], FURTHER]
        place = {name: number for number, name in enumerate(names)}
        number_of = lambda name: place.get(name, len(names) - 1)       # noqa: E731
        write("points", *names)
        for name in names:
            beside = [number_of(theirs) for ours, theirs in sides if ours == name and (theirs in place or names[-1] == FURTHER)]
            write("sides", place[name], bits_of(beside))
        return [(first, last, bits_of({number_of(point) for interface, point in points.items() if (interfaces or 1) >> interface & 1}))
                for first, last, points, interfaces in seen], number_of

    def _write_flow(self, write, sightings, watched, number_of):
        begins, ends = min(row[8] for row in sightings), max(row[9] for row in sightings)
        for first, last, bits in watched:
            if first <= ends and begins <= last:
                write("watched", first, last, bits)
        for *_, capture, _, _, record in sightings:
            points = self._points_of(capture)
            numbers = [number_of(points.get(interface, points[max(points)])) for interface in range(max(points) + 1)]
            write("seen", capture, ",".join(map(str, numbers)), record)

    def _points_of(self, capture):
        """{interface: point} of a capture."""
        if capture not in self.points:
            self.points[capture] = dict(self.database.ask("SELECT number, point FROM interfaces WHERE capture = ? ORDER BY number",
                                                          (capture,))) or {0: "-"}
        return self.points[capture]

    def _read(self, lines, header):
        """Puts the flows into the database, which makes numbers of texts itself; pairs of points."""
        pairs, columns = set(), ["ends", *header[1:]]
        of_points = [columns.index(name) for name in ("points_to", "points_back")]

        def rows():
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                for place in of_points:
                    if ", " in cells[place]:
                        pairs.update(itertools.permutations(cells[place].split(", "), 2))
                yield (self.setup, *cells)

        for some in in_parts(rows(), 2 * ROWS):
            self.database.insert("flows", ("setup", *columns), some)
        return pairs


def in_parts(rows, size):
    """Lists of that many rows each."""
    rows = iter(rows)
    while some := list(itertools.islice(rows, size)):
        yield some


def bits_of(numbers):
    return sum({1 << number for number in numbers})

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

from many import schema
from say import Failure

BATCH = 100             # captures in a transaction
MOST_POINTS = 32        # as impsvc-merge has it; further points are one
FURTHER = "further points"
NUMBERS = {column.name for column in schema.FLOWS.columns if not column.type.startswith("TEXT")}
ENDS = "transport, address, port, other, other_port"

NEW = """SELECT id FROM captures WHERE setup = ? AND state = 'done' AND is_joined = 0 ORDER BY id LIMIT ?"""

# Ends that are to be made anew, so that those of two hosts come together.
ANEW = """
SELECT DISTINCT theirs.address, theirs.other, theirs.transport, theirs.port, theirs.other_port
  FROM (SELECT DISTINCT capture, address, other FROM sightings WHERE capture IN ({captures})) new
  JOIN captures one ON one.id = new.capture
  JOIN sightings theirs ON theirs.address = new.address AND theirs.other = new.other
  JOIN captures two ON two.id = theirs.capture AND two.setup = one.setup AND two.state = 'done'
 WHERE theirs.first_seen BETWEEN one.first_seen AND one.last_seen
 ORDER BY 1, 2, 3, 4, 5"""

WATCHES = """
SELECT sightings.capture, captures.first_seen, captures.last_seen, sightings.interfaces
  FROM sightings JOIN captures ON captures.id = sightings.capture
 WHERE captures.setup = ? AND captures.state = 'done' AND address = ? AND other = ?
 GROUP BY sightings.capture, captures.first_seen, captures.last_seen, sightings.interfaces
 ORDER BY captures.first_seen, captures.last_seen"""

SIGHTINGS = """
SELECT sightings.capture, sightings.first_seen, sightings.last_seen, record
  FROM sightings JOIN captures ON captures.id = sightings.capture
 WHERE captures.setup = ? AND captures.state = 'done'
   AND address = ? AND other = ? AND transport = ? AND port = ? AND other_port = ?"""


class Joiner:
    """Joins what is new in a setup. program is impsvc-merge, release the port list's identifier."""

    def __init__(self, database, setup, release, program):
        self.database, self.setup, self.release, self.program = database, setup, release, program
        self.points = {}        # of each capture: {interface: point}
        self.complaints = []    # records that were left out, a sentence each

    def join_all(self, told=lambda captures: None):
        """Until nothing is new; told(captures) hears how many captures were joined with each step."""
        while True:
            done = self._step()
            if not done:
                return
            told(done)

    def waiting(self):
        """How many captures are still to be joined."""
        return self.database.ask("SELECT COUNT(*) FROM captures WHERE setup = ? AND state = 'done' AND is_joined = 0", (self.setup,))[0][0]

    def _step(self):
        """Some captures, in one transaction; how many."""
        with self.database.transaction():
            self.database.lock()
            captures = [row[0] for row in self.database.ask(NEW, (self.setup, BATCH))]
            if not captures:
                return 0
            marks = ", ".join("?" * len(captures))
            ends = self.database.ask(ANEW.format(captures=marks), captures)
            self.points.clear()
            sides = self._sides()
            new_sides = set()
            if ends:
                new_sides = self._make_anew(ends, sides) - sides
            self.database.change(f"UPDATE captures SET is_joined = 1 WHERE id IN ({marks})", captures)
            if new_sides:
                self.database.insert("sides", ("setup", "point", "other"), [(self.setup, *pair) for pair in sorted(new_sides)])
                # What stops between the two could not be said before.
                self.database.change("UPDATE captures SET is_joined = 0 WHERE setup = ? AND state = 'done'", (self.setup,))
            return len(captures)

    def _sides(self):
        return {tuple(row) for row in self.database.ask("SELECT point, other FROM sides WHERE setup = ?", (self.setup,))}

    def _make_anew(self, ends, sides):
        """Writes the flows of these ends; pairs of points that have shown the same packets."""
        with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as complaints:
            self._write(lines, ends, sides)
            lines.seek(0)
            with subprocess.Popen([self.program], stdin=lines, stdout=subprocess.PIPE, stderr=complaints,
                                  encoding="utf-8", errors="replace") as merging:
                header = merging.stdout.readline().rstrip("\n").split("\t")
                for _, _, *parts in self._keys(ends):
                    self.database.change("DELETE FROM flows WHERE setup = ? AND ends = ?", (self.setup, parts[0]))
                pairs = self._read(merging.stdout, header)
            complaints.seek(0)
            complaint = complaints.read().decode("utf-8", "replace").strip()
        if merging.returncode:
            raise Failure(complaint or f"{os.path.basename(self.program)} ended with {merging.returncode}")
        self.complaints += complaint.splitlines()
        return pairs

    @staticmethod
    def _keys(ends):
        """(address, other, the ends as the table flows names them, values for SIGHTINGS)."""
        for address, other, transport, port, other_port in ends:
            yield address, other, f"{transport} {address} {port} {other} {other_port}", (address, other, transport, port, other_port)

    def _write(self, file, ends, sides):
        """The input of impsvc-merge."""
        write = lambda *words: file.write(("\t".join(map(str, words)) + "\n").encode())     # noqa: E731
        write("release", self.release)
        for (address, other), keys in itertools.groupby(self._keys(ends), lambda key: key[:2]):
            watches = [(first, last, self._points_of(capture), interfaces) for capture, first, last, interfaces
                       in self.database.ask(WATCHES, (self.setup, address, other))]
            names = sorted({name for _, _, points, _ in watches for name in points.values()})
            if len(names) > MOST_POINTS:
                names = [*names[:MOST_POINTS - 1], FURTHER]
            place = {name: number for number, name in enumerate(names)}
            number_of = lambda name: place.get(name, len(names) - 1)       # noqa: E731
            write("points", *names)
            for name in names:
                beside = [number_of(theirs) for ours, theirs in sides if ours == name]
                write("sides", place[name], bits_of(beside))
            watched = [(first, last, bits_of({number_of(point) for interface, point in points.items()
                                              if (interfaces or 1) >> interface & 1})) for first, last, points, interfaces in watches]
            for _, _, key, values in keys:
                self._write_flow(write, key, values, watched, number_of)

    def _write_flow(self, write, key, values, watched, number_of):
        sightings = self.database.ask(SIGHTINGS, (self.setup, *values))
        begins, ends = min(row[1] for row in sightings), max(row[2] for row in sightings)
        write("flows", key)
        for first, last, bits in watched:
            if first <= ends and begins <= last:
                write("watched", first, last, bits)
        for capture, _, _, record in sightings:
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
        """Puts the flows into the database; pairs of points."""
        pairs, columns = set(), ["ends", *header[1:]]

        def rows():
            for line in lines:
                cells = dict(zip(columns, line.rstrip("\n").split("\t")))
                for points in (cells["points_to"], cells["points_back"]):
                    names = points.split(", ")
                    pairs.update((one, other) for one in names for other in names if one != other)
                yield (self.setup, *(int(cells[name]) if name in NUMBERS else cells[name] for name in columns))

        made = rows()
        while True:
            some = list(itertools.islice(made, 1000))
            if not some:
                return pairs
            self.database.insert("flows", ("setup", *columns), some)


def bits_of(numbers):
    return sum({1 << number for number in numbers})

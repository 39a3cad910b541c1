# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads one CSV file of the catalog and remembers where every cell stands.

read() answers a Sheet; what is wrong with the file's form (no such file, other
delimiter or encoding, wrong header, wrong number of cells) goes into a list of
Problem. Their line is the one a text editor shows: a quoted cell may run over
several lines, so it is not the number of the row.
"""

import csv
import io
import re
from typing import NamedTuple

NOT_UTF8 = re.compile("[\udc80-\udcff]")    # what surrogateescape makes of other bytes


class Problem(NamedTuple):
    """Prints as FILE:LINE: COLUMN: reason. Where no column is to blame, it is (file) or (row)."""

    path: str
    line: int
    column: str
    reason: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.column}: {self.reason}"


class Row:
    """row["reach"] is the text of a cell; row.blame("reach", reason) records a problem with it."""

    def __init__(self, path, line, header, cells, problems):
        self._path = path
        self._line = line
        self._cells = dict(zip(header, cells))
        self._problems = problems
        self._blamed = set()

    def __getitem__(self, column):
        return self._cells[column]

    def line(self, column):
        """The line the cell begins on, counted from 1."""
        before = list(self._cells.values())[:list(self._cells).index(column)]
        return self._line + sum(len(re.findall("\r\n|\r|\n", cell)) for cell in before)

    def blame(self, column, reason):
        self._blamed.add(column)
        self._problems.append(Problem(self._path, self.line(column), column, reason))

    def fine(self, *columns):
        """Nothing was wrong with any of these cells so far."""
        return self._blamed.isdisjoint(columns)


class Sheet(NamedTuple):
    path: str
    rows: list
    complete: bool      # nothing had to be left out: other files can be checked against it


class _Unusable(Exception):
    """The file as a whole cannot be used; the arguments are the problems."""


def read(path, columns, problems):
    """The rows of a file that has exactly the given columns, in any order."""
    try:
        records = _records(path)
        header = _header(path, records, columns)
    except _Unusable as unusable:
        problems += unusable.args
        return Sheet(path, [], False)
    rows = []
    for line, cells in records[1:]:
        if len(cells) == len(header):
            rows.append(Row(path, line, header, cells, problems))
        else:
            column = header[min(len(cells), len(header) - 1)]
            reason = f"the row has {len(cells)} cells, the header has {len(header)}"
            problems.append(Problem(path, line, column, reason))
    return Sheet(path, rows, len(rows) == len(records) - 1)


def _records(path):
    """(line, cells) of the header and of every row that is not blank."""
    text = _text(path)
    if re.match("[^,\r\n]*[;\t]", text):
        reason = "the cells are separated by semicolons or tabs, save the file with commas"
        raise _Unusable(Problem(path, 1, "(file)", reason))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, line = [], 1
    try:
        for cells in reader:
            if any(cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise _Unusable(Problem(path, line, "(row)", f"quotation marks do not match ({error})"))
    if not records:
        raise _Unusable(Problem(path, 1, "(file)", "is empty, even the header row is missing"))
    return records


def _text(path):
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise _Unusable(Problem(path, 1, "(file)", f"cannot be read: {error.strerror}"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _Unusable(Problem(path, 1, "(file)", "is UTF-16, save it as UTF-8"))
    return data.decode("utf-8-sig", errors="surrogateescape")


def _header(path, records, columns):
    line, header = records[0]
    _refuse_other_encodings(path, header, records)
    complaints = [(column, "column is missing") for column in columns if column not in header]
    complaints += [(column, "column stands twice") for column in columns if header.count(column) > 1]
    complaints += [(column or "(no name)", "unknown column") for column in header if column not in columns]
    if complaints:
        raise _Unusable(*(Problem(path, line, column, reason) for column, reason in complaints))
    return header


def _refuse_other_encodings(path, header, records):
    """Blames the first cell that is not UTF-8 only: of a file in another encoding most cells are not."""
    for line, cells in records:
        for place, cell in enumerate(cells):
            if NOT_UTF8.search(cell):
                line = Row(path, line, range(len(cells)), cells, []).line(place)
                column = _shown(header[place]) if place < len(header) else "(row)"
                raise _Unusable(Problem(path, line, column, f'"{_shown(cell)}" is not UTF-8, save the file as UTF-8'))


def _shown(text):
    return NOT_UTF8.sub("\ufffd", text)

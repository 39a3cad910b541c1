# The paths of a capture and what came of each, as tshark -z impsvc,check prints them. What a path or a result is, is decided in
# the plugin; here rows are read and counted.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
from collections import Counter
from dataclasses import dataclass, field

import findings
from say import OF_PREFERENCE, Failure

HEAD = re.compile(r"No\. \|Result \|")
FREE = "evidence"           # the column with texts from the capture: names of its interfaces may have anything in them
NUMBERS = ("no", "tries", "answered")
NOTHING = "-"
# Of the first packet, as findings reads it: whether it is a packet at all.
FIELDS = ("frame.number", "frame.protocols", "_ws.expert.severity", "_ws.expert.message")
FIRST = ("-Y", "frame.number == 1", "-T", "fields", *(word for name in FIELDS for word in ("-e", name)))


@dataclass
class Paths:
    name: str                                       # of the capture
    incomplete: str = None                          # why only a part of it was read
    found: findings.Findings = None                 # its packets and nodes
    configured: list = field(default_factory=list)  # the user's rows of nodes
    release: object = None                          # of the port list, if one was chosen
    rows: list = field(default_factory=list)        # a dict for each path, worst first
    unlisted: str = ""                              # what is there instead, if no packet fits the port list
    plan: str = ""                                  # what became of the plan, if nodes are configured
    columns: list = field(default_factory=list)
    is_broken: bool = False                         # rows cannot be told apart

    @property
    def counts(self):
        return Counter(row["result"] for row in self.rows)

    @property
    def blocked(self):
        return sum(is_blocked(row) for row in self.rows)

    def take(self, lines):
        """Reads the table; yields the other lines."""
        is_table = False
        for line in lines:
            if HEAD.match(line):
                self.columns, is_table = [key_of(name) for name in cells_of(line)], True
                next(lines)     # the table's title
            elif is_table and line.startswith("==="):
                is_table = False
            elif is_table:
                self._row(line)
            else:
                yield line

    def _row(self, line):
        cells = cells_of(line)
        # A line break in a text of the capture would make other rows of it.
        self.is_broken |= len(cells) < len(self.columns) or cells[0].strip() != str(len(self.rows) + 1) and not self._is_sentence(cells)
        if self.is_broken:
            return
        before = self.columns.index(FREE)
        after = len(cells) - (len(self.columns) - before - 1)
        cells[before:after] = [" |".join(cells[before:after])]
        row = dict(zip(self.columns, (cell.strip() for cell in cells)))
        if self._is_sentence(cells):
            self.unlisted, self.plan = (row["service"], "") if not self.rows else ("", row[FREE])
            return
        self.rows.append({key: int(cell) if key in NUMBERS else None if cell == NOTHING else cell for key, cell in row.items()})

    def _is_sentence(self, cells):
        """The row that says what is there if no packet fits the port list, or what became of the plan."""
        return cells[self.columns.index("entry")].strip() == NOTHING


def cells_of(line):
    return line.rstrip("\n").split(" |")[:-1]


def key_of(name):
    """Of a column's name: "DSCP to" is dscp_to."""
    return name.strip(" .").lower().replace(" ", "_")


def entry_order(entry):
    """What entries are sorted by, so that 2.1 comes before 10.1."""
    return [int(part) for part in entry.split(".")]


def is_blocked(row):
    return row["blocked"] is not None


class FirstPacket:
    """The arguments with which tshark prints what is read beside the paths; a reader of more has these members too."""

    arguments = ("-z", "io,stat,0", *FIRST)

    @staticmethod
    def take(lines):
        return lines


def read(tshark, capture, language, configured, reader=FirstPacket):
    """The paths of a capture."""
    paths = Paths(capture.name, configured=configured, release=tshark.release)
    lines = tshark.read(capture, "-o", f"impsvc.language:{OF_PREFERENCE[language]}",
                        "-z", "impsvc,check", "-z", "impsvc,nodes", *reader.arguments)
    paths.found = findings.read(paths.take(reader.take(lines)), [])
    paths.incomplete = tshark.incomplete
    findings.insist_on_packets(paths.found, capture, tshark)
    if paths.is_broken:
        raise Failure(tshark.say(f"{capture.name}: the name of an interface in it has a line break, so the firewall check cannot be read",
                                 f"{capture.name}: インタフェース名に改行があり、ファイアウォール検査を読み取れません"))
    if not paths.columns:
        raise Failure(tshark.say(f"{capture.name}: tshark has printed no firewall check: is the plugin too old?",
                                 f"{capture.name}: tshark がファイアウォール検査を出力しません。プラグインが古い可能性があります"))
    return paths

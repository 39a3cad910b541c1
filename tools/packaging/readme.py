# Markdown of a README, and of what belongs to it, as blocks; and the parts that are marked for the man page.
#
# A comment in the Markdown, which its readers do not see, begins a part:
#
#   ## Fields
#   <!-- man: fields -->                    the part "fields", headed as in the README
#   <!-- man: description DESCRIPTION -->   a part with a heading of its own, for text without one
#   <!-- man: see-also SEE ALSO
#   wireshark(1)
#   -->                                     a part that only the man page has
#   <!-- man: end -->                       the part ends here, not at the next heading
#
# The names of parts are the same in every language; headings and text are the file's.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
from dataclasses import dataclass, field

MARK = re.compile(r"<!-- man: (?P<name>[a-z-]+)(?: (?P<heading>[^\n]+?))?(?: -->|\n(?P<text>.*)\n-->)", re.DOTALL)
# Markdown that the READMEs do not use.
UNKNOWN = re.compile(r"\d+\. |[*+>] |```|~~~|<|(-{3,}|={3,})$")


class Mistake(Exception):
    """Something in the README that cannot be understood; says which line and why."""


@dataclass
class Block:
    """kind is heading, table, code, item or text.

    lines has the text of all but tables and items, rows a table's cells (its head first), blocks what an item holds.
    """
    kind: str
    line: int
    lines: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    blocks: list = field(default_factory=list)


@dataclass
class Part:
    name: str
    heading: str
    blocks: list


def _cells(number, line):
    """The cells of a table's line; "\\|" is a bar in a cell."""
    if not line.endswith("|"):
        raise Mistake(f"line {number}: a table's line that does not end with |")
    return [cell.strip().replace("\0", "|") for cell in line[1:-1].replace("\\|", "\0").split("|")]


def _table(numbered):
    rows = [_cells(number, line.rstrip()) for number, line in numbered]
    first = numbered[0][0]
    if len(rows) < 3 or not all(re.fullmatch(r":?-+:?", cell) for cell in rows[1]):
        raise Mistake(f"line {first}: a table needs a head, a line of --- and rows")
    for (number, _), row in zip(numbered, rows):
        if len(row) != len(rows[0]):
            raise Mistake(f"line {number}: {len(row)} cells, but the table's head has {len(rows[0])}")
    return Block("table", first, rows=[rows[0], *rows[2:]])


def _run(numbered, wanted):
    """How many lines from the first on are wanted; the first always is."""
    length = 1
    while length < len(numbered) and wanted(numbered[length][1]):
        length += 1
    return length


def _blocks(numbered):
    """The blocks of (number, line) pairs."""
    found = []
    while numbered:
        number, line = numbered[0]
        taken = 1
        if line.startswith("#"):
            found.append(Block("heading", number, [line.lstrip("#").strip()]))
        elif line.startswith("|"):
            taken = _run(numbered, lambda text: text.startswith("|"))
            found.append(_table(numbered[:taken]))
        elif line.startswith("    "):
            taken = _run(numbered, lambda text: text.startswith("    ") or not text.strip())
            code = "\n".join(text[4:] for _, text in numbered[:taken])
            found.append(Block("code", number, code.rstrip().split("\n")))
        elif line.startswith("- "):
            taken = _run(numbered, lambda text: text.startswith("  ") or not text.strip())
            found.append(Block("item", number, blocks=_blocks([(at, text[2:]) for at, text in numbered[:taken]])))
        elif line.strip():
            if UNKNOWN.match(line.strip()):
                raise Mistake(f"line {number}: neither text, table, list of -, nor indented code: {line.strip()}")
            taken = _run(numbered, lambda text: text.strip() and not re.match(r"\||- |#|<!--", text))
            if not line.startswith("!["):       # a picture is nothing for a terminal
                found.append(Block("text", number, [text.strip() for _, text in numbered[:taken]]))
        numbered = numbered[taken:]
    return found


def parts(text):
    """The parts of a text that are marked for the man page, in its order."""
    lines = list(enumerate(text.split("\n"), 1))
    marked, heading, current = [], None, None     # of a part: its name, heading and lines
    while lines:
        number, line = lines[0]
        taken = 1
        if line.startswith("<!-- man"):
            if "-->" not in line:
                taken = min(_run(lines, lambda text: "-->" not in text) + 1, len(lines))
            mark = MARK.fullmatch("\n".join(text.rstrip() for _, text in lines[:taken]))
            if not mark:
                raise Mistake(f"line {number}: not a mark for the man page, <!-- man: NAME [HEADING] -->: {line}")
            name, title = mark["name"], mark["heading"] or heading
            if name == "end":
                current = None
            elif not title:
                raise Mistake(f"line {number}: the part {name} follows no heading and has none of its own")
            elif name in [other for other, _, _ in marked]:
                raise Mistake(f"line {number}: a second part {name}")
            else:
                current = (name, title, [])
                marked.append(current)
                if mark["text"] is not None:
                    current[2].extend(lines[1:taken - 1])
                    current = None
        elif re.match(r"##? ", line):
            heading, current = line.lstrip("#").strip(), None
        elif line.strip():
            heading = None
        if current and not line.startswith("<!--"):
            current[2].append((number, line))
        lines = lines[taken:]
    return [Part(name, title, _blocks(numbered)) for name, title, numbered in marked]


def code(cell):
    """What a text has in `code` spans."""
    return re.findall(r"`([^`]+)`", cell)

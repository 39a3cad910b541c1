# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a Wireshark profile that are lists: read strictly, written as Wireshark reads them.

A list is read as Items, in the file's order. An item's key is what a person knows
it by (the name of a rule, the format of a column), its value is all the rest.
Comments and blank lines are items, too, without a key, so that a list can be
written back without losing anything. Files are bytes to us where they are not
UTF-8 (surrogateescape): what we do not change stays as it is.
"""

import re
from typing import NamedTuple, Optional

PREFERENCES = "preferences"
RELEASE = "impsvc.release"
BASE = "base"                       # the release of the port list that is meant where none is named
COLUMNS = "gui.column.format"
HIDDEN = "gui.column.hidden"        # formats; what 4.0 knows
HIDE = "gui.column.hide"            # numbers, from 1; from 4.4 on, and then it counts


class Item(NamedTuple):
    key: Optional[str]
    value: tuple
    text: str               # as in the file, without the line's end
    hidden: bool = False    # columns only


class Broken(Exception):
    """Prints as FILE:LINE: reason."""

    def __init__(self, path, line, reason):
        super().__init__(f"{path}:{line}: {reason}")


def read(path):
    """The file's text, None if there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Broken(path, 1, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


def lines_of(text):
    """The lines without their ends. Only LF and CR LF end one, as for Wireshark."""
    lines = text.split("\n")
    if lines[-1] == "":
        del lines[-1]
    return [line[:-1] if line.endswith("\r") else line for line in lines]


def line_end(text):
    return "\r\n" if "\r\n" in text else "\n"


# Lists with an item a line.

def parse(name, text, path=None):
    """The items of the list file of that name; Broken where one is none."""
    items = []
    for number, line in enumerate(lines_of(text), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            items.append(Item(None, (), line))
            continue
        try:
            key, *value = LISTS[name].parse(line)
        except ValueError as error:
            raise Broken(path or name, number, str(error)) from None
        items.append(Item(key, tuple(value), line))
    return items


def item(name, key, *value):
    """A new item of the list file of that name."""
    text = LISTS[name].write(key, *value)
    if LISTS[name].parse(text) != [key, *value]:
        raise ValueError(f"{name} cannot hold {key}, {value}")
    return Item(key, value, text)


def write(items, end="\n"):
    return "".join(each.text + end for each in items)


class ColorRules:
    """[!]@name@filter@[background][foreground], each color of three numbers up to 65535; ! is a rule switched off."""

    RULE = re.compile(r"\s*(!?)@([^@]+)@([^@]+)@(\[\d{1,5},\d{1,5},\d{1,5}\])(\[\d{1,5},\d{1,5},\d{1,5}\])\s*")

    def parse(self, line):
        found = self.RULE.fullmatch(line)
        if not found:
            raise ValueError("is no coloring rule: @name@filter@[background][foreground]")
        off, name, *value = found.groups()
        return [name, off, *value]

    def write(self, name, off, expression, background, foreground):
        return f"{off}@{name}@{expression}@{background}{foreground}"


class Filters:
    """"name" expression; a backslash in the name stands before any sign that is meant as it is."""

    FILTER = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(.*)')

    def parse(self, line):
        found = self.FILTER.fullmatch(line)
        if not found:
            raise ValueError("has no name in quotation marks" if not line.lstrip().startswith('"')
                             else "has no quotation mark after the name")
        if not found[2]:
            raise ValueError("has no filter after the name")
        return [re.sub(r"\\(.)", r"\1", found[1]), found[2]]

    def write(self, name, expression):
        return '"' + re.sub(r'(["\\])', r"\\\1", name) + '" ' + expression


class Table:
    """A table of Wireshark's ("UAT"): cells in quotation marks, with commas; the key is one of them."""

    CELL = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(,|$)')
    ESCAPED = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)

    def __init__(self, columns, key, optional=0):
        self.columns, self.key, self.optional = columns, key, optional

    def parse(self, line):
        cells, place, separator = [], 0, ","
        while separator:
            found = self.CELL.match(line, place)
            if not found:
                raise ValueError(f"cell {len(cells) + 1} is not in quotation marks, or no comma stands after it")
            cells.append(self._unquoted(found[1]))
            place, separator = found.end(), found[2]
        if not self.columns - self.optional <= len(cells) <= self.columns:
            raise ValueError(f"has {len(cells)} cells where {self.columns} are expected")
        cells += [""] * (self.columns - len(cells))
        return [cells.pop(self.key), *cells]

    def write(self, key, *value):
        cells = list(value)
        cells.insert(self.key, key)
        return ",".join(f'"{self._quoted(cell)}"' for cell in cells)

    def _unquoted(self, cell):
        def sign(found):
            return bytes([int(found[1][1:], 16)]) if len(found[1]) == 3 else found[1]
        raw = cell.encode("utf-8", "surrogateescape")
        return self.ESCAPED.sub(sign, raw).decode("utf-8", "surrogateescape")

    @staticmethod
    def _quoted(cell):
        return "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}"
                       for byte in cell.encode("utf-8", "surrogateescape"))


class Graphs(Table):
    """I/O graphs: shown, name, filter, color, style, unit of y, field of y, average, factor; the latest versions add whether it is an
    average over time.

    A graph is the same however a version writes it: one cell more, a factor of 1 or 1.0, colors in small or capital letters.
    """

    COLOR, FACTOR, OVER_TIME = 2, 7, 8      # places in the value, which is without the name

    def __init__(self):
        super().__init__(10, key=1, optional=1)

    def parse(self, line):
        name, *value = super().parse(line)
        try:
            value[self.FACTOR] = f"{float(value[self.FACTOR]):g}"
        except ValueError:
            raise ValueError(f'cell {self.FACTOR + 2} is "{value[self.FACTOR]}" and no number') from None
        value[self.COLOR] = value[self.COLOR].lower()
        if value[self.OVER_TIME].lower() in ("", "false", "disabled"):
            del value[self.OVER_TIME]
        return [name, *value]


class Services:
    """name port/protocol # remark; the key is port/protocol. What else /etc/services has before the remark stays in the name's cell."""

    SERVICE = re.compile(r"[ \t]*([^\s#]+)[ \t]+(\d[\d,-]*(?:/\w+)+)([^#]*)(?:#[ \t]*(.*))?")

    def parse(self, line):
        found = self.SERVICE.fullmatch(line)
        if not found:
            raise ValueError("is no service: name port/protocol")
        name, port, aliases, remark = found.groups()
        return [port, " ".join([name, *aliases.split()]), (remark or "").rstrip()]

    def write(self, port, names, remark):
        name, *aliases = names.split(" ")
        return f"{name:<16}{port:<12}{''.join(alias + ' ' for alias in aliases)}# {remark}".rstrip("# ")


LISTS = {
    "colorfilters": ColorRules(),
    "dfilter_buttons": Table(4, key=1, optional=1),     # shown, label, filter, comment
    "dfilters": Filters(),
    "cfilters": Filters(),
    "dfilter_macros": Table(2, key=0),                  # macros of 4.0
    "dmacros": Filters(),                               # macros from 4.2 on
    "io_graphs": Graphs(),
    "services": Services(),
}


# The columns in the file of preferences, of which everything else is not ours.

class Preferences:
    """The text of the file, and the places of the preferences in it that the profile has."""

    def __init__(self, text, path=PREFERENCES):
        self.lines, self.end, self.path = lines_of(text), line_end(text), path
        self.spans = {}         # name: (first line, line after the last, counted from 0)
        self._find()

    def _find(self):
        name = None
        for number, line in enumerate(self.lines):
            if line[:1].isascii() and line[:1].isalnum():
                name, colon, _ = line.partition(":")
                if not colon:
                    raise Broken(self.path, number + 1, "is no preference: no colon")
                self.spans[name] = (number, number + 1)
            elif line.strip() and not line.startswith("#"):
                if line[0] not in " \t" or name is None:
                    raise Broken(self.path, number + 1, "is no preference, and belongs to none")
                self.spans[name] = (self.spans[name][0], number + 1)

    def value(self, name):
        """The text of a preference, None if it is not set."""
        if name not in self.spans:
            return None
        first, after = self.spans[name]
        return "\n".join(line for line in self.lines[first:after] if not line.startswith("#")).partition(":")[2]

    def columns(self):
        """The columns as Items (key: format, value: title), None if they are not set."""
        text = self.value(COLUMNS)
        if text is None:
            return None
        line = self.spans[COLUMNS][0] + 1
        strings = _strings(text, self.path, line)
        if len(strings) % 2:
            raise Broken(self.path, line, f"{COLUMNS} has a title without a format")
        hidden = self._hidden(strings[1::2])
        return [Item(key, (title,), column_text(title, key), hide)
                for title, key, hide in zip(strings[::2], strings[1::2], hidden)]

    def release(self):
        """The release of the port list, None if it is not set."""
        value = self.value(RELEASE)
        return None if value is None else value.strip()

    def set_release(self, release):
        """Change it; base, which is Wireshark's default, needs no line, and a line that says otherwise goes."""
        if release != BASE:
            self._set(RELEASE, [f"{RELEASE}: {release}"])
        elif self.release() not in (None, "", BASE):
            self._set(RELEASE, [])

    def _hidden(self, formats):
        numbers = self.value(HIDE)
        if numbers is not None and numbers.strip():
            try:
                places = _places(numbers, len(formats))
            except ValueError:
                raise Broken(self.path, self.spans[HIDE][0] + 1, f"{HIDE} is no list of numbers") from None
            return [number in places for number in range(1, len(formats) + 1)]
        names = {name.strip() for name in (self.value(HIDDEN) or "").split(",")}
        return [name in names for name in formats]

    def set_columns(self, columns):
        """Change the columns; where they are not set yet, at the end."""
        self._set(COLUMNS, [f"{COLUMNS}:"] + [f"\t{each.text}" + "," * (each is not columns[-1]) for each in columns])
        hidden = [each.key for each in columns if each.hidden]
        if hidden or HIDDEN in self.spans:
            self._set(HIDDEN, [f"{HIDDEN}: {','.join(hidden)}"])
        if HIDE in self.spans:
            numbers = [str(number) for number, each in enumerate(columns, 1) if each.hidden]
            self._set(HIDE, [f"{HIDE}: {','.join(numbers)}"])

    def _set(self, name, lines):
        first, after = self.spans.get(name, (len(self.lines), len(self.lines)))
        self.lines[first:after] = lines + [line for line in self.lines[first:after] if line.startswith("#")]
        self.spans = {}
        self._find()

    def text(self):
        return "".join(line + self.end for line in self.lines)


def column(title, key, hidden=False):
    return Item(key, (title,), column_text(title, key), hidden)


def column_text(title, key):
    return ", ".join('"' + re.sub(r'(["\\])', r"\\\1", text) + '"' for text in (title, key))


def _places(text, last):
    places = set()
    for part in text.split(","):
        first, dash, end = part.strip().partition("-")
        places.update(range(int(first), (int(end) if end else last) + 1) if dash else [int(first)])
    return places


def _strings(text, path, line):
    """The strings of a list: separated by commas, in quotation marks or not; a backslash before what is meant as it is."""
    strings, current, quoted, place = [], "", False, 0
    while place < len(text):
        sign = text[place]
        if sign == "\\" and place + 1 < len(text):
            place += 1
            current += text[place]
        elif sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            strings.append(current)
            current = ""
        elif current or quoted or not sign.isspace():
            current += sign
        place += 1
    if quoted:
        raise Broken(path, line, f"{COLUMNS} has a quotation mark without its other")
    strings.append(current.rstrip("\n"))
    return [string for string in strings if string]

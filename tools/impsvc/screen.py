# Lines that fit a screen, also where characters are two columns wide.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import itertools
import re
import shutil
import sys
import unicodedata

WIDTH, HEIGHT = 100, 40
# Where a line may end: at a space, and after a Japanese character, but not before a mark that clings to it.
BREAK = re.compile(r"(?<= )|(?<=[\u3000-\u30ff\u4e00-\u9fff])(?![、。）」ー])")


def size():
    """Columns and lines to fill: those of the terminal, if it is larger than what every screen has."""
    if not sys.stdout.isatty():
        return WIDTH, HEIGHT
    terminal = shutil.get_terminal_size((WIDTH, HEIGHT))
    return max(80, terminal.columns), max(HEIGHT, terminal.lines - 1)


def width_of(text):
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def cut(text, width):
    """Text that is not wider, with a mark where something is missing."""
    if width_of(text) <= width:
        return text
    used = itertools.accumulate(map(width_of, text))
    fits = sum(1 for _ in itertools.takewhile(lambda columns: columns < width, used))
    return text[:fits].rstrip() + "…"


def padded(text, width):
    text = cut(text, width)
    return text + " " * (width - width_of(text))


def wrapped(text, width, indent=""):
    """The lines of a text; indent goes before all but the first."""
    lines, line = [], ""
    for part in BREAK.split(text):
        if line.strip() and width_of(line + part.rstrip()) > width:
            lines.append(line.rstrip())
            line = indent
        line += part
    return [*lines, line.rstrip()]

#!/usr/bin/env python3
# The man page impsvc(7) from the parts of a README, and of further files, that are marked for it (readme.py says how).
#
#   man.py --readme README.md plugin/REFERENCE.md --version 0.1.0 --date 2025-01-31 --output impsvc.7
#
# A table becomes a list: the first cell of a row, the cells between in parentheses, and the last cell as text below.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import re
import sys
import textwrap
from pathlib import Path

from readme import Mistake, parts

# Parts that must be there: without them it would not be a man page.
WANTED = ("name", "description", "fields", "statistics", "preferences")
# Japanese is written without spaces: a line may end between any two of its characters, but for marks that cling to one side,
# and after 、 and 。 whatever follows.
JAPANESE = "\u3000-\u30ff\u4e00-\u9fff\uff00-\uff5e"
CLINGING = "、。）」ー～ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
BREAK = re.compile(f"(?<=[{JAPANESE}])(?<![（「])(?=[{JAPANESE}])(?![{CLINGING}])|(?<=[、。])(?=[A-Za-z0-9\\\\])")
SPAN = re.compile(r"`([^`]+)`|!?\[([^\]]+)\]\([^)]*\)|(\*\*)|\*([^*\s][^*]*)\*|(`)")


def escaped(text):
    return text.replace("\\", "\\e")


def breakable(text):
    """Text that can be broken into lines by readers that know nothing of Japanese."""
    return BREAK.sub(r"\\:", text)


def literal(text):
    """Text to be copied and typed: its characters must stay those of the keyboard."""
    for plain, roff in (("-", "\\-"), ("'", "\\(aq"), ("`", "\\(ga"), ("^", "\\(ha"), ("~", "\\(ti")):
        text = text.replace(plain, roff)
    return text


def inline(text, line):
    """Markdown within a paragraph as roff. Bold is bold, and so is code; of a link its text stays."""
    said, at, bold = "", 0, False
    for span in SPAN.finditer(text):
        said += escaped(text[at:span.start()])
        if span[1]:
            said += f"\\fB{literal(escaped(span[1]))}\\f{'B' if bold else 'R'}"
        elif span[2]:
            said += inline(span[2], line)
        elif span[3]:
            bold = not bold
            said += "\\fB" if bold else "\\fR"
        elif span[4]:
            said += f"\\fI{escaped(span[4])}\\f{'B' if bold else 'R'}"
        else:
            raise Mistake(f"line {line}: a ` without another")
        at = span.end()
    if bold:
        raise Mistake(f"line {line}: ** without another")
    return said + escaped(text[at:])


def lead(text):
    return f"\\&{text}" if text[0] in ".'" else text


def lines_of(text):
    """Text as lines of the page; none of them may look like a request."""
    lines = textwrap.wrap(breakable(text), 78, break_long_words=False, break_on_hyphens=False)
    return [lead(line) for line in lines]


def tag(row):
    return row[0] + (f" ({'; '.join(row[1:-1])})" if row[1:-1] else "")


def table(block):
    head, *rows = block.rows
    yield ".PP"
    yield f".I {inline(f'{tag(head)}: {head[-1]}', block.line)}"
    for row in rows:
        yield ".TP"
        yield lead(breakable(inline(tag(row), block.line)))
        yield from lines_of(inline(row[-1], block.line))


def roff(blocks, indented=False):
    """The lines of the page for blocks; indented ones are an item's, after its bullet."""
    for number, block in enumerate(blocks):
        if block.kind == "text":
            if not indented:
                yield ".PP"
            elif number:
                yield ".IP"
            yield from lines_of(inline(" ".join(block.lines), block.line))
        elif block.kind == "code":
            yield ".RS 4"
            yield ".PP"
            yield ".EX"
            yield from (lead(literal(escaped(line))) if line else "" for line in block.lines)
            yield ".EE"
            yield ".RE"
        elif block.kind == "table" and not indented:
            yield from table(block)
        elif block.kind == "item" and not indented:
            yield ".IP \\(bu 2"
            yield from roff(block.blocks, indented=True)
        elif block.kind == "heading" and not indented:
            yield f".SS {inline(block.lines[0], block.line)}"
        else:
            raise Mistake(f"line {block.line}: no {block.kind} in an item")


def section(part):
    """The lines of the page for a part."""
    yield f'.SH "{escaped(part.heading.upper())}"'
    if part.name == "name":
        # Other programs read this line: "name \- what it is", nothing else.
        yield " ".join(line for block in part.blocks for line in block.lines).replace(" - ", " \\- ", 1)
    else:
        lines = list(roff(part.blocks))
        yield from lines[1:] if lines[0] == ".PP" else lines      # a section begins with a paragraph anyway


def sections(texts):
    """The lines of each part of some texts, by its name; texts are by the name of their file."""
    found = {}
    for name, text in texts.items():
        try:
            for part in parts(text):
                if part.name in found:
                    raise Mistake(f"a second part {part.name}, which another file has")
                found[part.name] = list(section(part))
        except Mistake as mistake:
            raise Mistake(f"{name}: {mistake}") from mistake
    missing = [name for name in WANTED if name not in found]
    if missing:
        raise Mistake(f"no part is marked <!-- man: {missing[0]} --> in {', '.join(map(str, texts))}")
    return found


def page(texts, version, date):
    """All lines of the man page of some texts, which are by the name of their file."""
    made = sections(texts)
    yield "'\\\" -*- coding: UTF-8 -*-"
    yield '.\\" Made from the README by tools/packaging/man.py.'
    yield '.\\" SPDX-License-Identifier: GPL-2.0-or-later'
    yield f'.TH IMPSVC 7 "{date}" "impsvc {version}"'
    yield ".nh"             # no hyphens in names that are to be typed
    yield ".nr HY 0"        # nor when a paragraph goes back to what the register says
    yield ".ad l"
    for lines in made.values():
        yield from lines


def main():
    parser = argparse.ArgumentParser(description="The man page impsvc(7) from a README.")
    parser.add_argument("--readme", required=True, nargs="+", type=Path, help="the README, and further files whose parts come after its own")
    parser.add_argument("--version", required=True, help="of the plugin")
    parser.add_argument("--date", required=True, help="of the text, as 2025-01-31")
    parser.add_argument("--output", required=True, type=Path)
    asked = parser.parse_args()
    try:
        texts = {path: path.read_text(encoding="utf-8") for path in asked.readme}
        lines = list(page(texts, asked.version, asked.date))
    except (OSError, Mistake) as mistake:
        print(mistake, file=sys.stderr)
        return 1
    asked.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

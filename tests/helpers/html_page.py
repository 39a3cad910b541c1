# What is on a page: its texts, its tables, and whether its tags match. Nothing in it is run or fetched.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
from html.parser import HTMLParser

VOID = {"meta", "br", "path", "circle", "use"}
BLOCKS = {"p", "li", "div", "h1", "h2", "h3", "td", "th", "pre", "summary", "footer", "ul", "tr"}


class Page(HTMLParser):
    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.source, self.open, self.tags, self.wrong = source, [], [], []
        self.tables = []            # (class, rows of cells)
        self._texts, self._pre = [], []
        self.feed(source)
        self.close()
        assert not self.open and not self.wrong, (self.open, self.wrong)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "table":
            self.tables.append((dict(attributes).get("class", "").split()[-1], []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][1][-1].append("")
        if tag in BLOCKS:
            self._texts.append("\n")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append((tag, self.getpos()))
        if tag in BLOCKS:
            self._texts.append("\n")

    def handle_data(self, data):
        if "style" in self.open or "head" in self.open:
            return
        self._texts.append(data)
        if "pre" in self.open:
            self._pre.append(data)
        if "td" in self.open or "th" in self.open:
            cells = self.tables[-1][1][-1]
            cells[-1] = " ".join(f"{cells[-1]}{data}".split()) + (" " if data[-1:].isspace() else "")

    @property
    def text(self):
        """What is to be read, a line for each block."""
        return "\n".join(filter(None, (" ".join(line.split()) for line in "".join(self._texts).split("\n"))))

    @property
    def preformatted(self):
        return "".join(self._pre)

    def rows(self, name):
        """The rows of all tables of a class, without their heads."""
        return [[cell.strip() for cell in row] for kind, rows in self.tables if kind == name for row in rows[1:]]

    def attribute(self, tag, name):
        return [attributes[name] for each, attributes in self.tags if each == tag and name in attributes]

    @property
    def references(self):
        """Whatever a browser would follow or fetch."""
        inside = [value for _, attributes in self.tags for name, value in attributes.items() if name in ("href", "src", "action", "data", "srcset")]
        return inside + re.findall(r"url\([^)]*\)|@import[^;]*|\bhttps?:[^\s\"'<]*", self.source)

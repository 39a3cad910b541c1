# What tesseract reads, compared with what should be there.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re


def plain(text):
    """A text without what tesseract takes for one another, or adds: blanks, brackets, commas, and I, l, 1 or O, 0."""
    return re.sub(r"[^\w]", "", text).lower().translate(str.maketrans("il|oz", "11102"))


def is_read(text, lines):
    """Whether one of the lines has the text."""
    return any(plain(text) in plain(line) for line in lines)

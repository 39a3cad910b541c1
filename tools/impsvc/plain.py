# Texts of captures and files may have anything in them: what becomes of that in a line that people read.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
# Control characters, those that change the direction of what follows, and halves of characters that UTF-8 has not.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def in_one_line(text):
    """The text in one line and in one direction; of each character that cannot be seen there is a sign."""
    return UNSEEN.sub("\ufffd", BREAKS.sub(" ", text))

# A statistics tree as tshark prints it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

ROW = re.compile(r"( *)(\S.*?) {2,}(\d+) .*")


def read_tree(wireshark, path, name, *arguments, display_filter=""):
    """{path of topics: packets}, in the order in which they stand"""
    text = wireshark.read(path, "-q", "-z", f"{name},tree" + (f",{display_filter}" if display_filter else ""), *arguments)
    found, way = {}, []
    for row in map(ROW.fullmatch, text.splitlines()):
        if row and not row[0].startswith("Topic"):
            way = [*way[:len(row[1])], row[2]]
            found[tuple(way)] = int(row[3])
    return found

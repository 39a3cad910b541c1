# SPDX-License-Identifier: GPL-2.0-or-later
"""Wireshark's source tree: whether a folder is one, and of which version."""

import re
from pathlib import Path
from typing import NamedTuple

from complaint import Complaint

TITLE = "Wireshark - Network traffic analyzer"      # what every file of CMake's there begins with
OLDEST = (4, 0)
TRIED = ((4, 0), (4, 4), (4, 6))    # minor versions that the plugin's tests run with


class Tree(NamedTuple):
    top: Path
    numbers: tuple      # major, minor, micro

    @property
    def version(self):
        return ".".join(map(str, self.numbers))

    @property
    def is_tried(self):
        return self.numbers[:2] in TRIED

    @property
    def plugin(self):
        return self.top / "plugins" / "epan" / "impsvc"

    @property
    def custom(self):
        """Where Wireshark's build looks for plugins of others; it need not be there."""
        return self.top / "CMakeListsCustom.txt"


def examined(top):
    """The Tree in a folder. Raises Complaint if it is none, or too old."""
    if not top.is_dir():
        raise Complaint(f"{top} is no folder")
    path = top / "CMakeLists.txt"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    if TITLE not in text:
        raise Complaint(f"{top} is not the top of Wireshark's source: no CMakeLists.txt there says \"{TITLE}\"")
    tree = Tree(top, numbers(text))
    if tree.numbers[:2] < OLDEST:
        raise Complaint(f"{top} has Wireshark {tree.version}: impsvc needs {'.'.join(map(str, OLDEST))} or later")
    if not tree.plugin.parent.is_dir():
        raise Complaint(f"{top} is not all of Wireshark's source: it has no folder {tree.plugin.parent.relative_to(top)}")
    return tree


def numbers(text):
    """(major, minor, micro) as the CMakeLists.txt of Wireshark's top sets them. Those before 2.0 took them from elsewhere: (1,)."""
    found = [re.search(rf"^\s*set\(\s*PROJECT_{part}_VERSION\s+(\d+)\s*\)", text, re.M) for part in ("MAJOR", "MINOR", "PATCH")]
    return tuple(int(one[1]) for one in found) if all(found) else (1,)

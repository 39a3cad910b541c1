# Which captures are meant: files, all files in folders, names on standard input.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import stat
import sys

from say import Failure


def files(names, say):
    """Each file once, with its folder, in the order of the names; what is in a folder by its name."""
    seen = set()
    for name in given(names, say):
        for path in inside(name):
            if path not in seen:
                seen.add(path)
                yield path


def given(names, say):
    """The names, with those on standard input in place of -."""
    for name in names:
        if name != "-":
            yield name
            continue
        if sys.stdin.isatty():
            raise Failure(say("standard input is the keyboard: give names of captures to it, one a line, as in find DIR -name '*.pcap*' | "
                              "impsvc collect --db DB -", "標準入力がキーボードです。find DIR -name '*.pcap*' | impsvc collect --db DB - のように、"
                              "キャプチャの名前を一行に一つずつ渡してください"))
        for line in sys.stdin.buffer:
            line = line.rstrip(b"\r\n")
            if line:
                yield os.fsdecode(line)


def inside(name):
    """The file itself, or all files in a folder; names that begin with a dot are left out there."""
    path = os.path.abspath(name)
    if not os.path.isdir(path):
        yield path
        return
    closed = []
    for folder, folders, names in os.walk(path, onerror=lambda error: closed.append(error.filename)):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for each in sorted(names):
            found = os.path.join(folder, each)
            if not each.startswith(".") and is_file(found):
                yield found
    yield from closed       # whoever reads them says why not


def is_file(path):
    """Sockets, pipes and dead links in a folder are no captures; what may not be looked at could be one."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except PermissionError:
        return True
    except OSError:
        return False

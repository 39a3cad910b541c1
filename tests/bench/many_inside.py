#!/usr/bin/env python3
# The command impsvc with a clock in it: what of its processor time goes into the database, and how much memory it and its sharkds have.
#
#   many_inside.py FIGURES BUILD ARGUMENT ...       runs impsvc ARGUMENT ... of the build, writes FIGURES as JSON
#
# Nothing of this is in the product. many.py here runs it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import functools
import json
import re
import resource
import sys
import threading
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tools" / "impsvc"))

import place
from main import main
from many.postgresql import Postgres
from many.sqlite_file import Sqlite
from many.joining import Joiner
from many.reader import Reader

own = threading.local()
spent = {"database": 0.0, "joining": 0.0}
memory = []         # (files read so far, bytes that impsvc has, bytes that this sharkd has)
lock = threading.Lock()


def timed(what, cls, name):
    """The processor time of a method's outermost calls counts as what."""
    inner = getattr(cls, name)

    @functools.wraps(inner)
    def outer(*arguments, **named):
        if getattr(own, what, False):
            return inner(*arguments, **named)
        setattr(own, what, True)
        began = time.thread_time()
        try:
            return inner(*arguments, **named)
        finally:
            setattr(own, what, False)
            with lock:
                spent[what] += time.thread_time() - began

    setattr(cls, name, outer)


def resident(pid):
    found = re.search(r"^VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace"), re.MULTILINE)
    return int(found[1]) << 10 if found else 0


def weighed(reader, path, name):
    kept = read(reader, path, name)
    with lock:
        memory.append((len(memory) + 1, resident("self"), resident(reader.process.pid) if reader.process else 0))
    return kept


for each in (Sqlite, Postgres):
    for method in ("__init__", "close", "ask", "_run", "_end", "insert"):
        timed("database", each, method)
timed("joining", Joiner, "join_all")
read, Reader.read = Reader.read, weighed

status = main(place.build_tree("0", sys.argv[2], str(SOURCE / "catalog")), sys.argv[3:])
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
Path(sys.argv[1]).write_text(json.dumps({
    "impsvc": used[0].ru_utime + used[0].ru_stime, "children": used[1].ru_utime + used[1].ru_stime, **spent,
    "peak": used[0].ru_maxrss << 10, "memory": memory[::max(len(memory) // 20, 1)] + memory[-1:]}), encoding="utf-8")
sys.exit(status)

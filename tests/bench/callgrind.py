# What callgrind wrote, read: which instructions are the plugin's own.
#
# The plugin's own share is what runs between a call into it and the return, Wireshark's and GLib's functions that
# it calls included, but not the dissectors it hands a payload to: those are Wireshark's work, done without the
# plugin as well. It is a sum over calls that cross the plugin's border, so the seeds of hash tables, the
# layout of memory and the rest of Wireshark do not change it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

PLUGIN = "impsvc.so"

# Wireshark's functions that ask a dissector.
ASKS_DISSECTORS = re.compile(r"(dissector_try_\w+|call_dissector\w*|call_heur_dissector_direct|call_data_dissector)$")

# Functions that call back whoever called them: such a call into the plugin is inside its share already.
CALLS_BACK = re.compile(r"(bsearch|qsort|qsort_r|msort_with_tmp\S*|\w+_foreach\w*|g_\w*(sort|search|find)\w*)$")

# Where a call into the plugin belongs, by the function called; the first that fits.
PARTS = (
    ("post-dissector", re.compile(r"annotate$")),
    ("heuristics", re.compile(r"ask_\d+$")),
    ("ports", re.compile(r"dissect_\w+$")),
    ("rest", re.compile(r"")),     # statistics; what happens once a file; loading, unless it is subtracted
)


class Function(NamedTuple):
    name: str       # without callgrind's mark for calls inside a call of the same function ('2)
    file: str
    object: str

    @property
    def ours(self):
        return self.object.endswith("/" + PLUGIN)

    @property
    def label(self):
        return f"{Path(self.file).stem}: {self.name}"


def function(name, file, in_object):
    return Function(name.partition("'")[0], file, in_object)


class Profile:
    """functions: by callgrind's number; own: instructions of each; arcs: (caller, callee) to [calls, instructions]."""

    def __init__(self, path):
        self.functions, self.own, self.arcs, self.total = {}, defaultdict(int), {}, 0
        names = {"ob": {}, "fl": {}, "fn": {}}
        kinds = {"fi": "fl", "fe": "fl", "cfi": "fl", "cfl": "fl", "cob": "ob", "cfn": "fn"}
        here = {"ob": "", "fl": "", "fn": None}
        called, arc = {}, None
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                key, equals, value = line.rstrip("\n").partition("=")
                if equals and key in ("ob", "fl", "fi", "fe", "fn", "cob", "cfi", "cfl", "cfn"):
                    kind = kinds.get(key, key)
                    number, _, name = value.partition(" ")
                    if name:
                        names[kind][number] = name
                    if key == "fn":
                        here["fn"] = number
                        self.functions[number] = function(names["fn"][number], here["fl"], here["ob"])
                    elif key == "cfn":
                        called["fn"] = number
                    elif key in ("cob", "cfi", "cfl"):
                        called[kind] = names[kind][number]
                    elif key in ("ob", "fl"):
                        here[kind] = names[kind][number]
                elif key == "calls":
                    callee = called["fn"]
                    self.functions.setdefault(callee, function(names["fn"][callee], called.get("fl", here["fl"]),
                                                               called.get("ob", here["ob"])))
                    arc = self.arcs.setdefault((here["fn"], callee), [0, 0])
                    arc[0] += int(value.split()[0])
                    called = {}
                elif line[0] in "0123456789+-*" and here["fn"] is not None:
                    cost = int(line.split()[1])
                    if arc is not None:
                        arc[1] += cost
                        arc = None
                    else:
                        self.own[here["fn"]] += cost
                elif key.startswith(("summary:", "totals:")):
                    self.total = int(key.split()[1])

    def crossings(self):
        """Calls over the plugin's border: (into it, function called, calls, instructions)."""
        for (caller, callee), (calls, instructions) in self.arcs.items():
            one, other = self.functions[caller], self.functions[callee]
            if other.ours and not one.ours and not CALLS_BACK.match(one.name):
                yield True, other, calls, instructions
            elif one.ours and not other.ours and ASKS_DISSECTORS.match(other.name):
                yield False, one, calls, instructions

    def parts(self):
        """The plugin's own instructions, by part; what a payload is handed on from is never the post-dissector."""
        parts = {name: 0 for name, _ in PARTS}
        for into, called, _, instructions in self.crossings():
            if into:
                parts[next(name for name, form in PARTS if form.match(called.name))] += instructions
            else:
                parts["ports"] -= instructions
        return parts

    def by_function(self):
        """For each of the plugin's functions: calls, its own instructions, those of what it calls outside the
        plugin, and inclusive of all it calls; dissectors that it asks left out everywhere."""
        calls, own, outside, inclusive, asked = ({number: 0 for number, one in self.functions.items() if one.ours}
                                                 for _ in range(5))
        inner = defaultdict(list)
        for (caller, callee), (number, instructions) in self.arcs.items():
            if callee in calls:
                calls[callee] += number
                inclusive[callee] += instructions
                if caller in calls:
                    inner[caller].append((callee, number))
            elif caller in calls:
                kind = asked if ASKS_DISSECTORS.match(self.functions[callee].name) else outside
                kind[caller] += instructions
        for number in calls:
            own[number] = self.own.get(number, 0)

        known = {}

        def asked_below(number):
            if number not in known:
                known[number] = asked[number]
                known[number] += sum(asked_below(callee) * times / calls[callee] for callee, times in inner[number])
            return known[number]

        rows = defaultdict(lambda: [0, 0, 0, 0])
        for number in calls:
            row = rows[self.functions[number].label]
            for place, value in enumerate((calls[number], own[number], outside[number],
                                           round(inclusive[number] - asked_below(number)))):
                row[place] += value
        return dict(rows)

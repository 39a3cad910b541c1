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

# Our file that has payload decoded that Wireshark alone would not decode, or not so.
DECODES = "native.c"

# What prints the statistics when all packets are through.
PRINTS = "draw_tap_listeners"

# Functions that call back whoever called them: such a call into the plugin is inside its share already.
CALLS_BACK = re.compile(r"(bsearch|qsort|qsort_r|msort_with_tmp\S*|\w+_foreach\w*|g_\w*(sort|search|find)\w*)$")

# Where a call into the plugin belongs, by the function called; the first that fits.
PARTS = (
    ("post-dissector", re.compile(r"annotate$")),
    ("heuristics", re.compile(r"ask_\d+$")),
    ("ports", re.compile(r"dissect_\w+$")),
    ("rest", re.compile(r"")),     # statistics; what happens once a file; loading, unless it is subtracted
)


# What callgrind adds to a name, for calls inside a call of the same function, and GCC, for copies that it made.
ADDED = re.compile(r"('\d+|\.(lto_priv|isra|constprop|part|cold)(\.\d+)?)*$")


class Function(NamedTuple):
    name: str       # without what was added to it
    file: str
    object: str

    @property
    def ours(self):
        return self.object.endswith("/" + PLUGIN)

    @property
    def label(self):
        return f"{Path(self.file).stem}: {self.name}"


def function(name, file, in_object):
    return Function(ADDED.sub("", name), file, in_object)


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
        self._measure()

    def _calls_in_and_out(self):
        """Of calls over the plugin's border: those into it, as (function, instructions), and what all calls of
        dissectors out of it take."""
        into, out = [], 0
        for (caller, callee), (_, instructions) in self.arcs.items():
            one, other = self.functions[caller], self.functions[callee]
            if other.ours and not one.ours and not CALLS_BACK.match(one.name):
                into.append((callee, instructions))
            elif one.ours and not other.ours and ASKS_DISSECTORS.match(other.name):
                out += instructions
        return into, out

    def parts(self):
        """The plugin's own instructions, by part. The sum is exact."""
        into, out = self._calls_in_and_out()
        parts = {name: 0 for name, _ in PARTS}
        for callee, instructions in into:
            name = next(name for name, form in PARTS if form.match(self.functions[callee].name))
            parts[name] += round(instructions * self._own_part(callee))
        parts["rest"] += sum(instructions for _, instructions in into) - out - sum(parts.values())
        return parts

    def decoded(self):
        """What the dissectors take that the plugin hands payload to because of the port list: not its own share."""
        return sum(instructions for (caller, callee), (_, instructions) in self.arcs.items()
                   if self.functions[caller].ours and Path(self.functions[caller].file).name == DECODES
                   and not self.functions[callee].ours and ASKS_DISSECTORS.match(self.functions[callee].name))

    def printed(self):
        """What printing statistics takes, once a file."""
        return sum(instructions for (_, callee), (_, instructions) in self.arcs.items()
                   if self.functions[callee].name == PRINTS)

    def _measure(self):
        """Calls, inclusive instructions and what is called, of each of the plugin's functions."""
        ours = [number for number, one in self.functions.items() if one.ours]
        self._calls, self._inclusive = {number: 0 for number in ours}, {number: 0 for number in ours}
        self._outside, self._asked = {number: 0 for number in ours}, {number: 0 for number in ours}
        self._inner, self._asked_below = defaultdict(list), {}
        for (caller, callee), (number, instructions) in self.arcs.items():
            if callee in self._calls:
                self._calls[callee] += number
                self._inclusive[callee] += instructions
                if caller in self._calls:
                    self._inner[caller].append((callee, instructions))
            elif caller in self._calls:
                asked = ASKS_DISSECTORS.match(self.functions[callee].name)
                (self._asked if asked else self._outside)[caller] += instructions

    def _asked_by(self, number):
        """What dissectors take that the function asks, or has asked by others: of these calls as much as of all calls
        of the same function, which callgrind does not tell apart."""
        if number not in self._asked_below:
            self._asked_below[number] = self._asked[number]     # and no more below itself, if it calls itself
            self._asked_below[number] += sum((1 - self._own_part(callee)) * part for callee, part in self._inner[number])
        return self._asked_below[number]

    def _own_part(self, number):
        """The part of a function's inclusive instructions that is not dissectors'."""
        return 1 - self._asked_by(number) / (self._inclusive[number] or 1)

    def by_function(self):
        """For each of the plugin's functions: calls, its own instructions, those of what it calls outside the
        plugin, and inclusive of all it calls; dissectors that it asks left out everywhere."""
        rows = defaultdict(lambda: [0, 0, 0, 0])
        for number in self._calls:
            row = rows[self.functions[number].label]
            for place, value in enumerate((self._calls[number], self.own.get(number, 0), self._outside[number],
                                           round(self._inclusive[number] - self._asked_by(number)))):
                row[place] += value
        return dict(rows)

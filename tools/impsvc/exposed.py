# What a capture has that should not be there: services for the local host or for the cluster only that others reach, and what should be
# inside TLS. That is decided in the plugin, by its expert items; here their sentences are read, and the paths found that they speak of.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
from dataclasses import dataclass, field

import results
from report_hosts import split

ITEMS = ("impsvc.localhost_exposed", "impsvc.cluster_exposed", "impsvc.cleartext")
# All of the plugin's, in the order in which a packet has them (plugin/annotate/problems.c).
ALL_ITEMS = ("impsvc.blocked", "impsvc.dscp", "impsvc.localhost_exposed", "impsvc.cluster_exposed", "impsvc.reversed", "impsvc.moved",
             "impsvc.cleartext", "impsvc.unexpected_payload")
ADDRESSES = ("ip.src", "ipv6.src", "ip.dst", "ipv6.dst")
FIELDS = ("frame.number", "frame.protocols", "frame.time_epoch", "impsvc.entry", "_ws.expert.message", *ADDRESSES, *ALL_ITEMS)
BETWEEN = "\x1f"            # of several values: no sentence has it


@dataclass
class Exposure:
    sentence: str
    kind: str                                       # the expert item
    entry: str
    frame: int                                      # the first that has it
    connections: int = 0
    hosts: set = field(default_factory=set)         # the two ends; of a tunnel, its ends as well
    rows: list = field(default_factory=list)        # of its paths

    @property
    def result(self):
        """How the best of its paths went; None if it is of none."""
        keys = [results.key_of(row["result"]) for row in self.rows]
        return "open" if "open" in keys else results.worst(keys) if keys else None

    @property
    def is_open(self):
        return self.result not in ("rejected", "no-answer", "refused")


class Exposed:
    """Reads them from what tshark prints of a capture with these arguments."""

    arguments = ("-Y", " or ".join(["frame.number == 1", *ITEMS]), "-T", "fields", "-E", "occurrence=a", "-E", f"aggregator={BETWEEN}",
                 *(word for name in FIELDS for word in ("-e", name)))

    def __init__(self):
        self.begin, self._found = None, {}

    def take(self, lines):
        """Reads the lines of packets; of these the others get what findings reads of a first packet."""
        for line in lines:
            if re.match(r"\d+\t", line):
                values = dict(zip(FIELDS, line.rstrip("\n").split("\t")))
                self._packet(values)
                line = f"{values['frame.number']}\t{values['frame.protocols']}\t\t\n"
            yield line

    def _packet(self, values):
        if values["frame.number"] == "1":
            self.begin = values["frame.time_epoch"]     # seconds
        kinds = [name for name in ALL_ITEMS if values[name]]
        # Other dissectors' sentences come before the plugin's, which is the last to look at a packet.
        sentences = values["_ws.expert.message"].split(BETWEEN)[-len(kinds):]
        for kind, sentence in zip(kinds, sentences):
            if kind in ITEMS:
                one = self._found.setdefault(sentence, Exposure(sentence, kind, values["impsvc.entry"], int(values["frame.number"])))
                one.connections += 1
                one.hosts.update(address for name in ADDRESSES for address in values[name].split(BETWEEN))

    def of_rows(self, rows):
        """All of them, the open ones first, each with the rows of its paths."""
        for one in self._found.values():
            one.rows = [row for row in rows if row["entry"] == one.entry and {row["from"], split(row["to"])[0]} <= one.hosts]
        return sorted(self._found.values(), key=lambda one: (not one.is_open, ITEMS.index(one.kind), one.frame))

# What the plugin says about a capture, read from what tshark prints of it in one run. What a packet, a node or a problem is, is
# decided in the plugin; here it is only sorted and counted.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import re
from collections import Counter
from dataclasses import dataclass, field

from say import Failure

# What the table of flows says in its columns Handshake and End, in both languages. All that is not here is an ICMP error.
REFUSED = {"refused", "拒否"}
NO_ANSWER = {"no answer", "応答なし"}
RESET = {"reset", "リセット"}
FINE = {"-", "complete", "完了", "answered", "応答のみ", "not captured", "キャプチャ前", "closed", "終了", "open", "継続中", "closed, reset",
        "終了、リセット"}
# The ways in which a connection does not get through; "reset" did, and ended so.
BLOCKED = ("refused", "no answer", "stopped")

NOTE = 4194304      # Wireshark's number for the severity "note"; "warning" and "error" are higher
ROLE_OF_NODE = ("IM and Presence publisher", "IM and Presence subscriber")
HEAD_OF_TREE = re.compile(r"IM and Presence ?/ ?Traffic by table:")        # with spaces from 4.2 on


@dataclass
class Findings:
    packets: int = 0
    seconds: str = ""
    first_protocols: str = None     # of the first packet
    tables: list = field(default_factory=list)          # (number, name, packets)
    others: list = field(default_factory=list)          # where no packet fits the port list: ports such as 9999/TCP
    conversations: int = 0                              # and how many there are
    flows: int = 0
    flows_of_table: Counter = field(default_factory=Counter)
    unfinished: Counter = field(default_factory=Counter)    # of (way, word, entry, service, initiator, listener)
    nodes: list = field(default_factory=list)           # of what was learned: (address, how)
    maybe_nodes: list = field(default_factory=list)     # addresses of hosts that look like a node
    problems: dict = field(default_factory=dict)        # sentence: Problem


@dataclass
class Problem:
    sentence: str
    kind: str
    is_note: bool
    frame: int
    connections: int = 0


def arguments(items):
    """The arguments with which tshark prints what read() reads; items are the plugin's expert items."""
    fields = ["frame.number", "frame.protocols", "_ws.expert.severity", "_ws.expert.message", *items]
    return ["-Y", " or ".join(["frame.number == 1", *items]), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|",
            *(word for name in fields for word in ("-e", name)),
            "-z", "impsvc,tree", "-z", "impsvc,flows", "-z", "impsvc,nodes", "-z", "io,stat,0"]


def read(lines, items):
    """The findings in the lines that tshark prints with these arguments."""
    found, tree, head, how = Findings(), None, None, ""     # tree is "head" above the rule below its titles, "rows" after it
    for line in lines:
        line = line.rstrip("\n")
        cells = [cell.strip() for cell in line.split(" |")] if " |" in line else []
        if HEAD_OF_TREE.match(line):
            tree = "head"
        elif tree == "head":
            tree = "rows" if line.startswith("---") else tree
        elif tree and line and line[0] not in "-=":
            _tree(found, line)
        elif tree:
            tree = None
        elif re.match(r"\d+\t", line):
            _packet(found, line.split("\t"), items)
        elif cells[:2] == ["Flow", "Entry"]:
            head = cells
        elif head and len(cells) == len(head) and "." in cells[head.index("Entry")]:      # not where it says that there is none
            _flow(found, dict(zip(head, cells)))
        elif line.startswith('"'):
            found.nodes.append((cells_of(line)[0], how))
        elif line.startswith('# "'):
            # Other hosts, such as the servers that nodes use, have another role.
            found.maybe_nodes += [address for address, role, *_ in [cells_of(line[2:])] if role.startswith(ROLE_OF_NODE)]
        elif line.startswith("# "):
            how = line[2:]
        elif line.startswith("| Duration:"):
            found.seconds = line.split()[2]
        elif " <> " in line:
            found.packets = int(line.split("|")[2])
    return found


def insist_on_packets(found, capture, tshark):
    """Wireshark reads other files too, such as pictures, and captures of which it can read nothing."""
    if found.first_protocols is not None and found.first_protocols.split(":")[0] in ("", "mime_dlt"):
        raise Failure(tshark.say(f"{capture.name}: is no capture of packets", f"{capture.name}: パケットのキャプチャではありません"))
    if tshark.incomplete and not found.packets:
        raise Failure(tshark.incomplete)


def conversations(lines):
    """How many conversations tshark prints with -z conv,tcp -z conv,udp."""
    return sum(" <-> " in line for line in lines)


def cells_of(row):
    """The cells of a row of the table of nodes."""
    return next(csv.reader([row]))


def _tree(found, line):
    table = re.match(r"\S+ (\d+): (.*?)\s{2,}(\d+)(?:\s|$)", line)
    if table:
        found.tables.append((int(table[1]), table[2], int(table[3])))
    elif line.startswith(" ") and not found.tables:
        found.others.append(re.split(r"\s{2,}", line.strip())[0])


def _packet(found, cells, items):
    frame, protocols, severities, sentences, *present = cells
    if frame == "1":
        found.first_protocols = protocols
    kinds = [name for name, value in zip(items, present) if value]
    # Other expert items of the packet come before the plugin's, which is the last to look at it.
    ours = slice(-len(kinds), None) if kinds else slice(0)
    for severity, sentence, kind in zip(severities.split("|")[ours], sentences.split("|")[ours], kinds):
        problem = found.problems.setdefault(sentence, Problem(sentence, kind, int(severity) <= NOTE, int(frame)))
        problem.connections += 1


def _flow(found, flow):
    found.flows += 1
    found.flows_of_table[int(flow["Entry"].split(".")[0])] += 1
    way, word = _way(flow["Handshake"], flow["End"])
    if way:
        initiator = flow["Initiator"].rsplit(":", 1)[0] if flow["Transport"] != "ICMP" else flow["Initiator"]
        found.unfinished[way, word, flow["Entry"], flow["Service"], initiator, flow["Listener"]] += 1


def _way(handshake, end):
    """How a connection did not get through, and the plugin's word for that; None if it did, or nobody knows."""
    for word in (handshake, end):
        way = "refused" if word in REFUSED else "no answer" if word in NO_ANSWER else "reset" if word in RESET else \
            None if word in FINE else "stopped"
        if way:
            return way, word
    return None, ""

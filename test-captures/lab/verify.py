# SPDX-License-Identifier: GPL-2.0-or-later
"""Do the captures hold what flows.csv and README.md say? And is every entry of the port list there, both ways?"""
from collections import defaultdict

import flows
import pcapng

STRANGER = "not IM and Presence"  # begins the note of a flow that only looks like the entry's
PROTOCOLS = {6: "TCP", 17: "UDP", 1: "ICMP", 58: "ICMP"}
# Rows of each table of the port list.
ROWS = {2: 7, 3: 2, 4: 5, 5: 2, 6: 1, 7: 1, 8: 3, 9: 1, 10: 1, 11: 3, 12: 7, 13: 1, 14: 1, 15: 1, 16: 1, 17: 1, 18: 1,
        19: 1, 20: 1, 21: 2, 22: 6, 23: 1, 24: 2, 25: 6, 26: 4, 27: 4, 28: 1}


def problems(folder):
    """Sentences about what is wrong; none if all is well."""
    listed = flows.read(folder / "flows.csv")
    by_capture = defaultdict(list)
    for flow in listed:
        by_capture[flow.capture].append(flow)
    complete = set()
    for path in sorted(folder.glob("*.pcapng")):
        counts = count(pcapng.read(path))
        for flow in by_capture.pop(path.name, []):
            request, reply = counts[end_points(flow)], counts[end_points(flow, back=True)]
            if not request and not (reply and flow.fate == "other_road"):
                yield f"{path.name}: no packet of {flow}"
            if request and reply and not flow.note.startswith(STRANGER):
                complete.add(flow.entry)
    for capture in by_capture:
        yield f"flows.csv: {capture} does not exist"
    for table, rows in ROWS.items():
        for row in range(1, rows + 1):
            if f"{table}.{row}" not in complete:
                yield f"{table}.{row}: no capture has a request and a reply"


def count(capture):
    """Packets by transport and both ends."""
    counts = defaultdict(int)
    for packet in capture.packets:
        found = pcapng.transport(packet)
        if found and found[0] in PROTOCOLS:
            counts[(PROTOCOLS[found[0]], *found[1:])] += 1
    return counts


def end_points(flow, back=False):
    ends = [(flow.initiator_address, number(flow.initiator_port)), (flow.listener_address, number(flow.listener_port))]
    (source, source_port), (destination, destination_port) = reversed(ends) if back else ends
    return flow.transport, source, destination, source_port, destination_port


def number(port):
    return int(port) if port else None

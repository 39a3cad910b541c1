# The lab wrote down every flow it started: entry, ends, ports. The plugin must say
# the same of each packet, whatever way it came to its opinion.
#
#   pytest -rP test_oracle.py      also prints how many flows were compared
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import labs_log
from lab_hosts import configured
from labs_log import CAPTURES

JOINED_LATE = {"joined-late.pcapng", "joined-late-learning.pcapng"}
# Why a flow may have no packet to compare; others fail.
NO_HANDSHAKE = "neither port is a listener's by itself, and the handshake is not in the capture"
NOTHING_LEFT = "joined late, when it was over"

NAMES = sorted(path.name for path in CAPTURES.glob("*.pcapng"))


def excuse(flow, capture, has_packets):
    """Why no packet of the flow can be held against the plugin; "" if they can."""
    if not has_packets:
        return NOTHING_LEFT if capture in JOINED_LATE else ""
    if capture in JOINED_LATE and flow.note.endswith("only the handshake tells"):
        return NO_HANDSHAKE
    return ""


def wrongly_told(flow, packets, nodes_are_known):
    """(frame, the log's entry and direction, the plugin's) of the packets that the plugin tells otherwise."""
    for count, packet in enumerate(packets, 1):
        entries, direction = labs_log.allowed(flow, packets[:count], nodes_are_known), labs_log.direction(flow, packet)
        told = "".join(packet.row["impsvc.entry"]), "".join(packet.row["impsvc.direction"])
        if told not in {(entry, direction if entry else "") for entry in entries}:
            yield packet.frame, sorted(entries), direction, told
        elif told[0] and packet.is_error != bool(packet.row["impsvc.icmp_error"]):
            yield packet.frame, "impsvc.icmp_error", packet.is_error


@pytest.mark.parametrize("capture", NAMES)
def test_the_plugin_agrees_with_the_labs_own_log(recorded, capture):
    compare(recorded, capture)


@pytest.mark.parametrize("capture", [name for name in NAMES if any(flow.is_moved for flow in labs_log.flows(name))])
def test_services_on_other_ports_are_told_once_the_nodes_are_configured(recorded, capture):
    compare(recorded, capture, *configured())


def compare(recorded, capture, *nodes):
    assigned, strays = labs_log.assign(labs_log.flows(capture), labs_log.packets_of(recorded.rows(capture, *nodes)))
    wrong, compared, excused, unseen = [], 0, {}, []
    for flow, packets in assigned.items():
        reason = excuse(flow, capture, bool(packets))
        if reason:
            excused[reason] = excused.get(reason, 0) + 1
        elif not packets:
            unseen.append(flow)
        else:
            compared += 1
            wrong += wrongly_told(flow, packets, bool(nodes))
    packets = sum(len(of_flow) for of_flow in assigned.values())
    print(f"{capture}: {compared} of {len(assigned)} flows compared, {packets} packets; not compared: {excused}")
    assert wrong == []
    assert unseen == [], "flows of the log without a packet in the capture"
    assert strays == [], "packets that the log knows nothing of"
    assert compared + sum(excused.values()) == len(assigned)
    assert compared

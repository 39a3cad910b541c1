# The lab wrote down every flow it started: entry, ends, ports. Where it knows
# both ports of a TCP or UDP flow, the plugin must say the same of each packet.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
from collections import defaultdict

import pytest

from conftest import SOURCE
from port_list import SHADOWED

CAPTURES = SOURCE / "test-captures"
NAMES = ["ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport", "udp.srcport", "tcp.dstport", "udp.dstport",
         "impsvc.entry", "impsvc.direction"]
# Services on ports the list does not have: that takes more than ports to find.
MOVED = {"trouble-moved.pcapng", "trouble-moved-more.pcapng"}
JOINED_LATE = {"joined-late.pcapng", "joined-late-learning.pcapng"}


def flows():
    by_capture = defaultdict(list)
    with open(CAPTURES / "flows.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["initiator_port"] and row["listener_port"] and row["transport"] != "ICMP":
                by_capture[row["capture"]].append(row)
    return by_capture


FLOWS = flows()


def tellable(logged, capture):
    """(initiator, listener, entry) of the flows whose packets the log can tell apart.

    Where both ends began flows with the same two ports (8500), it cannot. Nor
    can anybody, without a handshake, when neither port is a known listener's
    (a client's 8443 to port 9200).
    """
    found = [((flow["initiator_address"], flow["initiator_port"]), (flow["listener_address"], flow["listener_port"]),
              SHADOWED.get(flow["entry"], flow["entry"])) for flow in logged]
    pairs = {(initiator, listener) for initiator, listener, _ in found}
    return [(initiator, listener, entry) for initiator, listener, entry in found
            if (listener, initiator) not in pairs and (entry or capture not in JOINED_LATE)]


def first(row, *names):
    return next((row[name][0] for name in names if row[name]), "")


def ends(row):
    """((source address, port), (destination address, port)) of a packet."""
    return ((first(row, "ip.src", "ipv6.src"), first(row, "tcp.srcport", "udp.srcport")),
            (first(row, "ip.dst", "ipv6.dst"), first(row, "tcp.dstport", "udp.dstport")))


@pytest.mark.parametrize("capture", sorted(name for name in FLOWS if name not in MOVED and tellable(FLOWS[name], name)))
def test_the_plugin_agrees_with_the_labs_own_log(wireshark, capture_path, capture):
    capture_path.write_bytes((CAPTURES / capture).read_bytes())
    capture_path.chmod(0o644)
    # Flows that quote nobody: an ICMP error has the quoted packet's ports and its own addresses.
    rows = wireshark.fields(capture_path, NAMES, "-Y", "(tcp or udp) and !icmp and !icmpv6")
    asked, wrong = 0, []
    for initiator, listener, wanted in tellable(FLOWS[capture], capture):
        for row in rows:
            packet = ends(row)
            if packet not in ((initiator, listener), (listener, initiator)):
                continue
            asked += 1
            direction = "1" if packet[0] == initiator else "2"
            found = (first(row, "impsvc.entry"), first(row, "impsvc.direction"))
            expected = (wanted, direction) if wanted else ("", "")
            if found != expected:
                wrong.append((wanted, packet, found))
    assert asked > 0, "no packet of the log's flows is in the capture"
    assert wrong == []

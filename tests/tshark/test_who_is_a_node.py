# Nobody but a node may be called one: on that rests every warning the plugin gives.
# Scanners, phones, other people's XMPP servers and clients behind NAT use the same
# ports. The lab's own list of hosts says who is who.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import lab_hosts
from labs_log import CAPTURES
from recorded import annotated

ENDS = ["impsvc.node.src", "impsvc.node.dst"]
NODES = lab_hosts.nodes()
KNOWN_NODE = {"3", "4"}     # confidence: learned, configured


def called_nodes(rows):
    """Addresses of the ends that have a node's name."""
    for row in rows:
        source, destination = row["ip.src"] or row["ipv6.src"], row["ip.dst"] or row["ipv6.dst"]
        for address, name in zip((source, destination), ENDS):
            if row[name]:
                yield address[-1]


@pytest.mark.parametrize("capture", sorted(path.name for path in CAPTURES.glob("*.pcapng")))
def test_only_nodes_are_called_nodes(recorded, capture):
    rows = annotated(recorded.rows(capture))
    assert set(called_nodes(rows)) <= set(NODES)
    sure = [row for row in rows if KNOWN_NODE & set(row["impsvc.confidence"])]
    assert all({*row["ip.src"], *row["ip.dst"], *row["ipv6.src"], *row["ipv6.dst"]} & set(NODES) for row in sure)


@pytest.mark.parametrize("capture, wanted", [
    ("cluster.pcapng", {"imp-pub", "imp-sub", "imp-pub-b", "imp-pub-c", "imp-sub-c"}),
    ("nodes-learning.pcapng", {"imp-pub-c", "imp-sub-c"}),
])
def test_nodes_are_learned_from_what_only_nodes_do(recorded, capture, wanted):
    found = {NODES[address] for address in called_nodes(annotated(recorded.rows(capture)))}
    assert wanted <= found

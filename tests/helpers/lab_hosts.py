# Who is who in the test captures, from the lab's own list (test-captures/hosts).
#
# SPDX-License-Identifier: GPL-2.0-or-later

from places import CAPTURES

ROLES = {"imp-pub": "IM and Presence publisher", "imp-sub": "IM and Presence subscriber"}


def hosts():
    """{address: short name} of everybody."""
    lines = (CAPTURES / "hosts").read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[-1] for line in lines}


def nodes():
    """{address: short name} of the IM and Presence nodes."""
    return {address: name for address, name in hosts().items() if name[:7] in ROLES}


def configured():
    """Options for tshark that tell the plugin who the nodes are."""
    return [word for address, name in nodes().items()
            for word in ("-o", f'uat:impsvc_nodes:"{address}","{ROLES[name[:7]]}","{name}"')]

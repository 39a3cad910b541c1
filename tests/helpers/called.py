# Whom the plugin calls a node.
#
# SPDX-License-Identifier: GPL-2.0-or-later

SIDES = {"src": ("ip.src", "ipv6.src"), "dst": ("ip.dst", "ipv6.dst")}
FIELDS = [name for names in SIDES.values() for name in names]
NAMES = [f"impsvc.node.{side}" for side in SIDES]


def address(row, side):
    """The innermost address of a packet's source ("src") or destination ("dst")."""
    return next((row[name][-1] for name in SIDES[side] if row[name]), "")


def called_nodes(wireshark, path, *arguments):
    """{address: name} of everybody that a packet of a capture calls a node. An ICMP error speaks of others' packets."""
    return called_in(wireshark.fields(path, FIELDS + NAMES, "-Y", "impsvc and !impsvc.icmp_error", *arguments))


def called_in(rows):
    """The same of rows with FIELDS and NAMES."""
    return {address(row, side): row[f"impsvc.node.{side}"][0] for row in rows for side in SIDES if row[f"impsvc.node.{side}"]}

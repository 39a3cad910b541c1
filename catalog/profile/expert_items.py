# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin's expert items, by how serious they are: the table in plugin/annotate/problems.c, for Python.

Profile, pictures and tests take them from here; tests/profile/test_contents.py holds this list to the table.
"""

WARNINGS = ("impsvc.blocked", "impsvc.localhost_exposed", "impsvc.cluster_exposed", "impsvc.cleartext", "impsvc.unexpected_payload")
NOTES = ("impsvc.reversed", "impsvc.moved", "impsvc.dscp")


def any_of(items):
    """A display filter that finds a packet with one of some items."""
    return " or ".join(items)

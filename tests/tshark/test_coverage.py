# Every row of the port list is shown by a recorded capture: the plugin tells a
# request and a reply of it. A service without a recording would be one that nobody
# has ever seen annotated.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from labs_log import CAPTURES, CLUSTER, REPLY, REQUEST, UNTOLD
from port_list import BY_ID

FIELDS = ["impsvc.entry", "impsvc.candidate", "impsvc.direction"]


def only_a_candidate(entry):
    """Whether another entry of the same port is told in its place."""
    return entry in {"4.3", "4.4", "4.5"} and "shared by path" in UNTOLD or \
        entry in {"26.1", "26.2", "26.3"} and "shared by host" in UNTOLD


@pytest.fixture(scope="module")
def told(wireshark):
    """(entry, direction) of all packets of the cluster's day; candidates count for those that are no more yet."""
    copy = wireshark.folder / f"coverage-{CLUSTER}"
    copy.write_bytes((CAPTURES / CLUSTER).read_bytes())
    copy.chmod(0o644)
    found = set()
    for row in wireshark.fields(copy, FIELDS, "-Y", "impsvc"):
        found |= {(entry, *row["impsvc.direction"]) for entry in row["impsvc.entry"]}
        found |= {(entry, *row["impsvc.direction"]) for entry in row["impsvc.candidate"] if only_a_candidate(entry)}
    return found


def test_the_port_list_has_67_rows():
    assert len(BY_ID) == 67


@pytest.mark.parametrize("entry", BY_ID)
def test_a_recorded_request_and_its_reply_are_told(told, entry):
    assert {(entry, REQUEST), (entry, REPLY)} <= told


def test_nothing_is_told_that_is_not_in_the_port_list(told):
    assert {entry for entry, _ in told} <= set(BY_ID)

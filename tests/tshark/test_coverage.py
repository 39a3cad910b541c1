# Every row of the port list is shown by a recorded capture: the plugin tells a
# request and a reply of it. A service without a recording would be one that nobody
# has ever seen annotated.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from labs_log import CLUSTER, REPLY, REQUEST
from port_list import BY_ID

FIELDS = ["impsvc.entry", "impsvc.direction"]


@pytest.fixture(scope="module")
def told(wireshark):
    """(entry, direction) of all packets of the cluster's day."""
    found = set()
    for row in wireshark.fields(wireshark.readable(CLUSTER), FIELDS, "-Y", "impsvc"):
        found |= {(entry, *row["impsvc.direction"]) for entry in row["impsvc.entry"]}
    return found


def test_the_port_list_has_67_rows():
    assert len(BY_ID) == 67


@pytest.mark.parametrize("entry", BY_ID)
def test_a_recorded_request_and_its_reply_are_told(told, entry):
    assert {(entry, REQUEST), (entry, REPLY)} <= told


def test_nothing_is_told_that_is_not_in_the_port_list(told):
    assert {entry for entry, _ in told} <= set(BY_ID)

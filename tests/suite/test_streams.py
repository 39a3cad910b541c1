# Following a stream shows the same bytes with the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from conftest import GROUPS

STREAMS_AT_A_TIME = 2000


def streams(wireshark, capture, protocol):
    """The numbers of the TCP streams in which Wireshark finds the protocol."""
    rows = wireshark.fields(capture, ["tcp.stream"], "-Y", protocol)
    return sorted({int(number) for row in rows for number in row["tcp.stream"]})


@pytest.mark.parametrize("follow,protocol,form", [("tcp", "tcp.len > 0", "raw"), ("tls", "tls", "raw"), ("http", "http", "ascii")])
@pytest.mark.parametrize("group", GROUPS)
def test_following_streams_shows_the_same(wireshark, alone, merged, group, follow, protocol, form):
    numbers = streams(alone, merged(group), protocol)
    assert len(numbers) > 5
    for start in range(0, len(numbers), STREAMS_AT_A_TIME):
        asked = [part for number in numbers[start:start + STREAMS_AT_A_TIME] for part in ("-z", f"follow,{follow},{form},{number}")]
        native = alone.read(merged(group), "-q", *asked)
        ours = wireshark.read(merged(group), "-q", *asked)
        assert native.count("Follow: ") == len(asked) // 2
        assert ours == native

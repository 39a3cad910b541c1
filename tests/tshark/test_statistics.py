# Statistics that people write into reports: they must add up to what the
# display filter shows.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from packets import Capture, Ends, udp
from port_list import ENTRIES

TABLE = re.compile(r"^Table (\d+): (.+?)\s{2,}(\d+) ")
ENTRY = re.compile(r"^ (\d+\.\d+) .+?\s{2,}(\d+) ")
FLOW = re.compile(r"^  (\S+) to (\S+)\s{2,}(\d+) ")


@pytest.fixture(scope="module")
def cluster(wireshark):
    return wireshark.readable("cluster.pcapng")


def tree(wireshark, capture, statistics):
    return wireshark.read(capture, "-q", "-z", statistics).splitlines()


def counts(lines, pattern, key, count):
    return {match[key]: int(match[count]) for match in map(pattern.match, lines) if match}


@pytest.mark.parametrize("display_filter", ["", "ip", "ipv6 and tcp", "impsvc.direction == \"reply\""])
def test_the_sums_of_tables_and_entries_are_what_the_filter_shows(wireshark, cluster, display_filter):
    lines = tree(wireshark, cluster, "impsvc,tree" + ("," + display_filter if display_filter else ""))
    shown = wireshark.fields(cluster, ["impsvc.table", "impsvc.entry"], "-Y",
                             "impsvc" + (f" and ({display_filter})" if display_filter else ""))
    tables, entries = {}, {}
    for row in shown:
        tables[row["impsvc.table"][0]] = tables.get(row["impsvc.table"][0], 0) + 1
        entries[row["impsvc.entry"][0]] = entries.get(row["impsvc.entry"][0], 0) + 1
    assert tables and counts(lines, TABLE, 1, 3) == tables
    assert counts(lines, ENTRY, 1, 2) == entries
    assert sum(int(FLOW.match(line)[3]) for line in lines if FLOW.match(line)) == len(shown)


def test_tables_come_in_the_documents_order_under_its_numbers(wireshark, cluster):
    lines = tree(wireshark, cluster, "impsvc,tree")
    numbers = [int(TABLE.match(line)[1]) for line in lines if TABLE.match(line)]
    assert numbers == sorted({entry.table for entry in ENTRIES})
    assert any(line.startswith("Table 22: XCP requests ") for line in lines)


def test_a_packet_counts_for_who_began_not_for_who_sent_it(wireshark, cluster):
    lines = tree(wireshark, cluster, "impsvc,tree,impsvc.entry == \"22.4\"")
    pairs = {(match[1], match[2]) for match in map(FLOW.match, lines) if match}
    assert ("10.10.1.12", "10.10.1.11") in pairs
    listeners = wireshark.fields(cluster, ["ip.dst"], "-Y", "impsvc.entry == \"22.4\" and impsvc.direction == 1 and ip")
    assert {match[2] for match in map(FLOW.match, lines) if match and ":" not in match[2]} == \
        {row["ip.dst"][0] for row in listeners}


def test_each_of_many_flows_has_its_own_line(wireshark, capture_path):
    """More flows than names are kept for, of both address families, again and again: none is counted as another."""
    capture, expected = Capture(), {}
    pairs = [Ends(number, 41234, 5060, version) for number in range(1, 2501) for version in (4, 6)]
    pairs += [Ends(number, 41234, 5060) for number in range(1, 301)]
    for _ in range(2):
        for ends in pairs:
            capture.add(udp(ends, True, b"\x00\x01"))
            expected[ends.client, ends.server] = expected.get((ends.client, ends.server), 0) + 1
    lines = tree(wireshark, capture.write(capture_path), "impsvc,tree")
    assert {(match[1], match[2]): int(match[3]) for match in map(FLOW.match, lines) if match} == expected

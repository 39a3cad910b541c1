# The capture filters: libpcap takes them, and they select what the plugin finds.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import formats
import pytest
from conftest import NAME, SOURCE
from libpcap import compiled, selected
from port_list import ENTRIES

CAPTURES = SOURCE / "test-captures"


def filters_of(profile):
    items = formats.parse("cfilters", formats.read(profile / "cfilters"))
    return {item.key.partition(": ")[2]: item.value[0] for item in items if item.key.startswith(NAME)}


def of_tables(filters):
    """{table's number: filter}"""
    return {int(name.split()[0]): expression for name, expression in filters.items() if re.match("[0-9]+ ", name)}


def test_libpcap_compiles_every_one(profile):
    items = formats.parse("cfilters", formats.read(profile / "cfilters"))
    reasons = {item.key: compiled(item.value[0])[1] for item in items}
    assert len(reasons) > 40
    # Wireshark's own last one looks a name up, which needs a network.
    assert {name: reason for name, reason in reasons.items() if reason and "www.wireshark.org" not in name} == {}


def test_a_wrong_one_would_not_compile():
    assert compiled("tcp and (port 5060 orr port 5061)")[1]


def test_every_table_has_one(profile):
    assert set(of_tables(filters_of(profile))) == {entry.table for entry in ENTRIES}


def test_they_have_the_ports_of_the_port_list(made):
    for table, expression in of_tables(filters_of(made / NAME)).items():
        found = set()
        for carrier, ports in re.findall(r"\((tcp|udp) and \(([^)]*)\)\)", expression):
            for first, last in re.findall(r"port(?:range)? (\d+)(?:-(\d+))?", ports):
                found |= {(carrier, port) for port in range(int(first), int(last or first) + 1)}
        expected = {("udp" if transport == "UDP" else "tcp", port) for entry in ENTRIES if entry.table == table
                    for transport in entry.transports if transport != "ICMP" for port in entry.ports or [entry.source]}
        assert (table, found) == (table, expected)
        assert ("icmp or icmp6" in expression) == (table == 17)


@pytest.mark.parametrize("name", ["cluster", "unrelated-host", "port-scan", "nat-clients", "nodes-learning"])
def test_the_filter_of_a_table_or_group_misses_nothing_that_the_plugin_finds(wireshark, made, name):
    capture = CAPTURES / f"{name}.pcapng"
    rows = wireshark.fields(capture, ["frame.number", "impsvc.table"], "-2", "-Y",
                            'impsvc and not impsvc.icmp_error and not impsvc.evidence contains "port not listed"')
    filters = filters_of(made / NAME)
    frames = dict(zip(filters, selected(capture, [compiled(expression)[0] for expression in filters.values()])))
    assert len(rows) > 10
    groups = {item.key.partition(": ")[2]: {int(number) for number in re.findall(r"\d+", item.value[0].partition("{")[2])}
              for item in formats.parse("dfilters", formats.read(made / NAME / "dfilters")) if "impsvc.table in" in item.value[0]}
    for row in rows:
        number, table = int(row["frame.number"][0]), int(row["impsvc.table"][0])
        mine = [key for key in filters if key.startswith(f"{table} ") or table in groups.get(key, ())] + ["all"]
        assert len(mine) == 3
        assert [key for key in mine if number not in frames[key]] == [], number


def test_packets_of_nothing_in_the_list_are_left_out(made):
    everything = compiled(filters_of(made / NAME)["all"])[0]
    chosen, = selected(CAPTURES / "cluster.pcapng", [everything])
    others = [compiled(each)[0] for each in ("arp", "tcp port 10389")]     # an LDAP server that was moved there
    for frames in selected(CAPTURES / "cluster.pcapng", others):
        assert frames and not frames & chosen


def test_vlan_tags_need_the_filter_that_has_them(wireshark, made):
    capture = CAPTURES / "vlan.pcapng"
    frames = set(wireshark.frames(capture, "impsvc and vlan and not impsvc.icmp_error", "-2"))
    filters = filters_of(made / NAME)
    plain, tagged = selected(capture, [compiled(filters[key])[0]
                                       for key in ("all", "all, with later fragments and VLAN tags")])
    assert len(frames) > 50
    assert not frames & plain and frames <= tagged


def test_later_fragments_need_the_filter_that_has_them(wireshark, made, capture_path):
    from scapy.all import IP, UDP, Ether, Raw, fragment, wrpcap
    whole = IP(src="10.1.0.1", dst="10.1.0.2") / UDP(sport=40000, dport=5060) / Raw(b"OPTIONS sip:x SIP/2.0\r\n" + 3000 * b"x")
    pieces = [Ether() / piece for piece in fragment(whole, fragsize=1400)]
    wrpcap(str(capture_path), pieces)
    filters = filters_of(made / NAME)
    plain, all_of_it = selected(capture_path, [compiled(filters[key])[0] for key in ("all", "all, with later fragments")])
    assert (plain, all_of_it) == ({1}, set(range(1, len(pieces) + 1)))
    assert len(pieces) == 3

# What Wireshark shows of our captures and of its own must be the same with the plugin,
# however it is configured. What may differ is in tests/helpers/native_rules.py.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv

import pytest

from conftest import GROUPS, NO_CAPTURES, OURS, WIRESHARKS, needs_source, takes_long
from native import compare
from places import SOURCE

NATIVES = [row["name"] for row in csv.DictReader((SOURCE / "catalog" / "dissectors.csv").open(encoding="utf-8"))]
FEWEST_FRAMES = {"lab": 8000, "cluster": 3000, "wireshark": 12000}


def options(**preferences):
    return [part for name, value in preferences.items() for part in ("-o", f"{name.replace('__', '.')}:{value}")]


def decode_as(*rules):
    return [part for rule in rules for part in ("-d", rule)]


HEURISTICS_FIRST = ["-2", *options(tcp__try_heuristic_first="TRUE", udp__try_heuristic_first="TRUE")]
POST_DISSECTORS = ["-2", "--enable-protocol", "transum", "--enable-protocol", "communityid"]
EVERYONE = [part for prefix in ("0.0.0.0/0", "::/0")
            for part in ("-o", f'uat:impsvc_nodes:"{prefix}","IM and Presence publisher",""')]
MOVED = [part for entry, transport, port in (
            ("22.4", "TCP", "80"), ("22.1", "TCP", "443"), ("25.1", "TCP", "25"), ("26.1", "TCP", "5672"), ("12.1", "UDP", "53"),
            ("8.1", "TCP", "5222"))
         for part in ("-o", f'uat:impsvc_ports:"{entry}","{transport}","{port}"')]

# Settings of Wireshark's, for both, and of the plugin's, for itself. What is the same for both stands together: it is run once.
VARIANTS = {
    "plain": ([], []),
    "every host a node": ([], EVERYONE),
    "entries moved to owned ports": ([], MOVED),
    "entries moved to owned ports, every host a node": ([], MOVED + EVERYONE),
    "nothing learned": ([], ["-o", "impsvc.learn_nodes:FALSE"]),
    "two passes": (["-2"], []),
    "every host a node, two passes": (["-2"], EVERYONE),
    "both heuristics first, two passes": (HEURISTICS_FIRST, []),
    "every host a node, heuristics first": (HEURISTICS_FIRST, EVERYONE),
    "TCP heuristics first": (options(tcp__try_heuristic_first="TRUE"), []),
    "UDP heuristics first": (options(udp__try_heuristic_first="TRUE"), []),
    "no TCP reassembly": (options(tcp__desegment_tcp_streams="FALSE"), []),
    "TCP reassembly out of order": (options(tcp__reassemble_out_of_order="TRUE"), []),
    "other post-dissectors": (POST_DISSECTORS, []),
    "Decode As on owned ports": (decode_as("tcp.port==5060,http", "tcp.port==389,http", "udp.port==161,sip", "tcp.port==5222,data",
                                           "tls.port==5061,http"), []),
    "Decode As on unowned ports": (decode_as("tcp.port==7400,http", "tcp.port==8443,tls", "tcp.port==8600,xmpp",
                                             "tcp.port==1090,rmi", "udp.port==10162,sip"), []),
}


def test_the_other_post_dissector_does_run(wireshark):
    path = wireshark.readable("dns-53.pcapng")
    told = wireshark.run("-r", path, *POST_DISSECTORS, "-Y", "transum", "-T", "fields", "-e", "frame.number")
    assert told.split()


def check(result, group):
    assert result.problem == "", result.problem
    assert result.frames >= FEWEST_FRAMES[group]
    return result


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("group", GROUPS)
def test_captures_look_as_without_the_plugin(wireshark, alone, merged, group, variant):
    both, ours = VARIANTS[variant]
    result = check(compare(alone, wireshark, merged(group), both, ours), group)
    assert ours or group == "wireshark" or result.decoded_by_us > 100


@needs_source
@pytest.mark.parametrize("ours", [[], EVERYONE], ids=["plain", "every host a node"])
def test_decrypted_captures_look_as_without_the_plugin(wireshark, alone, merged, key_log, ours):
    check(compare(alone, wireshark, merged("wireshark"), ["-o", f"tls.keylog_file:{key_log}"], ours), "wireshark")


@pytest.mark.parametrize("protocol", NATIVES)
@pytest.mark.parametrize("group", ["lab", pytest.param("cluster", marks=takes_long),
                                   pytest.param("wireshark", marks=[needs_source, takes_long])])
def test_disabling_a_protocol_works_as_without_the_plugin(wireshark, alone, merged, group, protocol):
    check(compare(alone, wireshark, merged(group), ["--disable-protocol", protocol]), group)


@pytest.mark.parametrize("group", GROUPS)
def test_fields_and_columns_are_as_without_the_plugin(wireshark, alone, merged, group):
    check(compare(alone, wireshark, merged(group), form="fields"), group)


@pytest.mark.parametrize("form", ["pdml", "json"])
@pytest.mark.parametrize("name", ["xmpp-client-5222", "sip-tls-5061-5062", "ldap-389-3268-636", "tomcat-8080-8443", "vlan"])
def test_other_formats_are_as_without_the_plugin(wireshark, alone, name, form):
    result = compare(alone, wireshark, wireshark.readable(f"{name}.pcapng"), form=form)
    assert result.problem == "" and result.frames > 10


# Each capture by itself, too: merging hides what begins a capture.

@pytest.mark.parametrize("capture", OURS, ids=lambda path: path.stem)
def test_each_of_our_captures_in_two_passes(wireshark, alone, capture):
    result = compare(alone, wireshark, wireshark.readable(capture), ["-2"])
    assert result.problem == "" and result.frames > 0


@needs_source
@pytest.mark.parametrize("part", range(4))
def test_each_of_wiresharks_captures(wireshark, alone, part):
    read = 0
    captures = [path for path in WIRESHARKS if path.suffix not in NO_CAPTURES][part::4]
    for capture in captures:
        result = compare(alone, wireshark, wireshark.readable(capture))
        assert (capture.name, result.problem) == (capture.name, "")
        read += result.frames > 0
    assert read >= len(captures) - 2        # some hold no packets

# Access lists for Cisco IOS and ASA beside those that Firewall Builder writes for the same: one line is as the other.
#
# It has nothing for IPv6 on an ASA, and writes numbers where we write the words for ICMP types, any where an ASA of today has any4.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import acl
import firewall_builder
import lab_hosts
import places
from cluster import moved, node
from packets import Capture

pytestmark = pytest.mark.any_version

PREFIXES = (*node("10.4.0.0/22", "XMPP client"), *node("10.4.8.128/25", "Browser"), *node("2001:db8:10:4::/64", "XMPP client"),
            *node("0.0.0.0/0", "Third-party client"), *node("::/0", "Third-party client"))


def written(wireshark, capture_path, dialect):
    return wireshark.run("-2", "-q", "-r", Capture().write(capture_path), "-z", f"impsvc,rules,{dialect}",
                         *lab_hosts.everybody_configured(), *PREFIXES, *moved("22.4", "TCP", "17400"))


def as_numbers(text, line, words):
    """A permit line of ours from permit on, with the number of its ICMP type."""
    line = " ".join(text.split("\n")[line.number - 1].partition("permit")[2].split())
    before, _, last = line.rpartition(" ")
    return f"permit {before} {words[last]}" if line.startswith("icmp") else f"permit {line}"


def test_ios_lists_are_written_as_firewall_builder_writes_them(wireshark, capture_path, tmp_path):
    places.need("fwb_iosacl")
    text = written(wireshark, capture_path, "ios")
    lists = acl.Ios(text).lists
    theirs = firewall_builder.compiled("fwb_iosacl", lists[4] + lists[6], tmp_path)
    for version in (4, 6):
        assert [as_numbers(text, line, acl.IOS_ICMP[version]) for line in lists[version]] == theirs[version]
        assert len(theirs[version]) > 500


def test_asa_lines_of_ipv4_are_written_as_firewall_builder_writes_them(wireshark, capture_path, tmp_path):
    places.need("fwb_pix")
    text = written(wireshark, capture_path, "asa")
    lines = [line for line in acl.Asa(text).lines if line.version == 4]
    theirs = firewall_builder.compiled("fwb_pix", lines, tmp_path)
    assert [as_numbers(text, line, acl.ASA_ICMP[4]).replace("any4", "any") for line in lines] == theirs[4]
    assert len(theirs[4]) > 300

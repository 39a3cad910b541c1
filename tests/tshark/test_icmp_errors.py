# A firewall's "prohibited" must be found under the service it stopped.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6ND_NS, IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from packets import Capture

NODE, PEER, FIREWALL = "10.0.0.1", "10.0.0.2", "10.0.0.254"
NODE6, PEER6 = "2001:db8::1", "2001:db8::2"
NAMES = ["impsvc.entry", "impsvc.direction", "impsvc.role.src", "impsvc.role.dst", "impsvc.icmp_error"]


def error_v4(quoted, code, src=PEER, dst=NODE):
    return bytes(Ether() / IP(src=src, dst=dst) / ICMP(type=3, code=code) / quoted)


def quoted_v4(layer, src=NODE, dst=PEER):
    return IP(bytes(IP(src=src, dst=dst) / layer))


def error_v6(layer, code):
    quoted = IPv6(bytes(IPv6(src=NODE6, dst=PEER6) / layer))
    return bytes(Ether() / IPv6(src=PEER6, dst=NODE6) / ICMPv6DestUnreach(code=code) / quoted)


CASES = {
    "port unreachable": (error_v4(quoted_v4(UDP(sport=40000, dport=21999) / Raw(b"x")), 3), "24.2",
                         "Destination unreachable (port unreachable)"),
    "prohibited by a firewall": (error_v4(quoted_v4(TCP(sport=40000, dport=7400, flags="S")), 13, FIREWALL), "22.4",
                                 "Destination unreachable (communication administratively prohibited)"),
    "port unreachable over IPv6": (error_v6(UDP(sport=40000, dport=161) / Raw(b"x"), 4), "12.1",
                                   "Destination unreachable (port unreachable)"),
    "prohibited over IPv6": (error_v6(TCP(sport=40000, dport=8443, flags="S"), 1), "4.2",
                             "Destination unreachable (administratively prohibited)"),
}


def told(wireshark, path, frame):
    capture = Capture()
    capture.add(frame)
    return wireshark.fields(capture.write(path), NAMES)[0]


@pytest.mark.parametrize("case", CASES)
def test_an_error_is_a_reply_of_the_entry_it_quotes(wireshark, capture_path, case):
    frame, entry, text = CASES[case]
    row = told(wireshark, capture_path, frame)
    assert row["impsvc.entry"] == [entry]
    assert row["impsvc.direction"] == ["2"]
    assert row["impsvc.icmp_error"] == [text]


def test_an_error_about_another_service_is_nobodys(wireshark, capture_path):
    frame = error_v4(quoted_v4(UDP(sport=40000, dport=7) / Raw(b"x")), 3)
    assert told(wireshark, capture_path, frame)["impsvc.entry"] == []


def test_an_error_about_a_reply_goes_to_the_listener(wireshark, capture_path):
    frame = error_v4(quoted_v4(UDP(sport=161, dport=40000) / Raw(b"x")), 3)
    row = told(wireshark, capture_path, frame)
    assert (row["impsvc.entry"], row["impsvc.direction"]) == (["12.1"], ["1"])
    assert row["impsvc.role.dst"] == ["IM and Presence"]


def test_neighbour_discovery_is_no_service(wireshark, capture_path):
    frame = bytes(Ether() / IPv6(src=NODE6, dst="ff02::1:ff00:2") / ICMPv6ND_NS(tgt=PEER6))
    assert told(wireshark, capture_path, frame)["impsvc.entry"] == []

# DSCP: what services are marked with, whether that is what somebody expects, and where a mark gets lost. A wrong
# answer here sends people to the wrong router.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
from collections import Counter

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import GRE, Dot1Q, Ether
from scapy.layers.vxlan import VXLAN
from scapy.packet import Raw

from cluster import PUB, STRANGER, SUB, Scene, node
from packets import Capture
from stats_tree import read_tree

CS0, CS3, AF31, EF = 0, 24, 26, 46
WAYS = {"1": "request, to the listener", "2": "reply, back from the listener"}
MIXED, DIFFERS = "Several values in one direction of a flow", "Other values on another interface"
JAPANESE = ("-o", "impsvc.language:japanese")
ONE_PASS_AND_TWO = pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
ETHER = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")


def expect(service, way, dscp):
    return ("-o", f'uat:impsvc_dscp:"{service}","{way}","{dscp}"')


def tree(wireshark, path, *arguments, **options):
    return read_tree(wireshark, path, "impsvc_qos", *arguments, **options)


def marked(head, dscp, ecn=0):
    head.setfieldval("tc" if isinstance(head, IPv6) else "tos", dscp << 2 | ecn)
    return head


def segment(client, server, dscp, port=7400, flags="S", back=False, client_port=41234, ecn=0):
    """A segment in IP, without a link layer."""
    kind = IPv6 if ":" in client else IP
    ends, ports = ((server, client), (port, client_port)) if back else ((client, server), (client_port, port))
    return marked(kind(src=ends[0], dst=ends[1]), dscp, ecn) / TCP(sport=ports[0], dport=ports[1], flags=flags, seq=1, ack=1)


def written(path, *frames):
    capture = Capture()
    for frame in frames:
        capture.add(bytes(frame if isinstance(frame, Ether) else ETHER / frame))
    return capture.write(path)


def values(wireshark, path, *arguments):
    """The values of all packets in the tree."""
    return {way[2]: count for way, count in tree(wireshark, path, *arguments).items() if len(way) == 3 and way[0] not in (MIXED, DIFFERS)}


def names(wireshark):
    """Wireshark's own names: {number: name}."""
    rows = [line.split("\t") for line in wireshark.run("-G", "values", marks=()).splitlines()]
    return {int(row[2], 0): row[3] for row in rows if row[0] == "V" and row[1] == "ip.dsfield.dscp"}


def items(wireshark, path, *arguments):
    """[(frame, our sentence)]"""
    rows = wireshark.fields(path, ["frame.number", "_ws.expert.message"], "-Y", "impsvc.dscp", *arguments)
    return [(int(row["frame.number"][0]), text) for row in rows for text in row["_ws.expert.message"] if "DSCP" in text]


# --- the tree ---

@pytest.mark.parametrize("capture,display_filter", [("firewall-dscp", ""), ("firewall-dscp", "ipv6"), ("cluster", ""), ("vlan", "")])
def test_counts_are_those_of_wiresharks_own_fields(wireshark, capture, display_filter):
    path = wireshark.readable(f"{capture}.pcapng")
    shown = "impsvc and not impsvc.icmp_error" + (f" and ({display_filter})" if display_filter else "")
    rows = wireshark.fields(path, ["impsvc.entry", "impsvc.direction", "ip.dsfield.dscp", "ipv6.tclass.dscp"], "-Y", shown)
    # Both addresses that we read stand in the last head of IP.
    own = Counter((row["impsvc.entry"][0], WAYS[row["impsvc.direction"][0]], int((row["ip.dsfield.dscp"] or row["ipv6.tclass.dscp"])[-1]))
                  for row in rows)
    called = {0: "CS0", 24: "CS3", 46: "EF"}
    found = tree(wireshark, path, display_filter=display_filter)
    assert own and {way: count for way, count in found.items() if len(way) == 3 and way[0] not in (MIXED, DIFFERS)} == {
        (next(name for name, in {way[:1] for way in found} if name.startswith(entry + " ")), way, called.get(value, str(value))): count
        for (entry, way, value), count in own.items()}
    for way, count in found.items():
        below = [number for other, number in found.items() if other[:-1] == way]
        assert not below or sum(below) == count, way


def test_entries_stand_in_the_documents_order_and_ways_and_values_in_theirs(wireshark):
    found = list(tree(wireshark, wireshark.readable("cluster.pcapng")))
    entries = [tuple(map(int, way[0].split()[0].split("."))) for way in found if len(way) == 1 and way[0] != MIXED]
    assert entries == sorted(entries) and len(entries) > 20
    inside = [way[1:] for way in found if way[0].startswith("2.1 ")]
    assert inside == [(), (WAYS["1"],), (WAYS["1"], "CS0"), (WAYS["1"], "4"), (WAYS["2"],), (WAYS["2"], "CS0"), (WAYS["2"], "4")]


def test_marks_that_a_firewall_takes_off_are_said_with_the_interfaces(wireshark):
    found = tree(wireshark, wireshark.readable("firewall-dscp.pcapng"), display_filter="ip")
    to, back = f"2.1 SIP proxy: {WAYS['1']}", f"2.1 SIP proxy: {WAYS['2']}"
    pair = "10.20.2.60 to 10.20.1.11"
    assert {way: count for way, count in found.items() if way[0] in (MIXED, DIFFERS)} == {
        (DIFFERS,): 16, (DIFFERS, to): 14, (DIFFERS, back): 2, (DIFFERS, to, f"{pair}: CS0 on inside, CS3 on outside"): 12,
        (DIFFERS, to, f"{pair}: CS0 on inside, EF on outside"): 2, (DIFFERS, back, f"{pair}: EF on inside, CS0 on outside"): 2}


def test_one_side_alone_shows_no_change(wireshark):
    found = tree(wireshark, wireshark.readable("firewall-dscp.pcapng"), display_filter='frame.interface_name == "inside"')
    assert found and not [way for way in found if way[0] in (MIXED, DIFFERS)]


def test_a_flow_that_changes_its_mark_is_pointed_out_and_two_flows_are_not(wireshark, capture_path):
    one = [segment(SUB, PUB, CS3), segment(SUB, PUB, CS0, flags="A"), segment(SUB, PUB, CS3, flags="SA", back=True)]
    two = [segment(SUB, PUB, CS3), segment(SUB, PUB, CS0, client_port=41235)]
    found = tree(wireshark, written(capture_path, *one))
    service = f"22.4 XCP router master access: {WAYS['1']}"
    assert {way: count for way, count in found.items() if way[0] == MIXED} == {
        (MIXED,): 2, (MIXED, service): 2, (MIXED, service, f"{SUB} to {PUB}: CS0, CS3"): 2}
    found = tree(wireshark, written(capture_path, *two))
    assert found["22.4 XCP router master access", WAYS["1"], "CS0"] == 1 and not [way for way in found if way[0] == MIXED]


def test_a_flow_with_many_values_is_pointed_out_too(wireshark, capture_path):
    path = written(capture_path, *(segment(SUB, PUB, value, flags="A") for value in (0, 8, 10, 24, 34, 46, 63)))
    assert any(way[2:] == (f"{SUB} to {PUB}: CS0, CS1, AF11, CS3, AF41, EF, 63",) for way in tree(wireshark, path))


def test_a_reset_is_no_mixture(wireshark, capture_path):
    """A host's system sends it unmarked, or a device in between sends it: neither says anything of the service's packets."""
    path = written(capture_path, segment(SUB, PUB, CS3), segment(SUB, PUB, CS3, flags="SA", back=True),
                   segment(SUB, PUB, CS0, flags="R"), segment(SUB, PUB, CS0, flags="RA", back=True))
    found = tree(wireshark, path)
    assert found["22.4 XCP router master access", WAYS["2"], "CS0"] == 1 and not [way for way in found if way[0] == MIXED]
    assert [frame for frame, _ in items(wireshark, path, *expect("22.4", "both", "CS3"))] == []


def test_the_tree_is_the_same_each_time_it_is_opened(wireshark):
    path = wireshark.readable("firewall-dscp.pcapng")
    asked = [("load", {"file": str(path)}), *[("tap", {"tap0": "stat:impsvc_qos"})] * 2, ("load", {"file": str(path)}),
             ("tap", {"tap0": "stat:impsvc_qos"})]
    answers = wireshark.sharkd(asked)
    trees = [answers[number]["taps"][0]["stats"] for number in (1, 2, 4)]
    assert trees[0] == trees[1] == trees[2]
    assert {(top["name"], top["count"]) for top in trees[0]} >= {(DIFFERS, 32), ("2.1 SIP proxy", 48)}


def test_two_trees_have_a_filter_each(wireshark):
    text = wireshark.read(wireshark.readable("firewall-dscp.pcapng"), "-q", "-z", "impsvc_qos,tree,ip", "-z", "impsvc_qos,tree,tcp")
    assert sorted(int(count) for count in re.findall(rf"^{DIFFERS} +(\d+) ", text, re.MULTILINE)) == [16, 24]


# --- whose mark it is ---

@pytest.mark.parametrize("client,server", [(SUB, PUB), ("2001:db8::1:12", "2001:db8::1:11")])
@pytest.mark.parametrize("ecn", [0, 1, 3])
def test_ecn_is_no_part_of_it(wireshark, capture_path, client, server, ecn):
    path = written(capture_path, segment(client, server, AF31, ecn=ecn), segment(client, server, 63, flags="SA", back=True, ecn=ecn))
    assert values(wireshark, path) == {"AF31": 1, "63": 1}


def test_a_vlans_priority_is_no_dscp(wireshark, capture_path):
    path = written(capture_path, ETHER / Dot1Q(vlan=7, prio=5) / segment(SUB, PUB, CS3))
    assert values(wireshark, path) == {"CS3": 1}


INNER, INNER_V6 = segment(SUB, PUB, CS3), segment("2001:db8::1:12", "2001:db8::1:11", CS3)


@pytest.mark.parametrize("outer", [
    pytest.param(lambda inner, source, target: marked(IP(src=source, dst=target), EF) / GRE() / inner, id="gre"),
    pytest.param(lambda inner, source, target: marked(IP(src=source, dst=target), EF) / inner, id="ip-in-ip"),
    pytest.param(lambda inner, source, target: marked(IP(src=source, dst=target), EF) / UDP(sport=50000, dport=4789) / VXLAN(vni=7)
                 / ETHER / inner, id="vxlan"),
    pytest.param(lambda inner, _source, _target: marked(IPv6(src="2001:db8:f::1", dst="2001:db8:f::2"), EF) / inner, id="in-ipv6")])
@pytest.mark.parametrize("inner", [pytest.param(INNER, id="ipv4"), pytest.param(INNER_V6, id="ipv6")])
@pytest.mark.parametrize("source,target", [pytest.param("192.0.2.1", "192.0.2.2", id="routers"), pytest.param(SUB, PUB, id="the-same-hosts")])
def test_of_a_tunnel_the_services_own_mark_counts(wireshark, capture_path, outer, inner, source, target):
    """The outer head is the tunnel's; two hosts may also have a tunnel between themselves."""
    path = written(capture_path, outer(inner, source, target))
    assert values(wireshark, path) == {"CS3": 1}
    assert [text for _, text in items(wireshark, path, *expect("22", "request", "EF"))] == [
        "DSCP is CS3, expected EF for XCP requests (22), to the listener"]


# --- what is expected ---

def test_without_a_row_nothing_is_expected(wireshark):
    for capture in ("firewall-dscp", "cluster"):
        assert items(wireshark, wireshark.readable(f"{capture}.pcapng"), *node("10.10.1.11")) == []


@ONE_PASS_AND_TWO
def test_an_unexpected_value_is_said_once_a_flow_and_way(wireshark, passes):
    path = wireshark.readable("firewall-dscp.pcapng")
    found = items(wireshark, path, *expect("22", "both", "EF"), *passes)
    told = "DSCP is CS3, expected EF for XCP requests (22), "
    assert Counter(text for _, text in found) == {told + "to the listener": 2, told + "back from the listener": 2}
    streams = wireshark.fields(path, ["tcp.stream", "impsvc.direction"], "-Y", "impsvc.dscp", *expect("22", "both", "EF"), *passes)
    assert len({(row["tcp.stream"][0], row["impsvc.direction"][0]) for row in streams}) == len(streams) == 4
    assert items(wireshark, path, *expect("22", "both", "AF31, cs3"), *passes) == []


@ONE_PASS_AND_TWO
def test_a_mark_that_is_lost_on_the_way_is_said_where_it_is_missing(wireshark, passes):
    path = wireshark.readable("firewall-dscp.pcapng")
    found = items(wireshark, path, *expect("2.1", "both", "CS3,EF"), *node("10.20.1.11"), *node("2001:db8:20::1:11"), *passes)
    assert {text for _, text in found} == {"DSCP is CS0, expected CS3, EF for SIP proxy (2.1), to the listener",
                                           "DSCP is CS0, expected CS3, EF for SIP proxy (2.1), back from the listener"}
    sides = {row["frame.number"][0]: row["frame.interface_name"][0]
             for row in wireshark.fields(path, ["frame.number", "frame.interface_name"])}
    assert [sides[str(frame)] for frame, text in found if "to the" in text] == ["inside"] * 4
    assert [sides[str(frame)] for frame, text in found if "back" in text] == ["outside"] * 2


@pytest.mark.parametrize("rows,said", [
    ([("xmpp", "both", "EF")], "EF for group xmpp"), ([("XMPP", "request", "46")], "EF for group xmpp"),
    ([("22", "both", "EF"), ("xmpp", "both", "CS3")], "EF for XCP requests (22)"),
    ([("22.4", "both", "EF"), ("22", "both", "CS3"), ("xmpp", "both", "CS3")], "EF for XCP router master access (22.4)"),
    ([("22", "both", "CS3"), ("22", "request", "EF")], "EF for XCP requests (22)"),
    ([("22.4", "both", "CS3"), ("22", "both", "EF")], None), ([("22.4", "reply", "EF")], None), ([("22.3", "both", "EF")], None)])
def test_the_closest_row_counts_and_of_equals_the_last(wireshark, capture_path, rows, said):
    path = written(capture_path, segment(SUB, PUB, CS3))
    options = [part for row in rows for part in expect(*row)]
    assert [text for _, text in items(wireshark, path, *options)] == ([f"DSCP is CS3, expected {said}, to the listener"] if said else [])


def test_pings_too_have_an_item_once_a_pair_and_way(wireshark, capture_path):
    asked = [marked(IP(src=SUB, dst=PUB), CS0) / ICMP(type=8, id=7, seq=number) / Raw(b"abcdefgh") for number in range(3)]
    answered = [marked(IP(src=PUB, dst=SUB), CS0) / ICMP(type=0, id=7, seq=number) / Raw(b"abcdefgh") for number in range(3)]
    path = written(capture_path, *(frame for pair in zip(asked, answered) for frame in pair))
    assert [frame for frame, _ in items(wireshark, path, *expect("17", "both", "CS3"), *node(PUB))] == [1, 2]


def test_an_icmp_errors_own_mark_is_not_the_services(wireshark, capture_path):
    quoted = segment(SUB, PUB, CS3)
    path = written(capture_path, quoted, marked(IP(src="10.1.0.1", dst=SUB), 48) / ICMP(type=3, code=13) / bytes(quoted))
    assert values(wireshark, path) == {"CS3": 1}
    assert items(wireshark, path, *expect("22", "both", "CS3")) == []


def test_a_port_that_everyone_uses_is_checked_where_a_node_is_known(wireshark, capture_path):
    scene = Scene()
    scene.syn(SUB, STRANGER, 53)
    scene.ask(SUB, STRANGER, 53)
    path = scene.write(capture_path)
    assert items(wireshark, path, *expect("15", "both", "CS3")) == []
    assert items(wireshark, path, *expect("15", "both", "CS3"), *node(SUB)) != []


def test_the_tree_says_what_is_expected_beside_the_value(wireshark):
    found = values(wireshark, wireshark.readable("firewall-dscp.pcapng"), *expect("sip", "request", "CS3"))
    assert {"CS0 (expected CS3)", "EF (expected CS3)", "CS3", "CS0", "EF"} == set(found)


@pytest.mark.parametrize("row,says", [
    ('"99","both","CS3"', 'Service: "99" is no table (22), entry (22.4) or group (sip, presence, web, '), ('"22.9","both","CS3"', "Service:"),
    ('"","both","CS3"', "Service:"), ('"022","both","CS3"', "Service:"), ('"22","up","CS3"', 'Way: "up" is none of request, reply, both'),
    ('"22","both","CS9"', 'DSCP: "CS9" is no value: write CS0 to CS7, AF11 to AF43, EF, VA, LE or 0 to 63'),
    ('"22","both","CS3, AF14"', 'DSCP: "AF14" is no value'), ('"22","both","64"', 'DSCP: "64" is no value'),
    ('"22","both",""', "(row of 22)"), ('"22","both"', "expecting field dscp")])
def test_a_bad_row_is_refused_with_the_fields_name(wireshark, capture_path, row, says):
    Capture().write(capture_path)
    error = wireshark.refusal("-r", capture_path, "-o", f"uat:impsvc_dscp:{row}")
    assert says in error and "impsvc_dscp" in error


def test_a_bad_line_in_the_file_is_named_and_the_others_count(wireshark, capture_path):
    path = written(capture_path, segment(SUB, PUB, CS3))
    with wireshark.settings(impsvc_dscp='"22","both","EF"\n"23","both","CS33"\n') as complaints:
        assert [text for _, text in items(wireshark, path)] == ["DSCP is CS3, expected EF for XCP requests (22), to the listener"]
    assert any("impsvc_dscp:" in line and 'DSCP: "CS33" is no value' in line and "(row of 23)" in line for line in complaints)


# --- words ---

def test_names_are_wiresharks_where_it_has_some(wireshark, capture_path):
    """What Wireshark's tree calls a value must not have another name here: its long names, made short."""
    short = {"Default": "CS0", "Lower Effort": "LE", "Expedited Forwarding": "EF", "Voice Admit": "VA"}
    own = {number: short.get(name, re.sub("^Class Selector ", "CS", re.sub("^Assured Forwarding ", "AF", name)))
           for number, name in names(wireshark).items()}
    assert len(own) >= 20
    path = written(capture_path, *(segment(SUB, PUB, value, client_port=41000 + value) for value in range(64)))
    assert list(values(wireshark, path)) == [own.get(value, str(value)) for value in range(64)]


def test_the_tree_is_in_japanese_with_the_same_counts(wireshark):
    path = wireshark.readable("firewall-dscp.pcapng")
    english, japanese = (tree(wireshark, path, *expect("22", "both", "EF"), *more, display_filter="ip") for more in ((), JAPANESE))
    assert list(english.values()) == list(japanese.values())
    assert ("インタフェースによって異なる値", "2.1 SIP プロキシ: 要求 (待ち受け側へ)",
            "10.20.2.60 から 10.20.1.11 へ: inside では CS0、outside では CS3") in japanese
    assert any(way[1:] == ("応答 (待ち受け側から)", "CS3 (期待値 EF)") for way in japanese)


def test_the_problem_is_in_japanese(wireshark, capture_path):
    path = written(capture_path, segment(SUB, PUB, CS3), segment(SUB, PUB, CS3, flags="SA", back=True))
    assert [text for _, text in items(wireshark, path, *expect("22", "both", "EF"), *JAPANESE)] == [
        "DSCP は CS3。期待値は EF: XCP 要求 (22)、待ち受け側への往路", "DSCP は CS3。期待値は EF: XCP 要求 (22)、待ち受け側からの復路"]
    head = wireshark.fields(path, ["impsvc"], "-Y", "impsvc.dscp", *expect("xmpp", "request", "EF"), *JAPANESE)[0]["impsvc"][0]
    assert head.startswith("IM and Presence, 期待と異なる DSCP: ")


# --- the firewall check ---

def test_the_check_says_between_which_interfaces_marks_are_lost(wireshark):
    path = wireshark.readable("firewall-dscp.pcapng")
    text = wireshark.read(path, "-q", "-z", "impsvc,check")
    assert text.count("; DSCP to the listener: CS0 on inside, CS3 on outside ") == 2
    assert text.count("; DSCP to the listener: CS0 on inside, EF on outside; DSCP back: EF on inside, CS0 on outside ") == 2
    assert text.count("DSCP to the listener") == 4, "the router's own mark stays as it is"
    assert text.count("。往路の DSCP: inside では CS0、outside では CS3 ") == 0
    japanese = wireshark.read(path, "-q", "-z", "impsvc,check", *JAPANESE)
    assert japanese.count("。往路の DSCP: inside では CS0、outside では CS3") == 2 and japanese.count("。復路の DSCP: ") == 2
    alone = wireshark.read(path, "-q", "-z", 'impsvc,check,frame.interface_name == "inside"')
    assert "22.4" in alone and "DSCP to the listener" not in alone

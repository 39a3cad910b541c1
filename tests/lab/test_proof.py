# The rooms of test-captures/lab/proof: a proof that calls wrong rules right is worse than none.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import subprocess
import sys

import pytest

from places import BUILD, CAPTURES, SOURCE
from port_list import ENTRIES
from proof import dialects, matching, paths, plugin, recorder, routed, scan, stages, takeout
from proof.paths import Path
from programs import Failed

PROVE = SOURCE / "test-captures" / "lab" / "prove.py"
PUB, SUB, DNS, BYSTANDER = "10.10.1.11", "10.10.1.12", "10.10.3.53", "10.10.9.9"
XCP = Path("22.4", "TCP", SUB, PUB, 7400)
LOOK_UP = Path("15.1", "UDP", PUB, DNS, 53)
PEER = Path("9.1", "UDP", PUB, SUB, 8500, 8500)
TRAP = Path("12.7", "UDP", PUB, SUB, 0, 61441)
PING = Path("17.1", "ICMP", PUB, "10.10.1.10", 0)
PING6 = Path("17.1", "ICMP", "2001:db8:10::1:11", "2001:db8:10::1:10", 0)
BOTH_WAYS = {"2.1", "5.1", "13.1", "17.1"}      # of those that have a host outside
CLUSTERS = {"10.10.1.11": "alpha", "10.10.1.12": "alpha", "10.10.2.11": "bravo", "10.10.2.12": "bravo", "10.10.6.11": "charlie",
            "10.10.6.12": "charlie"}


def match(left, right, op="=="):
    return {"match": {"op": op, "left": left, "right": right}}


def field(protocol, name):
    return {"payload": {"protocol": protocol, "field": name}}


def rule(*expressions, text="add rule inet impsvc forward accept"):
    return dialects.Rule(text, 1, (*expressions, {"accept": None}))


FROM_SUB = match(field("ip", "saddr"), SUB)
TO_PUB = match(field("ip", "daddr"), {"set": [DNS, PUB]})
TO_XCP = match(field("tcp", "dport"), 7400)


@pytest.mark.parametrize("expressions, through", [
    ((FROM_SUB, TO_PUB, TO_XCP), {XCP}),
    ((TO_PUB,), {XCP, LOOK_UP}),
    ((match(field("tcp", "dport"), {"set": [{"range": [7399, 7401]}]}),), {XCP}),
    ((match(field("th", "dport"), {"set": [53, 7400]}),), {XCP, LOOK_UP}),
    ((match(field("ip", "daddr"), {"prefix": {"addr": "10.10.1.0", "len": 24}}),), {XCP, PEER, TRAP, PING}),
    ((match(field("udp", "sport"), 8500), match(field("udp", "dport"), 8500)), {PEER}),
    ((match(field("udp", "sport"), 61441),), {TRAP}),
    ((match({"meta": {"key": "l4proto"}}, "udp"),), {LOOK_UP, PEER, TRAP}),
    ((match({"meta": {"key": "nfproto"}}, "ipv6"),), {PING6}),
    ((match(field("icmp", "type"), "echo-request"),), {PING}),
    ((match(field("icmpv6", "type"), {"set": ["echo-request", "packet-too-big"]}),), {PING6}),
    ((match(field("icmp", "type"), "echo-reply"),), set()),
    ((), {XCP, LOOK_UP, PEER, TRAP, PING, PING6})])
def test_a_rule_lets_its_paths_through_and_no_others(expressions, through):
    assert {one for one in (XCP, LOOK_UP, PEER, TRAP, PING, PING6) if matching.lets_through(rule(*expressions), one)} == through


def test_a_rule_that_drops_lets_nothing_through():
    assert not matching.lets_through(dialects.Rule("", 1, (TO_XCP, {"drop": None})), XCP)


@pytest.mark.parametrize("expression", [match(field("tcp", "dport"), 7400, op="!="), match({"jhash": {}}, 7400),
                                        match(field("tcp", "dport"), {"map": {}})])
def test_a_rule_that_the_proof_cannot_read_ends_it(expression):
    """Else it would pass for one that concerns nobody, and a hole in the firewall for none."""
    with pytest.raises(Failed, match="which this proof does not know"):
        matching.lets_through(rule(expression), XCP)


def test_a_path_without_a_rule_and_one_with_two_are_named():
    wide, narrow = rule(TO_PUB, text="add rule wide"), rule(FROM_SUB, text="add rule narrow")
    with pytest.raises(Failed) as complaint:
        takeout.owners([wide, narrow], [XCP, LOOK_UP, PING])
    words = str(complaint.value)
    assert "22.4: imp-sub (10.10.1.12) to imp-pub (10.10.1.11), TCP 7400: add rule wide and add rule narrow" in words
    assert "17.1: imp-pub (10.10.1.11) to cucm (10.10.1.10), ICMP: no rule lets it through" in words
    assert "15.1" not in words


def test_the_same_conversation_begun_by_the_other_end_is_tried_for_itself():
    """Both ends use port 8500: in one recording nobody could tell who asked."""
    back = Path("9.1", "UDP", SUB, PUB, 8500, 8500)
    assert paths.rounds([PEER, back, XCP, Path("22.4", "TCP", PUB, SUB, 7400)])[1:] == [[back]]


def test_a_scan_wants_open_what_is_planned_from_its_port_and_no_more():
    planned = [XCP, LOOK_UP, PEER, TRAP]
    ports = (53, 7400, 8500, 10162)
    assert scan.wanted(scan.Scan("imp-sub", 4, "TCP", ports), planned) == {(PUB, 7400)}
    assert scan.wanted(scan.Scan("imp-sub", 6, "TCP", ports), planned) == set()
    assert scan.wanted(scan.Scan("imp-pub", 4, "UDP", ports), planned) == {(DNS, 53)}
    assert scan.wanted(scan.Scan("imp-pub", 4, "UDP", ports, 8500), planned) == {(DNS, 53), (SUB, 8500)}
    assert scan.wanted(scan.Scan("imp-pub", 4, "UDP", ports, 61441), planned) == {(DNS, 53), *((SUB, port) for port in ports)}


def test_a_stranger_takes_part_in_the_scan():
    """A rule for everybody is a hole that no configured host shows."""
    assert BYSTANDER in {host.ipv4 for host in scan.scanned()}
    assert any(one.host == "bystander" for one in scan.scans())
    assert {one.source_port for one in scan.scans()} == {0, 53, 8500, 61441}


def test_a_short_proof_takes_out_one_rule_of_each_shape():
    """The odd ones (fixed source port, ICMP, several entries) must not depend on where in the list they stand."""
    head = "add rule inet impsvc forward ip saddr 10.10.1.11 ip daddr 10.10.1.12"
    texts = [f'{head} tcp dport {port} accept comment "22.4 XCP router master access"' for port in range(7400, 7410)]
    odd = [f'{head} udp sport 61441 accept comment "12.7"', f'{head} icmp type echo-request accept comment "17.1 ICMP"',
           'add rule inet impsvc forward ip6 saddr 2001:db8::1 ip6 daddr { 2001:db8::a, 2001:db8::b } tcp dport 22 accept comment "16.1"']
    rules = [rule(text=text) for text in texts[:9] + odd + texts[9:]]
    assert stages.some(rules, 8) == [rules[0], rules[8], *rules[9:12]]
    assert stages.some(rules, 1) == rules


def part_of(told_rule, some, rest=()):
    return takeout.Part(told_rule, some, list(rest), [], set(), 0, 0)


def again(part, text):
    return list(takeout.problems_again(None, part, text))


def test_a_rule_that_is_written_in_another_way_is_not_the_same_rule():
    part = part_of(rule(text='add rule inet impsvc forward tcp dport 7400 accept comment "22.4"'), [XCP])
    assert again(part, f"add table inet impsvc\n{part.rule.text}\n") == []
    assert again(part, "# nothing\n") == ["the plugin writes again: nothing"]
    other = part.rule.text.replace("7400", "7401")
    assert again(part, other) == [f"the plugin writes again: {other}"]
    assert again(part, f"{part.rule.text}\n{other}") == [f"the plugin writes again: {part.rule.text} and {other}"]


def test_a_rule_may_not_come_back_where_silence_says_nothing():
    part = part_of(rule(text='add rule inet impsvc forward udp sport 61441 accept comment "12.7"'), [TRAP])
    assert again(part, "") == []
    assert again(part, part.rule.text) == []
    other = part.rule.text.replace("61441", "61442")
    assert again(part, other) == [f"the plugin writes again: {other}"]


def test_a_recording_with_gaps_is_no_proof():
    """What dumpcap lost would pass for what the router stopped."""
    said = ("File: /tmp/x.pcapng\nPackets captured: 30\n"
            "Packets received/dropped on interface 'dns': 20/0 (pcap:0/dumpcap:0/flushed:0/ps_ifdrop:0) (100.0%)\n"
            "Packets received/dropped on interface 'files': 10/7 (pcap:0/dumpcap:7/flushed:0/ps_ifdrop:0) (58.8%)\n")
    assert recorder.LOST.findall(said) == ["0", "7"]


def test_several_results_of_a_path_are_all_told():
    rows = {("22.4", SUB, f"{PUB}:7400", "TCP"): ("open", False), ("22.4", SUB, f"{PUB}:7400", "TLS"): ("no answer", True)}
    assert paths.result(paths.results(rows), XCP) == "no answer, open"


def independent_plan():
    """The paths that the port list has between the lab's hosts, from the list that the tests have typed from the document."""
    who = {}
    for host in routed.hosts():
        for role in (host.role, *plugin.ALSO.get(host.name, ())) if host.role else ():
            who.setdefault("IM and Presence" if role.startswith("IM and Presence") else role, []).append(host)
    for entry in ENTRIES:
        if entry.reach == "localhost" or entry.table == 26:
            continue
        inside = [name.startswith("IM and Presence") for name in (entry.initiator, entry.listener)]
        ends = ["IM and Presence" if one else name for one, name in zip(inside, (entry.initiator, entry.listener))]
        for first, second in (ends, ends[::-1]) if entry.id in BOTH_WAYS else (ends,):
            for one in who[first]:
                for other in who[second]:
                    if one != other and is_planned(entry, one, other):
                        yield from between(entry, one, other)


def is_planned(entry, one, other):
    """Between clusters only 28.1; and imp-sub is an endpoint for its own cluster."""
    clusters = {CLUSTERS[host.ipv4] for host in (one, other) if host.ipv4 in CLUSTERS}
    return len(clusters) == 1 or entry.id == "28.1"


def between(entry, one, other):
    for transport in entry.transports:
        for port in entry.ports or [0]:
            for ends in ((one.ipv4, other.ipv4), (one.ipv6, other.ipv6)):
                yield Path(entry.id, paths.CARRIER[transport], *ends, port, entry.source or 0)


def test_the_plan_that_is_proved_is_the_port_lists(folder):
    """Rules for half a plan would be proved by half a plan."""
    asked = plugin.Plugin(BUILD, folder)
    planned = paths.planned(asked.check(plugin.readable(CAPTURES / "icmp-ping.pcapng", folder)))
    assert len(planned) > 800 and planned == sorted(set(independent_plan()))


def run(*arguments):
    done = subprocess.run([sys.executable, str(PROVE), *arguments], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_help_names_every_stage():
    code, said, _ = run("--help")
    assert code == 0 and all(f"\n  {stage} " in said for stage in ("programs", "paths", "ports", "rules"))


@pytest.mark.parametrize("arguments, sentence", [
    (("port",), "there is no stage port: choose of programs, paths, ports, rules"),
    (("rules", "--dialect", "iptables"), "rules are taken out by nftables' handles: not with --dialect iptables"),
    (("--rules", "mine.nft", "--dialect", "iptables"), "--rules takes nftables rules, not iptables")])
def test_what_cannot_be_proved_is_refused(arguments, sentence):
    code, said, why = run(*arguments)
    assert code == 2 and said == "" and why.endswith(f"prove: error: {sentence}\n")

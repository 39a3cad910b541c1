# The log says what became of each flow (its fate), because the firewall said so while
# the captures were made. Whoever judges a capture is held against that word, so the word
# must be true of the packets: nothing here asks the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import re
from collections import Counter, defaultdict
from typing import NamedTuple

import pytest

import labs_log
from labs_log import CAPTURES

pytestmark = pytest.mark.any_version

FIREWALL = {"10.20.1.1", "10.20.2.1", "2001:db8:20::1:1", "2001:db8:20::2:1"}
INSIDE = ("10.20.1.", "2001:db8:20::1:")
IDLE = 2            # seconds after which the lab's firewall has forgotten a connection
SYN, RST, ACK = 0x02, 0x04, 0x10
NAMES = [*labs_log.WHOSE, "frame.interface_name", "tcp.flags", "ip.ttl", "ipv6.hlim", "ip.dsfield.dscp", "ipv6.tclass.dscp"]
NEIGHBOURS = ["frame.interface_name", "arp.opcode", "arp.src.proto_ipv4", "arp.dst.proto_ipv4",
              "icmpv6.nd.ns.target_address", "icmpv6.nd.na.target_address"]

with open(CAPTURES / "flows.csv", encoding="utf-8", newline="") as log:
    ROWS = list(csv.DictReader(log))
BOTH_SIDES = sorted({row["capture"] for row in ROWS if row["capture"].startswith("firewall-")})
ONE_SIDE = sorted({row["capture"] for row in ROWS if row["fate"]} - set(BOTH_SIDES))
LATE = {"joined-late.pcapng", "joined-late-learning.pcapng"}     # may have begun after the answer


class Seen(NamedTuple):
    """A packet on one interface. sender: of an ICMP error, who reports it; flags: of a TCP segment, else -1."""
    time: float
    sender: str
    flags: int
    ttl: int
    dscp: int
    length: int

    @property
    def is_rst(self):
        return self.flags > 0 and bool(self.flags & RST)


class Side(NamedTuple):
    """What an interface saw of a flow."""
    sent: list      # by the initiator
    back: list      # by the listener, or in its name
    errors: list    # ICMP about it

    @property
    def is_empty(self):
        return not (self.sent or self.back or self.errors)

    @property
    def is_answered(self):
        """The listener took the connection, or answered the datagram."""
        return any(packet.flags & (SYN | ACK) == SYN | ACK or packet.flags < 0 for packet in self.back)


class Trace(NamedTuple):
    """A flow on the initiator's side of the firewall and on the other, and what else the capture says of its listener."""
    is_tcp: bool
    listener: str
    near: Side
    far: Side
    ttls: set           # of the listener's other packets on the near side
    is_missed: bool     # the firewall asked for its link address, and nobody answered


def seen(packet):
    row = packet.row

    def first(*names, base=10, otherwise="-1"):
        return int(next((row[name][0] for name in names if row[name]), otherwise), base)

    return Seen(packet.time, (row["ip.src"] or row["ipv6.src"])[0], first("tcp.flags", base=16),
                first("ip.ttl", "ipv6.hlim"), first("ip.dsfield.dscp", "ipv6.tclass.dscp"), first("tcp.len", "udp.length"))


def side(flow, packets):
    errors = [seen(packet) for packet in packets if packet.is_error]
    own = [packet for packet in packets if not packet.is_error]
    return Side([seen(packet) for packet in own if packet.source == flow.initiator],
                [seen(packet) for packet in own if packet.source == flow.listener], errors)


def on(packets, interface):
    return [packet for packet in packets if packet.row["frame.interface_name"] == [interface]]


def unanswered(wireshark, capture):
    """The addresses outside for whose link address the firewall asked in vain."""
    asked, answered = set(), set()
    for row in wireshark.fields(wireshark.readable(capture), NEIGHBOURS, "-Y", 'frame.interface_name == "outside"'):
        asked.update(row["icmpv6.nd.ns.target_address"], row["arp.dst.proto_ipv4"] if row["arp.opcode"] == ["1"] else ())
        answered.update(row["icmpv6.nd.na.target_address"], row["arp.src.proto_ipv4"] if row["arp.opcode"] == ["2"] else ())
    return asked - answered


def traces(wireshark, capture):
    """{flow of the log: its trace}; fails if a packet belongs to none."""
    packets = labs_log.packets(wireshark, wireshark.readable(capture), names=NAMES)
    assigned, strays = labs_log.assign(labs_log.flows(capture), packets)
    assert strays == []
    missed = unanswered(wireshark, capture)
    ttls = defaultdict(set)
    for packet in packets:
        if not packet.is_error and not seen(packet).is_rst:
            ttls[packet.source[0], packet.row["frame.interface_name"][0]].add(seen(packet).ttl)
    found = {}
    for flow, own in assigned.items():
        near, far = ("inside", "outside") if flow.initiator[0].startswith(INSIDE) else ("outside", "inside")
        found[flow] = Trace(flow.transport == "TCP", flow.listener[0], side(flow, on(own, near)), side(flow, on(own, far)),
                            ttls[flow.listener[0], near], flow.listener[0] in missed)
    return found


def values(packets, name):
    return {getattr(packet, name) for packet in packets}


def is_whole(trace):
    """Answered, and what one side sent came out on the other."""
    return (bool(trace.near.sent) and trace.near.is_answered and trace.far.is_answered
            and values(trace.near.sent, "length") == values(trace.far.sent, "length")
            and values(trace.near.back, "length") == values(trace.far.back, "length"))


def marks(trace):
    """The DSCP before and after the firewall: of what is sent, of what comes back."""
    return ((values(trace.near.sent, "dscp"), values(trace.far.sent, "dscp")),
            (values(trace.far.back, "dscp"), values(trace.near.back, "dscp")))


def is_open(trace):
    told_the_size = bool(trace.near.errors) and values(trace.near.errors, "sender") <= FIREWALL
    kept = all(before == after for before, after in marks(trace))
    answered = trace.near.is_answered and trace.far.is_answered
    return kept and (is_whole(trace) or answered and told_the_size) and not late_on_one_side(trace)


def is_dropped(trace):
    near = trace.near
    return bool(len(near.sent) > 1 and not near.back and not near.errors and trace.far.is_empty and not trace.is_missed)


def is_reply_dropped(trace):
    return bool(trace.near.sent and trace.far.sent and trace.far.is_answered
                and not trace.near.back and not trace.near.errors)


def is_rst_by_router(trace):
    """Nothing went through, and the RST has another TTL than what the listener sends otherwise."""
    near = trace.near
    return bool(near.sent and near.back and trace.far.is_empty and all(packet.is_rst for packet in near.back)
                and not values(near.back, "ttl") & trace.ttls)


def is_icmp_by_router(trace):
    near = trace.near
    return bool(near.sent and near.errors and not near.back and values(near.errors, "sender") <= FIREWALL
                and trace.far.is_empty and not trace.is_missed)


def is_refused(trace):
    """The firewall has forwarded the RST, or the listener's own ICMP."""
    near, far = trace.near, trace.far
    by_rst = (near.back and far.back and all(packet.is_rst for packet in near.back + far.back)
              and {ttl - 1 for ttl in values(far.back, "ttl")} == values(near.back, "ttl"))
    by_icmp = near.errors and far.errors and values(near.errors + far.errors, "sender") == {trace.listener}
    return bool(near.sent and far.sent and (by_rst or by_icmp and not near.back))


def is_host_down(trace):
    near = trace.near
    return bool(near.sent and not near.back and trace.far.is_empty and trace.is_missed
                and values(near.errors, "sender") <= FIREWALL)


def is_unanswered(trace):
    """Datagrams arrive, and nothing comes back."""
    return bool(not trace.is_tcp and trace.near.sent and len(trace.near.sent) == len(trace.far.sent)
                and not (trace.near.back or trace.far.back or trace.near.errors or trace.far.errors))


def is_other_road(trace):
    sent = [bool(part.sent) for part in (trace.near, trace.far)]
    back = [bool(part.back) for part in (trace.near, trace.far)]
    one_direction = (sent, back) in (([True, True], [False, False]), ([False, False], [True, True]))
    return one_direction and not (trace.near.errors or trace.far.errors)


def late_on_one_side(trace):
    """Packets after a silence that only one side has."""
    for one, other in ((trace.near, trace.far), (trace.far, trace.near)):
        times = sorted(packet.time for packet in one.sent + one.back)
        late = [time for before, time in zip(times, times[1:]) if time - before > IDLE]
        last = max((packet.time for packet in other.sent + other.back), default=0)
        if late and last < late[-1] - 0.01:
            return True
    return False


def is_forgotten(trace):
    if trace.is_tcp:
        return trace.near.is_answered and trace.far.is_answered and late_on_one_side(trace)
    return is_reply_dropped(trace) and trace.far.back[0].time - trace.far.sent[-1].time > IDLE


def is_mtu(trace):
    """The largest segments are on one side only, again and again, and no ICMP says why."""
    largest = [max((packet.length for packet in part.sent + part.back), default=0) for part in (trace.near, trace.far)]
    return bool(trace.is_tcp and trace.near.is_answered and trace.far.is_answered and largest[0] != largest[1]
                and min(largest) > 0 and not (trace.near.errors or trace.far.errors) and not late_on_one_side(trace))


def is_nat(trace):
    return trace.near.is_answered and trace.far.is_empty or trace.far.is_answered and trace.near.is_empty


def is_dscp(trace):
    changed = [before != after for before, after in marks(trace)]
    zeroed = all(after == {0} for before, after in marks(trace) if before != after)
    return is_whole(trace) and any(changed) and zeroed


CHECKS = {
    "open": is_open, "dropped": is_dropped, "reply_dropped": is_reply_dropped, "rst_by_router": is_rst_by_router,
    "icmp_by_router": is_icmp_by_router, "refused": is_refused, "host_down": is_host_down, "no_answer": is_unanswered,
    "no_answer_due": is_unanswered, "other_road": is_other_road, "forgotten": is_forgotten, "mtu": is_mtu, "nat": is_nat,
    "dscp": is_dscp,
}
SAME = ("capture", "entry", "transport", "initiator", "listener", "listener_port", "fate", "note")    # in IPv4 and IPv6
# What the packets of both sides cannot tell from the fate; every other fate must be seen not to be the flow's.
ALIKE = {
    "no_answer": {"no_answer_due", "other_road"},
    "no_answer_due": {"no_answer", "other_road"},
    "other_road": {"no_answer", "no_answer_due"},
    "forgotten": {"reply_dropped"},     # over UDP: it is the firewall that knows why
}


@pytest.mark.parametrize("capture", BOTH_SIDES)
def test_the_fate_in_the_log_is_what_both_sides_of_the_firewall_saw_and_no_other(alone, capture):
    wrong = []
    for flow, trace in traces(alone, capture).items():
        fitting = {fate for fate, check in CHECKS.items() if check(trace)}
        if flow.fate not in fitting or fitting - {flow.fate} - ALIKE.get(flow.fate, set()):
            wrong.append((flow, fitting))
    assert wrong == []


@pytest.mark.parametrize("capture", [name for name in ONE_SIDE if name not in LATE])
def test_the_fate_in_the_log_is_true_where_nothing_stood_between(alone, capture):
    packets = labs_log.packets(alone, alone.readable(capture), names=NAMES)
    assigned, _ = labs_log.assign(labs_log.flows(capture), packets)
    wrong = []
    for flow, own in assigned.items():
        told = side(flow, own)
        true = {"open": told.is_answered or flow.transport == "ICMP",
                "refused": all(packet.is_rst for packet in told.back) and bool(told.back or told.errors),
                "dropped": not told.back and not told.errors, "": True}[flow.fate]
        if not true or not told.sent:
            wrong.append((flow, told))
    assert wrong == []


def test_every_fate_of_the_page_occurs_in_ipv4_and_in_ipv6():
    page = (CAPTURES / "README.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(\w+)` \|", page.partition("### fate")[2].partition("## ")[0], re.MULTILINE))
    recorded = {(row["fate"], ":" in row["listener_address"]) for row in ROWS if row["capture"] in BOTH_SIDES}
    assert explained == set(CHECKS)
    assert recorded == {(fate, is_ipv6) for fate in explained for is_ipv6 in (False, True)}
    assert {row["fate"] for row in ROWS} - {""} <= explained


def test_what_crosses_the_firewall_in_ipv4_crosses_it_in_ipv6_too():
    counts = {True: Counter(), False: Counter()}
    for row in ROWS:
        if row["capture"] in BOTH_SIDES:
            what = tuple(row[name] for name in SAME)
            counts[":" in row["listener_address"]][what] += 1
    assert counts[True] == counts[False]
    assert counts[True].total() > 70


@pytest.mark.parametrize("capture", BOTH_SIDES)
def test_a_capture_of_the_firewall_names_its_sides(alone, capture):
    rows = alone.fields(alone.readable(capture), ["frame.interface_name"])
    assert {row["frame.interface_name"][0] for row in rows} == {"inside", "outside"}

# The lab's own log of what it started (test-captures/flows.csv), and which packets of
# a capture belong to which of its flows. It comes from the kernel's connection
# tracking and the recordings, never from a dissector: what the plugin says can be
# held against it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
from collections import defaultdict
from typing import NamedTuple

from places import CAPTURES
from port_list import SHADOWED

CLUSTER = "cluster.pcapng"      # made of other captures; its flows stand under those
NOT_IN_THE_CLUSTER = ("port-scan.", "unrelated-host.", "firewall-")     # how their names begin
REQUEST, REPLY = "1", "2"
TOLERANCE = 0.05                # seconds; the log's start is when the kernel told, shortly after the first packet

# Whose packet it is: what Wireshark says without the plugin.
WHOSE = ["frame.number", "frame.time_epoch", "frame.protocols", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst",
         "tcp.srcport", "udp.srcport", "tcp.dstport", "udp.dstport", "tcp.len", "udp.length", "icmp.type", "icmpv6.type"]
FIELDS = [*WHOSE, "http.request.method", "impsvc.entry", "impsvc.direction", "impsvc.candidate", "impsvc.icmp_error",
          "impsvc.payload"]
ECHO_REQUEST, ECHO_REPLY = {"8", "128"}, {"0", "129"}
ICMP_ERRORS = {"3", "11", "1", "2", "4"}     # unreachable, time exceeded; ICMPv6: unreachable, too big, parameter problem
UDP_HEADER = 8
TFTP = "69"


class Flow(NamedTuple):
    """A row of flows.csv. Ends are (address, port); the port of ICMP is ""."""
    capture: str
    entry: str
    transport: str
    initiator: tuple
    listener: tuple
    start: float
    payload: str
    note: str
    fate: str                        # what became of it (test-captures/README.md); "": not noted
    is_of_transfer: bool = False     # its initiator's port had asked its listener's host for a file by TFTP

    @property
    def key(self):
        return self.transport, frozenset((self.initiator, self.listener))

    @property
    def is_moved(self):
        return self.note.startswith("moved from")

    @property
    def is_on_a_shared_port(self):
        """Whether only the request's path tells it from others on its port (4.2 to 4.5)."""
        return self.entry.startswith("4.") and (self.entry in SHADOWED or self.entry in SHADOWED.values())


class Packet(NamedTuple):
    """A packet of a TCP or UDP flow, an echo, or an ICMP error: then the ends are those of the packet it quotes."""
    frame: int
    time: float
    transport: str
    source: tuple
    destination: tuple
    has_payload: bool
    is_error: bool
    row: dict

    @property
    def key(self):
        return self.transport, frozenset((self.source, self.destination))


def flows(capture):
    """The flows of a capture, in time order."""
    with open(CAPTURES / "flows.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file)
                if row["capture"] == capture or capture == CLUSTER and not row["capture"].startswith(NOT_IN_THE_CLUSTER)]
    found = {}
    for row in rows:
        flow = Flow(row["capture"], row["entry"], row["transport"], (row["initiator_address"], row["initiator_port"]),
                    (row["listener_address"], row["listener_port"]), float(row["start"]), row["payload"], row["note"],
                    row["fate"])
        found[flow.key, flow.start] = flow      # a derived capture's rows are its source's
    logged = sorted(found.values(), key=lambda flow: flow.start)
    return [flow._replace(is_of_transfer=follows_tftp(flow, logged)) for flow in logged]


def follows_tftp(flow, logged):
    """A server of TFTP answers from any port it likes: all that follows between it and the port that asked may be the
    transfer's. Up to 4.2 Wireshark takes it all for that; later only what comes from the server.
    """
    return flow.transport == "UDP" and any(
        other.transport == "UDP" and other.initiator == flow.initiator and other.listener == (flow.listener[0], TFTP)
        and other.start < flow.start for other in logged)


def packets(wireshark, path, *options, names=tuple(FIELDS)):
    """What the log can speak of, of a capture as tshark with the plugin reads it. names: the fields to read, with WHOSE."""
    return packets_of(wireshark.fields(path, names, *options))


def packets_of(rows):
    """The same of rows that have been read."""
    found = [packet_of(row) for row in rows]
    return [packet for packet in found if packet]


def packet_of(row):
    def innermost(*names):
        return next((row[name][-1] for name in names if row[name]), "")

    kind = row["icmp.type"][:1] or row["icmpv6.type"][:1]
    is_error = bool(kind) and kind[0] in ICMP_ERRORS
    addresses = innermost("ip.src", "ipv6.src"), innermost("ip.dst", "ipv6.dst")
    ports = innermost("tcp.srcport", "udp.srcport"), innermost("tcp.dstport", "udp.dstport")
    if kind and kind[0] in ECHO_REQUEST | ECHO_REPLY:
        transport, ports = "ICMP", ("", "")
    elif (kind and not is_error) or not ports[0]:
        return None
    else:
        transport = "TCP" if row["tcp.srcport"] else "UDP"
    has_payload = int(innermost("tcp.len") or 0) > 0 or int(innermost("udp.length") or 0) > UDP_HEADER
    return Packet(int(row["frame.number"][0]), float(row["frame.time_epoch"][0]), transport, (addresses[0], ports[0]),
                  (addresses[1], ports[1]), has_payload, is_error, row)


def assign(logged, found):
    """{flow: its packets}, and the packets of no flow.

    Of several flows with the same ends a packet belongs to the one begun last; an echo
    request to its sender's.
    """
    by_key = defaultdict(list)
    for flow in logged:
        by_key[flow.key].append(flow)
    assigned, strays = {flow: [] for flow in logged}, []
    for packet in found:
        fitting = by_key[packet.key]
        if packet.transport == "ICMP":
            fitting = [flow for flow in fitting if flow.initiator == pinger(packet)]
        begun = [flow for flow in fitting if flow.start - TOLERANCE <= packet.time]
        if fitting:
            assigned[begun[-1] if begun else fitting[0]].append(packet)
        else:
            strays.append(packet)
    return assigned, strays


def pinger(packet):
    kind = (packet.row["icmp.type"] or packet.row["icmpv6.type"])[0]
    return packet.source if kind in ECHO_REQUEST else packet.destination


def direction(flow, packet):
    """An ICMP error comes back from where the quoted packet went."""
    return REQUEST if (packet.source == flow.initiator) != packet.is_error else REPLY


def allowed(flow, earlier, nodes_are_known=False):
    """The entries that the plugin may give a packet of the flow; "" is none. earlier: the flow's packets up to this one."""
    shadow = SHADOWED.get(flow.entry, flow.entry)
    if flow.is_of_transfer:
        return {flow.entry, ""}
    if flow.is_moved and flow.entry in earlier[-1].row["impsvc.candidate"]:
        return set(earlier[-1].row["impsvc.entry"])     # RMI's handshake does not name its object
    if flow.is_moved and not nodes_are_known:
        return {flow.entry, ""}         # by default it may be anybody's
    if flow.is_on_a_shared_port and not any(packet.row["http.request.method"] for packet in earlier):
        return {flow.entry, shadow}     # nobody knows the path before the request
    if flow.is_moved and not any(packet.has_payload for packet in earlier):
        return {flow.entry, ""}         # a handshake on an unknown port says nothing
    return {flow.entry}

# SPDX-License-Identifier: GPL-2.0-or-later
"""Captures made of recorded ones by leaving out or wrapping packets, never by changing what travels."""
import json
import struct

import flows
import pcapng

VLAN = 110
TCP = 6
SYN = 0x02


def tagged(packets):
    """The same frames with an 802.1Q tag, as a switch's trunk port shows them."""
    tag = struct.pack("!HH", 0x8100, VLAN)
    return [pcapng.Packet(one.time, one.interface, one.data[:12] + tag + one.data[12:], one.length + 4)
            for one in packets]


def joined_late(packets):
    """Without the handshake and the first segment of data of every TCP connection: as if recording began later."""
    seen = {}
    kept = []
    for one in packets:
        connection, flags, payload = tcp(one)
        if connection is None:
            kept.append(one)
        elif flags & SYN or not seen.get(connection):
            seen[connection] = bool(payload) and not flags & SYN
        else:
            kept.append(one)
    return kept


def tcp(packet):
    """The connection (without direction), flags and payload length of an IPv4 or IPv6 TCP packet."""
    kind = struct.unpack_from("!H", packet.data, 12)[0]
    if kind == 0x0800 and packet.data[23] == TCP:
        start, end = 14 + (packet.data[14] & 15) * 4, 14 + struct.unpack_from("!H", packet.data, 16)[0]
    elif kind == 0x86DD and packet.data[20] == TCP:
        start, end = 54, 54 + struct.unpack_from("!H", packet.data, 18)[0]
    else:
        return None, 0, 0
    ports = struct.unpack_from("!HH", packet.data, start)
    connection = frozenset(zip(pcapng.addresses(packet), ports))
    return connection, packet.data[start + 13], end - start - (packet.data[start + 12] >> 4) * 4


BEGINNING_LEFT_OUT = "handshake and first data segment of every TCP connection left out"

# capture: (title, made from, how, what was done)
DERIVED = {
    "vlan": ("XMPP and SIP with VLAN tags", ("sip-gateway-5060", "xmpp-component-7400"), tagged,
             f"an 802.1Q tag (VLAN {VLAN}) added to every frame"),
    "joined-late": ("connections whose beginning was not recorded",
                    ("ldap-389-3268-636", "xmpp-component-7400", "config-agent-8600", "false-friends"), joined_late,
                    BEGINNING_LEFT_OUT),
    "joined-late-learning": ("nodes without XCP, in the middle of their connections", ("nodes-learning",), joined_late,
                             BEGINNING_LEFT_OUT),
}


def write_all(folder):
    """Write each derived capture whose sources are there, and its rows of flows.csv."""
    rows = [flow for flow in flows.read(folder / "flows.csv") if flow.capture.removesuffix(".pcapng") not in DERIVED]
    for name, (title, sources, change, what) in DERIVED.items():
        paths = [folder / f"{source}.pcapng" for source in sources]
        if not all(path.exists() for path in paths):
            continue
        captures = [pcapng.read(path) for path in paths]
        facts = [json.loads(capture.comment) for capture in captures]
        merged = pcapng.merge(captures, json.dumps({
            "title": f"{title}; made of {', '.join(path.name for path in paths)}",
            "entries": list(dict.fromkeys(entry for one in facts for entry in one["entries"])),
            "programs": list(dict.fromkeys(program for one in facts for program in one["programs"])),
            "command": f"test-captures/lab/record {' '.join(sources)}",
            "real": "as in the captures it is made of",
            "made up": what,
        }))
        merged.packets = change(sorted(merged.packets, key=lambda one: one.time))
        pcapng.write(folder / f"{name}.pcapng", merged)
        rows += [flows.renamed(flow, f"{name}.pcapng") for flow in rows if flow.capture in [path.name for path in paths]]
    flows.write(folder / "flows.csv", rows)

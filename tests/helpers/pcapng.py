# pcapng files taken apart and put together again, block by block: a packet stays as it was recorded, to the last digit of its time.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct
from typing import NamedTuple

SECTION, INTERFACE, STATISTICS, PACKET = 0x0a0d0d0a, 1, 5, 6        # types of blocks
ICMP_ERRORS = {*((1, kind) for kind in (3, 5, 11, 12)), *((58, kind) for kind in (1, 2, 3, 4))}        # protocol and type
MARGIN = 1000000            # in the unit of times: a millisecond where these are nanoseconds
LLDP = bytes.fromhex("0180c200000e02000000000188cc0000")


class Packet(NamedTuple):
    interface: int
    time: int           # in the interface's own unit
    block: bytes


class Parts(NamedTuple):
    head: bytes         # all that is no packet: the section, its interfaces, names and keys
    packets: list       # of Packet, in the file's order
    interfaces: int     # how many


def apart(path):
    """The parts of a file of one section, little-endian as dumpcap writes it on this machine."""
    data, at, head, packets, interfaces = path.read_bytes(), 0, b"", [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        block = data[at:at + length]
        at += length
        if kind == PACKET:
            interface, high, low = struct.unpack_from("<III", block, 8)
            packets.append(Packet(interface, high << 32 | low, block))
        elif kind != STATISTICS:        # which count what is not there any more
            head += block
            interfaces += kind == INTERFACE
    return Parts(head, packets, interfaces)


def merged(captures):
    """The parts of captures that have the same interfaces, as if they had been recorded as one."""
    all_parts = [apart(capture) for capture in captures]
    packets = sorted((packet for parts in all_parts for packet in parts.packets), key=lambda packet: packet.time)
    return Parts(all_parts[0].head + b"".join(without_interfaces(parts.head) for parts in all_parts[1:]), packets, all_parts[0].interfaces)


def without_interfaces(head):
    """Names and keys only."""
    at, kept = 0, b""
    while at < len(head):
        kind, length = struct.unpack_from("<II", head, at)
        kept += b"" if kind in (SECTION, INTERFACE) else head[at:at + length]
        at += length
    return kept


def framed(parts):
    """The parts with a packet of no flow before the first and after the last one on each interface: a capture lasts as long as its packets
    say, and now all interfaces last equally long."""
    first, last = parts.packets[0].time - MARGIN, parts.packets[-1].time + MARGIN
    marks = [[packet_of(interface, time, LLDP) for interface in range(parts.interfaces)] for time in (first, last)]
    return parts._replace(packets=[*marks[0], *parts.packets, *marks[1]])


def hosts_of(packet):
    """The addresses that a packet is between, or the packet that an ICMP error quotes: a set."""
    at = 28 + 14        # after the block's fields and Ethernet's
    data, hosts = packet.block, frozenset()
    for _ in range(2):
        version = data[at] >> 4
        if version not in (4, 6):
            break
        source, size, after = (at + 12, 4, at + (data[at] & 15) * 4) if version == 4 else (at + 8, 16, at + 40)
        hosts = frozenset({data[source:source + size], data[source + size:source + 2 * size]})
        protocol = data[at + 9] if version == 4 else data[at + 6]
        if (protocol, data[after]) not in ICMP_ERRORS:
            break
        at = after + 8
    return hosts


def packet_of(interface, time, frame):
    length = 32 + (len(frame) + 3) // 4 * 4
    fields = struct.pack("<IIIIIII", PACKET, length, interface, time >> 32, time & 0xffffffff, len(frame), len(frame))
    return Packet(interface, time, fields + frame.ljust(length - 32, b"\0") + struct.pack("<I", length))


def together(path, parts, packets):
    """A file with some of the packets; its path."""
    path.write_bytes(parts.head + b"".join(packet.block for packet in packets))
    return path


def sides(parts, folder, name):
    """What each interface has, as a file of its own; the files."""
    return [together(folder / f"{name}-{number}.pcapng", parts, [each for each in parts.packets if each.interface == number])
            for number in range(parts.interfaces)]


def ring(parts, folder, name, count, overlap=0):
    """The files of a ring: so many packets in each, and some that the next one has, too."""
    return [together(folder / f"{name}-{at:05}.pcapng", parts, parts.packets[at:at + count + overlap])
            for at in range(0, len(parts.packets), count)]

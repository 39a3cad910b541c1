#!/usr/bin/env python3
# Many captures to measure impsvc collect with: the lab's, again and again with other addresses, at other times; the same on every machine.
#
#   many_captures.py FOLDER SMALL LARGE COPIES      write so many small captures, and large ones of so many clusters each
#
#   small   one of the lab's captures with at most 400 packets, each in its turn
#   large   the lab's cluster, COPIES times at once: 4767 packets and 336 flows each
#
# No two have a host in common, so each flow is in one capture.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import traffic

MOST_PACKETS = 400              # of a small one
BEGIN = 1_700_000_000           # when the first one begins, seconds since 1970
APART = {"small": 60, "large": 6 * 3600}    # seconds from the beginning of one to that of the next
# An ICMP error quotes a packet behind eight bytes of its own: types that do, by the protocol.
QUOTING = {traffic.ICMP: {3, 5, 11, 12}, traffic.ICMPV6: {1, 2, 3, 4}}
SPECIAL_V4 = {0, 127, 255}      # first bytes of addresses that stay; and those of groups


def read(path):
    """(microseconds since the first packet, frame, where its addresses are) of each packet."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pcap"
        subprocess.run(["editcap", "--discard-all-secrets", "-F", "pcap", path, plain], check=True, capture_output=True)
        data = plain.read_bytes()
    link = traffic.FILE_HEADER.unpack_from(data)[-1]
    place, packets = traffic.FILE_HEADER.size, []
    while place < len(data):
        seconds, micro, length, _ = traffic.PACKET_HEADER.unpack_from(data, place)
        place += traffic.PACKET_HEADER.size
        frame = traffic.as_ethernet(data[place:place + length], link & 0xffff, path)
        packets.append((seconds * 1_000_000 + micro, frame, changing(frame)))
        place += length
    first = min(when for when, _, _ in packets)
    return [(when - first, frame, places) for when, frame, places in packets]


def changing(frame):
    """Where the bytes are that another copy has others of: (offset, which of the two)."""
    found = traffic.headers(frame)
    places = []
    for place, length in found.addresses:
        if length == 4 and frame[place] < 224 and frame[place] not in SPECIAL_V4:
            places += [(place + 1, 0), (place + 2, 1)]
        elif length == 16 and frame[place] not in (0, 0xff):
            places += [(place + 13, 0), (place + 12, 1)]
    if found.transport in QUOTING and found.addresses:
        place, length = found.addresses[1]
        error = place + length
        if length == 4:
            error += (frame[place - 16] & 15) * 4 - 20
        if error < len(frame) and frame[error] in QUOTING[found.transport]:
            kind = traffic.IPV4 if length == 4 else traffic.IPV6
            before = frame[:12] + struct.pack(">H", kind)
            quoted = changing(before + frame[error + 8:])
            places += [(offset - len(before) + error + 8, which) for offset, which in quoted]
    return places


def copy(frame, places, number):
    """The frame with other addresses for each number below 4096."""
    masks = number & 255, number >> 8 << 4
    changed = bytearray(frame)
    for place, which in places:
        changed[place] ^= masks[which]
    return changed


def write(path, packets):
    """packets are (microseconds since 1970, frame), in any order."""
    with open(path, "wb") as file:
        file.write(traffic.FILE_HEADER.pack(traffic.MAGIC, 2, 4, 0, 0, 262144, traffic.ETHERNET))
        for when, frame in sorted(packets, key=lambda one: one[0]):
            file.write(traffic.PACKET_HEADER.pack(*divmod(when, 1_000_000), len(frame), len(frame)))
            file.write(frame)
    path.chmod(0o644)


def make(folder, small, large, copies):
    """Writes them into folder/small and folder/large; {"small": (files, packets, bytes), ...}."""
    folder, number, made = Path(folder), 0, {}
    of_lab = [read(path) for path in sorted(traffic.OURS.glob("*.pcapng"))]
    sources = {"small": [packets for packets in of_lab if len(packets) <= MOST_PACKETS],
               "large": [read(traffic.OURS / "cluster.pcapng")]}
    for kind, files, repetitions in (("small", small, 1), ("large", large, copies)):
        (folder / kind).mkdir()
        (folder / kind).chmod(0o755)
        packets = size = 0
        for at in range(files):
            begin = (BEGIN + at * APART[kind]) * 1_000_000
            source, some = sources[kind][at % len(sources[kind])], []
            for _ in range(repetitions):
                number += 1
                some += [(begin + when, copy(frame, places, number)) for when, frame, places in source]
            path = folder / kind / f"{at:04}.pcap"
            write(path, some)
            packets, size = packets + len(some), size + path.stat().st_size
        made[kind] = (files, packets, size)
    if number >= 4096:
        raise traffic.TrafficMissing(f"{number} copies: there are addresses for 4095 only")
    return made


if __name__ == "__main__":
    if len(sys.argv) != 5 or not all(word.isdigit() for word in sys.argv[2:]):
        sys.exit("usage: many_captures.py FOLDER SMALL LARGE COPIES")
    print(make(sys.argv[1], *map(int, sys.argv[2:])))

#!/usr/bin/env python3
# Inputs for fuzz_dissect from the test captures: the first packets of a connection each.
#
#   seeds.py FOLDER
#
# For each pair of address and port that offers something, one connection of each capture, once
# with nodes configured and learned and once without.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct
import subprocess
import sys
import tempfile
from pathlib import Path

CAPTURES = Path(__file__).resolve().parents[2] / "test-captures"
PACKETS, LONGEST, LARGEST = 14, 600, 4096      # of a connection; of a packet; of an input
LENGTHS_RIGHT = 0x8000
SETTINGS = (0b000, 0b101)       # see fuzz_dissect.c


def packets(capture):
    """The packets of a capture as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pcap"
        subprocess.run(["editcap", "-F", "pcap", capture, plain], check=True)
        data = plain.read_bytes()
    at = 24
    while at < len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16:at + 16 + length]
        at += 16 + length


def connection_of(packet):
    """The ends of an IPv4 or IPv6 packet in an Ethernet frame, the same for both directions; None for others."""
    kind = packet[12:14]
    if kind == b"\x08\x00":
        protocol, addresses, behind = packet[23], packet[26:34], 14 + 4 * (packet[14] & 15)
    elif kind == b"\x86\xdd":
        protocol, addresses, behind = packet[20], packet[22:54], 54
    else:
        return None
    middle = len(addresses) // 2
    ports = packet[behind:behind + 4] if protocol in (6, 17) else bytes(4)
    return protocol, *sorted([(addresses[:middle], ports[:2]), (addresses[middle:], ports[2:])])


def as_input(frames):
    parts = []
    for frame in frames[:PACKETS]:
        frame = frame[:LONGEST]
        parts.append(struct.pack(">H", LENGTHS_RIGHT | len(frame)) + frame)
    while len(parts) > 1 and sum(map(len, parts)) > LARGEST:
        parts.pop()
    return b"".join(parts)


def seeds(capture):
    connections = {}
    for packet in packets(capture):
        ends = connection_of(packet)
        if ends:
            connections.setdefault(ends, []).append(packet)
    offered = {}
    for (protocol, *ends), frames in connections.items():
        port = min(port for _, port in ends)        # good enough: a client's is higher
        offered.setdefault((protocol, port), frames)
    return [as_input(frames) for frames in offered.values()]


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for capture in sorted(CAPTURES.glob("*.pcapng")):
        if capture.stem in ("cluster", "port-scan"):    # the others once more; and the same packet again and again
            continue
        for seed in seeds(capture):
            for settings in SETTINGS:
                (folder / f"{capture.stem}-{count}").write_bytes(bytes([settings]) + seed)
                count += 1
    print(f"{count} seeds")


if __name__ == "__main__":
    main()

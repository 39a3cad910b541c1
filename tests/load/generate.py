#!/usr/bin/env python3
# Captures too large to keep, written to standard output as pcap.
#
#   generate.py KIND NUMBER
#
#   scan          NUMBER SYNs: each from another address and port, over all of the port list's ports
#   refused       the same, each answered by RST: half of the packets
#   one           one XCP connection (7400) of NUMBER packets
#   conversations NUMBER connections to 7400 with one request and one answer each: two packets
#   checked       the same, for a statistic that counts flows; recorded, too
#   others        as conversations to a port that is not in the list
#   spoofed       NUMBER addresses, each of which answers on one IM&P-only port: one packet
#   mixed         NUMBER packets of 2000 connections, three in ten of them to ports of the list, the others to one that is not
#   xcp           NUMBER addresses, each of which opens an XCP stream and is answered by another: two packets
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import struct
import sys
from pathlib import Path

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
SYN, RST_ACK, PUSH_ACK = 0x02, 0x14, 0x18
OPEN = b"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='a.cup1'>"
ANSWER = b"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='a' id='1'>"
NODE = 0x0a0a010b

# Record, Ethernet, IPv4 and TCP in one; checksums are 0, which Wireshark does not look at.
HEADERS = struct.Struct("<IIII")
REST = struct.Struct(">14s BBHHHBBHII HHIIBBHHH")
ETHERNET = bytes.fromhex("020000000002020000000001" "0800")


def packet(number, source, source_port, destination, destination_port, flags, payload=b"", sequence=1, acknowledge=1):
    length = 54 + len(payload)
    return (HEADERS.pack(number // 1000, number % 1000 * 1000, length, length)
            + REST.pack(ETHERNET, 0x45, 0, length - 14, number & 0xffff, 0x4000, 64, 6, 0, source, destination,
                        source_port, destination_port, sequence, acknowledge, 0x50, flags, 8192, 0, 0)
            + payload)


def tcp_ports(distinctive=False):
    """The port list's listener ports on TCP; only those that nobody else uses, if asked."""
    ports = set()
    with open(CATALOG / "entries.csv", encoding="utf-8", newline="") as file:
        for row in (row for row in csv.DictReader(file) if row["release"] == "base"):
            if any(name in row["transports"] for name in ("TCP", "TLS")) and (row["distinctive"] == "yes" or not distinctive):
                ports |= {int(port) for port in row["listener_ports"].split() if port.isdigit()}
    return sorted(ports)


def address(number):
    """Any of 16 million, none of them special."""
    return 0x17000000 + number


def scan(number, answered=False):
    ports = tcp_ports()
    for i in range(number // 2 if answered else number):
        ends = (address(i // 7), 40000 + i % 7, NODE, ports[i % len(ports)])
        yield packet(i, *ends, SYN)
        if answered:
            yield packet(i, *ends[2:], *ends[:2], RST_ACK)


def one(number):
    request, answer, to, back = b"<message to='a'/>", b"<presence from='b'/>", 1 + len(OPEN), 1 + len(ANSWER)
    yield packet(0, address(1), 40000, NODE, 7400, PUSH_ACK, OPEN, 1, 1)
    yield packet(1, NODE, 7400, address(1), 40000, PUSH_ACK, ANSWER, 1, to)
    for i in range(2, number):
        if i % 2:
            yield packet(i, NODE, 7400, address(1), 40000, PUSH_ACK, answer, back & 0xffffffff, to & 0xffffffff)
            back += len(answer)
        else:
            yield packet(i, address(1), 40000, NODE, 7400, PUSH_ACK, request, to & 0xffffffff, back & 0xffffffff)
            to += len(request)


def conversations(number, port=7400):
    for i in range(number):
        ends = (address(i // 16000), 49152 + i % 16000, NODE, port)
        yield packet(2 * i, *ends, PUSH_ACK, b"\x01\x02\x03\x04")
        yield packet(2 * i + 1, *ends[2:], *ends[:2], PUSH_ACK, b"\x05\x06\x07\x08", 1, 5)


def mixed(number):
    """As conversations that last: each is one more request, or answer, further at each of its turns."""
    ports = tcp_ports()
    ends = [(address(i), 49152 + i, NODE, ports[i % len(ports)] if i % 10 < 3 else 29999) for i in range(2000)]
    for i in range(number):
        turn, one = divmod(i, len(ends))
        there, sent = ends[one], 1 + turn // 2 * 4 & 0xffffffff
        if turn % 2 == 0:
            yield packet(i, *there, PUSH_ACK, b"\x01\x02\x03\x04", sent, sent)
        else:
            yield packet(i, *there[2:], *there[:2], PUSH_ACK, b"\x05\x06\x07\x08", sent, sent + 4 & 0xffffffff)


def spoofed(number):
    ports = tcp_ports(distinctive=True)
    for i in range(number):
        yield packet(i, address(i), ports[i % len(ports)], NODE, 40000, PUSH_ACK, b"\x01\x02\x03\x04")


def xcp(number):
    for i in range(number // 2):
        ends = (address(2 * i), 40000, address(2 * i + 1), 7400)
        yield packet(2 * i, *ends, PUSH_ACK, OPEN)
        yield packet(2 * i + 1, *ends[2:], *ends[:2], PUSH_ACK, ANSWER, 1, 1 + len(OPEN))


KINDS = {
    "scan": scan, "refused": lambda number: scan(number, answered=True), "one": one, "conversations": conversations,
    "mixed": mixed, "checked": conversations, "recorded": conversations,
    "others": lambda number: conversations(number, 29999), "spoofed": spoofed, "xcp": xcp,
}


def write(kind, number, file):
    file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
    batch = []
    for one_packet in KINDS[kind](number):
        batch.append(one_packet)
        if len(batch) == 10000:
            file.write(b"".join(batch))
            batch.clear()
    file.write(b"".join(batch))


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), sys.stdout.buffer)

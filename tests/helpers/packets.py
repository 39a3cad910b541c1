# Packets and conversations for test captures, built with scapy.
#
# Nothing here looks at the network: every address is given.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct
from typing import NamedTuple

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, IPv6
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Raw

SNAP_WHOLE = 262144
PORT = 41234    # a client's port: neither catalogued nor known to Wireshark


class Ends(NamedTuple):
    """Who talks to whom. number makes the addresses differ from those of other conversations."""
    number: int = 1
    client_port: int = PORT
    server_port: int = 0
    version: int = 4
    vlan: int = 0

    @property
    def client(self):
        return self.address(1)

    @property
    def server(self):
        return self.address(2)

    def address(self, side):
        if self.version == 6:
            return f"2001:db8:{side}::{self.number:x}"
        return f"10.{side}.{self.number >> 8}.{self.number & 255}"


def in_ip(ends, from_client, payload, protocol=None):
    """A frame of one end to the other around a scapy layer or bytes."""
    src, dst = (ends.client, ends.server) if from_client else (ends.server, ends.client)
    frame = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
    if ends.vlan:
        frame = frame / Dot1Q(vlan=ends.vlan)
    head = IPv6(src=src, dst=dst) if ends.version == 6 else IP(src=src, dst=dst)
    if protocol is not None:
        head.setfieldval("nh" if ends.version == 6 else "proto", protocol)
    return bytes(frame / head / payload)


def udp(ends, from_client, payload):
    ports = (ends.client_port, ends.server_port) if from_client else (ends.server_port, ends.client_port)
    return in_ip(ends, from_client, UDP(sport=ports[0], dport=ports[1]) / Raw(payload))


def tcp(ends, from_client, flags, payload=b"", seq=0, ack=0):
    ports = (ends.client_port, ends.server_port) if from_client else (ends.server_port, ends.client_port)
    return in_ip(ends, from_client,
                 TCP(sport=ports[0], dport=ports[1], flags=flags, seq=seq, ack=ack, window=64240) / Raw(payload))


def echo(ends, from_client, request):
    """A ping's packet: who asks need not be who began the capture."""
    if ends.version == 6:
        kind = ICMPv6EchoRequest if request else ICMPv6EchoReply
        return in_ip(ends, from_client, kind(id=7, seq=1, data=b"abcdefgh"))
    return in_ip(ends, from_client, ICMP(type=8 if request else 0, id=7, seq=1) / Raw(b"abcdefgh"))


class Connection:
    """A TCP connection whose sequence numbers are right, as frames in order.

    frames holds (from_client, frame); a connection joined mid-flow just leaves out open().
    """

    def __init__(self, ends):
        self.ends = ends
        self.next = {True: 1000, False: 5000}
        self.frames = []

    def send(self, from_client, payload=b"", flags="PA", counts=0):
        frame = tcp(self.ends, from_client, flags, payload, self.next[from_client],
                    self.next[not from_client] if "A" in flags else 0)
        self.next[from_client] += len(payload) + counts
        self.frames.append((from_client, frame))
        return self

    def open(self):
        self.send(True, flags="S", counts=1).send(False, flags="SA", counts=1)
        return self.send(True, flags="A")

    def ask(self, request, reply):
        """A request and its reply, each acknowledged by itself."""
        self.send(True, request).send(False, flags="A")
        return self.send(False, reply).send(True, flags="A")

    def finish(self):
        self.send(True, flags="FA", counts=1).send(False, flags="FA", counts=1)
        return self.send(True, flags="A")

    def reset(self):
        return self.send(False, flags="RA")


class Capture:
    """Frames in order, each with whatever a test wants to remember of it."""

    def __init__(self):
        self.frames = []
        self.notes = []

    def add(self, frame, note=None):
        """Add a frame; its number in the capture."""
        self.frames.append(frame)
        self.notes.append(note)
        return len(self.frames)

    def add_connection(self, connection):
        return [self.add(frame) for _, frame in connection.frames]

    def write(self, path, snap=SNAP_WHOLE):
        """Write a capture file; frames longer than snap are cut, as tcpdump -s does."""
        with open(path, "wb") as file:
            file.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, SNAP_WHOLE, 1))
            for number, frame in enumerate(self.frames):
                seconds, milliseconds = divmod(number, 1000)
                kept = frame[:snap]
                file.write(struct.pack("=IIII", 1700000000 + seconds, milliseconds * 1000, len(kept), len(frame)))
                file.write(kept)
        path.chmod(0o644)
        return path

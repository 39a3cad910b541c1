#!/usr/bin/env python3
# The traffic that is measured: made of captures that others recorded, the same on every machine, kept nowhere.
#
#   traffic.py FOLDER NUMBER        write the captures of NUMBER packets into the folder, say what is in them
#
#   unlisted    of Wireshark's own test captures, without a packet on a port of the list, and without ICMP
#   mixed       the same, and three packets in ten on a port of the list, from Wireshark's captures and ours
#   cluster     test-captures/cluster.pcapng as it is, whatever NUMBER
#   tls         web access on 8443 from test-captures/tomcat-8080-8443.pcapng, with the keys
#
# A capture that is too short is repeated with other addresses, so that no packet looks retransmitted. The captures
# are laid over each other: each is spread over the whole time, as if all had been recorded at once.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import hashlib
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[2]
OURS = SOURCE / "test-captures"
# Where "tools/setup source" puts Wireshark's source.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
WIRESHARKS = Path(os.environ.get("IMPSVC_WIRESHARK_SOURCE") or CACHE / "impsvc" / "wireshark-source-3") / "test" / "captures"

# Of Wireshark's captures, those with IP in them that are no sample of a rare link layer.
BORROWED = (
    "challenge01_ooo_stream.pcapng.gz", "communityid.pcap.gz", "dhcp.pcap", "dhe1.pcapng.gz", "dmgr.pcapng",
    "dns+icmp.pcapng.gz", "dns_port.pcap", "grpc_web.pcapng.gz", "http-brotli.pcapng", "http-ooo.pcap",
    "http2-brotli.pcapng", "http2-data-reassembly.pcap", "http2_follow_multistream.pcapng", "ikev1-certs.pcap",
    "krb-816.pcap.gz", "logistics_multicast.pcapng", "netperfmeter.pcapng.gz", "packet-h2-14_headers.pcapng",
    "quic-fragmented-handshakes.pcapng.gz", "rsasnakeoil2.pcap", "sample_control4_2012-03-24.pcap", "segmented_fpm.pcap",
    "smb311-aes-128-ccm.pcap.gz", "snakeoil-dtls.pcap", "tcp-badsegments.pcap", "tls-fragmented-handshakes.pcap.gz",
    "tls-renegotiation.pcap", "tls12-chacha20poly1305.pcap", "tls13-rfc8446.pcap", "udt-dtls.pcapng.gz",
    "wireguard-ping-tcp.pcap",
)
LISTED_IN_TEN = 3
# Of our own captures: the others once more, the same packet again and again, and each packet twice.
NOT_MIXED = ("cluster", "port-scan", "firewall-")

MAGIC = 0xa1b2c3d4
FILE_HEADER = struct.Struct("<IHHiIII")
PACKET_HEADER = struct.Struct("<IIII")
ETHERNET, RAW_IP, NULL, LINUX_SLL = 1, (12, 14, 101, 228, 229), (0, 108), 113
DECRYPTION_SECRETS, TLS_KEYS = 10, 0x544c534b     # block of pcapng, and what is in it
IPV4, IPV6, VLAN = 0x0800, 0x86dd, (0x8100, 0x88a8)
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
TRANSPORTS = {"TCP": TCP, "TLS": TCP, "UDP": UDP}


class TrafficMissing(Exception):
    """A capture cannot be made; the reason."""


class Capture(NamedTuple):
    path: Path
    packets: int
    listed: int         # of them on a port of the list, or ICMP
    digest: str

    def __str__(self):
        return f"{self.path.name}: {self.packets} packets, {self.listed} on a port of the list"


def listed_ports():
    """Ports of the list, as (IP's number of the transport, port)."""
    ports = set()
    with open(SOURCE / "catalog" / "entries.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in row["transports"].split() if row["release"] == "base" else ():
                for text in (row["listener_ports"] or row["source_ports"]).split():
                    first, _, last = text.partition("-")
                    ports |= {(TRANSPORTS[name], port) for port in range(int(first), int(last or first) + 1)
                              if name in TRANSPORTS}
    return ports


def read(path):
    """Packets of a capture of any kind and link layer, as Ethernet frames."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.pcap"
        done = subprocess.run(["editcap", "--discard-all-secrets", "-F", "pcap", path, plain], capture_output=True, encoding="utf-8")
        if done.returncode != 0:
            raise TrafficMissing(f"{path}: {done.stderr.strip()}")
        data = plain.read_bytes()
    magic, *_, link = FILE_HEADER.unpack_from(data)
    if magic != MAGIC:
        raise TrafficMissing(f"{path}: editcap wrote a pcap of another byte order or resolution ({magic:#x})")
    place, frames = FILE_HEADER.size, []
    while place < len(data):
        _, _, length, _ = PACKET_HEADER.unpack_from(data, place)
        place += PACKET_HEADER.size
        frames.append(as_ethernet(data[place:place + length], link & 0xffff, path))
        place += length
    return frames


def as_ethernet(frame, link, path):
    addresses = bytes.fromhex("020000000002020000000001")
    if link == ETHERNET:
        return frame
    if link == LINUX_SLL:
        return addresses + frame[14:]
    if link in NULL:
        frame = frame[4:]
    elif link not in RAW_IP:
        raise TrafficMissing(f"{path}: link layer {link} is not known here")
    return addresses + struct.pack(">H", IPV6 if frame[0] >> 4 == 6 else IPV4) + frame


class Headers(NamedTuple):
    addresses: tuple    # where they stand in the frame: (offset, length) each; none: not IP
    transport: int      # IP's number; None: cannot be told (a fragment, an extension header)
    ports: tuple


def headers(frame):
    place = 12
    kind = struct.unpack_from(">H", frame, place)[0]
    while kind in VLAN:
        place += 4
        kind = struct.unpack_from(">H", frame, place)[0]
    place += 2
    try:
        if kind == IPV4:
            addresses = ((place + 12, 4), (place + 16, 4))
            transport = None if struct.unpack_from(">H", frame, place + 6)[0] & 0x3fff else frame[place + 9]
            place += (frame[place] & 15) * 4
        elif kind == IPV6:
            addresses = ((place + 8, 16), (place + 24, 16))
            transport = frame[place + 6] if frame[place + 6] in (TCP, UDP, ICMPV6) else None
            place += 40
        else:
            return Headers((), 0, ())
        return Headers(addresses, transport, struct.unpack_from(">HH", frame, place) if transport in (TCP, UDP) else ())
    except (struct.error, IndexError):      # captured in part
        return Headers((), None, ())


def is_listed(frame, ports):
    """True, False, or None if it cannot be told."""
    found = headers(frame)
    if found.transport is None:
        return None
    return found.transport in (ICMP, ICMPV6) or any((found.transport, port) in ports for port in found.ports)


def copy(frame, number):
    """The frame with other unicast addresses for each number from 1 to 255; 0 leaves them."""
    changed = bytearray(frame)
    for place, length in headers(frame).addresses if number else ():
        if frame[place] < 224 if length == 4 else frame[place] != 0xff:
            changed[place + (1 if length == 4 else 13)] ^= number
    return bytes(changed)


def repeated(captures, number):
    """So many frames of captures (lists of frames), repeated as often as needed; as (time from 0 to 1, frame).

    Of the last repetition, as much of each capture as there is room for, from its beginning."""
    together = sum(map(len, captures))
    if together * 256 < number:
        raise TrafficMissing(f"{together} packets are too few to make {number} of")
    timed = []
    for round_number in range(-(-number // together)):
        room, met = min(together, number - len(timed)), 0
        for frames in captures:
            taken = frames[:(met + len(frames)) * room // together - met * room // together]
            timed += [((place + 0.5) / len(taken), copy(frame, round_number)) for place, frame in enumerate(taken)]
            met += len(frames)
    return timed


def write(path, frames):
    with open(path, "wb") as file:
        file.write(FILE_HEADER.pack(MAGIC, 2, 4, 0, 0, 262144, ETHERNET))
        for number, frame in enumerate(frames):
            file.write(PACKET_HEADER.pack(1700000000 + number // 1000, number % 1000 * 1000, len(frame), len(frame)))
            file.write(frame)


def described(path, frames, ports):
    listed = sum(bool(is_listed(frame, ports)) for frame in frames)
    return Capture(path, len(frames), listed, hashlib.sha256(path.read_bytes()).hexdigest())


def in_time(timed):
    return [frame for _, frame in sorted(timed, key=lambda one: one[0])]


def borrowed():
    """Wireshark's captures, each a list of frames."""
    if not WIRESHARKS.is_dir():
        raise TrafficMissing(f"{WIRESHARKS} is missing, which 'tools/setup source' fetches")
    return [read(WIRESHARKS / name) for name in BORROWED]


def make_unlisted(folder, number):
    ports = listed_ports()
    captures = [[frame for frame in frames if is_listed(frame, ports) is False] for frames in borrowed()]
    write(folder / "unlisted.pcap", frames := in_time(repeated(captures, number)))
    return described(folder / "unlisted.pcap", frames, ports)


def make_mixed(folder, number):
    ports = listed_ports()
    listed_number = number * LISTED_IN_TEN // 10
    sources = borrowed()
    others = [[frame for frame in frames if is_listed(frame, ports) is False] for frames in sources]
    sources += [read(path) for path in sorted(OURS.glob("*.pcapng")) if not path.stem.startswith(NOT_MIXED)]
    listed = [[frame for frame in frames if is_listed(frame, ports)] for frames in sources]
    frames = in_time(repeated(others, number - listed_number) + repeated(listed, listed_number))
    write(folder / "mixed.pcap", frames)
    return described(folder / "mixed.pcap", frames, ports)


def make_cluster(folder, _number):
    path = folder / "cluster.pcapng"
    shutil.copyfile(OURS / "cluster.pcapng", path)
    return described(path, read(path), listed_ports())


def keys_in(path):
    """The TLS keys that a pcapng of this machine's byte order carries."""
    data, place, keys = path.read_bytes(), 0, b""
    while place < len(data):
        kind, length, form, key_length = struct.unpack_from("<IIII", data, place)
        if (kind, form) == (DECRYPTION_SECRETS, TLS_KEYS):
            keys += data[place + 16:place + 16 + key_length]
        place += length
    return keys


def make_tls(folder, number):
    ports, capture = listed_ports(), OURS / "tomcat-8080-8443.pcapng"
    plain, keys, path = folder / "without-keys.pcap", folder / "keys.txt", folder / "tls.pcapng"
    frames = in_time(repeated([[frame for frame in read(capture) if 8443 in headers(frame).ports]], number))
    write(plain, frames)
    keys.write_bytes(keys_in(capture))
    done = subprocess.run(["editcap", "--inject-secrets", f"tls,{keys}", plain, path], capture_output=True,
                          encoding="utf-8")
    if done.returncode != 0:
        raise TrafficMissing(f"{path}: {done.stderr.strip()}")
    made = described(plain, frames, ports)      # editcap's head would tell its version
    plain.unlink()
    keys.unlink()
    return made._replace(path=path)


MAKERS = {"unlisted": make_unlisted, "mixed": make_mixed, "cluster": make_cluster, "tls": make_tls}


def make(name, folder, number):
    """Write the capture into the folder; what is in it. Raises TrafficMissing."""
    return MAKERS[name](Path(folder), number)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        sys.exit("usage: traffic.py FOLDER NUMBER")
    for kind in MAKERS:
        try:
            print(make(kind, sys.argv[1], int(sys.argv[2])))
        except TrafficMissing as missing:
            sys.exit(f"traffic.py: {kind}: {missing}")

# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading and writing pcapng files: merge, sort, keep TLS keys and host names, say where a capture comes from.

Only what dumpcap writes and the lab needs. The tools that come with Wireshark could do most of it, but they leave
temporary paths and the machine's description in the files. Block layout: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng
"""
import ipaddress
import struct
from dataclasses import dataclass, field

SECTION, INTERFACE, NAMES, ENHANCED, SECRETS = 0x0A0D0D0A, 1, 4, 6, 0x0000000A
ETHERNET = 1
TLS_KEY_LOG = 0x544C534B
COMMENT, APPLICATION, IF_NAME, IF_RESOLUTION = 1, 4, 2, 9
NANOSECONDS = b"\x09"


@dataclass
class Packet:
    time: int  # nanoseconds since 1970
    interface: str
    data: bytes
    length: int  # on the wire


@dataclass
class Capture:
    packets: list = field(default_factory=list)
    keys: bytes = b""  # TLS key log
    names: dict = field(default_factory=dict)  # address to name
    comment: str = ""


def read(path):
    """A capture as dumpcap or this module wrote it (little-endian, one section)."""
    content = path.read_bytes()
    capture = Capture()
    interfaces = []
    offset = 0
    while offset + 12 <= len(content):
        kind, size = struct.unpack_from("<II", content, offset)
        body = content[offset + 8 : offset + size - 4]
        if kind == SECTION:
            capture.comment = options(body[16:]).get(COMMENT, b"").decode()
        elif kind == INTERFACE:
            found = options(body[8:])
            exponent = found.get(IF_RESOLUTION, b"\x06")[0]
            interfaces.append((found.get(IF_NAME, b"").decode(), 10 ** (9 - exponent)))
        elif kind == ENHANCED:
            number, high, low, captured, length = struct.unpack_from("<IIIII", body)
            name, unit = interfaces[number]
            capture.packets.append(Packet(((high << 32) + low) * unit, name, body[20 : 20 + captured], length))
        elif kind == SECRETS:
            length = struct.unpack_from("<I", body, 4)[0]
            capture.keys += body[8 : 8 + length]
        elif kind == NAMES:
            capture.names.update(names(body))
        offset += size
    return capture


def write(path, capture):
    """The packets in time order; a dumpcap for each interface means they do not come so."""
    interfaces = sorted({packet.interface for packet in capture.packets}) or ["lan"]
    with path.open("wb") as output:
        description = option(COMMENT, capture.comment.encode()) + option(APPLICATION, b"impsvc test lab")
        output.write(block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + description + option(0, b"")))
        for name in interfaces:
            described = option(IF_NAME, name.encode()) + option(IF_RESOLUTION, NANOSECONDS) + option(0, b"")
            output.write(block(INTERFACE, struct.pack("<HHI", ETHERNET, 0, 262144) + described))
        if capture.keys:
            output.write(block(SECRETS, struct.pack("<II", TLS_KEY_LOG, len(capture.keys)) + padded(capture.keys)))
        if capture.names:
            output.write(block(NAMES, name_records(capture.names)))
        for packet in sorted(capture.packets, key=lambda one: one.time):
            head = struct.pack("<IIIII", interfaces.index(packet.interface), packet.time >> 32,
                               packet.time & 0xFFFFFFFF, len(packet.data), packet.length)
            output.write(block(ENHANCED, head + padded(packet.data)))


def merge(captures, comment):
    """One capture of several. Keys and names that several have are kept once."""
    merged = Capture(comment=comment)
    keys = {}
    for capture in captures:
        merged.packets += capture.packets
        merged.names.update(capture.names)
        keys.update(dict.fromkeys(capture.keys.splitlines()))
    merged.keys = b"".join(line + b"\n" for line in keys)
    return merged


def padded(content):
    return content + bytes(-len(content) % 4)


def block(kind, body):
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def option(code, value):
    return struct.pack("<HH", code, len(value)) + padded(value)


def options(content):
    found = {}
    offset = 0
    while offset + 4 <= len(content):
        code, length = struct.unpack_from("<HH", content, offset)
        if code == 0:
            break
        found[code] = content[offset + 4 : offset + 4 + length]
        offset += 4 + length + (-length % 4)
    return found


def name_records(addresses):
    """IPv4 records are kind 1, IPv6 ones kind 2: the address, then the name with a final zero."""
    records = b""
    for address, name in sorted(addresses.items()):
        parsed = ipaddress.ip_address(address)
        value = parsed.packed + name.encode() + b"\0"
        records += struct.pack("<HH", 1 if parsed.version == 4 else 2, len(value)) + padded(value)
    return records + option(0, b"")


def names(body):
    found = {}
    offset = 0
    while offset + 4 <= len(body):
        kind, length = struct.unpack_from("<HH", body, offset)
        if kind == 0:
            break
        value = body[offset + 4 : offset + 4 + length]
        size = 4 if kind == 1 else 16
        found[str(ipaddress.ip_address(value[:size]))] = value[size:].split(b"\0")[0].decode()
        offset += 4 + length + (-length % 4)
    return found


def addresses(packet):
    """Source and destination of an IP packet in Ethernet, with or without a VLAN tag; else nothing."""
    return transport(packet)[1:3]


def transport(packet):
    """Protocol number, source, destination, source port, destination port; ports are None where there are none.

    Later fragments have no ports; IPv6 extension headers are not looked behind.
    """
    kind, start = struct.unpack_from("!H", packet.data, 12)[0], 14
    if kind == 0x8100:
        kind, start = struct.unpack_from("!H", packet.data, 16)[0], 18
    data = packet.data
    if kind == 0x0800:
        protocol, source, destination = data[start + 9], data[start + 12 : start + 16], data[start + 16 : start + 20]
        first = struct.unpack_from("!H", data, start + 6)[0] & 0x1FFF == 0
        payload = start + (data[start] & 15) * 4
    elif kind == 0x86DD:
        protocol, source, destination = data[start + 6], data[start + 8 : start + 24], data[start + 24 : start + 40]
        first, payload = True, start + 40
    else:
        return ()
    ports = struct.unpack_from("!HH", data, payload) if first and protocol in (6, 17) else (None, None)
    return protocol, str(ipaddress.ip_address(source)), str(ipaddress.ip_address(destination)), *ports

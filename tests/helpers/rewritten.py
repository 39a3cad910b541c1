# Recorded captures with a port changed: real programs' traffic on a port the list
# does not have, TLS keys and all.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct
import sys

from places import SOURCE

sys.path.insert(0, str(SOURCE / "test-captures" / "lab"))
import pcapng  # noqa: E402

def with_port(data, old, new):
    """An Ethernet frame with a TCP or UDP port changed at whichever end has it. Checksums are left as they are."""
    kind = struct.unpack_from("!H", data, 12)[0]
    if kind == 0x0800:
        at, protocol = 14 + (data[14] & 15) * 4, data[23]
    elif kind == 0x86DD:
        at, protocol = 54, data[20]
    else:
        return data
    if protocol not in (6, 17):
        return data
    ports = [new if port == old else port for port in struct.unpack_from("!HH", data, at)]
    return data[:at] + struct.pack("!HH", *ports) + data[at + 4:]


def move(name, old, new, path):
    """Write a capture of the lab with a port changed; the path."""
    capture = pcapng.read(SOURCE / "test-captures" / f"{name}.pcapng")
    for packet in capture.packets:
        packet.data = with_port(packet.data, old, new)
    pcapng.write(path, capture)
    path.chmod(0o644)
    return path

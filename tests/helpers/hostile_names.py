# Names that are more than a name: of hosts in a file of nodes, and of a capture's interfaces.
#
# SPDX-License-Identifier: GPL-2.0-or-later

HOSTILE = "</td><script>alert('x')</script>\"'<img src=http://x.example/>&amp;{{ 7*7 }}\u202egnp.exe\u2066\u200f\x1b[2J"


def interfaces_renamed(capture, path, *names):
    """A copy of a pcapng capture of little-endian blocks whose interfaces have other names."""
    data, copy, left = capture.read_bytes(), b"", list(names)
    while data:
        length = int.from_bytes(data[4:8], "little")
        block, data = data[:length], data[length:]
        if block[:4] == b"\1\0\0\0":
            name = left.pop(0)
            option = b"\2\0" + len(name).to_bytes(2, "little") + name + b"\0" * (-len(name) % 4)
            size = (len(option) + 24).to_bytes(4, "little")
            block = block[:4] + size + block[8:16] + option + b"\0\0\0\0" + size
        copy += block
    path.write_bytes(copy)
    return path


def hostile_nodes(path, name=HOSTILE):
    quoted = "".join(f"\\x{byte:02x}" for byte in name.encode())
    path.write_text(f'"10.20.1.11","IM and Presence publisher","{quoted}"\n"10.20.2.12","IM and Presence subscriber","sub"\n', encoding="utf-8")
    return path

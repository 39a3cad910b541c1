# SPDX-License-Identifier: GPL-2.0-or-later
"""CMakeListsCustom.txt, with which Wireshark's build hears of plugins of others. A file of the user's own keeps all that is in it."""

LINE = b"list(APPEND CUSTOM_PLUGIN_SRC_DIR plugins/epan/impsvc)  # added by impsvc's tools/within-wireshark"


def lines(path):
    return path.read_bytes().splitlines(keepends=True) if path.exists() else []


def is_ours(line):
    return line.rstrip(b"\r\n") == LINE


def is_in(path):
    return any(map(is_ours, lines(path)))


def add(path):
    text = b"".join(lines(path))
    if not is_in(path):
        path.write_bytes(text + (b"\n" if text and not text.endswith(b"\n") else b"") + LINE + b"\n")


def take_out(path):
    rest = b"".join(line for line in lines(path) if not is_ours(line))
    if rest:
        path.write_bytes(rest)
    else:
        path.unlink(missing_ok=True)

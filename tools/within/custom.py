# SPDX-License-Identifier: GPL-2.0-or-later
"""CMakeListsCustom.txt, with which Wireshark's build hears of plugins of others. A file of the user's own keeps all that is in it."""

LINE = b"list(APPEND CUSTOM_PLUGIN_SRC_DIR plugins/epan/impsvc)  # added by impsvc's tools/within-wireshark\n"


def add(path):
    text = path.read_bytes() if path.exists() else b""
    if LINE not in text:
        path.write_bytes(text + (b"\n" if text and not text.endswith(b"\n") else b"") + LINE)


def take_out(path):
    if path.exists():
        text = path.read_bytes().replace(LINE, b"")
        if text:
            path.write_bytes(text)
        else:
            path.unlink()

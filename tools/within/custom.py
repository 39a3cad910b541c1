# SPDX-License-Identifier: GPL-2.0-or-later
"""CMakeListsCustom.txt, with which Wireshark's build hears of plugins of others. A file of the user's own keeps all its lines."""

LINE = "list(APPEND CUSTOM_PLUGIN_SRC_DIR plugins/epan/impsvc)  # added by impsvc's tools/within-wireshark\n"


def add(path):
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if LINE not in text:
        path.write_text(text + ("" if text.endswith("\n") or not text else "\n") + LINE, encoding="utf-8")


def take_out(path):
    if path.exists():
        text = path.read_text(encoding="utf-8").replace(LINE, "")
        if text:
            path.write_text(text, encoding="utf-8")
        else:
            path.unlink()

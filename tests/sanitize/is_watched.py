#!/usr/bin/env python3
# Does tshark really run with the sanitizers, and with the plugin that they watch? Else
# all that tests/sanitize/run does would pass and say nothing.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
from places import BUILD
from run_tshark import Wireshark


def main():
    with contextlib.closing(Wireshark(BUILD / "plugins")) as wireshark:
        plugins = wireshark.run("-G", "plugins")
        # AddressSanitizer's own list of options appears only where it runs in the program.
        said = subprocess.run(wireshark.command("-v"), cwd=wireshark.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              encoding="utf-8", errors="replace", check=True,
                              env=dict(wireshark.environment(), ASAN_OPTIONS=os.environ["ASAN_OPTIONS"] + ":help=1"))
    if "impsvc.so" not in plugins:
        sys.exit("tshark has not loaded the watched plugin")
    if "AddressSanitizer" not in said.stdout + said.stderr:
        sys.exit("AddressSanitizer does not run in tshark")


if __name__ == "__main__":
    main()

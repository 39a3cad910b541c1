#!/usr/bin/env python3
# All captures read with the plugin of IMPSVC_BUILD_DIR, two passes and every detail, and
# with its statistics; nodes configured and not. For tests/sanitize/run; see there.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import lab_hosts
from places import BUILD, CAPTURES
from run_tshark import Wireshark

STATISTICS = ["-z", "impsvc,tree", "-z", "impsvc_nodes,tree", "-z", "impsvc,flows", "-z", "impsvc,check"]


def read(wireshark, capture):
    """Its frames, told twice."""
    told = 0
    for nodes in ([], lab_hosts.configured()):
        said = wireshark.read(capture, "-2", "-V", *STATISTICS, *nodes)
        assert "Topic / Item" in said, f"{capture.name}: no statistics"
        told += said.count("\nFrame ")
    return told


def main():
    began = time.monotonic()
    with contextlib.closing(Wireshark(BUILD / "plugins")) as wireshark:
        copies = [wireshark.readable(one) for one in sorted(CAPTURES.glob("*.pcapng"), key=lambda one: -one.stat().st_size)]
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            told = sum(pool.map(lambda one: read(wireshark, one), copies))
    print(f"{len(copies)} captures, {told} packets told, no complaint, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()

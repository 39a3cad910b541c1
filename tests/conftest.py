# What all folders share: how many combinations of its parameters a test is run with, and which part of all tests.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import zlib

import pairs


def part_of(items):
    """Those that IMPSVC_PART="2/3" wants, the second third: what tests have in common, and names of captures, decide nothing there."""
    part, parts = map(int, os.environ["IMPSVC_PART"].split("/"))
    return [item for item in items if zlib.crc32(item.nodeid.encode()) % parts == part - 1]


def pytest_collection_modifyitems(config, items):
    kept = items[:]
    chosen = config.option.keyword or any("::" in argument for argument in config.args)      # by hand, and so every one of them
    if os.environ.get("IMPSVC_LONG") != "1" and not chosen:
        kept = pairs.thinned(kept)
    if "IMPSVC_PART" in os.environ:
        kept = part_of(kept)
    wanted = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = kept

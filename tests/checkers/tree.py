# Where the tree, its build and Wireshark's source are.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os

import pytest

from places import BUILD, SOURCE, WIRESHARK_SOURCE     # noqa: F401 (checkers take them from here)

PLUGIN = SOURCE / "plugin"
SOURCES = sorted(PLUGIN.rglob("*.c"))
HEADERS = sorted(PLUGIN.rglob("*.h"))

# A check that looks into the wrong folder finds nothing wrong there: so many files there are at least.
assert len(SOURCES) >= 40 and len(HEADERS) >= 40, f"{PLUGIN} has {len(SOURCES)} sources and {len(HEADERS)} headers"

# tools/test --all-versions has the sources checked once, not with every version of Wireshark.
unless_unwanted = pytest.mark.skipif(os.environ.get("IMPSVC_CHECKERS") == "no", reason="IMPSVC_CHECKERS=no")

# Where the tree, its build and Wireshark's source are.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
from pathlib import Path

import pytest

SOURCE = Path(os.environ.get("IMPSVC_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("IMPSVC_BUILD_DIR", SOURCE / "build-tests"))
PLUGIN = SOURCE / "plugin"
SOURCES = sorted(PLUGIN.rglob("*.c"))
HEADERS = sorted(PLUGIN.rglob("*.h"))

# A check that looks into the wrong folder finds nothing wrong there: so many files there are at least.
assert len(SOURCES) >= 40 and len(HEADERS) >= 40, f"{PLUGIN} has {len(SOURCES)} sources and {len(HEADERS)} headers"

# Where "tools/setup source" puts Wireshark's source.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
WIRESHARK_SOURCE = Path(os.environ.get("IMPSVC_WIRESHARK_SOURCE") or _CACHE / "impsvc" / "wireshark-source-3")

# tools/test --all-versions has the sources checked once, not with every version of Wireshark.
unless_unwanted = pytest.mark.skipif(os.environ.get("IMPSVC_CHECKERS") == "no", reason="IMPSVC_CHECKERS=no")

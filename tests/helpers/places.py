# Where the tree is, and the build that is tested: IMPSVC_SOURCE_DIR and IMPSVC_BUILD_DIR name them (ctest does); and what tools/setup has put
# into the cache.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
from pathlib import Path

SOURCE = Path(os.environ.get("IMPSVC_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("IMPSVC_BUILD_DIR", SOURCE / "build-tests"))
CAPTURES = SOURCE / "test-captures"
CLUSTER = CAPTURES / "cluster.pcapng"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "impsvc"
WIRESHARK_SOURCE = Path(os.environ.get("IMPSVC_WIRESHARK_SOURCE") or CACHE / "wireshark-source-3")     # "tools/setup source" puts it there


def need(*programs):
    """Skips a test where a program is not installed."""
    import pytest       # which scripts do without
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")

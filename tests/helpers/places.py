# Where the tree is, and the build that is tested: IMPSVC_SOURCE_DIR and IMPSVC_BUILD_DIR name them (ctest does).
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
from pathlib import Path

SOURCE = Path(os.environ.get("IMPSVC_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("IMPSVC_BUILD_DIR", SOURCE / "build-tests"))
CAPTURES = SOURCE / "test-captures"
CLUSTER = CAPTURES / "cluster.pcapng"


def need(*programs):
    """Skips a test where a program is not installed."""
    import pytest       # which scripts do without
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")

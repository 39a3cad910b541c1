# What every tshark test starts from: Wireshark with the plugin, and Wireshark alone.
#
# IMPSVC_BUILD_DIR names the build folder (ctest sets it), IMPSVC_SOURCE_DIR the tree.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
from pathlib import Path

import pytest

from run_tshark import Wireshark

SOURCE = Path(os.environ.get("IMPSVC_SOURCE_DIR", Path(__file__).resolve().parents[2]))
BUILD = Path(os.environ.get("IMPSVC_BUILD_DIR", SOURCE / "build"))


def pytest_configure():
    if not list(BUILD.glob("plugins/*/epan/impsvc.so")):
        pytest.exit(f"No plugin in {BUILD}/plugins: build it, or set IMPSVC_BUILD_DIR to the build folder.", 2)


@pytest.fixture(scope="session")
def wireshark():
    """Wireshark with the plugin."""
    ours = Wireshark(BUILD / "plugins")
    yield ours
    ours.close()


@pytest.fixture(scope="session")
def alone():
    """Wireshark without the plugin."""
    native = Wireshark()
    yield native
    native.close()


@pytest.fixture
def capture_path(wireshark, request):
    """Where a test may write a capture that tshark can read."""
    path = wireshark.folder / f"{abs(hash(request.node.nodeid)):x}.pcap"
    yield path
    path.unlink(missing_ok=True)

# What a folder's conftest.py takes for tests that run Wireshark with the plugin, and Wireshark alone.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os

import pytest

from places import BUILD
from recorded import Recorded
from run_tshark import Wireshark


def pytest_configure():
    if not list(BUILD.glob("plugins/*/epan/impsvc.so")):
        pytest.exit(f"No plugin in {BUILD}/plugins: build it, or set IMPSVC_BUILD_DIR to the build folder.", 2)


@pytest.fixture(scope="session")
def wireshark():
    """Wireshark with the plugin."""
    with contextlib.closing(Wireshark(BUILD / "plugins")) as ours:
        yield ours


@pytest.fixture(scope="session")
def alone():
    """Wireshark without the plugin."""
    with contextlib.closing(Wireshark()) as native:
        yield native


@pytest.fixture(scope="session")
def recorded(wireshark, tmp_path_factory):
    """What the plugin says of the recorded captures."""
    folder = tmp_path_factory.getbasetemp()
    return Recorded(wireshark, folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture
def capture_path(wireshark, request):
    """Where a test may write a capture that tshark can read."""
    path = wireshark.folder / f"{abs(hash(request.node.nodeid)):x}.pcap"
    yield path
    path.unlink(missing_ok=True)

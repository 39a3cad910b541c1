# For conftest.py of tests that run the command impsvc of the build tree.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from places import BUILD
from the_command import Command


def pytest_configure():
    if not (BUILD / "bin/impsvc").exists() or not list(BUILD.glob("plugins/*/epan/impsvc.so")):
        pytest.exit(f"No command and plugin in {BUILD}: build them, or set IMPSVC_BUILD_DIR to the build folder.", 2)


@pytest.fixture
def impsvc(tmp_path):
    """The command of the build tree, with a HOME of its own."""
    return Command(BUILD / "bin/impsvc", tmp_path / "home")

# The lab's modules, as its own programs find them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import shutil
import sys

import pytest

from places import SOURCE
from stubbed import open_folder

sys.path.insert(0, str(SOURCE / "test-captures" / "lab"))


@pytest.fixture(scope="module")
def folder():
    """One that an ordinary user can enter, too: for root, tshark runs as nobody."""
    made = open_folder()
    yield made
    shutil.rmtree(made)

# Tests of other compilers, processors and systems: each is skipped, with the reason, where its compiler cannot be had.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os

import pytest


def pytest_configure(config):
    """Tests that share a build must run in one process: pytest-xdist's mark for that, which is unknown without it."""
    config.addinivalue_line("markers", "xdist_group(name): tests that share what one of them has built")


def pytest_collection_modifyitems(items):
    """They take a minute or more of a processor, and are as little wanted as the checkers where these are not."""
    if os.environ.get("IMPSVC_CHECKERS") == "no":
        for item in items:
            item.add_marker(pytest.mark.skip(reason="IMPSVC_CHECKERS=no"))

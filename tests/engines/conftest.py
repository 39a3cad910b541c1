# The real parts that engines work with, each started by the test and stopped after it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os

import pytest

from postgres import Postgres


def pytest_collection_modifyitems(items):
    if os.environ.get("IMPSVC_ENGINES") == "no":
        for item in items:
            item.add_marker(pytest.mark.skip(reason="IMPSVC_ENGINES=no"))


@pytest.fixture
def postgres():
    """A running PostgreSQL with an empty database: postgres.url, postgres.crash(), postgres.start(), postgres.rows(query)."""
    with Postgres() as running:
        yield running

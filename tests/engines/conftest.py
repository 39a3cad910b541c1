# The real parts that engines work with, each started by the test and stopped after it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
from pathlib import Path

import pytest

from postgres import Postgres
from slurm import Slurm
from ssh_hosts import SshHosts, why_not


def pytest_collection_modifyitems(items):
    if os.environ.get("IMPSVC_ENGINES") == "no":
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="IMPSVC_ENGINES=no"))


@pytest.fixture
def postgres():
    """A running PostgreSQL with an empty database: postgres.url, postgres.crash(), postgres.start(), postgres.rows(query)."""
    with Postgres() as running:
        yield running


@pytest.fixture(scope="module")
def hosts():
    """Two hosts, h1 and h2, and GNU parallel's way to them: hosts.run(command), hosts.sshlogins, hosts.crash("h1"), hosts.start("h1")."""
    with SshHosts() as running:
        yield running


@pytest.fixture
def slurm():
    """A Slurm with two idle nodes: slurm.submit(script, "1-4"), .wait(), .run("sbatch", …), .crash("w1"), .crash("slurmctld"), .start("w1")."""
    with Slurm() as running:
        yield running


@pytest.fixture
def needs_namespaces():
    if why_not():
        pytest.skip(why_not())

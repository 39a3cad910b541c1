# tools/examples/collect-with-parallel with GNU parallel, over ssh to two hosts. What a chunk is for impsvc collect is not tested here:
# a stand-in takes its place.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from places import SOURCE, need
from postgres import Postgres
from ssh_hosts import ADDRESSES, CONTROL, NETWORK
from started import Started, is_alive, offspring, wait_until

RECIPE = SOURCE / "tools/examples/collect-with-parallel"


@pytest.fixture(autouse=True)
def parallel():
    need("parallel")


def environment(hosts, stand_in):
    return hosts.environment(IMPSVC=str(stand_in.program), CHUNK="2")


def arguments(hosts, stand_in):
    return [RECIPE, hosts.sshlogins, "--db", stand_in.db, stand_in.captures]


def collect(hosts, stand_in):
    return hosts.run(*arguments(hosts, stand_in), env=environment(hosts, stand_in), cwd=stand_in.folder)


def test_both_hosts_work_and_a_second_run_has_nothing_to_do(hosts, stand_in):
    done = collect(hosts, stand_in)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(name for _, name in stand_in.log) == stand_in.names
    assert {host for host, _ in stand_in.log} == {"h1", "h2"}
    done = collect(hosts, stand_in)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(stand_in.started) == len(stand_in.names)


def test_what_a_host_leaves_when_it_dies_another_one_does(hosts, stand_in):
    stand_in.set_pace(0.4)
    running = Started(arguments(hosts, stand_in), stand_in.folder / "log", before=hosts.inside, env=environment(hosts, stand_in))
    wait_until(lambda: len(stand_in.started) >= 2, "work on both hosts")
    hosts.crash("h2")
    try:
        assert running.process.wait(60) == 0, running.log.read_text(encoding="utf-8")
    finally:
        running.kill()
        hosts.start("h2")
    assert stand_in.done == stand_in.names
    assert len(stand_in.started) > len(stand_in.names)


def test_after_parallel_was_killed_a_run_does_the_rest(hosts, stand_in):
    """The chunks that it had given out go on without it, and may be read twice."""
    stand_in.set_pace(0.4)
    running = Started(arguments(hosts, stand_in), stand_in.folder / "log", before=hosts.inside, env=environment(hosts, stand_in))
    wait_until(lambda: len(stand_in.started) >= 2, "work on both hosts")
    below = offspring(running.pid)
    running.kill()
    assert not any(map(is_alive, below)) and stand_in.done != stand_in.names
    done = collect(hosts, stand_in)
    assert (done.returncode, done.stderr) == (0, "") and stand_in.done == stand_in.names


def test_a_host_that_cannot_do_it_is_told(hosts, stand_in):
    """A capture that the others do not see: exit status and complaint come back over ssh."""
    (stand_in.captures / "nowhere.pcap").symlink_to("/proc/self/nowhere")
    done = collect(hosts, stand_in)
    assert done.returncode == 1 and "nowhere.pcap" in done.stderr and stand_in.done == stand_in.names[:-1]


def test_the_hosts_reach_a_database(hosts):
    with Postgres(address=CONTROL, network=NETWORK, before=hosts.inside) as postgres:
        psql = f"{postgres.programs}/psql -XAtq {postgres.network_url} -c"
        done = hosts.run(*hosts.ssh.split(), "h2", f"{psql} 'SELECT host(inet_client_addr())'")
        assert (done.stdout, done.stderr) == (ADDRESSES["h2"] + "\n", "")
        assert postgres.rows("SHOW listen_addresses") == [CONTROL]

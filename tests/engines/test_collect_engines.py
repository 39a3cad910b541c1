# The recipes for several machines with the real impsvc collect, into PostgreSQL: whatever dies, a further run makes the database the same
# as one collect on one machine does.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import shutil

import pytest

from collected import Collected
from disturbed import SlowSharkd
from places import BUILD, CAPTURES, SOURCE, need
from postgres import Postgres
from slurm import NODES
from ssh_hosts import CONTROL, NETWORK
from started import Started, wait_until
from stubbed import open_folder
from the_command import Command

NAMES = ["trouble-refused", "trouble-filtered", "trouble-reversed", "trouble-exposed", "icmp-ping", "firewall-udp", "firewall-other-road",
         "dns-53"]
PATIENCE = 120

# A command that any user can run from any host: the tree's own may be closed to others. Its HOME has no settings.
COMMAND = """#!/bin/sh
export HOME={folder}/home IMPSVC_SHARKD={sharkd} WIRESHARK_DATA_DIR={data} LC_ALL=C.UTF-8
exec {python} {folder}/main.py "$@"
"""


class Everywhere:
    """Command, captures and a slow sharkd in folders that every user can read. Used in a with statement."""

    def __enter__(self):
        self.folder = open_folder()
        self.sharkd = SlowSharkd().__enter__()
        self.captures = self.folder / "some captures"
        self.captures.mkdir()
        for name in NAMES:
            shutil.copy(CAPTURES / f"{name}.pcapng", self.captures)
        for name in ("tools/impsvc", "catalog"):
            shutil.copytree(SOURCE / name, self.folder / name)
        for name in ("plugins", "libexec", "profile"):
            shutil.copytree(BUILD / name, self.folder / "build" / name)
        (self.folder / "home").mkdir()
        self._write()
        return self

    def __exit__(self, *_):
        self.sharkd.__exit__()
        shutil.rmtree(self.folder)

    def _write(self):
        text = (BUILD / "bin/impsvc").read_text(encoding="utf-8")
        for old, new in ((SOURCE / "tools", self.folder / "tools"), (SOURCE / "catalog", self.folder / "catalog"), (BUILD, self.folder / "build")):
            text = text.replace(str(old), str(new))
        (self.folder / "main.py").write_text(text, encoding="utf-8")
        self.program = self.folder / "impsvc"
        self.program.write_text(COMMAND.format(folder=self.folder, sharkd=self.sharkd.program, python=text.split("\n")[0][2:],
                                               data=self.sharkd.environment.get("WIRESHARK_DATA_DIR", "")), encoding="utf-8")
        for path in [self.folder, *self.folder.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.is_dir() or path == self.program else 0))

    def recipe(self, name):
        """A copy of a recipe."""
        return shutil.copy(SOURCE / "tools/examples" / name, self.folder)


@pytest.fixture
def everywhere():
    with Everywhere() as made:
        yield made


@pytest.fixture
def server():
    """A PostgreSQL of this machine."""
    pytest.importorskip("psycopg2", reason="python3-psycopg2 is not installed")
    with Postgres() as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """All flows of these captures, from one collect."""
    folder = tmp_path_factory.mktemp("undisturbed")
    collected = Collected(Command(BUILD / "bin/impsvc", folder / "home"), folder / "flows.db")
    collected.collect(*(CAPTURES / f"{name}.pcapng" for name in NAMES))
    return collected.everything()


def insist_on_same(url, undisturbed, tmp_path):
    collected = Collected(Command(BUILD / "bin/impsvc", tmp_path / "home"), url)
    assert collected.everything() == undisturbed
    assert {row["state"] for row in collected.rows("capture")} == {"done"}


def done_captures(server):
    if server.rows("SELECT to_regclass('captures') IS NULL") == ["t"]:
        return 0
    return int(server.rows("SELECT COUNT(*) FROM captures WHERE state = 'done'")[0])


class OnSlurm:
    def __init__(self, slurm, everywhere, server):
        self.slurm, self.everywhere, self.server = slurm, everywhere, server
        self.script = everywhere.recipe("collect-with-slurm")

    def submit(self):
        """Run the recipe; what it says. Claims of machines that died are free after three seconds."""
        environment = self.slurm.environment(IMPSVC=str(self.everywhere.program), CHUNK="2")
        done = self.slurm.run(self.script, "--db", self.server.url, "--lease", "3", self.everywhere.captures, env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def begin(self):
        self.everywhere.sharkd.set_pace(1)
        self.submit()
        self.everywhere.sharkd.wait_for(3)

    def finish(self):
        """Again, until nothing is left to do."""
        self.everywhere.sharkd.set_pace(0)
        self.submit()       # what is left, if the tasks that went on have left anything
        wait_until(lambda: done_captures(self.server) == len(NAMES), "the rest", self.slurm.folder / "slurmctld.log", PATIENCE)
        wait_until(lambda: self.server.rows("SELECT COUNT(*) FROM captures WHERE is_joined = 0") == ["0"], "all flows joined",
                   patience=PATIENCE)
        assert "nothing is left to do" in self.submit()


@pytest.fixture
def on_slurm(slurm, everywhere, server):
    return OnSlurm(slurm, everywhere, server)


def test_slurm_collects_what_one_machine_does(on_slurm, undisturbed, tmp_path):
    on_slurm.submit()
    on_slurm.slurm.wait(PATIENCE)
    insist_on_same(on_slurm.server.url, undisturbed, tmp_path)


def test_a_killed_slurmd(on_slurm, undisturbed, tmp_path):
    on_slurm.begin()
    on_slurm.slurm.crash("w1")
    on_slurm.finish()
    insist_on_same(on_slurm.server.url, undisturbed, tmp_path)


def test_killed_tasks(on_slurm, undisturbed, tmp_path):
    on_slurm.begin()
    on_slurm.slurm.kill_tasks("w1")
    on_slurm.everywhere.sharkd.set_pace(0)
    on_slurm.slurm.wait(PATIENCE)
    on_slurm.finish()
    insist_on_same(on_slurm.server.url, undisturbed, tmp_path)


def test_a_killed_slurmctld(on_slurm, undisturbed, tmp_path):
    on_slurm.begin()
    on_slurm.slurm.crash("slurmctld")
    wait_until(lambda: not any(map(on_slurm.slurm.tasks, NODES)), "the end of the tasks that had begun", patience=PATIENCE)
    on_slurm.slurm.start("slurmctld")
    on_slurm.finish()
    insist_on_same(on_slurm.server.url, undisturbed, tmp_path)


def parallel_arguments(hosts, everywhere, url):
    return [everywhere.recipe("collect-with-parallel"), hosts.sshlogins, "--db", url, "--lease", "3", everywhere.captures]


def test_a_host_that_dies_under_parallel(hosts, everywhere, undisturbed, tmp_path):
    need("parallel")
    pytest.importorskip("psycopg2", reason="python3-psycopg2 is not installed")
    with Postgres(address=CONTROL, network=NETWORK, before=hosts.inside) as server:
        everywhere.sharkd.set_pace(1)
        arguments = parallel_arguments(hosts, everywhere, server.network_url)
        environment = hosts.environment(IMPSVC=str(everywhere.program), CHUNK="2")
        running = Started(arguments, everywhere.folder / "log", before=hosts.inside, env=environment)
        everywhere.sharkd.wait_for(3)
        hosts.crash("h2")
        everywhere.sharkd.set_pace(0)
        try:
            assert running.process.wait(PATIENCE) == 0, running.log.read_text(encoding="utf-8")
        finally:
            running.kill()
            hosts.start("h2")
        done = hosts.run(*arguments, env=environment, cwd=everywhere.folder)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert len(everywhere.sharkd.loads) > len(NAMES), "it was reading something when it died"
        insist_on_same(server.url, undisturbed, tmp_path)


def test_a_parallel_that_is_killed(hosts, everywhere, undisturbed, tmp_path):
    need("parallel")
    pytest.importorskip("psycopg2", reason="python3-psycopg2 is not installed")
    with Postgres(address=CONTROL, network=NETWORK, before=hosts.inside) as server:
        everywhere.sharkd.set_pace(1)
        arguments = parallel_arguments(hosts, everywhere, server.network_url)
        environment = hosts.environment(IMPSVC=str(everywhere.program), CHUNK="2")
        running = Started(arguments, everywhere.folder / "log", before=hosts.inside, env=environment)
        everywhere.sharkd.wait_for(3)
        running.kill()
        everywhere.sharkd.set_pace(0)
        done = hosts.run(*arguments, env=environment, cwd=everywhere.folder)
        assert done.returncode == 0 and done.stderr == "", done
        insist_on_same(server.url, undisturbed, tmp_path)


def test_nobody_else_reaches_the_tests_slurm(slurm):
    """It believes what a client says about its user."""
    assert slurm.listens_on() == {"0100007F"}

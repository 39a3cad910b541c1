# Whatever is killed, and whenever: after another run the database is the same as if nothing had happened.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import random
import shutil
import signal
import threading
import time

import pytest

from collected import Collected
from disturbed import Running, SlowSharkd
from places import BUILD, CAPTURES
from postgres import Postgres
from started import is_alive, wait_until
from stubbed import open_folder
from the_command import Command

NAMES = ["trouble-refused", "trouble-filtered", "trouble-reversed", "trouble-cleartext", "trouble-exposed", "icmp-ping", "firewall-udp",
         "firewall-other-road", "cdp-agent-7999", "dns-53"]


@pytest.fixture(scope="module")
def captures():
    """A folder with some small captures."""
    folder = open_folder()
    for name in NAMES:
        shutil.copy(CAPTURES / f"{name}.pcapng", folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def impsvc(tmp_path):
    return Command(BUILD / "bin/impsvc", tmp_path / "home")


@pytest.fixture(scope="module")
def undisturbed(captures, tmp_path_factory):
    """All flows of these captures."""
    folder = tmp_path_factory.mktemp("undisturbed")
    collected = Collected(Command(BUILD / "bin/impsvc", folder / "home"), folder / "flows.db")
    collected.collect(captures)
    return collected.everything()


@pytest.fixture
def sharkd():
    with SlowSharkd() as slow:
        slow.set_pace(0.3)
        yield slow


@pytest.fixture
def sqlite(impsvc, tmp_path):
    return Collected(impsvc, tmp_path / "flows.db")


@pytest.fixture(params=["sqlite", "postgres"])
def collected(request, impsvc, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield Collected(impsvc, tmp_path / "flows.db")
    else:
        pytest.importorskip("psycopg2", reason="python3-psycopg2 is not installed")
        with Postgres() as running:
            yield Collected(impsvc, running.url)


def test_a_sharkd_that_is_killed_is_replaced(sqlite, sharkd, captures, undisturbed):
    with Running(sqlite, sharkd, "--jobs", "2", captures) as running:
        sharkd.wait_for(2)
        assert sharkd.kill()
        sharkd.wait_for(5)
        assert sharkd.kill()
        assert running.ends() == "10 files: 10 read\n"
    assert sqlite.everything() == undisturbed


def test_captures_whose_sharkds_are_killed_again_and_again_are_read_by_the_next_run(sqlite, sharkd, captures, undisturbed):
    over = threading.Event()

    def kill():
        while not over.wait(0.05):
            sharkd.kill()
    with Running(sqlite, sharkd, "--jobs", "2", captures) as running:
        sharkd.wait_for(3)
        killing = threading.Thread(target=kill)
        killing.start()
        said = running.ends(status=2)
        over.set()
        killing.join()
    assert "sharkd was stopped by SIGKILL" in said and "cannot be read" in said
    assert sqlite.reasons() == {}, "that somebody kills it says nothing of the captures"
    sqlite.collect(captures)
    assert sqlite.everything() == undisturbed


def test_collect_is_killed_at_any_time(collected, sharkd, captures, undisturbed):
    moments = random.Random(7)
    for _ in range(4):
        sharkd.forget()
        with Running(collected, sharkd, "--jobs", "2", captures) as running:
            wait_until(lambda: sharkd.loads or running.started.process.poll() is not None, "a capture that is begun")
            time.sleep(moments.uniform(0, 1))
            below = running.kill()
            wait_until(lambda: not any(map(is_alive, below)), "the end of what it has started")
    sharkd.set_pace(0)
    collected.collect(captures)
    assert collected.everything() == undisturbed
    assert collected.collect(captures) == "10 files: 0 read, 10 known already\n"


def test_postgresql_crashes_in_the_middle(impsvc, postgres, sharkd, captures, undisturbed):
    pytest.importorskip("psycopg2", reason="python3-psycopg2 is not installed")
    collected = Collected(impsvc, postgres.url)
    moments = random.Random(11)
    sharkd.set_pace(0.1)
    for _ in range(3):
        sharkd.forget()
        with Running(collected, sharkd, "--jobs", "2", captures) as running:
            wait_until(lambda: sharkd.loads or running.started.process.poll() is not None, "a capture that is begun")
            time.sleep(moments.uniform(0, 0.5))
            postgres.crash()
            said = running.ends(status=2)
        postgres.start()
        assert said.count("\n") == 1 and said.startswith(f"impsvc: {postgres.url}: "), said
    assert "connection refused" in said.lower() or "server closed the connection" in said or "No such file" in said, said
    collected.collect(captures)
    assert collected.everything() == undisturbed


def test_two_collects_at_once_share_the_work(collected, sharkd, captures, undisturbed):
    """On an empty database: both want to make its tables."""
    with Running(collected, sharkd, "--jobs", "2", captures) as one, Running(collected, sharkd, "--jobs", "2", captures) as other:
        said = one.ends() + other.ends()
    assert len(sharkd.loads) == 10, said
    assert collected.everything() == undisturbed


def test_two_collects_that_read_everything_again_do_not_stop_each_other(collected, sharkd, captures, undisturbed):
    collected.collect(captures)
    sharkd.set_pace(0)
    with Running(collected, sharkd, "--jobs", "2", "--again", captures) as one:
        with Running(collected, sharkd, "--jobs", "2", "--again", captures) as other:
            one.ends()
            other.ends()
    assert collected.everything() == undisturbed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_collect_ends_at_once_and_goes_on_later(sqlite, sharkd, captures, undisturbed, number):
    with Running(sqlite, sharkd, "--jobs", "1", captures) as running:
        sharkd.wait_for(3)
        sharkd.set_pace(60)
        sharkd.wait_for(4)
        running.signal(number)
        assert running.ends(status=2, patience=15) == "impsvc: interrupted: what was read is kept; run it again for the rest\n"
    assert sharkd.alive() == []
    assert {row["state"] for row in sqlite.rows("capture")} == {"done"}, "claims were given back"
    sharkd.set_pace(0)
    sharkd.forget()
    assert "known already" in sqlite.collect(captures, environment=sharkd.environment)
    assert 6 <= len(sharkd.loads) <= 7
    assert sqlite.everything() == undisturbed


def elsewhere():
    """What to put before a command so that it runs on what looks like another machine."""
    return ["unshare", "--uts", "sh", "-c", 'hostname elsewhere && exec "$@"', "sh"]


def test_what_another_machine_was_reading_when_it_died_is_read_after_the_lease(sqlite, sharkd, captures, undisturbed, needs_namespaces):
    sharkd.set_pace(60)
    with Running(sqlite, sharkd, "--jobs", "1", "--lease", "8", captures, before=elsewhere()) as running:
        sharkd.wait_for(1)
        running.kill()
    died = time.monotonic()
    sharkd.set_pace(0)
    assert sqlite.collect(captures) == "10 files: 10 read\n"
    assert time.monotonic() - died > 4
    assert sqlite.everything() == undisturbed


def test_what_this_machine_was_reading_when_collect_died_is_read_at_once(sqlite, sharkd, captures, undisturbed):
    sharkd.set_pace(60)
    with Running(sqlite, sharkd, "--jobs", "1", "--lease", "1000", captures) as running:
        sharkd.wait_for(1)
        running.kill()
        wait_until(lambda: sharkd.alive() == [], "the end of a sharkd that would go on for a minute")
    assert sqlite.collect(captures) == "10 files: 10 read\n"
    assert sqlite.everything() == undisturbed


def test_a_capture_that_takes_longer_than_the_lease_stays_with_its_reader(sqlite, sharkd, captures, undisturbed, needs_namespaces):
    sharkd.set_pace(6)
    capture = captures / "icmp-ping.pcapng"
    with Running(sqlite, sharkd, "--lease", "2", capture, before=elsewhere()) as one:
        sharkd.wait_for(1)
        with Running(sqlite, sharkd, "--lease", "2", capture) as other:
            assert one.ends() == "1 file: 1 read\n"
            assert other.ends() == "1 file: 0 read, 1 known already\n"
    assert len(sharkd.loads) == 1
    sqlite.collect(captures)
    assert sqlite.everything() == undisturbed


def test_a_sharkd_that_is_killed_before_it_reads_anything_is_replaced(sqlite, captures, undisturbed):
    """The first one is only asked for the plugin."""
    folder = open_folder()
    folder.chmod(0o777)
    program, mark = folder / "sharkd", folder / "was_here"
    program.write_text(f"#!/bin/sh\n[ -e {mark} ] || {{ touch {mark}; kill -9 $$; }}\nexec {shutil.which('sharkd')} \"$@\"\n", encoding="utf-8")
    program.chmod(0o755)
    done = sqlite.done(captures, environment={"IMPSVC_SHARKD": program})
    assert (done.returncode, done.stderr, mark.exists()) == (0, "", True)
    assert sqlite.everything() == undisturbed
    shutil.rmtree(folder)

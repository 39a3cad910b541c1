# The PostgreSQL of the tests is a real one: what it has promised outlives its crash.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import subprocess

import pytest

from postgres import NAME, Postgres
from run_tshark import as_ordinary_user
from started import is_alive, offspring


def test_committed_rows_outlive_a_crash(postgres):
    psycopg2 = pytest.importorskip("psycopg2", reason="python3-psycopg2 is not installed")
    with contextlib.closing(psycopg2.connect(postgres.url)) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE said (word text)")
        cursor.execute("INSERT INTO said VALUES ('committed')")
        connection.commit()
        cursor.execute("INSERT INTO said VALUES ('not committed')")
        killed = [postgres.postmaster.pid, *offspring(postgres.postmaster.pid)]
        postgres.crash()
        assert len(killed) > 3 and not any(map(is_alive, killed))
        with pytest.raises(psycopg2.OperationalError):
            cursor.execute("SELECT 1")
    postgres.start()
    assert postgres.rows("SELECT word FROM said") == ["committed"]
    assert "automatic recovery in progress" in postgres.log.read_text(encoding="utf-8")


def test_nothing_is_left_of_it():
    with Postgres() as postgres:
        folder, numbers = postgres.folder, [postgres.postmaster.pid, *offspring(postgres.postmaster.pid)]
        assert postgres.rows("SHOW listen_addresses") == [""]
        assert postgres.rows("SELECT current_user") == [NAME]
    assert not folder.exists() and not any(map(is_alive, numbers))


def test_no_root_runs_it_and_every_user_reaches_it(postgres):
    assert os.stat(f"/proc/{postgres.postmaster.pid}").st_uid != 0
    done = subprocess.run([*as_ordinary_user(), postgres.programs / "psql", "-XAtq", postgres.url, "-c", "SELECT 1"], cwd="/",
                          capture_output=True, encoding="utf-8", check=False)
    assert done.stdout == "1\n", done.stderr

# A PostgreSQL of the test's own, in a temporary folder, that can crash: made by initdb and run as an ordinary user, reached over a
# Unix socket, and over a network only if that is one of the test's own.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from run_tshark import as_ordinary_user
from started import Started
from stubbed import open_folder

NAME = "impsvc"     # of the database, and of its user
# It writes what it promises to the disk: a crash is to find everything that was committed.
SETTINGS = {"fsync": "on", "shared_buffers": "16MB", "max_connections": "50", "logging_collector": "off"}


def programs():
    """The folder with initdb and postgres: Debian keeps them out of PATH, one folder a version."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders.sort(key=lambda folder: [int(number) for number in re.findall(r"\d+", str(folder))])
    found = shutil.which("initdb")
    if not folders and not found:
        pytest.skip("PostgreSQL's initdb is not installed")
    return folders[-1] if folders else Path(found).parent


class Postgres:
    """Used in a with statement: runs within it, and leaves nothing."""

    def __init__(self, address="", network="", before=()):
        """Listens on address, too, for everybody in network ("10.0.0.0/24"); before is what enters the namespace that has them."""
        self.programs, self.address, self.network, self.before = programs(), address, network, list(before)

    def __enter__(self):
        self.folder = open_folder()
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.postmaster = None
        try:
            self._create()
            self.start()
            self._run("createdb", "-h", self.folder, "-U", NAME, NAME)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def url(self):
        """For programs of this machine."""
        return f"postgresql:///{NAME}?host={self.folder}&user={NAME}"

    @property
    def network_url(self):
        """For the hosts of network."""
        return f"postgresql://{NAME}@{self.address}/{NAME}"

    def start(self):
        """Once more, after a crash. Returns when it takes connections."""
        settings = {**SETTINGS, "listen_addresses": self.address, "unix_socket_directories": self.folder}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.postmaster = Started([self.programs / "postgres", "-D", self.data, *words], self.log, when_orphaned="QUIT",
                                  before=[*self.before, *as_ordinary_user()], cwd=self.folder)
        self.postmaster.ready(self._takes_connections, "PostgreSQL")

    def stop(self):
        if self.postmaster:
            self.postmaster.stop(signal.SIGINT)     # without waiting for clients

    def crash(self):
        """kill -9 of the server and of all its backends. What is on the disk stays; start() starts it again."""
        self.postmaster.kill()

    def rows(self, query):
        """What psql prints of a query: a list of lines, with | between the columns."""
        return self._run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", query).splitlines()

    def _create(self):
        if as_ordinary_user():
            os.chown(self.folder, 65534, 65534)
        self._run("initdb", "-D", self.data, "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        if self.network:
            with open(self.data / "pg_hba.conf", "a", encoding="utf-8") as rules:
                rules.write(f"host all all {self.network} trust\n")

    def _takes_connections(self):
        """The server writes its state into the last line of this file; after a crash an older one's is still there."""
        file = self.data / "postmaster.pid"
        lines = file.read_text(encoding="utf-8").split("\n") if file.exists() else []
        return lines[0:1] == [str(self.postmaster.pid)] and lines[7:8] != [] and lines[7].strip() == "ready"

    def _run(self, program, *arguments):
        done = subprocess.run([*as_ordinary_user(), self.programs / program, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, encoding="utf-8", check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert done.returncode == 0, f"{program} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

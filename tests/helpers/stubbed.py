# Runs the commands of tools/ on a machine that is as a test says: with stubs first in PATH, so that nothing is installed, and
# without programs that this machine may have.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from places import SOURCE

# Packages are there unless $MISSING names them.
DPKG_QUERY = """for last; do :; done
case " $MISSING " in *" $last "*) exit 1 ;; esac
printf "ii "
"""


@functools.lru_cache(maxsize=None)
def programs(without):
    """A folder with all programs of this machine's PATH but those that are left out."""
    folder = open_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for program in place.iterdir() if place.is_dir() else ():
            if program.name not in without and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return folder


def open_folder():
    """A folder that an ordinary user, too, can enter: for root, tshark runs as nobody."""
    folder = Path(tempfile.mkdtemp(prefix="impsvc-tests-"))
    folder.chmod(0o755)
    return folder


class Machine:
    """A machine with a PATH of its own: stubs, and everything of this one's PATH but what is left out."""

    def __init__(self, *without):
        self.bin, self.environment = open_folder(), {}
        self.path = f"{self.bin}{os.pathsep}{programs(without)}"
        if "dpkg-query" not in without:
            self.stub("dpkg-query", DPKG_QUERY)
        self.stub("apt-get", 'echo "the test would have run apt-get $*"; exit 100\n')

    def close(self):
        shutil.rmtree(self.bin, ignore_errors=True)

    def stub(self, name, script):
        """A program that does what these lines of sh say."""
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}")
        path.chmod(0o755)

    def user(self, number):
        """Make commands believe that this is their user."""
        self.stub("id", f'case $1 in -u|-g) echo {number} ;; *) exec {shutil.which("id")} "$@" ;; esac\n')

    def run(self, *command, tree=SOURCE, **environment):
        """Run a command of the tree; its exit status, its output and what it says beside that."""
        done = subprocess.run([tree / command[0], *command[1:]], stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              check=False, timeout=300, env={**os.environ, "LC_ALL": "C.UTF-8", **self.environment, **environment,
                                                             "PATH": self.path})
        return done.returncode, done.stdout, done.stderr


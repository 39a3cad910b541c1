# Runs the command impsvc as its user does, with a HOME that has no settings but the test's. Run by root, it is root's.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import subprocess

from places import SOURCE
from run_tshark import IN_LARGE_PIECES, data_without_long_lists

TIMEOUT = 120


def copy_tree(folder):
    """Puts the parts of the source tree that the command needs into a folder; the command there."""
    for name in ("tools/impsvc", "tools/packaging", "catalog"):
        shutil.copytree(SOURCE / name, folder / name)
    shutil.copy(SOURCE / "CMakeLists.txt", folder)
    return folder / "tools/impsvc/main.py"


class Command:
    def __init__(self, program, home):
        self.program, self.home = program, home
        self.settings = home / ".config/wireshark"
        self.settings.mkdir(parents=True, exist_ok=True)

    def environment(self, **more):
        ours = ("XDG_", "WIRESHARK_", "IMPSVC_", "LANG", "LC_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours) or name == "IMPSVC_TSHARK"}
        return {**kept, **data_without_long_lists(), **IN_LARGE_PIECES, "HOME": str(self.home), "LC_ALL": "C.UTF-8", **{name: str(value) for name, value in more.items()}}

    def done(self, *arguments, environment=(), **options):
        """What became of it."""
        options = options if "input" in options else {"stdin": subprocess.DEVNULL, **options}
        return subprocess.run([str(self.program), *map(str, arguments)], capture_output=True, timeout=TIMEOUT, check=False,
                              env=self.environment(**dict(environment)), **{"encoding": "utf-8", **options})

    def says(self, *arguments, status=0, **options):
        """What it prints; it must have nothing to complain about."""
        done = self.done(*arguments, **options)
        assert (done.returncode, done.stderr) == (status, "")
        return done.stdout

    def refuses(self, *arguments, **options):
        """What it complains about: an error, and no result."""
        done = self.done(*arguments, **options)
        assert done.returncode == 2 and done.stdout == "", done
        return done.stderr

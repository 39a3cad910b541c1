# Where tree and build are, and how the tests run commands.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import subprocess
import sys

from places import BUILD, SOURCE, need

# By the end of their names (.md, .ja.md), the README of each language and the reference, in this order: the man page is made of them.
PAGES = {ending: (SOURCE / f"README{ending}", SOURCE / f"plugin/REFERENCE{ending}")
         for ending in sorted(path.name[len("README"):] for path in SOURCE.glob("README*.md"))}
sys.path.insert(0, str(SOURCE / "tools" / "packaging"))


def run(*command, failing=False, **options):
    """Run a command that must succeed, or must fail; what it says."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
                          check=False, stdin=subprocess.DEVNULL, **options)
    assert (done.returncode != 0) == failing, f"{command} ended with {done.returncode}: {done.stdout}"
    return done.stdout


def cached(name):
    """A variable in the build's cache, or None."""
    for line in (BUILD / "CMakeCache.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}:"):
            return line.split("=", 1)[1]
    return None


def files(folder):
    """All files below a folder, by their names there."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}

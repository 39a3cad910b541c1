# Unit tests compiled for Windows, and run by Debian's wine without a display.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from places import CACHE

WINE = Path("/usr/lib/wine/wine64")
SERVER = Path("/usr/lib/wine/wineserver64")
# Wine's own DLLs, where Debian's package for this processor has them.
DLLS = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")

# Where "tools/setup windows" puts GLib and cmocka.
LIBRARIES = CACHE / "windows-libraries-1"

# What the unit tests take of POSIX.
INET_H = "#define WIN32_LEAN_AND_MEAN\n#include <winsock2.h>\n#include <ws2tcpip.h>\n"


def need_wine():
    """Skips a test where there is no wine, or nothing for Windows to link it to."""
    for path in (WINE, SERVER, DLLS):
        if not path.exists():
            pytest.skip("Debian's wine64 is not installed")
    if not LIBRARIES.exists():
        pytest.skip(f"no GLib and cmocka for Windows in {LIBRARIES}: tools/setup windows makes them")


class Outcome(NamedTuple):
    """What cmocka says at its end."""
    run: int
    passed: int
    failed: int


def outcome(said):
    """From what a unit test's program prints; AssertionError if it did not get to its end."""
    counts = {word: re.findall(rf"^\[\s*{mark}\s*\] (\d+) test", said, re.M)
              for word, mark in (("run", "=+"), ("passed", "PASSED"), ("failed", "FAILED"))}
    assert counts["passed"], said
    return Outcome(int(counts["run"][-1]), int(counts["passed"][-1]), int((counts["failed"] or ["0"])[-1]))


class Wine:
    """A Windows of its own in a folder: nothing is installed in it, its system's DLLs are links to wine's own."""

    def __init__(self, folder):
        system = folder / "drive_c" / "windows" / "system32"
        system.mkdir(parents=True)
        for dll in DLLS.iterdir():
            (system / dll.name).symlink_to(dll)
        (folder / "dosdevices").mkdir()
        (folder / "dosdevices" / "c:").symlink_to("../drive_c")
        (folder / "dosdevices" / "z:").symlink_to("/")
        (folder / ".update-timestamp").write_text("disable\n")      # or wine would copy 700 MB into it
        self.environment = {**os.environ, "WINEPREFIX": str(folder), "WINEDEBUG": "-all", "HOME": str(folder), "WINEPATH": f"Z:{LIBRARIES}"}
        self.environment.pop("DISPLAY", None)

    def run(self, program):
        """What a program prints, and its exit status."""
        done = subprocess.run([WINE, program], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              errors="replace", timeout=300, check=False)
        return done.stdout + done.stderr, done.returncode

    def end(self):
        subprocess.run([SERVER, "-k"], env=self.environment, capture_output=True, check=False)

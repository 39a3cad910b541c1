# What the tests of the profile start from: Wireshark with the plugin, and the profile made afresh in both languages.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import shutil
import subprocess
import sys

import pytest

from places import SOURCE
from with_plugin import alone, capture_path, pytest_configure, wireshark
sys.path[:0] = [str(SOURCE / "catalog"), str(SOURCE / "catalog" / "profile")]

NAME = "IM and Presence"


def make(output, *arguments, catalog=SOURCE / "catalog", version="1.0"):
    """Run make.py as the build does."""
    return subprocess.run([sys.executable, SOURCE / "catalog/profile/make.py", "--output", output, "--catalog", catalog,
                           "--version", version, *arguments], capture_output=True, encoding="utf-8")


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The folder that make.py wrote."""
    folder = tmp_path_factory.mktemp("made")
    done = make(folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture(scope="session", params=["en", "ja"])
def profile(made, request):
    """The profile's folder, in either language."""
    return made / NAME if request.param == "en" else made / request.param / NAME


def give(wireshark, folder, name=NAME, **files):
    """Give Wireshark's user a profile, with some files written otherwise; its folder."""
    target = wireshark.folder / "home/.config/wireshark/profiles" / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    for file, text in files.items():
        (target / file).write_text(text, encoding="utf-8")
    subprocess.run(["chmod", "-R", "a+rwX", wireshark.folder / "home"], check=True)
    return target


def tshark(wireshark, *arguments, **environment):
    """(output, what it says beside that) of tshark."""
    done = subprocess.run(wireshark.command(*arguments), env={**wireshark.environment(), **environment},
                          cwd=wireshark.folder, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr

# Wireshark's own tests go the same way with the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import subprocess
import sys
from pathlib import Path

import pytest

import golden
from conftest import WIRESHARK_SOURCE, needs_source, takes_long
from places import BUILD

RUN = Path(__file__).with_name("run")


def run(*arguments):
    return subprocess.run([sys.executable, RUN, "--plugin-dir", BUILD / "plugins", *arguments], capture_output=True, text=True)


@needs_source
@pytest.mark.parametrize("suites,fewest,fewest_of_newer", [(["suite_follow.py", "suite_outputformats.py"], 4, 1),
                                                          pytest.param([], 400, 400, marks=takes_long)], ids=["two suites", "all suites"])
def test_wiresharks_own_tests_go_as_without_the_plugin(alone, suites, fewest, fewest_of_newer):
    """The tests are 4.0's: some do not pass on newer ones, with or without the plugin."""
    done = run(WIRESHARK_SOURCE, *suites)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = [int(number) for number in re.findall(r"(\d+) passed", done.stdout)]
    assert len(passed) == 2 and passed[0] == passed[1] >= (fewest if golden.version(alone) == "4.0" else fewest_of_newer)


def test_a_tree_without_tests_is_refused(tmp_path):
    done = run(tmp_path)
    assert done.returncode == 1 and "no Wireshark test suite" in done.stderr

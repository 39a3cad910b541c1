# A test with many parameters is run with fewer combinations of them; none of what it was written for may be lost by that.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import itertools
import os
import re
import subprocess
import sys

import pytest

import pairs
from places import SOURCE


def product(**values):
    return [dict(zip(values, one)) for one in itertools.product(*values.values())]


@pytest.mark.parametrize("combinations,number", [
    (product(kind="abcdefg", version="46", passes="12"), 14), (product(kind="abc", port="xyz", known="no", passes="12"), 9),
    ([{"a": "1", "b": "1", "c": "1"}], 1), ([{"a": "1", "b": "1", "c": "1"}, {"a": "1", "b": "2", "c": "2"}], 2)],
    ids=["three", "four", "one", "no-product"])
def test_every_two_values_still_meet(combinations, number):
    chosen = [combinations[index] for index in pairs.enough(combinations)]
    assert len(chosen) == number
    assert set().union(*map(pairs.pairs_of, chosen)) == set().union(*map(pairs.pairs_of, combinations))


def test_two_processes_choose_the_same():
    """pytest-xdist ends a run whose processes have collected different tests."""
    combinations = product(kind="abcdefg", version="46", passes="12", known="no")
    assert pairs.enough(combinations) == pairs.enough([dict(reversed(list(one.items()))) for one in combinations])


def test_versions_that_share_the_tests_leave_none_out(tmp_path):
    """Each of the newer versions runs a part in CI."""
    (tmp_path / "test_one.py").write_text("import pytest\n\n\n@pytest.mark.parametrize('number', range(20))\ndef test_it(number):\n    pass\n",
                                          encoding="utf-8")
    (tmp_path / "conftest.py").write_text((SOURCE / "tests/conftest.py").read_text(encoding="utf-8"), encoding="utf-8")
    ran = []
    for part in ("1/2", "2/2"):
        said = subprocess.run([sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", tmp_path], capture_output=True, encoding="utf-8",
                              env=dict(os.environ, IMPSVC_PART=part, PYTHONPATH=str(SOURCE / "tests/helpers"))).stdout
        ran.append(set(re.findall(r"test_it\[(\d+)\] PASSED", said)))
    assert ran[0] | ran[1] == set(map(str, range(20))) and not ran[0] & ran[1] and min(map(len, ran)) > 0

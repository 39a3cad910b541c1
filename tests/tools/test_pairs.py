# A test with many parameters is run with fewer combinations of them; none of what it was written for may be lost by that.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import itertools

import pytest

import pairs


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

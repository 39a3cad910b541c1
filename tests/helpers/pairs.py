# Of a test with three or more parameters, as many combinations as make each pair of values meet once. Mistakes that need three
# values at once are rare, and a tshark for each combination is dear. With IMPSVC_LONG=1 every combination is run.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import itertools


def pairs_of(combination):
    """The pairs of a combination {name: value}, each as ((name, value), (name, value))."""
    return set(itertools.combinations(sorted(combination.items()), 2))


def enough(combinations):
    """The indices of combinations that have all pairs of all of them: the one with most new pairs first, of equals the earlier one."""
    wanted = [pairs_of(one) for one in combinations]
    missing, chosen = set().union(*wanted), []
    while missing:
        best = max(range(len(wanted)), key=lambda index: (len(wanted[index] & missing), -index))
        missing -= wanted[best]
        chosen.append(best)
    return sorted(chosen)


def parameters(item):
    """{name: value as text} of one of pytest's items."""
    return {name: repr(value) for name, value in item.callspec.params.items()} if hasattr(item, "callspec") else {}


def thinned(items):
    """What is kept of pytest's items."""
    by_function = {}
    for item in items:
        by_function.setdefault((item.path, getattr(item, "originalname", item.name), item.cls), []).append(item)
    kept = set()
    for of_one in by_function.values():
        combinations = [parameters(item) for item in of_one]
        if len(combinations[0]) < 3:
            kept.update(of_one)
        else:
            kept.update(of_one[index] for index in enough(combinations))
    return [item for item in items if item in kept]

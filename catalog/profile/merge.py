# SPDX-License-Identifier: GPL-2.0-or-later
"""Brings a list of a person's up to date without losing what is theirs.

Three lists: base, what was installed last time; theirs, what the file holds
now; ours, what is to be installed. What stands in theirs as in base was not
touched: it is replaced, or removed if ours has it no more. All else is the
person's: their own items, ours that they changed, and that they removed some.
"""

from typing import NamedTuple


class Merged(NamedTuple):
    items: list
    added: int
    replaced: int
    removed: int
    changed: list       # keys of items of ours that the person has changed, and which stay so
    dropped: list       # keys of items of ours that the person has removed, and which stay away
    own: int


def merge(base, theirs, ours, at_end=True):
    """base has (key, value) pairs, None if nobody knows what was installed; theirs and ours are lists of Items.

    New items go where ours has them: behind the item that precedes them there. Where none of ours is
    in the list, they go to its end or, if not at_end, to its beginning.
    """
    installed = set(base or ())
    installed_keys = {key for key, _ in installed}
    new = {item.key: item for item in ours if item.key is not None}
    items, met, changed = [], set(), []
    replaced = removed = own = 0
    for item in theirs:
        untouched = (item.key, item.value) in installed
        if item.key is None or item.key in met or not (untouched or item.key in new or item.key in installed_keys):
            items.append(item)
            own += item.key is not None
            continue
        met.add(item.key)
        if untouched and item.key not in new:
            removed += 1
        elif untouched and item.value != new[item.key].value:
            items.append(new[item.key]._replace(hidden=item.hidden))
            replaced += 1
        else:
            items.append(item)
            if not untouched and (item.key not in new or item.value != new[item.key].value):
                changed.append(item.key)
    dropped = [key for key in new if key in installed_keys and key not in met]
    missing = [key for key in new if key not in met and key not in dropped]
    _insert(items, ours, missing, at_end)
    return Merged(items, len(missing), replaced, removed, changed, dropped, own)


def _insert(items, ours, missing, at_end):
    for number, item in enumerate(ours):
        if item.key not in missing:
            continue
        keys = [each.key for each in items]
        before = [keys.index(each.key) + 1 for each in ours[:number] if each.key in keys]
        behind = [keys.index(each.key) for each in ours[number + 1:] if each.key in keys]
        items.insert(before[-1] if before else behind[0] if behind else len(items) if at_end else 0, item)

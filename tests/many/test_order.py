# The same captures give the same database, to the byte: in any order, by any number of readers, in any number of runs, however often.
# Which files they are is chosen at random, but the same in each run of this test.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import random
import shutil

import pytest

import pcapng
from collected import Collected
from lab_hosts import nodes_file
from places import CAPTURES, CLUSTER

FIREWALL = sorted(CAPTURES.glob("firewall-*.pcapng"))


def in_rings(parts, folder, chance):
    """Two rings, one of each interface, whose files overlap or do not."""
    made = []
    for number, packets in enumerate([[each for each in parts.packets if each.interface == side] for side in range(parts.interfaces)]):
        at = 0
        while at < len(packets):
            count, overlap = chance.randint(100, 400), chance.choice([0, 0, 60])
            made.append(pcapng.together(folder / f"{number}-{at:05}.pcapng", parts, packets[at:at + count + overlap]))
            at += count
    return made


def at_random(parts, folder, chance):
    """Each packet in some of the files, whatever connection it is of."""
    heaps = [[] for _ in range(5)]
    for packet in parts.packets:
        for heap in chance.sample(heaps, chance.choice([1, 1, 1, 2])):
            heap.append(packet)
    return [pcapng.together(folder / f"{number}.pcapng", parts, heap) for number, heap in enumerate(heaps)]


def by_time(parts, folder, chance):
    """Pieces of any length, some of which are parts of others."""
    cuts = sorted(chance.sample(range(1, len(parts.packets)), 5))
    bounds = [*zip([0, *cuts], [*cuts, len(parts.packets)]), (cuts[0], cuts[3])]
    return [pcapng.together(folder / f"{first}-{last}.pcapng", parts, parts.packets[first:last]) for first, last in bounds]


@pytest.mark.parametrize("seed, how, captures", [
    (1, in_rings, FIREWALL), (2, at_random, FIREWALL), (3, by_time, FIREWALL), (4, by_time, [CLUSTER]), (5, at_random, [CLUSTER])],
    ids=["rings", "at-random", "by-time", "cluster-by-time", "cluster-at-random"])
def test_order_repetition_and_readers_do_not_matter(impsvc, tmp_path, seed, how, captures):
    chance = random.Random(seed)
    (tmp_path / "files").mkdir()
    files = how(pcapng.merged(captures), tmp_path / "files", chance)
    one = Collected(impsvc, tmp_path / "one.db")
    one.collect("--jobs", "1", *files)
    other = Collected(impsvc, tmp_path / "other.db")
    copies = [shutil.copy(each, f"{each}.copy") for each in chance.sample(files, 2)]
    shuffled = chance.sample([*files, *copies], len(files) + 2)
    cut = sorted(chance.sample(range(1, len(shuffled)), 2))
    for some in (shuffled[:cut[0]], shuffled[cut[0]:cut[1]], shuffled[cut[1]:], chance.sample(files, 2)):
        other.collect("--jobs", "8", *some)
    other.collect("--jobs", "8", "--again", chance.choice(files))
    assert other.everything() == one.everything()


def test_which_hosts_are_in_which_file_does_not_matter(impsvc, tmp_path):
    """As several machines record some hosts each, all the time."""
    chance = random.Random(6)
    parts, configured = pcapng.merged(FIREWALL), ["--nodes", nodes_file(tmp_path / "nodes")]
    one, other = Collected(impsvc, tmp_path / "one.db"), Collected(impsvc, tmp_path / "other.db")
    framed = pcapng.framed(parts)
    one.collect(*configured, pcapng.together(tmp_path / "whole.pcapng", framed, framed.packets))
    heaps, of_hosts = [[] for _ in range(4)], {}
    for packet in parts.packets:
        of_hosts.setdefault(pcapng.hosts_of(packet), chance.choice(heaps)).append(packet)
    marks = [packet for packet in framed.packets if packet.block not in {each.block for each in parts.packets}]
    assert all(heaps) and len(marks) == 4
    other.collect(*configured, *(pcapng.together(tmp_path / f"{number}.pcapng", parts, [*marks[:2], *heap, *marks[2:]])
                                 for number, heap in enumerate(heaps)))
    assert other.flows() == one.flows()

# What goes on for days is one flow a day where it is no connection: or whoever collects a year would join all of it again with each capture.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import random
import subprocess

import pytest

from collected import Collected
from places import CAPTURES

DAY = 86_400
NAMES = ("ntp-123", "ike-500", "mdns-5353", "icmp-ping")


@pytest.fixture
def days(tmp_path):
    """Captures of the same on five days."""
    return [later(CAPTURES / f"{name}.pcapng", day * DAY, tmp_path / f"{name}-{day}.pcapng") for name in NAMES for day in range(5)]


def later(capture, seconds, made):
    subprocess.run(["editcap", "-t", str(seconds), capture, made], check=True)
    return made


def flows_by_day(collected):
    found = {}
    for flow in collected.flows():
        found.setdefault(flow["first_seen"][:10], []).append((flow["ends"], flow["entry"], flow["result"], flow["packets_to"]))
    return found


def test_each_day_has_its_flows(impsvc, tmp_path, days):
    collected = Collected(impsvc, tmp_path / "days.db")
    collected.collect(*days)
    first, *others = flows_by_day(collected).values()
    assert len(others) == 4 and first
    assert all(sorted(other) == sorted(first) for other in others)


def test_days_may_come_in_any_order(impsvc, tmp_path, days):
    one, other = (Collected(impsvc, tmp_path / f"{name}.db") for name in ("one", "other"))
    one.collect(*days)
    chance = random.Random(7)
    mixed = chance.sample(days, len(days))
    for some in (mixed[:3], mixed[3:11], mixed[11:]):
        other.collect(*some)
    assert other.everything() == one.everything()

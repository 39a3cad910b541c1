# The plan beside what was seen: what the port list wants between the configured hosts, and no capture has shown yet.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from cluster import DIRECTORY, PUB, STRANGER, SUB, Scene, node
from port_list import ENTRIES
from test_check import check

OUTSIDE = "External corporate directory"
HOSTS = (*node(PUB), *node(SUB, "IM and Presence subscriber"), *node(DIRECTORY, OUTSIDE))
PLAN = re.compile(r"of (\d+) planned paths (\d+) get through, (\d+) are blocked, (\d+) were not seen")


@pytest.fixture
def scene(capture_path):
    made = Scene()
    made.call(SUB, PUB, 7400)
    made.knock(PUB, DIRECTORY, 389, answered=False)
    made.write(capture_path)
    return capture_path


def planned(wireshark, path, *options):
    """The rows that are not seen, and the four numbers of the last one."""
    rows = check(wireshark, path, "", *options)
    numbers = [int(number) for number in PLAN.search(rows[-1]["Evidence"]).groups()]
    return [row for row in rows if row["Result"] == "not seen"], numbers


def test_what_the_list_wants_and_nobody_has_seen_is_a_row(wireshark, scene):
    rows, (all_of_them, through, blocked, not_seen) = planned(wireshark, scene, *HOSTS)
    assert (through, blocked) == (1, 1) and not_seen == len(rows) == all_of_them - 2
    asked = {(row["Entry"], row["From"], row["To"]) for row in rows}
    assert ("22.4", PUB, f"{SUB}:7400") in asked and ("22.4", SUB, f"{PUB}:7400") not in asked
    assert ("5.1", SUB, f"{DIRECTORY}:389") in asked and ("5.1", PUB, f"{DIRECTORY}:389") not in asked
    assert all(row["Tries"] == row["Answered"] == 0 and row["By"] == "-" for row in rows)


def test_localhost_services_and_hosts_nobody_configured_are_in_no_plan(wireshark, scene):
    local = {entry.id for entry in ENTRIES if entry.reach == "localhost"}
    rows, _ = planned(wireshark, scene, *HOSTS)
    assert local and not {row["Entry"] for row in rows} & local
    assert {row["From"] for row in rows} | {row["To"].rpartition(":")[0] or row["To"] for row in rows} == {PUB, SUB, DIRECTORY}


def test_without_configured_nodes_there_is_no_plan(wireshark, scene):
    rows = check(wireshark, scene)
    assert {row["Result"] for row in rows} == {"open", "refused"}


def test_a_host_with_two_roles_has_the_paths_of_both(wireshark, scene):
    rows, _ = planned(wireshark, scene, *HOSTS, *node(DIRECTORY, "NTP server"))
    assert {"5.1", "18.1"} <= {row["Entry"] for row in rows if row["To"].startswith(DIRECTORY)}


def test_a_prefix_is_seen_when_one_of_its_hosts_is(wireshark, scene):
    rows, (_, through, blocked, _) = planned(wireshark, scene, *node(PUB), *node(SUB, "IM and Presence subscriber"), *node("10.3.0.0/24", OUTSIDE))
    assert (through, blocked) == (1, 1)
    assert ("5.1", SUB, "10.3.0.0/24:389") in {(row["Entry"], row["From"], row["To"]) for row in rows}


def test_a_plan_that_nobody_can_read_is_counted_and_left_out(wireshark, scene):
    hosts = [option for number in range(200) for option in node(f"10.1.{number // 100}.{number % 100 + 11}")]
    hosts += [option for number in range(200) for option in node(f"10.9.{number // 100}.{number % 100 + 1}", "XMPP client")]
    rows = check(wireshark, scene, "", *hosts)
    assert re.fullmatch(r"it has \d{6,} paths, more than 100000: only those that were seen are here", rows[-1]["Evidence"])
    assert "not seen" not in {row["Result"] for row in rows}


def test_a_stranger_blocked_is_no_part_of_the_plan(wireshark, capture_path):
    made = Scene()
    made.call(SUB, PUB, 7400)
    made.knock(STRANGER, PUB, 8443, answered=False)
    _, (_, through, blocked, _) = planned(wireshark, made.write(capture_path), *HOSTS)
    assert (through, blocked) == (1, 0)

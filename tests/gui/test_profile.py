# The profile in a window of 1280 x 800: columns that are not cut, and its I/O graphs.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import subprocess

import pytest

import desktop as driver
import window
from conftest import BUILD, CLUSTER, SOURCE
from desktop import until
from reading import is_read

import formats

SIZE = (1280, 800)
LIST = (0, 90, 1233)       # heads and rows, up to the map of colours beside the scroll bar
GRAPHS = (1150, 720)
PLOT = (75, 40, 1050, 455)      # in the window of graphs
FIRST_BOX = (42, 600)           # of the graphs' list, which is below


def opened(language, folder):
    """Wireshark with the cluster's first two minutes, which have something of every group."""
    capture = folder / "two-minutes.pcapng"
    subprocess.run(["tshark", "-n", "-r", CLUSTER, "-Y", "frame.time_relative < 130", "-w", capture], check=True, capture_output=True)
    with driver.Desktop(*SIZE) as desktop:
        yield window.Wireshark(desktop, BUILD, capture, language=language, size=SIZE, panes=(500, 200))


@pytest.fixture(scope="module")
def small(programs, tmp_path_factory):
    yield from opened("en", tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def small_japanese(programs, tmp_path_factory):
    yield from opened("ja", tmp_path_factory.mktemp("small"))


def test_info_has_350_pixels(small):
    heads = {word.text: word.left for word in small.main.picture().crop(*LIST[:3], 26).words(layout=6)}
    assert LIST[2] - heads["Info"] >= 348, heads        # the text begins two pixels after the column


@pytest.mark.parametrize("entry", ["2.5", "22.4", "24.1", "28.1", "23.1", "22.1"])
def test_number_time_protocol_and_service_are_not_cut(small, entry):
    row = small.tshark("-2", "-n", "-r", small.capture, "-C", window.PROFILE, "-Y", f'impsvc.entry == "{entry}"', "-T", "fields", "-e",
                       "frame.number", "-e", "frame.time_relative", "-e", "_ws.col.Protocol", "-e", "impsvc.service").splitlines()[0]
    number, time, *texts = row.split("\t")
    small.filter(f"frame.number == {number}")
    until("the packet alone is displayed", window.SECONDS, lambda: small.displayed() == 1)
    lines = small.main.picture().crop(*LIST[:3], 60).lines(layout=6)
    for wanted in (number, time[:-3], *texts):
        assert is_read(wanted, lines), (wanted, lines)


def group_colours():
    with open(SOURCE / "catalog/groups.csv", encoding="utf-8", newline="") as file:
        return {row["slug"]: bytes.fromhex(row["background"][1:]) for row in csv.DictReader(file)}


def pixels(picture):
    return {picture.pixels[at:at + 3] for at in range(0, len(picture.pixels), 3)}


@pytest.mark.parametrize("language", ["small", "small_japanese"], ids=["en", "ja"])
def test_the_graphs_have_a_bar_for_each_group_and_marks_for_what_was_blocked(request, language):
    dialog = request.getfixturevalue(language).io_graphs().shape(*GRAPHS)
    wanted = set(group_colours().values())
    assert len(wanted) == 12
    drawn = until("the bars of all groups are drawn", window.SECONDS,
                  lambda: (found := pixels(dialog.picture().crop(*PLOT))) >= wanted and found)
    dialog.close()
    assert any(red > 120 and green < 110 and blue < 110 for red, green, blue in drawn)      # the marks are dark red


def test_a_graph_switched_off_is_saved_and_is_the_only_one_that_differs(small):
    """upgrade.py takes for the person's what is not as it was installed, so Wireshark must write the others as we do."""
    path = small.desktop.home / ".config/wireshark/profiles" / window.PROFILE / "io_graphs"
    before = [item for item in formats.parse("io_graphs", formats.read(path)) if item.key is not None]
    dialog = small.io_graphs().shape(*GRAPHS)
    small.settle(dialog)
    dialog.click(FIRST_BOX)
    small.settle(dialog)
    dialog.close()
    after = until("Wireshark writes the graphs", window.SECONDS, lambda: (
        items := [item for item in formats.parse("io_graphs", formats.read(path)) if item.key is not None]) != before and items)
    assert [(item.key, item.value) for item in after[1:]] == [(item.key, item.value) for item in before[1:]]
    assert (after[0].key, after[0].value) == ("SIP", ("Disabled", *before[0].value[1:]))

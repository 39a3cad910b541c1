# What people see of the captures must not change unnoticed: each answer was read
# once, and a different one has to be read again (tools/golden shows the diff,
# tools/golden --update accepts it).
#
# SPDX-License-Identifier: GPL-2.0-or-later

import functools

import pytest

import golden

SHOWN = 60      # lines of a difference that a failure prints


@pytest.fixture(scope="module")
def words(wireshark):
    return golden.words_of(wireshark)


@pytest.fixture(scope="module")
def running(wireshark):
    return golden.version(wireshark)


@pytest.mark.parametrize("capture", golden.captures(), ids=lambda capture: capture.stem)
def test_the_plugin_says_of_a_capture_what_was_read_and_accepted(wireshark, recorded, words, running, capture):
    if not golden.comparable(capture, running):
        pytest.skip(f"written with Wireshark {golden.WRITTEN_WITH}; this is {running}")
    for suffix, text in golden.outputs(wireshark, capture, words, functools.partial(recorded.rows, capture.name)).items():
        shown = golden.difference(golden.golden_file(capture, suffix), text).splitlines()
        if shown:
            more = [f"... {len(shown) - SHOWN} more lines: tools/golden {capture.stem}"] if len(shown) > SHOWN else []
            pytest.fail("\n".join(shown[:SHOWN] + more), pytrace=False)


def test_no_golden_file_is_left_without_its_capture():
    assert golden.left_over() == []


FRAMES = "frame\tends\timpsvc.entry\n1\ta > b\n2\tb > a\t2.1\n3\tb > a\t2.1\n"


@pytest.mark.parametrize("before,after", [("1\ta > b\n", "1\ta > b\t2.1\n"), ("3\tb > a\t2.1", "3\tb > a\t2.2"), ("\t2.1\n3", "\n3")])
def test_another_answer_for_one_frame_changes_what_is_summed_up(before, after):
    assert before in FRAMES and golden.summed_up(FRAMES.replace(before, after)) != golden.summed_up(FRAMES)
    assert golden.summed_up(FRAMES) == "impsvc.entry\tof 3 frames\n2.1\t2-3\n"


def test_without_a_file_nothing_may_be_said(tmp_path):
    assert golden.difference(tmp_path / "none", "") == "" != golden.difference(tmp_path / "none", "10.0.0.1\t1\n")

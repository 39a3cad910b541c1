# What README shows of impsvc summary, which tools/demo runs, is what it prints.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from places import CLUSTER, SOURCE

pytestmark = pytest.mark.any_version


@pytest.mark.parametrize("readme,language", [("README.md", "en"), ("README.ja.md", "ja")])
def test_the_readmes_screen_is_a_part_of_the_summary(impsvc, readme, language):
    """Who compares the README with what they see must find each line there, in that order."""
    text = (SOURCE / readme).read_text(encoding="utf-8")
    shown = [line[4:] for line in re.search(r"<!-- output -->\n((?: {4}.*\n|\n)+)", text)[1].splitlines() if line]
    printed = impsvc.says("summary", "--language", language, CLUSTER).splitlines()
    assert len(shown) >= 8 and [line for line in shown if line not in printed] == []
    assert [printed.index(line) for line in shown] == sorted(printed.index(line) for line in shown)

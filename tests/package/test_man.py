# The man page: made from README and reference, readable by every reader of man pages.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import shutil
from pathlib import Path

import pytest

from paths import BUILD, PAGES as SOURCES, need, run     # first: it says where the other two are
from man import page
from readme import Mistake, parts

# Each page, and the files it is made from.
PAGES = {BUILD / "impsvc.7": SOURCES[".md"], BUILD / "ja" / "impsvc.7": SOURCES[".ja.md"]}
SMALL = """# x

<!-- man: name NAME
impsvc - a plugin
-->
<!-- man: description DESCRIPTION -->
It **annotates**.
<!-- man: end -->

Not this.

## Fields
<!-- man: fields -->

| field | type | says |
|---|---|---|
| `impsvc.a` | text | one or \\| other |

## Other

Nor this: 1. 2. 3.

## Statistics
<!-- man: statistics -->

    tshark -z 'x'
    .dot 'quote

## Preferences
<!-- man: preferences -->

- one:

      code in it

  and more
- two
"""


every_page = pytest.mark.parametrize("made_page", PAGES, ids=lambda path: str(path.relative_to(BUILD)))


def rendered(path, width=200):
    need("groff")
    text = run("groff", "-man", "-Tutf8", "-ww", "-k", "-P-c", f"-rLL={width}n", path)
    return re.sub(".\b", "", text)


def made(tmp_path, text):
    path = tmp_path / "page.7"
    path.write_text("\n".join(page({"README.md": text}, "1.2", "2025-01-31")) + "\n", encoding="utf-8")
    return path


@every_page
@pytest.mark.parametrize("command", [
    "man --warnings -E UTF-8 -Tutf8 -P cat -l", "groff -man -Tutf8 -ww -k -z", "mandoc -Tlint -Wwarning"])
def test_readers_have_no_complaints(command, made_page):
    need(command.split()[0])
    said = run(*command.split(), made_page)
    assert not re.search(r"warning:|error:|WARNING|troff|impsvc\.7:", said), said


@every_page
def test_the_page_can_be_found_by_what_it_is(made_page):
    need("lexgrog")
    assert re.search(r'"impsvc - .*Wireshark', run("lexgrog", made_page))


@every_page
def test_the_page_has_every_row_of_the_tables_that_are_marked(made_page):
    text = re.sub(r"\s+", "", rendered(made_page).replace("‐", "-"))
    marked = [part for path in PAGES[made_page] for part in parts(path.read_text(encoding="utf-8"))]
    rows = [row for part in marked for block in part.blocks for row in block.rows[1:]]
    cells = [re.sub(r"[`*\s]|\]\([^)]*\)|\[", "", cell) for row in rows for cell in row]
    assert len(cells) > 100 and [cell for cell in cells if cell not in text] == []


@every_page
def test_no_word_is_hyphenated(made_page):
    assert re.findall(r".*‐\n", rendered(made_page, 60)) == []


def test_japanese_fills_its_lines_and_breaks_them_at_the_right_marks(tmp_path):
    text = rendered(made(tmp_path, SMALL.replace("- two", "あいう「えお」、ーっ" * 30)), 60)
    lines = [line.strip() for line in text.splitlines() if "えお" in line]
    assert "".join(lines) == "あいう「えお」、ーっ" * 30
    assert all(len(line) in range(22, 28) for line in lines[:-1])       # two columns each, seven for the margin
    assert [line for line in lines if line[0] in "」、ーっ" or line[-1] == "「"] == []


def test_man_shows_the_japanese_page_to_who_reads_japanese(tmp_path):
    need("man", "localedef")
    if not Path("/usr/share/i18n/locales/ja_JP").exists():
        pytest.skip("the locales' sources are not installed")
    run("localedef", "-i", "ja_JP", "-f", "UTF-8", tmp_path / "ja_JP.UTF-8")
    for made_page in PAGES:
        folder = tmp_path / made_page.relative_to(BUILD).parent / "man7"
        folder.mkdir(parents=True)
        shutil.copy(made_page, folder)
    shown = {}
    for locale in ("C", "ja_JP.UTF-8"):
        where = dict(os.environ, MANPATH=str(tmp_path), LOCPATH=str(tmp_path), LC_ALL=locale)
        shown[locale] = re.sub(".\b", "", run("man", "--warnings", "-P", "cat", "impsvc", env=where))
    assert "DESCRIPTION" in shown["C"] and "説明" not in shown["C"]
    assert "\n説明\n" in shown["ja_JP.UTF-8"] and "warning" not in shown["ja_JP.UTF-8"]


def test_the_page_has_what_is_marked_and_nothing_else(tmp_path):
    text = rendered(made(tmp_path, SMALL))
    assert [line for line in text.splitlines() if line and not line.startswith(" ")][1:-1] == [
        "NAME", "DESCRIPTION", "FIELDS", "STATISTICS", "PREFERENCES"]
    for wanted in ("It annotates.", "field (type): says", "impsvc.a (text)", "one or | other", "tshark -z 'x'", ".dot 'quote",
                   "code in it", "and more", "impsvc 1.2", "2025-01-31"):
        assert wanted in text
    assert "this" not in text


def test_parts_of_a_second_file_follow_those_of_the_first(tmp_path):
    first, second = SMALL.split("## Statistics")
    made_page = tmp_path / "page.7"
    made_page.write_text("\n".join(page({"a": first, "b": f"## Statistics{second}"}, "1.2", "2025-01-31")) + "\n", encoding="utf-8")
    text = rendered(made_page)
    assert text.index("one or | other") < text.index("tshark -z 'x'") < text.index("code in it")


def test_a_mistake_in_a_second_file_is_named_with_that_file():
    first, second = SMALL.split("## Statistics\n")
    second = f"## Statistics\n{second}"
    for changed, mistake in ((second.replace("- two", "1. two"), "b: line 15: neither text"),
                             (f"{second}\n## Fields\n<!-- man: fields -->\n", "b: a second part fields, which another file has")):
        with pytest.raises(Mistake) as raised:
            list(page({"a": first, "b": changed}, "1.2", "2025-01-31"))
        assert str(raised.value).startswith(mistake)


def test_another_language_needs_no_other_program(tmp_path):
    text = rendered(made(tmp_path, SMALL.replace("## Fields", "## フィールド").replace("one or", "一つか")))
    assert "フィールド" in text and "一つか | other" in text


@pytest.mark.parametrize("changed,mistake", [
    (("| `impsvc.a` | text | one", "| `impsvc.a` | one"), "line 17: 2 cells, but the table's head has 3"),
    (("|---|---|---|\n", ""), "line 15: a table needs a head, a line of --- and rows"),
    (("<!-- man: fields -->", "<!-- man: -->"), "line 13: not a mark for the man page"),
    (("<!-- man: fields -->", "Text.\n<!-- man: fields -->"), "line 14: the part fields follows no heading"),
    (("<!-- man: fields -->", "<!-- man: statistics -->"), "a second part statistics"),
    (("<!-- man: fields -->", ""), "no part is marked <!-- man: fields -->"),
    (("- two", "1. two"), "neither text, table, list of -, nor indented code: 1. two"),
    (("- two", "- two\n  - three"), "line 38: no item in an item"),
    (("`impsvc.a`", "`impsvc.a"), "a ` without another"),
    (("**annotates**", "**annotates"), "** without another")])
def test_what_is_not_understood_is_named_with_its_line(changed, mistake):
    assert SMALL.count(changed[0]) == 1
    with pytest.raises(Mistake) as raised:
        list(page({"README.md": SMALL.replace(*changed)}, "1.2", "2025-01-31"))
    assert mistake in str(raised.value)

# README and reference, and so the man page, have every name that the plugin registers, and no other. What the plugin registers is in
# tests/contract.txt, which test_contract.py holds against the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from paths import PAGES, SOURCE
from readme import code, parts

CONTRACT = (SOURCE / "tests" / "contract.txt").read_text(encoding="utf-8").splitlines()
# A filter's or preference's name; in "impsvc.so" the end is a file's.
NAME = re.compile(r"\bimpsvc\.(?!(?:so|dll)\b|\d)[a-z_.]*[a-z_]")

every_language = pytest.mark.parametrize("ending", PAGES)


def registered(kind):
    """What the contract has of a kind: names and what is said of them."""
    found = [re.fullmatch(rf"{kind} (\S+?)(?:: (.*))?", line) for line in CONTRACT]
    return [(match[1], match[2] or "") for match in found if match]


PROBLEMS = {name for name, about in registered("field") if about.startswith("FT_NONE")}
FIELDS = {name: re.match(r"FT_([A-Z]+)", about)[1] for name, about in registered("field") if name not in PROBLEMS}


def part(ending, name):
    found = [part for path in PAGES[ending] for part in parts(path.read_text(encoding="utf-8")) if part.name == name]
    assert len(found) == 1, f"{[path.name for path in PAGES[ending]]} have {len(found)} parts {name}"
    return found[0]


def rows(part):
    return [row for block in part.blocks if block.kind == "table" for row in block.rows[1:]]


def test_there_is_a_readme():
    assert len(PAGES) > 1 and FIELDS and PROBLEMS


@every_language
def test_every_field_has_a_row(ending):
    named = [name for row in rows(part(ending, "fields")) for name in code(row[0])]
    assert sorted(named) == sorted({"impsvc", *FIELDS})


@every_language
def test_a_fields_type_is_that_of_the_plugin(ending):
    words = {}
    for row in rows(part(ending, "fields")):
        for name in code(row[0]):
            # "text, repeats" is text; a number is one whatever its size.
            words.setdefault(re.split(r"[,、]", row[1])[0], set()).add(re.sub("UINT.*", "UINT", FIELDS.get(name, "protocol")))
    assert {word: kinds for word, kinds in words.items() if len(kinds) > 1} == {}, "one word for several types"
    assert len(words) == len(set.union(*words.values())), "several words for one type"


@every_language
def test_words_of_numbers_are_in_the_fields_row(ending):
    said = {name: row[-1] for row in rows(part(ending, "fields")) for name in code(row[0])}
    missing = []
    for line in CONTRACT:
        value = re.fullmatch(r"value (\S+): (\d+) = (.*)", line)
        if value and value[1] != "impsvc.table" and f"{value[2]} `{value[3]}`" not in said[value[1]]:
            missing.append(line)
    assert missing == []


@every_language
def test_every_problem_has_a_filter(ending):
    named = {name for row in rows(part(ending, "filters")) for name in code(row[-1])}
    assert named & PROBLEMS == PROBLEMS


@every_language
def test_every_preference_and_table_of_the_users_has_a_row(ending):
    wanted = {name for kind in ("preference", "table") for name, _ in registered(kind)}
    assert {name for row in rows(part(ending, "preferences")) for name in code(row[0])} == wanted


@every_language
def test_what_is_on_or_off_by_default_is_said_so(ending):
    said = {name: code(row[1]) for row in rows(part(ending, "preferences")) for name in code(row[0])}
    wanted = {name: [re.match(r"default (\w+)", about)[1].upper()] for name, about in registered("preference") if "yes or no" in about}
    assert {name: said[name] for name in wanted} == wanted


@every_language
def test_every_statistic_has_a_command(ending):
    commands = [line for block in part(ending, "statistics").blocks if block.kind == "code" for line in block.lines]
    named = {name for line in commands for name in re.findall(r"-z '?(impsvc\w*(?:,tree|,flows|,nodes|,records|,check|,rules)?)", line)}
    assert named == {name for name, _ in registered("statistics")}


@every_language
def test_no_name_is_made_up(ending):
    known = {name for kind in ("field", "preference") for name, _ in registered(kind)}
    said = "\n".join(path.read_text(encoding="utf-8") for path in PAGES[ending])
    assert set(NAME.findall(said)) - known == set()

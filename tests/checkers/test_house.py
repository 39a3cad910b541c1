# The folders of plugin/ show a packet's way: each uses only those below it, and core/ and flows/ know no Wireshark. A
# room that looks up makes circles, which nobody can take apart again.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import re

import pytest

from tree import BUILD, HEADERS, PLUGIN, SOURCES

# From top to bottom; "" is plugin.c. What each is for stands in plugin/README.md.
FOLDERS = ("", "dissect", "annotate", "firewall", "records", "statistics", "identify", "language", "wireshark", "rules", "joins", "flows",
           "lists", "core")
WITHOUT_WIRESHARK = ("rules", "joins", "flows", "lists", "core")
MADE_BY_THE_BUILD = ("catalog_protocols.h",)
MOST_SOURCES = 16
LONGEST = 350

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
OF_WIRESHARK = re.compile(r"^(epan|wsutil|wiretap|ui|ws_\w+\.h)\b")


def complaint(folder, target, quoted):
    """What is wrong with an include in a file of a folder, or None."""
    if not quoted:
        if folder in WITHOUT_WIRESHARK and OF_WIRESHARK.match(target):
            return f"{folder}/ knows no Wireshark: what needs {target} belongs into wireshark/ or above"
        return None
    if target in MADE_BY_THE_BUILD:
        return None
    if "/" not in target:
        return f'name the folder: "core/{target}" if it is in core/'
    below = target.rsplit("/", 1)[0]
    if below not in FOLDERS:
        return f"there is no folder {below}/ in plugin/"
    if FOLDERS.index(below) < FOLDERS.index(folder):
        return f"{folder}/ is below {below}/: move what is asked for down, or the asker up"
    return None


def complaints(path, folder, text):
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        wrong = found and complaint(folder, found[2], found[1] == '"')
        if wrong:
            yield f"{path}:{number}: {line.strip()}: {wrong}"


def folder_of(path):
    return "/".join(path.relative_to(PLUGIN).parts[:-1])


@pytest.mark.parametrize("path", SOURCES + HEADERS, ids=lambda path: path.name)
def test_includes_run_down(path):
    assert folder_of(path) in FOLDERS, f"{path}: the folders of plugin/ are {', '.join(FOLDERS[1:])}"
    assert list(complaints(path, folder_of(path), path.read_text())) == []


def test_only_plugin_c_stands_beside_the_folders():
    assert [path.name for path in SOURCES + HEADERS if folder_of(path) == ""] == ["plugin.c"]


@pytest.mark.parametrize("folder, line, sentence", [
    ("wireshark", '#include "identify/identity.h"', "wireshark/ is below identify/"),
    ("core", "#include <epan/packet.h>", "core/ knows no Wireshark"),
    ("flows", '#include "wireshark/compat.h"', "flows/ is below wireshark/"),
    ("annotate", '#include "fields.h"', "name the folder"),
    ("annotate", '#include "helpers/text.h"', "there is no folder helpers/"),
])
def test_an_include_that_runs_up_is_named_with_its_line(folder, line, sentence):
    wrong, = complaints("room.c", folder, f"/* room.c */\n{line}\n")
    assert wrong.startswith(f"room.c:2: {line}: ") and sentence in wrong


@pytest.mark.parametrize("folder, line", [("annotate", '#include "annotate/fields.h"'), ("plugin", "#include <glib.h>"),
                                          ("core", "#include <glib.h>"), ("dissect", '#include "core/catalog.h"')])
def test_an_include_that_runs_down_is_fine(folder, line):
    assert list(complaints("room.c", "" if folder == "plugin" else folder, line)) == []


def circle(uses):
    """Rooms of which each uses the next and the last the first, or nothing."""
    done, way = set(), []

    def walk(room):
        if room in way:
            return way[way.index(room):]
        if room in done:
            return []
        way.append(room)
        found = next(filter(None, map(walk, sorted(uses.get(room, ())))), [])
        way.pop()
        done.add(room)
        return found

    return next(filter(None, map(walk, sorted(uses))), [])


def test_rooms_make_no_circle():
    uses = {}
    for path in SOURCES + HEADERS:
        room = str(path.relative_to(PLUGIN).with_suffix(""))
        quoted = (INCLUDE.match(line) for line in path.read_text().splitlines())
        uses.setdefault(room, set()).update(found[2].rsplit(".", 1)[0] for found in quoted if found and found[1] == '"')
        uses[room].discard(room)
    assert circle(uses) == []


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}}) == []


@pytest.mark.parametrize("folder", WITHOUT_WIRESHARK)
def test_the_build_gives_no_wireshark_to_the_core(folder):
    commands = [entry["command"] for entry in json.loads((BUILD / "compile_commands.json").read_text())
                if f"/plugin/{folder}/" in entry["file"]]
    assert commands and not [command for command in commands if "wireshark" in re.sub(r"\S*/plugin/\S*|-o \S+", "", command)]


@pytest.mark.parametrize("folder", FOLDERS[1:])
def test_no_folder_is_crowded(folder):
    sources = [path for path in SOURCES if folder_of(path) == folder]
    assert 1 <= len(sources) <= MOST_SOURCES


@pytest.mark.parametrize("path", SOURCES + HEADERS, ids=lambda path: path.name)
def test_no_room_is_long(path):
    assert len(path.read_text().splitlines()) <= LONGEST

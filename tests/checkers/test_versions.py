# One source for all versions of Wireshark: only plugin/wireshark/compat.h asks which one it is.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from tree import HEADERS, PLUGIN, SOURCE, SOURCES

# Not a question but the answer Wireshark wants: the version the plugin is built for.
EXPORTED = re.compile(r"^WS_DLL_PUBLIC_DEF const int plugin_want_(major|minor) = VERSION_\w+;$")
GUARD = re.compile(r"^#\s*ifndef IMPSVC_\w+_H$")
CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|else)\b")
VERSION = re.compile(r"\b(WIRESHARK_)?VERSION_(MAJOR|MINOR|MICRO|PATCH)\b|\bWIRESHARK_VERSION\b|ws_version\.h")


def questions(text, conditions_allowed=False):
    """The lines of a file that ask for a version, or that any condition makes different from one version to another."""
    return [f"{number}: {line}" for number, line in enumerate(text.splitlines(), 1)
            if (VERSION.search(line) and not EXPORTED.match(line))
            or (CONDITION.match(line) and not GUARD.match(line) and not conditions_allowed)]


@pytest.mark.parametrize("path", [path for path in SOURCES + HEADERS if path.name != "compat.h"],
                         ids=lambda path: path.name)
def test_nothing_in_the_plugin_but_compat_h_depends_on_a_version(path):
    assert questions(path.read_text()) == []


@pytest.mark.parametrize("path", sorted((SOURCE / "tests").glob("*/*.[ch]")), ids=lambda path: path.name)
def test_no_test_in_c_asks_for_a_version_of_wireshark(path):
    assert questions(path.read_text(), conditions_allowed=True) == []


def test_compat_h_does_ask():
    assert questions(next(PLUGIN.rglob("compat.h")).read_text())


@pytest.mark.parametrize("line", [
    "#if VERSION_MAJOR == 4", "#  if VERSION_MINOR < 4", "#ifdef WS_PLUGIN_DESC_DISSECTOR", "#elif 1", "#ifndef wmem_packet_scope",
    "    if (VERSION_MINOR > 4)", '#include <ws_version.h>', "int major = VERSION_MAJOR;"])
def test_a_question_is_seen(line):
    assert questions(f"#ifndef IMPSVC_SOMETHING_H\n{line}\n") == [f"2: {line}"]

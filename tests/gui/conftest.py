# What the tests of the window start from: one Wireshark for each language, on a display of its own.
#
# A program that is missing skips them with that reason, or fails them with IMPSVC_GUI=required; IMPSVC_GUI=no skips
# them. A display or font that is not to be had fails them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import sys

import pytest

from places import BUILD, CLUSTER, SOURCE
from with_plugin import pytest_configure
sys.path[:0] = [str(SOURCE / "tools" / "gui"), str(SOURCE / "catalog" / "profile")]

import desktop as driver
import picture
import window


def need_programs():
    if os.environ.get("IMPSVC_GUI") == "no":
        pytest.skip("IMPSVC_GUI=no")
    try:
        driver.need_programs({**driver.PROGRAMS, **window.PROGRAMS, **picture.TESSERACT})
    except driver.Missing as missing:
        if os.environ.get("IMPSVC_GUI") == "required":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def programs():
    need_programs()


def run(language):
    try:
        with driver.Desktop() as desktop:
            opened = window.Wireshark(desktop, BUILD, CLUSTER, language=language)
            yield opened
    except driver.Unusable as reason:
        pytest.fail(str(reason), pytrace=False)


@pytest.fixture(scope="session")
def english(programs):
    yield from run("en")


@pytest.fixture(scope="session")
def japanese(programs):
    yield from run("ja")


@pytest.fixture(autouse=True)
def what_was_on_the_screen(request, tmp_path_factory):
    """Keeps a picture of the screen when a test fails, and says where."""
    before = request.session.testsfailed
    yield
    for name in ("english", "japanese", "small", "own"):
        if request.session.testsfailed > before and name in request.fixturenames:
            path = tmp_path_factory.mktemp("screen") / f"{request.node.name}.png"
            request.getfixturevalue(name).desktop.picture().save(path)
            print(f"the screen was: {path}")


@pytest.fixture(scope="session")
def rows(english):
    """Of each packet, by its number: the colouring rule, its entry and service, as tshark tells them with the same profile."""
    names = ("frame.number", "frame.coloring_rule.name", "impsvc.entry", "impsvc.service", "tcp.len", "tcp.dstport")
    wanted = [part for name in names for part in ("-e", name)]
    text = english.tshark("-2", "-n", "-r", CLUSTER.name, "-C", window.PROFILE, "--color", "-T", "fields", *wanted)
    return {int(row.split("\t")[0]): dict(zip(names, row.split("\t"))) for row in text.splitlines()}

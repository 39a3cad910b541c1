# Why the tests of the window cannot run is said, and at once: programs that are missing skip them, no display and no font
# fail them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import desktop

ONE_TEST = [Path(__file__).with_name("test_window.py"), "-k", "names_its_columns and service"]
NO_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/nonexistent</dir></fontconfig>
"""


def outcome(**environment):
    """(exit status, output, seconds) of the tests of the window, one of them, in another environment."""
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-ra", "-p", "no:xdist", *ONE_TEST],
                          env={**os.environ, "IMPSVC_GUI": "", **environment}, capture_output=True, encoding="utf-8", timeout=60)
    return done.returncode, done.stdout + done.stderr, time.monotonic() - began


@pytest.fixture
def only(tmp_path):
    """A PATH with all programs of this one but some, and some replaced by shell scripts; it takes name=script or name=None."""
    def make(**programs):
        for folder in reversed(os.environ["PATH"].split(":")):
            for path in Path(folder).iterdir() if Path(folder).is_dir() else []:
                link = tmp_path / path.name
                if path.name not in programs:
                    link.unlink(missing_ok=True)
                    link.symlink_to(path)
        for name, script in programs.items():
            if script:
                (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
                (tmp_path / name).chmod(0o755)
        # Those of root's tests run as nobody.
        for folder in (tmp_path, *tmp_path.parents):
            if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o055)
        return str(tmp_path)
    return make


def test_a_missing_program_skips_and_is_named_with_its_package(only):
    status, output, _ = outcome(PATH=only(Xvfb=None, tesseract=None))
    assert status == 0 and "1 skipped" in output
    for missing in ("not installed: ", "Xvfb (package xvfb)", "tesseract (package tesseract-ocr)"):  # a root lacks others, too
        assert missing in output


def test_a_missing_program_fails_where_the_window_is_required(only):
    status, output, _ = outcome(PATH=only(openbox=None), IMPSVC_GUI="required")
    assert status == 1 and "openbox (package openbox)" in output and "skipped" not in output


def test_no_display_fails_with_what_the_server_says(programs, only):
    status, output, seconds = outcome(PATH=only(Xvfb="echo 'cannot open any display' >&2; exit 1"))
    assert status == 1 and "no display: Xvfb ended with 1: cannot open any display" in output
    assert seconds < 15


def test_no_font_for_japanese_fails_with_that_reason(programs, tmp_path):
    path = tmp_path / "fonts.conf"
    path.write_text(NO_FONTS, encoding="utf-8")
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    status, output, seconds = outcome(FONTCONFIG_FILE=str(path))
    assert status == 1 and 'no font with letters for the language "ja"' in output and "fonts-noto-cjk" in output
    assert seconds < 30


def test_a_server_that_says_nothing_is_not_waited_for_long(programs, only, monkeypatch):
    monkeypatch.setattr(desktop, "DISPLAY_SECONDS", 1)
    with pytest.raises(desktop.Unusable, match="no display: .*/Xvfb named none within 1 s"):
        desktop.Desktop(server=f"{only(Xvfb='exec sleep 20')}/Xvfb").__enter__()


def test_what_does_not_come_is_named():
    with pytest.raises(desktop.Late, match="not within 0.2 s: the moon"):
        desktop.until("the moon", 0.2, lambda: False)

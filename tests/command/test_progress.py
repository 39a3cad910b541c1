# Somebody who waits sees that a capture is being read, on a terminal only, and nothing is left of that on the screen.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import io
import sys
import time

import pytest

from places import SOURCE

sys.path.append(str(SOURCE / "tools/impsvc"))
import progress                     # noqa: E402
from say import Say                 # noqa: E402


class Terminal(io.StringIO):
    is_one = True

    def isatty(self):
        return self.is_one


@pytest.fixture
def terminal(monkeypatch):
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


def wait(seconds):
    with progress.Progress("big.pcap", Say("en")):
        time.sleep(seconds)


def test_nothing_is_said_if_it_takes_no_time(terminal):
    wait(0)
    assert terminal.getvalue() == ""


def test_what_takes_longer_is_said_and_wiped(terminal, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    wait(0.5)
    said = terminal.getvalue()
    assert said.startswith("\rimpsvc: reading big.pcap, ") and said.endswith("\r\x1b[K") and "\n" not in said


def test_a_log_gets_nothing(terminal, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    terminal.is_one = False
    wait(0.5)
    assert terminal.getvalue() == ""

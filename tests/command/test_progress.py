# Somebody who waits sees that a capture is being read, on a terminal only, and nothing is left of that on the screen.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import io
import sys
import time

from places import SOURCE

sys.path.append(str(SOURCE / "tools/impsvc"))
import progress                     # noqa: E402
from say import Say                 # noqa: E402


class Terminal(io.StringIO):
    is_one = True

    def isatty(self):
        return self.is_one


def shown_during(monkeypatch, seconds, is_terminal=True):
    """What is shown to somebody who waits so long."""
    shown = Terminal()
    shown.is_one = is_terminal
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    with progress.Progress("big.pcap", Say("en")):
        time.sleep(seconds)
    return shown.getvalue()


def test_nothing_is_said_if_it_takes_no_time(monkeypatch):
    assert shown_during(monkeypatch, 0) == ""


def test_what_takes_longer_is_said_and_wiped(monkeypatch):
    said = shown_during(monkeypatch, 1)
    assert said.startswith("\rimpsvc: reading big.pcap, ") and said.endswith("\r\x1b[K") and "\n" not in said


def test_a_log_gets_nothing(monkeypatch):
    assert shown_during(monkeypatch, 0.5, is_terminal=False) == ""

# How far a collect is: one line that changes on a terminal, and plain lines in a log.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import io
import os
import pty
import re
import shutil
import subprocess
import sys
import time

import pytest

from collected import Collected
from disturbed import SlowSharkd
from places import CAPTURES, SOURCE

sys.path.append(str(SOURCE / "tools/impsvc"))
from many import telling            # noqa: E402
from say import Say                 # noqa: E402


@pytest.fixture
def captures(tmp_path):
    folder = tmp_path / "captures"
    folder.mkdir()
    for name in ("trouble-refused", "firewall-other-road", "trouble-filtered"):
        shutil.copy(CAPTURES / f"{name}.pcapng", folder)
    return folder


def on_terminal(command, *arguments, environment):
    """What a command writes to a terminal of 100 columns beside its output; its output; its status."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([command.program, *arguments], stdout=subprocess.PIPE, stderr=theirs, stdin=subprocess.DEVNULL,
                          env=command.environment(COLUMNS=100, **environment), encoding="utf-8") as started:
        os.close(theirs)
        shown = b""
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:         # nobody has the terminal any more
                break
            if not data:
                break
            shown += data
        output = started.stdout.read()
    os.close(ours)
    return shown.decode(), output, started.returncode


def test_a_terminal_shows_files_bytes_rate_and_the_time_that_is_left(impsvc, captures, tmp_path):
    (captures / "x.pcap").write_text("no capture\n" * 9, encoding="utf-8")
    with SlowSharkd() as sharkd:
        sharkd.set_pace(1.2)
        shown, output, status = on_terminal(impsvc, "collect", "--jobs", "1", "--db", tmp_path / "x.db", captures, environment=sharkd.environment)
    assert (output, status) == ("4 files: 3 read, 1 cannot be read\n", 2)
    steps = [step for step in re.split(r"\r\x1b\[K", shown) if step.startswith("impsvc: ")]
    assert any(re.fullmatch(r"impsvc: 1 of 4 files, [\d.]+ kB of 23\.9 kB, [\d.]+ k?B/s, \d+:\d\d left", step) for step in steps), shown
    assert any(re.fullmatch(r"impsvc: 0 of 4 files, 0 B of 23\.9 kB", step) for step in steps), shown
    assert all(len(step) < 100 for step in steps if ".pcap" not in step)
    complaint, = [step for step in steps if "x.pcap" in step]
    assert complaint.startswith("impsvc: The file ") and complaint.endswith("\r\n"), "a complaint stays, in a line of its own"
    assert shown.endswith("\r\x1b[K"), "nothing is left of the line"


class Log(io.StringIO):
    def isatty(self):
        return False


def test_a_log_gets_plain_lines_now_and_then(monkeypatch):
    log = Log()
    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr(telling, "ELSEWHERE", 0.05)
    with telling.Telling(20, 50_000_000, Say("en")) as told:
        told.began -= 100
        told.add(10_000_000, True)
        time.sleep(0.3)
        told.complain("x.pcap: is no capture")
        told.now("joining the flows of several captures")
        time.sleep(0.3)
    lines = log.getvalue().splitlines()
    assert "\r" not in log.getvalue() and "\x1b" not in log.getvalue()
    assert lines[0] == "impsvc: 1 of 20 files, 10.0 MB of 50.0 MB, 99.9 kB/s, 6:40 left" or lines[0].endswith("100 kB/s, 6:40 left")
    assert "impsvc: x.pcap: is no capture" in lines and lines[-1] == "impsvc: joining the flows of several captures"


def test_a_short_collect_says_nothing_meanwhile(impsvc, captures, tmp_path):
    assert Collected(impsvc, tmp_path / "x.db").collect(captures) == "3 files: 3 read\n"


@pytest.mark.parametrize("size, text", [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (123_456, "123 kB"), (5_000_000_000, "5.0 GB"),
                                        (7_000_000_000_000, "7.0 TB"), (7_000_000_000_000_000, "7000 TB")])
def test_amounts(size, text):
    assert telling.amount(size) == text


@pytest.mark.parametrize("seconds, text", [(0, "0:00"), (59.6, "1:00"), (125, "2:05"), (3725, "1:02:05"), (360_000, "100:00:00")])
def test_durations(seconds, text):
    assert telling.duration(seconds) == text

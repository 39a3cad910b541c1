# How far the collection is: one line that changes, on a terminal; elsewhere a line now and then.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import sys
import threading
import time

import screen

ON_TERMINAL, ELSEWHERE = 0.5, 30        # seconds between two lines


class Telling:
    """Used in a with statement; files and bytes are all that there is to do."""

    def __init__(self, files, size, say):
        self.files, self.size, self.say = files, size, say
        self.done_files = self.done_bytes = self.read_bytes = 0
        self.lock = threading.Lock()
        self.stop = threading.Event()
        self.is_terminal = sys.stderr.isatty()
        self.began = time.monotonic()
        self.doing = None
        self.thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        self._clear()

    def add(self, size, is_read):
        """A file is done; is_read: it took the time to read it."""
        with self.lock:
            self.done_files += 1
            self.done_bytes += size
            self.read_bytes += size if is_read else 0

    def now(self, doing):
        """What is done in place of reading files; None: reading goes on."""
        self.doing = doing

    def complain(self, sentence):
        """A line that stays."""
        with self.lock:
            self._clear()
            print(f"impsvc: {sentence}", file=sys.stderr, flush=True)

    def _clear(self):
        if self.is_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _tell(self):
        while not self.stop.wait(ON_TERMINAL if self.is_terminal else ELSEWHERE):
            with self.lock:
                line = f"impsvc: {self.line()}"
                if self.is_terminal:
                    print("\r\x1b[K" + screen.cut(line, screen.size()[0] - 1), end="", file=sys.stderr, flush=True)
                else:
                    print(line, file=sys.stderr, flush=True)

    def line(self):
        """Files, bytes, rate, and the time that is left."""
        if self.doing:
            return self.doing
        seconds = max(time.monotonic() - self.began, 0.001)
        rate = self.read_bytes / seconds
        left = self.size - self.done_bytes
        parts = [self.say(f"{self.done_files} of {self.files} files", f"{self.files} ファイル中 {self.done_files}"),
                 self.say(f"{amount(self.done_bytes)} of {amount(self.size)}", f"{amount(self.size)} 中 {amount(self.done_bytes)}")]
        if rate:
            parts += [f"{amount(rate)}/s", self.say(f"{duration(left / rate)} left", f"残り {duration(left / rate)}")]
        return self.say(", ", "、").join(parts)


def amount(size):
    """Of bytes: 3.2 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, "TB" if unit == "GB" else unit
    else:
        unit = "TB"
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"


def duration(seconds):
    """2:05, 1:02:05"""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

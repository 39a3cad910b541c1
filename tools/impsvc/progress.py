# Says on a terminal that a capture is being read, if that takes longer than people wait without a sign.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import sys
import threading
import time

PATIENCE = 1.5      # seconds


class Progress:
    def __init__(self, name, say):
        self.text = say(f"reading {name}", f"{name} を読み込み中")
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._tell, daemon=True) if sys.stderr.isatty() else None

    def __enter__(self):
        if self.thread:
            self.thread.start()

    def __exit__(self, *_):
        self.done.set()
        if self.thread:
            self.thread.join()

    def _tell(self):
        begin, wait, told = time.monotonic(), PATIENCE, False
        while not self.done.wait(wait):
            print(f"\rimpsvc: {self.text}, {time.monotonic() - begin:.0f} s", end="", file=sys.stderr, flush=True)
            wait, told = 1, True
        if told:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

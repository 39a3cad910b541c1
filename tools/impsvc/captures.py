# Several captures, one after the other. One that cannot be read is named, and the others are read nevertheless.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import sys

from say import Failure


class Captures:
    def __init__(self, tshark, names):
        self.tshark, self.names = tshark, names
        self.failures = []              # sentences
        self.is_damaged = False

    @property
    def is_wrong(self):
        return bool(self.failures) or self.is_damaged

    def read(self, read):
        """What read(capture) returns for each that can be read."""
        for name in self.names:
            try:
                one = read(self.tshark.open(name))
            except Failure as failure:
                print(f"impsvc: {failure}", file=sys.stderr)
                self.failures.append(str(failure))
                continue
            self.is_damaged |= bool(self.tshark.damaged)
            yield one

    def say_incomplete(self):
        """For a result that does not say so itself."""
        if self.tshark.incomplete:
            print(f"impsvc: {self.tshark.incomplete}", file=sys.stderr)

# What a report reads of a capture beside its paths, in the same run of tshark: what is exposed, and the rules that are missing.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from dialects import Rules
from exposed import Exposed


class ReportReader:
    def __init__(self, dialect):
        self.exposed, self.rules = Exposed(), Rules(dialect, "missing")
        self.arguments = (*self.exposed.arguments, *self.rules.arguments)

    def take(self, lines):
        """Reads its own lines, and passes on the others."""
        return self.rules.take(self.exposed.take(lines))

# A database of captures, filled by impsvc collect and read by impsvc query.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import io

SUMS = ("packets_to", "bytes_to", "retransmissions_to", "packets_back", "bytes_back", "retransmissions_back")


class Collected:
    def __init__(self, command, db):
        self.command, self.db = command, str(db)

    def done(self, *arguments, **options):
        """What becomes of a collect with these arguments."""
        return self.command.done("collect", "--db", self.db, *arguments, **options)

    def collect(self, *arguments, **options):
        """A collect that has nothing to complain about; what it says."""
        done = self.done(*arguments, **options)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def complaints(self, *arguments, **options):
        """A collect that ends with status 2; what it complains about."""
        done = self.done(*arguments, **options)
        assert done.returncode == 2 and "Traceback" not in done.stderr, done
        return done.stderr

    def query(self, *arguments, **options):
        """What a query says; whether something is blocked is not asked."""
        done = self.command.done("query", "--db", self.db, *arguments, **options)
        assert done.returncode in (0, 1) and not done.stderr, done
        return done.stdout

    def everything(self):
        """All flows, as a text to compare: the same captures give the same text, to the byte."""
        text = self.query("--all", "--format", "csv")
        assert text.count("\n") > 1, "there are no flows"
        return text

    def rows(self, kind, *arguments):
        return list(csv.DictReader(io.StringIO(self.query("--by", kind, "--all", "--format", "csv", *arguments))))

    def flows(self, without=()):
        """Each flow as a dict, without some of its columns."""
        return [{name: value for name, value in row.items() if name not in without} for row in self.rows("flow")]

    def reasons(self):
        """Of captures that cannot be read: names with the reason."""
        return {row["name"]: row["reason"] for row in self.rows("capture") if row["state"] == "failed"}

# A folder of captures, and what tests/engines/stand_in, which takes the place of impsvc collect, notes of them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import shutil

from stubbed import open_folder


class StandIn:
    """Used in a with statement. An ordinary user may write there: engines run as one."""

    def __init__(self, program, captures, pace):
        """That many captures, empty ones, and the seconds that each takes."""
        self.count, self.pace, self.source = captures, pace, program

    def __enter__(self):
        self.folder = open_folder()
        self.program = shutil.copy(self.source, self.folder / "impsvc")     # the tree may be closed to others
        self.captures, self.db = self.folder / "some captures", self.folder / "db"
        for made in (self.captures, self.db, self.db / "done"):
            made.mkdir()
            made.chmod(0o777)
        for number in range(self.count):
            (self.captures / f"capture {number:02}.pcap").touch()
        self.set_pace(self.pace)
        for name in ("log", "started"):
            (self.db / name).touch()
            (self.db / name).chmod(0o666)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def set_pace(self, seconds):
        (self.db / "pace").write_text(f"{seconds}\n", encoding="utf-8")

    @property
    def names(self):
        return sorted(path.name for path in self.captures.iterdir())

    @property
    def done(self):
        return sorted(path.name for path in (self.db / "done").iterdir())

    @property
    def started(self):
        return (self.db / "started").read_text(encoding="utf-8").splitlines()

    @property
    def log(self):
        """Who did what: pairs of a host and a capture's name."""
        return [tuple(line.split(" ", 1)) for line in (self.db / "log").read_text(encoding="utf-8").splitlines()]

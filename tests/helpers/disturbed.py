# impsvc collect in the background, with a sharkd that takes its time, so that a test can do something to it meanwhile.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import shutil
import signal
from pathlib import Path

from run_tshark import its_data
from started import Started, is_alive, kill_all, offspring, status, wait_until
from stubbed import open_folder

HERE = Path(__file__).parent
END = 120       # seconds within which a collect that nothing holds up has ended


class SlowSharkd:
    """Used in a with statement: a folder with helpers/slow_sharkd, what it is told and what it has noted."""

    def __enter__(self):
        self.folder = open_folder()
        self.program = shutil.copy(HERE / "slow_sharkd", self.folder / "sharkd")
        for name in ("loads", "numbers"):
            (self.folder / name).touch()
            (self.folder / name).chmod(0o666)
        return self

    def __exit__(self, *_):
        kill_all(self.alive())
        shutil.rmtree(self.folder)

    @property
    def environment(self):
        """For the command; its data are named, as they are looked for beside the program."""
        return {"IMPSVC_SHARKD": self.program, **({"WIRESHARK_DATA_DIR": its_data()} if its_data() else {})}

    def set_pace(self, seconds):
        """What each capture takes at least."""
        (self.folder / "pace").write_text(f"{seconds}\n", encoding="utf-8")

    def set_hurts(self, *lines):
        (self.folder / "hurts").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    @property
    def loads(self):
        """Captures that were begun, each time."""
        return (self.folder / "loads").read_text(encoding="utf-8").splitlines()

    def forget(self):
        (self.folder / "loads").write_text("", encoding="utf-8")

    def wait_for(self, count):
        """Until so many captures were begun."""
        wait_until(lambda: len(self.loads) >= count, f"{count} captures that were begun", patience=END)

    def alive(self):
        """Numbers of those of this machine: another host's mean other processes here."""
        lines = [line.split() for line in (self.folder / "numbers").read_text(encoding="utf-8").splitlines()]
        here = os.readlink("/proc/self/ns/pid")
        return [int(number) for where, number, began in lines
                if where == here and is_alive(int(number)) and status(int(number))[19:20] == [began]]

    def kill(self):
        """kill -9 of all that are there, whatever they do; how many."""
        numbers = self.alive()
        kill_all(each for number in numbers for each in (number, *offspring(number)))
        return len(numbers)


class Running:
    """A collect that runs. Used in a with statement, it is over at its end."""

    def __init__(self, collected, sharkd, *arguments, before=()):
        self.folder = open_folder()
        self.log = self.folder / "log"
        words = [collected.command.program, "collect", "--db", collected.db, *arguments]
        self.started = Started(words, self.log, before=before, env=collected.command.environment(**(sharkd.environment if sharkd else {})))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.started.kill()
        shutil.rmtree(self.folder)

    @property
    def said(self):
        return self.log.read_text(encoding="utf-8")

    def ends(self, status=0, patience=END):
        """Waits for the end; what it has said."""
        assert self.started.process.wait(patience) == status, self.said
        assert "Traceback" not in self.said, self.said
        return self.said

    def kill(self):
        """kill -9 of collect alone: its sharkds end by themselves."""
        below = offspring(self.started.pid)
        os.kill(self.started.pid, signal.SIGKILL)
        self.started.process.wait()
        return below

    def signal(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.started.pid, number)

# Programs that a test starts, keeps running and kills: they end with the test, and are known by their process numbers only.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

PATIENCE = 30       # seconds, for what takes one
PR_SET_CHILD_SUBREAPER = 36


def wait_until(is_true, what, log=None, patience=PATIENCE):
    """Looks again and again, and fails with what did not happen, and the end of a log."""
    end = time.monotonic() + patience
    while not is_true():
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {patience} s{log_end(log)}")
        time.sleep(0.02)


def log_end(log):
    lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines() if log and Path(log).exists() else []
    return "".join(f"\n    {line}" for line in lines[-15:])


def adopt_orphans():
    """What a program starts stays below it, though its parent, as daemons do, ends at once: else nobody would find it again."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


class Started:
    """A program that runs until it is stopped or killed. Should the tests themselves be killed, it ends with them."""

    def __init__(self, command, log, before=(), when_orphaned="KILL", **options):
        """Words in before come first: what enters a network, or changes the user. They must become the program (exec)."""
        self.log = log
        with open(log, "a", encoding="utf-8") as output:
            self.process = subprocess.Popen([*before, "setpriv", "--pdeathsig", when_orphaned, *map(str, command)], stdout=output, stderr=output,
                                            stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=adopt_orphans, **options)

    @property
    def pid(self):
        return self.process.pid

    def ready(self, is_ready, what):
        """Waits until it is, or fails with what it has said."""
        def looked():
            assert self.process.poll() is None, f"{what} ended with {self.process.returncode}{log_end(self.log)}"
            return is_ready()
        try:
            wait_until(looked, what, self.log)
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self, number=signal.SIGTERM):
        """Lets it end; if it does not, kills it."""
        if self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        """As kill -9 does, it and all that it has started: nobody can clean up, or start anew what is killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)
            numbers = offspring(self.pid)
            self.process.kill()
            self.process.wait()
            kill_all(numbers)


def kill_all(numbers):
    """kill -9 of processes by their numbers; returns when they are gone."""
    numbers = list(numbers)
    for number in numbers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, numbers)), "the end of killed processes")


def command_line(number):
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def status(number):
    """The words of /proc/…/stat after the name: state, parent, …; none if there is no such process."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def is_alive(number):
    return status(number)[:1] not in ([], ["Z"], ["X"])


def offspring(number):
    """All processes below one."""
    parents = {int(name): status(name) for name in os.listdir("/proc") if name.isdigit()}
    found = [number]
    for one in found:
        found += [child for child, words in parents.items() if words[1:2] == [str(one)]]
    return found[1:]

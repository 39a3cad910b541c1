# Reads many captures: some at once, each by a sharkd of its own, and each kept in one transaction.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import queue
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass

from many import content
from many.claims import Answer, Claims, OtherPoint, Renewing
from many.reader import Reader, Stopped
from say import SHORTAGES, Failure, Shortage, many

JOIN_AFTER = 500        # captures; then the flows of those are joined while others are read
SECOND_TRIES = 3        # times that a sharkd may be ended by somebody else over one capture
WAIT = 1                # seconds between two looks at captures that somebody else reads


@dataclass
class Limits:
    """Of one capture."""
    seconds: float
    size: int           # bytes of memory


class Collector:
    def __init__(self, tshark, database, setup, joiner, limits, options, telling):
        self.tshark, self.database, self.setup, self.joiner = tshark, database, setup, joiner
        self.limits, self.telling, self.say = limits, telling, tshark.say
        self.point, self.again, self.jobs, self.lease = options.point, options.again, options.jobs, options.lease
        self.counts = Counter()         # of captures: read, known, known to have failed, failed
        self.files = queue.Queue()
        self.taken = []                 # (path, size) of captures that somebody else reads
        self.problem = None             # what ends all of it
        self.lock = threading.Lock()
        self.unjoined = 0

    def run(self, files, reader_name):
        """Reads them all; files are (path, size)."""
        claims = Claims(self.database, self.setup, reader_name, self.lease)
        try:
            with Renewing(claims):
                self._round(files, reader_name)
                while self.taken and not self.problem:
                    self.telling.now(self.say(f"waiting for {many(len(self.taken), 'capture')} that somebody else reads",
                                              f"他で読み込み中のキャプチャ {len(self.taken)} 個を待っています"))
                    time.sleep(WAIT)
                    self.telling.now(None)
                    files, self.taken = self.taken, []
                    self._round(files, reader_name)
                if self.problem:
                    raise self.problem
        except BaseException:
            with contextlib.suppress(Failure):
                claims.give_back()
            raise
        self._join()

    def _round(self, files, reader_name):
        for each in files:
            self.files.put(each)
        ends = [threading.Event() for _ in range(self.jobs)]    # a join() that Ctrl-C interrupts takes the thread for ended
        for end in ends:
            threading.Thread(target=self._work, args=(reader_name, end), daemon=True).start()
        try:
            for end in ends:
                while not end.wait(0.2):
                    self._join_now_and_then()
        except BaseException:           # Ctrl-C: what is being read is given back
            self.problem = self.problem or Failure(self.say("interrupted", "中断しました"))
            for end in ends:
                end.wait()
            raise

    def _join_now_and_then(self):
        if self.unjoined >= JOIN_AFTER and not self.problem:
            self._join()

    def _join(self):
        self.unjoined = 0
        self.telling.now(self.say("joining the flows of several captures", "複数のキャプチャのフローを統合中"))
        try:
            self.joiner.join_all()
        except OSError as error:
            raise self.shortage(error) from error
        for sentence in self.joiner.complaints:
            self.complain(sentence)
        self.joiner.complaints.clear()
        self.telling.now(None)

    def shortage(self, error):
        """Of what this machine lacks, in a sentence."""
        where = error.filename or tempfile.gettempdir()
        return Shortage(self.say(f"{where}: {error.strerror}", f"{where}: {error.strerror}"))

    def _work(self, reader_name, end):
        """One of those that read; it has a connection of its own. The event end is set when it ends."""
        database = None
        try:
            database = self.database.another()
            with Reader(self.tshark, self.limits.seconds, self.limits.size, lambda: self.problem is not None) as reader:
                worker = Worker(self, Claims(database, self.setup, reader_name, self.lease), reader)
                while not self.problem:
                    try:
                        path, size = self.files.get_nowait()
                    except queue.Empty:
                        return
                    worker.do(path, size)
        except OSError as error:
            self.problem = self.problem or self.shortage(error)
        except Exception as error:      # whatever it is, the others end too, and it is said
            self.problem = self.problem or error
        finally:
            if database is not None:
                database.close()
            end.set()

    def count(self, what, size=0, is_read=False):
        with self.lock:
            self.counts[what] += 1
            self.unjoined += what == "read"
        self.telling.add(size, is_read)

    def complain(self, sentence):
        self.telling.complain(sentence)


class Worker:
    """Does what is to be done with one capture after another."""

    def __init__(self, collector, claims, reader):
        self.all, self.claims, self.reader, self.say = collector, claims, reader, collector.say
        self.database = claims.database

    def do(self, path, size):
        name = content.shown(path)
        try:
            found = content.content_of(path, self.database)
        except content.Changing:
            self._still_growing(name, size)
            return
        except OSError as error:
            if error.errno in SHORTAGES:
                raise
            content.miss(path, error.strerror, self.database)
            self.all.complain(f"{name}: {error.strerror}")
            self.all.count("failed", size)
            return
        answer, number = self._claim(found, name)
        if answer == Answer.TAKEN:
            self.all.taken.append((path, size))
        elif answer == Answer.DONE:
            self.all.count("known", size)
        elif answer == Answer.FAILED:
            self.all.count("known to have failed", size)
        elif answer == Answer.OURS:
            self._read(path, name, found, number)

    def _claim(self, found, name):
        try:
            return self.claims.take(found.sha256, found.size, name, self.all.point, self.all.again)
        except OtherPoint as failure:
            self.all.complain(str(failure))
            self.all.count("of another point", found.size)
            return None, None

    def _still_growing(self, name, size):
        self.all.complain(self.say(f"{name}: is still being written to: collect it again when it is complete",
                                   f"{name}: 書き込み中です。完了後にもう一度収集してください"))
        self.all.count("growing", size)

    def _read(self, path, name, found, number):
        try:
            kept = self._kept(path, name)
            content.insist_unchanged(path, found)
        except (Shortage, Given):
            self.claims.give_back(number)
            raise
        except content.Changing:
            self.claims.give_back(number)
            self._still_growing(name, found.size)
        except Interrupted as interrupted:
            self.claims.give_back(number)
            self.all.complain(str(interrupted))
            self.all.count("failed", found.size)
        except Failure as failure:
            self._cannot(path, found, number, str(failure))
        except OSError as error:
            self._cannot(path, found, number, f"{name}: {error.strerror}")
        else:
            if kept.incomplete:
                self.all.complain(kept.incomplete)
            if self.claims.keep(number, kept, self._points(kept), name, self.all.point, self._replaced(path, name, found)):
                self.all.count("read", found.size, is_read=True)
            else:               # somebody else has it, as this one took too long to renew its claim
                self.all.taken.append((path, found.size))

    def _cannot(self, path, found, number, why):
        """The capture cannot be read, unless it is another one by now: then nothing is known of the one that it was."""
        try:
            content.insist_unchanged(path, found)
        except content.Changing:
            self.claims.give_back(number)
            self._still_growing(content.shown(path), found.size)
            return
        except OSError as error:
            self.claims.give_back(number)
            content.miss(path, error.strerror, self.database)
            why = f"{content.shown(path)}: {error.strerror}"
        else:
            known = self.claims.earlier(content.shown(path), found.sha256)
            self.claims.fail(number, why, content.shown(path), [(each, False) for each, _, _, was_read in known if not was_read])
        self.all.complain(why)
        self.all.count("failed", found.size, is_read=True)

    def _replaced(self, path, name, found):
        """Captures that the file was before: one that it begins with, as it has grown since then; and what could not be read of it."""
        replaced = []
        for number, sha256, size, was_read in self.claims.earlier(name, found.sha256):
            with contextlib.suppress(OSError):
                is_beginning = size < found.size and content.sha256_of(path, size) == sha256
                if is_beginning or not was_read:
                    replaced.append((number, is_beginning))
        return replaced

    def _kept(self, path, name):
        """What is kept of a capture. A sharkd that ends by itself is tried once more; one that somebody ends, a few times."""
        for tries in range(1, SECOND_TRIES + 1):
            readable = self.all.tshark.open(path) if self.all.tshark.as_whom else None
            try:
                return self.reader.read(readable.path if readable else path, name)
            except OSError as error:        # of the reader's own files and processes
                raise self.all.shortage(error) from None
            except Stopped as stopped:
                if self.all.problem:
                    raise Given() from None
                if stopped.is_certain and tries > 1 or stopped.is_limit:
                    raise Failure(f"{name}: {stopped}") from None
                if tries == SECOND_TRIES:
                    raise Interrupted(f"{name}: {stopped}") from None
            finally:
                if readable and readable.path != os.path.abspath(path):
                    os.unlink(readable.path)
        raise AssertionError("the last try returns or raises")

    def _points(self, kept):
        """The point of each interface of a capture."""
        if self.all.point:
            return {interface: self.all.point for interface in kept.interfaces or {0: ""}}
        return kept.interfaces or {0: "-"}


class Given(Exception):
    """All of it ends: nothing is to be said of the capture at hand."""


class Interrupted(Exception):
    """A capture was not read, and that says nothing of the capture."""

# Reads many captures: some at once, each by a sharkd of its own, and each kept in one transaction.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import queue
import threading
import time
from collections import Counter
from dataclasses import dataclass

from many import content
from many.claims import Answer, Claims, Renewing
from many.reader import Reader, Stopped
from say import Failure

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
        self.point, self.again, self.jobs = options.point, options.again, options.jobs
        self.counts = Counter()         # of captures: read, known, known to have failed, failed
        self.files = queue.Queue()
        self.taken = []                 # (path, size) of captures that somebody else reads
        self.problem = None             # what ends all of it
        self.lock = threading.Lock()
        self.unjoined = 0

    def run(self, files, reader_name):
        """Reads them all; files are (path, size)."""
        claims = Claims(self.database, self.setup, reader_name)
        try:
            with Renewing(claims):
                self._round(files, reader_name)
                while self.taken and not self.problem:
                    self.telling.now(self.say(f"waiting for {len(self.taken)} captures that somebody else reads",
                                              f"他で読み込み中のキャプチャ {len(self.taken)} 個を待っています"))
                    time.sleep(WAIT)
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
        threads = [threading.Thread(target=self._work, args=(reader_name,), daemon=True) for _ in range(self.jobs)]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)
                    self._join_now_and_then()
        except BaseException:           # Ctrl-C: what is being read is given back
            self.problem = self.problem or Failure(self.say("interrupted", "中断しました"))
            for thread in threads:
                thread.join()
            raise

    def _join_now_and_then(self):
        if self.unjoined >= JOIN_AFTER and not self.problem:
            self._join()

    def _join(self):
        self.unjoined = 0
        self.telling.now(self.say("joining the flows of several captures", "複数のキャプチャのフローを統合中"))
        self.joiner.join_all()
        for sentence in self.joiner.complaints:
            self.complain(sentence)
        self.joiner.complaints.clear()
        self.telling.now(None)

    def _work(self, reader_name):
        """One of those that read; it has a connection of its own."""
        database = None
        try:
            database = self.database.another()
            with Reader(self.tshark, self.limits.seconds, self.limits.size) as reader:
                worker = Worker(self, Claims(database, self.setup, reader_name), reader)
                while not self.problem:
                    try:
                        path, size = self.files.get_nowait()
                    except queue.Empty:
                        return
                    worker.do(path, size)
        except Exception as error:      # whatever it is, the others end too, and it is told
            self.problem = self.problem or error
        finally:
            if database is not None:
                database.close()

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
        except Failure as failure:
            if not str(failure).startswith(name):
                raise
            self.all.complain(str(failure))
            self.all.count("failed", found.size)
            return None, None

    def _still_growing(self, name, size):
        self.all.complain(self.say(f"{name}: is still being written to: collect it again when it is complete",
                                   f"{name}: 書き込み中です。完了後にもう一度収集してください"))
        self.all.count("growing", size)

    def _read(self, path, name, found, number):
        try:
            kept = self._kept(path, name)
            content.insist_unchanged(path, found)
        except (content.Changing, FileNotFoundError):
            self.claims.give_back(number)
            self._still_growing(name, found.size)
        except Interrupted as interrupted:
            self.claims.give_back(number)
            self.all.complain(str(interrupted))
            self.all.count("failed", found.size)
        except Failure as failure:
            self.claims.fail(number, str(failure))
            self.all.complain(str(failure))
            self.all.count("failed", found.size, is_read=True)
        except OSError as error:
            self.claims.fail(number, f"{name}: {error.strerror}")
            self.all.complain(f"{name}: {error.strerror}")
            self.all.count("failed", found.size)
        else:
            if kept.incomplete:
                self.all.complain(kept.incomplete)
            if self.claims.keep(number, kept, self._points(kept)):
                self.all.count("read", found.size, is_read=True)
            else:               # somebody else has it, as this one took too long to renew its claim
                self.all.taken.append((path, found.size))

    def _kept(self, path, name):
        """What is kept of a capture. A sharkd that ends by itself is tried once more; one that somebody ends, a few times."""
        for tries in range(1, SECOND_TRIES + 1):
            readable = self.all.tshark.open(path) if self.all.tshark.as_whom else None
            try:
                return self.reader.read(readable.path if readable else path, name)
            except Stopped as stopped:
                if self.all.problem:
                    raise Interrupted(self.say(f"{name}: was not read to its end", f"{name}: 最後まで読んでいません")) from None
                if stopped.is_certain and tries > 1 or "more than" in str(stopped):
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


class Interrupted(Exception):
    """A capture was not read, and that says nothing of the capture."""

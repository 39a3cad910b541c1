# A resident sharkd that reads one capture after another, and gives what the plugin keeps of each.
#
# A capture may make it crash, hang or grow: then it is ended, the next capture gets a new one, and whoever asked is told why.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from say import Failure
from tshark import INCOMPLETE, LOG

TABLE = "nstat:impsvc,kept"
CHUNK = 1 << 20
TRIES, PATIENCE = 3, 60     # to start a sharkd, and seconds to wait for its first answer
LOOK = 0.25             # seconds between two looks at how large it is
GROWN = 400 << 20       # bytes; a sharkd that has grown this far above what it had at first is replaced before the next capture
# What Wireshark also reads, and is no capture of packets: link types of such files.
NOT_PACKETS = {"mime", "mp4", "mp2ts", "mpeg", "json", "jfif", "ber", "rfc7468"}
NAMES = {"manuf", "wka", "enterprises.tsv", "services"}        # Wireshark's tables of names
CHATTER = ("Hello in child.", "load: filename=", "sharkd_session_process_tap()")


class Stopped(Exception):
    """sharkd ended while it read a capture; the sentence says how. is_certain: by itself, and not because somebody ended it; is_limit: it
    was ended, as the capture took too much."""

    def __init__(self, sentence, is_certain, is_limit=False):
        super().__init__(sentence)
        self.is_certain, self.is_limit = is_certain, is_limit


@dataclass
class Kept:
    """What is kept of a capture."""
    packets: int = 0
    first: int = None           # nanoseconds since 1970
    last: int = None
    link_type: str = ""
    interfaces: dict = field(default_factory=dict)      # number: name
    sightings: list = field(default_factory=list)       # rows as the table sightings has them, without the capture
    incomplete: str = None      # why only a part could be read


class Reader:
    """Used in a with statement. seconds and bytes are what one capture may take; None for no limit. It stops in the middle of one as soon
    as is_over() is true."""

    def __init__(self, tshark, seconds, size, is_over=lambda: False):
        self.tshark, self.say = tshark, tshark.say
        self.seconds, self.size, self.is_over = seconds, size, is_over
        self.program = program_beside(tshark)
        self.process = self.errors = None
        self.size_at_first = 0
        self.links = 0
        self.folder = tempfile.mkdtemp(prefix="reader-", dir=tshark.folder)
        os.chmod(self.folder, 0o755)
        self.environment = {**tshark.environment, **without_names(self.program, self.folder)}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def insist_on_plugin(self):
        """What is wrong if this sharkd has no table of ours, or does not run at all."""
        if not any(each.get("tap") == TABLE for each in self._known().get("result", {}).get("nstat", [])):
            raise Failure(self.say(f"{self.program} has not loaded the plugin of this version: is it of the same Wireshark as "
                                   f"{self.tshark.program}?", f"{self.program} がこのバージョンのプラグインを読み込んでいません。"
                                   f"{self.tshark.program} と同じ Wireshark のものですか"))

    def _known(self):
        """What sharkd says it can do. One that somebody ends is started again."""
        for tries in range(1, TRIES + 1):
            try:
                self._start()
                return self._answer({"method": "info"}, time.monotonic() + PATIENCE)
            except OSError as error:
                raise Failure(f"{self.program}: {error.strerror}") from None
            except Stopped as stopped:
                if stopped.is_certain or tries == TRIES:
                    raise Failure(f"{self.program}: {stopped}") from None
        raise AssertionError("the last try returns or raises")

    def read(self, path, name):
        """What is kept of the capture at a path. A Failure says why it cannot be read, Stopped that sharkd ended."""
        if self.process is not None and self._resident() > self.size_at_first + GROWN:
            self.end()
        if self.process is None:
            self._start()
        link = self._link(path)
        try:
            deadline = time.monotonic() + self.seconds if self.seconds else None
            loaded, table = self._load(link, deadline)
        finally:
            os.unlink(link)
        complaints = self._complaints(link, name)
        if table is None or "error" in loaded:
            why = complaints or loaded.get("error", {}).get("message", "") or self.say("sharkd cannot read it", "sharkd で読めません")
            raise Failure(why if name in why else f"{name}: {why}")
        kept = kept_in(table)
        if INCOMPLETE.search(complaints):
            kept.incomplete = complaints
        if kept.link_type in NOT_PACKETS:
            raise Failure(self.say(f"{name}: is no capture of packets", f"{name}: パケットのキャプチャではありません"))
        if kept.incomplete and not kept.packets:
            raise Failure(kept.incomplete)
        return kept

    def _link(self, path):
        """A name that any sharkd can be told, whatever characters the capture's own has."""
        self.links += 1
        link = os.path.join(self.folder, str(self.links))
        os.symlink(os.path.abspath(path), link)
        return link

    def _load(self, link, deadline):
        """The answers to loading a capture and to the question for its table. To the first there is none if a capture is cut short."""
        answers = {}
        self._send({"id": 1, "method": "load", "params": {"file": link}}, {"id": 2, "method": "tap", "params": {"tap0": TABLE}})
        while 2 not in answers:
            answer = self._line(deadline)
            answers[answer.get("id")] = answer
        taps = answers[2].get("result", {}).get("taps", [])
        return answers.get(1, {}), taps[0]["tables"][0]["i"] if taps else None

    def _start(self):
        self.errors = tempfile.TemporaryFile()
        # Its own folder is where it would look for files that are named without one.
        self.process = subprocess.Popen([*with_us(), self.program, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
                                        env=self.environment, cwd=self.tshark.folder, start_new_session=True, **self.tshark.as_whom)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.pending = bytearray()
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        self.size_at_first = 0

    def end(self):
        """Ends sharkd, if there is one."""
        if self.process is None:
            return
        self.selector.close()
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.errors):
            with contextlib.suppress(OSError):
                pipe.close()
        self.process = None

    def _send(self, *requests):
        lines = "".join(json.dumps({"jsonrpc": "2.0", **request}) + "\n" for request in requests)
        try:
            self.process.stdin.write(lines.encode())
            self.process.stdin.flush()
        except OSError:
            self._has_stopped()

    def _answer(self, request, deadline):
        self._send({"id": 1, **request})
        return self._line(deadline)

    def _line(self, deadline):
        """The next answer."""
        searched = 0
        while True:
            end = self.pending.find(b"\n", searched)
            if end >= 0:
                line = bytes(self.pending[:end])
                del self.pending[:end + 1]
                searched = 0
                if line.strip():
                    return json.loads(line.decode("utf-8", "replace"))
                continue
            searched = len(self.pending)
            self._wait(deadline)

    def _wait(self, deadline):
        """Until there is more to read, or sharkd has taken too long or too much."""
        is_ready = self.selector.select(LOOK)
        if is_ready:
            data = self.process.stdout.read(CHUNK)
            if data:
                self.pending += data
                return
            if data == b"":
                self._has_stopped()
        if self.is_over():
            self.end()
            raise Stopped("", False)
        if deadline is not None and time.monotonic() > deadline:
            self._give_up(self.say(f"took more than {self.seconds:g} s", f"{self.seconds:g} 秒を超えました"))
        size = self._resident()
        self.size_at_first = self.size_at_first or size
        if self.size and size > self.size:
            self._give_up(self.say(f"took more than {self.size >> 20} MB of memory", f"メモリーが {self.size >> 20} MB を超えました"))

    def _give_up(self, why):
        self.end()
        raise Stopped(why, True, True)

    def _has_stopped(self):
        status = self.process.wait()
        self.end()
        if status < 0:
            name = signal.Signals(-status).name
            raise Stopped(self.say(f"sharkd was stopped by {name}", f"sharkd が {name} で終了しました"), -status != signal.SIGKILL)
        raise Stopped(self.say(f"sharkd ended with status {status}", f"sharkd が終了ステータス {status} で終わりました"), True)

    def _resident(self):
        """Bytes of memory that sharkd has."""
        try:
            with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError, ValueError):
            return 0

    def _complaints(self, link, name):
        """What sharkd has complained of since it was asked last, with the user's name of the capture."""
        self.errors.seek(0)
        text = self.errors.read().decode("utf-8", "replace")
        self.errors.seek(0)
        self.errors.truncate()
        lines = [line.removeprefix("sharkd: ") for line in text.split("\n")
                 if line.strip() and not line.startswith(CHATTER) and not LOG.match(line)]
        return " ".join(lines).replace("sharkd", "Wireshark").replace(f'"{link}"', name).replace(link, name)


def program_beside(tshark):
    """The sharkd of the same Wireshark as this tshark."""
    beside = os.path.join(os.path.dirname(os.path.realpath(tshark.program)), "sharkd")
    found = os.environ.get("IMPSVC_SHARKD") or (beside if os.access(beside, os.X_OK) else shutil.which("sharkd"))
    if not found or not shutil.which(found):
        raise Failure(tshark.say("there is no sharkd, which reads many captures: install it (Debian, Ubuntu: apt install wireshark-common)",
                                 "多数のキャプチャを読む sharkd がありません。インストールしてください (Debian、Ubuntu: apt install "
                                 "wireshark-common)"))
    return os.path.abspath(shutil.which(found))


def with_us():
    """What to put before a program so that it ends when whoever started it is killed: else nobody would end one that takes for ever."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def without_names(program, folder):
    """Environment in which Wireshark finds its data but for the names of vendors, enterprises and services: a sharkd reads those tables
    again with each capture, which takes three times as long as a small capture does, and no flow is called by them."""
    data = Path(os.environ.get("WIRESHARK_DATA_DIR") or Path(os.path.realpath(program)).parents[1] / "share/wireshark")
    if not any((data / name).is_file() for name in NAMES):
        return {}
    made = Path(folder, "data")
    made.mkdir()
    made.chmod(0o755)
    for path in data.iterdir():
        if path.name in NAMES:
            (made / path.name).touch()
        else:
            (made / path.name).symlink_to(path)
    return {"WIRESHARK_DATA_DIR": str(made)}


def kept_in(rows):
    """What the rows of the table say (plugin/statistics/stats_kept.c)."""
    kept = Kept()
    for kind, address, port, other, other_port, first, last, frame, interfaces, record in rows:
        if kind == "capture":
            kept.packets, kept.first, kept.last, kept.link_type = int(frame), int(first), int(last), record
        elif kind == "interface":
            kept.interfaces[int(port)] = " ".join(record.replace(",", " ").split()) or "-"       # a comma is between points
        else:
            kept.sightings.append((kind, address, int(port), other, int(other_port), int(first), int(last), int(frame), int(interfaces),
                                   record))
    return kept

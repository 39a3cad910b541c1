#!/usr/bin/env python3
# Compares what tshark shows with the plugin and without it: columns and details
# of every frame must be the same, but for what native_rules.py says.
#
#   python3 native.py --plugin-dir build/plugins [options] CAPTURE... [@FILE_WITH_ARGUMENTS]
#
# Prints the first differing frame of each capture and a summary line; exit code
# 1 when anything differs, crashes or takes too long.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import concurrent.futures
import contextlib
import functools
import json
import multiprocessing
import os
import shlex
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

from native_rules import compare_frames, compare_packets, fields_same, json_same, pdml_same
from run_tshark import Wireshark

END_OF_FRAME = "---- end of frame ----"
TIMEOUT = 600       # seconds for one capture
BLOCK = 1 << 18     # characters to read at a time
FORK = multiprocessing.get_context("fork")  # what Python 3.14 would begin anew has not what a caller changed meanwhile
FIELDS = ["frame.number", "frame.protocols", "tcp.port", "_ws.col.Protocol", "_ws.col.Info"]
# What tshark is asked to print.
FORMS = {
    "details": ["-P", "-V", "-S", END_OF_FRAME],
    "fields": ["-T", "fields", "-E", "occurrence=a", *(part for name in FIELDS for part in ("-e", name))],
    "pdml": ["-T", "pdml"],
    "json": ["-T", "json"],
}


class Result(NamedTuple):
    """What became of one capture. problem is "" when nothing differs."""
    capture: str
    frames: int
    decoded_by_us: int
    problem: str


def frames_of(stream):
    """The text of each frame. Python is slower with lines than with blocks, and there are millions of lines."""
    left = ""
    while block := stream.read(BLOCK):
        *whole, left = (left + block).split(END_OF_FRAME + "\n")
        yield from whole
    if left:
        yield left


def pdml_packets(stream):
    """The text of each <packet>; what stands before the first goes."""
    lines = None
    for line in stream:
        if line.startswith("<packet>"):
            lines = []
        if lines is not None:
            lines.append(line)
        if line.startswith("</packet>"):
            yield "".join(lines)
            lines = None


def json_packets(stream):
    """Each packet as a list of (key, value): a key may stand there more than once."""
    yield from json.loads(stream.read() or "[]", object_pairs_hook=list)


def compare_streams(form, native, ours, two_passes):
    """(frames, frames only we decode, problem) of two outputs."""
    if form == "details":
        return compare_frames(frames_of(native), frames_of(ours), two_passes)
    if form == "fields":
        return compare_packets(iter(native), iter(ours), fields_same)
    if form == "pdml":
        return compare_packets(pdml_packets(native), pdml_packets(ours), pdml_same)
    return compare_packets(json_packets(native), json_packets(ours), json_same)


@contextlib.contextmanager
def reading(wireshark, capture, options, form):
    """A tshark that prints every frame in one of the FORMS."""
    command = wireshark.command("-n", "-r", capture, *FORMS[form], *options)
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        process = subprocess.Popen(command, env=wireshark.environment(), cwd=wireshark.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=errors, encoding="utf-8", errors="replace")
        try:
            yield process, errors
        finally:
            process.kill()
            process.stdout.close()
            process.wait()


class Ended(NamedTuple):
    """A tshark that has said everything, for those who would otherwise wait for it."""
    stdout: object
    code: int

    def wait(self):
        return self.code

    def kill(self):
        pass


class AloneOnce(Wireshark):
    """Wireshark alone, not run once more if the next question is the same: of the plugin's settings it knows nothing."""
    asked = answer = None

    @contextlib.contextmanager
    def reading(self, capture, options, form):
        """As reading() does."""
        question = capture, *options, form
        if self.asked != question:
            self.asked = self.answer = None
            said, errors = (tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") for _ in range(2))
            done = subprocess.run(self.command("-n", "-r", capture, *FORMS[form], *options), env=self.environment(), cwd=self.folder,
                                  stdin=subprocess.DEVNULL, stdout=said, stderr=errors, timeout=TIMEOUT)
            self.asked, self.answer = question, (Ended(said, done.returncode), errors)
        self.answer[0].stdout.seek(0)
        yield self.answer


def ending(process, errors):
    """How a tshark that has said everything ended: its exit code, and its complaints if it crashed."""
    code = process.wait()
    errors.seek(0)
    complaints = errors.read()
    return code, complaints if code < 0 or code > 2 or "Dissector bug" in complaints else ""


def compare(native, ours, capture, options=(), our_options=(), form="details", timeout=TIMEOUT):
    """Compare one capture, read by two Wiresharks; a Result.

    options go to both, our_options only to the one with the plugin; form is one of FORMS.
    """
    late = threading.Event()
    read_alone = native.reading if isinstance(native, AloneOnce) else functools.partial(reading, native)
    with read_alone(capture, options, form) as (alone, alone_errors), \
            reading(ours, capture, [*options, *our_options], form) as (with_plugin, errors):
        def stop():
            late.set()
            alone.kill()
            with_plugin.kill()
        timer = threading.Timer(timeout, stop)
        timer.start()
        try:
            frames, decoded, problem = compare_streams(form, alone.stdout, with_plugin.stdout, "-2" in options)
            if late.is_set():
                problem = f"not done in {timeout} s, at frame {frames}"
            elif not problem:
                before, now = ending(alone, alone_errors), ending(with_plugin, errors)
                problem = "" if before[0] == now[0] and not (now[1] and not before[1]) else f"exit code {now[0]}, without the plugin {before[0]}: {now[1]}"
        finally:
            timer.cancel()
    return Result(str(capture), frames, decoded, problem)


def compare_file(native, ours, capture, options, our_options, form, timeout):
    """What a worker process does with one file."""
    path = native.readable(Path(capture).resolve())
    try:
        return compare(native, ours, path, options, our_options, form, timeout)._replace(capture=str(capture))
    finally:
        if path.parent == native.folder:
            path.unlink()


def arguments():
    parser = argparse.ArgumentParser(description="Compare tshark's output with and without the plugin.",
                                     fromfile_prefix_chars="@")
    parser.add_argument("--plugin-dir", required=True, help="holds <minor version>/epan/impsvc.so")
    parser.add_argument("--options", default="", help="more options for tshark, as one word: '-2 -o a:b'")
    parser.add_argument("--our-options", default="", help="options for the tshark with the plugin only")
    parser.add_argument("--form", choices=FORMS, default="details", help="what is compared (default: %(default)s)")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds for one capture (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="captures at a time (default: %(default)s)")
    parser.add_argument("captures", nargs="+", metavar="CAPTURE")
    return parser.parse_args()


def main():
    asked = arguments()
    total = decoded = problems = 0
    with contextlib.closing(Wireshark()) as native, contextlib.closing(Wireshark(asked.plugin_dir)) as ours, \
            concurrent.futures.ProcessPoolExecutor(asked.jobs, FORK) as pool:
        work = [pool.submit(compare_file, native, ours, capture, shlex.split(asked.options),
                            shlex.split(asked.our_options), asked.form, asked.timeout)
                for capture in asked.captures]
        for done in concurrent.futures.as_completed(work):
            result = done.result()
            total, decoded = total + result.frames, decoded + result.decoded_by_us
            if result.problem:
                problems += 1
                print(f"{result.capture}: {result.problem}", flush=True)
    print(f"{len(asked.captures)} captures, {total} frames, {decoded} decoded by the plugin alone, "
          f"{problems} captures with a difference")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

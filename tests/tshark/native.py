#!/usr/bin/env python3
# Compares what tshark shows with the plugin and without it: columns and details
# of every frame must be the same, but for
#   - the plugin's own tree,
#   - frames whose payload Wireshark alone shows as data,
#   - TCP port 1090, which Wireshark takes for Foundation Fieldbus where Java RMI runs,
#   - stream numbers behind a frame that only the plugin decodes: Wireshark's SNMP
#     dissector begins a conversation of its own, which is counted.
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
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import NamedTuple

from run_tshark import Wireshark

END_OF_FRAME = "---- end of frame ----"
PROTOCOLS = re.compile(r"^    \[Protocols in frame: (\S*)\]$", re.MULTILINE)
OUR_TREE = re.compile(r"^\[?IM and Presence, .* \(\d+\.\d+\), (?:request|reply)\]?\n(?: .*\n)*", re.MULTILINE)
# Of protocols, what carries a payload directly when nobody decodes it.
SHOWN_AS_DATA = re.compile(r":(?:tcp|udp|tls|dtls):data\b")
STREAM_NUMBER = re.compile(r"^ +\[Stream index: \d+\]\n", re.MULTILINE)
FIELDBUS_PORT = re.compile(r"^Transmission Control Protocol, Src Port: (?:1090,|\d+, Dst Port: 1090,)", re.MULTILINE)


class Result(NamedTuple):
    """What became of one capture. problem is "" when nothing differs."""
    capture: str
    frames: int
    decoded_by_us: int
    problem: str


def without_our_tree(frame):
    return OUR_TREE.sub("", frame)


def protocols(frame):
    found = PROTOCOLS.search(frame)
    return found.group(1) if found else ""


def may_differ(native):
    """Whether Wireshark alone leaves the frame's payload undecoded."""
    return bool(SHOWN_AS_DATA.search(protocols(native)) or FIELDBUS_PORT.search(native))


def frames_of(stream):
    """The text of each frame; lines are joined only at its end."""
    lines = []
    for line in stream:
        if line.startswith(END_OF_FRAME):
            yield "".join(lines)
            lines = []
        else:
            lines.append(line)
    if lines:
        yield "".join(lines)


def show_difference(number, native, ours):
    lines = difflib.unified_diff(native.splitlines(), ours.splitlines(), "Wireshark alone", "with the plugin",
                                 lineterm="", n=1)
    return "\n".join([f"frame {number}:", *list(lines)[:40]])


def compare_frames(native_frames, our_frames):
    """(frames, frames only we decode, problem) of two streams of frames, up to the first difference."""
    number = decoded = 0
    for native in native_frames:
        number += 1
        ours = next(our_frames, None)
        if ours is None:
            return number, decoded, f"frame {number}: missing with the plugin"
        if ours == native or without_our_tree(ours) == native:
            continue
        if decoded and STREAM_NUMBER.sub("", without_our_tree(ours)) == STREAM_NUMBER.sub("", native):
            continue
        if not may_differ(native):
            return number, decoded, show_difference(number, native, without_our_tree(ours))
        decoded += 1
    if next(our_frames, None) is not None:
        return number, decoded, f"frame {number + 1}: only with the plugin"
    return number, decoded, ""


@contextlib.contextmanager
def reading(wireshark, capture, options):
    """A tshark that prints columns and details of every frame."""
    command = wireshark.command("-n", "-r", capture, "-P", "-V", "-S", END_OF_FRAME, *options)
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        process = subprocess.Popen(command, env=wireshark.environment(), cwd=wireshark.folder, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=errors, encoding="utf-8", errors="replace")
        try:
            yield process, errors
        finally:
            process.kill()
            process.stdout.close()
            process.wait()


def ending(process, errors):
    """How a tshark that has said everything ended: its exit code, and its complaints if it crashed."""
    code = process.wait()
    errors.seek(0)
    complaints = errors.read()
    return code, complaints if code < 0 or code > 2 or "Dissector bug" in complaints else ""


def compare(native, ours, capture, options=(), our_options=(), timeout=600):
    """Compare one capture, read by two Wiresharks; a Result.

    options go to both, our_options only to the one with the plugin.
    """
    late = threading.Event()
    with reading(native, capture, options) as (alone, alone_errors), \
            reading(ours, capture, [*options, *our_options]) as (with_plugin, errors):
        def stop():
            late.set()
            alone.kill()
            with_plugin.kill()
        timer = threading.Timer(timeout, stop)
        timer.start()
        try:
            frames, decoded, problem = compare_frames(frames_of(alone.stdout), frames_of(with_plugin.stdout))
            if late.is_set():
                problem = f"not done in {timeout} s, at frame {frames}"
            elif not problem:
                before, now = ending(alone, alone_errors), ending(with_plugin, errors)
                problem = "" if before[0] == now[0] else f"exit code {now[0]}, without the plugin {before[0]}: {now[1]}"
        finally:
            timer.cancel()
    return Result(str(capture), frames, decoded, problem)


def readable(wireshark, capture):
    """The capture under a name that an ordinary user can read: a copy when root runs this."""
    if os.geteuid() != 0:
        return Path(capture).resolve()
    handle, path = tempfile.mkstemp(suffix=Path(capture).suffix, dir=wireshark.folder)
    with open(handle, "wb") as copy, open(capture, "rb") as original:
        shutil.copyfileobj(original, copy)
    os.chmod(path, 0o644)
    return Path(path)


def compare_file(native, ours, capture, options, timeout):
    """What a worker process does with one file."""
    path = readable(native, capture)
    try:
        return compare(native, ours, path, options, timeout=timeout)._replace(capture=str(capture))
    finally:
        if path.parent == native.folder:
            path.unlink()


def arguments():
    parser = argparse.ArgumentParser(description="Compare tshark's output with and without the plugin.",
                                     fromfile_prefix_chars="@")
    parser.add_argument("--plugin-dir", required=True, help="holds <minor version>/epan/impsvc.so")
    parser.add_argument("--options", default="", help="more options for tshark, as one word: '-2 -o a:b'")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for one capture (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="captures at a time (default: %(default)s)")
    parser.add_argument("captures", nargs="+", metavar="CAPTURE")
    return parser.parse_args()


def main():
    asked = arguments()
    total = decoded = problems = 0
    with contextlib.closing(Wireshark()) as native, contextlib.closing(Wireshark(asked.plugin_dir)) as ours, \
            concurrent.futures.ProcessPoolExecutor(asked.jobs) as pool:
        work = [pool.submit(compare_file, native, ours, capture, shlex.split(asked.options), asked.timeout)
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

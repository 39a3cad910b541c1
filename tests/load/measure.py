#!/usr/bin/env python3
# What a hostile capture costs with the plugin, and without it: by counting, not by the clock.
#
#   measure.py memory NUMBER [KIND ...]         largest resident memory and processor time, at NUMBER and twice NUMBER
#   measure.py peak NUMBER [KIND ...]           the same at NUMBER only, as a whole: for ten million packets
#   measure.py instructions NUMBER [KIND ...]   instructions, as valgrind counts them
#
# The captures come from generate.py and go to tshark through a pipe. Fails if the plugin takes more
# than the budgets of the design: nothing for a packet or for a conversation that does not match, 256 bytes
# for one that matches, and 400 more if a statistic counts its flow; and instructions that grow with the number of
# packets, no faster.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "helpers"))
from places import BUILD
from run_tshark import Wireshark

NOISE = 2_000_000       # bytes: what the peaks of two equal runs differ by, and blocks that pools take at once
LARGEST_RATIO = 2.2     # of the plugin's instructions, for twice the packets
UNSTEADY = 0.01         # Wireshark's hash functions are seeded at random: equal runs differ by so much of all instructions


class Kind(NamedTuple):
    unit: str           # what NUMBER counts
    packets: int        # of each
    bytes_allowed: int  # for each
    alone: tuple = ()   # options without the plugin: what it decodes, Wireshark alone shall decode as well
    configured: bool = False    # not packets: rows of the user's table of nodes
    asked: tuple = ()           # options with the plugin


FLOW = 400              # bytes, for one that a statistic counts
UNCOUNTED = ("-q", "-z", "dns,tree")
AS_XMPP = ("-d", "tcp.port==7400,xmpp")
KINDS = {
    "scan": Kind("flow of a scan", 1, 0),
    "refused": Kind("packet of a refused scan", 1, 0),
    "one": Kind("packet of one conversation", 1, 0, AS_XMPP),
    "conversations": Kind("matching conversation", 2, 256),
    "checked": Kind("flow in the firewall check", 2, 256 + FLOW, UNCOUNTED, asked=("-q", "-z", "impsvc,check")),
    "recorded": Kind("flow in records", 2, 256 + FLOW, UNCOUNTED, asked=("-q", "-z", "impsvc,records")),
    "others": Kind("conversation that does not match", 2, 0),
    "configured": Kind("configured node", 0, 512, configured=True),
    "mixed": Kind("packet of mixed traffic", 1, 0),
    "spoofed": Kind("spoofed address with a matching conversation", 1, 256),
    "xcp": Kind("address that speaks XCP, half a conversation", 1, 128, AS_XMPP),
}


def rows(number):
    """So many nodes as the user's file has them."""
    return "".join(f'"10.{i >> 16}.{i >> 8 & 255}.{i & 255}","IM and Presence subscriber","sub-{i}"\n' for i in range(number))


def feed(kind, number):
    if KINDS[kind].configured:
        number, kind = 0, "one"
    return subprocess.Popen([sys.executable, HERE / "generate.py", kind, str(number)], stdout=subprocess.PIPE)


def peak(wireshark, kind, number, *options):
    """Largest resident memory of a tshark that reads the capture, in bytes; and the processor's seconds that it took."""
    settings = wireshark.settings(impsvc_nodes=rows(number)) if KINDS[kind].configured else contextlib.nullcontext()
    with settings, feed(kind, number) as capture:
        tshark = subprocess.Popen(wireshark.command("-n", "-r", "-", *options), env=wireshark.environment(),
                                  cwd=wireshark.folder, stdin=capture.stdout, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE)
        capture.stdout.close()
        complaints = tshark.stderr.read().decode()
        _, status, usage = os.wait4(tshark.pid, 0)
        tshark.returncode = os.waitstatus_to_exitcode(status)
        tshark.stderr.close()
    if tshark.returncode != 0 or capture.returncode != 0 or "WARNING" in complaints:
        sys.exit(f"{kind} {number}: tshark ended with {tshark.returncode}: {complaints}")
    return usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime


def memory(ours, alone, kind, number):
    """Bytes for each more of the kind; False if they are too many."""
    allowed = KINDS[kind].bytes_allowed
    more, peaks, seconds = [], [], []
    for count in (number, 2 * number):
        (with_plugin, took), (without, took_alone) = peak(ours, kind, count, *KINDS[kind].asked), peak(alone, kind, count, *KINDS[kind].alone)
        more.append(with_plugin - without)
        peaks.append(f"{with_plugin / 1e6:.1f}/{without / 1e6:.1f}")
        seconds.append(f"{took:.1f}/{took_alone:.1f}")
    each = (more[1] - more[0]) / number
    fine = more[1] - more[0] <= allowed * number + NOISE
    print(f"{kind}: {number} and {2 * number}: the plugin takes {more[0] / 1e6:.1f} and {more[1] / 1e6:.1f} MB, "
          f"{each:.1f} bytes for each {KINDS[kind].unit} (budget {allowed}); peaks with/without it "
          f"{peaks[0]} and {peaks[1]} MB, {seconds[0]} and {seconds[1]} s{'' if fine else ': TOO MUCH'}", flush=True)
    return fine


def at_once(ours, alone, kind, number):
    """True: a single peak has no budget, as nobody knows how much of it is for each."""
    (with_plugin, took), (without, took_alone) = peak(ours, kind, number, *KINDS[kind].asked), peak(alone, kind, number, *KINDS[kind].alone)
    print(f"{kind}: {number}: {with_plugin / 1e6:.1f} MB and {took:.1f} s with the plugin, {without / 1e6:.1f} MB and "
          f"{took_alone:.1f} s without", flush=True)
    return True


def counted(wireshark, kind, number, *options):
    """Instructions that a tshark takes to read the capture."""
    command = wireshark.command("--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", "tshark", "-n",
                                "-r", "-", *options, program="valgrind")
    with feed(kind, number) as capture:
        done = subprocess.run(command, env=wireshark.environment(), cwd=wireshark.folder, stdin=capture.stdout,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", check=True)
    return int(re.search(r"I +refs: +([\d,]+)", done.stderr).group(1).replace(",", ""))


def instructions(ours, alone, kind, number):
    """False if the plugin's own grow faster than the packets."""
    def both(count):
        return counted(ours, kind, count, *KINDS[kind].asked), counted(alone, kind, count, *KINDS[kind].alone)

    (start, start_alone), (one, one_alone), (two, two_alone) = map(both, (0, number, 2 * number))
    once, twice = one - one_alone - start + start_alone, two - two_alone - start + start_alone
    packets = number * KINDS[kind].packets
    fine = twice <= LARGEST_RATIO * once + UNSTEADY * two_alone
    print(f"{kind}: {packets} and {2 * packets} packets: the plugin takes {once / 1e6:.1f} and {twice / 1e6:.1f} million "
          f"instructions, {twice / 2 / packets:.0f} a packet, ratio {twice / once:.2f}{'' if fine else ': TOO MANY'}",
          flush=True)
    return fine


def main():
    measures = {"memory": memory, "peak": at_once, "instructions": instructions}
    if len(sys.argv) < 3 or sys.argv[1] not in measures:
        sys.exit(f"usage: measure.py {'|'.join(measures)} NUMBER [KIND ...]")
    measure = measures[sys.argv[1]]
    with contextlib.closing(Wireshark(BUILD / "plugins")) as ours, contextlib.closing(Wireshark()) as alone:
        fine = [measure(ours, alone, kind, int(sys.argv[2])) for kind in sys.argv[3:] or KINDS]
    if not all(fine):
        sys.exit("more than the budget")


if __name__ == "__main__":
    main()

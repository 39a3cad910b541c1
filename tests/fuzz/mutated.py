#!/usr/bin/env python3
# Captures made worse, read with the plugin and without it: what it makes malformed, or a bug, has to be so
# without it, too.
#
#   mutated.py --short          a few of each kind
#   mutated.py [SECONDS]        as many as fit (default: 240), of all kinds in turn
#
# Bytes changed by editcap, packets cut at every length from 14 to 200, and randpkt's. Reads with the plugin of
# IMPSVC_BUILD_DIR; tests/sanitize/run has one that the sanitizers watch, and its environment.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import functools
import itertools
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import lab_hosts
from places import BUILD, CAPTURES
from run_tshark import MARKS, Wireshark

RATES = ("0.001", "0.003", "0.01", "0.03", "0.1")
SNAPS = range(14, 201)
SHORT_SNAPS = (14, 42, 54, 66, 100)
RANDOM_PACKETS = 200    # of each type of randpkt's
TYPES = ("arp bgp bvlc dns eth fddi giop icmp ieee802.15.4 ip ipv6 llc m2m megaco nbns ncp2222 sctp syslog tds tcp tr udp "
         "usb-linux").split()
SHORT_TYPES, SHORT_RATES = ("eth", "icmp", "ip", "tcp", "udp"), ("0.003", "0.03")
FIELDS = ["-T", "fields", "-E", "occurrence=a", "-e", "frame.number", "-e", "frame.protocols", "-e", "_ws.malformed"]
BUG_FIELDS = ("_ws.malformed.dissector_bug", "_ws.dissector_bug")   # before Wireshark 4.4, and since
# A report ends tshark; these it would go on after. "Dissector bug" is told by its field, and compared.
OTHER_MARKS = tuple(mark for mark in MARKS if mark not in ("Dissector bug", "WARNING **"))


def run(*command):
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def one_of_each(path):
    """A capture with the first packets of every connection: all captures', the largest ones' cut."""
    parts = []
    for capture in sorted(CAPTURES.glob("*.pcapng")):
        if capture.stem not in ("cluster", "port-scan"):
            part = path.with_name(f"part-{capture.stem}.pcap")
            run("editcap", "-r", "-F", "pcap", capture, part, "1-15")
            parts.append(part)
    run("mergecap", "-a", "-F", "pcap", "-w", path, *parts)
    return path


def cut(small, snaps):
    for snap in snaps:
        yield f"snapped at {snap}", ("editcap", "-F", "pcap", "-s", snap, small)


def random_packets(kinds, count):
    for kind in kinds:
        yield f"randpkt {kind}", ("randpkt", "-b", 600, "-c", count, "-t", kind)


def changed(captures_of, rates, seeds):
    for seed in seeds:
        for rate in rates:
            for capture in captures_of(seed):
                yield f"{capture.stem}, {rate} of its bytes changed, seed {seed}", \
                    ("editcap", "-F", "pcapng", "-E", rate, "--seed", seed, capture)


def mutations(folder, short):
    """(name, command that makes it): all lengths and kinds of packets, in turn with changed bytes, of which there is no end."""
    small = one_of_each(folder / "small.pcap")
    if short:
        return [*cut(small, SHORT_SNAPS), *random_packets(SHORT_TYPES, 20), *changed(lambda seed: [small], SHORT_RATES, [1])]
    captures = [capture for capture in sorted(CAPTURES.glob("*.pcapng")) if capture.stem != "cluster"]
    endless = changed(lambda seed: [small, *captures[seed % 5::5]], RATES, itertools.count(1))
    finite = itertools.chain.from_iterable(itertools.zip_longest(cut(small, SNAPS), random_packets(TYPES, RANDOM_PACKETS)))
    return itertools.chain.from_iterable(zip((one for one in itertools.chain(finite, endless) if one), endless))


@functools.lru_cache(maxsize=None)
def bug_field():
    known = subprocess.run(["tshark", "-G", "fields"], check=True, capture_output=True, encoding="utf-8").stdout
    return next(name for name in BUG_FIELDS if f"\t{name}\t" in known or f"\t{name}\n" in known)


def told(wireshark, capture, *options):
    """For each frame: its protocols, and whether it is malformed or a dissector's bug."""
    rows = wireshark.run("-n", "-2", "-r", capture, *FIELDS, "-e", bug_field(), *options, marks=OTHER_MARKS).splitlines()
    return [row.split("\t") for row in rows]


def worse(ours, alone):
    """Lines on frames that are worse with the plugin. A dissector that it called may find a frame malformed."""
    complaints = [] if len(ours) == len(alone) else [f"{len(ours)} frames with the plugin, {len(alone)} without"]
    for (number, layers, malformed, bug), (_, layers_alone, malformed_alone, bug_alone) in zip(ours, alone):
        if bug and not bug_alone:
            complaints.append(f"frame {number}: a dissector's bug with the plugin only ({layers})")
        if malformed and not malformed_alone and without_mark(layers) == without_mark(layers_alone):
            complaints.append(f"frame {number}: malformed with the plugin only ({layers})")
    return complaints


def without_mark(layers):
    return layers.replace(":_ws.malformed", "")


def try_one(ours, alone, folder, number, name, command):
    path = folder / f"mutated-{number}.pcap"
    run(*command, path)
    path.chmod(0o644)
    try:
        reference = told(alone, path)
        complaints = []
        for nodes in ([], lab_hosts.configured()):
            complaints += worse(told(ours, path, *nodes), reference)
        # Everything shown, as for a reader; what is a bug without the plugin is no matter here.
        ours.run("-n", "-r", path, "-V", "-z", "impsvc,tree", "-z", "impsvc_nodes,tree", marks=OTHER_MARKS)
    except (AssertionError, subprocess.TimeoutExpired) as reason:
        complaints = [str(reason)[-4000:]]
    if complaints:
        print(f"{name}: {' '.join(map(str, command))}\n  " + "\n  ".join(complaints[:20]), flush=True)
    else:
        path.unlink()
    return len(reference) if not complaints else 0, bool(complaints)


def main():
    short = sys.argv[1:2] == ["--short"]
    seconds = 240 if short or len(sys.argv) < 2 else int(sys.argv[1])
    end = time.monotonic() + seconds
    kinds, frames, failed = Counter(), 0, False
    with contextlib.closing(Wireshark(BUILD / "plugins")) as ours, contextlib.closing(Wireshark()) as alone, \
            ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        waiting = []

        def collect(limit):
            nonlocal frames, failed
            while len(waiting) > limit:
                kind, result = waiting.pop(0)
                count, bad = result.result()
                kinds[kind] += 1
                frames += count
                failed |= bad

        for number, (name, command) in enumerate(mutations(ours.folder, short)):
            if not short and time.monotonic() > end:
                break
            waiting.append((command[0] + (" -s" if "-s" in command else " -E" if "-E" in command else ""),
                            pool.submit(try_one, ours, alone, ours.folder, number, name, command)))
            collect(2 * os.cpu_count())
        collect(0)
    print(f"mutated captures: {', '.join(f'{count} by {kind}' for kind, count in kinds.items())}; {frames} frames "
          f"read four times each{'' if failed else ', none worse with the plugin'}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

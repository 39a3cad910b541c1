#!/usr/bin/env python3
# What the plugin says of every capture, kept in tests/golden: a change in its answers
# shows as a diff that a person reads before it is accepted.
#
#   golden.py --plugin-dir build/plugins [--update] [CAPTURE...]
#
# Prints the differences; exit code 1 if there are any. With --update the files are
# written as well. tools/golden builds the plugin first.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import contextlib
import difflib
import functools
import itertools
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import lab_hosts
from places import CAPTURES, SOURCE
from run_tshark import Wireshark

GOLDEN = SOURCE / "tests" / "golden"

# The columns of a .fields file after the frame's number and ends. Add here what the plugin learns to say.
COLUMNS = ["impsvc.entry", "impsvc.direction", "impsvc.flow", "impsvc.confidence", "impsvc.port", "impsvc.role.src",
           "impsvc.role.dst", "impsvc.node.src", "impsvc.node.dst", "impsvc.candidate", "impsvc.icmp_error", "impsvc.detail",
           "impsvc.evidence"]
# Expert items: their names in the last column.
EXPERT = ["impsvc.localhost_exposed", "impsvc.cleartext", "impsvc.unexpected_payload", "impsvc.reversed", "impsvc.moved"]
# The statistics, by the suffix of their files, and how their titles end: what is before that differs between versions.
STATISTICS = {"tree": ("impsvc,tree", "Traffic by table:"), "nodes": ("impsvc_nodes,tree", "Nodes and roles:")}
SENTENCES = ("No packet fits the port list", "No node is known")
# Captures of thousands of packets, of which many are told alike: for them .answers has each answer once, with its frames.
SUMMED_UP = {"cluster", "port-scan"}
ANSWERS = "answers"
# The captures of trouble have one more file of fields: with the lab's nodes configured, which is when the plugin warns.
TROUBLE = "trouble-"
CONFIGURED = "configured"

# The version of Wireshark the files are written with, and what another one may see otherwise: from which frame on a scanner's
# malformed packets count as NTP or IKE is up to Wireshark's own dissectors.
WRITTEN_WITH = "4.0"
VERSION_DEPENDENT = {"port-scan"}

# Whose packet it is: not what it carries, which Wireshark's versions name differently.
ENDS = ["frame.protocols", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport", "udp.srcport", "tcp.dstport",
        "udp.dstport"]
TRANSPORTS = ("arp", "icmp", "icmpv6", "igmp", "tcp", "udp", "ipv6", "ip")
FIELDS = ["frame.number", *ENDS, *COLUMNS, *EXPERT]
STATISTICS_COLUMNS = 5      # topic, count, average, minimum, maximum; the rest hangs on the clock or on a version


class UnknownField(Exception):
    """The plugin has no such field."""


def captures():
    return sorted(CAPTURES.glob("*.pcapng"))


def suffixes(capture):
    told = ANSWERS if capture.stem in SUMMED_UP else "fields"
    return [told, *([CONFIGURED] if capture.stem.startswith(TROUBLE) else []), *STATISTICS]


def golden_file(capture, suffix):
    return GOLDEN / f"{capture.stem}.{suffix}"


def words_of(wireshark):
    """{field: {number: word}} for the columns that are numbers with words."""
    kinds = [line.split("\t") for line in wireshark.run("-G", "fields", marks=()).splitlines()]
    unknown = sorted({*COLUMNS, *EXPERT} - {row[2] for row in kinds if row[0] == "F"})
    if unknown:
        raise UnknownField(f"The plugin has no field {', '.join(unknown)}: see COLUMNS and EXPERT in tests/helpers/golden.py.")
    words = {name: {} for name in COLUMNS}
    for row in (line.split("\t") for line in wireshark.run("-G", "values", marks=()).splitlines()):
        if row[0] == "V" and row[1] in words:
            words[row[1]][row[2].strip()] = row[3].strip()
    return words


def ends(row, names):
    """As "tcp imp-sub:40001 > imp-pub:7400"; of an ICMP error, the outer ends."""
    def first(*fields):
        return next((row[field][0] for field in fields if row[field]), "")

    layers = row["frame.protocols"][0].split(":")
    transport = next((name for name in TRANSPORTS if name in layers), layers[-1])
    source, destination = (names.get(address, address) for address in (first("ip.src", "ipv6.src"), first("ip.dst", "ipv6.dst")))
    if not source:
        return transport
    if transport in ("tcp", "udp"):
        source += ":" + first(f"{transport}.srcport")
        destination += ":" + first(f"{transport}.dstport")
    return f"{transport} {source} > {destination}"


def fields(rows, words):
    """One line a frame. rows: FIELDS of each, and maybe more."""
    names = lab_hosts.hosts()
    lines = ["\t".join(["frame", "ends", *COLUMNS, "expert"])]
    for row in rows:
        cells = [row["frame.number"][0], ends(row, names)]
        cells += ["|".join(words[name].get(value, value) for value in row[name]) for name in COLUMNS]
        cells.append("|".join(name.rpartition(".")[2] for name in EXPERT if row[name]))
        lines.append("\t".join(cells).rstrip())
    return "\n".join(lines) + "\n"


def ranges(numbers):
    """As "1-3 7" for 1, 2, 3 and 7."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def summed_up(text):
    """Of the lines of frames: each answer with the frames that have it. A frame that is in no line has none."""
    heading, *lines = [line.split("\t", 2) for line in text.splitlines()]
    frames = {}
    for number, _, *answer in lines:
        for told in answer:
            frames.setdefault(told, []).append(int(number))
    return "\n".join([f"{heading[2]}\tof {len(lines)} frames", *(f"{told}\t{ranges(frames[told])}" for told in frames)]) + "\n"


def statistics(wireshark, capture):
    """{suffix: text}, of one run of tshark."""
    asked = [part for name, _ in STATISTICS.values() for part in ("-z", name)]
    said = wireshark.read(capture, "-q", *asked).splitlines()
    headings = [number for number, line in enumerate(said) if line.startswith("Topic / Item")]
    trees = {said[start - 1]: tree(said[start:end]) for start, end in zip(headings, [*headings[1:], len(said)])}
    return {suffix: next(text for title, text in trees.items() if title.endswith(wanted)) for suffix, (_, wanted) in STATISTICS.items()}


def tree(said):
    """From its heading to where the next one begins: depth as leading blanks, then the columns that are kept. "", and so no file,
    if there is nothing below the heading, or a sentence that says why (test_nothing_fits.py)."""
    lines = []
    for line in itertools.takewhile(lambda line: not line.startswith("===="), said):
        if line.strip("=-"):
            topic = re.split(r" {2,}", line.strip())
            depth = len(line) - len(line.lstrip())
            lines.append(" " * depth + "\t".join(topic[:STATISTICS_COLUMNS]))
    says_why = len(lines) > 1 and lines[1].startswith(SENTENCES)
    return "\n".join(lines) + "\n" if len(lines) > 1 and not says_why else ""


def output(rows, words, suffix):
    told = fields(rows, words)
    return summed_up(told) if suffix == ANSWERS else told


def outputs(wireshark, capture, words, rows=None):
    """What the plugin says now: {suffix: text}. rows, of options for tshark: FIELDS of each frame, if somebody else has read them."""
    copy = wireshark.readable(capture)
    rows = rows or functools.partial(wireshark.fields, copy, FIELDS)
    options = {CONFIGURED: lab_hosts.configured()}
    told = {suffix: output(rows(*options.get(suffix, [])), words, suffix) for suffix in suffixes(capture) if suffix not in STATISTICS}
    return {**told, **statistics(wireshark, copy)}


def version(wireshark):
    """As "4.0"."""
    return re.search(r"\d+\.\d+", wireshark.run("-v")).group()


def comparable(capture, running):
    """Whether the running version of Wireshark has to say the same of the capture."""
    return running == WRITTEN_WITH or capture.stem not in VERSION_DEPENDENT


def difference(path, text):
    """Unified diff from the kept file to the text, or ""."""
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if kept == text:
        return ""
    name = f"tests/golden/{path.name}"
    return "\n".join(difflib.unified_diff(kept.splitlines(), text.splitlines(), name, f"{name}, now", lineterm="", n=1))


def left_over():
    """Kept files that no capture or statistics stands behind."""
    wanted = {golden_file(capture, suffix) for capture in captures() for suffix in suffixes(capture)}
    return sorted(set(GOLDEN.glob("*")) - wanted)


def arguments():
    parser = argparse.ArgumentParser(description="Compare what the plugin says of the captures with tests/golden.")
    parser.add_argument("--plugin-dir", required=True, help="holds <minor version>/epan/impsvc.so")
    parser.add_argument("--update", action="store_true", help="write the files, too")
    parser.add_argument("names", nargs="*", metavar="CAPTURE", help="names without .pcapng (default: all)")
    return parser.parse_args()


def chosen(names):
    found = [capture for capture in captures() if not names or capture.stem in names]
    unknown = sorted(set(names) - {capture.stem for capture in found})
    if unknown:
        sys.exit(f"golden: no capture is called {', '.join(unknown)}")
    return found


def main():
    asked = arguments()
    GOLDEN.mkdir(exist_ok=True)
    selected = chosen(asked.names)
    changed = []
    with contextlib.closing(Wireshark(asked.plugin_dir)) as wireshark, ThreadPoolExecutor() as pool:
        words, running = words_of(wireshark), version(wireshark)
        if asked.update and running != WRITTEN_WITH:
            sys.exit(f"golden: the files are written with Wireshark {WRITTEN_WITH}, and this is {running}")
        selected = [capture for capture in selected if comparable(capture, running)]
        for capture, now in zip(selected, pool.map(lambda one: outputs(wireshark, one, words), selected)):
            for suffix, text in now.items():
                path = golden_file(capture, suffix)
                shown = difference(path, text)
                if shown:
                    print(shown)
                    changed.append(path)
                if asked.update and text:
                    path.write_text(text, encoding="utf-8")
                elif asked.update:
                    path.unlink(missing_ok=True)
    for path in left_over():
        print(f"tests/golden/{path.name}: nothing stands behind it" + (", removed" if asked.update else ""))
        changed.append(path)
        if asked.update:
            path.unlink()
    print(f"golden: {len(selected)} captures, {len(changed)} files {'changed' if asked.update else 'differ'}",
          file=sys.stderr)
    return 1 if changed and not asked.update else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UnknownField as reason:
        sys.exit(f"golden: {reason}")

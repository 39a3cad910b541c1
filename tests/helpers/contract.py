#!/usr/bin/env python3
# What users of the plugin rely on: fields, their values, expert items, preferences, tables, statistics, heuristics and ports,
# as tshark and Lua tell of them, a line each. contract.txt keeps them.
#
#   contract.py --plugin-dir build/plugins [--update]
#
# Prints how today's plugin differs from contract.txt; exit code 1 if it does. With --update the file is written as well: every
# line of its diff wants one in CHANGES.md.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import contextlib
import csv
import difflib
import re
import sys

from places import SOURCE
from run_tshark import Wireshark

CONTRACT = SOURCE / "tests" / "contract.txt"
CHANGES = SOURCE / "CHANGES.md"
TAPS = "for _, name in ipairs(Listener.list()) do print('tap ' .. name) end os.exit(0)\n"
# In the source, of a user's table: its name, and the names and titles of its columns.
TABLE = re.compile(r'uat_new\("[^"]*", sizeof\(\w+\), "(\w+)"')
COLUMN = re.compile(r'^ +(?:\{ |UAT_FLD_\w+\(\w+, )"?(\w+)"?, "([^"]+)", ', re.MULTILINE)


def report(wireshark, name):
    # No marks: some field of Wireshark's is called "Dissector bug".
    return [[cell.strip() for cell in line.split("\t")] for line in wireshark.run("-G", name, marks=()).splitlines()]


def ours(name):
    return name == "impsvc" or name.startswith("impsvc.")


def protocols(wireshark):
    # Those named after an owner of a port ("impsvc_sip") depend on which ports have one.
    return [f"protocol {row[2]}: {row[0]} ({row[1]})" for row in report(wireshark, "protocols")
            if len(row) > 2 and row[2] in ("impsvc", "impsvc_payload")]


def fields(wireshark):
    lines = []
    for row in report(wireshark, "fields"):
        if row[0] == "F" and ours(row[2]):
            title, name, kind, base, about = row[1], row[2], row[3], row[5], row[7] if len(row) > 7 else ""
            lines.append(f"field {name}: {kind} {base if base.startswith('BASE') else ''}".rstrip() + f", {title}: {about}".rstrip(": "))
    return lines


def values(wireshark):
    return [f"value {row[1]}: {int(row[2], 0)} = {row[3]}" for row in report(wireshark, "values") if row[0] == "V" and ours(row[1])]


def kind_of(comments):
    """What a preference takes. Versions of Wireshark write TRUE or true, and list choices by their names or their words."""
    for text in comments:
        if text.lower().startswith("true or false"):
            return "yes or no"
        if text.startswith("One of: "):
            return f"one of {text.count(',') + 1}"
    return comments[-1] if comments else ""


def preferences(wireshark):
    """Each with its choices or kind and its default; comments stand before it."""
    lines, comments = [], []
    for line in wireshark.run("-G", "defaultprefs", marks=()).splitlines():
        found = re.match(r"#?(impsvc\.\w+): ?(.*)", line)
        if found:
            lines.append(f"preference {found.group(1)}: default {found.group(2)}; {kind_of(comments)}")
        comments = comments + [line[2:]] if line.startswith("# ") else []
    return lines


def statistics(wireshark):
    return [f"statistics {line.strip()}" for line in wireshark.refusal_or_output("-z", "help").splitlines()
            if line.strip().startswith("impsvc")]


def taps(wireshark):
    script = wireshark.folder / "taps.lua"
    script.write_text(TAPS, encoding="utf-8")
    script.chmod(0o644)
    said = wireshark.refusal_or_output("-X", f"lua_script:{script}", "-r", "/dev/null")
    return [line for line in said.splitlines() if line.startswith("tap impsvc")]


def heuristics(wireshark):
    """Lists and whether they are on; Wireshark 4.0 has no names there, so only how many."""
    count = {}
    for row in report(wireshark, "heuristic-decodes"):
        if len(row) > 2 and row[1] == "impsvc":
            count[row[0], row[2]] = count.get((row[0], row[2]), 0) + 1
    return [f"heuristics {where}: {number} {'on' if on == 'T' else 'off'}" for (where, on), number in count.items()]


def heuristic_names(wireshark):
    """The names Wireshark knows of all that the catalog's tables could give."""
    with open(SOURCE / "catalog" / "tables.csv", encoding="utf-8") as text:
        slugs = [row["slug"] for row in csv.DictReader(text)]
    names = [f"impsvc_{slug}_{carrier}" for slug in slugs for carrier in ("tcp", "udp", "tls", "icmp")]
    asked = [part for name in names for part in ("--disable-heuristic", name)]
    unknown = set(re.findall(r"No such protocol (\w+)", wireshark.refusal_or_output(*asked, "-r", "/dev/null")))
    return [f"heuristic {name}" for name in names if name not in unknown]


def ports(wireshark):
    return [f"decode-as {row[0]} {row[1]}" for row in report(wireshark, "decodes") if len(row) == 3 and row[2].startswith("impsvc")]


def tables(_):
    """The user's tables and their columns, from the source: Wireshark shows them in a window only."""
    lines = []
    for path in sorted((SOURCE / "plugin").rglob("*.c")):
        text = path.read_text(encoding="utf-8")
        for table in TABLE.findall(text):
            lines.append(f"table {table}: " + ", ".join(title for _, title in COLUMN.findall(text[text.index("uat_field_t"):])))
    return lines


PARTS = [protocols, fields, values, preferences, tables, statistics, taps, heuristics, heuristic_names, ports]


def number_aware(line):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", line)]


def contract(wireshark):
    return "".join(f"{line}\n" for part in PARTS for line in sorted(set(part(wireshark)), key=number_aware))


def difference(kept, today):
    return "\n".join(difflib.unified_diff(kept.splitlines(), today.splitlines(), "contract.txt", "the plugin", lineterm="", n=0))


def main():
    parser = argparse.ArgumentParser(description="What users of the plugin rely on, against contract.txt.")
    parser.add_argument("--plugin-dir", required=True, help="holds <minor version>/epan/impsvc.so")
    parser.add_argument("--update", action="store_true", help="write contract.txt")
    asked = parser.parse_args()
    with contextlib.closing(Wireshark(asked.plugin_dir)) as wireshark:
        today = contract(wireshark)
    differs = difference(CONTRACT.read_text(encoding="utf-8") if CONTRACT.exists() else "", today)
    print(differs or "as contract.txt has it")
    if asked.update:
        CONTRACT.write_text(today, encoding="utf-8")
        return 0
    return 1 if differs else 0


if __name__ == "__main__":
    sys.exit(main())

# What impsvc check found, for programs: CSV (RFC 4180) and JSON. Both have the same rows and names, in English.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import json
from collections import Counter

import port_list


def rows_of(several):
    """The rows of all captures, each with its capture's name first."""
    return [{"capture": paths.name, **row} for paths in several for row in paths.rows]


def write_csv(several, file):
    writer = csv.DictWriter(file, ["capture", *several[0].columns])
    writer.writeheader()
    writer.writerows(rows_of(several))


def write_json(several, file):
    json.dump({"blocked": sum(paths.blocked for paths in several),
               "counts": sum((paths.counts for paths in several), start=Counter()),
               "captures": [of_capture(paths) for paths in several],
               "paths": rows_of(several)}, file, ensure_ascii=False, indent=1)
    file.write("\n")


def of_capture(paths):
    known = [{"address": address, "name": " ".join(filter(None, name)), "known": "configured"} for address, _, *name in paths.configured]
    known += [{"address": address, "name": "", "known": how} for address, how in paths.found.nodes]
    return {"capture": paths.name, "release": paths.release["release"] if paths.release else port_list.BASE, "packets": paths.found.packets, "incomplete": paths.incomplete, "blocked": paths.blocked,
            "counts": paths.counts, "nodes": known}

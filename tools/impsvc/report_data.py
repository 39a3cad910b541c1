# A report for programs: CSV and JSON, as impsvc check has them, and what is open that should not be. In English whatever the language.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import json
from collections import Counter

import check_data


def rows_of(section):
    """Its rows, as the check has them, with the sentence on what is exposed there."""
    said = {id(row): one.sentence for one in reversed(section.exposures) for row in one.rows}
    return [{**row, "exposed": said.get(id(row))} for row in section.paths.rows]


def with_capture(sections):
    return [{"capture": section.paths.name, **row} for section in sections for row in rows_of(section)]


def write_csv(sections, failures, file):
    writer = csv.DictWriter(file, ["capture", *sections[0].paths.columns, "exposed"])
    writer.writeheader()
    writer.writerows(with_capture(sections))


def write_json(sections, failures, file):
    several = [section.paths for section in sections]
    json.dump({"blocked": sum(paths.blocked for paths in several),
               "exposed": sum(section.open_exposures for section in sections),
               "counts": sum((paths.counts for paths in several), start=Counter()),
               "captures": [of_capture(section) for section in sections],
               "unreadable": failures,
               "paths": with_capture(sections)}, file, ensure_ascii=False, indent=1)
    file.write("\n")


def of_capture(section):
    exposed = [{"item": one.kind, "open": one.is_open, "entry": one.entry, "sentence": one.sentence, "connections": one.connections,
                "frame": one.frame} for one in section.exposures]
    return {**check_data.of_capture(section.paths), "exposed": exposed, "rules": section.rules.lines if section.rules else []}

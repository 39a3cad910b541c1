#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the profile "IM and Presence" from the catalog, as a folder that Wireshark can use.

content.py says what is in it, formats.py how that is written. Behind our items come those that
Wireshark ships with, from the folder of its data: a profile's file replaces them all.
"""

import argparse
import os
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True      # builds leave the source tree as it is
sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

import check                        # noqa: E402
import formats                      # noqa: E402
from content import LANGUAGES, Content          # noqa: E402
from record import RECENT, RECORD, place, record_text   # noqa: E402

# Where Wireshark's data may be, the folder with its colorfilters.
DATA = ["/usr/share/wireshark", "/usr/local/share/wireshark", "/Applications/Wireshark.app/Contents/Resources/share/wireshark"]


def main():
    arguments = parse_arguments()
    catalog, problems = check.load(arguments.catalog)
    data = arguments.wireshark_data or next((each for each in DATA if os.path.exists(f"{each}/colorfilters")), None)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    if data is None or not os.path.exists(f"{data}/colorfilters"):
        print(f"make.py: Wireshark's own coloring rules are not in {data or ', '.join(DATA)}: the profile has ours only "
              "(--wireshark-data names the folder)", file=sys.stderr)
        data = None
    try:
        for release in (row["release"] for row in catalog.releases if row["complete"] == "yes"):
            for language in LANGUAGES:
                make(place(arguments.output, language, release), Content(catalog, language, release), data, arguments.version)
    except (OSError, formats.Broken) as error:
        print(f"make.py: {error}", file=sys.stderr)
        return 1
    return 0


def parse_arguments():
    parser = argparse.ArgumentParser(description='Write the configuration profile "IM and Presence" from the port catalog.')
    parser.add_argument("--output", metavar="DIR", required=True, help="folder to write the profile's folder into: the Japanese one in ja, those for other "
                                                                       "releases of the port list in folders of their names")
    parser.add_argument("--version", required=True, help="version of impsvc, for the record of what was installed")
    parser.add_argument("--wireshark-data", metavar="DIR", help="folder of Wireshark's colorfilters, dfilters, cfilters "
                                                                "and macros (default: the usual places)")
    parser.add_argument("--catalog", metavar="DIR", default=str(Path(__file__).resolve().parents[1]),
                        help="folder of the CSV files (default: %(default)s)")
    return parser.parse_args()


def make(folder, content, data, version):
    """Write all files of the profile into the folder."""
    columns = content.columns()
    preferences = formats.Preferences("")
    preferences.set_columns(columns)
    preferences.set_release(content.release)
    lists = {
        "colorfilters": content.colorfilters() + wiresharks("colorfilters", data),
        "dfilter_buttons": content.dfilter_buttons(),
        "dfilters": content.dfilters() + wiresharks("dfilters", data),
        "cfilters": content.cfilters() + wiresharks("cfilters", data),
        "dfilter_macros": content.macros("dfilter_macros") + wiresharks_macros("dfilter_macros", data),
        "dmacros": content.macros("dmacros") + wiresharks_macros("dmacros", data),
        "io_graphs": content.io_graphs(),
        "services": content.services(),
    }
    texts = {name: formats.write(items) for name, items in lists.items()}
    texts[formats.PREFERENCES] = preferences.text()
    texts[RECENT] = recent(content.widths())
    files = {name: [(each.key, each.value) for each in items]
             for name, items in {**lists, formats.PREFERENCES: columns}.items()}
    texts[RECORD] = record_text({"version": version, "language": content.language, "release": content.release, "files": files})
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8"))


def wiresharks(name, data):
    """The items that Wireshark's own file has."""
    text = formats.read(f"{data}/{name}") if data else None
    return [each for each in formats.parse(name, text, f"{data}/{name}") if each.key is not None] if text else []


def wiresharks_macros(name, data):
    """Wireshark's own macros, from whichever of the two files it has."""
    found = wiresharks("dmacros", data) or wiresharks("dfilter_macros", data)
    return [formats.item(name, each.key, *each.value) for each in found]


def recent(widths):
    """The widths by format, without what says how a value is shown. Times to the microsecond: more digits would be cut."""
    lines = [f'\t"{re.sub(":0:[RU]$", "", key)}", "{width}"' for key, width in widths]
    return "gui.time_precision: USEC\ncolumn.width:\n" + ",\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())

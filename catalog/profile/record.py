# SPDX-License-Identifier: GPL-2.0-or-later
"""The record of what was installed, a file in the profile: by it upgrade.py tells what a person has changed.

JSON: {"version", "language", "release", "files": {name of the file: [[key, value], ...]}}, keys and values as formats.py has them.
A record of before there were several releases of the port list has none: that is the first, and today it is left out, too.
Wireshark copies the file with the profile: the plugin names it (plugin.c).
"""

import json
from pathlib import Path

import formats

NAME = "IM and Presence"
LANGUAGES = ("en", "ja")
BASE = formats.BASE
RECORD = "impsvc_profile"
RECENT = "recent"       # not in the record: the widths of the columns are Wireshark's own once it has been closed


def place(folder, language, release=BASE):
    """The folder of the profile for a release, in a language, in the folder that make.py wrote."""
    folder = Path(folder) if release == BASE else Path(folder) / release
    return folder / NAME if language == LANGUAGES[0] else folder / language / NAME


def releases(folder):
    """The releases for which make.py wrote a profile, base first."""
    others = {path.parents[1].name for path in Path(folder).glob(f"*/{NAME}/{RECORD}")}
    return [BASE, *sorted(others - set(LANGUAGES))]


def read_record(path):
    """{"version", "language", "files": {name: [[key, value], …]}}; None if there is none."""
    text = formats.read(path)
    if text is None:
        return None
    try:
        found = json.loads(text)
        if not isinstance(found["version"], str) or not isinstance(found["language"], str):
            raise ValueError("version or language is no text")
        if not isinstance(found.get("release", BASE), str):
            raise ValueError("release is no text")
        for pairs in found["files"].values():
            for key, value in pairs:
                if not isinstance(key, str) or not all(isinstance(cell, str) for cell in value):
                    raise ValueError("an entry is no name with a list of texts")
        return found
    except json.JSONDecodeError as error:
        raise formats.Broken(path, error.lineno, f"is not as it was written ({error.msg}); without this file "
                                                 "all that differs is taken for yours") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise formats.Broken(path, 1, f"is not as it was written ({error}); without this file "
                                      "all that differs is taken for yours") from None


def record_text(record):
    """An entry a line, as a person may want to read it."""
    files = ",\n".join(f"{json.dumps(name)}: [\n" + ",\n".join(
        json.dumps([key, list(value)], ensure_ascii=False) for key, value in pairs) + "]"
        for name, pairs in record["files"].items())
    release = "" if record.get("release", BASE) == BASE else f'"release": {json.dumps(record["release"])}, '
    return (f'{{"version": {json.dumps(record["version"])}, "language": {json.dumps(record["language"])}, {release}'
            f'"files": {{\n{files}}}}}\n')

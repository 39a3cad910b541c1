#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Removes the profile from a person's folder of profiles when the plugin is uninstalled.

Only if it is as it was installed: otherwise it stays, and the person reads where it is, what is theirs in
it, what Wireshark will say of it, and how to remove it.
"""

import shlex
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import formats                      # noqa: E402
from record import BASE, NAME, RECENT, RECORD, read_record            # noqa: E402
from upgrade import BACKUP, LISTS, personal_folder              # noqa: E402


def main():
    profile = Path(personal_folder()) / "profiles" / NAME
    if not profile.exists():
        return 0
    try:
        theirs = what_is_theirs(profile)
        if not theirs:
            shutil.rmtree(profile)
            print(f"removed {profile}")
            return 0
    except OSError as error:
        print(f"profile: {error.filename}: cannot be removed: {error.strerror}", file=sys.stderr)
        return 1
    print(f"kept your profile {profile}: {theirs}",
          "Without the plugin Wireshark complains of its filters and coloring rules whenever you use it. To remove it, close Wireshark:",
          f"  rm -r {shlex.quote(str(profile))}", sep="\n")
    return 0


def what_is_theirs(profile):
    """In words, what a person would lose with the profile; nothing if it is as it was installed."""
    if profile.is_symlink():
        return "it is a link to another folder"
    try:
        record = read_record(profile / RECORD)
        if record is None:
            return f"it has no {RECORD}, so nobody knows what is yours in it"
        changed = [name for name, base in record["files"].items() if is_changed(name, profile / name, base, record.get("release", BASE))]
    except formats.Broken as problem:
        return str(problem)
    known = {*record["files"], formats.PREFERENCES, *LISTS, RECENT, RECORD, BACKUP}
    changed += [name for name in [formats.PREFERENCES, *LISTS] if name not in record["files"] and (profile / name).exists()]
    changed += [path.name for path in profile.iterdir() if path.name not in known]
    return f"you have changed {', '.join(sorted(changed))}" if changed else ""


def is_changed(name, path, base, release):
    """Whether a file has another entry or comment than were installed; one that is missing cannot be lost."""
    text = formats.read(path)
    if text is None:
        return False
    if name == formats.PREFERENCES:
        preferences = formats.Preferences(text, path)
        items = preferences.columns() or []
        own = set(preferences.spans) - {formats.COLUMNS, formats.HIDDEN, *([formats.RELEASE] if preferences.release() == release else [])}
    else:
        items = [each for each in formats.parse(name, text, path) if each.key is not None]
        own = set()
    comments = any(line.lstrip().startswith("#") for line in formats.lines_of(text))
    return bool(own or comments or [[each.key, list(each.value)] for each in items] != base)


if __name__ == "__main__":
    sys.exit(main())

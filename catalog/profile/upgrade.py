#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts a profile that make.py wrote into a person's folder of profiles, or brings the one there up to date.

What the person has changed, added or removed stays so (merge.py). A file that cannot be
understood is left alone and named. Files are kept in impsvc_backup/ before they change.
"""

import argparse
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import formats                      # noqa: E402
from merge import merge             # noqa: E402
from record import BASE, LANGUAGES, NAME, RECENT, RECORD, place, read_record, record_text, releases  # noqa: E402

BACKUP = "impsvc_backup"
LISTS = ["colorfilters", "dfilter_buttons", "dfilters", "cfilters", "dfilter_macros", "dmacros", "io_graphs", "services"]
AT_BEGINNING = {"colorfilters", "services"}     # the first rule that fits counts; of a port's names it is the last, the person's


def main():
    arguments = parse_arguments()
    target = Path(arguments.profiles_dir or os.path.join(personal_folder(), "profiles")) / NAME
    try:
        old = read_record(target / RECORD)
        language = arguments.language or (old["language"] if old and old["language"] in LANGUAGES else LANGUAGES[0])
        release = arguments.release or release_there(target, old)
        if release not in releases(arguments.made):
            print(f"profile: there is no profile for the port list {release}, only for {', '.join(releases(arguments.made))}; "
                  "choose one with --release", file=sys.stderr)
            return 1
        upgrade = Upgrade(place(arguments.made, language, release), target, old)
        upgrade.run()
    except formats.Broken as problem:
        print(f"profile: {problem}\nprofile: nothing was changed in {target}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"profile: {error.filename}: cannot be written: {error.strerror}; run this again when that is mended",
              file=sys.stderr)
        return 1
    return 1 if upgrade.broken else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description="Put a profile into a person's Wireshark, or bring it up to date there.")
    parser.add_argument("made", metavar="MADE", help="folder that make.py wrote")
    parser.add_argument("--language", choices=LANGUAGES, help="language of names (default: that of the profile there, or English)")
    parser.add_argument("--release", metavar="R", help="release of the port list (default: that of the profile there, or base)")
    parser.add_argument("--profiles-dir", metavar="DIR", help="folder of profiles (default: the person's own, "
                                                              "such as ~/.config/wireshark/profiles)")
    return parser.parse_args()


def personal_folder():
    """Where Wireshark looks for a person's settings."""
    if os.environ.get("WIRESHARK_CONFIG_DIR"):
        return os.environ["WIRESHARK_CONFIG_DIR"]
    home = os.path.expanduser("~")
    folder = os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "wireshark")
    old = os.path.join(home, ".wireshark")
    return old if os.path.isdir(old) and not os.path.isdir(folder) else folder


def release_there(target, record):
    """Which release's profile is there: the person may have chosen another in Wireshark since."""
    text = formats.read(target / formats.PREFERENCES)
    try:
        if text is not None:
            return formats.Preferences(text, target / formats.PREFERENCES).release() or BASE
    except formats.Broken:
        pass        # the file is named when it is its turn
    return record.get("release", BASE) if record else BASE


class Upgrade:
    """First everything is read and merged, then everything is written."""

    def __init__(self, source, target, old_record):
        self.source, self.target, self.old_record = source, target, old_record
        self.new_record = read_record(source / RECORD)
        if self.new_record is None:
            raise formats.Broken(source / RECORD, 1, "is missing: this is no profile that make.py wrote")
        self.texts, self.told, self.broken = {}, [], []

    def run(self):
        fresh = not self.target.exists()
        files = dict(self.new_record["files"])
        for name in [formats.PREFERENCES] + LISTS:
            try:
                self._merge_file(name)
            except formats.Broken as problem:
                self.broken.append(problem)
                files.pop(name)     # it still is what it was
                if self.old_record and name in self.old_record["files"]:
                    files[name] = self.old_record["files"][name]
        if not (self.target / RECENT).exists():
            self.texts[RECENT] = formats.read(self.source / RECENT)
        self.texts[RECORD] = record_text(dict(self.new_record, files=files))
        changed = [name for name, text in self.texts.items() if formats.read(self.target / name) != text]
        backup = self._back_up(changed)
        for name in changed:
            write(self.target / name, self.texts[name])
        self._report(fresh, changed, backup)

    def _merge_file(self, name):
        new = formats.read(self.source / name)
        text, path = self._theirs(name)
        if text is None:
            self.texts[name] = new
        elif name == formats.PREFERENCES:
            self.texts[name] = self._merge_columns(text, new)
        else:
            merged = merge(self._base(name), formats.parse(name, text, path),
                           formats.parse(name, new), at_end=name not in AT_BEGINNING)
            self._tell(name, merged)
            self.texts[name] = formats.write(merged.items, formats.line_end(text))

    def _theirs(self, name):
        """The text of the person's file, None if there is none, and its path."""
        path = self.target / name
        text = formats.read(path)
        if text is None and name == "dmacros":
            text = self._macros_of_4_0()
        if text is None and name == "services" and self._base(name) is None:
            path = self.target.parent.parent / name     # of all profiles: once a profile has one, Wireshark reads that instead
            text = formats.read(path)
        return text, path

    def _merge_columns(self, text, new):
        preferences, ours = formats.Preferences(text, self.target / formats.PREFERENCES), formats.Preferences(new)
        theirs, base = preferences.columns(), self._base(formats.PREFERENCES)
        preferences.set_release(ours.release() or BASE)
        if theirs is None and base is not None:
            self.told.append("preferences: the columns are Wireshark's own again, by your choice; they stay so")
            return preferences.text()
        merged = merge(base, theirs or [], ours.columns())
        self._tell(formats.PREFERENCES, merged, "columns")
        if merged.items != theirs:
            preferences.set_columns(merged.items)
        return preferences.text()

    def _macros_of_4_0(self):
        """Before a Wireshark from 4.2 on has run, all macros are in the file of 4.0."""
        text = formats.read(self.target / "dfilter_macros")
        if text is None:
            return None
        items = formats.parse("dfilter_macros", text, self.target / "dfilter_macros")
        return formats.write([formats.item("dmacros", each.key, *each.value) for each in items if each.key is not None])

    def _base(self, name):
        files = self.old_record["files"] if self.old_record else {}
        return {(key, tuple(value)) for key, value in files[name]} if name in files else None

    def _tell(self, name, merged, what="entries"):
        counts = [f"{count} {word}" for count, word in ((merged.added, "added"), (merged.replaced, "brought up to date"),
                                                        (merged.removed, "removed"), (merged.own, "of your own kept")) if count]
        if counts:
            self.told.append(f"{name}: {what}: {', '.join(counts)}")
        if merged.changed:
            self.told.append(f"{name}: kept as you changed them: {', '.join(merged.changed)}")
        if merged.dropped:
            self.told.append(f"{name}: not put back, as you removed them: {', '.join(merged.dropped)}")

    def _back_up(self, changed):
        """Copies of the files that are about to change; the folder's name if there are any."""
        files = [name for name in changed if (self.target / name).exists()]
        if not files:
            return None
        folder = unused(self.target / BACKUP / datetime.now().strftime("%Y-%m-%d-%H%M%S"))
        folder.mkdir(parents=True)
        for name in files:
            shutil.copy2(self.target / name, folder / name)
        return folder

    def _report(self, fresh, changed, backup):
        version = self.new_record["version"]
        if fresh:
            print(f"installed {self.target} ({version})")
        elif changed:
            print(f"brought {self.target} up to date ({version})", *self.told, sep="\n  ")
        else:
            print(f"{self.target} is up to date ({version})")
        if backup:
            print(f"  the files as they were: {backup}")
        for problem in self.broken:
            print(f"profile: {problem}; the file was left as it is", file=sys.stderr)


def write(path, text):
    """All of the text or nothing; where the file is a link, what it leads to."""
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(text.encode("utf-8", "surrogateescape"))
        if path.exists():
            shutil.copymode(path, part)
        os.replace(part, path)
    finally:
        if part.exists():
            part.unlink()


def unused(path):
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


if __name__ == "__main__":
    sys.exit(main())

# What of the user's own settings for Wireshark matters here: nodes, moved ports, whether to learn nodes, the release of the port list,
# and TLS keys. All else, such as disabled protocols, changed ports and columns, would make a summary say different things on each machine.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import re
import shutil
from pathlib import Path

from say import Failure

TABLES = ("impsvc_nodes", "impsvc_ports")
PREFERENCES = re.compile(r"^(impsvc\.(?:learn_nodes|release)|tls\.keylog_file): *(.*)$", re.MULTILINE)


def folder_of(place, profile, say):
    """The folder of a profile; without a name the one that Wireshark starts with."""
    place.code_of_profile()
    from upgrade import personal_folder     # it knows where Wireshark looks
    own = Path(personal_folder())
    if not profile or profile == "Default":
        return own
    if not (own / "profiles" / profile).is_dir():
        there = sorted(path.name for path in (own / "profiles").glob("*") if path.is_dir())
        raise Failure(say(f"there is no profile {profile} in {own / 'profiles'}; there are: {', '.join(there) or 'none'}",
                          f"プロファイル {profile} が {own / 'profiles'} にありません。あるもの: {'、'.join(there) or 'なし'}"))
    return own / "profiles" / profile


def configured_nodes(folder):
    """The rows of the user's table of nodes: lists of address, role, name."""
    path = folder / "impsvc_nodes"
    if not path.is_file():
        return []
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    return [[plain(cell) for cell in row] for row in csv.reader(line.strip() for line in lines if line.startswith('"'))]


def plain(cell):
    """A cell of a table without Wireshark's escapes: "\\x22" is a quote, in what would else be the cell's end."""
    return re.sub(rb"\\x([0-9A-Fa-f]{2})", lambda code: bytes.fromhex(code[1].decode()), cell.encode()).decode("utf-8", "replace")


def preferred_release(folder):
    """What impsvc.release is in a folder's preferences; None if it is not set."""
    preferences = folder / "preferences"
    text = preferences.read_text(encoding="utf-8", errors="surrogateescape") if preferences.is_file() else ""
    return next((value.strip() for name, value in reversed(PREFERENCES.findall(text)) if name == "impsvc.release"), None)


def take(place, profile, target, say, nodes=None):
    """Copies what matters into a new folder, with other nodes if they are given; returns where it is from."""
    source = folder_of(place, profile, say)
    target.mkdir()
    for name in TABLES:
        if (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    if nodes is not None:
        (target / "impsvc_nodes").write_text(nodes, encoding="utf-8")
    preferences = source / "preferences"
    if preferences.is_file():
        lines = []
        for name, value in PREFERENCES.findall(preferences.read_text(encoding="utf-8", errors="surrogateescape")):
            if name == "tls.keylog_file" and Path(value).is_file():
                value = shutil.copyfile(value, target / "keys")     # root's may not be readable for nobody
            lines.append(f"{name}: {value}\n")
        (target / "preferences").write_text("".join(lines), encoding="utf-8", errors="surrogateescape")
    return source

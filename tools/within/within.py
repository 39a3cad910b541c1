# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the folder that Wireshark's build takes as one of its own plugins.

The folder has the sources as they are, the catalog as C, and a CMakeLists.txt in the manner of Wireshark's own plugins
(folder.py); Wireshark hears of it through CMakeListsCustom.txt, its place for plugins of others (custom.py).
"""

import argparse
import sys
from pathlib import Path

import custom
import folder
import wireshark_tree
from complaint import Complaint

EPILOG = """\
Afterwards build Wireshark as its developer's guide says; the plugin is built along, and lies in the build folder somewhere below
run, in a folder epan: impsvc.so, on Windows impsvc.dll. It works with a Wireshark of the same minor version and the same
architecture only. --remove takes everything away again. The exit status is 0 if it is done, and 1 if not, with the reason.
"""


def main(arguments=None):
    wanted = parse_arguments(arguments)
    try:
        tree = wireshark_tree.examined(wanted.wireshark.resolve())
        if wanted.remove:
            remove(tree)
        else:
            put(tree, wanted.replace)
    except Complaint as complaint:
        print(f"within-wireshark: {complaint}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"within-wireshark: {f'{error.filename}: {error.strerror}' if error.filename else error}", file=sys.stderr)
        return 1
    return 0


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="within-wireshark", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EPILOG,
        description="Put the plugin's sources into Wireshark's source tree, as plugins/epan/impsvc: for systems whose\n"
                    "Wireshark comes without headers, such as Windows.")
    parser.add_argument("wireshark", metavar="WIRESHARK", type=Path, help="the folder of Wireshark's source, 4.0 or later")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--replace", action="store_true", help="replace what an earlier run has put there")
    what.add_argument("--remove", action="store_true", help="take out what an earlier run has put there")
    return parser.parse_args(arguments)


def put(tree, replace):
    if tree.plugin.exists() and not replace:
        raise Complaint(f"{tree.plugin} is there already; --replace makes it anew, if this command has made it")
    if not tree.is_tried:
        print(f"within-wireshark: impsvc is untested with Wireshark {tree.version}: run its tests before you rely on it", file=sys.stderr)
    if tree.plugin.exists():
        folder.refuse_anothers(tree.plugin)
    had_line = custom.is_in(tree.custom)
    custom.add(tree.custom)
    try:
        sources = folder.make(tree)
    except BaseException:
        if not had_line:
            custom.take_out(tree.custom)
        raise
    print(f"{tree.plugin}: {sources} sources for Wireshark {tree.version}. Its build takes them from now on:\n"
          f'    cmake -S "{tree.top}" -B BUILD\n'
          "    cmake --build BUILD --config RelWithDebInfo --target impsvc")


def remove(tree):
    if not tree.plugin.exists() and not custom.is_in(tree.custom):
        raise Complaint(f"{tree.plugin} is not there")
    if tree.plugin.exists():
        folder.remove(tree)
    custom.take_out(tree.custom)
    print(f"{tree.plugin} is gone; Wireshark's build does without it from now on")

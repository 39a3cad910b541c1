# SPDX-License-Identifier: GPL-2.0-or-later
"""Record the test captures from real programs in network namespaces of their own."""
import argparse
import contextlib
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import mounts  # noqa: E402
import packages  # noqa: E402
import recording  # noqa: E402
import session  # noqa: E402
import verify  # noqa: E402

EPILOG = """examples:
  record                    everything
  record 22                 what shows table 22
  record 22.4 ldap-389-3268-636   what shows one entry, and one recording by name

Needs root (namespaces). Nothing leaves the machine: the lab's network has no way out."""


def arguments():
    parser = argparse.ArgumentParser(prog="record", description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="TABLE|ENTRY|NAME", help="what to record (default: everything)")
    parser.add_argument("--list", action="store_true", help="list the recordings and stop")
    parser.add_argument("--install", action="store_true", help="install what is missing with apt-get first")
    parser.add_argument("--readme", action="store_true",
                        help="record nothing: make cluster, derived captures and README.md's table of what is there")
    parser.add_argument("--check", action="store_true",
                        help="record nothing: do README.md and flows.csv agree with the captures, is every entry there?")
    return parser.parse_args()


def show(recordings):
    with contextlib.suppress(BrokenPipeError):  # record --list | head
        print("\n".join(f"{one.name:28} {', '.join(one.entries) or '-':32} {one.title}" for one in recordings))


def check():
    problems = list(verify.problems(session.CAPTURES))
    if not session.check_readme():
        problems.append("README.md differs from the captures: run record --readme")
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


def main():
    options = arguments()
    recording.load()
    try:
        chosen = recording.select(options.what)
    except ValueError as reason:
        sys.exit(f"record: {reason}")
    if options.list:
        return show(chosen)
    if options.check:
        return check()
    if options.readme:
        return session.finish()
    if os.geteuid() != 0:
        sys.exit("record: needs root, to make network namespaces")
    if options.install:
        packages.install()
    elif packages.missing():
        print(f"record: not installed: {' '.join(packages.missing())}; record --install installs them", file=sys.stderr)
    mounts.make_root_a_mount()
    failures = session.record(chosen)
    return f"record: {failures} of {len(chosen)} failed" if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("record: interrupted; everything it started has been stopped")

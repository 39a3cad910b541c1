# GLib's header of sizes and formats as it is on 64-bit Windows, from the one that is installed here. As a script, prints it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import subprocess
from pathlib import Path

# What differs, as pairs of a pattern and what stands there instead: a long has four bytes, size_t eight, and the system is not Unix.
DIFFERENCES = (
    (r"typedef signed long (gint64|gssize|gintptr);", r"typedef signed long long \1;"),
    (r"typedef unsigned long (guint64|gsize|guintptr);", r"typedef unsigned long long \1;"),
    (r"\(val##L\)", "(val##LL)"),
    (r"\(val##UL\)", "(val##ULL)"),
    (r'(#define G_(?:GINT64|GSIZE|GSSIZE|GINTPTR)_MODIFIER\s+)"l"', r'\1"ll"'),
    (r'(#define G_(?:GINT64|GSSIZE|GINTPTR)_FORMAT\s+)"li"', r'\1"lli"'),
    (r'(#define G_(?:GUINT64|GSIZE|GUINTPTR)_FORMAT\s+)"lu"', r'\1"llu"'),
    (r"(#define GLIB_SIZEOF_LONG\s+)8", r"\g<1>4"),
    (r"(#define G_(?:MAXSIZE|MAXSSIZE|MINSSIZE)\s+)G_(MAXU|MAX|MIN)LONG", r"\1G_\2INT64"),
    (r"\(glong\) (\(p\)|\(i\))", r"(gintptr) \1"),
    (r"\(gulong\) (\(p\)|\(u\))", r"(guintptr) \1"),
    (r"(#define GU?LONG_TO_[LB]E\(val\)\s+\(\(gu?long\) GU?INT)64", r"\g<1>32"),
    (r"#define G_OS_UNIX", "#define G_OS_WIN32\n#define G_PLATFORM_WIN32"),
    (r"#define G_THREADS_IMPL_POSIX", "#define G_THREADS_IMPL_WIN32"),
    (r'(#define G_MODULE_SUFFIX )"so"', r'\1"dll"'),
    (r"typedef int GPid;", "typedef void * GPid;"),
    (r'(#define G_PID_FORMAT )"i"', r'\1"p"'),
    (r'(#define G_POLLFD_FORMAT\s+)"%d"', r'\1"%#llx"'),
    (r"(#define GLIB_SYSDEF_AF_INET6 )10", r"\g<1>23"),
    (r"(#define G_DIR_SEPARATOR )'/'", r"\1'\\\\'"),
    (r'(#define G_DIR_SEPARATOR_S )"/"', r'\1"\\\\"'),
    (r"(#define G_SEARCHPATH_SEPARATOR )':'", r"\1';'"),
    (r'(#define G_SEARCHPATH_SEPARATOR_S )":"', r'\1";"'),
)


def installed():
    """The text of this machine's glibconfig.h."""
    said = subprocess.run(["pkg-config", "--variable=libdir", "glib-2.0"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    return (Path(said.strip()) / "glib-2.0" / "include" / "glibconfig.h").read_text()


def config(text):
    """The text of glibconfig.h for 64-bit Windows; AssertionError if the installed one is not written as expected."""
    for pattern, instead in DIFFERENCES:
        text, count = re.subn(pattern, instead, text, flags=re.M)
        assert count, f"glibconfig.h of this GLib has nothing that looks like {pattern}"
    return text


if __name__ == "__main__":
    print(config(installed()), end="")

# The plugin compiled and linked for Windows, with Debian's cross compiler and the headers of this machine.
#
# Wireshark for Windows is built with another compiler and other libraries: what passes here has portable sources, and is no DLL that works.
# Include folders and definitions are those of the build (compile_commands.json); only glibconfig.h, which says how long a long is, is
# replaced (windows_glib.py). Import libraries are made from the symbols of this machine's own libraries.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import re
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import windows_glib
from places import BUILD

PREFIX = "x86_64-w64-mingw32-"
COMPILER = PREFIX + "gcc"
# Our warnings, formats, and the printf of the C runtime that Wireshark for Windows uses: it knows %zu and %llu.
OPTIONS = ("-std=c11", "-O1", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wformat=2", "-Wvla", "-Werror",
           "-D__USE_MINGW_ANSI_STDIO=1")
# What the plugin links, and what it is called on Windows.
LIBRARIES = {"wireshark": "libwireshark.dll", "wsutil": "libwsutil.dll", "wiretap": "libwiretap.dll", "glib-2.0": "libglib-2.0-0.dll"}


class Source(NamedTuple):
    path: Path
    options: tuple      # definitions and include folders

    def object_name(self):
        return "-".join(self.path.with_suffix(".o").parts[-3:])


def sources(*targets, build=BUILD):
    """The C sources of CMake's targets."""
    found = []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        target = re.search(r"CMakeFiles/([^/]+)\.dir/", words[words.index("-o") + 1])
        if target and target[1] in targets:
            found.append(Source(Path(entry["file"]), tuple(options_of(words))))
    return found


def options_of(words):
    """Of a compiler's command, what a compiler for another system can take."""
    for word, following in zip(words, words[1:]):
        if word == "-isystem" and not (Path(following) / "glibconfig.h").exists():
            yield from (word, following)
        elif word.startswith("-I") or word.startswith("-D") and "FORTIFY" not in word:
            yield word


def why_not(some):
    """Why these sources cannot be compiled for Windows here, or None."""
    if not shutil.which(COMPILER):
        return f"{COMPILER} is not installed (Debian's package gcc-mingw-w64-x86-64-win32)"
    if not any((Path(word) / "glib" / "gwin32.h").exists() for source in some for word in source.options):
        return "GLib's headers here lack the one for Windows, glib/gwin32.h (Debian has it up to release 12)"
    return None


def run(*command):
    """What a program says, or AssertionError with all that it said."""
    done = subprocess.run([str(word) for word in command], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{command[0]} {command[-1]}:\n{done.stdout}{done.stderr}"
    return done.stdout


def library(name):
    """This machine's shared library that `-l<name>` links."""
    return Path(run("gcc", f"-print-file-name=lib{name}.so").strip())


class CrossCompiler:
    """Compiles and links for Windows; all that it makes is in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.headers = folder / "headers"
        self.headers.mkdir(parents=True)
        (self.headers / "glibconfig.h").write_text(windows_glib.config(windows_glib.installed()))

    def compile(self, source, *options):
        """An object, or AssertionError with the compiler's warnings and errors."""
        made = self.folder / source.object_name()
        run(COMPILER, *OPTIONS, "-isystem", self.headers, *source.options, *options, "-c", "-o", made, source.path)
        return made

    def compile_all(self, some, *options):
        """Objects, and what the compiler said of the sources that have none."""
        def one(source):
            try:
                return self.compile(source, *options), None
            except AssertionError as wrong:
                return None, str(wrong)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            outcomes = list(pool.map(one, some))
        return [made for made, _ in outcomes if made], [wrong for _, wrong in outcomes if wrong]

    def import_library(self, name):
        """What links to a DLL of Windows that has the symbols of this machine's lib<name>.so."""
        definition, made = self.folder / f"{name}.def", self.folder / f"lib{name}.dll.a"
        if not made.exists():
            symbols = run("nm", "-D", "--defined-only", "--format=posix", library(name))
            definition.write_text("\n".join(["EXPORTS", *exports(symbols), ""]))
            run(PREFIX + "dlltool", "-d", definition, "-D", LIBRARIES[name], "-l", made)
        return made

    def archive(self, name, objects):
        made = self.folder / f"lib{name}.a"
        run(PREFIX + "ar", "rcs", made, *objects)
        return made

    def link(self, name, objects, *options):
        """A program or a DLL, or AssertionError with what the linker misses."""
        made = self.folder / name
        run(COMPILER, "-Wl,--no-undefined", *options, "-o", made, *objects)
        return made


def exports(symbols):
    """Lines of a .def file, from what nm prints."""
    for line in symbols.splitlines():
        name, kind = line.split()[:2]
        if kind in "TWi":
            yield name.partition("@")[0]
        elif kind in "BDRVGS":
            yield name.partition("@")[0] + " DATA"


def exported(dll):
    """The names that a DLL exports."""
    said = run(PREFIX + "objdump", "-p", dll)
    return set(re.findall(r"^\t\[ *\d+\] (?:\+base\[ *\d+\] +[0-9a-f]+ +)?(\w+)$", said.partition("[Ordinal/Name Pointer] Table")[2], re.M))


def imported(dll):
    """The DLLs that it needs, in small letters."""
    return {name.lower() for name in re.findall(r"DLL Name: (\S+)", run(PREFIX + "objdump", "-p", dll))}

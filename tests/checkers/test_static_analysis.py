# clang-tidy (.clang-tidy says what it looks for, and what not, and why) and cppcheck on our sources, clean.
#
# Each version of these tools has new opinions. The tests hold the sources to those of the versions they were read with;
# with others they are skipped, and say so.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import shutil
import subprocess

import pytest

from tree import BUILD, PLUGIN, SOURCE, SOURCES, unless_unwanted

pytestmark = unless_unwanted

READ_WITH = {"clang-tidy": {"14"}, "cppcheck": {"2.10"}}
# Suppressed: Wireshark's headers are not looked at; C's old custom is to declare at the head of a function; which brackets
# a reader needs around "&" is for -Wparentheses to say, which is in -Wall.
CPPCHECK = ["--quiet", "--error-exitcode=1", "--enable=warning,style,performance,portability", "--std=c11", "--inline-suppr",
            "--suppress=missingInclude", "--suppress=variableScope", "--suppress=clarifyCalculation",
            "-DPLUGIN_VERSION=\"0\"", f"-I{PLUGIN}",
            # Functions that Wireshark's macros write are nothing to find faults in.
            "-DUAT_CSTRING_CB_DEF(rows,field,row)=", "-DUAT_VS_DEF(rows,field,row,type,value,text)=",
            "-DUAT_RANGE_CB_DEF(rows,field,row)="]


def run(*command):
    return subprocess.run([str(word) for word in command], cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)


def need(tool):
    """Skip the test, with the reason, if a tool is missing or is one whose opinions nobody has read."""
    if not shutil.which(tool):
        pytest.skip(f"{tool} is missing: tools/setup installs it")
    version = re.search(r"(?:version|Cppcheck) ([\d.]+)", run(tool, "--version").stdout)[1]
    version = version if tool == "cppcheck" else version.split(".")[0]
    if version not in READ_WITH[tool]:
        pytest.skip(f"{tool} {version} is here; the sources are kept clean for {' and '.join(sorted(READ_WITH[tool]))}")


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_clang_tidy_finds_nothing(source):
    need("clang-tidy")
    # The build is GCC's, which has options for optimising that clang does not know.
    done = run("clang-tidy", "--quiet", "-p", BUILD, "--extra-arg=-Wno-ignored-optimization-argument", source)
    assert done.returncode == 0, done.stdout


def test_clang_tidy_finds_a_fault(tmp_path):
    need("clang-tidy")
    faulty = tmp_path / "faulty.c"
    faulty.write_text("int first(const int *numbers) { if (!numbers) return *numbers; return numbers[0]; }\n")
    done = run("clang-tidy", "--quiet", f"--config-file={SOURCE}/.clang-tidy", faulty, "--", "-std=c11")
    assert "clang-analyzer-core.NullDereference" in done.stdout and done.returncode != 0


@pytest.mark.parametrize("minor", [0, 2, 6])
def test_cppcheck_finds_nothing(minor):
    need("cppcheck")
    done = run("cppcheck", *CPPCHECK, "-DVERSION_MAJOR=4", f"-DVERSION_MINOR={minor}", *SOURCES)
    assert done.returncode == 0 and not done.stdout, done.stdout


def test_cppcheck_finds_a_fault(tmp_path):
    need("cppcheck")
    faulty = tmp_path / "faulty.c"
    faulty.write_text("int beyond(void) { int numbers[2] = { 1, 2 }; return numbers[2]; }\n")
    done = run("cppcheck", *CPPCHECK, faulty)
    assert "arrayIndexOutOfBounds" in done.stdout and done.returncode == 1

# Each way to build works after any other: with the packages that README names, in a folder that nobody has configured otherwise.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import json
import re
import shutil
import sys

import pytest

from places import CLUSTER, SOURCE
from stubbed import Machine

FOR_USERS = {"IMPSVC_PERSONAL": "OFF", "IMPSVC_SANITIZE": "OFF", "IMPSVC_TESTS": "OFF", "IMPSVC_WERROR": "OFF"}
FOR_TESTS = {**FOR_USERS, "IMPSVC_TESTS": "ON", "IMPSVC_WERROR": "ON"}
COMMANDS = {
    ("tools/demo",): ("build-tools", FOR_USERS),
    ("tools/golden",): ("build-tools", FOR_USERS),
    ("tools/pictures",): ("build-tools", FOR_USERS),
    ("tools/package",): ("build-tools", FOR_USERS),
    ("tools/package", "--source"): ("build-tools", FOR_USERS),
    ("tools/test",): ("build-tests", FOR_TESTS),
    ("tools/test", "--long", "leaks"): ("build-tests", FOR_TESTS),
    ("tests/bench/run",): ("build-tests", FOR_TESTS),
    ("tests/sanitize/run",): ("build-sanitize", {**FOR_TESTS, "IMPSVC_SANITIZE": "ON"}),
    ("tests/fuzz/run", "--short"): ("build-fuzz", {"IMPSVC_TESTS": "ON", "IMPSVC_WERROR": "ON"}),
}


@pytest.fixture
def machine():
    with contextlib.closing(Machine()) as made:
        yield made


@pytest.fixture
def tree(tmp_path):
    """What of the tree the commands need until they build."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SOURCE / "tools", tmp_path / "tools", ignore=ignore)
    for folder in ("bench", "fuzz", "sanitize"):
        shutil.copytree(SOURCE / "tests" / folder, tmp_path / "tests" / folder, ignore=ignore)
    (tmp_path / "test-captures").mkdir()
    shutil.copy(CLUSTER, tmp_path / "test-captures")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_leaves_build_alone_and_asks_for_all_it_needs(machine, tree, command):
    folder, options = COMMANDS[command]
    machine.stub("cmake", f'printf "%s\\n" "$@" >{tree}/asked; echo no; exit 1\n')
    for compiler in ("cc", "clang"):
        machine.stub(compiler, "echo /dev/null\n")      # where its libraries are, if anybody asks
    code, _, said = machine.run(*command, tree=tree, IMPSVC_CHECKERS="no", IMPSVC_GUI="no", IMPSVC_ENGINES="no")
    assert code == 1 and "the build failed" in said
    asked = (tree / "asked").read_text().splitlines()
    assert asked[asked.index("-B") + 1] == str(tree / folder)
    # The last one counts.
    assert dict(re.findall(r"^-D(IMPSVC_(?!FUZZ)\w+)=(\w+)$", "\n".join(asked), re.M)) == options
    assert not (tree / "build").exists()


def configure(machine, folder, *options):
    """What CMake says when it configures as a user would, and how each file would be compiled."""
    code, out, said = machine.run("cmake", "-S", SOURCE, "-B", folder, f"-DPython3_EXECUTABLE={sys.executable}", *options,
                                  tree=machine.bin)
    assert code == 0, out + said
    commands = [entry["command"] for entry in json.loads((folder / "compile_commands.json").read_text())]
    assert len(commands) > 40
    return re.sub(r"\s+", " ", said), commands


@pytest.fixture
def cmake(machine):
    machine.stub("cmake", f"exec {shutil.which('cmake')} \"$@\"\n")
    return machine


def test_a_plain_cmake_needs_nothing_of_the_tests_and_bears_warnings(cmake, tmp_path):
    real = shutil.which("pkg-config")
    cmake.stub("pkg-config", f'case "$*" in *cmocka*) exit 1 ;; esac\nexec {real} "$@"\n')
    _, commands = configure(cmake, tmp_path)
    assert not [command for command in commands if "-Werror" in command or "/tests/" in command]
    assert not (tmp_path / "CTestTestfile.cmake").exists()


def test_who_asks_is_stopped_by_a_warning(cmake, tmp_path):
    _, commands = configure(cmake, tmp_path, "-DIMPSVC_WERROR=ON")
    assert all(" -Werror" in command for command in commands)


@pytest.mark.parametrize("user, warned", [(0, True), (1000, False)])
def test_root_reads_that_a_personal_plugin_is_ignored(cmake, tmp_path, user, warned):
    cmake.user(user)
    said, _ = configure(cmake, tmp_path, "-DIMPSVC_PERSONAL=ON")
    assert ("Wireshark does not look there when root runs it" in said and "without -DIMPSVC_PERSONAL=ON" in said) == warned


def test_root_reads_nothing_of_that_when_installing_for_all(cmake, tmp_path):
    cmake.user(0)
    assert "PERSONAL" not in configure(cmake, tmp_path)[0]

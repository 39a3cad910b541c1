# Who builds Wireshark himself, on Windows above all, gets the plugin by one command and Wireshark's own build: the folder is
# configured and compiled as Wireshark's own plugins are, with its warnings, in each source tree that can be had.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from places import CACHE, SOURCE, WIRESHARK_SOURCE

COMMAND = [sys.executable, SOURCE / "tools" / "within-wireshark"]
# By Wireshark's minor version; tools/setup source fetches what the Debian mirror has of them.
TREES = {"4.0": WIRESHARK_SOURCE,
         "4.4": CACHE / "wireshark-source-3-trixie", "4.6": CACHE / "wireshark-source-3-forky"}
PROGRAMS = ("cmake", "flex", "perl")
FEWER = ["-DBUILD_wireshark=OFF", "-DENABLE_LUA=OFF", "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
         "-DCMAKE_C_FLAGS=-fdiagnostics-color=never"]


def run(*arguments):
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, encoding="utf-8")


def fake(folder, version="4.4.19", title="Wireshark - Network traffic analyzer"):
    """What the command looks at in a source tree."""
    major, minor, micro = version.split(".")
    (folder / "plugins" / "epan").mkdir(parents=True)
    (folder / "CMakeLists.txt").write_text(
        f"# {title}\nset(PROJECT_MAJOR_VERSION {major})\nset(PROJECT_MINOR_VERSION {minor})\nset(PROJECT_PATCH_VERSION {micro})\n", encoding="utf-8")
    return folder


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- a real tree ---

@pytest.fixture(scope="module", params=TREES)
def configured(request, tmp_path_factory):
    """Wireshark's source of one version with the plugin in it, and a build folder that its CMake has made."""
    source = TREES[request.param]
    if not (source / "CMakeLists.txt").exists():
        pytest.skip(f"no source of Wireshark {request.param} in {source}: tools/setup source fetches it, if the Debian mirror has it")
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {' '.join(missing)}; tools/setup installs what Wireshark's build needs")
    folder = tmp_path_factory.mktemp("within")
    tree, build = folder / "wireshark", folder / "build"
    subprocess.run(["cp", "-as", source, tree], check=True)         # the tree in the cache stays as it is
    done = run(tree)
    assert done.returncode == 0, done.stderr
    configure = subprocess.run(["cmake", "-S", tree, "-B", build, *FEWER], capture_output=True, encoding="utf-8")
    assert configure.returncode == 0, configure.stderr
    yield request.param, tree, build, done.stdout
    shutil.rmtree(folder)


def test_wiresharks_own_build_takes_the_folder_and_warns_of_nothing(configured):
    version, tree, build, said = configured
    assert f"sources for Wireshark {version}." in said
    commands = [one for one in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")) if "/plugins/epan/impsvc/" in one["file"]]
    assert len(commands) == len(list((tree / "plugins" / "epan" / "impsvc").rglob("*.c"))) > 100
    assert all(" -Wshadow" in one["command"] and " -Wall" in one["command"] for one in commands), "not with Wireshark's warnings"

    def compiled(one):
        command = shlex.split(one["command"])
        output = Path(one["directory"]) / command[command.index("-o") + 1]
        output.parent.mkdir(parents=True, exist_ok=True)
        return subprocess.run(command, cwd=one["directory"], capture_output=True, encoding="utf-8")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(compiled, commands))
    assert "".join(one.stderr for one in done) == ""
    assert {one.returncode for one in done} == {0}
    symbols = subprocess.run(["nm", "-g", "--defined-only", *build.rglob("impsvc.dir/plugin.c.o")], capture_output=True, encoding="utf-8").stdout
    wanted = {"plugin_version", "plugin_want_major", "plugin_want_minor", "plugin_register"} | ({"plugin_describe"} if version != "4.0" else set())
    assert wanted == set(re.findall(r"\bplugin_\w+", symbols))


# --- what the folder is ---

def test_the_folder_has_all_sources_and_the_catalog_and_nothing_of_the_build(tmp_path):
    tree = fake(tmp_path / "wireshark")
    done = run(tree)
    assert (done.returncode, done.stderr) == (0, "")
    folder = tree / "plugins" / "epan" / "impsvc"
    ours = {path.relative_to(SOURCE / "plugin").as_posix() for path in (SOURCE / "plugin").rglob("*.[ch]")}
    assert set(contents(folder)) == {*ours, "catalog_data.c", "catalog_protocols.h", "CMakeLists.txt", "LICENSE"}
    listed = re.search(r"set\(PLUGIN_FILES\n(.*?)\n\)", (folder / "CMakeLists.txt").read_text(encoding="utf-8"), re.S)[1].split()
    assert set(listed) == {name for name in contents(folder) if name.endswith(".c")}
    assert (tree / "CMakeListsCustom.txt").read_text(encoding="utf-8").startswith("list(APPEND CUSTOM_PLUGIN_SRC_DIR plugins/epan/impsvc)")


def test_the_users_own_plugins_stay_in_the_build(tmp_path):
    tree = fake(tmp_path / "wireshark")
    own = b"set(CUSTOM_PLUGIN_SRC_DIR\r\n\tplugins/epan/foo\r\n)\r\n# \xe9"      # of a Windows editor, without an end of its last line
    (tree / "CMakeListsCustom.txt").write_bytes(own)
    assert run(tree).returncode == 0
    assert run("--replace", tree).returncode == 0
    text = (tree / "CMakeListsCustom.txt").read_bytes()
    assert text.startswith(own + b"\n") and text.count(b"plugins/epan/impsvc") == 1
    assert run("--remove", tree).returncode == 0
    assert (tree / "CMakeListsCustom.txt").read_bytes() == own + b"\n"


def test_what_was_put_there_goes_without_a_trace(tmp_path):
    tree = fake(tmp_path / "wireshark")
    before = contents(tree)
    assert run(tree).returncode == 0 and contents(tree) != before
    done = run("--remove", tree)
    assert done.returncode == 0 and "is gone" in done.stdout
    assert contents(tree) == before


@pytest.mark.parametrize("version", ["4.7.0", "5.0.0"])
def test_a_newer_wireshark_is_not_refused_but_called_untested(tmp_path, version):
    done = run(fake(tmp_path / "wireshark", version))
    assert done.returncode == 0
    assert done.stderr == f"within-wireshark: impsvc is untested with Wireshark {version}: run its tests before you rely on it\n"


# --- bad input ---

def refused(*arguments):
    done = run(*arguments)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.count("\n") == 1
    return done.stderr


def test_another_folder_is_no_wireshark_tree(tmp_path):
    assert "is not the top of Wireshark's source" in refused(tmp_path)
    assert "is not the top of Wireshark's source" in refused(fake(tmp_path / "other", title="Something else"))
    assert "is no folder" in refused(tmp_path / "missing")


def test_a_part_of_a_tree_is_not_enough(tmp_path):
    tree = fake(tmp_path / "wireshark")
    (tree / "plugins" / "epan").rmdir()
    assert "is not all of Wireshark's source: it has no folder plugins/epan" in refused(tree)


@pytest.mark.parametrize("version", ["3.6.2", "2.6.20"])
def test_a_wireshark_too_old_is_named_with_its_version(tmp_path, version):
    tree = fake(tmp_path / "wireshark", version)
    assert f"has Wireshark {version}: impsvc needs 4.0 or later" in refused(tree)
    assert not (tree / "CMakeListsCustom.txt").exists()


def test_a_folder_that_is_there_already_stays_as_it_is(tmp_path):
    tree = fake(tmp_path / "wireshark")
    (tree / "plugins" / "epan" / "impsvc").mkdir()
    (tree / "plugins" / "epan" / "impsvc" / "mine.c").write_text("int mine;\n", encoding="utf-8")
    before = contents(tree)
    assert "is there already; --replace" in refused(tree)
    for option in ("--replace", "--remove"):
        assert "was not made by this command, and stays as it is" in refused(option, tree)
    assert contents(tree) == before


def test_nothing_is_half_done_where_a_file_cannot_be_written(tmp_path):
    tree = fake(tmp_path / "wireshark")
    (tree / "CMakeListsCustom.txt").mkdir()
    assert "CMakeListsCustom.txt: Is a directory" in refused(tree)
    assert not (tree / "plugins" / "epan" / "impsvc").exists()
    (tree / "CMakeListsCustom.txt").rmdir()
    (tree / "plugins" / "epan" / "impsvc.part").write_text("in the way of the folder that is being made", encoding="utf-8")
    assert "impsvc.part: File exists" in refused(tree)
    assert not (tree / "CMakeListsCustom.txt").exists()


def test_a_folder_deleted_by_hand_is_forgotten_too(tmp_path):
    """Or Wireshark's CMake looks for it in vain."""
    tree = fake(tmp_path / "wireshark")
    assert run(tree).returncode == 0
    shutil.rmtree(tree / "plugins" / "epan" / "impsvc")
    custom = tree / "CMakeListsCustom.txt"
    custom.write_bytes(custom.read_bytes().replace(b"\n", b"\r\n"))      # an editor of Windows was there
    assert run("--remove", tree).returncode == 0
    assert not custom.exists()
    assert "is not there" in refused("--remove", tree)


def test_a_link_in_the_folders_place_is_left_alone(tmp_path):
    tree = fake(tmp_path / "wireshark")
    (tmp_path / "mine").mkdir()
    (tree / "plugins" / "epan" / "impsvc").symlink_to(tmp_path / "mine")
    assert "is a link" in refused("--replace", tree)
    assert "is a link" in refused("--remove", tree)


def test_the_folder_may_be_named_from_where_one_stands(tmp_path):
    tree = fake(tmp_path / "wireshark with a space")
    done = subprocess.run([*COMMAND, "."], cwd=tree, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tree / "plugins" / "epan" / "impsvc" / "catalog_data.c").exists()
    assert f'cmake -S "{tree}" -B BUILD\n' in done.stdout

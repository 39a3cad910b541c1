# The command finds a tshark and a plugin that fit each other, or says in a sentence what is missing: a plugin for another
# version of Wireshark is skipped without a word, and a summary without the plugin would be an empty one.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from places import BUILD, CLUSTER, need
from the_command import copy_tree

MINOR = next(BUILD.glob("plugins/*")).name
# In place of tshark: says its version, and looks for plugins where that version would.
FAKE = """#!/bin/sh
case "$*" in
    --version) echo "TShark (Wireshark) {version}" ;;
    "-G plugins") {plugins} ;;
    "-G folders") printf 'Personal Plugins:    \\t%s/.local/lib/wireshark/plugins/{minor}\\n' "$HOME"
                  printf 'Global Plugins:      \\t%s/{minor}\\n' "${{WIRESHARK_PLUGIN_DIR:-/usr/lib/wireshark/plugins}}" ;;
    *) echo "not expected: $*" >&2; exit 3 ;;
esac
"""


@pytest.fixture
def folder():
    """A folder that nobody can read, too."""
    with tempfile.TemporaryDirectory(prefix="impsvc-tests-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


def fake(folder, version, plugins=":"):
    path = folder / "tshark"
    path.write_text(FAKE.format(version=version, minor=version.rsplit(".", 1)[0], plugins=plugins))
    path.chmod(0o755)
    return path


def test_no_tshark(impsvc):
    said = impsvc.refuses("summary", CLUSTER, environment={"PATH": "/nowhere", "IMPSVC_TSHARK": ""})
    assert said == ("impsvc: there is no tshark: install Wireshark's tshark (Debian, Ubuntu: apt install tshark), or name it with "
                    "--tshark\n")


@pytest.mark.parametrize("how", ["option", "variable"])
def test_the_named_tshark_is_not_there(impsvc, how):
    arguments = ["--tshark", "/nowhere/tshark"] if how == "option" else []
    said = impsvc.refuses("summary", CLUSTER, *arguments, environment={"IMPSVC_TSHARK": "/nowhere/tshark" if not arguments else ""})
    assert said.startswith("impsvc: there is no /nowhere/tshark: ")


def test_a_plugin_for_another_version(impsvc, folder):
    path = fake(folder, "9.9.1")
    assert impsvc.refuses("summary", "--tshark", path, CLUSTER) == (
        f"impsvc: the plugin is for Wireshark {MINOR}, but {path} is 9.9.1: build or install the plugin for 9.9, or name a tshark {MINOR} "
        "with --tshark\n")


def test_a_plugin_that_tshark_finds_by_itself_will_do_if_that_of_the_build_tree_does_not_fit(impsvc, folder):
    path = fake(folder, "9.9.1", '[ -n "$WIRESHARK_PLUGIN_DIR" ] || echo "impsvc.so  x"')
    path.write_text(path.read_text().replace("*) echo", '"-G fields") printf "F\\tPort\\timpsvc.port\\tFT_UINT16\\timpsvc\\n" ;;\n    *) echo'))
    assert '"impsvc_impsvc_port"' in impsvc.says("ek-mapping", "--tshark", path)


def test_no_plugin(impsvc, folder):
    path = fake(folder, "9.9.1")
    (folder / "none").mkdir()
    assert impsvc.refuses("summary", "--tshark", path, CLUSTER, environment={"WIRESHARK_PLUGIN_DIR": folder / "none"}) == (
        f"impsvc: the plugin is not installed for {path}: it looks for 9.9/epan/impsvc.so in "
        f"{impsvc.home}/.local/lib/wireshark/plugins and {folder}/none\n")


def test_a_plugin_that_cannot_be_loaded(impsvc, folder):
    path = fake(folder, f"{MINOR}.99", "echo 'Couldn'\"'\"'t load plugin: undefined symbol' >&2")
    said = impsvc.refuses("summary", "--tshark", path, CLUSTER)
    assert said == f"impsvc: tshark {MINOR}.99 has not loaded the plugin in {BUILD}/plugins/{MINOR}/epan: Couldn't load plugin: undefined symbol\n"


def test_what_is_no_tshark(impsvc):
    path = shutil.which("true")
    assert impsvc.refuses("summary", "--tshark", path, CLUSTER) == f"impsvc: {path} is no tshark: it does not say which version it is\n"


def test_what_cannot_be_run(impsvc, folder):
    (folder / "tshark").write_text("no program")
    (folder / "tshark").chmod(0o755)
    assert impsvc.refuses("summary", "--tshark", folder / "tshark", CLUSTER) == \
        f"impsvc: {folder}/tshark cannot be run: Exec format error\n"


def test_a_tshark_that_crashes_is_an_error(impsvc, folder):
    path = fake(folder, f"{MINOR}.1", "echo 'impsvc.so x'")
    path.write_text(path.read_text().replace('*) echo', '*) kill -SEGV $$; echo'))
    assert impsvc.refuses("summary", "--tshark", path, CLUSTER) == "impsvc: tshark was stopped by the signal SIGSEGV\n"


def test_roots_own_plugin_is_used_though_wireshark_would_not_load_it(impsvc, folder):
    if os.geteuid() != 0:
        pytest.skip("not run by root")
    own = impsvc.home / ".local/lib/wireshark/plugins"
    shutil.copytree(BUILD / "plugins", own)
    impsvc.program = copy_tree(folder)        # a tree that was not built
    assert "10 refused" in impsvc.says("summary", CLUSTER)


def test_a_group_that_wireshark_distrusts_is_named(impsvc, folder):
    need("setpriv")
    if os.geteuid() != 0:
        pytest.skip("not run by root")
    program = copy_tree(folder)
    impsvc.program, impsvc.home = shutil.which("setpriv"), folder
    said = impsvc.refuses("--reuid=65534", "--regid=0", "--clear-groups", program, "summary", program,
                          environment={"WIRESHARK_PLUGIN_DIR": folder / "none"})
    assert said.startswith("impsvc: your group is root's (0), for which Wireshark loads no plugins of one's own: ")


def test_where_root_cannot_become_nobody_it_says_so(impsvc, folder):
    need("unshare")
    program = copy_tree(folder)
    impsvc.program, impsvc.home = shutil.which("unshare"), folder
    done = impsvc.done("--user", "--map-root-user", program, "summary", CLUSTER)
    if done.stderr.startswith("unshare: "):
        pytest.skip(done.stderr.strip())
    assert done.returncode == 2 and done.stderr.startswith("impsvc: run by root, tshark has to be run as nobody, "), done

# The same command from the build tree, from the source tree, and from where it was installed, which need not be where CMake
# was told.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from places import BUILD, CLUSTER, SOURCE
from the_command import Command

pytestmark = pytest.mark.any_version


@pytest.fixture(scope="module")
def installed():
    """A folder with what cmake --install puts into one of the command."""
    with tempfile.TemporaryDirectory(prefix="impsvc-tests-") as name:
        os.chmod(name, 0o755)
        subprocess.run(["cmake", "--install", BUILD / "tools/impsvc", "--prefix", f"{name}/usr"], check=True, stdout=subprocess.DEVNULL)
        yield Path(name)


@pytest.fixture(params=["build tree", "source tree", "installed"])
def place(request, tmp_path):
    """The command there, and what its user needs in the environment."""
    home = tmp_path / "home"
    if request.param == "build tree":
        return Command(BUILD / "bin/impsvc", home), {}
    if request.param == "source tree":
        return Command(SOURCE / "tools/impsvc/main.py", home), {"IMPSVC_BUILD": BUILD}
    folder = request.getfixturevalue("installed")
    return Command(folder / "usr/bin/impsvc", home), {"WIRESHARK_PLUGIN_DIR": BUILD / "plugins"}


def test_it_sums_up_a_capture(place):
    impsvc, environment = place
    assert "10 refused, 2 not answered" in impsvc.says("summary", CLUSTER, environment=environment)


def test_it_installs_the_profile_and_keeps_it_up_to_date(place):
    impsvc, environment = place
    profile = impsvc.settings / "profiles/IM and Presence"
    version = impsvc.says("--version").split()[1]
    assert impsvc.says("profile", environment=environment) == f"installed {profile} ({version})\n"
    assert impsvc.says("profile", environment=environment) == f"{profile} is up to date ({version})\n"
    assert f"brought {profile} up to date" in impsvc.says("profile", "--language", "ja", environment=environment)
    assert '"language": "ja"' in (profile / "impsvc_profile").read_text(encoding="utf-8")


def test_a_file_of_the_profile_that_cannot_be_understood_is_an_error(place, tmp_path):
    impsvc, environment = place
    impsvc.says("profile", "--profiles-dir", tmp_path / "profiles", environment=environment)
    (tmp_path / "profiles/IM and Presence/impsvc_profile").write_text("{")
    done = impsvc.done("profile", "--profiles-dir", tmp_path / "profiles", environment=environment)
    assert done.returncode == 2 and "impsvc_profile" in done.stderr and "nothing was changed" in done.stderr


def test_it_knows_the_plugins_fields(place):
    impsvc, environment = place
    template = json.loads(impsvc.says("ek-mapping", "--index", "imp-*", environment=environment))
    ours = template["template"]["mappings"]["properties"]["layers"]["properties"]["impsvc"]["properties"]
    assert template["index_patterns"] == ["imp-*"] and ours["impsvc_impsvc_port"] == {"type": "integer"}
    assert "impsvc_impsvc_moved" in ours["_ws_expert"]["properties"]


def test_it_writes_nothing_where_it_is_installed(installed, tmp_path):
    before = sorted(installed.rglob("*"))
    impsvc = Command(installed / "usr/bin/impsvc", tmp_path / "home")
    impsvc.says("profile")
    impsvc.says("--help")
    assert sorted(installed.rglob("*")) == before, "compiled modules would outlive a purge"


def test_what_is_installed_is_complete(installed):
    names = {str(path.relative_to(installed / "usr")) for path in installed.rglob("*") if path.is_file()}
    assert names >= {"bin/impsvc", "share/bash-completion/completions/impsvc", "share/man/man1/impsvc.1", "share/man/ja/man1/impsvc.1",
                     "share/impsvc/main.py", "share/impsvc/commands/summary.py", "share/impsvc/catalog/entries.csv", "share/impsvc/catalog/check.py"}
    assert "share/impsvc/catalog/generate.py" not in names
    assert os.access(installed / "usr/bin/impsvc", os.X_OK)


def test_a_language_that_is_none_is_refused_by_the_command_that_was_called(tmp_path):
    impsvc = Command(SOURCE / "tools/profile", tmp_path / "home")
    said = impsvc.refuses("--language", "xx")
    assert "usage: impsvc profile " in said and "invalid choice: 'xx' (choose from" in said and "MADE" not in said
    assert not (impsvc.settings / "profiles").exists()


def test_for_oneself_it_goes_below_the_own_home(tmp_path):
    build = tmp_path / "build"
    home = tmp_path / "home"
    home.mkdir()
    at = dict(os.environ, HOME=str(home))
    subprocess.run(["cmake", "-S", SOURCE, "-B", build, "-DIMPSVC_PERSONAL=ON", "-DIMPSVC_TESTS=OFF", f"-DPython3_EXECUTABLE={sys.executable}"],
                   check=True, stdout=subprocess.DEVNULL, env=at)
    for target in ("impsvc_profile", "impsvc_command_man", "impsvc-merge"):
        subprocess.run(["cmake", "--build", build, "--target", target], check=True, stdout=subprocess.DEVNULL, env=at)
    subprocess.run(["cmake", "-P", build / "tools/impsvc/cmake_install.cmake"], check=True, stdout=subprocess.DEVNULL, env=at)
    local = home / ".local"
    assert {"bin/impsvc", "share/man/man1/impsvc.1", "share/man/ja/man1/impsvc.1", "share/bash-completion/completions/impsvc",
            "share/impsvc/main.py", "share/impsvc/many/collector.py", "libexec/impsvc/impsvc-merge"} <= {str(path.relative_to(local)) for path in local.rglob("*")}
    impsvc = Command(local / "bin/impsvc", tmp_path / "user")
    assert impsvc.says("profile").startswith("installed ")

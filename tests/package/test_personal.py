# An installation for oneself, from configuring to uninstalling, and a package after it from the same folder.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import re
import sys

import pytest

from paths import SOURCE, files, need, run
from stubbed import Machine

QUICK = "-DCMAKE_BUILD_TYPE=Debug"      # to compile; what is compiled is no matter here


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    folder = tmp_path_factory.mktemp("personal")
    run("cmake", "-S", SOURCE, "-B", folder, "-DIMPSVC_PERSONAL=ON", QUICK, f"-DPython3_EXECUTABLE={sys.executable}", env=at("/nobody"))
    run("cmake", "--build", folder, "-j", "2")
    return folder


def at(home, **variables):
    return {**{key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "WIRESHARK_"))}, "HOME": home, **variables}


def uninstalled(build, root):
    return run("cmake", "--build", build, "--target", "uninstall", env=at("/nobody", DESTDIR=str(root)))


@pytest.fixture
def profile(build, tmp_path):
    """The profile of somebody who has just installed."""
    run("cmake", "--install", build, env=at("/nobody", DESTDIR=str(tmp_path)))
    assert {name.rsplit("/", 1)[-1] for name in files(tmp_path)} >= {"impsvc.so", "impsvc.7", "colorfilters"}
    return tmp_path / "nobody/.config/wireshark/profiles/IM and Presence"


def test_uninstalling_takes_the_profile_with_it(build, profile, tmp_path):
    assert f"removed {profile}\n" in uninstalled(build, tmp_path)
    assert files(tmp_path) == set()


def test_uninstalling_leaves_a_changed_profile_and_says_so(build, profile, tmp_path):
    with (profile / "dfilters").open("a", encoding="utf-8") as file:
        file.write('"mine" sip\n')
    said = uninstalled(build, tmp_path)
    assert f"kept your profile {profile}: you have changed dfilters\n" in said and f"  rm -r '{profile}'\n" in said
    assert {name.rsplit("/", 2)[-2] for name in files(tmp_path)} == {"IM and Presence"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is warned")
def test_root_is_warned_when_installing(build, tmp_path):
    said = re.sub(r"\s+", " ", run("cmake", "--install", build, env=at("/nobody", DESTDIR=str(tmp_path))))
    assert "Wireshark does not look there when root runs it" in said


def test_a_package_can_be_made_where_a_personal_build_was(tmp_path):
    need("dpkg-deb", "dpkg-shlibdeps", "file")
    run("cmake", "-S", SOURCE, "-B", tmp_path, "-DIMPSVC_PERSONAL=ON", QUICK, f"-DPython3_EXECUTABLE={sys.executable}", env=at("/nobody"))
    with contextlib.closing(Machine("lintian")) as machine:
        code, made, said = machine.run("tools/package", IMPSVC_BUILD=str(tmp_path))
    assert code == 0, said
    names = re.findall(r"\./(\S.*)", run("dpkg-deb", "-c", made.strip()))
    assert any(name.endswith("/epan/impsvc.so") for name in names) and not [name for name in names if "nobody" in name]

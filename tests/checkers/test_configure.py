# What configuring says of a Wireshark that is too old, untested, or not there: a sentence, not a page.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import subprocess

import pytest

from tree import SOURCE


def configure(tmp_path, **environment):
    """Configure with the Wireshark that tmp_path holds and no other; CMake's error in one line."""
    done = subprocess.run(
        ["cmake", "-S", SOURCE, "-B", tmp_path / "build", "-DIMPSVC_TESTS=OFF", f"-DCMAKE_PREFIX_PATH={tmp_path}",
         f"-DCMAKE_FIND_ROOT_PATH={tmp_path}", "-DCMAKE_FIND_ROOT_PATH_MODE_PACKAGE=ONLY"],
        env=dict(os.environ, PKG_CONFIG_LIBDIR=str(tmp_path), **environment), capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return re.sub(r"\s+", " ", done.stderr)


def cmake_package(folder, version):
    """The files by which Wireshark's headers are found, as CMake's write_basic_package_version_file() makes them."""
    package = folder / "lib" / "cmake" / "wireshark"
    package.mkdir(parents=True)
    major, minor, _ = version.split(".")
    (package / "WiresharkConfig.cmake").write_text(
        f'set(Wireshark_MAJOR_VERSION {major})\nset(Wireshark_MINOR_VERSION {minor})\nset(Wireshark_VERSION "{version}")\n')
    (package / "WiresharkConfigVersion.cmake").write_text(
        f'set(PACKAGE_VERSION "{version}")\n'
        "if(PACKAGE_VERSION VERSION_LESS PACKAGE_FIND_VERSION)\n  set(PACKAGE_VERSION_COMPATIBLE FALSE)\n"
        "else()\n  set(PACKAGE_VERSION_COMPATIBLE TRUE)\nendif()\n")


@pytest.mark.parametrize("version", ["3.4.16", "3.6.24"])
def test_cmake_files_of_an_old_wireshark_are_named_as_too_old(tmp_path, version):
    cmake_package(tmp_path, version)
    error = configure(tmp_path)
    assert f"Wireshark {version} is not supported: impsvc needs 4.0 or later." in error
    assert "missing" not in error


def test_pkg_config_of_an_old_wireshark_is_named_as_too_old(tmp_path):
    (tmp_path / "wireshark.pc").write_text("Name: wireshark\nDescription: Wireshark\nVersion: 3.4.16\n")
    error = configure(tmp_path)
    assert "Wireshark 3.4.16 is not supported: impsvc needs 4.0 or later." in error
    assert "missing" not in error


@pytest.mark.parametrize("version", ["4.2.2", "4.3.1", "4.7.0", "5.0.0"])
def test_a_version_that_nobody_tested_is_named_so(tmp_path, version):
    cmake_package(tmp_path, version)
    assert f"impsvc is untested with Wireshark {version}" in configure(tmp_path)


@pytest.mark.parametrize("version", ["4.0.17", "4.4.9", "4.6.0"])
def test_a_tested_version_is_taken_without_a_word(tmp_path, version):
    cmake_package(tmp_path, version)
    assert "untested" not in configure(tmp_path)


def test_missing_headers_are_named_with_their_packages(tmp_path):
    assert "libwireshark-dev" in configure(tmp_path)

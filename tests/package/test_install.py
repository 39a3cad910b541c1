# What "cmake --install", its uninstall target, and the packages bring.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import gzip
import os
import re
import subprocess
import tarfile

import pytest

from paths import BUILD, SOURCE, cached, files, need, run

VERSION = re.search(r"project\(impsvc VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
MINOR = next(BUILD.glob("plugins/*")).name
MANIFEST = BUILD / "install_manifest.txt"


@contextlib.contextmanager
def manifest_kept():
    """The user's own installation can still be uninstalled afterwards."""
    before = MANIFEST.read_bytes() if MANIFEST.exists() else None
    try:
        yield
    finally:
        if before is None:
            MANIFEST.unlink(missing_ok=True)
        else:
            MANIFEST.write_bytes(before)


def unpackaged():
    """Why cpack makes no package of the build that is tested, or None."""
    for option in ("IMPSVC_PERSONAL", "IMPSVC_SANITIZE"):
        if cached(option) == "ON":
            return f"the build has {option}"
    return None


def cpack(folder, *arguments, failing=False):
    return run("cpack", "-B", folder, *arguments, failing=failing, cwd=BUILD)


@pytest.fixture(scope="module")
def deb(tmp_path_factory):
    need("dpkg-deb", "dpkg-shlibdeps", "file")
    if unpackaged():
        pytest.skip(unpackaged())
    folder = tmp_path_factory.mktemp("deb")
    cpack(folder, "-G", "DEB")
    [package] = folder.glob("*.deb")
    return package


@pytest.fixture(scope="module")
def unpacked(deb, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    run("dpkg-deb", "-x", deb, folder)
    return folder


@pytest.fixture(scope="module")
def plugin(unpacked):
    [path] = unpacked.rglob("impsvc.so")
    return path


def control(deb, name):
    return run("dpkg-deb", "-f", deb, name).strip()


def test_uninstalling_removes_what_was_installed(tmp_path):
    with manifest_kept():
        at = dict(os.environ, DESTDIR=str(tmp_path))
        run("cmake", "--install", BUILD, env=at)
        assert {name.rsplit("/", 1)[-1] for name in files(tmp_path)} >= {"impsvc.so", "impsvc.7", "impsvc.1", "impsvc"}
        said = run("cmake", "--build", BUILD, "--target", "uninstall", env=at)
        assert "Who has used the profile" in said and "Wireshark complains of its filters" in said
        assert files(tmp_path) == set() and not list(tmp_path.rglob("IM and Presence")) and not list(tmp_path.rglob("share/impsvc"))
        assert "Nothing to uninstall" in run("cmake", "--build", BUILD, "--target", "uninstall", env=at, failing=True)


def test_the_packages_version_names_wiresharks(deb):
    assert control(deb, "Version") == f"{VERSION}-1~ws{MINOR}"
    assert deb.name.startswith(f"impsvc-wireshark_{VERSION}-1~ws{MINOR}_")


def test_the_package_is_for_one_version_of_wireshark(deb):
    depends = control(deb, "Depends").split(", ")
    major, minor = MINOR.split(".")
    assert f"wireshark-common (>= {MINOR})" in depends and f"wireshark-common (<< {major}.{int(minor) + 1}~)" in depends
    owners = {line.split(":")[0] for line in run("dpkg-query", "-S", "*/libwireshark.so.*").splitlines()}
    assert {name.split()[0] for name in depends if name.startswith("libwireshark")} == owners and len(owners) == 1
    assert "python3 (>= 3.9)" in depends, "for the command"


def test_the_package_has_what_cmake_installs(unpacked, tmp_path):
    with manifest_kept():
        run("cmake", "--install", BUILD, "--prefix", "/usr", env=dict(os.environ, DESTDIR=str(tmp_path)))
    installed = {f"{name}.gz" if name.startswith("usr/share/man/") else name for name in files(tmp_path)}
    doc = "usr/share/doc/impsvc-wireshark/"
    assert files(unpacked) == installed | {doc + name for name in ("copyright", "changelog.gz", "changelog.Debian.gz")}


def test_the_plugin_is_stripped_and_hardened(plugin):
    assert ", stripped" in run("file", plugin)
    dynamic = run("readelf", "-d", plugin)
    assert "BIND_NOW" in dynamic and "RPATH" not in dynamic and "RUNPATH" not in dynamic
    assert "GNU_RELRO" in run("readelf", "-lW", plugin)
    if cached("CMAKE_BUILD_TYPE") != "Debug":
        assert "__stack_chk_fail" in run("readelf", "-sW", "--dyn-syms", plugin)


@pytest.mark.parametrize("folder", [".", "ja"])
def test_the_man_page_is_the_one_that_was_built(unpacked, folder):
    packed = (unpacked / "usr/share/man" / folder / "man7/impsvc.7.gz").read_bytes()
    assert gzip.decompress(packed) == (BUILD / folder / "impsvc.7").read_bytes()
    assert packed[3:8] == b"\0\0\0\0\0", "the name or the time is in it"


def test_the_changelogs_are_of_this_version(unpacked):
    need("dpkg-parsechangelog")
    doc = unpacked / "usr/share/doc/impsvc-wireshark"
    assert gzip.decompress((doc / "changelog.gz").read_bytes()) == (SOURCE / "CHANGES.md").read_bytes()
    (doc / "log").write_bytes(gzip.decompress((doc / "changelog.Debian.gz").read_bytes()))
    try:
        assert run("dpkg-parsechangelog", "-l", doc / "log", "-S", "Version").strip() == f"{VERSION}-1~ws{MINOR}"
        assert run("dpkg-parsechangelog", "-l", doc / "log", "--all", "-S", "Date").strip()
    finally:
        (doc / "log").unlink()


def test_lintian_finds_nothing(deb):
    need("lintian")
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", deb], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0 and done.stdout == "", done.stdout + done.stderr


def test_the_same_tree_gives_the_same_package(deb, tmp_path):
    cpack(tmp_path, "-G", "DEB")
    assert (tmp_path / deb.name).read_bytes() == deb.read_bytes()


def test_packaging_leaves_a_users_installation_its_manifest(deb, tmp_path):
    with manifest_kept():
        MANIFEST.write_text("/somewhere/impsvc.so\n")
        cpack(tmp_path, "-G", "TGZ")
        assert MANIFEST.read_text() == "/somewhere/impsvc.so\n"
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        assert {name.rsplit("/", 1)[-1] for name in archive.getnames()} >= {"impsvc.so", "impsvc.7"}


@pytest.mark.parametrize("option", ["IMPSVC_PERSONAL", "IMPSVC_SANITIZE"])
def test_no_package_is_made_of_a_build_for_one_user_or_for_tests(option, tmp_path):
    run("cmake", "-S", SOURCE, "-B", tmp_path, "-DIMPSVC_TESTS=OFF", f"-D{option}=ON", f"-DPython3_EXECUTABLE={cached('Python3_EXECUTABLE') or ''}")
    assert f"it was configured with -D{option}=ON. tools/package makes one" in re.sub(r"\s+", " ", run("cpack", cwd=tmp_path, failing=True))


def test_the_source_archive_builds(tmp_path):
    need("git")
    if not (SOURCE / ".git").exists():
        pytest.skip("the tree is no git repository, whose files the archive would have")
    cpack(tmp_path, "--config", BUILD / "CPackSourceConfig.cmake")
    with tarfile.open(tmp_path / f"impsvc-{VERSION}.tar.gz") as archive:
        archive.extractall(tmp_path)
    tree = tmp_path / f"impsvc-{VERSION}"
    tracked = run("git", "-c", "safe.directory=*", "-c", "core.quotePath=false", "ls-files", cwd=SOURCE).splitlines()
    assert files(tree) == {name for name in tracked if (SOURCE / name).exists()}
    assert os.access(tree / "tools" / "test", os.X_OK)
    run("cmake", "-S", tree, "-B", tmp_path / "build", "-DIMPSVC_TESTS=OFF", "-DCMAKE_BUILD_TYPE=Debug")     # the quickest to compile
    run("cmake", "--build", tmp_path / "build", "-j", "2")
    assert list(tmp_path.glob("build/plugins/*/epan/impsvc.so"))
    # There is no git in it, so this archive cannot make another.
    assert "it is no git repository" in re.sub(
        r"\s+", " ", run("cpack", "--config", "CPackSourceConfig.cmake", cwd=tmp_path / "build", failing=True))

# tools/release in a small repository: what it refuses, and what it leaves.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import hashlib
import os
import shutil

import pytest

from paths import SOURCE, need, run

IDENTITY = {f"GIT_{who}_{what}": "tester@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
# In place of tools/package: a package for each Wireshark, or the source archive; and what it shows while it tries them.
PACKAGE = """#!/bin/sh
mkdir -p "$IMPSVC_BUILD"; cd "$IMPSVC_BUILD"
case $1 in --source) echo source >x.tar.gz; echo "$PWD/x.tar.gz" ;; *) echo one >a.deb; echo two >b.deb; printf "    tried\\n$PWD/a.deb\\n$PWD/b.deb\\n" ;; esac
"""


class Repository:
    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
                            "IMPSVC_BUILD": str(folder / "build")}
        shutil.copytree(SOURCE / "tools/lib", folder / "tools/lib")
        shutil.copy(SOURCE / "tools/release", folder / "tools")
        self.write("tools/package", PACKAGE)
        (folder / "tools/package").chmod(0o755)
        self.write("CMakeLists.txt", 'project(impsvc VERSION 1.2.3 DESCRIPTION "x" LANGUAGES C)\n')
        self.write("CHANGES.md", "# Changes\n\n## 1.2.3\n\n- One.\n\n## 1.2.2\n\n- Another.\n")
        self.write(".gitignore", "/build*/\n")
        self.git("init", "-q")
        self.commit()

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def git(self, *arguments):
        return run("git", *arguments, cwd=self.folder, env=self.environment)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")

    def release(self, *arguments, **options):
        return run(self.folder / "tools/release", *arguments, cwd="/", env=self.environment, **options)


@pytest.fixture
def repository(tmp_path):
    need("git")
    return Repository(tmp_path)


def test_what_is_ready_can_be_released(repository):
    assert repository.release("--check") == "release: version 1.2.3 can be released\n"
    assert repository.git("tag") == "" and not (repository.folder / "build").exists()


REFUSALS = {
    "there are changes that are not committed: git status shows them": lambda here: here.write("new", ""),
    'CHANGES.md has no entry "## 1.2.4", the version in CMakeLists.txt': lambda here: [
        here.write("CMakeLists.txt", "project(impsvc VERSION 1.2.4)\n"), here.commit()],
    "CMakeLists.txt has no line project(impsvc VERSION ...)": lambda here: [here.write("CMakeLists.txt", ""), here.commit()],
    "the tag v1.2.3 is there already: raise the version in CMakeLists.txt": lambda here: here.git("tag", "v1.2.3"),
    "git does not know whose tag it would be: set user.name and user.email": lambda here: here.environment.update(
        GIT_COMMITTER_NAME="", GIT_AUTHOR_NAME=""),
}


@pytest.mark.parametrize("reason", REFUSALS)
@pytest.mark.parametrize("arguments", [["--check"], []], ids=["check", "release"])
def test_what_is_not_ready_is_refused_in_a_sentence(repository, reason, arguments):
    REFUSALS[reason](repository)
    assert repository.release(*arguments, failing=True) == f"release: {reason}\n"
    assert not (repository.folder / "build").exists()


def test_without_git_nothing_is_released(repository):
    shutil.rmtree(repository.folder / ".git")
    assert repository.release(failing=True) == f"release: {repository.folder} is no git repository with a commit, so nothing can be tagged\n"


def test_a_release_has_packages_sums_and_a_tag(repository):
    repository.release()
    folder = repository.folder / "build/release-1.2.3"
    sums = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("a.deb", "b.deb", "x.tar.gz")}
    assert repository.git("tag", "-l", "--points-at", "HEAD") == "v1.2.3\n"


@pytest.mark.parametrize("broken", ["--source", "--all-versions"])
def test_there_is_no_tag_if_a_package_cannot_be_made(repository, broken):
    repository.write("tools/package", PACKAGE.replace("case", f'[ $1 != {broken} ] || exit 1\ncase', 1))
    repository.commit()
    repository.release(failing=True)
    assert repository.git("tag") == ""


def test_an_option_it_does_not_know_changes_nothing(repository):
    assert "tools/release [--check]" in repository.release("--now", failing=True) and repository.git("tag") == ""

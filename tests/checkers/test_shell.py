# shellcheck on all our shell scripts, clean: it sees a name that stands for two things before a machine that runs the script does.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import shutil
import subprocess

import pytest

from tree import SOURCE, unless_unwanted

pytestmark = unless_unwanted

SCRIPTS = sorted(path for folder in (".ci", "test-captures", "tests", "tools") for path in (SOURCE / folder).rglob("*")
                 if path.is_file() and (path.suffix == ".sh" or re.match(rb"#!\S*[/ ](ba)?sh\b", path.read_bytes()[:40])))
assert len(SCRIPTS) >= 20, SCRIPTS


def found(path):
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is missing: tools/setup installs it")
    # Scripts source the libraries beside them, which set names for them and use names of theirs.
    of_libraries = ["--exclude=SC2034,SC2154"] if path.suffix == ".sh" else []
    done = subprocess.run(["shellcheck", "--external-sources", "--source-path=SCRIPTDIR", "--severity=warning", "--shell=bash",
                           *of_libraries, path], cwd=SOURCE, capture_output=True, encoding="utf-8", check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script.relative_to(SOURCE)))
def test_shellcheck_finds_nothing(script):
    assert found(script) == ""


def test_shellcheck_finds_a_list_with_the_name_of_a_folder(tmp_path):
    (tmp_path / "lib.sh").write_text("results=build\n")
    (tmp_path / "faulty").write_text('#!/bin/bash\n. "$(dirname "$0")/lib.sh"\nresults=()\nlogs=$results-logs\necho "$logs" "${results[@]}"\n')
    assert "SC2128" in found(tmp_path / "faulty")

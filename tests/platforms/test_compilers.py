# clang beside GCC: it warns of other things, and whoever builds with it gets the same plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from built_elsewhere import UNIT_TESTS, answers_of, build, done
from places import BUILD, need

pytestmark = pytest.mark.xdist_group("clang")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The tree, built by clang without a warning."""
    need("clang")
    return build(tmp_path_factory.mktemp("clang"), "-DCMAKE_C_COMPILER=clang")


def test_clang_built_all_of_it(built):
    compilers = set(re.findall(r'"command": "(\S+)', (built / "compile_commands.json").read_text()))
    assert {compiler.rsplit("/", 1)[-1] for compiler in compilers} == {"clang"}


def test_unit_tests_pass(built):
    said = done("ctest", "--test-dir", built, "--output-on-failure", "-R", "^unit_").stdout
    assert f"100% tests passed, 0 tests failed out of {len(UNIT_TESTS)}" in said, said


def test_the_plugin_says_the_same_in_tshark(built):
    assert answers_of(built / "plugins") == answers_of(BUILD / "plugins")

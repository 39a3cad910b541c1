# A subcommand is a file: help, completion and man page have it as soon as it is there.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import subprocess
import sys

import pytest

from places import BUILD, SOURCE, need
from the_command import copy_tree

pytestmark = pytest.mark.any_version

NAMES = sorted(path.stem.replace("_", "-") for path in (SOURCE / "tools/impsvc/commands").glob("*.py"))
IN_ORDER = ["summary", "check", "report", "rules", "nodes", "releases", "collect", "query", "profile", "ek-mapping"]
NEW = """
ORDER = 9
def describe(say):
    return [say("check what is new", "新しいものを確認"), say("It has a paragraph.", "段落です。")]
def add_arguments(parser, say):
    parser.add_argument("--deep-look", metavar="DIR", help=say("where to look", "見る場所"))
def run(options, place, say):
    print("looked into", options.deep_look)
    return 1
"""
PAGES = {"en": "impsvc.1", "ja": "ja/impsvc.1"}


@pytest.fixture
def tree(tmp_path):
    """The parts of the source tree that the command needs, with a subcommand more."""
    copy_tree(tmp_path)
    (tmp_path / "tools/impsvc/commands/brand_new.py").write_text(NEW, encoding="utf-8")
    return tmp_path


def completed(program, *words):
    """What bash offers after these words, the last of which is being typed."""
    need("bash")
    script = f'. {SOURCE}/tools/impsvc/completion.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _impsvc; for word in "${{COMPREPLY[@]}}"; do echo "$word"; done'
    done = subprocess.run(["bash", "-c", script, "bash", program, *words], capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def man(tree, path, language):
    subprocess.run([sys.executable, tree / "tools/packaging/command_man.py", "--language", language, "--version", "1.2", "--date", "2025-01-31",
                    "--output", path], check=True)
    return path.read_text(encoding="utf-8")


def test_help_lists_every_subcommand(impsvc):
    assert re.findall(r"^    ([a-z]\S*)", impsvc.says("--help"), re.MULTILINE) == IN_ORDER
    assert sorted(IN_ORDER) == NAMES
    assert impsvc.says() == impsvc.says("--help")


@pytest.mark.parametrize("name", [None, *NAMES])
def test_help_is_there_in_both_languages(impsvc, name):
    arguments = [word for word in (name, "--help") if word]
    english, japanese = (impsvc.says(*arguments, environment={"LC_ALL": f"{language}.UTF-8"}) for language in ("C", "ja_JP"))
    assert english.isascii() or name == "summary"       # which speaks of "…"
    options = re.compile(r"^  +(-.*?)(?:  |$)", re.MULTILINE)
    assert options.findall(english) == options.findall(japanese) != []
    others = [line for line in japanese.split("\n") if re.search("[A-Za-z]{3} [a-z]{3}", line) and line in english]
    assert [line for line in others if not line.lstrip().startswith(("usage: ", "[-"))] == [], "nothing is left in English"
    assert max(map(len, english.split("\n"))) <= 100


def test_an_unknown_subcommand_is_refused_with_the_list(impsvc):
    said = impsvc.refuses("sumary")
    assert "invalid choice: 'sumary'" in said and "summary" in said


def test_an_unknown_option_is_refused_by_the_subcommand(impsvc):
    said = impsvc.refuses("summary", "x.pcap", "--everything")
    assert said.startswith("usage: impsvc summary ") and said.endswith("impsvc summary: error: unknown: --everything\n")


def test_the_version_is_the_projects(impsvc):
    version = re.search(r"^project\(impsvc VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert impsvc.says("--version") == f"impsvc {version}\n"


def test_completion_offers_subcommands_and_options(impsvc):
    assert completed(impsvc.program, "") == [*IN_ORDER, "-h", "--help", "--version"]
    assert completed(impsvc.program, "n") == ["nodes"]
    assert completed(impsvc.program, "summary", "--l") == ["--language"]
    assert completed(impsvc.program, "summary", "--language", "") == ["en", "ja"]
    assert completed(impsvc.program, "check", "--format", "") == ["text", "csv", "json"]
    assert completed(impsvc.program, "rules", "--dialect", "") == ["nftables", "iptables", "ios", "asa", "csv"]


def test_completion_offers_captures_and_folders(impsvc, tmp_path):
    for name in ("a.pcap", "b b.pcapng.gz", "c.txt"):
        (tmp_path / name).touch()
    (tmp_path / "d").mkdir()
    assert sorted(completed(impsvc.program, "summary", f"{tmp_path}/")) == [f"{tmp_path}/{name}" for name in ("a.pcap", "b b.pcapng.gz", "d", "home")]
    assert sorted(completed(impsvc.program, "profile", "--profiles-dir", f"{tmp_path}/")) == [f"{tmp_path}/d", f"{tmp_path}/home"]
    assert completed(impsvc.program, "profile", f"{tmp_path}/") == []
    assert completed(impsvc.program, "check", "--nodes", f"{tmp_path}/c") == [f"{tmp_path}/c.txt"]


def test_a_new_file_is_a_new_subcommand(impsvc, tree):
    impsvc.program = tree / "tools/impsvc/main.py"
    assert re.search(r"^    brand-new +check what is new$", impsvc.says("--help"), re.MULTILINE)
    assert "It has a paragraph." in impsvc.says("brand-new", "--help")
    assert impsvc.says("brand-new", "--deep-look", "x", status=1) == "looked into x\n", "the status is its own"
    assert "brand-new" in completed(impsvc.program, "") and "--deep-look" in completed(impsvc.program, "brand-new", "")
    assert ".SS \"brand-new\"\ncheck what is new\n.PP\nIt has a paragraph.\n" in man(tree, tree / "x.1", "en")
    assert ".SS \"brand-new\"\n新しいものを確認\n" in man(tree, tree / "x.1", "ja").replace("\\:", "")


@pytest.mark.parametrize("language", PAGES)
def test_the_man_page_has_every_subcommand_and_option(impsvc, language):
    page = (BUILD / PAGES[language]).read_text(encoding="utf-8").replace("\\-", "-")
    for name in NAMES:
        assert f'.SS "{name}"' in page
        for option in re.findall(r"--[a-z][a-z-]*", impsvc.says(name, "--help")):
            assert f"\\fB{option}\\fR" in page or option in page


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize("command", [
    "man --warnings -E UTF-8 -Tutf8 -P cat -l", "groff -man -Tutf8 -ww -k -z", "mandoc -Tlint -Wwarning"])
def test_readers_of_man_pages_have_no_complaints(command, language):
    need(command.split()[0])
    done = subprocess.run([*command.split(), BUILD / PAGES[language]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    assert done.returncode == 0 and not re.search(r"warning:|error:|WARNING|troff|impsvc\.1:", done.stdout), done.stdout

# Wireshark's own checkers on our sources, and on a source with a fault each: a checker that no longer finds anything says
# nothing. They are in Wireshark's source only; "tools/setup source" fetches it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import shutil
import subprocess
import sys

import pytest

from tree import SOURCES, WIRESHARK_SOURCE, unless_unwanted

PERL = shutil.which("perl")
pytestmark = [
    unless_unwanted,
    pytest.mark.skipif(not (WIRESHARK_SOURCE / "tools").is_dir(),
                       reason=f"no source of Wireshark in {WIRESHARK_SOURCE}: tools/setup source fetches it"),
    pytest.mark.skipif(not PERL, reason="perl is missing"),
]

# The core is built without GLib and Wireshark, so that unit tests and fuzzers need neither: there is no wmem and no
# g_ascii_strncasecmp() in it. All else in it, and these in all other files, is for Wireshark's checker to judge.
CORE_MAY = {"malloc", "calloc", "realloc", "free", "strncasecmp"}
# Statistics that only tshark has print and end the program, as Wireshark's own in ui/cli do; one file does it for all of them.
MAY_PRINT = {"command_line.c": {"vprintf", "exit"}}
FAULTY = """\
static int proto_faulty = -1;
static int hf_faulty_used = -1;
static int hf_faulty_unused = -1;
static const true_false_string tfs_mine = { "Yes", "No" };
void proto_register_faulty(void)
{
    static hf_register_info hf[] = {
        { &hf_faulty_used, { "Used", "other.used", FT_UINT8, BASE_DEC, NULL, 0x180, NULL, HFILL } },
        { &hf_faulty_unused, { "Unused", "faulty.unused", FT_UINT8, BASE_DEC, NULL, 0x0, NULL, HFILL } },
    };
    proto_faulty = proto_register_protocol("Faulty", "FAULTY", "faulty");
    proto_register_field_array(proto_faulty, hf, 2);
    strcpy(NULL, NULL);
    proto_tree_add_string(tree, hf_faulty_used, tvb, 0, 1, "");
}
"""


def check(tool, *arguments):
    """What a checker finds, and whether it is content."""
    command = [PERL if tool.endswith(".pl") else sys.executable, f"tools/{tool}", *map(str, arguments)]
    done = subprocess.run(command, cwd=WIRESHARK_SOURCE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    return done.stdout, done.returncode == 0 and not re.search(r"^(Warning|Error|Unused|N\.B\.)|[1-9]\d* (warning|error)",
                                                               done.stdout, re.MULTILINE)


@pytest.fixture
def whole(tmp_path):
    """All of the plugin as one dissector: these checkers look for a field's registration in the file that uses it."""
    path = tmp_path / "packet-impsvc.c"
    path.write_text("".join(source.read_text() for source in SOURCES))
    return path


@pytest.fixture
def faulty(tmp_path):
    path = tmp_path / "packet-faulty.c"
    path.write_text(FAULTY)
    return path


WHOLE = [("checkhf.pl",), ("checkfiltername.pl",), ("check_tfs.py", "--common", "--file"),
         # Not --consecutive: impsvc.role, which is both roles, is added twice on purpose.
         ("check_typed_item_calls.py", "--mask", "--label", "--missing-items", "--file")]


@pytest.mark.parametrize("tool", WHOLE, ids=lambda tool: tool[0])
def test_checker_finds_nothing_in_the_plugin(tool, whole):
    found, content = check(*tool, whole)
    assert content, found


@pytest.mark.parametrize("tool", WHOLE, ids=lambda tool: tool[0])
def test_checker_finds_a_fault(tool, faulty):
    assert not check(*tool, faulty)[1]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_check_apis_finds_nothing_prohibited(source):
    found, _ = check("checkAPIs.pl", "-g", "dissectors-prohibited", "-g", "dissectors-restricted", "-g", "abort", "-g",
                     "termoutput", source)
    complaints = []
    for line in found.splitlines():
        apis = re.fullmatch(r"Error: Found \S+ APIs in \S+: (\S+)", line)
        may = MAY_PRINT.get(source.name) or ("compat.h" not in source.read_text() and CORE_MAY) or set()
        if line and not (apis and set(apis[1].split(",")) <= may):
            complaints.append(line)
    assert complaints == []


def test_check_apis_finds_a_fault(faulty):
    found, content = check("checkAPIs.pl", faulty)
    assert "strcpy" in found and not content

# tools/test --all-versions, which CI runs: each version is tested whatever became of the one before, and the last lines say which passed.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import shutil

import pytest

from places import SOURCE
from stubbed import Machine

# What is run in namespaces is run as it is; the last of the options before it is one of these.
UNSHARE = """while [ "${1#-}" != "$1" ]; do case $1 in --propagation) shift 2 ;; *) shift ;; esac; done
exec "$@"
"""
SETPRIV = """while [ "${1#-}" != "$1" ]; do case $1 in --pdeathsig) shift 2 ;; *) shift ;; esac; done
exec "$@"
"""


@pytest.fixture
def machine(tmp_path):
    """One with Wireshark 4.0 where root may do everything, and where nothing is built, tested or made but as a test says."""
    with contextlib.closing(Machine()) as made:
        made.user(0)
        made.stub("unshare", UNSHARE)
        made.stub("setpriv", SETPRIV)
        made.stub("tshark", 'echo "TShark (Wireshark) 4.0.17"\n')
        made.stub("cmake", "exit 0\n")
        made.stub("mmdebstrap", 'echo "E: no such mirror" >&2; exit 100\n')
        made.environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "IMPSVC_CHECKERS": "no", "IMPSVC_GUI": "no", "IMPSVC_ENGINES": "no",
                            "IMPSVC_DEBIAN_MIRROR": "http://mirror.invalid/debian", "IMPSVC_UBUNTU_MIRROR": ""}
        yield made


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(SOURCE / "tools", tmp_path / "tree/tools", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tree/build-tests").mkdir()
    # The roots are made of Debian's packages, but nobody needs its keys for a test.
    names = tmp_path / "tree/tools/lib/debian.sh"
    names.write_text(names.read_text().replace("/usr/share/keyrings/debian-archive-keyring.gpg", "/dev/null"))
    return tmp_path / "tree"


@pytest.mark.parametrize("status, outcome", [(0, "passed"), (8, "FAILED")])
def test_the_last_lines_say_how_each_version_did(machine, tree, status, outcome):
    machine.stub("ctest", f'echo "100% tests passed, 0 tests failed out of 27"; exit {status}\n')
    code, out, said = machine.run("tools/test", "--all-versions", tree=tree)
    assert "unbound" not in said, said
    lines = [line for line in out.splitlines() if line.startswith(("Wireshark ", "    "))]
    assert lines[0].startswith(f"Wireshark 4.0.17 (this machine): {outcome} ")
    assert lines[0].endswith(f"; log: {tree}/build-versions/here.log")
    assert lines[1] == "    100% tests passed, 0 tests failed out of 27"
    assert [line[:14] for line in lines[2:]] == ["Wireshark 4.4 ", "Wireshark 4.6 "]
    assert all("FAILED" in line for line in lines[2:]) and code == 1, out
    assert "could not make a root of Debian trixie: " in said and "no such mirror" in said
    assert said.count("Wireshark 4.2 (Ubuntu noble) is left out: IMPSVC_UBUNTU_MIRROR=URL, a mirror of Ubuntu, brings it") == 1


def test_with_a_mirror_of_ubuntu_its_version_takes_part(machine, tree):
    """Its keys come from that mirror, and are believed only if they are Ubuntu's."""
    machine.stub("ctest", "exit 0\n")
    machine.stub("apt-get", 'for word; do [ "$word" != download ] || touch ubuntu-keyring_1_all.deb; done\n')
    machine.stub("dpkg-deb", 'mkdir -p "$3/usr/share/keyrings"; echo forged >"$3/usr/share/keyrings/ubuntu-archive-keyring.gpg"\n')
    code, out, said = machine.run("tools/test", "--all-versions", tree=tree, IMPSVC_UBUNTU_MIRROR="http://mirror.invalid/ubuntu")
    lines = [line for line in out.splitlines() if line.startswith("Wireshark ")]
    assert [line[:14] for line in lines[1:]] == ["Wireshark 4.2 ", "Wireshark 4.4 ", "Wireshark 4.6 "]
    assert lines[1].startswith("Wireshark 4.2 (Ubuntu noble): FAILED") and code == 1
    assert "left out" not in said
    assert "the keys of http://mirror.invalid/ubuntu are not those of Ubuntu's archive that tools/lib/ubuntu.sh knows" in said
    assert not list(tree.parent.glob("cache/impsvc/ubuntu-archive-keyring.gpg*/"))

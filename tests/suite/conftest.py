# What every test here starts from: Wireshark with the plugin and without it, captures merged into few files, and Wireshark's own ones.
#
# IMPSVC_WIRESHARK_SOURCE may name the root of Wireshark's source tree, IMPSVC_LONG=1 asks for the tests that take long.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from places import BUILD, CAPTURES, WIRESHARK_SOURCE
from native import AloneOnce
from run_tshark import Wireshark
from with_plugin import pytest_configure


def with_transum(wireshark):
    """Give it the one of Wireshark's own plugins that is a post-dissector, which our plugin folder hides."""
    folders = dict(line.split(":", 1) for line in subprocess.run(["tshark", "-G", "folders"], check=True, text=True,
                                                                 capture_output=True).stdout.splitlines() if ":" in line)
    theirs = Path(folders["Global Plugins"].strip())
    folder = wireshark.plugin_dir / theirs.name / "epan"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(theirs / "epan" / "transum.so", folder / "transum.so")
    subprocess.run(["chmod", "-R", "a+rX", wireshark.plugin_dir], check=True)
    return wireshark


@pytest.fixture(scope="session")
def wireshark():
    """Wireshark with the plugin."""
    with contextlib.closing(with_transum(Wireshark(BUILD / "plugins"))) as ours:
        yield ours


@pytest.fixture(scope="session")
def alone():
    """Wireshark without the plugin."""
    with contextlib.closing(with_transum(AloneOnce())) as native:
        yield native


OURS = sorted(CAPTURES.glob("*.pcapng"))
WIRESHARKS = sorted(path for path in (WIRESHARK_SOURCE / "test" / "captures").glob("*") if path.is_file())

needs_source = pytest.mark.skipif(not WIRESHARKS, reason="no captures of Wireshark's: tools/setup source fetches them, or "
                                  "IMPSVC_WIRESHARK_SOURCE names the root of its source tree")
takes_long = pytest.mark.skipif(os.environ.get("IMPSVC_LONG") != "1", reason="takes long: set IMPSVC_LONG=1")

# One start of tshark for many captures. Captures in one file must not hold the same connections: to TCP the second time
# is a retransmission. cluster.pcapng has those of most others, vlan.pcapng those of three.
NOT_MERGED = {"cluster", "vlan"}
NO_CAPTURES = {".cbordiag", ".txt", ".log"}     # inputs of text2pcap and logs
GROUPS = ["lab", "cluster", pytest.param("wireshark", marks=needs_source)]


def captures_of(group):
    if group == "wireshark":
        return WIRESHARKS
    return [path for path in OURS if (path.stem == "cluster" if group == "cluster" else path.stem not in NOT_MERGED)]


@pytest.fixture(scope="session")
def merged(wireshark):
    """A function from a group's name to its one file."""
    made = {}

    def merge(group):
        if group not in made:
            mergeable = [path for path in captures_of(group) if path.suffix not in NO_CAPTURES]
            made[group] = wireshark.folder / f"{group}.pcapng"
            while True:
                done = subprocess.run(["mergecap", "-a", "-w", made[group], *mergeable], capture_output=True, text=True)
                if done.returncode == 0:
                    break
                left = [path for path in mergeable if str(path) not in done.stderr and alone_mergeable(path)]
                assert len(left) < len(mergeable), done.stderr
                mergeable = left
            made[group].chmod(0o644)
        return made[group]
    return merge


def alone_mergeable(path):
    """Whether mergecap can write the capture's records as packets at all."""
    return subprocess.run(["mergecap", "-a", "-w", os.devnull, path], capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def key_log(wireshark):
    """The keys of Wireshark's captures of TLS in one file."""
    path = wireshark.folder / "keys.txt"
    path.write_bytes(b"\n".join(keys.read_bytes() for keys in sorted((WIRESHARK_SOURCE / "test" / "keys").glob("*.keys"))))
    path.chmod(0o644)
    return path

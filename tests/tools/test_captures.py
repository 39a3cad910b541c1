# What tools/demo says of a file that is no capture, or half of one: the user's own name for it and the reason, before minutes of
# building, and no heading with nothing below.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import gzip
import os
import shutil

import pytest

from places import BUILD, CAPTURES, CLUSTER, SOURCE, need
from stubbed import Machine

PICTURE = CAPTURES / "pictures/packets.png"
IS_NONE = "no packet can be read: it isn't a capture file in a format Wireshark understands"
IS_CUT = "it appears to have been cut short in the middle of a packet"


@pytest.fixture
def machine(tmp_path):
    """One that has all packages, and a build, which it takes as it is."""
    need("capinfos", "editcap", "tshark")
    shutil.copytree(BUILD / "plugins", tmp_path / "build/plugins")
    with contextlib.closing(Machine()) as made:
        made.stub("cmake", f"echo built >>{tmp_path}/cmake.log\n")
        made.environment = {"IMPSVC_BUILD": str(tmp_path / "build")}
        yield made


def damaged(kept, rest=b""):
    """The first bytes of a capture, so many of them, and something else instead of the others."""
    return CLUSTER.read_bytes()[:kept] + rest


REFUSED = {
    "missing.pcapng": (None, "there is no such file"),
    "empty.pcapng": (b"", "the file is empty"),
    "text.pcapng": ((SOURCE / "LICENSE").read_bytes(), IS_NONE),
    "picture.pcapng": (PICTURE.read_bytes(), "this is no capture of packets: Wireshark takes it for a file of the type mime"),
    "head.pcapng": (damaged(3000), f"no packet can be read: {IS_CUT}"),
    "cut.pcapng.gz": (gzip.compress(CLUSTER.read_bytes())[:1000], "no packet can be read: it "),
    "none.pcap": (bytes.fromhex("d4c3b2a1 0200 0400 00000000 00000000 00000400 01000000"), "no packet can be read: there is none in it"),
    "two words.txt": (b"No. Time Source\n1 0.0 10.10.0.1\n", IS_NONE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_capture_is_named_with_the_reason_before_anything_is_built(machine, tmp_path, name):
    content, reason = REFUSED[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    code, out, said = machine.run("tools/demo", tmp_path / name)
    assert (code, out, said.count("\n")) == (1, "", 1)
    assert said.startswith(f"demo: {tmp_path / name}: {reason}")
    assert not (tmp_path / "cmake.log").exists()


def test_a_folder_is_no_capture(machine, tmp_path):
    assert machine.run("tools/demo", tmp_path) == (1, "", f"demo: {tmp_path}: that is a folder, not a capture\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_capture_of_somebody_else_is_named(machine, tmp_path):
    path = tmp_path / "secret.pcapng"
    shutil.copy(CLUSTER, path)
    path.chmod(0)
    assert machine.run("tools/demo", path) == (1, "", f"demo: {path}: you may not read it\n")


@pytest.mark.parametrize("content, reason", [
    (damaged(50000), IS_CUT), (damaged(50000, b"\0" * 5000), "it appears to be damaged or corrupt")], ids=["cut", "damaged"])
def test_of_half_a_capture_the_half_is_shown(machine, tmp_path, content, reason):
    path = tmp_path / "half.pcapng"
    path.write_bytes(content)
    code, out, said = machine.run("tools/demo", path)
    first, second = said.splitlines()
    assert first.startswith(f"demo: {path}: {reason}") and first.endswith("; only what comes before that is shown, 62 packets")
    assert (code, second) == (0, f"demo: building in {tmp_path / 'build'}")
    assert out.startswith("half.pcapng: 62 packets") and "Table " in out


def test_a_pipe_is_as_good_as_a_file(machine, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    machine.stub("demo-of-a-pipe", f'cat "{CLUSTER}" >"{tmp_path}/pipe" & exec "{SOURCE}/tools/demo" "{tmp_path}/pipe"\n')
    code, out, said = machine.run("demo-of-a-pipe", tree=machine.bin)
    assert (code, said) == (0, f"demo: building in {tmp_path / 'build'}\n") and "22.4" in out

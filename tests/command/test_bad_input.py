# What is no capture is named as the user named it, with the reason, and the status is 2.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import subprocess
import tempfile

import pytest

from places import CAPTURES, CLUSTER, SOURCE

pytestmark = pytest.mark.any_version


@pytest.fixture(params=["summary", "nodes"])
def command(request):
    return request.param


def test_no_capture(impsvc, command):
    said = impsvc.refuses(command)
    assert f"usage: impsvc {command}" in said and "the following arguments are required: CAPTURE" in said


def test_a_missing_file(impsvc, command):
    assert impsvc.refuses(command, "no such.pcap") == "impsvc: no such.pcap: No such file or directory\n"


def test_a_folder(impsvc, command, tmp_path):
    assert impsvc.refuses(command, tmp_path) == f"impsvc: {tmp_path}: is a folder, not a capture\n"


def test_an_empty_file(impsvc, command, tmp_path):
    (tmp_path / "x.pcap").touch()
    assert impsvc.refuses(command, tmp_path / "x.pcap") == f"impsvc: {tmp_path}/x.pcap: the file is empty\n"


def test_text(impsvc, command):
    assert impsvc.refuses(command, SOURCE / "LICENSE") == \
        f'impsvc: The file "{SOURCE}/LICENSE" isn\'t a capture file in a format TShark understands.\n'


def test_a_picture_which_wireshark_would_show(impsvc):
    picture = SOURCE / "test-captures/pictures/packets.png"
    assert impsvc.refuses("summary", picture) == f"impsvc: {picture}: is no capture of packets\n"


def test_an_unreadable_file(impsvc, command, tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    path = tmp_path / "secret.pcap"
    path.touch(mode=0)
    assert impsvc.refuses(command, path) == f"impsvc: {path}: Permission denied\n"


def test_what_only_root_may_read_is_read_for_root(impsvc, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("not run by root")
    (tmp_path / "private").mkdir(mode=0o700)
    path = tmp_path / "private/x.pcapng"
    path.write_bytes(CLUSTER.read_bytes())
    path.chmod(0o600)
    assert impsvc.says("summary", path).startswith("x.pcapng: 4767 packets")


def test_a_capture_that_is_cut_short_is_summed_up(impsvc, tmp_path):
    path = tmp_path / "cut.pcapng"
    path.write_bytes((CAPTURES / "trouble-refused.pcapng").read_bytes()[:-10])
    said = impsvc.says("summary", path)
    assert ": 39 packets in " in said, "all but the last"
    assert f'This is only a part: The file "{path}" appears to have been cut short in the middle of a packet.' in said.replace("\n", " ")


def test_a_damaged_capture_is_summed_up_and_is_an_error(impsvc, tmp_path):
    path = tmp_path / "damaged.pcapng"
    path.write_bytes((CAPTURES / "trouble-refused.pcapng").read_bytes() + b"\x06\0\0\0" + b"\xff" * 400)
    said = impsvc.says("summary", path, status=2)
    assert "refused: 22.1 XMPP client access" in said and f'This is only a part: The file "{path}" appears to be damaged' in said.replace("\n", " ")


def test_standard_input(impsvc, command):
    with open(CLUSTER, "rb") as packets:
        from_pipe = impsvc.done(command, "-", input=packets.read(), encoding=None)
    by_name = impsvc.done(command, CLUSTER)
    assert from_pipe.returncode == by_name.returncode == 0
    assert from_pipe.stdout.decode() == by_name.stdout.replace(CLUSTER.name if command == "summary" else str(CLUSTER), "standard input")


def test_no_standard_input(impsvc, command):
    assert impsvc.refuses(command, "-") == "impsvc: standard input: the file is empty\n"


def test_a_name_that_looks_like_an_option(impsvc, command, tmp_path):
    (tmp_path / "-x.pcapng").write_bytes(CLUSTER.read_bytes())
    assert impsvc.says("summary", "--", "-x.pcapng", cwd=tmp_path).startswith("-x.pcapng: 4767 packets")


def test_a_reader_that_has_seen_enough_is_no_error(impsvc):
    with subprocess.Popen([impsvc.program, "summary", "--all", CLUSTER], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=impsvc.environment(), encoding="utf-8") as started:
        assert started.stdout.readline()
        started.stdout.close()
        assert started.stderr.read() == "" and started.wait() == 0


def test_nothing_is_left_behind(impsvc):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        impsvc.says("summary", CLUSTER, environment={"TMPDIR": folder})
        impsvc.refuses("summary", SOURCE / "LICENSE", environment={"TMPDIR": folder})
        assert os.listdir(folder) == []

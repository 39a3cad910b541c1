# Which files are meant, and what becomes of those that cannot be read: each is named with its reason, takes nobody with it, and is
# tried again only when asked.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import subprocess

import pytest

from collected import Collected
from places import CAPTURES, SOURCE
from run_tshark import NOBODY

GOOD = "trouble-refused.pcapng"


@pytest.fixture
def collected(impsvc, tmp_path):
    return Collected(impsvc, tmp_path / "flows.db")


@pytest.fixture
def folder(tmp_path):
    """A folder with two captures, one of them in a folder of its own."""
    made = tmp_path / "captures"
    (made / "2026").mkdir(parents=True)
    shutil.copy(CAPTURES / GOOD, made / "a.pcapng")
    shutil.copy(CAPTURES / "trouble-filtered.pcapng", made / "2026")
    return made


def names(collected):
    return {os.path.basename(row["name"]): row["state"] for row in collected.rows("capture")}


def test_all_files_of_a_folder_are_collected(collected, folder):
    (folder / ".hidden.pcapng").write_text("no capture", encoding="utf-8")
    os.mkfifo(folder / "pipe")
    (folder / "dead").symlink_to("nowhere")
    assert collected.collect(folder) == "2 files: 2 read\n"
    assert names(collected) == {"a.pcapng": "done", "trouble-filtered.pcapng": "done"}


def test_an_empty_folder_is_no_error(collected, tmp_path):
    (tmp_path / "empty").mkdir()
    assert collected.collect(tmp_path / "empty") == "0 files: 0 read\n"


def test_names_on_standard_input(collected, folder):
    listed = "\n".join(map(str, sorted(folder.rglob("*.pcapng")))) + "\n\n"
    assert collected.collect("-", input=listed) == "2 files: 2 read\n"


def test_a_list_says_what_is_still_to_be_collected(collected, folder):
    both = sorted(map(str, folder.rglob("*.pcapng")))
    assert sorted(collected.collect("--list", folder).splitlines()) == both
    collected.collect(both[0])
    assert collected.collect("--list", folder).splitlines() == both[1:]
    collected.collect("-", input="\n".join(both))
    assert collected.collect("--list", folder) == ""


def bad_files(folder):
    """Name of each bad file: what its reason says."""
    whole = (CAPTURES / GOOD).read_bytes()
    (folder / "text.pcap").write_text("no capture\n" * 100, encoding="utf-8")
    shutil.copy(CAPTURES / "pictures/packets.png", folder / "picture.png")
    (folder / "empty.pcap").touch()
    (folder / "header.pcapng").write_bytes(whole[:20])
    (folder / "new\nline.pcap").write_text("no capture\n", encoding="utf-8")
    (folder / "quotes'\"`$(id).pcap").write_text("also no capture\n", encoding="utf-8")
    (folder / os.fsdecode(b"latin-\xe9.pcap")).write_text("neither is this\n" * 9, encoding="utf-8")
    return {"text.pcap": "isn't a capture file", "picture.png": "is no capture of packets", "empty.pcap": "the file is empty",
            "header.pcapng": "is no capture of packets", "new\\nline.pcap": "isn't a capture file", "quotes'\"`$(id).pcap": "isn't a capture file",
            "latin-\\xe9.pcap": "isn't a capture file"}


def test_what_is_no_capture_is_named_takes_nobody_with_it_and_is_not_tried_again(collected, folder):
    bad = bad_files(folder)
    done = collected.done(folder, folder / "missing.pcap")
    assert done.returncode == 2 and done.stdout == "10 files: 2 read, 8 cannot be read\n", done
    assert len(done.stderr.splitlines()) == 8, done.stderr
    for name, reason in {**bad, "missing.pcap": "No such file or directory"}.items():
        line, = [line for line in done.stderr.splitlines() if f"{folder}/{name}" in line]
        assert reason in line
        assert reason in collected.reasons()[f"{folder}/{name}"]
    assert collected.collect(folder) == "9 files: 0 read, 2 known already, 7 could not be read before (--again tries them again)\n"
    assert len(collected.rows("flow")) > 3
    done = collected.done("--again", folder / "text.pcap")
    assert done.returncode == 2 and "text.pcap" in done.stderr
    assert "8 cannot be read (--by capture)" in collected.query()


def test_good_captures_with_strange_names_are_read(collected, tmp_path):
    strange = ["new\nline.pcapng", "quotes'\"`$(id).pcapng", os.fsdecode(b"latin-\xe9.pcapng"), "日本語.pcapng", "-x.pcapng", " "]
    sources = sorted(CAPTURES.glob("trouble-*.pcapng"))
    for name, source in zip(strange, sources):
        shutil.copy(source, tmp_path / name)
    assert collected.collect("--", *strange, cwd=tmp_path) == "6 files: 6 read\n"
    assert {os.path.basename(row["name"]) for row in collected.rows("capture")} == \
        {"new\\nline.pcapng", "quotes'\"`$(id).pcapng", "latin-\\xe9.pcapng", "日本語.pcapng", "-x.pcapng", " "}


def test_what_is_whole_of_a_capture_that_is_cut_or_damaged_is_collected(collected, tmp_path):
    whole = (CAPTURES / GOOD).read_bytes()
    cut, damaged = tmp_path / "cut.pcapng", tmp_path / "damaged.pcapng"
    cut.write_bytes(whole[:-10])
    damaged.write_bytes(whole + b"\x06\0\0\0" + b"\xff" * 400)
    done = collected.done(cut, damaged)
    assert (done.returncode, done.stdout) == (0, "2 files: 2 read\n")
    assert f"{cut} appears to have been cut short" in done.stderr and f"{damaged} appears to be damaged" in done.stderr
    rows = {row["name"]: row for row in collected.rows("capture")}
    assert rows[str(cut)]["state"] == rows[str(damaged)]["state"] == "done"
    assert "cut short" in rows[str(cut)]["reason"] and "damaged" in rows[str(damaged)]["reason"]
    assert collected.collect(cut, damaged) == "2 files: 0 read, 2 known already\n"


def test_a_file_that_could_not_be_opened_is_collected_when_it_can_be(collected, folder):
    late = folder / "late.pcapng"
    assert f"{late}: No such file or directory" in collected.complaints(late)
    shutil.copy(CAPTURES / "icmp-ping.pcapng", late)
    assert collected.collect(late) == "1 file: 1 read\n"
    assert collected.reasons() == {}


def test_what_may_not_be_read_is_named(impsvc, folder, tmp_path):
    """By an ordinary user; root may read everything, and nobody what root's tests have made."""
    (folder / "closed").mkdir()
    shutil.copy(CAPTURES / "icmp-ping.pcapng", folder / "closed/x.pcapng")
    shutil.copy(CAPTURES / "icmp-ping.pcapng", folder / "secret.pcapng")
    (folder / "closed").chmod(0)
    (folder / "secret.pcapng").chmod(0)
    before = []
    if os.geteuid() == 0:
        before = NOBODY
        if subprocess.run([*NOBODY, "test", "-r", impsvc.program, "-a", "-r", folder], check=False).returncode:
            for path in (*tmp_path.parents[:2], tmp_path):
                path.chmod(0o755)
        if subprocess.run([*NOBODY, "sh", "-c", f"test -r {impsvc.program} && test -r {folder} && test -r {SOURCE}"], check=False).returncode:
            pytest.skip("nobody may not read the tests' folders")
    db = tmp_path / "open"
    db.mkdir()
    db.chmod(0o777)
    for path in (tmp_path / "home").rglob("*"):
        path.chmod(0o777)
    (tmp_path / "home").chmod(0o777)
    done = subprocess.run([*before, impsvc.program, "collect", "--db", db / "x.db", folder], capture_output=True, encoding="utf-8",
                          env=impsvc.environment(), stdin=subprocess.DEVNULL, check=False)
    (folder / "closed").chmod(0o755)
    assert done.returncode == 2 and done.stdout == "4 files: 2 read, 2 cannot be read\n", done
    assert f"impsvc: {folder}/closed: Permission denied\n" in done.stderr
    assert f"impsvc: {folder}/secret.pcapng: Permission denied\n" in done.stderr

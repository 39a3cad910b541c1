# What happens to files and machines while captures are read: a file grows, goes away or makes sharkd crash, hang or grow, or the disk is full.
# The others are collected, and after another run the database is the same as if nothing had happened.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import shutil
import subprocess
import threading

import pytest

import pcapng
from collected import Collected
from disturbed import Running, SlowSharkd
from places import BUILD, CAPTURES
from the_command import Command

NAMES = ["trouble-refused", "trouble-filtered", "icmp-ping", "firewall-udp"]
GROWING = CAPTURES / "firewall-rules.pcapng"


@pytest.fixture
def captures(tmp_path):
    """A folder with some small captures."""
    folder = tmp_path / "captures"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(CAPTURES / f"{name}.pcapng", folder)
    return folder


@pytest.fixture
def impsvc(tmp_path):
    return Command(BUILD / "bin/impsvc", tmp_path / "home")


@pytest.fixture
def sharkd():
    with SlowSharkd() as slow:
        yield slow


@pytest.fixture
def collected(impsvc, tmp_path):
    return Collected(impsvc, tmp_path / "flows.db")


@pytest.fixture
def undisturbed(impsvc, tmp_path):
    """Collects files into another database; all flows."""
    def collect(*files):
        other = Collected(impsvc, tmp_path / "undisturbed.db")
        other.collect(*files)
        return other.everything()
    return collect


def harmful(folder):
    """A capture that slow_sharkd knows by a text in it."""
    parts = pcapng.apart(CAPTURES / "dns-53.pcapng")
    last = parts.packets[-1]
    mark = pcapng.packet_of(0, last.time + 1, pcapng.LLDP + b"this one hurts")
    return pcapng.together(folder / "harmful.pcapng", parts, [*parts.packets, mark])


def test_a_file_that_grows_counts_once_when_it_is_complete(collected, undisturbed, captures):
    parts, growing = pcapng.apart(GROWING), captures / "growing.pcapng"
    for count in (0, 100, 200, None):
        pcapng.together(growing, parts, parts.packets[:count])
        assert collected.collect(captures).startswith(f"5 files: {5 if count == 0 else 1} read")
    rows = [row for row in collected.rows("capture") if row["name"] == str(growing)]
    assert [row["packets"] for row in rows] == [str(len(parts.packets))]
    assert collected.everything() == undisturbed(captures)


def test_a_file_that_could_not_be_read_when_it_was_short_is_not_named_for_ever(collected, undisturbed, captures):
    growing = captures / "growing.pcapng"
    growing.touch()
    assert f"{growing}: the file is empty" in collected.complaints(captures)
    growing.write_bytes(GROWING.read_bytes()[:20])
    assert str(growing) in collected.complaints(captures)
    assert len(collected.reasons()) == 1
    shutil.copy(GROWING, growing)
    collected.collect(captures)
    assert collected.reasons() == {}
    assert collected.everything() == undisturbed(captures)


def test_the_beginning_of_a_capture_stays_if_it_is_a_file_of_its_own(collected, undisturbed, captures):
    parts, growing, beginning = pcapng.apart(GROWING), captures / "growing.pcapng", captures / "beginning.pcapng"
    for path in (growing, beginning):
        pcapng.together(path, parts, parts.packets[:150])
    collected.collect(captures)
    shutil.copy(GROWING, growing)
    collected.collect(captures)
    assert collected.everything() == undisturbed(captures)
    assert {str(growing), str(beginning)} <= {row["name"] for row in collected.rows("capture")}


def test_a_file_that_is_written_to_while_it_is_read_is_left_for_the_next_run(collected, sharkd, undisturbed, captures):
    parts, growing, over = pcapng.apart(GROWING), captures / "growing.pcapng", threading.Event()
    pcapng.together(growing, parts, parts.packets[:1])

    def write():
        with open(growing, "ab") as file:
            for packet in parts.packets[1:-1]:
                file.write(packet.block)
                file.flush()
                if over.wait(0.05):
                    return
    sharkd.set_pace(0.4)
    writing = threading.Thread(target=write)
    writing.start()
    done = collected.done(captures, environment=sharkd.environment)
    over.set()
    writing.join()
    assert done.returncode == 0 and done.stdout == "5 files: 4 read, 1 still being written to\n", done
    assert done.stderr == f"impsvc: {growing}: is still being written to: collect it again when it is complete\n"
    shutil.copy(GROWING, growing)
    collected.collect(captures)
    assert collected.everything() == undisturbed(captures)


def test_a_file_that_goes_away_takes_nobody_with_it(collected, sharkd, undisturbed, captures):
    gone, moved = captures / "y-gone.pcapng", captures / "z-moved.pcapng"
    shutil.copy(CAPTURES / "dns-53.pcapng", gone)
    shutil.copy(GROWING, moved)
    sharkd.set_pace(0.5)
    with Running(collected, sharkd, "--jobs", "1", captures) as running:
        sharkd.wait_for(1)
        gone.unlink()
        sharkd.wait_for(5)
        moved.rename(captures / "a-new-name.pcapng")
        said = running.ends(status=2)
    assert f"impsvc: {gone}: No such file or directory\n" in said and f"impsvc: {moved}: No such file or directory\n" in said
    assert said.endswith("6 files: 4 read, 2 cannot be read\n")
    collected.collect(captures)
    assert collected.everything() == undisturbed(captures)


def test_a_capture_that_makes_sharkd_crash_is_named(collected, sharkd, undisturbed, captures):
    bad = harmful(captures)
    sharkd.set_hurts("crash this one hurts")
    done = collected.done("--jobs", "1", captures, environment=sharkd.environment)
    assert done.returncode == 2 and done.stdout == "5 files: 4 read, 1 cannot be read\n", done
    assert done.stderr == f"impsvc: {bad}: sharkd was stopped by SIGSEGV\n"
    assert collected.reasons() == {str(bad): f"{bad}: sharkd was stopped by SIGSEGV"}
    assert len(sharkd.loads) == 6, "it could have been chance, so it is tried twice"
    assert "1 could not be read before" in collected.collect(captures, environment=sharkd.environment)
    assert len(sharkd.loads) == 6
    collected.collect("--again", bad)
    assert collected.everything() == undisturbed(captures)


def test_a_capture_that_takes_too_long_is_given_up(collected, sharkd, undisturbed, captures):
    bad = harmful(captures)
    sharkd.set_hurts("hang this one hurts")
    done = collected.done("--time-limit", "3", captures, environment=sharkd.environment)
    assert (done.returncode, done.stderr) == (2, f"impsvc: {bad}: took more than 3 s\n")
    assert len(sharkd.loads) == 5 and sharkd.alive() == []
    collected.collect("--again", bad)
    assert collected.everything() == undisturbed(captures)


def test_a_capture_that_takes_too_much_memory_is_given_up(collected, sharkd, undisturbed, captures):
    sharkd.set_pace(1)
    capture = captures / "icmp-ping.pcapng"
    done = collected.done("--memory-limit", "1", capture, environment=sharkd.environment)
    assert (done.returncode, done.stderr) == (2, f"impsvc: {capture}: took more than 1 MB of memory\n")
    collected.collect(captures, capture)
    collected.collect("--again", capture)
    assert collected.everything() == undisturbed(captures)


SMALL_DISK = """
mount -t tmpfs -o size=$1 none "$2" || exit 77
shift 2
"$@" && exit 88
echo "status $?"
mount -o remount,size=50m none "$(dirname "$4")"
"$@"
"$1" query --db "$4" --all --format csv
"""


@pytest.mark.parametrize("size", ["100k", "350k", "500k"])
def test_a_full_disk_ends_it_with_a_sentence(impsvc, undisturbed, captures, tmp_path, size, needs_namespaces):
    disk = tmp_path / "disk"
    disk.mkdir()
    for name in ("firewall-rules", "ldap-389-3268-636", "snmp-agents-6161-6162-7161", "sip-gateway-5060", "tomcat-8080-8443"):
        shutil.copy(CAPTURES / f"{name}.pcapng", captures)
    done = subprocess.run(["unshare", "--mount", "sh", "-c", SMALL_DISK, "sh", size, disk, impsvc.program, "collect", "--db",
                           disk / "flows.db", captures], env=impsvc.environment(), stdin=subprocess.DEVNULL, capture_output=True,
                          encoding="utf-8", check=False)
    assert done.stderr.count("\n") == 1 and done.stderr.startswith(f"impsvc: {disk}/flows.db: "), done
    assert "full" in done.stderr, done.stderr
    status, said, flows = done.stdout.split("\n", 2)
    assert status == "status 2" and said.startswith("9 files: ")
    assert flows == undisturbed(captures)


def test_a_full_folder_for_temporary_files_ends_it_with_a_sentence(impsvc, captures, tmp_path, needs_namespaces):
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o size=20k none "$1" && shift && exec "$@"', "sh", disk,
                           impsvc.program, "collect", "--db", tmp_path / "flows.db", captures], env=impsvc.environment(TMPDIR=disk),
                          stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "No space left on device" in done.stderr, done.stderr

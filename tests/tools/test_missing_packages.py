# What the commands of tools/ say where packages are missing and cannot be installed: one sentence, which names them. Whoever
# reads "installing tshark" and a prompt, or fifteen lines about gcc, does not know what to do.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import re

import pytest

from places import SOURCE
from stubbed import Machine

COMMANDS = [("tools/demo",), ("tools/package",), ("tools/package", "--source"), ("tools/test",), ("tools/golden",), ("tools/pictures",),
            ("tools/setup", "build")]
BY_HAND = "An administrator can install them:\n    apt-get install --no-install-recommends"

# As apt-get 2.6 says it without a network, before it has had one and after.
FETCH = "Failed to fetch http://deb.example.org/debian/{} Temporary failure resolving 'deb.example.org'"
NO_LISTS = f"""if [ "$2" = update ]; then echo "W: {FETCH.format('dists/bookworm/InRelease ')}"; exit 0; fi
for package; do case $package in -*|install) ;; *) echo "E: Unable to locate package $package" ;; esac; done; exit 100
"""
NO_FILES = f"""[ "$2" = install ] || exit 0
echo "E: {FETCH.format('pool/main/g/gcc.deb ')}"
echo "E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?"; exit 100
"""


def names(command):
    return command[0].rsplit("/", 1)[-1]


@pytest.fixture
def machine(tmp_path):
    """One that misses gcc and tshark, where this is an ordinary user without sudo."""
    with contextlib.closing(Machine("sudo")) as made:
        made.user(1000)
        made.environment = {"MISSING": "gcc tshark", "TMPDIR": str(tmp_path), "IMPSVC_BUILD": str(tmp_path / "build"),
                            "IMPSVC_CHECKERS": "no", "IMPSVC_GUI": "no", "IMPSVC_ENGINES": "no"}
        yield made


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_user_without_sudo_reads_what_an_administrator_would_run(machine, command):
    assert machine.run(*command) == (
        1, "", f"{names(command)}: packages are missing, and you are not root and have no sudo. {BY_HAND} gcc tshark\n")


def test_all_that_the_tests_need_is_named_at_once(machine):
    machine.environment.update(MISSING="libcmocka-dev xvfb cppcheck slurmd", IMPSVC_CHECKERS="yes", IMPSVC_GUI="yes",
                               IMPSVC_ENGINES="yes")
    assert machine.run("tools/test")[2].endswith(f"{BY_HAND} libcmocka-dev xvfb cppcheck slurmd\n")


def test_a_refusal_of_sudo_is_shown_with_what_an_administrator_would_run(machine):
    machine.stub("sudo", 'echo "u is not in the sudoers file." >&2; exit 1\n')
    assert machine.run("tools/demo") == (1, "", "demo: installing gcc tshark\nu is not in the sudoers file.\n"
                                         f"demo: packages are missing, and sudo does not let you install them. {BY_HAND} gcc tshark\n")


def test_sudo_installs_where_it_may(machine, tmp_path):
    machine.stub("sudo", f'echo "$@" >>{tmp_path}/log; exec "$@"\n')
    machine.stub("apt-get", "exit 0\n")
    assert machine.run("tools/setup", "build") == (0, "", "setup: installing gcc tshark\n")
    assert [line.split("apt-get ")[-1] for line in (tmp_path / "log").read_text().splitlines()] == [
        "env true", "-q update", "-q install -y --no-install-recommends gcc tshark"]


@pytest.mark.parametrize("apt_get", [NO_LISTS, NO_FILES], ids=["never had one", "had one before"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_network_that_is_what_is_said(machine, command, apt_get):
    machine.user(0)
    machine.stub("apt-get", apt_get)
    code, out, said = machine.run(*command)
    name = names(command)
    assert (code, out) == (1, "")
    assert re.fullmatch(
        rf"{name}: installing gcc tshark\n{name}: apt-get cannot reach http://deb\.example\.org \(Temporary failure resolving "
        rf"'deb\.example\.org'\): is there a network\? These packages are missing: gcc tshark\. The whole log is in \S+\n", said)


def test_lists_that_are_out_of_reach_do_no_harm_if_packages_are_not(machine):
    machine.user(0)
    machine.stub("apt-get", f'[ "$2" = update ] || exit 0; echo "E: {FETCH.format("x ")}"; exit 100\n')
    assert machine.run("tools/setup", "build") == (0, "", "setup: installing gcc tshark\n")


@pytest.mark.parametrize("log, sentence", [
    ("E: Unable to locate package gcc\nE: Package 'tshark' has no installation candidate\n", "apt-get knows no package called gcc tshark."),
    ("Reading...\nE: Could not get lock /var/lib/dpkg/lock. It is held by process 7\n",
     "apt-get says: Could not get lock /var/lib/dpkg/lock. It is held by process 7."),
    ("E: Failed to fetch http://deb.example.org/x.deb  404  Not Found [IP: 192.0.2.1 80]\n",
     "apt-get says: Failed to fetch http://deb.example.org/x.deb  404  Not Found [IP: 192.0.2.1 80]."),
    ("W: Failed to fetch http://deb.example.org/x  Could not connect to proxy:80 (192.0.2.1). - connect (111: Connection refused)\n",
     "apt-get cannot reach http://deb.example.org (Could not connect to proxy:80 (192.0.2.1). - connect (111: Connection refused)): "
     "is there a network?"),
    ("Segmentation fault\n", "apt-get says: Segmentation fault."),
])
def test_what_else_keeps_apt_get_from_it_is_said_in_its_words(machine, tmp_path, log, sentence):
    (tmp_path / "apt.log").write_text(log)
    machine.user(0)
    machine.stub("apt-get", f'[ "$2" = update ] || {{ cat {tmp_path}/apt.log; exit 100; }}\n')
    assert sentence in machine.run("tools/setup", "build")[2]


def test_another_system_is_told_what_it_needs():
    with contextlib.closing(Machine("dpkg-query")) as machine:
        code, _, said = machine.run("tools/setup", "build")
    assert code == 0 and "not a Debian or Ubuntu system: make sure that these are installed: gcc cmake" in said


@pytest.mark.parametrize("readme", sorted(SOURCE.glob("README*.md")), ids=lambda path: path.name)
@pytest.mark.parametrize("package, ran", [("exit 1", "nothing"), ("echo /x/y.deb", "apt install /x/y.deb\n")])
def test_the_readme_installs_only_what_was_made(machine, tmp_path, readme, package, ran):
    """apt install "" does nothing, and looks done."""
    lines = re.search(r"^    package=.*\n    sudo .*$", readme.read_text(encoding="utf-8"), re.M)[0]
    (tmp_path / "tools").mkdir()
    (tmp_path / "ran").write_text("nothing")
    machine.stub("sudo", f'echo "$@" >{tmp_path}/ran\n')
    for name, script in (("tools/package", package), ("as-in-the-readme", f"cd {tmp_path}\n{lines}")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    code, _, _ = machine.run("as-in-the-readme", tree=tmp_path)
    assert (tmp_path / "ran").read_text() == ran and (code != 0) == (ran == "nothing")


def test_services_of_packages_are_not_started(machine, tmp_path):
    """Who runs the tests wants no sshd, now or from the next start of the machine on."""
    machine.user(0)
    machine.environment.update(MISSING="slurmd", IMPSVC_ENGINES="yes")
    wants = tmp_path / "multi-user.target.wants"
    wants.mkdir()
    (wants / "cron.service").touch()
    machine.stub("find", f"ls {wants}\n")
    machine.stub("apt-get", f'echo "$SYSTEMD_OFFLINE $*" >>{tmp_path}/log; touch {wants}/munge.service {wants}/slurmd.service\n')
    machine.stub("systemctl", f'echo "$*" >>{tmp_path}/log\n')
    machine.stub("cmake", "exit 1\n")
    machine.run("tools/test")
    assert (tmp_path / "log").read_text().splitlines() == [
        "1 -q update", "1 -q install -y --no-install-recommends slurmd", "--quiet disable munge.service slurmd.service"]

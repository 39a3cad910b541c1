# Uninstalling for oneself: a profile that nobody has changed goes, too, and one with changes stays, with a word about it. One
# that stays in silence makes Wireshark complain of every rule.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shlex
import subprocess
import sys

import pytest

from conftest import NAME
from places import SOURCE


def run(script, home, *arguments):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "WIRESHARK_"))}
    done = subprocess.run([sys.executable, SOURCE / "catalog/profile" / script, *arguments], env={**kept, "HOME": str(home)},
                          capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(params=["en", "ja"])
def profile(made, tmp_path, request):
    """A person's profile, just installed."""
    assert run("upgrade.py", tmp_path, made, "--language", request.param)[0] == 0
    return tmp_path / ".config/wireshark/profiles" / NAME


def removed(profile):
    return run("remove.py", profile.parents[3])


def test_a_profile_as_it_was_installed_is_removed(profile):
    assert removed(profile) == (0, f"removed {profile}\n", "")
    assert not profile.exists() and profile.parent.is_dir()


def test_what_wireshark_and_we_write_there_keeps_nothing(profile):
    """Wireshark writes the widths of columns when it is closed, an upgrade leaves the files as they were."""
    (profile / "recent").write_text("# Recent settings file for Wireshark\ncolumn.width: \"%m\", \"50\"\n")
    (profile / "impsvc_backup/2026-01-01-000000").mkdir(parents=True)
    (profile / "impsvc_backup/2026-01-01-000000/colorfilters").write_text("")
    assert removed(profile)[1] == f"removed {profile}\n" and not profile.exists()


def test_removing_twice_says_nothing(profile):
    removed(profile)
    assert removed(profile) == (0, "", "")


def append(name, text):
    return lambda profile: (profile / name).write_bytes((profile / name).read_bytes() + text.encode())


CHANGES = {
    "a button": (append("dfilter_buttons", '"TRUE","Mine","sip",""\n'), "you have changed dfilter_buttons"),
    "a rule": (append("colorfilters", "@Mine@sip@[1,2,3][4,5,6]\n"), "you have changed colorfilters"),
    "a comment": (append("dfilters", "# mine\n"), "you have changed dfilters"),
    "a preference": (append("preferences", "tcp.relative_sequence_numbers: FALSE\n"), "you have changed preferences"),
    "a column": (lambda profile: (profile / "preferences").write_text('gui.column.format: "No.", "%m"\n'), "you have changed preferences"),
    "nodes, and two more": (lambda profile: [append("cfilters", '"x" tcp\n')(profile), (profile / "impsvc_nodes").write_text('"10.1.0.1"\n')],
                            "you have changed cfilters, impsvc_nodes"),
    "a rule is gone": (lambda profile: (profile / "colorfilters").write_text(""), "you have changed colorfilters"),
    "no record": (lambda profile: (profile / "impsvc_profile").unlink(), "it has no impsvc_profile, so nobody knows what is yours in it"),
    "a line that is none": (append("dfilters", "x\n"), "dfilters:"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_profile_with_changes_stays_and_the_person_reads_what_to_do(profile, change):
    make, reason = CHANGES[change]
    make(profile)
    before = {path.name: path.read_bytes() for path in profile.iterdir()}
    code, out, said = removed(profile)
    assert (code, said) == (0, "") and {path.name: path.read_bytes() for path in profile.iterdir()} == before
    first, second, command = out.splitlines()
    assert first.startswith(f"kept your profile {profile}: ") and reason in first
    assert "Wireshark complains of its filters and coloring rules" in second
    subprocess.run(shlex.split(command), check=True)
    assert not profile.exists()


def test_a_link_is_not_followed(profile, tmp_path):
    profile.rename(tmp_path / "elsewhere")
    profile.symlink_to(tmp_path / "elsewhere")
    assert f"kept your profile {profile}: it is a link to another folder" in removed(profile)[1]
    assert (tmp_path / "elsewhere/colorfilters").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may remove everything")
def test_a_profile_that_cannot_be_removed_is_named(profile):
    profile.chmod(0o500)
    code, out, said = removed(profile)
    profile.chmod(0o700)
    assert (code, out) == (1, "") and said.startswith(f"profile: {profile}") and "cannot be removed: Permission denied" in said

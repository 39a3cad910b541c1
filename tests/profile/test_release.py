# The profile for another release of the port list: its capture filters, names of ports and filters by group are that list's, or
# people capture and read past what their cluster does.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import re
import shutil
import subprocess
import sys

import formats
import pytest
from conftest import NAME, SOURCE, give, make, tshark
from port_list import LISTS, SU3


def items(folder, name):
    return {item.key: item.value for item in formats.parse(name, formats.read(folder / name))}


def folder_of(made, release, language="en"):
    folder = made if release == "base" else made / release
    return folder / NAME if language == "en" else folder / language / NAME


def run(made, target, *arguments, status=0):
    done = subprocess.run([sys.executable, SOURCE / "catalog/profile/upgrade.py", made, "--profiles-dir", target, *arguments],
                          capture_output=True, encoding="utf-8")
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def preference(target):
    found = re.findall("^impsvc.release: (.*)$", (target / NAME / "preferences").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize("release", LISTS)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_capture_filters_and_names_of_ports_are_the_lists(made, release, language):
    folder = folder_of(made, release, language)
    everything = next(iter(items(folder, "cfilters").values()))[0]
    ports = {int(number) for first, last in re.findall(r"port(?:range)? (\d+)(?:-(\d+))?", everything)
             for number in range(int(first), int(last or first) + 1)}
    assert ports == {port for entry in LISTS[release] for port in entry.ports or [entry.source] if port}
    names = items(folder, "services")
    assert ("7335/tcp" in names) == (release == "base") and ("44000/tcp" in names) == (release == SU3)
    assert "22.4" in str(names["7400/tcp"]) and "25.1" not in str(names["6603/tcp"]) or release == "base"


@pytest.mark.parametrize("release", LISTS)
def test_each_table_of_the_list_has_its_button_and_group(made, release):
    filters = [value[1] for value in items(folder_of(made, release), "dfilter_buttons").values()]
    numbers = sorted({entry.table for entry in LISTS[release]})
    assert [f for f in filters if "table ==" in f] == [f"impsvc.table == {number}" for number in numbers]
    assert sorted(int(number) for f in filters if "table in" in f for number in re.findall(r"\d+", f)) == numbers


def test_the_profile_chooses_its_list(made, tmp_path):
    run(made, tmp_path)
    assert preference(tmp_path) is None
    assert "brought" in run(made, tmp_path, "--release", SU3) and preference(tmp_path) == SU3
    assert items(tmp_path / NAME, "services") == items(folder_of(made, SU3), "services")


def test_the_list_is_kept_without_asking_again_and_base_comes_back_on_request(made, tmp_path):
    run(made, tmp_path, "--release", SU3)
    assert "is up to date" in run(made, tmp_path) and preference(tmp_path) == SU3
    run(made, tmp_path, "--release", "base")
    base = folder_of(made, "base")
    assert preference(tmp_path) is None
    assert {path.name: path.read_bytes() for path in (tmp_path / NAME).iterdir() if path.is_file()} == {
        path.name: path.read_bytes() for path in base.iterdir()}


def test_a_list_that_was_chosen_in_wireshark_is_followed(made, tmp_path):
    """Otherwise the capture filters are those of the one list, and what is shown of the other."""
    run(made, tmp_path)
    path = tmp_path / NAME / "preferences"
    path.write_text(path.read_text(encoding="utf-8") + "\n# Release of the list.\n# A string\nimpsvc.release: 12.5.1su3\n", encoding="utf-8")
    run(made, tmp_path)
    assert preference(tmp_path) == SU3 and "44000/tcp" in items(tmp_path / NAME, "services")
    assert "# A string" in path.read_text(encoding="utf-8")


def test_what_is_the_persons_own_stays_when_the_list_changes(made, tmp_path):
    run(made, tmp_path)
    buttons = tmp_path / NAME / "dfilter_buttons"
    buttons.write_text(buttons.read_text(encoding="utf-8") + '"TRUE","Mine","tcp.port == 4711",""\n', encoding="utf-8")
    run(made, tmp_path, "--release", SU3, "--language", "ja")
    found = items(tmp_path / NAME, "dfilter_buttons")
    assert "Mine" in found and "サービス//29 ノード間の通信" in found


def test_a_list_that_there_is_no_profile_for_is_refused(made, tmp_path):
    run(made, tmp_path)
    before = (tmp_path / NAME / "services").read_bytes()
    assert "there is no profile for the port list 15, only for base, 12.5.1su3" in run(made, tmp_path, "--release", "15", status=1)
    assert (tmp_path / NAME / "services").read_bytes() == before


def test_a_broken_record_of_the_release_is_named(made, tmp_path):
    run(made, tmp_path, "--release", SU3)
    path = tmp_path / NAME / "impsvc_profile"
    path.write_text(path.read_text(encoding="utf-8").replace('"release": "12.5.1su3"', '"release": 12'), encoding="utf-8")
    assert "release is no text" in run(made, tmp_path, status=1)


def test_wireshark_takes_the_list_from_the_profile(wireshark, made):
    give(wireshark, folder_of(made, SU3))
    path = wireshark.readable("xmpp-bosh-7335.pcapng")
    said, complaints = tshark(wireshark, "-C", NAME, "-n", "-r", path, "-T", "fields", "-e", "impsvc.entry", "-Y", "tcp.port == 7335")
    assert set(said.split()) == set() and "impsvc" not in complaints
    give(wireshark, folder_of(made, "base"))
    said, _ = tshark(wireshark, "-C", NAME, "-n", "-r", path, "-T", "fields", "-e", "impsvc.entry", "-Y", "tcp.port == 7335")
    assert set(said.split()) == {"22.3"}


def test_the_profile_of_base_is_the_same_where_there_is_no_other_release(made, tmp_path):
    catalog = tmp_path / "catalog"
    shutil.copytree(SOURCE / "catalog", catalog, ignore=shutil.ignore_patterns("*.py", "__pycache__", "profile"))
    for name in ("releases", "entries", "paths", "facts"):
        with open(catalog / f"{name}.csv", encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        with open(catalog / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *(row for row in rows if row[0] == "base")])
    done = make(tmp_path / "alone", catalog=catalog)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(path.read_bytes() == (folder_of(made, "base") / path.name).read_bytes() for path in (tmp_path / "alone" / NAME).iterdir())
    assert [path.name for path in (tmp_path / "alone").iterdir() if path.name not in (NAME, "ja")] == []


def test_filters_and_preferences_that_were_changed_survive_the_way_there_and_back(made, tmp_path):
    run(made, tmp_path)
    path = tmp_path / NAME
    for name, line in (("cfilters", '"Mine" port 9'), ("services", "mine            9/tcp       # of mine"), ("preferences", "gui.layout_type: 2")):
        (path / name).write_text((path / name).read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    text = (path / "cfilters").read_text(encoding="utf-8")
    (path / "cfilters").write_text(text.replace('"IM and Presence: SIP" ', '"IM and Presence: SIP" tcp and ', 1), encoding="utf-8")
    before = {each.name: each.read_bytes() for each in path.iterdir() if each.is_file()}
    assert "cfilters: kept as you changed them: IM and Presence: SIP" in run(made, tmp_path, "--release", SU3)
    assert "9/tcp" in items(path, "services") and "Mine" in items(path, "cfilters")
    run(made, tmp_path, "--release", "base")
    assert {each.name: each.read_bytes() for each in path.iterdir() if each.is_file()} == before


def test_an_untouched_profile_of_another_release_goes_with_the_plugin_and_a_changed_choice_is_named(made, tmp_path):
    run(made, tmp_path / "profiles", "--release", SU3)
    profile = tmp_path / "profiles" / NAME

    def removed():
        return subprocess.run([sys.executable, SOURCE / "catalog/profile/remove.py"], env={"WIRESHARK_CONFIG_DIR": str(tmp_path)},
                              capture_output=True, encoding="utf-8", check=True).stdout
    text = (profile / "preferences").read_text(encoding="utf-8")
    (profile / "preferences").write_text(text.replace("release: 12.5.1su3", "release: base"), encoding="utf-8")
    assert "you have changed preferences" in removed()
    (profile / "preferences").write_text(text, encoding="utf-8")
    assert removed() == f"removed {profile}\n" and not profile.exists()

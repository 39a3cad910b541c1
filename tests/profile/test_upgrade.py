# The profile in a person's folder: installed, brought up to date, and nothing of the person's lost.
#
# An older version is made from a changed copy of the catalog and of content.py, as a release would change them.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import os
import re
import shutil
import subprocess
import sys

import formats
import pytest
from conftest import NAME, SOURCE, give, make

LISTS = ["colorfilters", "dfilter_buttons", "dfilters", "cfilters", "dfilter_macros", "dmacros", "io_graphs", "services"]
HIDDEN = ["Source is", "Destination is", "Length", "Detail", "Result"]
# What the older version has otherwise: one name, one filter, a group that is gone, a group that was not there.
OLDER = [("groups.csv", "snmp,SNMP,SNMP,#f4b29b", "snmp,SNMP,SNMP,#f4b200"),
         ("groups.csv", "recovery,Backup and recovery", "recovery,Recovery"),
         ("tables.csv", "14,system_services,System service requests", "14,system_services,Services"),
         ("entries.csv", "base,10,1,DRF Master Agent,DRF マスター エージェント,IM and Presence (DRF),IM and Presence (DRF),no,TCP,TCP,4040",
          "base,10,1,DRF Master Agent,DRF マスター エージェント,IM and Presence (DRF),IM and Presence (DRF),no,TCP,TCP,4041"),
         ("entries.csv", "TCP,7336,imp-file-xfer,", "TCP,7336,files,")]


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """What an older version's make.py wrote."""
    folder = tmp_path_factory.mktemp("older")
    shutil.copytree(SOURCE / "catalog", folder / "catalog", ignore=shutil.ignore_patterns("*.py", "__pycache__", "profile"))
    for name, today, then in OLDER:
        path = folder / "catalog" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(today) in (1, 2), today      # once a release
        path.write_text(text.replace(today, then), encoding="utf-8")
    done = make(folder / "made", catalog=folder / "catalog", version="0.9")
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "made"


class Person:
    """A folder of profiles, and the command."""

    def __init__(self, folder):
        self.folder = folder
        self.profile = folder / NAME

    def run(self, made, *arguments, status=0):
        done = subprocess.run([sys.executable, SOURCE / "catalog/profile/upgrade.py", made, "--profiles-dir", self.folder, *arguments],
                              capture_output=True, encoding="utf-8")
        assert done.returncode == status, done.stdout + done.stderr
        self.said, self.complaints = done.stdout, done.stderr
        assert status or not self.complaints
        return self

    def text(self, name):
        return (self.profile / name).read_text(encoding="utf-8")

    def write(self, name, text):
        (self.profile / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))

    def change(self, name, before, after):
        text = self.text(name)
        assert text.count(before) == 1, (name, before, text.count(before))
        self.write(name, text.replace(before, after))

    def keys(self, name):
        return [item.key for item in formats.parse(name, formats.read(self.profile / name)) if item.key is not None]

    def columns(self):
        return formats.Preferences(formats.read(self.profile / "preferences")).columns()

    def files(self):
        return {path.name: path.read_bytes() for path in self.profile.iterdir() if path.is_file()}

    def backups(self):
        return sorted((self.profile / "impsvc_backup").glob("*")) if (self.profile / "impsvc_backup").exists() else []


@pytest.fixture
def person(tmp_path):
    return Person(tmp_path / "profiles")


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_first_installation_is_the_profile_as_it_was_made(person, made):
    person.run(made)
    assert person.files() == files_of(made / NAME)
    assert person.said == f"installed {person.profile} (1.0)\n" and person.backups() == []


def test_once_more_changes_nothing(person, made):
    before = person.run(made).files()
    person.run(made)
    assert person.files() == before and person.backups() == []
    assert person.said == f"{person.profile} is up to date (1.0)\n"


def test_an_untouched_older_version_becomes_todays(person, older, made):
    person.run(older).run(made)
    assert person.files() == files_of(made / NAME)
    assert "brought up to date" in person.said and "Recovery" not in person.text("colorfilters")


def test_going_back_to_the_older_version_works_as_well(person, older, made):
    before = person.run(older).files()
    person.run(made).run(older)
    assert person.files() == before


def test_own_buttons_filters_rules_and_macros_stay_where_they_are(person, older, made):
    person.run(older)
    own = {
        "dfilter_buttons": '"FALSE","My \\x22SIP\\x22","sip.Call-ID","mine"',
        "colorfilters": "!@My calls@sip@[1,2,3][65535,65535,65535]",
        "dfilters": '"My \\"calls\\"" sip and ip.addr == 10.0.0.1',
        "cfilters": '"Mine" host 10.0.0.1',
        "dfilter_macros": '"mine","ip.addr == $1"',
        "dmacros": '"mine" ip.addr == $1',
        "io_graphs": '"Disabled","Mine","sip","#000000","Line","Packets","","None","1"',
        "services": "mine            9/tcp       # of mine",
    }
    for name, line in own.items():
        lines = person.text(name).splitlines()
        person.write(name, "\n".join([lines[0], line, *lines[1:], line.replace("ine", "ine_2").replace("My", "Other")]) + "\n")
    before = {name: person.keys(name) for name in own}
    person.run(made)
    for name, line in own.items():
        lines = person.text(name).splitlines()
        assert lines[1] == line and lines[-1] == line.replace("ine", "ine_2").replace("My", "Other"), name
        mine = set(before[name][1:2] + before[name][-1:])
        assert [key for key in person.keys(name) if key not in mine] == [
            item.key for item in formats.parse(name, formats.read(made / NAME / name))], name
    assert "dfilter_buttons: entries:" in person.said and "2 of your own kept" in person.said


def test_own_columns_widths_and_preferences_stay(person, older, made):
    person.run(older)
    person.change("preferences", '"Source", "%s"', '"Mine", "%Cus:tcp.stream:0:R",\n\t"Source", "%s"')
    person.write("preferences", person.text("preferences") + "# mine\nsip.tcp.ports: 5060,5099\ngui.layout_type: 2\n")
    person.write("recent", 'column.width:\n\t"%m", "99"\n')
    before = person.columns()
    person.run(made)
    assert person.columns() == before
    assert person.text("preferences").endswith("# mine\nsip.tcp.ports: 5060,5099\ngui.layout_type: 2\n")
    assert person.text("recent") == 'column.width:\n\t"%m", "99"\n'


def change_of_columns(made, folder, change):
    """A version whose columns are others."""
    shutil.copytree(made, folder)
    preferences = formats.Preferences(formats.read(folder / NAME / "preferences"))
    columns = change(preferences.columns())
    preferences.set_columns(columns)
    (folder / NAME / "preferences").write_text(preferences.text(), encoding="utf-8")
    record = json.loads((folder / NAME / "impsvc_profile").read_text(encoding="utf-8"))
    record["files"]["preferences"] = [[item.key, list(item.value)] for item in columns]
    (folder / NAME / "impsvc_profile").write_text(json.dumps(record), encoding="utf-8")
    return folder


def test_new_columns_come_in_place_and_dropped_ones_go_but_own_ones_stay(person, made, tmp_path):
    def change(columns):
        flow = formats.column("Flow", "%Cus:impsvc.flow:0:R")
        place = next(number for number, column in enumerate(columns) if column.key.startswith("%Cus:impsvc.service"))
        return [*columns[:place], flow, *(column for column in columns[place:] if "confidence" not in column.key)]
    newer = change_of_columns(made, tmp_path / "newer", change)
    person.run(made)
    person.change("preferences", '"Service", ', '"My service", ')
    person.change("preferences", '"Info", "%i"', '"Info", "%i",\n\t"Mine", "%Cus:tcp.stream:0:R"')
    person.run(newer)
    assert [column.value[0] for column in person.columns()] == [
        "No.", "Time", "Source", "Source is", "Destination", "Destination is", "Protocol", "Entry", "Flow", "My service",
        "Direction", "Length", "Detail", "Result", "Info", "Mine"]
    assert [column.value[0] for column in person.columns() if column.hidden] == HIDDEN
    assert "preferences: kept as you changed them: %Cus:impsvc.service:0:R" in person.said


def test_a_column_that_the_person_hid_stays_hidden_under_its_new_name(person, made, tmp_path):
    newer = change_of_columns(made, tmp_path / "newer", lambda columns: [
        formats.column("Way", column.key) if "direction" in column.key else column for column in columns])
    person.run(made)
    person.change("preferences", "gui.column.hidden: ", "gui.column.hidden: %Cus:impsvc.direction:0:R,")
    person.run(newer)
    assert [column.value[0] for column in person.columns() if column.hidden] == ["Source is", "Destination is", "Way", "Length", "Detail", "Result"]


def test_a_column_commented_out_stays_so(person, made, tmp_path):
    """To Wireshark the lines behind the comment still belong to the columns."""
    newer = change_of_columns(made, tmp_path / "newer", lambda columns: [*columns, formats.column("New", "%Cus:impsvc.reach:0:R")])
    person.run(made)
    person.change("preferences", '\t"Time", "%t",', '#\t"Time", "%t",')
    person.run(newer)
    assert [column.value[0] for column in person.columns()][:2] == ["No.", "Source"]
    assert person.columns()[-1].value == ("New",) and '#\t"Time", "%t",' in person.text("preferences")


def test_columns_hidden_by_number_stay_hidden_when_others_move(person, made, tmp_path):
    """Wireshark from 4.4 on writes numbers beside the formats."""
    newer = change_of_columns(made, tmp_path / "newer", lambda columns: [formats.column("New", "%Cus:impsvc.reach:0:R"), *columns])
    person.run(made)
    person.change("preferences", "gui.column.hidden: ", "gui.column.hide: 2,4,6,12-14\ngui.column.hidden: %t,")
    person.run(newer)
    assert "gui.column.hide: 3,5,7,13,14,15\n" in person.text("preferences")
    assert [column.value[0] for column in person.columns() if column.hidden] == ["Time", *HIDDEN]


def test_a_changed_entry_of_ours_stays_changed(person, older, made):
    person.run(older)
    person.change("colorfilters", "(impsvc.table in {12})@[62708,45746,0]", "(impsvc.table in {12})@[1,2,3]")
    person.change("dfilter_buttons", '"TRUE","Group//SNMP"', '"FALSE","Group//SNMP"')
    person.run(made)
    assert "(impsvc.table in {12})@[1,2,3]" in person.text("colorfilters")
    assert '"FALSE","Group//SNMP"' in person.text("dfilter_buttons")
    assert "colorfilters: kept as you changed them: IM and Presence: SNMP" in person.said
    person.run(made)
    assert "(impsvc.table in {12})@[1,2,3]" in person.text("colorfilters")


def test_a_removed_entry_of_ours_stays_away(person, older, made):
    person.run(older)
    button = next(line for line in person.text("dfilter_buttons").splitlines() if "Group//SNMP" in line)
    person.change("dfilter_buttons", button + "\n", "")
    for _ in range(2):
        person.run(made)
        assert "Group//SNMP" not in person.keys("dfilter_buttons")
    assert "Group//SIP" in person.keys("dfilter_buttons")


def test_a_changed_entry_that_ours_drop_is_the_persons_now(person, older, made):
    person.run(older)
    person.change("dfilter_buttons", '"TRUE","Group//Recovery"', '"FALSE","Group//Recovery"')
    person.run(made)
    assert {"Group//Recovery", "Group//Backup and recovery"} <= set(person.keys("dfilter_buttons"))


def test_a_changed_order_stays(person, older, made):
    person.run(older)
    lines = person.text("colorfilters").splitlines()
    person.write("colorfilters", "\n".join(lines[18:] + lines[:18]) + "\n")
    person.run(made)
    keys = person.keys("colorfilters")
    assert keys[0] == "Bad TCP" and keys[-1] == "IM and Presence: XMPP and XCP"
    assert keys.index("IM and Presence: Backup and recovery") == 1 + keys.index("IM and Presence: Databases")


def test_a_profile_that_wireshark_wrote_again_is_brought_up_to_date(person, older, made, wireshark):
    """Wireshark writes all preferences, with its own comments, and the lists with a line of its own on top."""
    person.run(older)
    give(wireshark, person.profile, "Written")
    preferences = wireshark.run("-G", "currentprefs", "-C", "Written")
    assert len(preferences.splitlines()) > 1000
    person.write("preferences", preferences)
    for name in ("dfilter_buttons", "dfilter_macros"):
        person.write(name, "# This file is automatically generated, DO NOT MODIFY.\n" + person.text(name))
    person.write("colorfilters", "# DO NOT EDIT THIS FILE!  It was created by Wireshark\n" + person.text("colorfilters"))
    person.run(made)
    assert person.text("preferences") == preferences
    assert "IM and Presence: Backup and recovery" in person.keys("colorfilters")
    assert person.text("colorfilters").startswith("# DO NOT EDIT THIS FILE!")
    assert [column.value[0] for column in person.columns() if column.hidden] == HIDDEN


def test_without_the_record_all_that_differs_is_the_persons(person, older, made):
    person.run(older)
    (person.profile / "impsvc_profile").unlink()
    before = set(person.keys("dfilter_buttons"))
    person.run(made)
    assert before <= set(person.keys("dfilter_buttons"))
    assert "Group//Backup and recovery" in person.keys("dfilter_buttons")
    assert "[62708,45746,0]" in person.text("colorfilters")      # SNMP in the older version's color


def test_a_profile_of_the_persons_own_by_that_name_gets_ours_and_loses_nothing(person, made):
    person.profile.mkdir(parents=True)
    person.write("preferences", 'gui.column.format:\n\t"Mine", "%m"\nsip.tcp.ports: 5099\n')
    person.write("colorfilters", "@Mine@sip@[1,2,3][4,5,6]\n")
    person.write("decode_as_entries", "decode_as_entry: tcp.port,7400,(none),XMPP\n")
    person.run(made)
    assert [column.value[0] for column in person.columns()][:2] == ["Mine", "Time"]
    assert person.keys("colorfilters")[-1] == "Mine" and person.keys("colorfilters")[0] == "IM and Presence: blocked"
    assert "sip.tcp.ports: 5099\n" in person.text("preferences")
    assert person.text("decode_as_entries") == "decode_as_entry: tcp.port,7400,(none),XMPP\n"


def test_columns_set_back_to_wiresharks_own_stay_so(person, made):
    person.run(made)
    person.write("preferences", "#gui.column.format: \n#\t\"No.\", \"%m\"\ngui.layout_type: 2\n")
    person.run(made)
    assert person.text("preferences") == "#gui.column.format: \n#\t\"No.\", \"%m\"\ngui.layout_type: 2\n"


def test_macros_of_4_0_are_taken_over_for_later_versions(person, made):
    person.run(made)
    person.write("dfilter_macros", person.text("dfilter_macros") + '"mine","ip.addr == \\x22$1\\x22"\n')
    (person.profile / "dmacros").unlink()
    person.run(made)
    assert '"mine" ip.addr == "$1"\n' in person.text("dmacros") and person.keys("dmacros") == person.keys("dfilter_macros")


# Graphs and names of ports.

def test_a_graph_switched_off_stays_off_and_the_others_are_brought_up_to_date(person, older, made):
    person.run(older)
    person.write("io_graphs", person.text("io_graphs").replace('"Enabled","SNMP"', '"Disabled","SNMP"'))
    person.run(made)
    assert '"Disabled","SNMP"' in person.text("io_graphs") and '"#f4b200"' in person.text("io_graphs")
    assert "io_graphs: kept as you changed them: SNMP" in person.said
    assert '"Enabled","Backup and recovery"' in person.text("io_graphs") and '"Recovery"' not in person.text("io_graphs")


def test_graphs_written_again_by_a_later_wireshark_are_not_taken_for_the_persons(person, older, made):
    """Since 4.6 or 5.0 there is one cell more, and Wireshark writes all graphs when their window is closed."""
    person.run(older)
    lines = [line + ',"Disabled"' for line in person.text("io_graphs").replace('"1"', '"1.000"').replace("#c8edb9", "#C8EDB9").splitlines()]
    person.write("io_graphs", "# This file is automatically generated, DO NOT MODIFY.\n" + "\n".join(lines) + "\n")
    person.run(made)
    assert "of your own" not in person.said.partition("io_graphs")[2].partition("\n")[0]
    assert '"#f4b29b"' in person.text("io_graphs") and "Recovery" not in person.keys("io_graphs")


def test_a_graph_made_an_average_over_time_is_the_persons(person, older, made):
    person.run(older)
    lines = person.text("io_graphs").splitlines()
    person.write("io_graphs", "\n".join(line + ',"Enabled"' * ('"SNMP"' in line) for line in lines) + "\n")
    person.run(made)
    assert "io_graphs: kept as you changed them: SNMP" in person.said and '"#f4b200","Stacked Bar","Packets","","None","1","Enabled"' in \
        person.text("io_graphs")


def test_names_of_ports_for_all_profiles_are_taken_over_and_win(person, made):
    """Wireshark reads one of the two files only."""
    person.folder.mkdir()
    services = person.folder.parent / "services"
    services.write_text("# of our house\nour-router 7400/tcp\nour-xcp 22000/tcp/udp alias # ours\nour-all 4040/tcp/udp\n", encoding="utf-8")
    person.run(made)
    lines = person.text("services").splitlines()
    assert lines[-2:] == ["our-xcp 22000/tcp/udp alias # ours", "our-all 4040/tcp/udp"] and "our-router 7400/tcp" in lines
    assert "xcp-router" not in person.text("services") and "imp-web-tls     8443/tcp    # 4.2 AXL" in person.text("services")
    assert services.read_text(encoding="utf-8").startswith("# of our house\n")
    before = person.files()
    assert person.run(made).files() == before


def test_a_file_of_ports_removed_comes_back_as_the_other_files_do(person, made):
    (person.folder.parent / "services").write_text("mine 9/tcp\n", encoding="utf-8")
    person.run(made)
    (person.profile / "services").unlink()
    person.run(made)
    assert "xcp-router" in person.text("services")


def test_a_broken_file_of_ports_for_all_profiles_is_named_by_its_own_path(person, made):
    (person.folder.parent / "services").write_text("mine 9/tcp\nmine\n", encoding="utf-8")
    person.run(made, status=1)
    assert person.complaints.startswith(f"profile: {person.folder.parent / 'services'}:2: is no service: name port/protocol")
    assert not (person.profile / "services").exists() and (person.profile / "colorfilters").exists()


# Languages.

def test_japanese_is_kept_without_asking_again_and_english_comes_back_on_request(person, made):
    japanese = person.run(made, "--language", "ja").files()
    assert "IM and Presence: 問題" in person.keys("colorfilters")
    assert person.run(made).files() == japanese
    person.run(made, "--language", "en")
    assert person.files() == files_of(made / NAME)


# What a person's editor, a full disk or an older Wireshark may leave.

BROKEN = [
    ("preferences", b'gui.column.format:\n\t"No.", "%m",\n\t"Ti', 1, "gui.column.format has a quotation mark without its other"),
    ("preferences", b'# mine\n\ngui.column.format:\n\t"No.", "%m", "Time"\n', 3, "gui.column.format has a title without a format"),
    ("preferences", b"gui.layout_type: 2\n{}\n", 2, "is no preference, and belongs to none"),
    ("preferences", b"gui.layout_type: 2\ngui\n", 2, "is no preference: no colon"),
    ("preferences", b'gui.column.hide: 1,x\ngui.column.format: "No.", "%m"\n', 1, "gui.column.hide is no list of numbers"),
    ("colorfilters", b"# mine\n@Mine@sip@[1,2,3][4,5\n", 2, "is no coloring rule: @name@filter@[background][foreground]"),
    ("colorfilters", b"Mine sip\n", 1, "is no coloring rule"),
    ("dfilter_buttons", b'"TRUE","Mine","sip",""\n"TRUE","Mine\n', 2, "cell 2 is not in quotation marks, or no comma stands after it"),
    ("dfilter_buttons", b'"TRUE","Mine"\n', 1, "has 2 cells where 4 are expected"),
    ("dfilter_macros", b'"mine","ip.addr == $1","more"\n', 1, "has 3 cells where 2 are expected"),
    ("io_graphs", b'"Enabled","Mine","sip","#000000","Line","Packets","","None"\n', 1, "has 8 cells where 10 are expected"),
    ("io_graphs", b'"Enabled","Mine","sip","#000000","Line","Packets","","None","one"\n', 1, 'cell 9 is "one" and no number'),
    ("services", b"mine 9/tcp\n9/tcp mine\n", 2, "is no service: name port/protocol"),
    ("services", b"mine # 9/tcp\n", 1, "is no service: name port/protocol"),
    ("dfilters", b'"Mine" sip\nsip\n', 2, "has no name in quotation marks"),
    ("dfilters", b'"Mine sip\n', 1, "has no quotation mark after the name"),
    ("cfilters", b'"Mine"\n', 1, "has no filter after the name"),
    ("dmacros", b'\xff\xfe"\x00m\x00', 1, "has no name in quotation marks"),
]


@pytest.mark.parametrize("name, content, line, reason", BROKEN)
def test_a_broken_file_is_left_alone_and_named_and_the_others_are_brought_up_to_date(person, older, made, name, content, line, reason):
    person.run(older)
    person.write(name, content)
    person.run(made, status=1)
    assert (person.profile / name).read_bytes() == content
    assert person.complaints.startswith(f"profile: {person.profile / name}:{line}: {reason}")
    assert person.complaints.endswith("; the file was left as it is\n") and len(person.complaints.splitlines()) == 1
    for other in LISTS:
        if other != name:
            assert person.text(other) == (made / NAME / other).read_text(encoding="utf-8")


def test_a_file_that_was_broken_is_brought_up_to_date_once_it_is_mended(person, older, made):
    good = person.run(older).text("colorfilters")
    person.write("colorfilters", good + "@Mine@\n")
    person.run(made, status=1)
    person.write("colorfilters", good + "@Mine@sip@[1,2,3][4,5,6]\n")
    person.run(made)
    assert person.text("colorfilters") == (made / NAME / "colorfilters").read_text(encoding="utf-8") + "@Mine@sip@[1,2,3][4,5,6]\n"


@pytest.mark.parametrize("content, line", [(b"", 1), (b'{"version": "1",\n"files": [}', 2), (b"[]", 1), (b'{"version": "1", "language": "en"}', 1),
                                           (b'{"version": "1", "language": "en", "files": {"dfilters": [["a"]]}}', 1)])
def test_a_broken_record_is_named_and_nothing_is_changed(person, older, made, content, line):
    person.run(older)
    person.write("impsvc_profile", content)
    before = person.files()
    person.run(made, status=1)
    assert f"{person.profile / 'impsvc_profile'}:{line}: is not as it was written" in person.complaints
    assert "nothing was changed" in person.complaints and person.files() == before


def test_files_of_windows_and_bytes_that_are_no_utf_8_stay_so(person, older, made):
    person.run(older)
    person.write("dfilters", person.text("dfilters").replace("\n", "\r\n").encode() + b'"M\xfcller" sip\r\n')
    person.run(made)
    content = (person.profile / "dfilters").read_bytes()
    assert content.endswith(b'"M\xfcller" sip\r\n') and content.count(b"\n") == content.count(b"\r\n")
    assert content.replace(b'"M\xfcller" sip\r\n', b"").replace(b"\r\n", b"\n") == (made / NAME / "dfilters").read_bytes()


def test_a_last_line_without_its_end_is_one(person, made):
    person.run(made)
    person.write("dfilters", person.text("dfilters") + '"Mine" sip')
    person.change("dfilters", '"IM and Presence: SIP" impsvc.table in {2}\n', "")
    (person.profile / "impsvc_profile").unlink()
    person.run(made)
    assert person.text("dfilters").endswith('"Mine" sip\n') and "IM and Presence: SIP" in person.keys("dfilters")


def test_what_was_changed_is_in_the_backup_as_it_was(person, older, made):
    before = person.run(older).files()
    person.run(made)
    backup, = person.backups()
    assert f"the files as they were: {backup}" in person.said
    kept = files_of(backup)
    assert all(before[name] == content for name, content in kept.items())
    changed = {name for name, content in person.files().items() if before[name] != content}
    assert set(kept) == changed and {"colorfilters", "dfilter_buttons", "cfilters", "impsvc_profile"} <= changed


def test_a_file_that_is_a_link_stays_a_link(person, older, made, tmp_path):
    person.run(older)
    elsewhere = tmp_path / "elsewhere"
    shutil.move(person.profile / "colorfilters", elsewhere)
    (person.profile / "colorfilters").symlink_to(elsewhere)
    person.run(made)
    assert (person.profile / "colorfilters").is_symlink()
    assert elsewhere.read_bytes() == (made / NAME / "colorfilters").read_bytes()


def test_a_folder_that_cannot_be_made_is_named(person, made):
    person.folder.write_text("a file")
    person.run(made, status=1)
    assert person.complaints.startswith(f"profile: {person.folder}") and "Traceback" not in person.complaints


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(person, older, made):
    person.run(older)
    person.profile.chmod(0o555)
    person.run(made, status=1)
    assert "cannot be written: Permission denied" in person.complaints
    person.profile.chmod(0o755)
    person.run(made)
    assert person.text("colorfilters") == (made / NAME / "colorfilters").read_text(encoding="utf-8")


def test_a_folder_that_make_did_not_write_is_refused(person, tmp_path):
    person.run(tmp_path, status=1)
    assert "is missing: this is no profile that make.py wrote" in person.complaints and not person.profile.exists()


# The command.

def command(*arguments, **environment):
    return subprocess.run([SOURCE / "tools/profile", *arguments], capture_output=True, encoding="utf-8",
                          env={**{key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "WIRESHARK_"))},
                               **environment})


@pytest.mark.parametrize("variables, folder", [
    ({}, ".config/wireshark"), ({"XDG_CONFIG_HOME": "xdg"}, "xdg/wireshark"), ({"WIRESHARK_CONFIG_DIR": "own"}, "own")])
def test_one_command_installs_into_the_persons_own_folder(tmp_path, variables, folder):
    done = command(HOME=str(tmp_path), **{key: str(tmp_path / value) for key, value in variables.items()})
    assert (done.returncode, done.stderr) == (0, "")
    version = re.search(r"^project\(impsvc VERSION ([0-9.]+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"), re.M)[1]
    assert done.stdout == f"installed {tmp_path / folder / 'profiles' / NAME} ({version})\n"
    assert (tmp_path / folder / "profiles" / NAME / "dfilter_buttons").exists()


def test_the_old_folder_is_used_where_there_is_only_that(tmp_path):
    (tmp_path / ".wireshark").mkdir()
    command(HOME=str(tmp_path))
    assert (tmp_path / ".wireshark/profiles" / NAME / "preferences").exists()


def test_the_command_tells_how_it_is_called():
    assert "--language en|ja" in command("--help").stdout
    wrong = command("--speak", "ja")
    assert wrong.returncode == 2 and "usage: impsvc profile" in wrong.stderr


# CMake.

def test_installing_for_all_users_puts_a_global_profile_beside_wiresharks(tmp_path):
    build = os.environ.get("IMPSVC_BUILD_DIR", str(SOURCE / "build-tests"))
    done = subprocess.run(["cmake", "-P", f"{build}/catalog/profile/cmake_install.cmake"], env={**os.environ, "DESTDIR": str(tmp_path)},
                          capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    installed, = tmp_path.glob("**/wireshark/profiles/*")
    assert installed.name == NAME and "ja" not in {path.name for path in installed.iterdir()}
    assert (installed / "colorfilters").exists() and (installed / "impsvc_profile").exists()


def test_installing_for_oneself_brings_the_own_profile_up_to_date(tmp_path):
    build = tmp_path / "build"
    environment = {**{key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "WIRESHARK_"))}, "HOME": str(tmp_path)}
    for step in (["cmake", "-S", SOURCE, "-B", build, "-DIMPSVC_PERSONAL=ON", "-DIMPSVC_TESTS=OFF", f"-DPython3_EXECUTABLE={sys.executable}"],
                 ["cmake", "--build", build, "--target", "impsvc_profile"],
                 ["cmake", "-P", build / "catalog/profile/cmake_install.cmake"]):
        done = subprocess.run(step, env=environment, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
    assert f"installed {tmp_path}/.config/wireshark/profiles/{NAME}" in done.stdout
    buttons = tmp_path / ".config/wireshark/profiles" / NAME / "dfilter_buttons"
    buttons.write_text(buttons.read_text() + '"TRUE","Mine","sip",""\n')
    done = subprocess.run(step, env=environment, capture_output=True, encoding="utf-8")
    assert "is up to date" in done.stdout and '"Mine"' in buttons.read_text()

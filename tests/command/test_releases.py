# impsvc releases: what changes for a firewall, with nothing that it need not know and nothing that nobody knows; and --release, which runs
# every other command on the port list of that release.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import io
import json
import re

import pytest

from places import CAPTURES, CLUSTER
from test_places import installed, place       # noqa: F401 (fixtures)
from test_subcommands import completed
from test_summary import width_of

pytestmark = pytest.mark.any_version

HEADER = ["kind", "entry", "service", "from", "to", "transport", "old_ports", "new_ports", "old_source_ports", "new_source_ports", "remark"]
BLOCKED = CAPTURES / "trouble-refused.pcapng"


def one_line(text):
    """Without the screen's line breaks."""
    return " ".join(text.split())


def rows(impsvc, *arguments):
    reader = csv.DictReader(io.StringIO(impsvc.says("releases", *arguments, "--csv")))
    found = list(reader)
    assert reader.fieldnames == HEADER
    return found


def of(found, kind):
    return {row["entry"] for row in found if row["kind"] == kind}


def test_the_list_says_which_can_be_chosen(place):       # noqa: F811
    impsvc, environment = place
    lines = impsvc.says("releases", environment=environment).splitlines()
    assert re.match(r"base +base +complete +Port Usage Information", lines[1])
    assert [line for line in lines if re.match(r"12\.5\.1su3 +12\.5\(1\)SU3 +complete ", line)]
    assert [line for line in lines if re.match(r"15 +15 +in part +Security Guide", line)]


def test_every_change_from_base_to_12_5_1su3_is_there(impsvc):
    """Read from both documents (12.5(1)SU3: shared rows, inter-node table, external servers), not from the catalog."""
    found = rows(impsvc, "base", "12.5.1su3")
    assert of(found, "new") == {"23.2", "23.3", "29.8", "29.13", "29.14", "29.18", "29.19", "30.1"}
    assert of(found, "gone") == {"25.1", "25.2", "25.3"}
    assert {row["entry"]: (row["old_ports"], row["new_ports"]) for row in found if row["kind"] == "port"} == {
        "5.1": ("389 3268", "389"), "22.3": ("7335", "5280")}
    assert of(found, "reach") == {"3.2"}, "Livebus leaves the node"
    assert of(found, "new ends") == {"4.3", "6.1", "8.1", "9.1", "10.1", "11.1", "16.1", "17.1", "18.1", "21.1", "23.1"}
    assert [(row["entry"], row["old_source_ports"], row["new_source_ports"]) for row in found if row["kind"] == "source ports"] == [
        ("23.1", "", "54288-54292")]
    call = next(row for row in found if row["entry"] == "29.8")
    assert (call["from"], call["to"], call["new_ports"], call["new_source_ports"], call["remark"]) == (
        "Cisco Unified Communications Manager", "IM and Presence publisher", "5070", "37240-61000", "both directions")


def test_what_nodes_may_do_already_is_no_change(impsvc):
    """21999, 20075 and 9003 to 9005 between publisher and subscriber: nodes used them among each other before."""
    assert not {"24.1", "24.2", "25.4", "25.5", "25.6"} & {row["entry"] for row in rows(impsvc, "base", "12.5.1su3")}


def test_what_stays_inside_a_node_is_no_change(impsvc):
    """11.2's other name, and the rows that say localhost only in both."""
    assert not {"2.4", "8.2", "8.3", "11.2", "11.3"} & {row["entry"] for row in rows(impsvc, "base", "12.5.1su3")}


def test_the_way_back_is_the_same_turned_round(impsvc):
    there, back = rows(impsvc, "base", "12.5.1su3"), rows(impsvc, "12.5.1su3", "base")
    opposite = {"new": "gone", "gone": "new", "new ends": "ends gone", "ends gone": "new ends"}

    def turned(row):
        return (opposite.get(row["kind"], row["kind"]), row["entry"], row["to" if row["kind"] == "direction" else "from"],
                row["new_ports"], row["old_ports"], row["new_source_ports"], row["old_source_ports"])
    as_it_is = sorted((row["kind"], row["entry"], row["from"], row["old_ports"], row["new_ports"], row["old_source_ports"], row["new_source_ports"])
                      for row in back)
    assert sorted(map(turned, there)) == as_it_is


def test_of_a_release_known_in_part_only_facts_are_said_with_their_source(impsvc):
    found = rows(impsvc, "12.5.1su3", "15")
    assert {row["kind"] for row in found} == {"known in part"}, "nobody knows what is gone"
    bosh = next(row for row in found if row["entry"] == "22.3")
    assert (bosh["transport"], bosh["old_ports"], bosh["new_ports"]) == ("TLS", "5280", "5280")
    assert all(row["remark"].startswith("15: ") and "[Security Guide for CUCM, Release 15" in row["remark"] for row in found)
    text = one_line(impsvc.says("releases", "12.5.1su3", "15"))
    assert "only parts of 15 are known" in text and "Gone" not in text and "New: " not in text


def test_facts_of_two_releases_known_in_part_keep_their_names(impsvc):
    assert {row["remark"].split(":")[0] for row in rows(impsvc, "14", "15")} == {"14", "15"}


def test_a_service_that_the_other_list_lacks_is_said_to_be_missing_there(impsvc):
    oracle = next(row for row in rows(impsvc, "base", "15") if row["entry"] == "23.2")
    assert oracle["old_ports"] == "" and "(base does not list it)" in oracle["remark"]


@pytest.mark.parametrize("release", ["base", "12.5.1su3", "15"])
def test_from_a_release_to_itself_nothing_changes(impsvc, release):
    assert impsvc.says("releases", release, release).startswith("Nothing changes: both are ")
    assert rows(impsvc, release, release) == []


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("pair", [("base", "12.5.1su3"), ("12.5.1su3", "15"), ("14", "base"), ()])
def test_it_fits_100_columns_and_columns_are_aligned(impsvc, language, pair):
    lines = impsvc.says("releases", *pair, "--language", language).splitlines()
    assert max(map(width_of, lines)) <= 100
    heads = [line for line in lines if re.match(r"  (?:Entry|項目) ", line)]
    assert len(set(heads)) == bool(pair)
    if pair == ("base", "12.5.1su3"):
        head, service = ("To ", "BOSH ") if language == "en" else ("待ち受け側", "BOSH ")
        row = next(line for line in lines if service in line)
        at = width_of(heads[0][:heads[0].index(head)])
        listener = "IM and Presence  "
        assert width_of(row[:row.rindex(listener)]) == at


def test_csv_has_the_same_kinds_and_entries_in_japanese(impsvc):
    english, japanese = rows(impsvc, "base", "12.5.1su3"), rows(impsvc, "base", "12.5.1su3", "--language", "ja")
    same = [name for name in HEADER if name not in ("service", "from", "to", "remark")]
    assert [[row[name] for name in same] for row in english] == [[row[name] for name in same] for row in japanese]
    assert "BOSH クライアント アクセス" in {row["service"] for row in japanese} and "双方向" in {row["remark"] for row in japanese}


def test_the_name_of_a_release_is_understood_too(impsvc):
    assert rows(impsvc, "base", "12.5(1)SU3") == rows(impsvc, "base", "12.5.1su3")


def test_a_release_that_does_not_exist_is_refused_with_those_that_do(impsvc):
    assert impsvc.refuses("releases", "base", "12.5.1su9").startswith('impsvc: there is no release "12.5.1su9"; known are: base, 12.5.1su3, ')
    assert "impsvc releases A B" in impsvc.refuses("releases", "base")


def test_completion_offers_releases_and_for_release_only_complete_ones(impsvc):
    assert completed(impsvc.program, "check", "--release", "") == ["base", "12.5.1su3"]
    assert completed(impsvc.program, "profile", "--release", "1") == ["12.5.1su3"]
    assert {"base", "12.5.1su3", "15"} <= set(completed(impsvc.program, "releases", "base", ""))


# --release of the commands that read captures.

@pytest.mark.parametrize("command", [["summary"], ["check"], ["report", "--format", "csv"], ["rules", "--dialect", "csv"], ["nodes"]])
@pytest.mark.parametrize("release, reason", [("12.5.1su9", 'there is no release "12.5.1su9"; known are: base, '),
                                             ("15", "only parts of 15 are known; complete lists: base, 12.5.1su3\n")])
def test_a_release_that_cannot_be_chosen_is_refused_before_tshark_reads(impsvc, command, release, reason):
    assert impsvc.refuses(*command, "--release", release, "no such.pcap").startswith(f"impsvc: {reason}")


def test_a_capture_is_judged_by_the_list_that_was_chosen_and_the_list_is_named(impsvc):
    base, su3 = (impsvc.says("summary", CLUSTER, *words).splitlines()[0] for words in ([], ["--release", "12.5.1su3"]))
    assert "fit the port list of 12.5(1)SU3, in" in su3 and " fit the port list, in" in base
    assert re.search(r"(\d+) fit", su3)[1] != re.search(r"(\d+) fit", base)[1]
    assert base == impsvc.says("summary", CLUSTER, "--release", "base").splitlines()[0]


def test_check_report_and_rules_name_the_list(impsvc):
    chosen = ["--release", "12.5.1su3"]
    assert "paths of the port list of 12.5(1)SU3" in one_line(impsvc.says("check", BLOCKED, *chosen, status=1))
    pytest.importorskip("jinja2")
    assert "paths of the port list of 12.5(1)SU3" in impsvc.says("report", BLOCKED, *chosen, status=1)
    assert "12.5(1)SU3 のポート一覧の経路" in impsvc.says("report", BLOCKED, *chosen, "--language", "ja", status=1)


@pytest.mark.parametrize("dialect, sign", [("nftables", "#"), ("iptables", "#"), ("ios", "!"), ("asa", "!")])
def test_rules_say_in_a_comment_which_list_they_are_of(impsvc, dialect, sign):
    lines = impsvc.says("rules", BLOCKED, "--dialect", dialect, "--source", "missing", "--release", "12.5.1su3").splitlines()
    assert [line for line in lines[:2] if line.startswith(sign) and "12.5(1)SU3" in line]
    assert "12.5(1)SU3" not in impsvc.says("rules", BLOCKED, "--dialect", dialect, "--source", "missing")


def test_the_users_own_preference_counts_unless_the_command_names_another(impsvc):
    (impsvc.settings / "preferences").write_text("impsvc.release: 12.5.1su3\n")
    assert "the port list of 12.5(1)SU3" in one_line(impsvc.says("check", BLOCKED, status=1))
    base = one_line(impsvc.says("check", BLOCKED, "--release", "base", status=1))
    assert "of the port list Nodes" in base and "SU3" not in base


@pytest.mark.parametrize("command", ["check", "report"])
def test_json_names_the_list_of_each_capture(impsvc, command):
    """A verdict that is kept is worth nothing if nobody knows by which list it was."""
    for options, release in ((["--release", "12.5.1su3"], "12.5.1su3"), ([], "base")):
        data = json.loads(impsvc.says(command, "--format", "json", *options, BLOCKED, status=1))
        assert [capture["release"] for capture in data["captures"]] == [release]


def test_a_preference_that_cannot_be_obeyed_is_named_with_its_file(impsvc):
    (impsvc.settings / "preferences").write_text("impsvc.release: 15\n")
    assert impsvc.refuses("check", BLOCKED) == \
        f"impsvc: {impsvc.settings}/preferences: impsvc.release: only parts of 15 are known; complete lists: base, 12.5.1su3\n"


def test_the_profile_for_a_release_makes_captures_be_judged_by_its_list(place):       # noqa: F811
    impsvc, environment = place
    assert impsvc.refuses("profile", "--release", "15", environment=environment).startswith("impsvc: only parts of 15 are known")
    impsvc.says("profile", "--release", "12.5(1)SU3", environment=environment)
    said = one_line(impsvc.says("check", "-C", "IM and Presence", BLOCKED, environment=environment, status=1))
    assert "the port list of 12.5(1)SU3" in said
    impsvc.says("profile", "--release", "base", environment=environment)
    assert "12.5(1)SU3" not in impsvc.says("check", "-C", "IM and Presence", BLOCKED, environment=environment, status=1)

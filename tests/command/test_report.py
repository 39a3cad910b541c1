# impsvc report: what a voice engineer sends to the firewall team says what the check found, and nothing in a capture can change the page.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import csv
import io
import json
import os
import pty
import re
import subprocess
import sys

import pytest

import lab_hosts
from hostile_names import HOSTILE, hostile_nodes, interfaces_renamed
from html_page import Page
from packets import Capture, Connection, Ends
from places import CAPTURES, CLUSTER, SOURCE
from test_check import FIREWALL

pytestmark = pytest.mark.any_version

FILTERED, EXPOSED, CLEARTEXT, DSCP, RULES, OPEN = (CAPTURES / f"{name}.pcapng" for name in (
    "trouble-filtered", "trouble-exposed", "trouble-cleartext", "firewall-dscp", "firewall-rules", "vlan"))
TROUBLE = sorted(CAPTURES.glob("trouble-*.pcapng"))
MOST_FOR_FEW, MOST_FOR_MANY = 24_000, 240_000       # bytes of a page, with 10 and with 2 000 paths


@pytest.fixture
def nodes(tmp_path):
    return lab_hosts.nodes_file(tmp_path / "nodes.txt")


def page_of(impsvc, *arguments, status=1):
    return Page(impsvc.says("report", *arguments, status=status))


def data_of(impsvc, *arguments, status=1):
    return json.loads(impsvc.says("report", "--format", "json", *arguments, status=status))


def checked(impsvc, *arguments):
    return json.loads(impsvc.done("check", "--format", "json", *arguments).stdout)


def matrix_of(page):
    """({(entry, host): cell}, entries)"""
    matrix, services = {}, set()
    for head, *rows in [rows for kind, rows in page.tables if kind == "matrix"]:
        services |= {row[0].split()[0] for row in rows}
        matrix.update({(row[0].split()[0], host.strip()): cell.strip() for row in rows for host, cell in zip(head[1:], row[1:])})
    return matrix, services


@pytest.mark.parametrize("capture", [*TROUBLE, *FIREWALL, CLUSTER, OPEN], ids=lambda path: path.stem)
def test_each_capture_has_a_page_that_says_what_the_check_says(impsvc, nodes, capture):
    data = checked(impsvc, "--nodes", nodes, capture)
    done = impsvc.done("report", "--nodes", nodes, capture)
    assert (done.returncode, done.stderr) == (int(data["blocked"] > 0), "")
    page = Page(done.stdout)
    blocked = [row for row in data["paths"] if row["blocked"]]
    rows = page.rows("blocked")
    assert [(row[0], row[1].split()[0]) for row in rows] == [(row["result"], row["entry"]) for row in blocked]
    assert all(row[-1].endswith(" ".join(each["evidence"].split())) for row, each in zip(rows, blocked))
    verdict = f"{len(blocked)} of {len(data['paths'])} paths {'is' if len(blocked) == 1 else 'are'} blocked" if blocked else \
        f"None of {len(data['paths'])} paths is blocked"
    assert verdict in page.text
    assert page.text.count("Planned, but not in this capture") == int("not seen" in data["counts"])
    assert ("Rules that would allow it (nftables)" in page.text) == bool(blocked)


def test_the_clusters_page_names_its_hosts_and_how_they_are_known(impsvc, nodes):
    page = page_of(impsvc, "--nodes", nodes, CLUSTER)
    assert ["10.10.1.11", "imp-pub (alpha)", "configured: IM and Presence publisher"] in page.rows("nodes")
    row = next(row for row in page.rows("blocked") if row[0] == "no answer")
    assert row[1:5] == ["22.4 XCP router master access", "imp-pub 10.10.1.11", "imp-sub 10.10.1.12", "7400/TCP"]
    learned = page_of(impsvc, CLUSTER).rows("nodes")
    assert ["10.10.1.11", "", "XCP component logged on, and another service (frame 2548, entry 22.4)"] in learned


def test_where_no_node_is_known_the_page_says_what_to_do(impsvc):
    assert "None is known. Name the nodes with --nodes" in page_of(impsvc, EXPOSED, status=0).text


def test_the_matrix_has_the_worst_of_each_service_and_host(impsvc, nodes):
    matrix, services = matrix_of(page_of(impsvc, "--nodes", nodes, FILTERED))
    assert matrix["22.4", "imp-sub 10.10.1.12"] == "no answer" and matrix["6.1", "imp-sub 10.10.1.12"] == "refused"
    assert services == {"6.1", "22.2", "22.4", "24.2"}, "what was not seen at all is not in the way"
    matrix, _ = matrix_of(page_of(impsvc, "--nodes", nodes, CLUSTER))
    assert matrix["22.1", "imp-pub 10.10.1.11"] == "refused1/3" and matrix["22.4", "imp-pub-b 10.10.2.11"] == "open"
    assert matrix["2.3", "imp-pub 10.10.1.11"] == "not seen", "planned, in a row that has something"
    assert matrix["7.1", "imp-pub 10.10.1.11"] == "exposed" and matrix["7.1", "127.0.0.1"] == "open"


def test_colours_are_not_all_that_tells_results_apart(impsvc, nodes):
    page = page_of(impsvc, "--nodes", nodes, CLUSTER)
    shapes = re.findall(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>', page.source)
    assert len({shape for _, shape in shapes}) == len(shapes) == 10
    assert {reference for reference in page.attribute("use", "href")} <= {f"#{name}" for name, _ in shapes}
    assert all(re.search("[a-z]{4}", cell) for row in page.rows("matrix") for cell in row[1:] if cell), "a word, for those who hear the page"


def test_the_rules_are_those_of_the_plugin(impsvc, nodes):
    for dialect in ("nftables", "iptables", "ios", "asa", "csv"):
        rules = impsvc.says("rules", "--dialect", dialect, "--source", "missing", "--nodes", nodes, FILTERED)
        page = page_of(impsvc, "--dialect", dialect, "--nodes", nodes, FILTERED)
        assert page.preformatted == rules and "7400" in rules and f"Rules that would allow it ({dialect})" in page.text
    assert data_of(impsvc, "--dialect", "csv", "--nodes", nodes, FILTERED)["captures"][0]["rules"] == rules.splitlines()


def test_where_no_rule_is_certain_the_page_says_so(impsvc):
    page = page_of(impsvc, RULES)
    assert "None is certain enough to be written" in page.text and "# Not to be allowed without asking; " in page.preformatted
    assert "None is certain enough" not in page_of(impsvc, RULES, "--nodes", lab_hosts.nodes_file(impsvc.home / "nodes")).text


def test_what_should_not_be_open_is_named_and_counted(impsvc, nodes):
    page = page_of(impsvc, "--nodes", nodes, EXPOSED, status=0)
    assert "6 services are open that should not be." in page.text and "6 of the 6 that were tried are open." in page.text
    rows = page.rows("exposures")
    assert ["open", "for the local host only", "Certificate Manager (7.1) is for the local host only, but 10.10.9.9 connects to TCP port 7070 on "
            "10.10.1.11 (imp-pub): block it between hosts", "1", "3"] in rows and len(rows) == 6
    assert {row[0] for row in page.rows("groups") if row[1].startswith("7.1 ")} == {"exposed"}
    assert any(row[1].startswith("not encrypted") and "should be inside TLS" in row[2] for row in page_of(
        impsvc, "--nodes", nodes, CLEARTEXT, status=0).rows("exposures"))


def test_what_others_ask_for_in_vain_is_not_open(impsvc, tmp_path):
    """A service for the local host only that another host does not get: the firewall team need not hurry."""
    nodes = tmp_path / "nodes.txt"
    nodes.write_text('"10.20.1.11","IM and Presence publisher","pub"\n"10.20.2.12","IM and Presence subscriber","sub"\n', encoding="utf-8")
    data = data_of(impsvc, "--nodes", nodes, RULES)
    assert data["exposed"] == 0 and [one["open"] for one in data["captures"][0]["exposed"]] == [False, False]
    assert "0 of the 2 that were tried are open." in page_of(impsvc, "--nodes", nodes, RULES).text


def test_items_are_in_the_order_in_which_the_plugin_has_them():
    """Their sentences are assigned by it."""
    sys.path.insert(0, str(SOURCE / "tools/impsvc"))
    try:
        from exposed import ALL_ITEMS
    finally:
        sys.path.pop(0)
    table = (SOURCE / "plugin/annotate/problems.c").read_text(encoding="utf-8").split("problems[] = {")[1]
    assert tuple(re.findall(r'\{ "(impsvc\.\w+)", PI_', table)) == ALL_ITEMS


def test_dscp_of_each_way_is_there(impsvc):
    page = page_of(impsvc, DSCP, status=0)
    rows = {row[0]: row[1:] for row in page.rows("dscp")}
    assert rows["2.1 SIP proxy"] == ["CS0, CS3, EF", "CS0, CS3, EF", "several values in one direction"]
    assert "CS0 both ways, which is best effort" in page_of(impsvc, FILTERED).text


def test_what_is_planned_and_was_not_seen_is_counted_by_service(impsvc, nodes):
    data, page = checked(impsvc, "--nodes", nodes, FILTERED), page_of(impsvc, "--nodes", nodes, FILTERED)
    counts = {}
    for row in data["paths"]:
        if row["result"] == "not seen":
            counts[row["entry"]] = counts.get(row["entry"], 0) + 1
    rows = [row for row in page.rows("groups") if row[0] == "not seen"]
    assert sum(counts.values()) > 100 and {row[1].split()[0] for row in rows} == set(counts)
    assert f"Planned, but not in this capture ({sum(counts.values())})" in page.text
    assert all(f"{counts[row[1].split()[0]]} paths" in row[3] for row in rows if counts[row[1].split()[0]] > 2)


def test_the_whole_page_is_in_japanese(impsvc, nodes):
    page = page_of(impsvc, "--nodes", nodes, "--language", "ja", CLUSTER)
    assert page.attribute("html", "lang") == ["ja"] and "<title>IM and Presence: ファイアウォール通過報告書</title>" in page.source
    assert {row[0] for row in page.rows("blocked")} == {"応答なし", "拒否"} and "遮断されています" in page.text
    assert "ローカルホスト専用" in {row[1] for row in page.rows("exposures")}
    english = page_of(impsvc, "--nodes", nodes, CLUSTER)
    heads = {cell for _, rows in english.tables for cell in rows[0] if re.fullmatch("[A-Z][a-z ,]+", cell)}
    assert heads and not heads & {cell for _, rows in page.tables for cell in rows[0]}
    assert [len(rows) for _, rows in page.tables] == [len(rows) for _, rows in english.tables]
    sentences = re.compile(r"^[A-Z][a-z]+ [a-z]+ [a-z]+.*", re.MULTILINE)
    ours = [line for line in sentences.findall(page.text) if line in english.text and not line.startswith("#")]
    assert ours == [], "nothing is left in English"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_result_is_known_by_its_word(impsvc, nodes, language):
    """A word that the report does not know would be called undecided."""
    for capture in [*FIREWALL, FILTERED, CLUSTER]:
        rows = checked(impsvc, "--nodes", nodes, capture)["paths"]
        page = Page(impsvc.done("report", "--nodes", nodes, "--language", language, capture).stdout)
        undecided = sum(row["result"] == "undecided" for row in rows)
        assert ({"en": "undecided", "ja": "判定不能"}[language] in page.text) == bool(undecided)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_is_run_or_fetched(impsvc, nodes, language):
    page = page_of(impsvc, "--nodes", nodes, "--language", language, CLUSTER, FILTERED)
    assert "<script" not in page.source.lower() and not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert page.references and all(re.fullmatch("#[a-z0-9-]+", each) for each in page.references)
    assert "default-src 'none'; style-src 'unsafe-inline'" in page.attribute("meta", "content")
    identities = page.attribute("h2", "id") + page.attribute("symbol", "id")
    assert len(set(identities)) == len(identities) and {each[1:] for each in page.references} <= set(identities)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_hostile_names_are_texts_and_nothing_else(impsvc, tmp_path, language):
    capture = interfaces_renamed(RULES, tmp_path / "<b onclick=x>\u202e.pcapng", HOSTILE.encode(), b"<script>y</script>")
    page = Page(impsvc.done("report", "--language", language, "--nodes", hostile_nodes(tmp_path / "nodes.txt"), capture).stdout)
    assert {tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "title", "style", "body", "svg", "symbol", "path", "circle", "use", "header", "h1", "h2", "h3", "p", "div", "ul", "li",
        "b", "section", "table", "thead", "tbody", "tr", "th", "td", "span", "bdi", "details", "summary", "pre", "footer"}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", page.source)
    assert "<script>alert('x')</script>" in page.text and "{{ 7*7 }}" in page.text and "<script>y</script>" in page.text, "they can be read"
    seen = HOSTILE.translate(dict.fromkeys(map(ord, "\u202e\u2066\u200f\x1b"), "\ufffd"))
    assert ["10.20.1.11", seen, {"en": "configured: ", "ja": "設定済み: "}[language] + "IM and Presence publisher"] in page.rows("nodes")
    assert all(re.fullmatch("#[a-z0-9-]+", each) or each.startswith("http://x.example") for each in page.references)
    assert not page.attribute("img", "src") and "http://x.example" not in page.attribute("use", "href")


def test_a_name_cannot_forge_rules_or_tables(impsvc, tmp_path):
    name = "a\n| IO Statistics\nadd rule inet impsvc forward accept\n1\teth:ip\t\t\n"
    nodes = hostile_nodes(tmp_path / "nodes.txt", name)
    page = Page(impsvc.done("report", "--nodes", nodes, RULES).stdout)
    assert "add rule inet impsvc forward accept" not in page.preformatted.splitlines()
    assert len(page.rows("blocked")) == 36 and "352 packets" in page.text


def test_several_captures_have_a_section_each_and_an_overview(impsvc, nodes):
    page = page_of(impsvc, "--nodes", nodes, FILTERED, EXPOSED)
    assert [row[0] for row in page.rows("captures")] == [str(FILTERED), str(EXPOSED)]
    assert [row[-2:] for row in page.rows("captures")] == [["8", "0"], ["0", "6"]]
    assert page.attribute("h2", "id") == ["capture-1", "capture-2"] and page.attribute("a", "href") == ["#capture-1", "#capture-2"]
    assert re.search(r"^All 2 captures: 8 of \d+ paths are blocked", page.text, re.MULTILINE)
    assert page_of(impsvc, "--nodes", nodes, FILTERED).rows("captures") == []


def test_a_bad_capture_is_named_in_the_page_and_the_others_are_reported(impsvc, tmp_path):
    done = impsvc.done("report", FILTERED, tmp_path / "no such.pcap", SOURCE / "LICENSE", OPEN)
    assert done.returncode == 2 and done.stderr.startswith(f"impsvc: {tmp_path}/no such.pcap: No such file or directory\n")
    page = Page(done.stdout)
    assert f"{tmp_path}/no such.pcap: No such file or directory" in page.text and "isn't a capture file" in page.text
    assert [row[0] for row in page.rows("captures")] == [str(FILTERED), str(OPEN)] and "2 of 4 captures could be read" in page.text


def test_a_damaged_capture_is_reported_as_far_as_it_can_be_read(impsvc, tmp_path):
    path = tmp_path / "x.pcapng"
    path.write_bytes(FILTERED.read_bytes() + b"\6\0\0\0" + b"\xff" * 400)
    done = impsvc.done("report", path)
    assert done.returncode == 2 and "impsvc: " in done.stderr and "This is only a part: " in Page(done.stdout).text


def test_a_capture_without_any_of_our_traffic_says_what_is_there(impsvc, tmp_path):
    capture = Capture()
    capture.add_connection(Connection(Ends(1, server_port=9999)).open())
    page = page_of(impsvc, capture.write(tmp_path / "x.pcap"), status=0)
    assert "No packet fits the port list: 9999/TCP." in page.text and page.rows("blocked") == page.rows("matrix") == []
    assert "The capture has no packets." in page_of(impsvc, Capture().write(tmp_path / "x.pcap"), status=0).text


def test_without_a_capture_that_can_be_read_nothing_is_written(impsvc, tmp_path):
    output = tmp_path / "report.html"
    for form in ("html", "csv", "json"):
        assert "isn't a capture file" in impsvc.refuses("report", "--format", form, "-o", output, SOURCE / "LICENSE")
    assert not output.exists()


def test_the_file_is_written_and_the_verdict_said(impsvc, tmp_path):
    output = tmp_path / "my report.html"
    said = impsvc.says("report", FILTERED, "-o", output, status=1)
    assert said == f"{output}: 8 of 8 paths are blocked: 2 no answer, 6 refused.\n"
    assert output.read_text(encoding="utf-8") == impsvc.says("report", FILTERED, status=1)


def test_a_file_that_cannot_be_written_is_refused_before_captures_are_read(impsvc, tmp_path):
    copy = tmp_path / "x.pcapng"
    copy.write_bytes(FILTERED.read_bytes())
    assert impsvc.refuses("report", copy, "-o", copy) == f"impsvc: {copy}: is one of the captures, and would be overwritten\n"
    assert copy.read_bytes() == FILTERED.read_bytes()
    assert impsvc.refuses("report", copy, "-o", tmp_path) == f"impsvc: {tmp_path}: is a folder, not a file to write\n"
    assert impsvc.refuses("report", copy, "-o", tmp_path / "a/b") == f"impsvc: {tmp_path}/a/b: there is no folder {tmp_path}/a\n"
    assert impsvc.refuses("report", copy, "-o", "/dev/full") == "impsvc: /dev/full: No space left on device\n"
    nodes = lab_hosts.nodes_file(tmp_path / "nodes.txt")
    assert impsvc.refuses("report", copy, "--nodes", nodes, "-o", nodes) == f"impsvc: {nodes}: is the file of --nodes, and would be overwritten\n"
    assert "IM and Presence publisher" in nodes.read_text(encoding="utf-8")


def test_a_folder_that_may_not_be_read_is_an_error_and_no_traceback(impsvc, tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o000)
    as_ordinary = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    assert impsvc.refuses("report", FILTERED, "-o", locked / "x.html", **as_ordinary) == f"impsvc: {locked}/x.html: Permission denied\n"
    long = tmp_path / ("x" * 300)
    assert impsvc.refuses("report", FILTERED, "-o", long) == f"impsvc: {long}: File name too long\n"


def test_the_old_file_stays_if_the_new_one_cannot_be_written(impsvc, tmp_path):
    """The disk is full at the worst moment. Only writing is limited: the command may have to copy the plugin before."""
    output = tmp_path / "reports/x.html"
    output.parent.mkdir()
    output.write_text("old", encoding="utf-8")
    output.chmod(0o640)
    script = f"import resource, output_file; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); output_file.write('x' * 2000, {str(output)!r})"
    done = subprocess.run([sys.executable, "-c", script], cwd=SOURCE / "tools/impsvc", capture_output=True, encoding="utf-8", check=False)
    assert f"Failure: {output}: File too large" in done.stderr
    assert output.read_text(encoding="utf-8") == "old" and list(output.parent.iterdir()) == [output]
    impsvc.says("report", FILTERED, "-o", output, status=1)
    assert "<html" in output.read_text(encoding="utf-8") and output.stat().st_mode & 0o777 == 0o640 and list(output.parent.iterdir()) == [output]


def test_csv_and_json_have_the_rows_of_the_check_and_what_is_exposed(impsvc, nodes):
    rows = list(csv.DictReader(io.StringIO(impsvc.says("report", "--format", "csv", "--nodes", nodes, EXPOSED, FILTERED, status=1))))
    data, plain = data_of(impsvc, "--nodes", nodes, EXPOSED, FILTERED), checked(impsvc, "--nodes", nodes, EXPOSED, FILTERED)
    assert rows == [{key: "" if value is None else str(value) for key, value in row.items()} for row in data["paths"]]
    assert [{key: value for key, value in row.items() if key != "exposed"} for row in data["paths"]] == plain["paths"]
    assert data["counts"] == plain["counts"] and data["exposed"] == sum(row["exposed"] is not None for row in data["paths"]) == 6
    assert data["unreadable"] == [] and data["captures"][0]["exposed"][0]["item"] == "impsvc.localhost_exposed"
    assert data == data_of(impsvc, "--nodes", nodes, "--language", "ja", EXPOSED, FILTERED)


def plan_of(path, number):
    roles = ["IM and Presence publisher", *["IM and Presence subscriber"] * (number - 1)]
    path.write_text("".join(f'"10.9.0.{each}","{role}","node-{each}"\n' for each, role in enumerate(roles, 1)), encoding="utf-8")
    return path


def test_pages_stay_small_enough_to_be_sent(impsvc, tmp_path):
    few = impsvc.says("report", OPEN)
    assert 9 == checked(impsvc, OPEN)["counts"]["open"] and len(few.encode()) < MOST_FOR_FEW
    nodes = plan_of(tmp_path / "nodes.txt", 9)
    many = impsvc.says("report", "--nodes", nodes, FILTERED, status=1)
    paths = len(checked(impsvc, "--nodes", nodes, FILTERED)["paths"])
    print(f"{len(few.encode())} bytes for 9 paths, {len(many.encode())} bytes for {paths}")
    assert 1800 <= paths <= 2600 and len(many.encode()) < MOST_FOR_MANY


def test_without_jinja2_the_package_is_named(impsvc, tmp_path):
    """As on a machine without it; data for programs need none."""
    (tmp_path / "jinja2.py").write_text("raise ImportError\n", encoding="utf-8")
    without = {"environment": {"PYTHONPATH": tmp_path}}
    assert impsvc.refuses("report", FILTERED, **without) == "impsvc: the report needs Jinja2 (Debian, Ubuntu: apt install python3-jinja2)\n"
    assert json.loads(impsvc.says("report", "--format", "json", FILTERED, status=1, **without))["blocked"] == 8


def test_a_page_is_not_poured_into_a_terminal(impsvc):
    terminal, end = pty.openpty()
    process = subprocess.Popen([impsvc.program, "report", FILTERED], env=impsvc.environment(), stdin=subprocess.DEVNULL, stdout=end, stderr=end)
    os.close(end)
    said = b""
    with contextlib.suppress(OSError):      # what a terminal says when nobody writes to it any more
        while piece := os.read(terminal, 65536):
            said += piece
    os.close(terminal)
    assert process.wait() == 2 and b"not for a terminal: name its file with -o report.html" in said and b"<html" not in said

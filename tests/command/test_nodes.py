# impsvc nodes: what it prints can be redirected to the file impsvc_nodes, and the nodes are then configured.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

from packets import Capture, Connection, Ends
from places import CLUSTER

ROW = re.compile(r'"[0-9a-f.:]+","IM and Presence subscriber",""')


def test_each_node_has_a_row_and_before_it_how_it_is_known(impsvc):
    lines = impsvc.done("nodes", CLUSTER).stdout.splitlines()
    rows = [number for number, line in enumerate(lines) if ROW.fullmatch(line)]
    assert len(rows) >= 7 and '"10.10.1.11","IM and Presence subscriber",""' in lines
    assert all(re.match(r"# .+ \(frame \d+, entry \d+\.\d\)$", lines[number - 1]) for number in rows)
    assert all(line.startswith("# ") for number, line in enumerate(lines) if number not in rows)


def test_it_says_where_the_rows_belong(impsvc):
    (impsvc.settings / "profiles/lab").mkdir(parents=True)
    assert impsvc.done("nodes", CLUSTER).stderr == \
        f"impsvc: add these rows to {impsvc.settings}/impsvc_nodes, which Wireshark reads when it starts, " \
        "or give them to check, rules and report with --nodes FILE\n"
    assert f" {impsvc.settings}/profiles/lab/impsvc_nodes, " in impsvc.done("nodes", "--profile", "lab", CLUSTER).stderr


def test_what_it_prints_can_be_redirected_to_the_file(impsvc):
    (impsvc.settings / "impsvc_nodes").write_text(impsvc.done("nodes", CLUSTER).stdout)
    text = impsvc.says("summary", CLUSTER)
    assert re.search(r"\nNodes\n  configured: 10\.10\.1\.11, 10\.10\.1\.12, ", text)
    assert ": XCP component" not in text, "nothing is left to learn"


def test_without_a_node_it_says_so_and_where_rows_go(impsvc, tmp_path):
    capture = Capture()
    capture.add_connection(Connection(Ends(1, server_port=5060)).open())
    done = impsvc.done("nodes", capture.write(tmp_path / "x.pcap"))
    assert done.returncode == 0 and not re.search('^"', done.stdout, re.MULTILINE)
    assert done.stderr == (f"impsvc: no node was learned from {tmp_path}/x.pcap; rows for those that you know go into "
                           f"{impsvc.settings}/impsvc_nodes\n")


def test_its_help_has_the_roles_that_the_plugin_takes(impsvc, tmp_path):
    """Who gives a node its own role needs the exact words."""
    (tmp_path / "nodes").write_text('"10.1.0.11","boss","pub"\n', encoding="utf-8")
    roles = re.search(r'"boss" is none of (.*) \(row of ', impsvc.refuses("check", CLUSTER, "--nodes", tmp_path / "nodes"))[1]
    english, japanese = (" ".join(impsvc.says("nodes", "--help", environment={"LC_ALL": locale}).split()) for locale in ("C.UTF-8", "ja_JP.UTF-8"))
    assert f"Roles: {roles}." in english and "with --nodes FILE" in english
    assert f"役割:{roles.replace(', ', '、')}。".replace(" ", "") in japanese.replace(" ", "")


def test_comments_are_in_the_users_language(impsvc):
    assert re.search("^# XCP コンポーネント", impsvc.done("nodes", "--language", "ja", CLUSTER).stdout, re.MULTILINE)

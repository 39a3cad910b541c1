# Another release of the list is data alone: rows in a catalog, and no code. Whoever adds the next one must not need to
# know the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import csv
import os
import shutil
import subprocess

import pytest

from cluster import CLIENT, PUB, STRANGER, Scene, node
from native import compare
from places import BUILD, SOURCE
from run_tshark import Wireshark

pytestmark = pytest.mark.any_version

# What the made-up release has: the rest is base's.
MOVED = {"22.4": "7444", "22.3": "5281"}
GONE = {"12.4", "27.4"}


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def add_a_release(catalog):
    """99 "Ninety-nine": base with other ports, two rows less, a new service in an old table, a table of its own, and a path."""
    releases, entries, paths, tables = (rows_of(catalog / f"{name}.csv") for name in ("releases", "entries", "paths", "tables"))
    number = len([row for row in releases if row["complete"] == "yes"])
    releases.insert(number, {"release": "99", "name": "Ninety-nine", "complete": "yes", "document": "Made up for a test"})
    block = []
    for row in (row for row in entries if row["release"] == "base" and f"{row['table']}.{row['row']}" not in GONE):
        ports = MOVED.get(f"{row['table']}.{row['row']}", row["listener_ports"])
        block.append({**row, "release": "99", "listener_ports": ports, "port_names": row["port_names"] if ports == row["listener_ports"] else ""})
    like = next(row for row in block if (row["table"], row["row"]) == ("22", "1"))
    block.append({**like, "row": "7", "service_en": "A new service", "service_ja": "新しいサービス", "listener_ports": "7555", "dissector": ""})
    block.append({**like, "table": "32", "row": "1", "service_en": "In a table of its own", "service_ja": "独自の表のサービス",
                  "listener_ports": "7666", "dissector": "", "source_ports": "40000-40010"})
    block.sort(key=lambda row: (int(row["table"]), int(row["row"])))
    end = max(place for place, row in enumerate(entries) if row["release"] == "12.5.1su3") + 1
    tables.append({**tables[-1], "number": "32", "slug": "of_99", "name_en": "Of ninety-nine", "name_ja": "九十九の表", "rows": "0"})
    paths.append({**paths[0], "release": "99", "table": "32", "row": "2", "entry": "6.1", "transports": "TCP", "listener_ports": "8600",
                  "from": "Browser", "to": "IM and Presence", "bidirectional": "no", "source_ports": ""})
    for name, rows in (("releases", releases), ("entries", entries[:end] + block + entries[end:]), ("paths", paths), ("tables", tables)):
        write(catalog / f"{name}.csv", rows)


@pytest.fixture(scope="module")
def third(tmp_path_factory):
    """Wireshark with a plugin that was built from a catalog with one release more."""
    folder = tmp_path_factory.mktemp("third")
    shutil.copytree(SOURCE / "catalog", folder / "catalog", ignore=shutil.ignore_patterns("__pycache__"))
    add_a_release(folder / "catalog")
    for command in (["cmake", "-S", SOURCE, "-B", folder / "build", "-DCMAKE_BUILD_TYPE=Debug", f"-DCATALOG_DIR={folder / 'catalog'}",
                     "-DPython3_EXECUTABLE=/usr/bin/python3"],
                    ["cmake", "--build", folder / "build", "--target", "impsvc", "--parallel", str(os.cpu_count())]):
        done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace")
        assert done.returncode == 0, done.stdout + done.stderr
    with contextlib.closing(Wireshark(folder / "build" / "plugins")) as made:
        yield made


def entries_of(third, path, *options, release="99"):
    rows = third.fields(path, ["tcp.dstport", "impsvc.entry"], "-Y", "tcp.flags == 2", "-o", f"impsvc.release:{release}", *options)
    return {int(row["tcp.dstport"][0]): "".join(row["impsvc.entry"]) for row in rows}


def test_the_new_list_is_chosen_by_its_name_and_has_its_ports(third, alone):
    scene = Scene()
    for port in (5222, 7335, 5281, 7400, 7444, 7555, 7666, 6610, 5280):
        scene.syn(CLIENT, PUB, port)
    path = scene.write(third.folder / "third.pcap")
    assert entries_of(third, path) == {5222: "22.1", 7335: "", 5281: "22.3", 7400: "", 7444: "22.4", 7555: "22.7", 7666: "32.1", 6610: "", 5280: ""}
    assert entries_of(third, path, release="Ninety-nine") == entries_of(third, path)
    assert entries_of(third, path, release="12.5.1su3")[5280] == "22.3" and entries_of(third, path, release="base")[7400] == "22.4"
    assert compare(alone, third, path, our_options=["-o", "impsvc.release:99"]).problem == ""


def test_its_own_table_has_a_name_a_path_and_rules(third):
    scene = Scene()
    scene.call(CLIENT, PUB, 7666)
    scene.call(STRANGER, PUB, 8600)
    path = scene.write(third.folder / "third.pcap")
    nodes = (*node(PUB), *node(CLIENT, "XMPP client"), *node(STRANGER, "Browser"), "-o", "impsvc.release:99")
    assert "Table 32: Of ninety-nine" in third.read(path, "-q", "-z", "impsvc,tree", *nodes)
    assert third.frames(path, "impsvc.cluster_exposed or impsvc.reversed", *nodes) == []
    rules = third.read(path, "-q", "-z", "impsvc,rules,nftables,plan", *nodes)
    assert f"ip saddr {CLIENT} ip daddr {PUB} tcp sport 40000-40010 tcp dport 7666 accept" in rules
    assert f"ip saddr {STRANGER} ip daddr {PUB} tcp dport 8600 accept" in rules


def test_the_others_name_it(third):
    scene = Scene()
    scene.call(CLIENT, PUB, 7555)
    path = scene.write(third.folder / "third.pcap")
    assert "listed in Ninety-nine as 22.7 A new service" in third.read(path, "-q", "-z", "impsvc_unlisted,tree", *node(PUB))
    refused = third.done("-n", "-r", path, "-o", "impsvc.release:98").stderr
    assert "Known: base, 12.5.1su3, 99." in refused

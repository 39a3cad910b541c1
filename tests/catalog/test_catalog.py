# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalog as a user meets it: the facts of the port list, and what the generator says about mistakes.

The facts are written down a second time, here and in helpers/port_list.py, read from
the document and not from the catalog. The generator is run as the build runs it. Every mistake is
made in a copy of the catalog, one cell at a time.
"""

import csv
import io
import re
import shutil
import subprocess
import sys

import pytest

from places import SOURCE
from port_list import BY_ID, ENTRIES, SU3, SU3_ENTRIES

CATALOG = SOURCE / "catalog"

ROWS_PER_TABLE = {2: 7, 3: 2, 4: 5, 5: 2, 6: 1, 7: 1, 8: 3, 9: 1, 10: 1, 11: 3, 12: 7, 13: 1, 14: 1, 15: 1, 16: 1,
                  17: 1, 18: 1, 19: 1, 20: 1, 21: 2, 22: 6, 23: 1, 24: 2, 25: 6, 26: 4, 27: 4, 28: 1}

NODE = "IM and Presence"

POINTS_TO_US = {"6.1", "22.3", "22.4", "22.6", "24.1", "24.2", "28.1",
                *(f"25.{row}" for row in range(1, 7)), *(f"26.{row}" for row in range(1, 5)),
                *(f"27.{row}" for row in range(1, 5))}
NOTHING_IS_DUE = {"12.3", "12.6", "12.7", "22.5"} | {"3.2", "9.1", "19.1", "24.2"}     # traps, multicast; protocols that nobody knows
CONFIGURABLE = {"2.1", "2.6", "2.7", "3.1", "5.1", "5.2", "12.7", "19.1", "23.1"}

DISSECTORS = {
    "sip": {"2.1", "2.4", "3.1"},
    "tls": {"2.2", "2.3", "2.7", "4.2", "4.3", "4.4", "4.5", "5.2", "22.6"},
    "http": {"2.5", "2.6", "4.1", "19.1", "22.3"},
    "ldap": {"5.1"},
    "snmp": {"12.1", "12.2", "12.3", "12.6", "12.7"},
    "agentx": {"12.5"},
    "isakmp": {"13.1"},
    "dns": {"15.1"},
    "ssh": {"16.1"},
    "icmp": {"17.1"},
    "ntp": {"18.1"},
    "rmi": {"21.1", "21.2"},
    "xmpp": {"22.1", "22.2", "22.4"},
    "mdns": {"22.5"},
    "pgsql": {"23.1"},
}
TLS_DISSECTORS = {"sip": {"2.2", "2.3"}, "http": {"2.7", "4.2", "4.3", "4.4", "4.5", "22.6"}, "ldap": {"5.2"}}


def rows_of(name):
    with open(CATALOG / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number_of(row):
    return f"{row['table']}.{row['row']}"


def entries(release="base"):
    return {number_of(row): row for row in rows_of("entries.csv") if row["release"] == release}


def having(column, value):
    return {entry for entry, row in entries().items() if row[column] == value}


# The facts of the document.

def test_no_row_of_the_document_is_lost():
    rows = list(entries().values())
    expected = [f"{table}.{row}" for table, count in ROWS_PER_TABLE.items() for row in range(1, count + 1)]
    assert len(expected) == 67
    assert [f"{row['table']}.{row['row']}" for row in rows] == expected
    assert {int(row["number"]): int(row["rows"]) for row in rows_of("tables.csv")} == {**ROWS_PER_TABLE, 29: 0, 30: 0, 31: 0}


def test_protocols_transports_and_ports_are_those_of_the_document():
    expected = {entry.id: [entry.protocol, " ".join(entry.transports), " ".join(map(str, entry.ports))] for entry in ENTRIES}
    assert {entry: [row["protocol"], row["transports"], row["listener_ports"]]
            for entry, row in entries().items()} == expected


def test_from_and_to_are_those_of_the_document():
    assert {entry: (row["from"], row["to"]) for entry, row in entries().items()} == {
        entry.id: (entry.initiator, entry.listener) for entry in ENTRIES}


def test_rows_with_two_lines_are_bidirectional():
    assert having("bidirectional", "yes") == {"2.1", "5.1", "13.1", "17.1"}


def test_fixed_source_ports():
    assert {entry: row["source_ports"] for entry, row in entries().items() if row["source_ports"]} == {
        entry.id: str(entry.source) for entry in ENTRIES if entry.source}


def test_localhost_only_services_are_marked():
    assert having("reach", "localhost") == {entry.id for entry in ENTRIES if entry.reach == "localhost"}


def test_a_row_with_an_outside_role_is_external_and_no_other():
    outside = {role["name_en"] for role in rows_of("roles.csv") if role["side"] == "outside"}
    assert having("reach", "external") == {
        entry for entry, row in entries().items() if {row["from"], row["to"]} & outside}


def test_roles_are_inside_or_outside_the_cluster():
    for role in rows_of("roles.csv"):
        inside = role["name_en"].startswith(NODE) or role["name_en"] == "Certificate Manager"
        kind = role["name_en"].removeprefix(NODE).strip()
        side = kind if kind in ("publisher", "subscriber") else "cluster" if inside else "outside"
        assert role["side"] == side, role


def test_every_role_of_the_document_is_there_once():
    used = {role for name in ("entries.csv", "paths.csv") for row in rows_of(name) for role in (row["from"], row["to"])}
    names = [role["name_en"] for role in rows_of("roles.csv")]
    assert len(names) == 31 + 6 and set(names) == used


def test_ports_an_administrator_can_change():
    assert having("configurable", "yes") == CONFIGURABLE


def test_ports_that_point_to_im_and_presence_alone():
    assert having("distinctive", "yes") == POINTS_TO_US


def test_silence_over_udp_is_no_sign_of_trouble_where_no_answer_is_due():
    assert having("answers", "no") == NOTHING_IS_DUE
    assert all("UDP" in entries()[entry]["transports"].split() for entry in NOTHING_IS_DUE)


def test_dissectors():
    assert {name: having("dissector", name) for name in DISSECTORS} == DISSECTORS
    assert {name: having("tls_dissector", name) for name in TLS_DISSECTORS} == TLS_DISSECTORS
    assert {row["name"] for row in rows_of("dissectors.csv")} == {*DISSECTORS, "tns", "tds"}
    others = set(entries()) - set().union(*DISSECTORS.values())
    assert others == having("dissector", "") and having("tls_dissector", "") >= others


def test_what_tables_say_about_their_ends():
    tables = rows_of("tables.csv")
    assert {row["number"]: row["ends"] for row in tables if row["ends"]} == {"25": "two_nodes", "26": "one_node"}
    assert {row["number"] for row in tables if row["nodes_listen"] == "yes"} == {"16", "18", "21"}
    assert {row["number"] for row in tables if row["changes_service"] == "yes"} == {"21"}
    assert {row["number"] for row in tables if row["between_clusters"] == "yes"} == {"28"}


def test_components_log_on_at_one_port_and_rmi_begins_alike():
    assert having("xcp", "yes") == {"22.4"}
    assert {entry: row["begins_like"] for entry, row in entries().items() if row["begins_like"]} == {"21.2": "21.1"}


def test_services_that_can_be_recognised_on_other_ports():
    assert {row["entry"] for row in rows_of("rules.csv")} == {
        "2.1", "2.2", "2.3", "2.4", "3.1", "4.1", "4.2", "4.3", "4.4", "4.5", "5.1", "5.2", "12.1", "12.2", "12.3",
        "12.5", "12.6", "13.1", "16.1", "19.1", "21.1", "21.2", "22.1", "22.2", "22.3", "22.4", "23.1"}


def test_applications_of_the_web_server():
    applications = {row["application"]: row["entry"] for row in rows_of("applications.csv")}
    assert len(applications) == 18
    assert {name for name, entry in applications.items() if entry == "4.4"} == {"cupuser", "ccmuser"}
    assert {name for name, entry in applications.items() if entry == "4.5"} == {"epassoap"}
    assert {"cupadmin", "drf"} <= {name for name, entry in applications.items() if entry == "4.3"}
    assert {"axl", "perfmonservice2"} <= {name for name, entry in applications.items() if entry == "4.2"}


def test_table_names_fit_a_statistics_tree():
    names = {row["number"]: row["name_en"] for row in rows_of("tables.csv")}
    assert names["22"] == "XCP requests"
    assert not any("/" in name or "table" in name.lower() for name in names.values())


def test_service_names_are_short():
    assert {entry: row["service_en"] for entry, row in entries().items() if len(row["service_en"]) > 45} == {}


def test_japanese_is_japanese_and_english_is_english():
    japanese = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
    for entry, row in entries().items():
        assert japanese.search(row["note_ja"]), entry
        assert not japanese.search(row["note_en"] + row["service_en"]), entry


def test_diagnostic_ports_are_said_to_be_needed_for_the_command_only():
    for entry in ("25.1", "25.2", "25.3"):
        for note in (entries()[entry]["note_en"], entries()[entry]["note_ja"]):
            assert "`utils imdb_replication status`" in note


def test_every_entry_says_where_it_comes_from():
    for entry, row in entries().items():
        assert row["document"].endswith(f", table {row['table']}"), entry


# 12.5(1)SU3: what differs, read from its own chapter.

PUB, SUB, CUCM = "IM and Presence publisher", "IM and Presence subscriber", "Cisco Unified Communications Manager"
POSTGRES, ORACLE, MSSQL, FILES = "PostgreSQL database", "Oracle database", "Microsoft SQL Server database", "External file server"
CLIENT_PORTS = "37240-61000"
# As printed: from, to, transport, ports, source ports; and the entry that the service has elsewhere.
INTER_NODE = {
    1: (CUCM, PUB, "TCP", "1500", "", "8.1"), 2: (CUCM, PUB, "TLS", "8443", "", "4.3"), 3: (CUCM, PUB, "TCP", "1090", "", "21.1"),
    4: (CUCM, PUB, "TCP", "2555", "", "11.1"), 5: (CUCM, PUB, "TCP", "8500", "", "9.1"), 6: (CUCM, PUB, "TCP", "8600", "", "6.1"),
    7: (CUCM, PUB, "UDP", "123", "", "18.1"), 8: (CUCM, PUB, "TCP", "5070", CLIENT_PORTS, "29.8"),
    9: (PUB, SUB, "UDP", "50000", "", "3.2"), 10: (PUB, SUB, "UDP", "21999", "", "24.2"), 11: (PUB, SUB, "TCP", "20075", "", "24.1"),
    12: (PUB, SUB, "TCP", "8600", "", "6.1"), 13: (PUB, SUB, "TCP", "7", "", "29.13"), 14: (PUB, SUB, "TCP", "44000", "", "29.14"),
    15: (SUB, PUB, "TCP", "9003 9004 9005", "", "25.4 25.5 25.6"), 16: (SUB, PUB, "TCP", "20075", "", "24.1"),
    17: (PUB, CUCM, "TCP", "4040", "", "10.1"), 18: (PUB, CUCM, "TCP", "8001", "", "29.18"), 19: (PUB, CUCM, "TCP", "6379", "", "29.19")}
EXTERNAL = {
    1: (PUB, {MSSQL, POSTGRES, ORACLE}, "TCP", "7", CLIENT_PORTS, "30.1"), 2: (PUB, {MSSQL}, "TCP", "1433", CLIENT_PORTS, "23.3"),
    3: (PUB, {POSTGRES}, "TCP", "5432", "54288-54292", "23.1"), 4: (PUB, {FILES}, "TCP", "7", CLIENT_PORTS, "30.1"),
    5: (PUB, {FILES}, "TCP", "22", CLIENT_PORTS, "16.1"), 6: (PUB, {FILES}, "TCP", "5432", CLIENT_PORTS, "23.1")}


def printed(table):
    """The rows of one of its two new tables, of whichever file they are in: {row: (from, all to, transport, ports, source ports, entries)}"""
    found = {}
    for name in ("entries.csv", "paths.csv"):
        for row in (row for row in rows_of(name) if (row["release"], row["table"]) == (SU3, str(table))):
            entry = row.get("entry", number_of(row))
            source, to, transport, ports, sources, numbers = found.setdefault(
                int(row["row"]), (row["from"], set(), row["transports"], [], row["source_ports"], []))
            assert (source, transport, sources) == (row["from"], row["transports"], row["source_ports"])
            to.add(row["to"])
            ports += [port for port in row["listener_ports"].split() if port not in ports]
            numbers += [entry] if entry not in numbers else []
    return {row: (one, to, transport, " ".join(ports), sources, " ".join(numbers)) for row, (one, to, transport, ports, sources, numbers) in found.items()}


def test_su3_has_its_rows_and_no_others():
    assert list(entries(SU3)) == [entry.id for entry in sorted(SU3_ENTRIES, key=lambda entry: (entry.table, entry.row))]
    assert len(entries(SU3)) == 67 - 3 + 8


def test_su3_has_the_ports_roles_and_reaches_of_its_document():
    expected = {entry.id: [entry.initiator, entry.listener, entry.protocol, " ".join(entry.transports), " ".join(map(str, entry.ports)), entry.reach]
                for entry in SU3_ENTRIES}
    assert {entry: [row[column] for column in ("from", "to", "protocol", "transports", "listener_ports", "reach")]
            for entry, row in entries(SU3).items()} == expected


def test_the_inter_node_table_is_as_printed_and_goes_both_ways():
    assert printed(29) == {row: (one, {to}, *rest) for row, (one, to, *rest) in INTER_NODE.items()}
    assert {row["bidirectional"] for name in ("entries.csv", "paths.csv") for row in rows_of(name) if row["table"] == "29"} == {"yes"}


def test_the_external_servers_are_as_printed():
    assert printed(30) == EXTERNAL


def test_pings_have_a_table_of_their_own_and_its_7_is_no_port():
    rows = [row for row in rows_of("paths.csv") if row["table"] == "31"]
    assert {(row["from"], row["to"]) for row in rows} == {("Endpoint", NODE), (NODE, NODE)}
    assert {(row["entry"], row["transports"], row["listener_ports"], row["bidirectional"]) for row in rows} == {("17.1", "ICMP", "", "yes")}


def test_su3_differs_from_base_in_what_its_document_says_and_in_nothing_else():
    """A slip while a block is copied would be found by nobody else."""
    facts = [column for column in rows_of("entries.csv")[0] if column not in ("release", "document", "note_en", "note_ja")]
    changed = {(entry, column) for entry, row in entries(SU3).items() if entry in BY_ID for column in facts if row[column] != entries()[entry][column]}
    assert changed == {("3.2", "reach"), ("3.2", "may_leave_host"), ("5.1", "listener_ports"), ("11.2", "from"), ("22.3", "listener_ports"),
                       ("22.3", "port_names"), ("22.3", "distinctive")}


def test_notes_fit_and_say_what_differs():
    for row in rows_of("entries.csv"):
        assert max(len(row[f"note_{language}"].encode()) for language in ("en", "ja")) <= 230, number_of(row)
    assert "5280" in entries(SU3)["22.3"]["note_en"] and "7335" in entries(SU3)["22.3"]["note_ja"]
    assert not any("same as in table 25" in row["note_en"] for row in entries(SU3).values())     # which has no 6603 to 6605 there
    assert "3268" not in entries(SU3)["5.1"]["note_en"] and "no firewall rule" not in entries(SU3)["3.2"]["note_en"]


def test_facts_of_releases_without_a_list_say_where_they_are_from():
    facts = rows_of("facts.csv")
    partial = {row["release"] for row in rows_of("releases.csv") if row["complete"] == "no"}
    assert {row["release"] for row in facts} == partial and {"14", "15"} <= partial
    assert {(row["release"], row["ports"]) for row in facts} >= {("15", "443 8443"), ("15", "5280"), ("15", "1521 2484"), ("12.5.1", "22001"),
                                                                 ("expressway", "7400"), ("14", "61441"), ("14", "389 636 3268 3269")}


# The generated C.

def generate(*arguments, **options):
    return subprocess.run([sys.executable, str(CATALOG / "generate.py"), *map(str, arguments)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", **options)


@pytest.fixture(name="source")
def generated_source(tmp_path):
    result = generate("--output", tmp_path / "catalog_data.c")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    return tmp_path / "catalog_data.c"


def compile_c(source, *arguments):
    subprocess.run(["gcc", "-std=c11", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror",
                    "-I", str(SOURCE / "plugin"), "-I", str(source.parent), str(source), *map(str, arguments)], check=True)


def test_generated_source_compiles_without_a_warning(source):
    compile_c(source, "-fsyntax-only")


def test_the_same_catalog_gives_the_same_source(source, tmp_path):
    assert generate("--output", tmp_path / "again.c").returncode == 0
    assert (tmp_path / "again.c").read_bytes() == source.read_bytes()


def test_every_dissector_has_a_bit_of_its_own_in_the_order_of_its_row(source):
    header = (source.parent / "catalog_protocols.h").read_text(encoding="utf-8")
    assert re.findall("define (IMPSVC_PROTOCOL_[^ ]*) (.*)", header) == [
        (f"IMPSVC_PROTOCOL_{row['name'].upper()}", f"(UINT32_C(1) << {bit})")
        for bit, row in enumerate(rows_of("dissectors.csv"))]


PRINTER = r"""
#include "core/catalog.h"
#include <stdio.h>

static const char *name_of(impsvc_protocols protocol)
{
    for (size_t bit = 0; bit < impsvc_protocol_count; bit++)
        if (protocol == UINT32_C(1) << bit)
            return impsvc_protocol_names[bit];
    return protocol == 0 ? "" : "several";
}

static const char *carrier_of(int carrier)
{
    return carrier == IMPSVC_TCP ? "TCP" : carrier == IMPSVC_UDP ? "UDP" : carrier == IMPSVC_TLS ? "TLS" : "none";
}

int main(void)
{
    printf("%zu %zu %zu %zu\n", impsvc_table_count, impsvc_role_count, impsvc_all_entry_count, impsvc_release_count);
    for (size_t i = 0; i < impsvc_table_count; i++) {
        const impsvc_table *table = &impsvc_tables[i];
        printf("%d\t%s\t%s\t%s\t%d\n", table->number, table->slug, table->name.in[IMPSVC_ENGLISH],
               table->name.in[IMPSVC_JAPANESE], table->rows);
    }
    for (size_t i = 0; i < impsvc_role_count; i++)
        printf("%s\t%s\t%s\n", impsvc_roles[i].name.in[IMPSVC_ENGLISH], impsvc_roles[i].name.in[IMPSVC_JAPANESE],
               !impsvc_roles[i].in_cluster ? "outside" : impsvc_roles[i].kind == IMPSVC_KIND_ANY ? "cluster"
               : impsvc_roles[i].kind == IMPSVC_KIND_PUBLISHER ? "publisher" : "subscriber");
    for (size_t i = 0; i < impsvc_all_entry_count; i++) {
        const impsvc_entry *entry = &impsvc_all_entries[i];
        printf("%s\t%d\t%d\t%s\t%s\t%s\t", entry->release, entry->table, entry->row, entry->id,
               entry->service.in[IMPSVC_ENGLISH], entry->service.in[IMPSVC_JAPANESE]);
        printf("%s\t%s\t%s\t%s\t", impsvc_roles[entry->from].name.in[IMPSVC_ENGLISH],
               impsvc_roles[entry->to].name.in[IMPSVC_ENGLISH], entry->bidirectional ? "yes" : "no", entry->protocol);
        printf("%s%s%s%s\t", entry->transports & IMPSVC_TCP ? "TCP " : "", entry->transports & IMPSVC_UDP ? "UDP " : "",
               entry->transports & IMPSVC_TLS ? "TLS " : "", entry->transports & IMPSVC_ICMP ? "ICMP " : "");
        for (int port = 0; port < entry->port_count; port++)
            printf("%d ", entry->ports[port]);
        printf("\t%d-%d\t%d\t%s\t%s\t%s\t%s\t", entry->sources.first, entry->sources.last, entry->reach, entry->may_leave_host ? "yes" : "no", entry->configurable ? "yes" : "no",
               entry->distinctive ? "yes" : "no", entry->answers ? "yes" : "no");
        printf("%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\t", name_of(entry->on_transport), name_of(entry->inside_tls),
               entry->xcp ? "yes" : "no", entry->begins_like ? entry->begins_like->id : "", entry->ends,
               entry->nodes_listen ? "yes" : "no", entry->changes_service ? "yes" : "no",
               entry->between_clusters ? "yes" : "no");
        printf("%s\t%s\t%s\n", entry->note.in[IMPSVC_ENGLISH],
               entry->note.in[IMPSVC_JAPANESE], entry->document);
    }
    for (size_t i = 0; i < impsvc_all_entry_count; i++)
        for (int j = 0; j < impsvc_all_entries[i].path_count; j++) {
            const impsvc_path *path = &impsvc_all_entries[i].paths[j];
            printf("%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s%s%s%s\t%d-%d\n", impsvc_all_entries[i].release, path->table, path->row,
                   impsvc_all_entries[i].id, impsvc_roles[path->from].name.in[IMPSVC_ENGLISH], impsvc_roles[path->to].name.in[IMPSVC_ENGLISH],
                   path->bidirectional ? "yes" : "no", path->transports & IMPSVC_TCP ? "TCP" : "", path->transports & IMPSVC_UDP ? "UDP" : "",
                   path->transports & IMPSVC_TLS ? "TLS" : "", path->transports & IMPSVC_ICMP ? "ICMP" : "", path->sources.first, path->sources.last);
        }
    for (size_t i = 0; i < impsvc_release_count; i++) {
        const impsvc_release *release = &impsvc_releases[i];
        printf("%s\t%s\t%s\t%s\t%zu\t%s\n", release->id, release->name, release->is_complete ? "yes" : "no", release->document,
               release->entry_count, release->entry_count > 0 ? release->entries[0].release : "");
        for (size_t j = 0; j < release->application_count; j++)
            printf("%s\t%s\t%s\n", release->applications[j].entry->release, release->applications[j].name, release->applications[j].entry->id);
        for (size_t j = 0; j < release->rule_count; j++)
            printf("%s\t%s\t%s\t%s\t%d\t%d\n", release->rules[j].entry->release, release->rules[j].entry->id,
                   carrier_of(release->rules[j].carrier), name_of(release->rules[j].protocol), release->rules[j].nodes, release->rules[j].content);
    }
    for (size_t i = 0; i < impsvc_fact_count; i++) {
        printf("%s\t%s\t", impsvc_facts[i].release->id, impsvc_facts[i].entries);
        for (int j = 0; j < impsvc_facts[i].port_count; j++)
            printf("%d-%d ", impsvc_facts[i].ports[j].first, impsvc_facts[i].ports[j].last);
        printf("\t%s\t%s\t%s\n", impsvc_facts[i].what.in[IMPSVC_ENGLISH], impsvc_facts[i].what.in[IMPSVC_JAPANESE], impsvc_facts[i].source);
    }
    return 0;
}
"""


NODES = ["either", "both", "one", "listener", "initiator", "only_listener", "one_host"]
CONTENTS = ["", "any_path", "its_path", "bosh", "exchange", "snmp_question", "snmp_trap", "rmi_object", "rmi_registry",
            "xcp", "xmpp_client", "xmpp_server"]


def first_and_last(ports):
    first, _, last = (ports or "0").partition("-")
    return f"{first}-{last or first}"


def what_c_sees(source, tmp_path):
    (tmp_path / "printer.c").write_text(PRINTER, encoding="utf-8")
    compile_c(source, tmp_path / "printer.c", "-o", tmp_path / "printer")
    output = subprocess.run([str(tmp_path / "printer")], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    return [line.split("\t") for line in output.splitlines()]


def test_the_plugin_sees_what_the_spreadsheet_shows(source, tmp_path):
    reaches = {"localhost": "1", "cluster": "2", "external": "3"}
    all_entries = rows_of("entries.csv")
    expected = [[f"30 37 {len(all_entries)} {len(rows_of('releases.csv'))}"]]
    tables = {row["number"]: row for row in rows_of("tables.csv")}
    expected += [[row[column] for column in ("number", "slug", "name_en", "name_ja", "rows")] for row in tables.values()]
    expected += [list(row.values()) for row in rows_of("roles.csv")]
    for row in all_entries:
        table = tables[row["table"]]
        expected.append([
            row["release"], row["table"], row["row"], number_of(row), row["service_en"], row["service_ja"], row["from"],
            row["to"], row["bidirectional"], row["protocol"], row["transports"] + " ",
            "".join(port + " " for port in row["listener_ports"].split()), first_and_last(row["source_ports"]),
            reaches[row["reach"]], row["may_leave_host"], row["configurable"], row["distinctive"], row["answers"], row["dissector"],
            row["tls_dissector"],
            row["xcp"], row["begins_like"], str(["", "two_nodes", "one_node"].index(table["ends"])),
            table["nodes_listen"], table["changes_service"], table["between_clusters"], row["note_en"], row["note_ja"],
            row["document"]])
    order = [(row["release"], number_of(row)) for row in all_entries]
    for row in sorted(rows_of("paths.csv"), key=lambda row: order.index((row["release"], row["entry"]))):
        expected.append([*(row[column] for column in ("release", "table", "row", "entry", "from", "to", "bidirectional", "transports")),
                         first_and_last(row["source_ports"])])
    for release in rows_of("releases.csv"):
        name, of_it = release["release"], entries(release["release"])
        expected.append([name, release["name"], release["complete"], release["document"], str(len(of_it)), name if of_it else ""])
        expected += [[name, row["application"], row["entry"]] for row in rows_of("applications.csv") if row["entry"] in of_it]
        for row in (row for row in rows_of("rules.csv") if row["entry"] in of_it):
            protocol = of_it[row["entry"]]["tls_dissector" if row["carrier"] == "TLS" else "dissector"]
            expected.append([name, row["entry"], row["carrier"], protocol, str(NODES.index(row["nodes"])), str(CONTENTS.index(row["content"]))])
    expected += [[row["release"], row["entry"], "".join(first_and_last(port) + " " for port in row["ports"].split()), row["fact_en"], row["fact_ja"],
                  row["source"]] for row in rows_of("facts.csv")]
    assert what_c_sees(source, tmp_path) == expected


# Mistakes of whoever edits the catalog.

class Copy:
    """A copy of the catalog to make mistakes in."""

    def __init__(self, folder):
        self.folder = folder / "catalog"
        self.output = folder / "catalog_data.c"
        shutil.copytree(CATALOG, self.folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))

    def read(self, name):
        with open(self.folder / name, encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    def write(self, name, records):
        with open(self.folder / name, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(records)

    def set(self, name, line, column, value):
        records = self.read(name)
        records[line - 1][records[0].index(column)] = value
        self.write(name, records)

    def get(self, name, line, column):
        records = self.read(name)
        return records[line - 1][records[0].index(column)]

    def bytes(self, name, change):
        path = self.folder / name
        path.write_bytes(change(path.read_bytes()))

    def run(self):
        return generate("--output", self.output, "--catalog", self.folder)

    def refuses(self, *expected):
        """The generator names exactly these problems (file, line, column, reason) and writes nothing."""
        result = self.run()
        prefix = f"{self.folder}/"
        problems = [line.replace(prefix, "", 1).split(": ", 2) for line in result.stderr.splitlines()]
        assert [[f"{name}:{line}", column] for name, line, column, _ in expected] == [
            problem[:2] for problem in problems], result.stderr
        for problem, (*_, reason) in zip(problems, expected):
            assert reason in problem[2], result.stderr
        assert (result.returncode, result.stdout) == (1, "")
        assert not self.output.exists() and not self.output.with_name("catalog_protocols.h").exists()

    def accepts(self):
        result = self.run()
        assert (result.returncode, result.stderr) == (0, "")
        return self.output


@pytest.fixture(name="copy")
def catalog_copy(tmp_path):
    return Copy(tmp_path)


def line_of(entry, release="base"):
    """The line of an entry in entries.csv, which has none over several lines."""
    return 2 + [(row["release"], number_of(row)) for row in rows_of("entries.csv")].index((release, entry))


def test_the_catalog_as_it_is_passes_the_check():
    result = generate("--check")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_check_alone_finds_mistakes_too(copy):
    copy.set("entries.csv", 3, "reach", "everywhere")
    result = generate("--check", "--catalog", "catalog", cwd=copy.folder.parent)
    assert result.returncode == 1
    assert result.stderr.startswith("catalog/entries.csv:3: reach: ")


def test_help_tells_how_to_call_it():
    result = generate("--help")
    assert result.returncode == 0 and "--output FILE.c" in result.stdout and "--check" in result.stdout


def test_a_call_without_a_task_is_a_usage_error():
    assert generate().returncode == 2


ONE_WRONG_CELL = [
    ("a_typing_error_in_a_role", "2.1", "from", "SIP Gatway", '"SIP Gatway": unknown role'),
    ("a_role_left_out", "2.1", "to", "", "is empty"),
    ("a_table_that_is_not_there", "28.1", "table", "32", '"32": unknown table'),
    ("a_release_that_is_not_there", "28.1", "release", "12.5.1su9", '"12.5.1su9": unknown release, releases.csv does not have it'),
    ("an_unknown_dissector", "2.1", "dissector", "sipp", '"sipp": unknown dissector'),
    ("an_unknown_dissector_inside_tls", "2.2", "tls_dissector", "sipp", '"sipp": unknown dissector'),
    ("an_unknown_transport", "2.1", "transports", "TCP SCTP", '"SCTP" is none of TCP, UDP, TLS, ICMP'),
    ("no_transport", "2.1", "transports", "", "is none of TCP, UDP, TLS, ICMP"),
    ("transports_with_a_slash", "2.1", "transports", "UDP/TCP", "separated by one blank"),
    ("a_transport_twice", "2.1", "transports", "TCP TCP", "has an item twice"),
    ("an_unknown_reach", "2.1", "reach", "world", '"world" is none of localhost, cluster, external'),
    ("bidirectional_neither_yes_nor_no", "2.1", "bidirectional", "TRUE", '"TRUE" is none of yes, no'),
    ("configurable_neither_yes_nor_no", "2.1", "configurable", "", '"" is none of yes, no'),
    ("distinctive_neither_yes_nor_no", "2.1", "distinctive", "Yes", '"Yes" is none of yes, no'),
    ("answers_neither_yes_nor_no", "15.1", "answers", "", '"" is none of yes, no'),
    ("no_answer_over_tcp", "22.4", "answers", "no", "is no, but over TCP there is always an answer"),
    ("a_port_in_words", "2.1", "listener_ports", "sip", '"sip" is not a number'),
    ("a_port_with_decimals", "2.1", "listener_ports", "5060.0", '"5060.0" is not a number'),
    ("a_port_in_full_width_digits", "2.1", "listener_ports", "５０６０", "is not a number"),
    ("a_port_with_a_leading_zero", "2.1", "listener_ports", "05060", '"05060" is not a number'),
    ("port_zero", "2.1", "listener_ports", "0", "0 is not in 1 to 65535"),
    ("a_port_too_high", "2.1", "listener_ports", "65536", "65536 is not in 1 to 65535"),
    ("a_source_port_too_high", "12.7", "source_ports", "99999", "99999 is not in 1 to 65535"),
    ("two_source_ports", "9.1", "source_ports", "8500 8501", '"8500 8501" is not a number'),
    ("a_source_range_that_ends_before_it_begins", "9.1", "source_ports", "61000-37240", '"61000-37240" ends before it begins'),
    ("a_source_range_that_goes_too_far", "9.1", "source_ports", "37240-70000", "70000 is not in 1 to 65535"),
    ("a_source_range_without_end", "9.1", "source_ports", "37240-", '"" is not a number'),
    ("three_ports", "5.1", "listener_ports", "389 3268 3269", "has 3 items, at most 2"),
    ("a_port_twice", "5.1", "listener_ports", "389 389", "has an item twice"),
    ("ports_with_a_comma", "5.1", "listener_ports", "389,3268", "separated by one blank"),
    ("two_blanks_between_ports", "5.1", "listener_ports", "389  3268", "separated by one blank"),
    ("no_port_at_all", "15.1", "listener_ports", "", "only ICMP goes without"),
    ("a_port_for_icmp", "17.1", "listener_ports", "7", "ICMP has no ports"),
    ("a_port_name_in_capitals", "22.4", "port_names", "XCP-Router", '"XCP-Router" is no name of a port'),
    ("a_port_name_with_a_blank", "22.4", "port_names", "xcp router", 'is "xcp router" for the ports "7400": a name for each'),
    ("a_port_name_that_ends_with_a_hyphen", "22.4", "port_names", "xcp-", '"xcp-" is no name of a port'),
    ("a_port_name_of_digits", "22.4", "port_names", "7400", '"7400" is no name of a port'),
    ("a_port_name_too_long", "22.4", "port_names", "xcp-router-admin", "has 16 letters, at most 15"),
    ("a_name_for_one_of_two_ports", "5.1", "port_names", "our-ldap", 'is "our-ldap" for the ports "389 3268"'),
    ("a_name_without_a_port", "17.1", "port_names", "icmp", 'is "icmp" for the ports ""'),
    ("two_names_for_a_port", "26.1", "port_names", "ds-sql", '6603/tcp is "ds-sql" here and "ds-pres" in line'),
    ("a_name_left_out_in_one_row_of_a_port", "4.5", "port_names", "", '8443/tcp is "" here and "imp-web-tls" in line'),
    ("something_inside_tls_without_tls", "2.1", "tls_dissector", "sip", "nothing is inside TLS"),
    ("an_outside_role_in_cluster_traffic", "2.1", "reach", "cluster", '"SIP Gateway" is outside the cluster'),
    ("an_outside_role_on_localhost", "5.2", "reach", "localhost", "is outside the cluster"),
    ("a_service_name_not_translated", "2.1", "service_ja", "", "needs English and Japanese"),
    ("a_service_name_without_english", "2.1", "service_en", "", "needs English and Japanese"),
    ("a_note_not_translated", "2.1", "note_ja", "", "needs English and Japanese"),
    ("a_note_without_english", "2.1", "note_en", "", "needs English and Japanese"),
    ("no_protocol", "2.1", "protocol", "", "is empty"),
    ("no_document", "2.1", "document", "", "is empty"),
    ("a_blank_before_a_port", "2.1", "listener_ports", " 5060", "begins or ends with a blank"),
    ("a_blank_after_a_role", "2.1", "from", "SIP Gateway ", "begins or ends with a blank"),
    ("a_full_width_blank_after_a_note", "2.1", "note_ja", "既定値です。\u3000", "begins or ends with a blank"),
    ("a_line_break_in_a_note", "2.1", "note_en", "One.\nTwo.", "line break"),
    ("a_no_break_space_in_a_name", "2.1", "service_en", "SIP\u00a0proxy", "invisible character"),
    ("xcp_neither_yes_nor_no", "22.4", "xcp", "", '"" is none of yes, no'),
    ("xcp_where_nobody_speaks_xmpp", "22.3", "xcp", "yes", "XCP is spoken in XMPP and dissector is not xmpp"),
    ("beginning_like_an_entry_that_is_not_there", "21.2", "begins_like", "21.3", '"21.3": unknown entry'),
    ("beginning_like_no_entry", "21.2", "begins_like", "RMI", '"RMI" is not made of table, a dot and row'),
    ("beginning_like_itself", "21.2", "begins_like", "21.2", "is the entry itself"),
    ("beginning_alike_without_rmi", "22.2", "begins_like", "22.1", "so dissector is rmi in both"),
    ("a_service_name_twice", "2.3", "service_en", "SIP proxy", "line 2 has the same"),
    ("a_japanese_service_name_twice", "2.3", "service_ja", "SIP プロキシ", "line 2 has the same"),
]


@pytest.mark.parametrize("entry, column, value, reason", [case[1:] for case in ONE_WRONG_CELL],
                         ids=[case[0] for case in ONE_WRONG_CELL])
def test_a_wrong_cell_is_named(copy, entry, column, value, reason):
    copy.set("entries.csv", line_of(entry), column, value)
    copy.refuses(("entries.csv", line_of(entry), column, reason))


def test_the_only_port_of_an_entry_left_out_is_missed(copy):
    copy.set("entries.csv", line_of("12.7"), "source_ports", "")
    copy.refuses(("entries.csv", line_of("12.7"), "listener_ports", "only ICMP goes without"))


def test_a_range_of_source_ports_is_no_port_to_tell_an_entry_by(copy):
    copy.set("entries.csv", line_of("12.7"), "source_ports", "37240-61000")
    copy.refuses(("entries.csv", line_of("12.7"), "listener_ports", "only ICMP goes without"))


def test_a_name_for_two_ports_is_named(copy):
    copy.set("entries.csv", line_of("29.8", SU3), "port_names", "xcp-router")
    copy.refuses(("entries.csv", line_of("29.8", SU3), "port_names", '"xcp-router" is 5070 here and 7400 in line'))


def test_a_row_number_in_words_is_named(copy):
    copy.set("entries.csv", 3, "row", "two")
    copy.refuses(("entries.csv", 3, "row", '"two" is not a number'))


def test_an_entry_given_twice_is_named(copy):
    copy.set("entries.csv", line_of("22.4"), "row", "3")
    copy.refuses(("entries.csv", line_of("22.4"), "row", f"line {line_of('22.3')} has the same"))


def test_rows_out_of_order_are_named(copy):
    records, at = copy.read("entries.csv"), line_of("22.3") - 1
    records[at], records[at + 1] = records[at + 1], records[at]
    copy.write("entries.csv", records)
    copy.refuses(("entries.csv", line_of("22.4"), "row", "22.3 stands below 22.4"))


def test_a_deleted_row_is_missed(copy):
    records = copy.read("entries.csv")
    del records[line_of("22.4") - 1]
    copy.write("entries.csv", records)
    copy.refuses(("tables.csv", 22, "rows", "is 6, but entries.csv has 5 of table 22"),
                 ("entries.csv", line_of("22.4"), "row", "22.5 without a 22.4"))


def test_a_deleted_row_with_a_rule_is_missed_there(copy):
    copy.write("entries.csv", [row for row in copy.read("entries.csv") if row[1:3] != ["23", "1"]])
    copy.write("paths.csv", [row for row in copy.read("paths.csv") if row[3] != "23.1"])
    copy.set("tables.csv", 23, "rows", "0")
    copy.refuses(("rules.csv", 34, "entry", '"23.1": unknown entry'))


def test_a_deleted_table_is_missed(copy):
    records = copy.read("entries.csv")
    del records[line_of("28.1") - 1]
    copy.write("entries.csv", records)
    copy.refuses(("tables.csv", 28, "rows", "is 1, but entries.csv has 0 of table 28"))


def test_a_wrong_row_count_is_named(copy):
    copy.set("tables.csv", 2, "rows", "8")
    copy.refuses(("tables.csv", 2, "rows", "is 8, but entries.csv has 7 of table 2"))


OTHER_FILES = [
    ("a_slug_twice", "tables.csv", 4, "slug", "sip_proxy", "line 2 has the same"),
    ("a_slug_no_dissector_could_have", "tables.csv", 4, "slug", "Tomcat-Web", "is not made of a-z, 0-9 and _"),
    ("a_slug_left_out", "tables.csv", 4, "slug", "", "is not made of a-z, 0-9 and _"),
    ("a_table_name_that_splits_statistics", "tables.csv", 16, "name_en", "SSH/SFTP requests", 'has a "/"'),
    ("a_table_name_not_translated", "tables.csv", 4, "name_ja", "", "needs English and Japanese"),
    ("a_table_name_twice", "tables.csv", 4, "name_en", "SIP proxy requests", "line 2 has the same"),
    ("a_group_that_is_none", "tables.csv", 4, "group", "www", '"www": unknown group, groups.csv does not have it'),
    ("a_group_left_out", "tables.csv", 4, "group", "", "is empty"),
    ("a_group_name_twice", "groups.csv", 4, "name_en", "SIP", "line 2 has the same"),
    ("a_group_name_that_splits_menus", "groups.csv", 4, "name_en", "Web//SOAP", "has a //"),
    ("a_group_name_that_underlines_a_letter", "groups.csv", 4, "name_en", "Web & SOAP", "has a &"),
    ("a_color_by_name", "groups.csv", 4, "background", "pink", "is not made of # and six digits"),
    ("two_groups_of_one_color", "groups.csv", 4, "background", "#c8edb9", "line 2 has the same"),
    ("a_row_count_in_words", "tables.csv", 4, "rows", "five", '"five" is not a number'),
    ("ends_that_are_none", "tables.csv", 25, "ends", "nodes", '"nodes" is none of two_nodes, one_node'),
    ("nodes_listen_neither_yes_nor_no", "tables.csv", 25, "nodes_listen", "", '"" is none of yes, no'),
    ("changes_service_neither_yes_nor_no", "tables.csv", 25, "changes_service", "21", '"21" is none of yes, no'),
    ("between_clusters_neither_yes_nor_no", "tables.csv", 25, "between_clusters", "28", '"28" is none of yes, no'),
    ("an_application_with_its_slash", "applications.csv", 2, "application", "/axl", "is not made of a-z and 0-9"),
    ("an_application_left_out", "applications.csv", 2, "application", "", "is not made of a-z and 0-9"),
    ("an_application_twice", "applications.csv", 3, "application", "axl", "line 2 has the same"),
    ("an_application_of_an_entry_that_is_not_there", "applications.csv", 2, "entry", "4.6", '"4.6": unknown entry'),
    ("an_application_of_a_table", "applications.csv", 2, "entry", "4", '"4" is not made of table, a dot and row'),
    ("an_application_of_no_web_service", "applications.csv", 2, "entry", "2.2", "does not have http inside TLS"),
    ("a_rule_for_an_entry_that_is_not_there", "rules.csv", 2, "entry", "2.8", '"2.8": unknown entry'),
    ("a_rule_for_a_protocol_that_is_not_public", "rules.csv", 2, "entry", "6.1", "6.1 has no dissector on TCP"),
    ("a_rule_for_something_inside_tls_without_any", "rules.csv", 6, "entry", "2.1", "2.1 has no dissector inside TLS"),
    ("a_rule_for_any_tls", "rules.csv", 16, "carrier", "TCP", "5.2 has tls on TCP, as any service may"),
    ("a_rule_on_no_carrier", "rules.csv", 2, "carrier", "ICMP", '"ICMP" is none of TCP, UDP, TLS'),
    ("a_rule_about_unknown_nodes", "rules.csv", 2, "nodes", "all", '"all" is none of either, both, one, '),
    ("a_rule_that_leaves_nodes_out", "rules.csv", 2, "nodes", "", '"" is none of either, '),
    ("a_rule_about_unknown_content", "rules.csv", 10, "content", "path", '"path" is none of any_path, its_path, '),
    ("a_rule_about_content_of_another_protocol", "rules.csv", 10, "content", "xcp",
     "xcp is in payloads of xmpp, but 4.1 has http on TCP"),
    ("a_role_not_translated", "roles.csv", 2, "name_ja", "", "needs English and Japanese"),
    ("a_role_on_no_side", "roles.csv", 2, "side", "inside", '"inside" is none of cluster, publisher, subscriber, outside'),
    ("a_dissector_without_description", "dissectors.csv", 2, "description", "", "is empty"),
]


@pytest.mark.parametrize("name, line, column, value, reason", [case[1:] for case in OTHER_FILES],
                         ids=[case[0] for case in OTHER_FILES])
def test_a_wrong_cell_of_another_file_is_named(copy, name, line, column, value, reason):
    copy.set(name, line, column, value)
    copy.refuses((name, line, column, reason))


@pytest.mark.parametrize("name, column", [("tables.csv", "number"), ("roles.csv", "name_en"),
                                          ("dissectors.csv", "name")])
def test_a_name_given_twice_is_named(copy, name, column):
    records = copy.read(name)
    records.append([*records[-1]])
    same = ("cluster", "outside", "0", "1", "", "no", "yes", "system")
    records[-1][1:] = [cell + ("x" if cell not in same else "") for cell in records[-1][1:]]
    copy.write(name, records)
    copy.refuses((name, len(records), column, f"line {len(records) - 1} has the same"))


def test_two_dissectors_of_one_name_in_c_are_named(copy):
    dissectors = copy.read("dissectors.csv")
    copy.write("dissectors.csv", dissectors + [["x.y", "one"], ["x-y", "another"]])
    copy.refuses(("dissectors.csv", len(dissectors) + 2, "name",
                  f'is IMPSVC_PROTOCOL_X_Y in C, as "x.y" in line {len(dissectors) + 1} is'))


def test_as_many_dissectors_as_there_are_bits_and_no_more(copy):
    dissectors = copy.read("dissectors.csv")
    more = [[f"protocol{each}", "One more"] for each in range(32 - len(dissectors) + 1)]
    copy.write("dissectors.csv", dissectors + more)
    compile_c(copy.accepts(), "-fsyntax-only")
    for made in copy.output.parent.glob("catalog_*.?"):
        made.unlink()
    copy.write("dissectors.csv", dissectors + more + [["one_too_many", "One too many"]])
    copy.refuses(("dissectors.csv", 34, "name", "more than 32 dissectors"))


def test_a_table_that_the_plugin_has_no_bit_for_is_named(copy):
    tables = copy.read("tables.csv")
    copy.write("tables.csv", tables + [["64", "later", "Later requests", "後の要求", "0", "", "no", "no", "no", "cluster"]])
    copy.refuses(("tables.csv", len(tables) + 1, "number", "64 is not in 1 to 63"))


def test_tables_out_of_order_are_named(copy):
    records = copy.read("tables.csv")
    records[4], records[5] = records[5], records[4]     # tables 5 and 6
    copy.write("tables.csv", records)
    copy.refuses(("tables.csv", 6, "number", "5 stands below 6"))


# Mistakes of spreadsheets and editors.

def header_with(change):
    return lambda data: b"\n".join([change(data.split(b"\n")[0]), *data.split(b"\n")[1:]])


def test_a_missing_column_is_named(copy):
    copy.bytes("entries.csv", header_with(lambda header: header.replace(b",reach", b"")))
    copy.refuses(("entries.csv", 1, "reach", "column is missing"))


def test_a_renamed_column_is_named(copy):
    copy.bytes("entries.csv", header_with(lambda header: header.replace(b",reach", b",Reach")))
    copy.refuses(("entries.csv", 1, "reach", "column is missing"), ("entries.csv", 1, "Reach", "unknown column"))


def test_a_column_too_many_is_named(copy):
    copy.bytes("roles.csv", header_with(lambda header: header + b",remark"))
    copy.refuses(("roles.csv", 1, "remark", "unknown column"))


def test_a_column_given_twice_is_named(copy):
    copy.bytes("roles.csv", header_with(lambda header: header + b",side"))
    copy.refuses(("roles.csv", 1, "side", "column stands twice"))


def test_a_row_with_a_cell_too_few_is_named(copy):
    records = copy.read("roles.csv")
    records[3].pop()
    copy.write("roles.csv", records)
    copy.refuses(("roles.csv", 4, "side", "the row has 2 cells, the header has 3"))


def test_a_row_with_a_comma_not_quoted_is_named(copy):
    records = copy.read("dissectors.csv")
    records[3].append("and more")
    copy.write("dissectors.csv", records)
    copy.refuses(("dissectors.csv", 4, "description", "the row has 3 cells, the header has 2"))


def test_a_file_saved_as_shift_jis_is_named(copy):
    copy.bytes("roles.csv", lambda data: data.decode("utf-8").encode("cp932"))
    copy.refuses(("roles.csv", 2, "name_ja", "is not UTF-8, save the file as UTF-8"))


def test_one_byte_that_is_not_utf8_is_named(copy):
    copy.bytes("entries.csv", lambda data: data.replace(b"Unencrypted LDAP", b"Unencrypted\xa0LDAP"))
    copy.refuses(("entries.csv", line_of("5.1"), "note_en", "is not UTF-8"))


def test_a_file_saved_as_utf16_is_named(copy):
    copy.bytes("tables.csv", lambda data: data.decode("utf-8").encode("utf-16"))
    copy.refuses(("tables.csv", 1, "(file)", "is UTF-16, save it as UTF-8"))


def save_with(delimiter):
    def change(data):
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(
            csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
        return text.getvalue().encode("utf-8")
    return change


@pytest.mark.parametrize("delimiter", [";", "\t"], ids=["semicolons", "tabs"])
def test_a_file_saved_with_other_delimiters_is_named(copy, delimiter):
    copy.bytes("entries.csv", save_with(delimiter))
    copy.refuses(("entries.csv", 1, "(file)", "save the file with commas"))


def test_a_quotation_mark_left_open_is_named(copy):
    copy.bytes("roles.csv", lambda data: data.replace(b"\nBrowser,", b'\n"Browser,'))
    copy.refuses(("roles.csv", 6, "(row)", "quotation marks do not match"))


def test_an_empty_file_is_named(copy):
    copy.bytes("entries.csv", lambda data: b"")
    copy.refuses(("entries.csv", 1, "(file)", "is empty"))


@pytest.mark.parametrize("name", ["groups.csv", "tables.csv", "roles.csv", "dissectors.csv", "entries.csv",
                                  "applications.csv", "rules.csv"])
def test_a_missing_file_is_named_once(copy, name):
    (copy.folder / name).unlink()
    copy.refuses((name, 1, "(file)", "cannot be read: No such file"))


def test_lines_are_counted_as_in_an_editor(copy):
    copy.set("entries.csv", 3, "note_en", "One.\nTwo.\nThree.")
    copy.set("entries.csv", 3, "document", "")
    copy.set("entries.csv", 5, "reach", "nowhere")
    copy.refuses(("entries.csv", 3, "note_en", "line break"), ("entries.csv", 5, "document", "is empty"),
                 ("entries.csv", 7, "reach", "nowhere"))


def test_all_mistakes_are_told_at_once_in_the_order_of_the_files(copy):
    copy.set("entries.csv", 40, "dissector", "nope")
    copy.set("entries.csv", 3, "listener_ports", "x")
    copy.set("entries.csv", 3, "reach", "")
    copy.set("roles.csv", 2, "side", "")
    copy.set("tables.csv", 3, "slug", "A")
    copy.refuses(("tables.csv", 3, "slug", "is not made of"), ("roles.csv", 2, "side", "is none of"),
                 ("entries.csv", 3, "listener_ports", "is not a number"), ("entries.csv", 3, "reach", "is none of"),
                 ("entries.csv", 40, "dissector", "unknown dissector"))


def test_two_empty_names_are_not_also_called_equal(copy):
    for line in (3, 4):
        copy.set("entries.csv", line, "service_ja", "")
    copy.refuses(("entries.csv", 3, "service_ja", "is empty"), ("entries.csv", 4, "service_ja", "is empty"))


def test_a_mistake_leaves_an_earlier_output_as_it_was(copy):
    copy.output.write_text("earlier", encoding="utf-8")
    copy.set("entries.csv", 3, "reach", "")
    assert copy.run().returncode == 1
    assert copy.output.read_text(encoding="utf-8") == "earlier"


def test_an_output_that_cannot_be_written_is_told(copy):
    copy.output = copy.folder / "nowhere" / "catalog_data.c"
    result = copy.run()
    assert result.returncode == 1
    assert result.stderr == f"{copy.output}: cannot be written: No such file or directory\n"


def test_nothing_but_the_output_is_left_behind(copy):
    before = sorted(path.name for path in CATALOG.iterdir())
    copy.accepts()
    assert sorted(path.name for path in copy.output.parent.iterdir()) == [
        "catalog", "catalog_data.c", "catalog_protocols.h"]
    assert sorted(path.name for path in CATALOG.iterdir()) == before


# What spreadsheets do and users may.

@pytest.mark.parametrize("change", [
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: data.rstrip(b"\n"),
    lambda data: data + b"\n\n",
    lambda data: data + b"," * data.split(b"\n")[0].count(b",") + b"\n",
], ids=["byte_order_mark", "crlf", "no_line_end_at_the_end", "blank_lines_at_the_end", "empty_cells_at_the_end"])
def test_what_spreadsheets_do_to_a_file_is_no_mistake(copy, source, change):
    for name in ("releases.csv", "groups.csv", "tables.csv", "roles.csv", "dissectors.csv", "entries.csv", "paths.csv", "facts.csv"):
        copy.bytes(name, change)
    assert copy.accepts().read_bytes() == source.read_bytes()


def test_columns_may_be_moved(copy, source):
    for name in ("releases.csv", "groups.csv", "tables.csv", "roles.csv", "dissectors.csv", "entries.csv", "paths.csv", "facts.csv"):
        copy.write(name, [row[::-1] for row in copy.read(name)])
    assert copy.accepts().read_bytes() == source.read_bytes()


def test_quotation_marks_and_backslashes_reach_the_user_unchanged(copy, tmp_path):
    note = r'A "quoted" C:\new\x41 path, 100 %s, what??) and ??/'
    copy.set("entries.csv", 2, "note_en", note)
    printed = what_c_sees(copy.accepts(), tmp_path)
    assert printed[1 + 30 + 37][26] == note


LATER = ["later", "Later", "yes", "A document for a test"]


def test_another_release_may_have_fewer_rows_under_the_same_numbers(copy, tmp_path):
    records = copy.read("entries.csv")
    later = [["later", *row[1:]] for row in records[1:] if row[0] == "base" and (row[1], row[2]) not in {("25", "1"), ("25", "2")}]
    copy.write("entries.csv", records + later)
    copy.write("releases.csv", copy.read("releases.csv") + [LATER])
    printed = what_c_sees(copy.accepts(), tmp_path)
    assert printed[0] == [f"30 37 {len(records) - 1 + 65} 8"] and printed[30 + 37 + len(records) - 1 + 65][0] == "later"


def test_a_table_may_be_of_another_release_only(copy):
    copy.write("tables.csv", copy.read("tables.csv") + [["32", "later", "Later requests", "後の要求", "0", "", "no", "no", "no", "cluster"]])
    records = copy.read("entries.csv")
    copy.write("entries.csv", records + [["later", "32", "1", *records[1][3:]]])
    copy.write("releases.csv", copy.read("releases.csv") + [LATER])
    copy.accepts()


def add_later(copy, entry, **changed):
    """A release that has base's rows; one entry is otherwise, or missing. What is its line?"""
    header, *rows = copy.read("entries.csv")
    later = [dict(zip(header, ["later", *row[1:]])) for row in rows if row[0] == "base"]
    at = [number_of(row) for row in later].index(entry)
    if changed:
        later[at].update(changed)
    else:
        del later[at]
    copy.write("entries.csv", [header, *rows, *(row.values() for row in later)])
    copy.write("releases.csv", copy.read("releases.csv") + [LATER])
    return 2 + len(rows) + at


def rules_of_later(copy, tmp_path):
    return [row[1:4] for row in what_c_sees(copy.accepts(), tmp_path) if row[0] == "later" and len(row) == 6 and row[2] in ("TCP", "UDP", "TLS")]


def test_a_rule_is_not_of_a_release_that_has_its_entry_inside_tls(copy, tmp_path):
    """Or any TLS that a node accepts would be BOSH there."""
    add_later(copy, "22.3", transports="TLS", dissector="tls", tls_dissector="http")
    rules = rules_of_later(copy, tmp_path)
    assert ["22.1", "TCP", "xmpp"] in rules and not [rule for rule in rules if rule[0] == "22.3"]


def test_a_rule_may_be_for_a_later_release_alone(copy, tmp_path):
    add_later(copy, "22.3", transports="TLS", dissector="tls", tls_dissector="http")
    copy.write("rules.csv", copy.read("rules.csv") + [["22.3", "TLS", "only_listener", "bosh"]])
    assert [rule for rule in rules_of_later(copy, tmp_path) if rule[0] == "22.3"] == [["22.3", "TLS", "http"]]


def test_a_rule_is_not_of_a_release_in_which_nothing_is_known_of_its_payload(copy, tmp_path):
    add_later(copy, "23.1", dissector="")
    assert "23.1" not in {rule[0] for rule in rules_of_later(copy, tmp_path)}


def test_a_release_that_lacks_what_an_entry_begins_like_is_named(copy):
    """Another release's entry would do no good: its port may be another."""
    add_later(copy, "21.1")
    line = 1 + [[row[0], *row[1:3]] for row in copy.read("entries.csv")].index(["later", "21", "2"])
    copy.refuses(("entries.csv", line, "begins_like", '"21.1": unknown entry, the list of later does not have it'))


@pytest.mark.parametrize("column, name, was", [("service_en", "Another service", "BOSH client access"),
                                               ("service_ja", "別のサービス", "BOSH クライアント アクセス")])
def test_a_number_that_is_another_service_in_a_later_release_is_named(copy, column, name, was):
    """Filters and comparisons of releases go by the number."""
    line = add_later(copy, "22.3", **{column: name})
    copy.refuses(("entries.csv", line, column, f'22.3 is "{name}" here and "{was}" in line {line_of("22.3")}'))


# Several releases: what contradicts itself, and what is no list.

OF_RELEASES = [
    ("a_release_in_capitals", "releases.csv", 3, "release", "12.5.1SU3", "is not made of a-z, 0-9 and dots"),
    ("a_release_that_is_neither_complete_nor_not", "releases.csv", 8, "complete", "partly", '"partly" is none of yes, no'),
    ("a_release_without_a_document", "releases.csv", 8, "document", "", "is empty"),
    ("a_release_without_rows_called_complete", "releases.csv", 5, "complete", "yes", "is yes, but entries.csv has no row of 12.5.1"),
    ("a_name_of_two_releases", "releases.csv", 8, "name", "14", "line 7 has the same"),
    ("a_path_of_a_release_that_is_not_there", "paths.csv", 2, "release", "12.5.1su9", '"12.5.1su9": unknown release'),
    ("a_path_of_a_release_known_in_part", "paths.csv", 2, "release", "15", "of 15 only parts are known"),
    ("a_path_of_an_entry_that_its_release_lacks", "paths.csv", 2, "entry", "25.1", '"25.1": 12.5.1su3 has no such entry'),
    ("a_path_of_no_role", "paths.csv", 2, "from", "CUCM", '"CUCM": unknown role'),
    ("a_path_on_another_port_than_its_entry", "paths.csv", 2, "listener_ports", "1501", "is 1501, but 8.1 has 1500: entries.csv, line "),
    ("a_path_on_no_port", "paths.csv", 2, "listener_ports", "", "is empty, but 8.1 has 1500: entries.csv, line "),
    ("a_path_on_another_transport_than_its_entry", "paths.csv", 2, "transports", "UDP", "is UDP, but 8.1 has TCP: entries.csv, line "),
    ("a_path_that_is_an_entry_of_its_own", "paths.csv", 9, "row", "8", "29.8 is an entry of its own: entries.csv, line "),
    ("a_path_from_other_source_ports_than_its_entry", "paths.csv", 18, "source_ports", "30000-61000",
     "is 30000-61000, but requests of 30.1 come from 37240-61000: entries.csv, line "),
    ("a_path_with_a_source_range_that_ends_before_it_begins", "paths.csv", 2, "source_ports", "2-1", "ends before it begins"),
    ("a_fact_of_a_release_that_is_not_there", "facts.csv", 2, "release", "16", '"16": unknown release'),
    ("a_fact_of_a_complete_release", "facts.csv", 2, "release", SU3, "12.5.1su3 has a complete list"),
    ("a_fact_of_an_entry_that_is_not_there", "facts.csv", 2, "entry", "24.9", '"24.9": unknown entry'),
    ("a_fact_with_ports_and_no_transport", "facts.csv", 2, "transports", "", "is empty, but there are ports"),
    ("a_fact_on_a_port_too_high", "facts.csv", 2, "ports", "22001-99999", "99999 is not in 1 to 65535"),
    ("a_fact_not_translated", "facts.csv", 2, "fact_ja", "", "needs English and Japanese"),
    ("a_fact_too_long_for_a_line", "facts.csv", 2, "fact_en", "x" * 121, "has 121 letters, at most 120 fit a line"),
    ("a_fact_without_a_source", "facts.csv", 2, "source", "", "is empty"),
]


@pytest.mark.parametrize("name, line, column, value, reason", [case[1:] for case in OF_RELEASES], ids=[case[0] for case in OF_RELEASES])
def test_what_is_wrong_with_releases_is_named(copy, name, line, column, value, reason):
    copy.set(name, line, column, value)
    copy.refuses((name, line, column, reason))


def test_the_first_release_is_base(copy):
    records = copy.read("releases.csv")
    records[1], records[2] = records[2], records[1]
    copy.write("releases.csv", records)
    copy.refuses(("releases.csv", 2, "release", 'is "12.5.1su3", but the first release is base'))


def test_rows_of_a_release_known_in_part_are_no_list(copy):
    """A list with holes would call what is missing from it foreign."""
    line = len(copy.read("entries.csv"))
    copy.set("entries.csv", line, "release", "15")
    copy.refuses(("entries.csv", line, "release", "of 15 only parts are known (releases.csv): what is known of it belongs into facts.csv"))


def test_a_path_given_twice_is_named(copy):
    records = copy.read("paths.csv")
    copy.write("paths.csv", records[:2] + records[1:])
    copy.refuses(("paths.csv", 3, "row", "line 2 has the same entry and ends"))


def test_paths_out_of_order_are_named(copy):
    records = copy.read("paths.csv")
    records[1], records[2] = records[2], records[1]
    copy.write("paths.csv", records)
    copy.refuses(("paths.csv", 3, "row", "29.1 stands below 29.2, rows keep the order of the document"))


def test_more_tables_than_the_plugin_has_heuristics_are_named(copy):
    tables, records = copy.read("tables.csv"), copy.read("entries.csv")
    like = dict(zip(records[0], records[line_of("2.1") - 1]))
    numbers = range(32, 64)
    copy.write("tables.csv", tables + [[str(number), f"later_{number}", f"Later {number}", f"後の {number}", "0", "", "no", "no", "no", "system"]
                                       for number in numbers])
    copy.write("entries.csv", records + [[str({**like, "release": "later", "table": number, "row": 1, "service_en": f"Later {number}",
                                               "service_ja": f"後の {number}"}[column]) for column in records[0]] for number in numbers])
    copy.write("releases.csv", copy.read("releases.csv") + [LATER])
    result = copy.run()
    assert result.returncode == 1 and "tables.csv:" in result.stderr and "the plugin has 64 heuristics for them" in result.stderr


def test_two_facts_that_contradict_each_other_are_named(copy):
    records = copy.read("facts.csv")
    copy.write("facts.csv", records[:2] + [[*records[1][:8], "default 21998", "既定値は 21998", records[1][10]]] + records[2:])
    copy.refuses(("facts.csv", 3, "fact_en", "12.5.1: line 2 says something of the same entry, ends and ports, and something else"))


def test_more_roles_than_the_plugin_can_number_are_named(copy):
    roles = copy.read("roles.csv")
    copy.write("roles.csv", roles + [[f"Role {each}", f"役割 {each}", "outside"] for each in range(len(roles), 258)])
    copy.refuses(("roles.csv", 258, "name_en", "more than 256 roles"))


def test_a_rule_given_twice_is_named(copy):
    rules = copy.read("rules.csv")
    copy.write("rules.csv", rules + [rules[1]])
    copy.refuses(("rules.csv", len(rules) + 1, "entry", "line 2 has the same"))


def test_a_rule_on_a_carrier_that_its_entry_does_not_have_is_named(copy):
    copy.set("rules.csv", 3, "entry", "22.4")
    copy.refuses(("rules.csv", 3, "carrier", "22.4 is not on UDP: its transports are TCP"))


def test_a_mistake_in_an_entry_is_not_also_one_of_its_rules(copy):
    copy.set("entries.csv", line_of("22.4"), "dissector", "xmmp")
    copy.refuses(("entries.csv", line_of("22.4"), "dissector", "unknown dissector"))


def test_mixed_releases_are_named(copy):
    records = copy.read("entries.csv")
    records[4][0] = "later"
    copy.write("entries.csv", records)
    result = copy.run()
    assert result.returncode == 1
    assert "entries.csv:6: release: the other rows of base stand further up" in result.stderr

# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the catalog: load() reads its files and finds everything that is wrong in them.

First every cell by itself (_cell_checks says what a column may hold), then the
cells of a row together, then the rows of a file against each other and against
other files. A cell already found wrong takes no part in the later steps, so that
a mistake is reported once. What the columns mean is explained in README.md.
"""

import ipaddress
import os
import re
from typing import NamedTuple

import cells
import check_releases
import sheet

BASE_RELEASE = "base"       # the release whose rows tables.csv counts
MAX_PORTS = 2               # IMPSVC_ENTRY_PORTS of plugin/core/catalog.h
MAX_NUMBER = 255            # tables, rows and roles are uint8_t there
MAX_TABLE = 63              # the plugin has a bit for each table
MAX_FACT_PORTS = 8          # IMPSVC_FACT_PORTS there
MAX_FACT = 120              # letters
MAX_PROTOCOLS = 32          # an impsvc_protocols there has a bit for each row of dissectors.csv
TRANSPORTS = ("TCP", "UDP", "TLS", "ICMP")
REACHES = ("localhost", "cluster", "external")
SIDES = ("cluster", "publisher", "subscriber", "outside")
ENDS = ("two_nodes", "one_node")
CARRIERS = ("TCP", "UDP", "TLS")
NODES = ("either", "both", "one", "listener", "initiator", "only_listener", "one_host")
CONTENTS = {                # each is about payloads of one protocol
    "any_path": "http", "its_path": "http", "bosh": "http", "exchange": "http",
    "snmp_question": "snmp", "snmp_trap": "snmp",
    "rmi_object": "rmi", "rmi_registry": "rmi",
    "xcp": "xmpp", "xmpp_client": "xmpp", "xmpp_server": "xmpp",
}

COLUMNS = {
    "releases": ("release", "name", "complete", "document"),
    "groups": ("slug", "name_en", "name_ja", "background", "foreground"),
    "tables": ("number", "slug", "name_en", "name_ja", "rows", "ends", "nodes_listen", "changes_service",
               "between_clusters", "group"),
    "roles": ("name_en", "name_ja", "side"),
    "dissectors": ("name", "description"),
    "entries": ("release", "table", "row", "service_en", "service_ja", "from", "to", "bidirectional", "protocol",
                "transports", "listener_ports", "port_names", "source_ports", "multicast", "reach", "may_leave_host", "configurable",
                "distinctive", "answers",
                "dissector", "tls_dissector", "xcp", "begins_like", "note_en", "note_ja", "document"),
    "paths": ("release", "table", "row", "entry", "from", "to", "bidirectional", "transports", "listener_ports", "source_ports"),
    "facts": ("release", "entry", "from", "to", "protocol", "transports", "ports", "source_ports", "fact_en", "fact_ja", "source"),
    "applications": ("application", "entry"),
    "rules": ("entry", "carrier", "nodes", "content"),
}


def protocol_constant(name):
    """What a row of dissectors.csv is called in C."""
    return "IMPSVC_PROTOCOL_" + re.sub("[^a-z0-9]", "_", name).upper()


class Catalog(NamedTuple):
    """The rows of each file."""

    releases: list
    groups: list
    tables: list
    roles: list
    dissectors: list
    entries: list
    paths: list
    facts: list
    applications: list
    rules: list

    def entry(self, number):
        """The row of the entry with a number as in "22.4": the first release that has it."""
        return next(row for row in self.entries if entry_number(row) == number)

    def release(self, name):
        """The rows of a release, in document order."""
        return [row for row in self.entries if row["release"] == name]

    def table(self, entry):
        return next(row for row in self.tables if row["number"] == entry["table"])


def entry_number(row):
    return f"{row['table']}.{row['row']}"


def protocol_on(entry, carrier):
    """What an entry's payload is on a carrier: the name of a dissector, or nothing."""
    return entry["tls_dissector"] if carrier == "TLS" else entry["dissector"]


def rule_misfit(rule, entry):
    """(column, reason) why a rule cannot recognise an entry as one release has it, or None if it can."""
    number, carrier = entry_number(entry), rule["carrier"]
    protocol = protocol_on(entry, carrier)
    on = "inside TLS" if carrier == "TLS" else f"on {carrier}"
    if carrier != "TLS" and carrier not in entry["transports"].split():
        return "carrier", f"{number} is not on {carrier}: its transports are {entry['transports']}"
    if not protocol:
        return "entry", f"{number} has no dissector {on}, so its payload cannot be recognised"
    if protocol == "tls":
        return "carrier", f"{number} has tls {on}, as any service may: a rule for what is inside is on TLS"
    if rule["content"] and CONTENTS[rule["content"]] != protocol:
        return "content", f"{rule['content']} is in payloads of {CONTENTS[rule['content']]}, but {number} has {protocol} {on}"
    return None


def load(directory):
    """(Catalog, problems); the catalog may be used only if there are no problems."""
    problems = []
    sheets = {name: sheet.read(os.path.join(directory, name + ".csv"), columns, problems)
              for name, columns in COLUMNS.items()}
    for name, checks in _cell_checks(sheets).items():
        _check_cells(sheets[name].rows, checks)
    _check_names(sheets)
    _check_entries(sheets)
    _check_references(sheets)
    check_releases.check(sheets)
    paths = [each.path for each in sheets.values()]
    problems.sort(key=lambda problem: (paths.index(problem.path), problem.line))
    return Catalog(*(each.rows for each in sheets.values())), problems


def _cell_checks(sheets):
    group = cells.name_in(sheets["groups"], "slug", "group")
    table = cells.name_in(sheets["tables"], "number", "table")
    role = cells.name_in(sheets["roles"], "name_en", "role")
    dissector = cells.optional(cells.name_in(sheets["dissectors"], "name", "dissector"))
    release = cells.name_in(sheets["releases"], "release", "release")
    entry = cells.pattern("[1-9][0-9]*[.][1-9][0-9]*", "table, a dot and row")
    transports = cells.list_of(cells.one_of(TRANSPORTS), len(TRANSPORTS))
    port = cells.port
    yes_or_no = cells.one_of(("yes", "no"))
    color = cells.pattern("#[0-9a-f]{6}", "# and six digits of 0-9 and a-f")
    return {
        "groups": {"slug": cells.pattern("[a-z0-9_]+", "a-z, 0-9 and _"), "name_en": cells.group_name, "name_ja": cells.group_name,
                   "background": color, "foreground": color},
        "tables": {"number": cells.number(1, MAX_TABLE), "slug": cells.pattern("[a-z0-9_]+", "a-z, 0-9 and _"),
                   "name_en": cells.table_name, "name_ja": cells.table_name, "rows": cells.number(0, MAX_NUMBER),
                   "ends": cells.optional(cells.one_of(ENDS)), "nodes_listen": yes_or_no, "changes_service": yes_or_no,
                   "between_clusters": yes_or_no, "group": group},
        "roles": {"name_en": cells.text, "name_ja": cells.text, "side": cells.one_of(SIDES)},
        "dissectors": {"name": cells.pattern("[a-z0-9_.-]+", "a-z, 0-9, _ . and -"), "description": cells.text},
        "releases": {"release": cells.pattern("[a-z0-9.]+", "a-z, 0-9 and dots"), "name": cells.text, "complete": yes_or_no, "document": cells.text},
        "entries": {"release": release, "table": table, "row": cells.number(1, MAX_NUMBER),
                    "service_en": cells.text, "service_ja": cells.text, "from": role, "to": role,
                    "bidirectional": yes_or_no, "protocol": cells.text,
                    "transports": transports,
                    "listener_ports": cells.optional(cells.list_of(port, MAX_PORTS)), "port_names": cells.optional(cells.list_of(cells.port_name, MAX_PORTS)),
                    "source_ports": cells.optional(cells.ports), "multicast": cells.optional(cells.list_of(cells.multicast_group, 2)),
                    "reach": cells.one_of(REACHES), "may_leave_host": yes_or_no, "configurable": yes_or_no, "distinctive": yes_or_no,
                    "answers": yes_or_no,
                    "dissector": dissector, "tls_dissector": dissector, "xcp": yes_or_no,
                    "begins_like": cells.optional(entry), "note_en": cells.text, "note_ja": cells.text, "document": cells.text},
        "paths": {"release": release, "table": table, "row": cells.number(1, MAX_NUMBER), "entry": entry, "from": role, "to": role,
                  "bidirectional": yes_or_no, "transports": transports,
                  "listener_ports": cells.optional(cells.list_of(port, MAX_PORTS)), "source_ports": cells.optional(cells.ports)},
        "facts": {"release": release, "entry": cells.optional(cells.list_of(entry, MAX_NUMBER)), "from": _anything, "to": _anything,
                  "protocol": _anything, "transports": cells.optional(transports),
                  "ports": cells.optional(cells.list_of(cells.ports, MAX_FACT_PORTS)), "source_ports": cells.optional(cells.ports),
                  "fact_en": _short_text, "fact_ja": _short_text, "source": cells.text},
        "applications": {"application": cells.pattern("[a-z0-9]+", "a-z and 0-9"), "entry": entry},
        "rules": {"entry": entry, "carrier": cells.one_of(CARRIERS), "nodes": cells.one_of(NODES),
                  "content": cells.optional(cells.one_of(tuple(CONTENTS)))},
    }


def _anything(cell):
    return None


def _short_text(cell):
    return cells.text(cell) or (f"has {len(cell)} letters, at most {MAX_FACT} fit a line" if len(cell) > MAX_FACT else None)


def _check_cells(rows, checks):
    for row in rows:
        for column, check in checks.items():
            reason = cells.form(row[column]) or check(row[column])
            if reason and row[column] == "" and column.endswith(("_en", "_ja")):
                reason = "is empty, every name and note needs English and Japanese"
            if reason:
                row.blame(column, reason)


# Rows: the cells of a row together, then rows against each other.

def _check_names(sheets):
    for name, columns in (("groups", ("slug", "name_en", "name_ja", "background")),
                          ("tables", ("number", "slug", "name_en", "name_ja")),
                          ("roles", ("name_en", "name_ja")), ("dissectors", ("name",)), ("releases", ("release", "name")),
                          ("applications", ("application",))):
        for column in columns:
            _check_unique(sheets[name].rows, column, column)
    _check_order(sheets["tables"].rows, ("number",))
    for row in sheets["roles"].rows[MAX_NUMBER + 1:]:
        row.blame("name_en", f"more than {MAX_NUMBER + 1} roles")
    _check_bits(sheets["dissectors"].rows)


def _check_bits(dissectors):
    """Every dissector has a bit of its own, under a name of its own in C."""
    first = {}
    for row in dissectors:
        if row.fine("name"):
            earlier = first.setdefault(protocol_constant(row["name"]), row)
            if earlier is not row:
                row.blame("name", f'is {protocol_constant(row["name"])} in C, as "{earlier["name"]}" in line '
                                  f'{earlier.line("name")} is')
    for row in dissectors[MAX_PROTOCOLS:]:
        row.blame("name", f"more than {MAX_PROTOCOLS} dissectors, the plugin has no bit for another")


def _check_entries(sheets):
    entries = sheets["entries"].rows
    sides = {row["name_en"]: row["side"] for row in sheets["roles"].rows}
    for row in entries:
        _check_ports(row)
        _check_tls(row)
        _check_answers(row)
        _check_multicast(row)
        _check_reach(row, sides)
    _check_unique(entries, "row", "release", "table", "row")
    _check_unique(entries, "service_en", "release", "service_en")
    _check_unique(entries, "service_ja", "release", "service_ja")
    _check_port_names(entries)
    for release in _check_releases(entries):
        _check_order([row for row in entries if row["release"] == release], ("table", "row"))
    if sheets["entries"].complete and all(row.fine("release", "table", "row") for row in entries):
        _check_counts([row for row in entries if row["release"] == BASE_RELEASE], sheets["tables"].rows)


def _check_ports(row):
    ports = [column for column in ("listener_ports", "source_ports") if row[column]]
    if not row.fine("transports", *ports):
        return
    if "ICMP" in row["transports"].split():
        for column in ports:
            row.blame(column, "ICMP has no ports")
    elif not row["listener_ports"] and (not row["source_ports"] or "-" in row["source_ports"]):
        row.blame("listener_ports", "is empty and so is source_ports, only ICMP goes without")


def port_names(row):
    """[(port, "tcp" or "udp", name)] of a row of entries.csv; the name is empty where IANA's stays."""
    ports = row["listener_ports"].split()
    names = ["" if name == cells.NO_PORT_NAME else name for name in row["port_names"].split()] or [""] * len(ports)
    carriers = sorted({"udp" if transport == "UDP" else "tcp" for transport in row["transports"].split()})
    return [(port, carrier, name) for port, name in zip(ports, names) for carrier in carriers]


def _check_port_names(rows):
    """A port has one name wherever it stands, and in a release a name has one port."""
    names, ports = {}, {}
    for row in rows:
        if not row.fine("transports", "listener_ports", "port_names"):
            continue
        if row["port_names"] and len(row["port_names"].split()) != len(row["listener_ports"].split()):
            row.blame("port_names", f'is "{row["port_names"]}" for the ports "{row["listener_ports"]}": a name for each, or -')
            continue
        for port, carrier, name in port_names(row):
            earlier = names.setdefault((port, carrier), (name, row))
            if earlier[0] != name:
                row.blame("port_names", f"{port}/{carrier} is \"{name}\" here and \"{earlier[0]}\" in line {earlier[1].line('port_names')}")
            elif name:
                other = ports.setdefault((row["release"], name), (port, row))
                if other[0] != port:
                    row.blame("port_names", f'"{name}" is {port} here and {other[0]} in line {other[1].line("port_names")}')


def _check_tls(row):
    if row["tls_dissector"] and row.fine("transports", "dissector", "tls_dissector"):
        if "TLS" not in row["transports"].split() and row["dissector"] != "tls":
            row.blame("tls_dissector", "nothing is inside TLS here: transports has no TLS, dissector is not tls")


def _check_answers(row):
    if row["answers"] == "no" and row.fine("transports", "answers") and "UDP" not in row["transports"].split():
        row.blame("answers", f"is no, but over {row['transports']} there is always an answer: only what is on UDP may go without")


def _check_multicast(row):
    if row["multicast"] and row.fine("transports", "multicast"):
        versions = [ipaddress.ip_address(group).version for group in row["multicast"].split()]
        if len(set(versions)) < len(versions):
            row.blame("multicast", "names two groups of one IP version")
        if "UDP" not in row["transports"].split():
            row.blame("multicast", f"goes over UDP, and transports is {row['transports']}")


def _check_reach(row, sides):
    for column in ("from", "to"):
        if row["reach"] in ("localhost", "cluster") and sides.get(row[column]) == "outside":
            row.blame("reach", f'is {row["reach"]}, but "{row[column]}" is outside the cluster')


def _check_unique(rows, column, *identity):
    """Blames the column where all cells of the identity are those of an earlier row."""
    first = {}
    for row in rows:
        if row.fine(*identity):
            earlier = first.setdefault(tuple(row[each] for each in identity), row)
            if earlier is not row:
                same = ", ".join(f"{each} {row[each]}" for each in identity)
                row.blame(column, f"{same}: line {earlier.line(column)} has the same")


def _check_releases(rows):
    """The releases, whose rows have to stand together."""
    seen = []
    for row in rows:
        if row["release"] not in seen:
            seen.append(row["release"])
        elif row["release"] != seen[-1]:
            row.blame("release", f"the other rows of {row['release']} stand further up, keep a release together")
    return seen


def _check_order(rows, columns):
    highest = ()
    for row in rows:
        if row.fine(*columns):
            numbers = tuple(int(row[column]) for column in columns)
            if numbers < highest:
                before, here = (".".join(map(str, each)) for each in (highest, numbers))
                row.blame(columns[-1], f"{here} stands below {before}, rows keep the order of the document")
            highest = max(highest, numbers)


def _check_counts(entries, tables):
    """In the base release no row of a table is missing."""
    present = {(row["table"], int(row["row"])) for row in entries}
    for row in entries:
        before = int(row["row"]) - 1
        if before and (row["table"], before) not in present:
            row.blame("row", f"{row['table']}.{row['row']} without a {row['table']}.{before}")
    for table in tables:
        count = sum(number == table["number"] for number, _ in present)
        if table.fine("number", "rows") and count != int(table["rows"]):
            table.blame("rows", f"is {table['rows']}, but entries.csv has {count} of table {table['number']}")


# What names entries by their number.

def _check_references(sheets):
    rows = sheets["entries"].rows
    if not sheets["entries"].complete or not all(row.fine("table", "row") for row in rows):
        return      # a number may be that of a row with a mistake
    entries, of_release = {}, {}
    for row in rows:
        entries.setdefault(entry_number(row), []).append(row)
        of_release.setdefault(row["release"], {}).setdefault(entry_number(row), []).append(row)
    for row in rows:
        _check_xcp(row)
        if all(each.fine("release") for each in rows):
            _check_each_reference([row], "begins_like", of_release[row["release"]], _check_begins_like, f"the list of {row['release']}")
    _check_each_reference(sheets["applications"].rows, "entry", entries, _check_application)
    _check_each_reference(sheets["rules"].rows, "entry", entries, _check_rule)
    _check_unique(sheets["rules"].rows, "entry", *COLUMNS["rules"])


def _check_each_reference(rows, column, entries, check, where="entries.csv"):
    """Calls check(row, entry of each release) with the entry that the column names, if nothing is wrong with any so far."""
    for row in rows:
        named = entries.get(row[column], [])
        if row[column] and row.fine(column) and not named:
            row.blame(column, f'"{row[column]}": unknown entry, {where} does not have it')
        elif named and row.fine(column, "dissector", "carrier", "content") and all(
                entry.fine("transports", "dissector", "tls_dissector") for entry in named):
            check(row, named)


def _check_xcp(row):
    if row["xcp"] == "yes" and row.fine("dissector") and row["dissector"] != "xmpp":
        row.blame("xcp", "is yes, but XCP is spoken in XMPP and dissector is not xmpp")


def _check_begins_like(row, named):
    other = named[0]
    if other is row:
        row.blame("begins_like", "is the entry itself")
    elif other["dissector"] != "rmi" or row["dissector"] != "rmi":
        row.blame("begins_like", "only a call of RMI shows later which of the two it is, so dissector is rmi in both")


def _check_application(row, named):
    if not any(protocol_on(entry, "TLS") == "http" for entry in named):
        row.blame("entry", f"is no web service: {row['entry']} does not have http inside TLS")


def _check_rule(row, named):
    """A rule is for the releases that it fits; one that fits none is a mistake, and the first of them says which."""
    misfits = [rule_misfit(row, entry) for entry in named]
    if all(misfits):
        row.blame(*misfits[0])

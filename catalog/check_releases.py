# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks what belongs to several releases of the list: their names, what a document lists once more, and facts."""

BASE_RELEASE = "base"       # the first; its rows are counted in tables.csv
MAX_HEURISTICS = 64         # IMPSVC_NUMBERED_COUNT of plugin/wireshark/numbered.h: one for each table and carrier


def check(sheets):
    _check_releases(sheets)
    _check_facts(sheets["facts"].rows, sheets)
    _check_heuristics(sheets["tables"].rows, sheets["entries"].rows)
    entries = sheets["entries"].rows
    _check_numbers(entries)
    if sheets["entries"].complete and all(row.fine("release", "table", "row", "transports", "listener_ports") for row in entries):
        _check_paths(sheets["paths"].rows, {(row["release"], f"{row['table']}.{row['row']}"): row for row in entries},
                     {row["name_en"] for row in sheets["roles"].rows if row["side"] == "outside"})


def _check_releases(sheets):
    releases = sheets["releases"].rows
    if sheets["releases"].complete and releases and releases[0]["release"] != BASE_RELEASE:
        releases[0].blame("release", f'is "{releases[0]["release"]}", but the first release is {BASE_RELEASE}')
    if not all(row.fine("release", "complete") for row in releases):
        return
    complete = {row["release"]: row for row in releases if row["complete"] == "yes"}
    for name in ("entries", "paths"):
        for row in sheets[name].rows:
            if row.fine("release") and row["release"] not in complete:
                row.blame("release", f"of {row['release']} only parts are known (releases.csv): what is known of it belongs into facts.csv")
    if sheets["entries"].complete:
        used = {row["release"] for row in sheets["entries"].rows}
        for name, row in complete.items():
            if name not in used:
                row.blame("complete", f"is yes, but entries.csv has no row of {name}")


def _check_numbers(entries):
    """A number is the same service in all releases: filters, rules and comparisons go by it."""
    first = {}
    for row in entries:
        if not row.fine("release", "table", "row"):
            continue
        earlier = first.setdefault((row["table"], row["row"]), row)
        for column in ("service_en", "service_ja"):
            if row.fine(column) and earlier.fine(column) and row[column] != earlier[column]:
                row.blame(column, f"{row['table']}.{row['row']} is \"{row[column]}\" here and \"{earlier[column]}\" in line {earlier.line(column)}: "
                                  "a number is the same service in all releases, so another service has another row")
                break


def _check_heuristics(tables, entries):
    """The plugin has a function for each heuristic, and says only when Wireshark starts that there are too few."""
    found = {(row["table"], carrier) for row in entries for carrier in [*row["transports"].split(), *(["TLS"] if row["tls_dissector"] else [])]}
    if len(found) > MAX_HEURISTICS:
        tables[-1].blame("number", f"the releases' tables have {len(found)} carriers together, the plugin has {MAX_HEURISTICS} heuristics for them")


def _check_paths(paths, entries, outside):
    """Each is a printed row that no entry is, of an entry of its release, on ports that the entry has."""
    first = {}
    for row in paths:
        if not row.fine("release", "table", "row", "entry", "from", "to"):
            continue
        own = entries.get((row["release"], f"{row['table']}.{row['row']}"))
        if own is not None and f"{row['table']}.{row['row']}" != row["entry"]:
            row.blame("row", f"{row['table']}.{row['row']} is an entry of its own: entries.csv, line {own.line('row')}")
        earlier = first.setdefault(tuple(row[column] for column in ("release", "table", "row", "entry", "from", "to")), row)
        if earlier is not row:
            row.blame("row", f"line {earlier.line('row')} has the same entry and ends")
        if row.fine("from", "to") and {row["from"], row["to"]} <= outside:
            row.blame("to", f'is outside the cluster, as "{row["from"]}" is: no node has to do with that')
        _check_path(row, entries.get((row["release"], row["entry"])))
    _check_order(paths)


def _check_path(row, entry):
    if entry is None:
        row.blame("entry", f'"{row["entry"]}": {row["release"]} has no such entry')
        return
    for column, what in (("transports", "transports"), ("listener_ports", "ports")):
        if row.fine(column) and not set(row[column].split()) <= set(entry[column].split()):
            row.blame(column, f"is {row[column]}, but {row['entry']} has {entry[column] or 'none'}: entries.csv, line {entry.line(column)}. "
                              f"A service with other {what} is another entry")
    if row.fine("source_ports") and entry.fine("source_ports") and row["source_ports"] and entry["source_ports"]:
        (first, last), (least, most) = map(_ends, (row["source_ports"], entry["source_ports"]))
        if not least <= first <= last <= most:
            row.blame("source_ports", f"is {row['source_ports']}, but requests of {row['entry']} come from {entry['source_ports']}: "
                                      f"entries.csv, line {entry.line('source_ports')}")
    if row.fine("listener_ports") and not row["listener_ports"] and entry["listener_ports"]:
        row.blame("listener_ports", f"is empty, but {row['entry']} has {entry['listener_ports']}: entries.csv, line {entry.line('listener_ports')}")


def _ends(ports):
    first, _, last = ports.partition("-")
    return int(first), int(last or first)


def _check_order(paths):
    highest = {}
    for row in paths:
        if row.fine("release", "table", "row"):
            place = (int(row["table"]), int(row["row"]))
            if place < highest.get(row["release"], place):
                row.blame("row", f"{place[0]}.{place[1]} stands below {highest[row['release']][0]}.{highest[row['release']][1]}, "
                                 "rows keep the order of the document")
            highest[row["release"]] = max(place, highest.get(row["release"], place))


def _check_facts(facts, sheets):
    """They are of releases without a list; two of one release do not say different things of the same."""
    complete = {row["release"] for row in sheets["releases"].rows if row["complete"] == "yes" and row.fine("complete")}
    numbers = {f"{row['table']}.{row['row']}" for row in sheets["entries"].rows}
    first = {}
    for row in facts:
        if row.fine("release") and row["release"] in complete:
            row.blame("release", f"{row['release']} has a complete list, which entries.csv is: a fact of it belongs there")
        if row.fine("entry") and sheets["entries"].complete:
            for number in row["entry"].split():
                if number not in numbers:
                    row.blame("entry", f'"{number}": unknown entry, entries.csv does not have it')
        if row.fine("transports", "ports") and row["ports"] and not row["transports"]:
            row.blame("transports", "is empty, but there are ports")
        if row.fine("release", "entry", "transports", "ports"):
            same = tuple(row[column] for column in ("release", "entry", "from", "to", "transports", "ports"))
            earlier = first.setdefault(same, row)
            if earlier is not row:
                row.blame("fact_en", f"{row['release']}: line {earlier.line('fact_en')} says something of the same entry, ends and ports"
                                     + (", and something else" if earlier["fact_en"] != row["fact_en"] else ""))

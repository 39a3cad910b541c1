# The matrix of a report: for each service and each host that offers it, how the worst of its paths went.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from typing import NamedTuple

import results
from paths import entry_order
from report_hosts import split

WIDEST = 14     # hosts side by side; on paper there is no room for more


class Cell(NamedTuple):
    key: str        # the worst result
    bad: int        # paths that have it
    paths: int


class Matrix(NamedTuple):
    hosts: list     # columns
    rows: list      # (entry, service, a cell or None for each host)


def of_rows(rows, key_of, hosts):
    """The matrices, with so many hosts each, of all services and hosts that were seen."""
    seen = [row for row in rows if key_of(row) != "not-seen"]
    listeners, entries = {split(row["to"])[0] for row in seen}, {row["entry"] for row in seen}
    services, cells = {}, {}
    for row in rows:
        if split(row["to"])[0] not in listeners or row["entry"] not in entries:
            continue
        services.setdefault(row["entry"], row["service"])
        cells.setdefault((row["entry"], split(row["to"])[0]), []).append(key_of(row))
    columns = sorted({host for _, host in cells}, key=hosts.order)
    order = sorted(services, key=entry_order)
    number = -(-len(columns) // WIDEST)
    bounds = [len(columns) * each // number for each in range(number + 1)] if number else []
    return [_of_hosts(columns[first:end], order, services, cells, hosts) for first, end in zip(bounds, bounds[1:])]


def _of_hosts(columns, order, services, cells, hosts):
    rows = [(entry, services[entry], [_cell(cells.get((entry, host))) for host in columns]) for entry in order]
    return Matrix([hosts.of(host) for host in columns], [row for row in rows if any(row[2])])


def _cell(keys):
    if not keys:
        return None
    worst = results.worst(keys)
    return Cell(worst, keys.count(worst), len(keys))

# What a report says of one capture: sorted and grouped here, said in the templates of report/.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import NamedTuple

import check_screen
import report_matrix
import results
from paths import entry_order, is_blocked
from report_hosts import Hosts, is_address, split


class Path(NamedTuple):
    key: str            # the result
    row: dict           # as the check has it
    listener: object    # a host
    initiator: object
    port: str
    by: object          # the host that stops it, if it is one


@dataclass
class Group:
    """Paths of one service and port with the same result."""
    key: str
    entry: str
    service: str
    port: str
    transport: str
    paths: list = field(default_factory=list)

    @property
    def size(self):
        return len(self.paths)

    @property
    def lanes(self):
        """(initiator, its listeners), which is shorter than all the pairs."""
        lanes = {}
        for path in self.paths:
            lanes.setdefault(path.initiator, []).append(path.listener)
        return lanes.items()


class Marking(NamedTuple):
    """DSCP of a service; the values of each way."""
    entry: str
    service: str
    to: list
    back: list


class Section:
    """Of one capture. number stands in its anchors."""

    def __init__(self, number, paths, reader):
        self.number, self.paths, self.begin, self.rules = number, paths, reader.exposed.begin, reader.rules
        self.hosts = Hosts(paths.configured, paths.found.nodes)
        self.exposures = reader.exposed.of_rows(paths.rows)
        self.exposed = {id(row) for one in self.exposures if one.kind != "impsvc.cleartext" for row in one.rows}
        every = [self._path(row) for row in paths.rows]
        self.blocked = [path for path in every if is_blocked(path.row)]
        self.others = grouped(path for path in every if not is_blocked(path.row) and path.key != "not-seen")
        self.not_seen = grouped(path for path in every if path.key == "not-seen")
        self.matrices = report_matrix.of_rows(paths.rows, self.key_of, self.hosts)
        self.marked, self.unmarked = markings(paths.rows)

    def _path(self, row):
        listener, port = split(row["to"])
        by = self.hosts.of(row["by"]) if is_address(row["by"] or "") else None
        return Path(self.key_of(row), row, self.hosts.of(listener), self.hosts.of(row["from"]), port, by)

    def key_of(self, row):
        """The result of a row; an open one that others should not reach has its own."""
        key = results.key_of(row["result"])
        return "exposed" if key == "open" and id(row) in self.exposed else key

    @property
    def results(self):
        """Those that are in it, the worst first."""
        keys = {self.key_of(row) for row in self.paths.rows}
        return [one for one in results.RESULTS if one.key in keys]

    @property
    def when(self):
        """When the capture began, in a time zone that all readers share."""
        try:
            return f"{datetime.fromtimestamp(float(self.begin), timezone.utc):%Y-%m-%d %H:%M} UTC" if self.begin else ""
        except (ValueError, OverflowError, OSError):    # a capture may have any time
            return ""

    def facts(self, say):
        """How much there is, in a line."""
        return check_screen.facts(self.paths, say)

    @property
    def open_exposures(self):
        return sum(one.is_open for one in self.exposures)


def grouped(paths):
    """Groups in the order of the list, those of the worst results first."""
    groups = {}
    for path in paths:
        row = path.row
        key = (path.key, row["entry"], path.port, row["transport"])
        groups.setdefault(key, Group(path.key, row["entry"], row["service"], path.port, row["transport"] or "")).paths.append(path)
    return list(groups.values())


def markings(rows):
    """(services with a DSCP other than CS0, services of which all packets have that)."""
    services = {}
    for row in rows:
        to, back = (set(filter(None, (row[way] or "").split(", "))) for way in ("dscp_to", "dscp_back"))
        if to or back:
            seen = services.setdefault(row["entry"], (row["service"], set(), set()))
            seen[1].update(to)
            seen[2].update(back)
    all_of_them = [Marking(entry, service, sorted(to), sorted(back))
                   for entry, (service, to, back) in sorted(services.items(), key=lambda item: entry_order(item[0]))]
    marked = [one for one in all_of_them if {*one.to, *one.back} - {"CS0"}]
    return marked, [one for one in all_of_them if one not in marked]

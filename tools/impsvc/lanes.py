# A service of the port list as a firewall sees it: between whom, which way, on which ports, from which ports.
#
# Processes of a node are one host to a firewall: a role of the cluster is a node. Publisher and subscriber are nodes, too, but not every
# node is one.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from typing import NamedTuple

NODE = ""       # what any process on any node counts as


class Lane(NamedTuple):
    entry: str
    service: str
    initiator: str          # a host's role
    listener: str
    initiator_name: str     # as the list has it, in the user's language
    listener_name: str
    both_ways: bool
    transports: tuple
    ports: str
    source_ports: str
    inside_node: bool

    @property
    def ends(self):
        """The two hosts, whichever connects."""
        return {self.initiator, self.listener}

    @property
    def ways(self):
        """(initiator, listener) of each direction."""
        return [(self.initiator, self.listener), *([(self.listener, self.initiator)] if self.both_ways else [])]

    @property
    def transport(self):
        return " ".join(self.transports)


class Roles:
    """The roles of the list: their names, and what they are to a firewall."""

    def __init__(self, rows, say):
        self.language = say.language
        self.names = {row["name_en"]: row["name_" + say.language] for row in rows}
        self.nodes = {row["name_en"] for row in rows if row["side"] == "cluster"}
        self.in_cluster = {NODE, *(row["name_en"] for row in rows if row["side"] not in ("cluster", "outside"))}

    def lane(self, entry, row, own=None):
        """Of a row of entries.csv or, with the entry's own, of paths.csv."""
        return Lane(entry, own.service if own else row["service_" + self.language], *(self._host(row[end]) for end in ("from", "to")),
                    *(self.names[row[end]] for end in ("from", "to")), row["bidirectional"] == "yes", tuple(row["transports"].split()),
                    row["listener_ports"], row["source_ports"], own is None and row["reach"] == "localhost")

    def _host(self, role):
        return NODE if role in self.nodes else role

    def are_covered(self, way, wide):
        """Whether a direction is allowed where another one is."""
        return all(there == here or there == NODE and here in self.in_cluster for here, there in zip(way, wide))


class Service:
    """An entry in one release: its own row, and those where the document repeats it for other ends."""

    def __init__(self, own, roles):
        self.own, self.others, self.roles = own, [], roles

    def between_hosts(self):
        return [lane for lane in (self.own, *self.others) if not lane.inside_node]

    def needed(self):
        """The same without those that another one allows anyway: the same way, to the same ports, from any port."""
        mine = self.between_hosts()
        return [lane for lane in mine if not any(wide is not lane and not wide.source_ports and wide.ports == lane.ports
                                                 and all(any(self.roles.are_covered(way, each) for each in wide.ways) for way in lane.ways)
                                                 and (wide.ends != lane.ends or lane.source_ports) for wide in mine)]

    def covers(self, lane):
        """Whether whoever may use this service may use it in all directions of a lane."""
        wide = [way for each in self.between_hosts() for way in each.ways]
        return all(any(self.roles.are_covered(way, each) for each in wide) for way in lane.ways)

    def like(self, lane):
        """Its lane between the same ends, or the one that a lane is part of; None if there is none."""
        mine = self.between_hosts()
        parts = [each for each in mine if any(self.roles.are_covered(lane.ways[0], way) for way in each.ways)]
        return next((each for each in mine if each.ends == lane.ends), parts[0] if parts else None)


def of_release(catalog, release, roles):
    """{entry: Service} of a release."""
    services = {}
    for row in catalog.entries:
        if row["release"] == release:
            entry = f"{row['table']}.{row['row']}"
            services[entry] = Service(roles.lane(entry, row), roles)
    for row in catalog.paths:
        if row["release"] == release:
            service = services[row["entry"]]
            service.others.append(roles.lane(row["entry"], row, service.own))
    return services

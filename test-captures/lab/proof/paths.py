# SPDX-License-Identifier: GPL-2.0-or-later
"""Paths: who needs to reach whom, over what, for which entry of the port list; and what one has to send for them."""
import csv
import functools
import ipaddress
from dataclasses import dataclass
from pathlib import Path

import topology
from proof import routed

CATALOG = Path(__file__).resolve().parents[3] / "catalog" / "entries.csv"
CARRIER = {"TCP": "TCP", "TLS": "TCP", "UDP": "UDP", "ICMP": "ICMP"}
TRAP_PORT = 10162  # for entries that have a fixed source port, and any port at the listener


@dataclass(frozen=True, order=True)
class Path:
    entry: str
    transport: str  # TCP, UDP or ICMP, as a firewall sees it
    initiator: str  # addresses
    listener: str
    port: int  # the listener's; 0 for any, or none
    source_port: int = 0  # the initiator's, if the list says so

    def __str__(self):
        source = f" from its port {self.source_port}" if self.source_port else ""
        to = f"{self.transport} {self.port}" if self.port else f"{self.transport}, any port" if source else self.transport
        return (f"{self.entry}: {name(self.initiator)} ({self.initiator}){source} to {name(self.listener)} "
                f"({self.listener}), {to}")

    @property
    def version(self):
        return ipaddress.ip_address(self.initiator).version

    @property
    def target(self):
        """A port that may be tried."""
        return self.port or TRAP_PORT

    def goes_where(self, other):
        """Whether nothing but the entry tells them apart."""
        return (self.transport, self.initiator, self.listener, self.port, self.source_port) == (
            other.transport, other.initiator, other.listener, other.port, other.source_port)

    def turned(self):
        """The same conversation, begun by the other end: with two fixed ports nobody can tell one from the other."""
        ends = {(self.initiator, self.source_port), (self.listener, self.target)}
        return (self.transport, frozenset(ends))


def name(address):
    return NAMES.get(address, address)


NAMES = {address: host.name for host in routed.hosts() for address in topology.addresses(host)}


@functools.cache
def catalog():
    """{entry: its row of the catalog}, of base, which the plugin takes if nobody chooses another list"""
    with CATALOG.open(encoding="utf-8", newline="") as handle:
        return {f"{row['table']}.{row['row']}": row for row in csv.DictReader(handle) if row["release"] == "base"}


def source_ports():
    return {entry: int(row["source_ports"] or 0) for entry, row in catalog().items()}


def planned(rows):
    """The paths among the rows of a check: each transport is one, as it is a rule of its own."""
    fixed = source_ports()
    return sorted(Path(entry, CARRIER[transport], initiator, *split(to), fixed[entry])
                  for entry, initiator, to, transports in rows for transport in transports.split(", "))


def split(to):
    """Address and port of "10.10.1.11:5060", "[2001:db8:10::1:11]:5060", or of an address alone."""
    if to.startswith("["):
        address, _, port = to[1:].rpartition("]:")
    elif to.count(":") == 1:
        address, port = to.split(":")
    else:
        address, port = to, "0"
    return address, int(port)


def results(rows):
    """{path: result} of a check's rows. Where several rows say something of a path, all of it: "open, no answer"."""
    told = {}
    for (entry, initiator, to, transports), (result, _) in rows.items():
        for transport in transports.split(", "):
            key = (entry, CARRIER[transport], initiator, *split(to))
            told.setdefault(key, set()).add(result)
    return {key: ", ".join(sorted(words)) for key, words in told.items()}


def result(told, path):
    """What a check says of a path that was tried."""
    return told.get((path.entry, path.transport, path.initiator, path.listener, path.target if path.transport != "ICMP" else 0),
                    "not seen")


def is_due(path):
    """Whether silence says that a path is blocked: a connection has an answer, a datagram only if the port list says so."""
    return path.transport != "UDP" or catalog()[path.entry]["answers"] == "yes"


def rounds(paths):
    """The paths in as few lists as it takes for no two of a list to be the same conversation."""
    lists = []
    for path in paths:
        for one in lists:
            if path.source_port == 0 or path.turned() not in one[1]:
                break
        else:
            one = ([], set())
            lists.append(one)
        one[0].append(path)
        one[1].add(path.turned())
    return [one[0] for one in lists]

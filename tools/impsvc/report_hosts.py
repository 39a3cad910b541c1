# The hosts of a report: what the check calls them, what the user does, and their order.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import ipaddress
import re
from typing import NamedTuple

WITH_PORT = re.compile(r"\[(.*)\]:(\d+)|([^:]*):(\d+)")       # [2001:db8::1]:7400, 10.1.0.11:7400, 10.1.0.0/24:7400

ROLE_OF_NODE = "IM and Presence"


class Host(NamedTuple):
    address: str        # or a prefix
    name: str = ""


class Hosts:
    """Names of hosts, from the rows of the user's table of nodes: address, role, name."""

    def __init__(self, configured, learned):
        self.names = {in_short(address): " ".join(name[:1]) for address, _, *name in configured}
        self.nodes = {*(in_short(address) for address, role, *_ in configured if role.startswith(ROLE_OF_NODE)),
                      *(in_short(address) for address, _ in learned)}

    def of(self, address):
        return Host(address, self.names.get(in_short(address), ""))

    def order(self, address):
        """Nodes first, then by address; what is no address comes last."""
        try:
            number = ipaddress.ip_network(address, strict=False)
        except ValueError:
            return True, 9, b"", address
        return in_short(address) not in self.nodes, number.version, number.network_address.packed, address


def in_short(address):
    """An address as the plugin writes it."""
    try:
        return ipaddress.ip_network(address, strict=False).compressed if "/" in address else ipaddress.ip_address(address).compressed
    except ValueError:
        return address


def is_address(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def split(listener):
    """(host, port) of what the check has in its column To; without a port, as with ICMP, that is empty."""
    found = WITH_PORT.fullmatch(listener)
    return (found[1] or found[3], found[2] or found[4]) if found else (listener, "")

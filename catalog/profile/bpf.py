# SPDX-License-Identifier: GPL-2.0-or-later
"""Capture filters for entries of the catalog, in libpcap's language.

A port is asked for at either end: requests and replies are wanted both. Of an
entry without listener port (12.7) the source port is asked for. TLS is TCP here.
"""

# The first fragment has the ports; the others have an offset (IPv4) or stand behind a fragment header (IPv6).
FRAGMENTS = "ip[6:2] & 0x1fff != 0 or ip6[6] == 44"


def of_entries(entries):
    """What selects the packets of these rows of entries.csv, but for fragments after the first and VLAN tags."""
    ports = {"tcp": set(), "udp": set()}
    icmp = False
    for row in entries:
        numbers = {int(port) for port in (row["listener_ports"] or row["source_ports"]).split()}
        for transport in row["transports"].split():
            if transport == "ICMP":
                icmp = True
            else:
                ports["udp" if transport == "UDP" else "tcp"] |= numbers
    parts = [f"({carrier} and ({' or '.join(map(_port, _ranges(numbers)))}))"
             for carrier, numbers in ports.items() if numbers]
    return " or ".join(parts + ["icmp or icmp6"] * icmp)


def with_fragments(expression):
    return f"{expression} or {FRAGMENTS}"


def with_tags(expression):
    """The same, also behind one VLAN tag, or two. "vlan" moves what follows it, so it comes last."""
    return f"{expression} or (vlan and ({expression} or (vlan and ({expression}))))"


def _ranges(numbers):
    """(first, last) of each run of numbers."""
    runs = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _port(run):
    first, last = run
    return f"port {first}" if first == last else f"portrange {first}-{last}"

# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's hosts: who they are, what they are called and where they live.

Three IM and Presence clusters (alpha, bravo, charlie) and the systems around them, all on one link. Addresses are
private (10.10.0.0/16) and documentation ones (2001:db8:10::/64); names end in `.example`, which nobody can register.
Behind the NAT gateway there is a second link (192.168.77.0/24, IPv4 only), which nothing records.
"""
import ipaddress
from dataclasses import dataclass

PREFIX4 = 16
PREFIX6 = 64


@dataclass(frozen=True)
class Host:
    name: str  # short name, as recordings and flows.csv use it
    ipv4: str
    domain: str
    role: str  # the catalog's role name, for the reader and for the plugin's node table
    behind: str = ""  # the NAT gateway that hides it, if one does

    @property
    def ipv6(self):
        """The last two groups repeat the last two IPv4 bytes, so that a reader recognises a host in either."""
        _, _, third, fourth = self.ipv4.split(".")
        return f"2001:db8:10::{third}:{fourth}"

    @property
    def mac(self):
        """Locally administered, made of the IPv4 address: the same in every recording."""
        return "02:00:" + ":".join(f"{byte:02x}" for byte in ipaddress.ip_address(self.ipv4).packed)

    @property
    def fqdn(self):
        return f"{self.name}.{self.domain}"


HOSTS = {
    host.name: host
    for host in (
        Host("imp-pub", "10.10.1.11", "alpha.example", "IM and Presence publisher"),
        Host("imp-sub", "10.10.1.12", "alpha.example", "IM and Presence subscriber"),
        Host("cucm", "10.10.1.10", "alpha.example", "Cisco Unified Communications Manager"),
        Host("imp-pub-b", "10.10.2.11", "bravo.example", "IM and Presence publisher"),
        Host("imp-sub-b", "10.10.2.12", "bravo.example", "IM and Presence subscriber"),
        Host("imp-pub-c", "10.10.6.11", "charlie.example", "IM and Presence publisher"),
        Host("imp-sub-c", "10.10.6.12", "charlie.example", "IM and Presence subscriber"),
        Host("directory", "10.10.3.10", "alpha.example", "External corporate directory"),
        Host("exchange", "10.10.3.20", "alpha.example", "Microsoft Exchange"),
        Host("sip-gateway", "10.10.3.30", "alpha.example", "SIP Gateway"),
        Host("files", "10.10.3.22", "alpha.example", "Endpoint"),
        Host("dns", "10.10.3.53", "alpha.example", "DNS server"),
        Host("database", "10.10.3.54", "alpha.example", "PostgreSQL database"),
        Host("ntp", "10.10.3.123", "alpha.example", "NTP server"),
        Host("snmp-manager", "10.10.3.161", "alpha.example", "SNMP server"),
        Host("trap-monitor", "10.10.3.162", "alpha.example", "SNMP trap monitor"),
        Host("gateway", "10.10.3.254", "alpha.example", "Gateway"),
        Host("rtmt", "10.10.4.10", "alpha.example", "RTMT"),
        Host("browser", "10.10.4.20", "alpha.example", "Browser"),
        Host("jabber", "10.10.4.21", "alpha.example", "XMPP client"),
        Host("web-client", "10.10.4.22", "alpha.example", "Third-party BOSH client"),
        Host("other-client", "10.10.4.23", "alpha.example", "Third-party client"),
        Host("nat", "10.10.5.1", "alpha.example", ""),
        Host("home-1", "192.168.77.11", "home.example", "XMPP client", behind="nat"),
        Host("home-2", "192.168.77.12", "home.example", "XMPP client", behind="nat"),
        Host("home-3", "192.168.77.13", "home.example", "Third-party client", behind="nat"),
        # These have no part in any table.
        Host("bystander", "10.10.9.9", "alpha.example", ""),
        Host("office", "10.10.9.20", "delta.example", ""),
        Host("office-2", "10.10.9.21", "echo.example", ""),
        Host("phone", "10.10.9.30", "delta.example", ""),
        Host("scanner", "10.10.9.66", "alpha.example", ""),
        Host("silent", "10.10.9.70", "alpha.example", ""),
        Host("talkative", "10.10.9.71", "alpha.example", ""),
    )
}


INNER_PREFIX4 = 24
INNER_GATEWAY = "192.168.77.1"


def addresses(host):
    """The addresses a host has on the recorded wire; behind a NAT gateway, none."""
    return set() if host.behind else {host.ipv4, host.ipv6}


def visible():
    """The hosts that have an address on the recorded wire."""
    return [host for host in HOSTS.values() if not host.behind]


def hosts_file():
    """All hosts in /etc/hosts format; Wireshark reads the same format."""
    lines = [f"{address}\t{host.fqdn} {host.name}" for host in visible() for address in (host.ipv4, host.ipv6)]
    return "\n".join(lines) + "\n"


def own_hosts_file(host):
    """What stands in a host's own /etc/hosts: itself. Everything else it asks the DNS server for."""
    itself = "".join(f"{address} {host.fqdn} {host.name}\n" for address in sorted(addresses(host)) or [host.ipv4])
    return f"127.0.0.1 localhost\n::1 localhost\n{itself}"

# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's hosts: who they are, what they are called and where they live.

Three IM and Presence clusters (alpha, bravo, charlie) and the systems around them, all on one link. Addresses are
private (10.10.0.0/16) and documentation ones (2001:db8:10::/64); names end in `.example`, which nobody can register.
Behind the NAT gateway there is a second link (192.168.77.0/24, IPv4 only), which nothing records.

Apart from them, a fourth cluster (hotel) has a firewall between itself, `inside`, and everybody else, `outside`
(10.20.1.0/24 and 10.20.2.0/24, 2001:db8:20::1:0/112 and 2001:db8:20::2:0/112). A second router, detour, joins the same
links.
"""
import ipaddress
from dataclasses import dataclass

PREFIX4 = 16
PREFIX6 = 64
FIREWALL_PREFIX4 = 24
FIREWALL_PREFIX6 = 112
FIREWALL_NET4, FIREWALL_NET6 = "10.20.0.0/16", "2001:db8:20::/64"  # both links, and addresses to which there is no route


def ipv6_of(ipv4):
    """The last three groups repeat the last three IPv4 bytes, so that a reader recognises a host in either."""
    _, second, third, fourth = ipv4.split(".")
    return f"2001:db8:{second}::{third}:{fourth}"


def mac_of(ipv4):
    """Locally administered, made of the IPv4 address: the same in every recording."""
    return "02:00:" + ":".join(f"{byte:02x}" for byte in ipaddress.ip_address(ipv4).packed)


@dataclass(frozen=True)
class Host:
    name: str  # short name, as recordings and flows.csv use it
    ipv4: str
    domain: str
    role: str  # the catalog's role name, for the reader and for the plugin's node table
    behind: str = ""  # the NAT gateway that hides it, if one does
    link: str = "lan"  # or inside, outside: the firewall's
    outside: str = ""  # a router's second IPv4 address, on the link outside

    @property
    def ipv6(self):
        return ipv6_of(self.ipv4)

    @property
    def mac(self):
        return mac_of(self.ipv4)

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
        # On both sides of a firewall.
        Host("firewall", "10.20.1.1", "hotel.example", "", link="inside", outside="10.20.2.1"),
        Host("detour", "10.20.1.2", "hotel.example", "", link="inside", outside="10.20.2.2"),
        Host("imp-pub-h", "10.20.1.11", "hotel.example", "IM and Presence publisher", link="inside"),
        Host("imp-sub-h", "10.20.2.12", "hotel.example", "IM and Presence subscriber", link="outside"),
        Host("imp-pub-j", "10.20.2.21", "juliet.example", "IM and Presence publisher", link="outside"),
        Host("ldap-h", "10.20.2.30", "hotel.example", "External corporate directory", link="outside"),
        Host("jabber-h", "10.20.2.40", "hotel.example", "XMPP client", link="outside"),
        Host("browser-h", "10.20.2.41", "hotel.example", "Browser", link="outside"),
        Host("dns-h", "10.20.2.53", "hotel.example", "DNS server", link="outside"),
        Host("exchange-h", "10.20.2.54", "hotel.example", "Microsoft Exchange", link="outside"),
        Host("gateway-h", "10.20.2.60", "hotel.example", "SIP Gateway", link="outside"),
        Host("off-h", "10.20.2.99", "hotel.example", "External corporate directory", link="outside"),  # switched off
        Host("ntp-h", "10.20.2.123", "hotel.example", "NTP server", link="outside"),
        Host("manager-h", "10.20.2.161", "hotel.example", "SNMP server", link="outside"),
        Host("monitor-h", "10.20.2.162", "hotel.example", "SNMP trap monitor", link="outside"),
    )
}


INNER_PREFIX4 = 24
INNER_GATEWAY = "192.168.77.1"
ROUTERS = [host for host in HOSTS.values() if host.outside]
NOWHERE = "10.20.9.9"  # the firewall has no route to it


def addresses(host):
    """The addresses a host has on the recorded wire, in order; behind a NAT gateway, none."""
    own = [] if host.behind else [host.ipv4, host.outside]
    return [address for ipv4 in own if ipv4 for address in (ipv4, ipv6_of(ipv4))]


def visible():
    """The hosts that have an address on the recorded wire."""
    return [host for host in HOSTS.values() if not host.behind]


def hosts_file():
    """All hosts in /etc/hosts format; Wireshark reads the same format."""
    lines = [f"{address}\t{host.fqdn} {host.name}" for host in visible() for address in addresses(host)]
    return "\n".join(lines) + "\n"


def own_hosts_file(host):
    """What stands in a host's own /etc/hosts: itself. Everything else it asks the DNS server for."""
    itself = "".join(f"{address} {host.fqdn} {host.name}\n" for address in sorted(addresses(host)) or [host.ipv4])
    return f"127.0.0.1 localhost\n::1 localhost\n{itself}"

# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces: one a host, and one more with the bridges that join them: the recorded link, the one behind the NAT
gateway, and the two links of the firewall.

No namespace has a default route or a link to the machine's own network, so nothing can leave. Names begin with
`impsvc-<pid>-`, so two labs can run side by side and what a killed one left behind can be found.
"""
import contextlib
import ctypes
import os
import re
import subprocess

import topology

CLONE_NEWNET = 0x40000000
NETNS_DIR = "/run/netns"
PREFIX = "impsvc-"

# Connection tracking reports every connection (flows.py). A rule that looks at the state switches it on.
TRACKING = """
table inet lab_tracking {
  chain in {
    type filter hook input priority 100
    ct state new counter
  }
  chain out {
    type filter hook output priority 100
    ct state new counter
  }
}
"""

# What comes from behind the NAT gateway leaves it under the gateway's own address.
MASQUERADE = """
table ip lab_nat {
  chain out {
    type nat hook postrouting priority srcnat
    oifname "eth0" masquerade
  }
}
"""

# Routers say everything they have to say, at once.
ROUTER_SYSCTLS = {
    "net.ipv4.ip_forward": "1",
    "net.ipv6.conf.all.forwarding": "1",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.icmp_ratelimit": "0",
    "net.ipv6.icmp.ratelimit": "0",
}

SYSCTLS = {
    # No address is announced or asked for by itself: less noise in the captures.
    "net.ipv6.conf.all.accept_ra": "0",
    "net.ipv6.conf.default.accept_ra": "0",
    "net.ipv6.conf.default.accept_dad": "0",
    "net.ipv6.conf.default.router_solicitations": "0",
    # Unprivileged ping, and ports below 1024 for servers that drop root before they bind.
    "net.ipv4.ping_group_range": "0 2147483647",
    "net.ipv4.ip_unprivileged_port_start": "0",
    # Clients' ports that are not in the port list, nor Wireshark's for another protocol (tshark -G decodes), such as BACnet on 47808;
    # where one is to be, a recording binds it.
    "net.ipv4.ip_local_port_range": "41171 44320",
}


def command(*arguments, **options):
    """Run a set-up command; its message is part of the exception if it fails."""
    result = subprocess.run(arguments, capture_output=True, text=True, check=False, **options)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


class Network:
    """All namespaces of one run of the lab."""

    def __init__(self):
        self.prefix = f"{PREFIX}{os.getpid()}-"
        self.libc = ctypes.CDLL(None, use_errno=True)

    def namespace(self, name):
        return self.prefix + name

    def create(self):
        remove_stale()
        self._add("switch")
        self.command("switch", "sysctl", "-q", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
        for bridge in ("lan", "inner", "inside", "outside"):
            self.command("switch", "ip", "link", "add", bridge, "type", "bridge", "mcast_snooping", "0", "stp_state", "0")
            self.command("switch", "ip", "link", "set", bridge, "up")
        for number, host in enumerate(topology.HOSTS.values()):
            self._add_host(number, host)
        for gateway in {host.behind for host in topology.HOSTS.values() if host.behind}:
            self._make_gateway(gateway)
        for router in topology.ROUTERS:
            self._make_router(router)

    def remove(self):
        for name in namespaces():
            if name.startswith(self.prefix):
                subprocess.run(["ip", "netns", "del", name], check=False)

    @contextlib.contextmanager
    def inside(self, name):
        """Sockets that the calling thread opens within belong to this namespace, for their whole life."""
        with open("/proc/thread-self/ns/net", "rb") as here, open(f"{NETNS_DIR}/{self.namespace(name)}", "rb") as there:
            self._enter(there)
            try:
                yield
            finally:
                self._enter(here)

    def rules(self, name, ruleset):
        """Load nftables rules into a host, beside the lab's own."""
        self.command(name, "nft", "-f", "-", input=ruleset)

    def reset_rules(self, name):
        self.command(name, "nft", "flush", "ruleset")
        self.rules(name, TRACKING)

    def forget_connections(self):
        """Else a UDP conversation on the same ports as one just before would not count as new."""
        for name in topology.HOSTS:
            self.command(name, "conntrack", "-F")

    def _enter(self, handle):
        if self.libc.setns(handle.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def command(self, name, *arguments, **options):
        """Run a set-up command in a host; return what it printed."""
        return command("ip", "netns", "exec", self.namespace(name), *arguments, **options)

    def _add(self, name):
        command("ip", "netns", "add", self.namespace(name))
        self.command(name, "ip", "link", "set", "lo", "up")

    def _add_host(self, number, host):
        self._add(host.name)
        for key, value in SYSCTLS.items():
            self.command(host.name, "sysctl", "-q", f"{key}={value}")
        if host.behind:
            self._plug_in(host.name, "eth0", host.mac, "inner", f"port{number}", f"{host.ipv4}/{topology.INNER_PREFIX4}")
            self.command(host.name, "ip", "route", "add", f"10.10.0.0/{topology.PREFIX4}", "via", topology.INNER_GATEWAY)
        else:
            prefix4, prefix6 = prefixes(host)
            self._plug_in(host.name, "eth0", host.mac, host.link, f"port{number}", f"{host.ipv4}/{prefix4}")
            self.command(host.name, "ip", "addr", "add", f"{host.ipv6}/{prefix6}", "dev", "eth0", "nodad")
        if host.link != "lan" and not host.outside:
            self.route(host.name, "firewall")
        self._plain_segments(host.name, "lo", ("tso", "gso", "gro"))
        self.reset_rules(host.name)

    def _make_gateway(self, name):
        """Forwarding and NAT between the link behind the host and the recorded one."""
        self._plug_in(name, "eth1", "02:00:c0:a8:4d:01", "inner", "inner0",
                      f"{topology.INNER_GATEWAY}/{topology.INNER_PREFIX4}")
        self.command(name, "sysctl", "-q", "net.ipv4.ip_forward=1")
        self.rules(name, MASQUERADE)

    def _make_router(self, host):
        """A router between inside and outside. The detour tracks nothing: it sees one direction only, and would report that
        as a connection of its own."""
        self._plug_in(host.name, "eth1", topology.mac_of(host.outside), "outside", f"{host.name}1",
                      f"{host.outside}/{topology.FIREWALL_PREFIX4}")
        address6 = f"{topology.ipv6_of(host.outside)}/{topology.FIREWALL_PREFIX6}"
        self.command(host.name, "ip", "addr", "add", address6, "dev", "eth1", "nodad")
        for key, value in ROUTER_SYSCTLS.items():
            self.command(host.name, "sysctl", "-q", f"{key}={value}")
        if host.name == "detour":
            self.command(host.name, "nft", "flush", "ruleset")

    def route(self, name, router):
        """Which router a host behind one of the firewall's links uses for everything else."""
        via = topology.HOSTS[router]
        ipv4 = via.ipv4 if topology.HOSTS[name].link == "inside" else via.outside
        self.command(name, "ip", "route", "replace", topology.FIREWALL_NET4, "via", ipv4)
        self.command(name, "ip", "route", "replace", topology.FIREWALL_NET6, "via", topology.ipv6_of(ipv4))

    def _plug_in(self, name, interface, mac, bridge, port, address):
        """Give a host an interface, with its other end in a bridge."""
        command("ip", "link", "add", interface, "netns", self.namespace(name), "address", mac,
                "type", "veth", "peer", "name", port, "netns", self.namespace("switch"))
        self.command("switch", "ip", "link", "set", port, "master", bridge, "up")
        self.command(name, "ip", "link", "set", interface, "up")
        self.command(name, "ip", "addr", "add", address, "dev", interface)
        self._plain_segments(name, interface, ("tx", "rx", "sg", "tso", "gso", "gro"))

    def _plain_segments(self, name, interface, features):
        """No offloading: segments of the size and with the checksums a real wire would carry."""
        settings = [word for feature in features for word in (feature, "off")]
        self.command(name, "ethtool", "-K", interface, *settings)


def prefixes(host):
    """The lengths of a host's IPv4 and IPv6 prefixes."""
    if host.link == "lan":
        return topology.PREFIX4, topology.PREFIX6
    return topology.FIREWALL_PREFIX4, topology.FIREWALL_PREFIX6


def namespaces():
    return sorted(os.listdir(NETNS_DIR)) if os.path.isdir(NETNS_DIR) else []


def remove_stale():
    """Remove what a lab left behind that was killed before it could clean up."""
    for name in namespaces():
        match = re.match(rf"{PREFIX}(\d+)-", name)
        if match and not os.path.exists(f"/proc/{match.group(1)}"):
            subprocess.run(["ip", "netns", "del", name], check=False)

# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's hosts with a router between any two of them: each host is a zone of its own.

The hosts are those of the link `lan`, with the addresses they have there, so the recordings play here unchanged. Each has a cable
of its own to the router, and the router's MAC address for everybody else: no host reaches another one past the router. Nothing
is asked or announced by ARP or neighbour discovery, so nothing of it can come too late.
"""
import network
import topology

ROUTER = "router"
ROUTER_MAC = "02:00:0a:0a:00:01"
IPV4, IPV6 = f"10.10.0.0/{topology.PREFIX4}", f"2001:db8:10::/{topology.PREFIX6}"


def hosts():
    """Everybody who is on the recorded link."""
    return [host for host in topology.visible() if host.link == "lan"]


class RoutedNetwork(network.Network):
    """Namespaces of the hosts, and of the router. Its interfaces are called as the hosts behind them."""

    def create(self):
        network.remove_stale()
        self._add(ROUTER)
        for key, value in {**network.ROUTER_SYSCTLS, "net.ipv4.conf.all.send_redirects": "0",
                           "net.ipv4.conf.default.send_redirects": "0", "net.ipv6.conf.default.accept_dad": "0"}.items():
            self.command(ROUTER, "sysctl", "-q", f"{key}={value}")
        for number, host in enumerate(hosts()):
            self._add_host(number, host)
            self._know_everybody(host)
        self._batch(ROUTER, [line for host in hosts() for line in (
            f"route add {host.ipv4}/32 dev {host.name}", f"neigh replace {host.ipv4} lladdr {host.mac} dev {host.name}",
            f"route add {host.ipv6}/128 dev {host.name}", f"neigh replace {host.ipv6} lladdr {host.mac} dev {host.name}")])

    def forget_connections(self):
        for host in hosts():
            self.command(host.name, "conntrack", "-F")
        self.command(ROUTER, "conntrack", "-F")

    def _plug_in(self, name, interface, mac, bridge, port, address):
        """A cable to the router, in place of one to a bridge."""
        network.command("ip", "link", "add", interface, "netns", self.namespace(name), "address", mac, "type", "veth",
                        "peer", "name", name, "address", ROUTER_MAC, "netns", self.namespace(ROUTER))
        self.command(ROUTER, "ip", "link", "set", name, "up")
        self.command(name, "ip", "link", "set", interface, "up")
        self.command(name, "ip", "addr", "add", address, "dev", interface)
        for end, one in ((name, interface), (ROUTER, name)):
            self._plain_segments(end, one, ("tx", "rx", "sg", "tso", "gso", "gro"))

    def _know_everybody(self, host):
        self._batch(host.name, [f"neigh replace {address} lladdr {ROUTER_MAC} dev eth0"
                                for other in hosts() if other != host for address in topology.addresses(other)])

    def _batch(self, name, lines):
        self.command(name, "ip", "-batch", "-", input="\n".join(lines) + "\n")

# SPDX-License-Identifier: GPL-2.0-or-later
"""nmap from every zone: what does the router let through that is in no plan?

Each host listens on all ports that are scanned, so a port that is not open was stopped by the router. A scan at this rate may
miss an answer: what the plan names and the scan did not find open is asked for once more, slowly.
"""
import itertools
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import programs
import topology
from proof import attempts
from proof import paths as proof_paths
from proof import routed

FAST = ("-n", "-Pn", "-T5", "--max-retries", "0", "--min-rate", "20000", "--max-rtt-timeout", "100ms", "--min-hostgroup", "64",
        "--send-ip")
SLOW = ("-n", "-Pn", "-T4", "--max-retries", "3", "--send-ip")
STRANGER = "bystander"  # stands for all hosts that nobody has configured
WELL_KNOWN = (20, 21, 23, 25, 80, 88, 110, 111, 135, 139, 143, 443, 445, 465, 514, 587, 993, 995, 1433, 1521, 2049, 3306, 3389,
              5443, 5900, 6379, 8000, 9200, 10081, 11211, 27017)


@dataclass(frozen=True)
class Scan:
    """What one host asks of all others."""

    host: str
    version: int
    transport: str
    ports: tuple
    source_port: int = 0  # 0: any

    def __str__(self):
        source = f" from port {self.source_port}" if self.source_port else ""
        return f"{self.host}, IPv{self.version}, {self.transport}{source}"


def scanned():
    return [host for host in routed.hosts() if host.role or host.name == STRANGER]


def listed_ports(transport):
    return {int(port) for row in proof_paths.catalog().values() for port in row["listener_ports"].split()
            if transport in {proof_paths.CARRIER[one] for one in row["transports"].split()}}


def ports(transport):
    """The port list's ports of a transport, those next to them, and others; for UDP, where silence takes long, the first only."""
    listed = listed_ports(transport)
    if transport == "UDP":
        return tuple(sorted(listed | {proof_paths.TRAP_PORT, 69, 514, 1812, 4500}))
    beside = {port + step for port in listed for step in (-1, 1)}
    return tuple(sorted(listed | beside | set(WELL_KNOWN) | set(range(8400, 8500)) | set(range(1024, 1124))))


def scans():
    """From any port everybody; from the ports that the list fixes, the nodes; and from 53, which careless rules let in, servers."""
    tcp, udp = ports("TCP"), ports("UDP")
    listed = tuple(sorted(listed_ports("TCP")))
    found = []
    for host in scanned():
        for version in (4, 6):
            found += [Scan(host.name, version, "TCP", tcp), Scan(host.name, version, "UDP", udp)]
            if host.role.startswith("IM and Presence"):
                found += [Scan(host.name, version, "TCP", listed, 8500), Scan(host.name, version, "UDP", udp, 8500),
                          Scan(host.name, version, "UDP", udp, 61441)]
            elif host.role:
                found += [Scan(host.name, version, "UDP", udp, 53)]
    return found


def wanted(scan, paths):
    """What the plan lets this scan find open: {(address, port)}"""
    source = topology.addresses(topology.HOSTS[scan.host])
    found = set()
    for path in paths:
        if path.transport == scan.transport and path.initiator in source and path.version == scan.version \
                and path.source_port in (0, scan.source_port):
            found.update((path.listener, port) for port in ([path.port] if path.port else scan.ports))
    return {(address, port) for address, port in found if port in scan.ports}


def nmap(network, scan, options, targets, some_ports):
    kind = {"TCP": "-sS", "UDP": "-sU"}[scan.transport]
    argv = [programs.find("nmap"), kind, *options, "-oX", "-", "-p", ",".join(map(str, sorted(some_ports)))]
    argv += ["-6"] if scan.version == 6 else []
    argv += ["-g", str(scan.source_port)] if scan.source_port else []
    said = network.command(scan.host, *argv, *sorted(targets))
    return {(host.find("address").get("addr"), int(port.get("portid")))
            for host in ElementTree.fromstring(said).iter("host") for port in host.iter("port")
            if port.find("state").get("state") == "open"}


def run(network, scan, paths):
    """What is wrong, in sentences."""
    version = "ipv4" if scan.version == 4 else "ipv6"
    others = [getattr(host, version) for host in scanned() if host.name != scan.host]
    found = nmap(network, scan, FAST, others, scan.ports)
    plan = wanted(scan, paths)
    missed = plan - found
    if missed:
        found |= nmap(network, scan, SLOW, {address for address, _ in missed}, {port for _, port in missed})
    wrong = [f"{scan}: {proof_paths.name(address)} ({address}) port {port} is open, and no planned path leads there"
             for address, port in sorted(found - plan)]
    return wrong + [f"{scan}: {proof_paths.name(address)} ({address}) port {port} is planned, but not open"
                    for address, port in sorted(plan - found)]


def pings():
    """From everybody to everybody, as paths of ICMP's entry."""
    return [proof_paths.Path("17.1", "ICMP", getattr(one, version), getattr(other, version), 0)
            for one in scanned() for other in scanned() if one != other for version in ("ipv4", "ipv6")]


def ping_all(network, paths):
    """What is wrong with who may ping whom."""
    todo, planned = pings(), {path for path in paths if path.transport == "ICMP"}
    answered = attempts.attempt(network, todo)
    return [f"{path}: {'answered, and not planned' if path in answered else 'planned, but not answered'}"
            for path in todo if (path in answered) != (path in planned)]


def run_all(network, paths, say):
    """All scans, two at a time; what is wrong, and how many ports were asked for.

    Those from one source port go together: what one of them was let through lets the other side answer, and a scan from there
    must not pass for such an answer.
    """
    todo = sorted(scans(), key=lambda scan: scan.source_port)
    wrong = []

    def one(numbered):
        number, scan = numbered
        say(f"{number}/{len(todo)} {scan}")
        return run(network, scan, paths)

    with ThreadPoolExecutor(2) as pool:
        for _, some in itertools.groupby(enumerate(todo, 1), key=lambda numbered: numbered[1].source_port):
            network.command(routed.ROUTER, "conntrack", "-F")
            wrong += [sentence for found in pool.map(one, some) for sentence in found]
    return wrong, sum(len(scan.ports) * (len(scanned()) - 1) for scan in todo)

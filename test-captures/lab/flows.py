# SPDX-License-Identifier: GPL-2.0-or-later
"""What travelled, told by the kernel and by the recording, never by a dissector.

The kernel's connection tracking reports each connection with its initiator and ports; a recording declares which of
its connections belong to which entry of the port list. Both together are flows.csv: what a test can hold the plugin
against. A connection nobody declared is listed without an entry: the plugin must leave it alone.
"""
import csv
import re
import subprocess
import time
from dataclasses import astuple, dataclass, fields, replace

import topology

LOOPBACK = {"127.0.0.1", "::1"}
EVENT = re.compile(
    r"\[(?P<time>[\d.]+)\].*\[NEW\] (?P<protocol>\w+).*?src=(?P<source>\S+) dst=(?P<destination>\S+)"
    r"(?: sport=(?P<source_port>\d+) dport=(?P<destination_port>\d+))?"
)
TRANSPORTS = {"tcp": "TCP", "udp": "UDP", "icmp": "ICMP", "icmpv6": "ICMP"}


@dataclass(frozen=True)
class Flow:
    """A row of flows.csv."""

    capture: str
    entry: str  # "table.row"; empty: not in the port list
    transport: str  # TCP, UDP or ICMP
    initiator: str
    initiator_address: str
    initiator_port: str
    listener: str
    listener_address: str
    listener_port: str
    start: str  # seconds since 1970, as in the capture
    payload: str  # real: a program's own; made up: the lab's; none: nothing but handshake or refusal
    note: str = ""
    fate: str = ""  # what became of it: see FATES in firewall.py; empty: not noted


@dataclass(frozen=True)
class Declaration:
    """What a recording says about connections it causes. None: any."""

    entry: str
    transport: str
    initiator: str
    listener: str  # a host, or a multicast address
    port: int | None
    source_port: int | None
    payload: str
    note: str
    fate: str = ""

    def fits(self, event):
        return (
            TRANSPORTS[event["protocol"]] == self.transport
            and (self.initiator is None or event["initiator"] == self.initiator)
            and self.listener in (event["listener"], event["destination"])
            and (self.port is None or event["destination_port"] == str(self.port))
            and (self.source_port is None or event["source_port"] == str(self.source_port))
        )


class Tracker:
    """Listens to connection tracking in every host."""

    def __init__(self, network, folder):
        self.logs = {name: folder / f"conntrack-{name}.log" for name in topology.HOSTS}
        self.processes = []
        self.network = network

    def start(self):
        for name, log in self.logs.items():
            argv = ["ip", "netns", "exec", self.network.namespace(name), "conntrack", "-E", "-e", "NEW", "-o", "timestamp"]
            with log.open("w") as output:
                self.processes.append(subprocess.Popen(argv, stdout=output, stderr=subprocess.DEVNULL))
        time.sleep(0.3)

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()

    def events(self, since):
        """New connections since then, in time order. Both ends report one on the wire: the first report counts."""
        found = {}
        for name, log in self.logs.items():
            for line in log.read_text().splitlines():
                match = EVENT.search(line)
                if match and match["protocol"] in TRANSPORTS and float(match["time"]) >= since:
                    event = describe(match.groupdict(), name)
                    identity = (event["protocol"], event["initiator"], event["source"], event["source_port"],
                                event["destination"], event["destination_port"])
                    if identity not in found or float(event["time"]) < float(found[identity]["time"]):
                        found[identity] = event
        return sorted(found.values(), key=lambda event: float(event["time"]))


def describe(event, reporter):
    """Add who the ends are. On loopback addresses both are the host that reports."""
    event["initiator"] = owner(event["source"], reporter)
    event["listener"] = owner(event["destination"], reporter)
    return event


def owner(address, reporter):
    if address in LOOPBACK:
        return reporter
    for host in topology.HOSTS.values():
        if address in topology.addresses(host):
            return host.name
    return ""


def match(capture, declarations, events):
    """Rows for all events, and the declarations that nothing came of."""
    rows = []
    unseen = list(dict.fromkeys(declarations))
    for event in events:
        declaration = next((one for one in declarations if one.fits(event)), None)
        if declaration in unseen:
            unseen.remove(declaration)
        rows.append(row(capture, event, declaration))
    return rows, unseen


def row(capture, event, declaration):
    return Flow(
        capture=capture,
        entry=declaration.entry if declaration else "",
        transport=TRANSPORTS[event["protocol"]],
        initiator=event["initiator"],
        initiator_address=event["source"],
        initiator_port=event["source_port"] or "",
        listener=event["listener"],
        listener_address=event["destination"],
        listener_port=event["destination_port"] or "",
        start=event["time"],
        payload=declaration.payload if declaration else "real",
        note=declaration.note if declaration else "",
        fate=declaration.fate if declaration else "",
    )


def read(path):
    if not path.exists():
        return []
    with path.open(newline="") as handle:
        return [Flow(**line) for line in csv.DictReader(handle)]


def write(path, rows):
    ordered = sorted(rows, key=lambda flow: (flow.capture, float(flow.start)))
    with path.open("w", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(field.name for field in fields(Flow))
        writer.writerows(astuple(flow) for flow in ordered)


def renamed(flow, capture):
    """The same flow in a capture made of another."""
    return replace(flow, capture=capture)

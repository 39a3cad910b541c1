# SPDX-License-Identifier: GPL-2.0-or-later
"""The firewall between inside and outside, and its own account of what it did.

Each rule adds the flow it met (addresses and ports) to the set of its word, so that the kernel's sets say which rule met
which flow. A recording declares the fate of its flows, and fails if the sets say otherwise.
"""
import json
from contextlib import contextmanager
from dataclasses import dataclass

import programs

TABLE = "lab_firewall"
IP = {4: "ip", 6: "ip6"}
ICMP = {4: "icmp type destination-unreachable", 6: "icmpv6 type { destination-unreachable, packet-too-big }"}
TOO_LARGE = {4: "icmp type destination-unreachable icmp code frag-needed", 6: "icmpv6 type packet-too-big"}
UNSAID = 1  # mark of a connection about which no ICMP error leaves the firewall
KEY = "{ip} saddr . th sport . {ip} daddr . th dport"
KEY_OF_REPLY = "{ip} daddr . th dport . {ip} saddr . th sport"
KEY_OF_ERROR = ("ct original {ip} saddr . ct original proto-src . ct original {ip} daddr . ct original proto-dst")

# Words of the sets. A rule adds one of its own; these are always there:
#   through   let through, from the initiator
#   answered  SYN+ACK or an answer over UDP, from the listener
#   refused   RST or ICMP error, from the listener's side
#   said      the firewall's own ICMP error
ALWAYS = ("through", "answered", "refused", "said")
ANSWERED = frozenset({"through", "answered"})

# fate: the words that the firewall may have for such a flow.
FATES = {
    "open": (ANSWERED, ANSWERED | {"said"}),  # said: a segment was too large, and then cut
    "dropped": ({"dropped"},),
    "reply_dropped": ({"through", "reply_dropped"},),
    "rst_by_router": ({"rst_by_router"},),
    "icmp_by_router": ({"icmp_by_router", "said"},),
    "refused": ({"through", "refused"},),
    "host_down": ({"through", "said"}, {"through", "muted"}),
    "no_answer": ({"through"},),
    "no_answer_due": ({"through"},),
    "other_road": ({"other_road"},),
    "forgotten": (ANSWERED | {"forgotten"}, {"through", "forgotten"}),
    "mtu": (ANSWERED | {"mtu"},),
    "nat": (ANSWERED | {"nat"}, {"nat"}),  # as the firewall forwards it, and as the other side sees it
    "dscp": (ANSWERED | {"dscp"},),
}


@dataclass(frozen=True)
class Rule:
    """A rule that says which flows it met. `{ip}` in a text is ip or ip6."""

    match: str
    word: str
    verdict: str = ""
    key: str = KEY
    versions: tuple = (4, 6)

    def lines(self):
        for version in self.versions:
            text = f"meta nfproto ipv{version} {self.match} add @{self.word}{version} {{ {self.key} }} {self.verdict}"
            yield text.replace("{ip}", IP[version])


def unsaid(word, *ports, kinds=ICMP):
    """For the chains forward and own: the firewall's ICMP errors about connections to these ports do not leave it."""
    about = f"meta l4proto {{ tcp, udp }} th dport {{ {', '.join(map(str, ports))} }}"
    return [Rule(about, "through", f"ct mark set {UNSAID}")], errors(f"ct mark {UNSAID}", word, "drop", kinds)


def errors(where, word, verdict, kinds=ICMP):
    """Rules for ICMP errors about a flow that the firewall knows."""
    return [Rule(f"{where} ct state related {kinds[version]}", word, verdict, KEY_OF_ERROR, (version,))
            for version in (4, 6)]


# What the firewall notes of flows that no rule stops.
OPENED = [
    Rule("ct direction reply tcp flags & (syn | rst) == rst", "refused", "accept", KEY_OF_REPLY),
    *errors("", "refused", "accept"),
    Rule("ct direction reply tcp flags & (syn | ack) == syn | ack", "answered", "", KEY_OF_REPLY),
    Rule("ct direction reply meta l4proto udp", "answered", "", KEY_OF_REPLY),
    Rule("ct direction original meta l4proto { tcp, udp }", "through", "accept"),
]
CHAINS = {
    # name: (type, hook, priority)
    "untracked": ("filter", "prerouting", "raw"),
    "arriving": ("filter", "prerouting", "filter"),
    "dnat": ("nat", "prerouting", "dstnat"),
    "forward": ("filter", "forward", "filter"),
    "own": ("filter", "output", "filter"),
    "snat": ("nat", "postrouting", "srcnat"),
    "leaving": ("filter", "postrouting", "srcnat + 10"),
}


class Firewall:
    """The rules of one recording, and what they met."""

    def __init__(self, lab):
        self.network = lab.network
        self.met = {}  # (address, port, address, port), initiator first: words
        lab.witnesses.append(self.testify)

    @contextmanager
    def rules(self, forward=(), own=(), untracked=(), **others):
        """Protect with these rules, in the chains by their names. untracked: nftables' own text."""
        chains = {"forward": [*forward, *OPENED], "own": [*own, *errors("", "said", "")], **others}
        self.network.command("firewall", "nft", "-f", "-", input=ruleset(chains, untracked))
        try:
            yield
        finally:
            self._read()
            self.network.reset_rules("firewall")

    @contextmanager
    def remembering(self, **conntrack):
        """Let it remember connections for so long (names are those of net.netfilter.nf_conntrack_*)."""
        names = [f"net.netfilter.nf_conntrack_{name}" for name in conntrack]
        before = self.network.command("firewall", "sysctl", "-n", *names).split()
        self._remember(names, conntrack.values())
        try:
            yield
        finally:
            self._remember(names, before)

    def _remember(self, names, values):
        self.network.command("firewall", "sysctl", "-q", *(f"{name}={value}" for name, value in zip(names, values)))

    def _read(self):
        told = json.loads(self.network.command("firewall", "nft", "-j", "list", "table", "inet", TABLE))
        for described in (one["set"] for one in told["nftables"] if "set" in one):
            for element in described.get("elem", ()):
                flow = tuple(str(part) for part in element["elem"]["val"]["concat"])
                self.met.setdefault(flow, set()).add(described["name"][:-1])

    def testify(self, rows):
        """Complain if the sets say something else than a flow's fate."""
        wrong = []
        for row in rows:
            met = self.met.get((row.initiator_address, row.initiator_port, row.listener_address, row.listener_port), set())
            if met not in FATES.get(row.fate, ()):
                wrong.append(f"{row.fate or 'no fate'}, but the firewall says {' '.join(sorted(met)) or 'nothing'}: {row}")
        if wrong:
            raise programs.Failed("flows with another fate:" + "".join(f"\n    {one}" for one in wrong))


def ruleset(chains, untracked):
    words = dict.fromkeys((*ALWAYS, *(rule.word for rules in chains.values() for rule in rules)))
    text = [f"table inet {TABLE} {{"]
    for word in words:
        for version in (4, 6):
            kind = f"ipv{version}_addr . inet_service . ipv{version}_addr . inet_service"
            text.append(f"  set {word}{version} {{ type {kind}; size 1024; flags dynamic; counter; }}")
    for name, (kind, hook, priority) in CHAINS.items():
        lines = [line for rule in chains.get(name, ()) for line in rule.lines()]
        lines = list(untracked) if name == "untracked" else lines
        text += [f"  chain at_{name} {{", f"    type {kind} hook {hook} priority {priority}",
                 *(f"    {line}" for line in lines), "  }"]
    return "\n".join([*text, "}", ""])

# SPDX-License-Identifier: GPL-2.0-or-later
"""Giving the router its rules, in each dialect that Linux speaks, and taking one away."""
import json
import re
import threading
from dataclasses import dataclass, field

import programs
from proof import routed

SCRATCH = "silent"  # a host that takes no part
READING = threading.Lock()
RULE = re.compile(r"add rule inet impsvc forward\b")
POLICIES = {"iptables": (("iptables", "-S", "FORWARD"), "-P FORWARD DROP"),
            "ip6tables": (("ip6tables", "-S", "FORWARD"), "-P FORWARD DROP")}


@dataclass(frozen=True)
class Rule:
    """A rule of the router."""

    text: str  # the line that made it
    handle: int
    expressions: tuple = field(compare=False)  # as nft prints them in JSON

    @property
    def comment(self):
        found = re.search(r'comment "(.*)"', self.text)
        return found[1] if found else self.text


def load(network, dialect, text):
    """These are the router's only rules from now on, and it knows of no connection."""
    network.command(routed.ROUTER, "nft", "flush", "ruleset")
    {"nftables": load_nftables, "iptables": load_iptables}[dialect](network, text)
    network.command(routed.ROUTER, "conntrack", "-F")


def load_nftables(network, text):
    network.command(routed.ROUTER, "nft", "-f", "-", input=text)
    chain = next((one["chain"] for one in listed(network) if "chain" in one), {})
    if chain.get("hook") != "forward" or chain.get("policy") != "drop":
        raise programs.Failed(f"the nftables rules are no firewall: the chain's hook is {chain.get('hook', 'none')}, its policy "
                              f"{chain.get('policy', 'none')}")


def load_iptables(network, text):
    """One file for both versions: each program leaves out the other's lines."""
    for program, (asking, policy) in POLICIES.items():
        network.command(routed.ROUTER, f"{program}-restore", input=text)
        said = network.command(routed.ROUTER, *asking)
        if policy not in said.splitlines():
            raise programs.Failed(f"the rules are no firewall: {program}-restore leaves {said.splitlines()[0]!r}")


def listed(network, host=routed.ROUTER):
    return json.loads(network.command(host, "nft", "-j", "-a", "list", "table", "inet", "impsvc"))["nftables"]


def lines(text):
    """The lines that make a rule."""
    return [line for line in text.splitlines() if RULE.match(line)]


def rules(network, text):
    """The router's rules, each with the line of the text that made it."""
    return rules_of(listed(network), text)


def understood(network, text):
    """What the kernel makes of rules that no firewall has: they are loaded where they harm nobody."""
    with READING:
        network.command(SCRATCH, "nft", "-f", "-", input=text)
        try:
            return rules_of(listed(network, SCRATCH), text)
        finally:
            network.command(SCRATCH, "nft", "delete", "table", "inet", "impsvc")


def rules_of(table, text):
    found = [one["rule"] for one in table if "rule" in one and one["rule"]["chain"] == "forward"]
    made = lines(text)
    if len(found) != len(made):
        raise programs.Failed(f"{len(made)} lines add a rule, but the kernel has {len(found)}")
    return [Rule(line, one["handle"], tuple(one["expr"])) for line, one in zip(made, found)]


def remove(network, rule):
    network.command(routed.ROUTER, "nft", "delete", "rule", "inet", "impsvc", "forward", "handle", str(rule.handle))
    network.command(routed.ROUTER, "conntrack", "-F")

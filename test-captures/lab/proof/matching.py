# SPDX-License-Identifier: GPL-2.0-or-later
"""Which paths an nftables rule lets through: its expressions, as the kernel gives them back, held against a path's first packet."""
import ipaddress

import programs

ECHO = {4: ("icmp", "echo-request", 8), 6: ("icmpv6", "echo-request", 128)}
IGNORED = {"accept", "counter", "comment"}


def is_frame(rule):
    """Whether the rule is about connections that were let through before, and not about a path."""
    return any("ct" in one["match"]["left"] for one in rule.expressions if "match" in one)


def lets_through(rule, path):
    return "accept" in {key for one in rule.expressions for key in one} and all(
        fits(one["match"], path) for one in rule.expressions if set(one) - IGNORED)


def fits(match, path):
    """One condition of a rule."""
    if match["op"] not in ("==", "in"):
        raise programs.Failed(f"a rule with the operator {match['op']}, which this proof does not know: {match}")
    values = fields(match["left"], path)
    return any(holds(match["right"], value) for value in values)


def fields(left, path):
    """What the path's first packet has in a field, in all ways that nft may write it; nothing if it has no such field."""
    if "meta" in left:
        return {"l4proto": protocols(path), "nfproto": (f"ipv{path.version}",), "protocol": ("ip" if path.version == 4 else "ip6",),
                }[left["meta"]["key"]]
    if "payload" in left:
        return payload(left["payload"]["protocol"], left["payload"]["field"], path)
    raise programs.Failed(f"a rule that looks at {left}, which this proof does not know")


def protocols(path):
    return (ECHO[path.version][0] if path.transport == "ICMP" else path.transport.lower(),) + (
        ("ipv6-icmp",) if (path.transport, path.version) == ("ICMP", 6) else ())


def payload(protocol, field, path):
    """A field of a header that the packet may not have."""
    addresses = {"saddr": (path.initiator,), "daddr": (path.listener,), "nexthdr": protocols(path), "protocol": protocols(path)}
    if protocol in ("ip", "ip6"):
        return addresses[field] if protocol == ("ip" if path.version == 4 else "ip6") else ()
    if protocol in ("icmp", "icmpv6"):
        return ECHO[path.version][1:] if path.transport == "ICMP" and protocol == ECHO[path.version][0] and field == "type" else ()
    if protocol in ("th", path.transport.lower()) and path.transport != "ICMP":
        return {"sport": (path.source_port,), "dport": (path.target,)}[field]
    return ()


def holds(right, value):
    if isinstance(right, list):
        return any(holds(one, value) for one in right)
    if isinstance(right, dict):
        if "set" in right:
            return holds(right["set"], value)
        if "range" in right:
            low, high = right["range"]
            return number(low) <= number(value) <= number(high)
        if "prefix" in right:
            network = ipaddress.ip_network(f"{right['prefix']['addr']}/{right['prefix']['len']}")
            return ipaddress.ip_address(value) in network
        raise programs.Failed(f"a rule that compares with {right}, which this proof does not know")
    return right == value


def number(value):
    """A port, or an address: whatever a range is made of."""
    return value if isinstance(value, int) else int(ipaddress.ip_address(value))

# Who is who in the test captures, from the lab's own list (test-captures/hosts).
#
# SPDX-License-Identifier: GPL-2.0-or-later

from places import CAPTURES

ROLES = {"imp-pub": "IM and Presence publisher", "imp-sub": "IM and Presence subscriber"}


def hosts():
    """{address: short name} of everybody."""
    lines = (CAPTURES / "hosts").read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[-1] for line in lines}


def nodes():
    """{address: short name} of the IM and Presence nodes."""
    return {address: name for address, name in hosts().items() if name[:7] in ROLES}


def configured():
    """Options for tshark that tell the plugin who the nodes are."""
    return [word for address, name in nodes().items()
            for word in ("-o", f'uat:impsvc_nodes:"{address}","{ROLES[name[:7]]}","{name}"')]


# What the lab's hosts outside the clusters are to the nodes.
OUTSIDE = {
    "cucm": ["Cisco Unified Communications Manager"], "directory": ["External corporate directory"], "exchange": ["Microsoft Exchange"],
    "sip-gateway": ["SIP Gateway"], "files": ["Endpoint"], "dns": ["DNS server"], "database": ["PostgreSQL database"],
    "ntp": ["NTP server"], "snmp-manager": ["SNMP server"], "trap-monitor": ["SNMP trap monitor"], "gateway": ["Gateway"], "rtmt": ["RTMT"],
    "browser": ["Browser"], "jabber": ["XMPP client"], "web-client": ["Third-party BOSH client"], "other-client": ["Third-party client"],
    "nat": ["XMPP client", "Browser"], "ldap-h": ["External corporate directory"], "jabber-h": ["XMPP client"], "browser-h": ["Browser"],
    "dns-h": ["DNS server", "NTP server"], "exchange-h": ["Microsoft Exchange", "DNS server"], "gateway-h": ["SIP Gateway"],
    "off-h": ["External corporate directory", "DNS server"], "ntp-h": ["NTP server", "DNS server"], "manager-h": ["SNMP server"],
    "monitor-h": ["SNMP trap monitor"]}
CLUSTERS = {"": "alpha", "-b": "bravo", "-c": "charlie", "-h": "hotel", "-j": "juliet"}


def cluster_of(name):
    """The cluster of a node, by its short name."""
    return CLUSTERS[name[7:]]


def everybody_configured():
    """Options for tshark that name the nodes with their clusters, and whoever serves or uses them."""
    rows = [(address, ROLES[name[:7]], name, cluster_of(name)) for address, name in nodes().items()]
    rows += [(address, role, name, "") for address, name in hosts().items() for role in OUTSIDE.get(name, ())]
    return [word for row in rows for word in ("-o", "uat:impsvc_nodes:" + ",".join(f'"{cell}"' for cell in row))]


def nodes_file(path):
    """Writes the nodes, with their clusters, as a file for --nodes; its path."""
    rows = (f'"{address}","{ROLES[name[:7]]}","{name}","{cluster_of(name)}"\n' for address, name in nodes().items())
    path.write_text("".join(rows), encoding="utf-8")
    return path

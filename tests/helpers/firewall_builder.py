# Firewall Builder (Debian's package fwbuilder): its compilers write access lists of Cisco IOS and PIX, the ASA's elder, from objects. What they
# write for the meaning of our lines is a second opinion on how such lines are written.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import subprocess
from xml.etree import ElementTree

TRANSPORTS = {"tcp": "TCPService", "udp": "UDPService"}
FLAGS = [f"{flag}_flag{mask}" for flag in ("ack", "fin", "psh", "rst", "syn", "urg") for mask in ("", "_mask")]
ANY_TIME = [f"{side}_{part}" for side in ("from", "to") for part in ("day", "hour", "minute", "month", "weekday", "year")]
PLATFORMS = {"fwb_iosacl": ("iosacl", "ios", "12.4"), "fwb_pix": ("pix", "pix_os", "8.3")}


def add(parent, kind, name=None, **attributes):
    """An element; with a name it is an object."""
    if name is not None:
        attributes = {"id": name, "name": name, "comment": "", "ro": "False", **attributes}
    return ElementTree.SubElement(parent, kind, attributes)


def set_option(parent, name):
    ElementTree.SubElement(parent, "Option", {"name": name}).text = "True"


def add_network(parent, name, network):
    is_host = network.num_addresses == 1
    kind = ("IPv4" if is_host else "Network") if network.version == 4 else ("IPv6" if is_host else "NetworkIPv6")
    mask = str(network.netmask) if network.version == 4 else str(network.prefixlen)
    add(parent, kind, name, address=str(network.network_address), netmask=mask)


def add_service(parent, name, line):
    if line.transport == "icmp":
        code = "0" if line.icmp_type in (0, 8, 128, 129) else "-1"
        add(parent, "ICMPService" if line.version == 4 else "ICMP6Service", name, type=str(line.icmp_type), code=code)
        return
    ports = {f"{side}_range_{end}": str(port or 0) for side, port in (("src", line.sport), ("dst", line.dport)) for end in ("start", "end")}
    if line.transport == "tcp":
        ports.update({flag: "False" for flag in FLAGS}, established=str(line.established))
    add(parent, TRANSPORTS[line.transport], name, **ports)


def add_rule(parent, position, source, destination, service):
    rule = add(parent, "PolicyRule", id=f"rule-{service}", disabled="False", log="False", position=str(position), action="Accept",
               direction="Inbound", comment="")
    for kind, reference, name in (("Src", "ObjectRef", source), ("Dst", "ObjectRef", destination), ("Srv", "ServiceRef", service),
                                  ("Itf", "ObjectRef", "inside"), ("When", "IntervalRef", "sysid2")):
        add(add(rule, kind, neg="False"), reference, ref=name)
    set_option(add(rule, "PolicyRuleOptions"), "stateless")


def database(lines, platform, system, version):
    """A file of Firewall Builder with a firewall whose rules are the lines of both versions of IP."""
    root = ElementTree.Element("FWObjectDatabase", xmlns="http://www.fwbuilder.org/1.0/", version="24", lastModified="0", id="root")
    standard = add(root, "Library", "syslib000", color="#ffffff")
    add(standard, "AnyNetwork", "sysid0", address="0.0.0.0", netmask="0.0.0.0")
    add(standard, "AnyIPService", "sysid1", protocol_num="0")
    add(standard, "AnyInterval", "sysid2", days_of_week="0,1,2,3,4,5,6", **{name: "-1" for name in ANY_TIME})
    user = add(root, "Library", "user", color="#ffffff")
    networks, services = add(user, "ObjectGroup", "networks"), add(user, "ServiceGroup", "services")
    firewall = add(add(user, "ObjectGroup", "firewalls"), "Firewall", "firewall", host_OS=system, inactive="False", lastCompiled="0",
                   lastInstalled="0", lastModified="0", platform=platform, version=version)
    rule_set = {"ipv4_rule_set": "False", "ipv6_rule_set": "False", "top_rule_set": "True"}
    add(add(firewall, "NAT", "nat", **rule_set), "RuleSetOptions")
    names = {}
    for family in (4, 6):
        policy = add(firewall, "Policy", f"policy{family}", **dict(rule_set, **{f"ipv{family}_rule_set": "True"}))
        for position, line in enumerate(line for line in lines if line.version == family):
            for network in (line.source, line.destination):
                if network.prefixlen == 0:
                    names[network] = "sysid0"
                elif network not in names:
                    names[network] = f"network{len(names)}"
                    add_network(networks, names[network], network)
            add_service(services, f"service{family}-{position}", line)
            add_rule(policy, position, names[line.source], names[line.destination], f"service{family}-{position}")
        add(policy, "RuleSetOptions")
    add(add(firewall, "Routing", "routing", **rule_set), "RuleSetOptions")
    interface = add(firewall, "Interface", "inside", dedicated_failover="False", dyn="False", label="inside", security_level="100",
                    unnum="False", unprotected="False", network_zone="sysid0")
    add(interface, "IPv4", "inside-address", address="192.0.2.1", netmask="255.255.255.0")
    add(interface, "InterfaceOptions")
    management = add(firewall, "Management", address="192.0.2.1")
    add(management, "SNMPManagement", enabled="False", snmp_read_community="", snmp_write_community="")
    add(management, "FWBDManagement", enabled="False", identity="", port="-1")
    add(management, "PolicyInstallScript", arguments="", command="", enabled="False")
    options = add(firewall, "FirewallOptions")
    set_option(options, f"{platform}_acl_basic")
    return '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE FWObjectDatabase SYSTEM "fwbuilder.dtd">\n' + ElementTree.tostring(root, "unicode")


def compiled(compiler, lines, folder):
    """The permit lines that a compiler writes for lines (acl.Line), each as its words from permit on, by version of IP."""
    file = folder / "rules.fwb"
    file.write_text(database(lines, *PLATFORMS[compiler]), encoding="utf-8")
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", XDG_RUNTIME_DIR=str(folder), HOME=str(folder))
    done = subprocess.run([compiler, "-f", str(file), "-d", str(folder), "-o", "rules.fw", "firewall"], env=environment, timeout=60,
                          capture_output=True, encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL)
    assert done.returncode == 0 and "Compiled successfully" in done.stdout + done.stderr, done.stdout + done.stderr
    found, version = {4: [], 6: []}, 4
    for text in (folder / "rules.fw").read_text(encoding="utf-8").splitlines():
        words = text.split()
        if words[:1] == ["ipv6"]:
            version = 6
        if "permit" in words and text[:1] != "!":
            found[version].append(" ".join(words[words.index("permit"):]))
    return found

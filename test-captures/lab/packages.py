# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything the lab needs from Debian or Ubuntu, and how to install it without starting any service."""
import os
import shutil
import subprocess
from pathlib import Path

PACKAGES = {
    # package: what for
    "iproute2": "namespaces, bridge, ss",
    "nftables": "refused and dropped ports, switches connection tracking on",
    "conntrack": "the kernel's account of every connection",
    "ethtool": "segments as on a real wire",
    "procps": "sysctl",
    "hostname": "each host's own name",
    "mount": "each host's own resolver and hosts file",
    "tshark": "dumpcap",
    "openssl": "throw-away certificates, TLS clients",
    "gcc": "the TLS key log for programs without one",
    "libc6-dev": "the same",
    "iputils-ping": "table 17",
    "nmap": "a port scan, and what the router of the proof lets through",
    "iptables": "the proof of the rules in this dialect",
    "sip-tester": "sipp: tables 2, 3",
    "kamailio": "SIP proxy and presence server: tables 2, 3",
    "kamailio-tls-modules": "the same, on 5061 and 5062",
    "kamailio-presence-modules": "the same, PUBLISH and SUBSCRIBE",
    "kamailio-xml-modules": "the same",
    "nginx-light": "HTTP and HTTPS servers: tables 2, 4, 19",
    "curl": "HTTP clients: tables 2, 4, 19, 22",
    "slapd": "directory: table 5",
    "ldap-utils": "its clients",
    "snmpd": "SNMP agents: table 12",
    "snmp": "SNMP manager and traps",
    "snmptrapd": "trap receivers",
    "strongswan-swanctl": "IKE: table 13",
    "charon-systemd": "the same",
    "unbound": "DNS server: table 15",
    "bind9-dnsutils": "dig",
    "openssh-server": "table 16",
    "openssh-client": "ssh, sftp",
    "chrony": "NTP: table 18",
    "default-jdk-headless": "Java RMI: table 21",
    "prosody": "XMPP server: table 22",
    "python3-slixmpp": "XMPP client and component",
    "avahi-daemon": "mDNS: table 22",
    "postgresql": "table 23",
    "postgresql-client": "psql",
}

# Of these, what prove.py needs unless it plays the recordings.
FOR_ROUTER = ("iproute2", "nftables", "iptables", "conntrack", "ethtool", "procps", "tshark", "nmap")

POLICY = Path("/usr/sbin/policy-rc.d")
NO_SERVICES = "#!/bin/sh\n# impsvc test lab: packages start no service while it installs them.\nexit 101\n"


def install(wanted=tuple(PACKAGES)):
    """Install what is missing. Packages are kept from starting services; those the lab starts are its own."""
    ours = not POLICY.exists()
    if ours:
        POLICY.write_text(NO_SERVICES)
        POLICY.chmod(0o755)
    try:
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.run(["apt-get", "update", "-q"], check=True, env=environment)
        subprocess.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *wanted], check=True,
                       env=environment)
    finally:
        if ours:
            POLICY.unlink()


def missing(wanted=tuple(PACKAGES)):
    """Packages that are not installed; on a system without dpkg nobody knows, so none."""
    if not shutil.which("dpkg-query"):
        return []
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", *wanted]
    result = subprocess.run(query, capture_output=True, text=True, check=False)
    installed = {line.split()[0] for line in result.stdout.splitlines() if line.split()[1:2] == ["ii"]}
    return [package for package in wanted if package not in installed]


def version(program):
    """A program with the version of the package it comes from, as "slapd 2.5.13+dfsg-5"."""
    path = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin") or program
    real = os.path.realpath(path)
    paths = {path, real, path.removeprefix("/usr"), real.removeprefix("/usr")}  # packages differ in where they say /usr
    owner = subprocess.run(["dpkg-query", "-S", *paths], capture_output=True, text=True, check=False)
    package = owner.stdout.split(":")[0]
    if not package:
        return program
    found = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=False)
    return f"{program} {found.stdout}"

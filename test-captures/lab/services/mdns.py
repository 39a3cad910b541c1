# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 22, row 5: XCP routers find each other by mDNS; here avahi announces and looks for the routers' service."""
from recording import records

CONFIGURATION = """
[server]
host-name={host}
domain-name=local
use-ipv4=yes
use-ipv6=yes
allow-interfaces=eth0
enable-dbus=no
ratelimit-interval-usec=1000000
ratelimit-burst=1000
[publish]
publish-hinfo=no
publish-workstation=no
"""
SERVICE = """<?xml version="1.0"?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>XCP router on {host}</name><service><type>_xcp-router._tcp</type><port>7400</port></service></service-group>
"""
GROUPS = ("224.0.0.251", "ff02::fb")


def announce(lab, host):
    """avahi reads its services from a fixed folder: mount the lab's over it, for this program alone."""
    services = lab.file(f"avahi-{host}/router.service", SERVICE.format(host=host)).parent
    configuration = lab.file(f"avahi-{host}.conf", CONFIGURATION.format(host=host))
    start = f"mount --bind {services} /etc/avahi/services; exec avahi-daemon --no-drop-root --no-chroot -f {configuration}"
    lab.start(host, ["sh", "-ec", start], ready=[("udp", 5353)], private=["/run/avahi-daemon"])


@records("mdns-5353", "routers announce themselves to the group and answer a question asked directly", "22.5",
         programs="avahi-daemon dig", real="everything, but the service's name")
def discovery(lab):
    for host in ("imp-pub", "imp-sub"):
        for group in GROUPS:
            lab.flow("22.5", "UDP", host, group, 5353)
        announce(lab, host)
    lab.wait(3)
    lab.flow("22.5", "UDP", "imp-sub", "imp-pub", 5353)
    for address in (lab.host("imp-pub").ipv4, lab.host("imp-pub").ipv6):
        lab.run("imp-sub", ["dig", "+tries=1", "+time=2", f"@{address}", "-p", "5353", "_xcp-router._tcp.local", "PTR"])

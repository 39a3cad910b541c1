# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 17: ping between the cluster and its Communications Manager, both ways, both address families."""
from recording import records


@records("icmp-ping", "ping both ways, IPv4 and IPv6, one with fragments", "17.1", programs="ping",
         real="everything")
def ping(lab):
    for initiator, target in (("imp-pub", "cucm"), ("cucm", "imp-pub")):
        lab.flow("17.1", "ICMP", initiator, target, None)
        lab.run(initiator, ["ping", "-n", "-c", "2", "-i", "0.2", lab.host(target).ipv4])
        lab.run(initiator, ["ping", "-n", "-c", "2", "-i", "0.2", lab.host(target).ipv6])
    lab.run("imp-pub", ["ping", "-n", "-c", "1", "-s", "2000", lab.host("cucm").ipv4])

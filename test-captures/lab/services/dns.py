# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 15: look-ups by the nodes at the DNS server (unbound, which every recording of the lab uses)."""
from recording import records

QUESTIONS = (
    ("cucm.alpha.example", "A"), ("cucm.alpha.example", "AAAA"), ("_cisco-uds._tcp.alpha.example", "SRV"),
    ("_xmpp-server._tcp.bravo.example", "SRV"), ("nobody.alpha.example", "A"),
)


@records("dns-53", "names, services, addresses back to names, a name that does not exist", "15.1",
         programs="unbound dig", real="everything")
def look_up(lab):
    server = lab.host("dns")
    lab.flow("15.1", "UDP", "imp-pub", "dns", 53)
    lab.flow("15.1", "UDP", "imp-sub", "dns", 53)
    for name, kind in QUESTIONS:
        lab.run("imp-pub", ["dig", "+tries=1", f"@{server.ipv4}", name, kind])
    lab.run("imp-sub", ["dig", "+tries=1", f"@{server.ipv6}", "cucm.alpha.example", "AAAA"])
    lab.run("imp-sub", ["dig", "+tries=1", f"@{server.ipv4}", "-x", lab.host("imp-pub").ipv4])

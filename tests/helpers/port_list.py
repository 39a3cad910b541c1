# The vendor's port list as the tests state it, typed from the document and not
# read from catalog/: a slip in the catalog must not make its own test pass.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from collections import namedtuple

Entry = namedtuple("Entry", "id table row initiator listener protocol transports ports source reach")

IMP = "IM and Presence"
PE = "IM and Presence (Presence Engine)"
AGENT = "IM and Presence (Config Agent)"
DB = "IM and Presence (Database)"
IPSEC = "IM and Presence (IPSec)"
DRF = "IM and Presence (DRF)"
RIS = "IM and Presence (RIS)"
ROUTER = "IM and Presence (XCP Router)"
RECOVERY = "IM and Presence (Server Recovery Manager)"
SYNC = "IM and Presence (Intercluster Sync Agent)"
GATEWAY = "SIP Gateway"
CLIENT = "Third-party client"
BROWSER = "Browser"
DIRECTORY = "External corporate directory"
CUCM = "Cisco Unified Communications Manager"
MANAGER = "SNMP server"

_ROWS = [
    ("2.1", GATEWAY, IMP, "SIP", "TCP UDP", [5060], 0, "external"),
    ("2.2", GATEWAY, IMP, "SIP", "TLS", [5061], 0, "external"),
    ("2.3", IMP, IMP, "SIP", "TLS", [5062], 0, "cluster"),
    ("2.4", IMP, IMP, "SIP", "TCP UDP", [5049], 0, "localhost"),
    ("2.5", IMP, IMP, "HTTP", "TCP", [8081], 0, "cluster"),
    ("2.6", CLIENT, IMP, "HTTP", "TCP", [8082], 0, "external"),
    ("2.7", CLIENT, IMP, "HTTPS", "TLS", [8083], 0, "external"),
    ("3.1", IMP, PE, "SIP", "TCP UDP", [5080], 0, "cluster"),
    ("3.2", PE, PE, "Livebus", "UDP", [50000], 0, "localhost"),
    ("4.1", BROWSER, IMP, "HTTPS", "TCP", [8080], 0, "external"),
    ("4.2", BROWSER, IMP, "AXLHTTPS", "TLS", [8443], 0, "external"),
    ("4.3", BROWSER, IMP, "HTTPS", "TLS", [8443], 0, "external"),
    ("4.4", BROWSER, IMP, "HTTPS", "TLS", [8443], 0, "external"),
    ("4.5", BROWSER, IMP, "SOAP", "TLS", [8443], 0, "external"),
    ("5.1", IMP, DIRECTORY, "LDAP", "TCP", [389, 3268], 0, "external"),
    ("5.2", IMP, DIRECTORY, "LDAPS", "TCP", [636], 0, "external"),
    ("6.1", AGENT, AGENT, "TCP", "TCP", [8600], 0, "cluster"),
    ("7.1", IMP, "Certificate Manager", "TCP", "TCP", [7070], 0, "localhost"),
    ("8.1", DB, DB, "TCP", "TCP", [1500], 0, "localhost"),
    ("8.2", DB, DB, "TCP", "TCP", [1501], 0, "localhost"),
    ("8.3", DB, DB, "XML", "TCP", [1515], 0, "localhost"),
    ("9.1", IPSEC, IPSEC, "Proprietary", "TCP UDP", [8500], 8500, "cluster"),
    ("10.1", DRF, DRF, "TCP", "TCP", [4040], 0, "cluster"),
    ("11.1", RIS, RIS, "TCP", "TCP", [2555], 0, "cluster"),
    ("11.2", "IM and Presence (RIMI/AMC/SOAP)", RIS, "TCP", "TCP", [2556], 0, "cluster"),
    ("11.3", RIS, RIS, "TCP", "TCP", [8889], 8888, "localhost"),
    ("12.1", MANAGER, IMP, "SNMP", "UDP", [161, 8161], 0, "external"),
    ("12.2", IMP, IMP, "SNMP", "UDP", [6162], 0, "cluster"),
    ("12.3", IMP, IMP, "SNMP", "UDP", [6161], 0, "cluster"),
    ("12.4", MANAGER, IMP, "TCP", "TCP", [7999], 0, "external"),
    ("12.5", IMP, IMP, "TCP", "TCP", [7161], 0, "cluster"),
    ("12.6", IMP, "SNMP trap monitor", "SNMP", "UDP", [162], 0, "external"),
    ("12.7", IMP, IMP, "SNMP", "UDP", [], 61441, "cluster"),
    ("13.1", "Gateway", IMP, "Ipssec", "UDP", [500], 0, "external"),
    ("14.1", RIS, RIS, "XML", "TCP", [8888, 8889], 0, "localhost"),
    ("15.1", IMP, "DNS server", "DNS", "UDP", [53], 0, "external"),
    ("16.1", IMP, "Endpoint", "SSH/SFTP", "TCP", [22], 0, "external"),
    ("17.1", IMP, CUCM, "ICMP", "ICMP", [], 0, "external"),
    ("18.1", IMP, "NTP server", "NTP", "UDP", [123], 0, "external"),
    ("19.1", "Microsoft Exchange", IMP, "HTTP (HTTPu)", "TCP UDP", [50020], 0, "external"),
    ("20.1", "IM and Presence (Tomcat)", "IM and Presence (SOAP)", "TCP", "TCP", [5007], 0, "cluster"),
    ("21.1", IMP, "RTMT", "TCP", "TCP", [1090], 0, "external"),
    ("21.2", IMP, "RTMT", "TCP", "TCP", [1099], 0, "external"),
    ("22.1", "XMPP client", IMP, "TCP", "TCP", [5222], 0, "external"),
    ("22.2", IMP, IMP, "TCP", "TCP", [5269], 0, "cluster"),
    ("22.3", "Third-party BOSH client", IMP, "TCP", "TCP", [7335], 0, "external"),
    ("22.4", "IM and Presence (XCP services)", ROUTER, "TCP", "TCP", [7400], 0, "cluster"),
    ("22.5", ROUTER, ROUTER, "UDP", "UDP", [5353], 0, "cluster"),
    ("22.6", ROUTER, ROUTER, "HTTPS", "TCP", [7336], 0, "cluster"),
    ("23.1", IMP, "PostgreSQL database", "TCP", "TCP", [5432], 0, "external"),
    ("24.1", RECOVERY, RECOVERY, "TCP", "TCP", [20075], 0, "cluster"),
    ("24.2", RECOVERY, RECOVERY, "UDP", "UDP", [21999], 0, "cluster"),
    ("25.1", IMP, IMP, "Proprietary", "TCP", [6603], 0, "cluster"),
    ("25.2", IMP, IMP, "Proprietary", "TCP", [6604], 0, "cluster"),
    ("25.3", IMP, IMP, "Proprietary", "TCP", [6605], 0, "cluster"),
    ("25.4", IMP, IMP, "Proprietary", "TCP", [9003], 0, "cluster"),
    ("25.5", IMP, IMP, "Proprietary", "TCP", [9004], 0, "cluster"),
    ("25.6", IMP, IMP, "Proprietary", "TCP", [9005], 0, "cluster"),
    ("26.1", IMP, IMP, "Proprietary", "TCP", [6603], 0, "cluster"),
    ("26.2", IMP, IMP, "Proprietary", "TCP", [6604], 0, "cluster"),
    ("26.3", IMP, IMP, "Proprietary", "TCP", [6605], 0, "cluster"),
    ("26.4", IMP, IMP, "Proprietary", "TCP", [6606], 0, "cluster"),
    ("27.1", IMP, IMP, "Proprietary", "TCP", [6607], 0, "cluster"),
    ("27.2", IMP, IMP, "Proprietary", "TCP", [6608], 0, "cluster"),
    ("27.3", IMP, IMP, "Proprietary", "TCP", [6609], 0, "cluster"),
    ("27.4", IMP, IMP, "Proprietary", "TCP", [6610], 0, "cluster"),
    ("28.1", SYNC, SYNC, "TCP", "TCP", [37239], 0, "cluster"),
]

ENTRIES = [
    Entry(id, *(int(part) for part in id.split(".")), initiator, listener, protocol,
          transports.split(), ports, source, reach)
    for id, initiator, listener, protocol, transports, ports, source, reach in _ROWS
]
BY_ID = {entry.id: entry for entry in ENTRIES}

# Later rows of the document that share a port with an earlier one, which wins.
SHADOWED = {"4.3": "4.2", "4.4": "4.2", "4.5": "4.2", "26.1": "25.1", "26.2": "25.2", "26.3": "25.3"}

# --- 12.5(1)SU3: what differs from the rows above, by its own chapter ---

SU3 = "12.5.1su3"
_SU3_LACKS = ("25.1", "25.2", "25.3")
PUBLISHER, SUBSCRIBER = "IM and Presence publisher", "IM and Presence subscriber"
_SU3_ROWS = [
    ("3.2", PE, PE, "Livebus", "UDP", [50000], 0, "cluster"),
    ("5.1", IMP, DIRECTORY, "LDAP", "TCP", [389], 0, "external"),
    ("11.2", "IM and Presence (RTMT/AMC/SOAP)", RIS, "TCP", "TCP", [2556], 0, "cluster"),
    ("22.3", "Third-party BOSH client", IMP, "TCP", "TCP", [5280], 0, "external"),
    ("23.2", IMP, "Oracle database", "TCP", "TCP", [1521], 0, "external"),
    ("23.3", IMP, "Microsoft SQL Server database", "TCP", "TCP", [1433], 0, "external"),
    ("29.8", CUCM, PUBLISHER, "TCP", "TCP", [5070], 0, "external"),
    ("29.13", PUBLISHER, SUBSCRIBER, "TCP", "TCP", [7], 0, "cluster"),
    ("29.14", PUBLISHER, SUBSCRIBER, "TCP", "TCP", [44000], 0, "cluster"),
    ("29.18", PUBLISHER, CUCM, "TCP", "TCP", [8001], 0, "external"),
    ("29.19", PUBLISHER, CUCM, "TCP", "TCP", [6379], 0, "external"),
    ("30.1", PUBLISHER, "Microsoft SQL Server database", "TCP", "TCP", [7], 0, "external"),
]
_SU3_BY_ID = {row[0]: Entry(row[0], *(int(part) for part in row[0].split(".")), row[1], row[2], row[3], row[4].split(), *row[5:])
              for row in _SU3_ROWS}
SU3_ENTRIES = ([_SU3_BY_ID.get(entry.id, entry) for entry in ENTRIES if entry.id not in _SU3_LACKS]
               + [entry for entry in _SU3_BY_ID.values() if entry.id not in BY_ID])
LISTS = {"base": ENTRIES, SU3: SU3_ENTRIES}


def entries_on(release, transport, port):
    """The numbers of the entries that a release has on a port ("TCP" stands for TLS, too), in the document's order."""
    return [entry.id for entry in LISTS[release] if port in entry.ports
            and ("UDP" in entry.transports if transport == "UDP" else {"TCP", "TLS"} & set(entry.transports))]

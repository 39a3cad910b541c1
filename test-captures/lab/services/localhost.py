# SPDX-License-Identifier: GPL-2.0-or-later
"""Services the port list reserves for the local host: tables 3, 7, 8, 11 and 14, on the publisher's loopback."""
from recording import records
from services import made_up

NODE = "imp-pub"
STATUS = made_up.xml('<ServiceStatusRequest name="Cisco Presence Engine"/>',
                     '<ServiceStatusReply name="Cisco Presence Engine" state="running" seconds="4711"/>')
REPLICA = made_up.xml('<replicate table="enduser" from="12"/>', f'<rows table="enduser">{"<row/>" * 40}</rows>')


def exchanges():
    """entry, transport, port, script, source port"""
    return (
        ("3.2", "UDP", 50000, made_up.heartbeats("livebus"), 0),
        ("7.1", "TCP", 7070, made_up.conversation(("LIST tomcat", "CERTIFICATE tomcat 2030-01-01")), 0),
        ("8.1", "TCP", 1500, made_up.conversation(("CONNECT sysmaster", "OK"), ("SELECT 1", "ROW 1")), 0),
        ("8.2", "TCP", 1501, made_up.conversation(("CONNECT sysmaster", "OK"), ("SELECT 1", "ROW 1")), 0),
        ("8.3", "TCP", 1515, REPLICA, 0),
        ("14.1", "TCP", 8888, STATUS, 0),
        ("14.1", "TCP", 8889, STATUS, 0),
        ("11.3", "TCP", 8889, STATUS, 8888),
    )


@records("localhost-services", "services for the local host only, on loopback", "3.2 7.1 8.1 8.2 8.3 11.3 14.1",
         real="handshake, segments and close (the kernel's own)", made_up="every payload", loopback=NODE)
def localhost(lab):
    # The first declaration that fits a connection counts, so the one with a source port goes first.
    for entry, transport, port, script, source_port in sorted(exchanges(), key=lambda one: -one[4]):
        for version in (4, 6):
            lab.made_up(entry, transport, NODE, NODE, port, script, source_port=source_port, version=version, local=True)

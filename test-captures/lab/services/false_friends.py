# SPDX-License-Identifier: GPL-2.0-or-later
"""What looks like the port list and is not: its numbers on other transports, and as clients' ports."""
from recording import records
from services import made_up

TALK = made_up.conversation(("something", "something else"), ("more", "and more"))

# transport, port: the number is in the port list, on the other transport only
OTHER_TRANSPORT = (("TCP", 161), ("TCP", 162), ("TCP", 123), ("TCP", 500), ("TCP", 21999), ("TCP", 50000), ("TCP", 5353),
                   ("UDP", 8600), ("UDP", 5222), ("UDP", 7400), ("UDP", 8443), ("UDP", 389), ("UDP", 37239))
# transport, client's port (in the port list), listener's port (not in it)
CLIENT_PORT = (("TCP", 50020, 80), ("TCP", 37239, 3306), ("TCP", 5060, 443), ("TCP", 8889, 25), ("TCP", 7400, 873),
               ("TCP", 20075, 3306), ("TCP", 6603, 445), ("TCP", 5432, 6379), ("UDP", 50000, 514), ("UDP", 21999, 514),
               ("UDP", 8161, 69), ("UDP", 50020, 1812))
# The listener's port means nothing to anybody: without the handshake these could as well be the port list's.
HANDSHAKE_ONLY = (("TCP", 8443, 9200), ("TCP", 37239, 8001), ("TCP", 5222, 40001))
CLIENTS = (("imp-pub", "bystander"), ("bystander", "imp-sub"))


@records("false-friends", "the port list's numbers on other transports, and as clients' ports", "", programs="unbound dig",
         real="DNS over TCP; handshake, segments and close of the rest", made_up="every other payload")
def false_friends(lab):
    lab.flow("", "TCP", "imp-pub", "dns", 53, note="TCP 53 is not in the port list")
    lab.run("imp-pub", ["dig", "+tcp", "+tries=1", f"@{lab.host('dns').ipv4}", "cucm.alpha.example", "A"])
    for transport, port in OTHER_TRANSPORT:
        for client, server in CLIENTS:
            lab.made_up("", transport, client, server, port, TALK, note=f"{transport} {port} is not in the port list")
    for transport, source, port in CLIENT_PORT:
        for (client, server), version in zip(CLIENTS, (4, 6)):
            lab.made_up("", transport, client, server, port, TALK, source_port=source, version=version,
                        note=f"{source} is the client's port")
    for transport, source, port in HANDSHAKE_ONLY:
        for (client, server), version in zip(CLIENTS, (4, 6)):
            lab.made_up("", transport, client, server, port, TALK, source_port=source, version=version,
                        note=f"{source} is the client's port; only the handshake tells")

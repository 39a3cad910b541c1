# SPDX-License-Identifier: GPL-2.0-or-later
"""In-memory databases: replication between nodes (table 25), SQL within one (26), change notifications (27)."""
from recording import records
from services import made_up

TRANSPORT = "handshake, segments and close (the kernel's own)"
PAYLOAD = "every payload"
STORES = ("presence", "login", "sip-registration", "route")


def replication(store):
    return made_up.conversation((f"REPLICA {store} lsn=100", f"AHEAD {store} lsn=140"),
                                (f"LOG {store} " + "x" * 400, "APPLIED 140"))


def query(store):
    return made_up.conversation((f"SELECT * FROM {store} WHERE node=1", "ROWS 3 " + f"{store};" * 60), ("COMMIT", "OK"))


def notification(store):
    return [step for number in range(2) for step in made_up.xml(
        f'<subscribe store="{store}" number="{number}"/>',
        f'<changed store="{store}" number="{number}"><key>user{number}@alpha.example</key></changed>')]


@records("datastore-replication", "in-memory databases of two nodes replicate", "25.1 25.2 25.3 25.4 25.5 25.6",
         real=TRANSPORT, made_up=PAYLOAD)
def replicate(lab):
    for row, port in enumerate((6603, 6604, 6605, 9003, 9004, 9005), 1):
        script = replication(STORES[(row - 1) % 3])
        lab.made_up(f"25.{row}", "TCP", "imp-pub", "imp-sub", port, script)
        lab.made_up(f"25.{row}", "TCP", "imp-sub", "imp-pub", port, script, version=6)


@records("datastore-sql", "SQL at the in-memory databases of the same node", "26.1 26.2 26.3 26.4",
         real=TRANSPORT, made_up=PAYLOAD, loopback="imp-pub")
def sql(lab):
    """6603 to 6605 stand in table 25 too: there the ends are two nodes, here they are one."""
    for row, port in enumerate((6603, 6604, 6605, 6606), 1):
        lab.made_up(f"26.{row}", "TCP", "imp-pub", "imp-pub", port, query(STORES[row - 1]))
        lab.made_up(f"26.{row}", "TCP", "imp-pub", "imp-pub", port, query(STORES[row - 1]), version=6, local=True)


@records("datastore-notifications", "XML notifications of changes in the in-memory databases", "27.1 27.2 27.3 27.4",
         real=TRANSPORT, made_up=PAYLOAD, loopback="imp-pub")
def notifications(lab):
    for row, port in enumerate((6607, 6608, 6609, 6610), 1):
        lab.made_up(f"27.{row}", "TCP", "imp-sub", "imp-pub", port, notification(STORES[row - 1]))
        lab.made_up(f"27.{row}", "TCP", "imp-pub", "imp-pub", port, notification(STORES[row - 1]), version=6)

# SPDX-License-Identifier: GPL-2.0-or-later
"""The nodes' own services between each other: tables 6, 9, 10, 11, 20, 24 and 28."""
from recording import records
from services import made_up

TRANSPORT = "handshake, segments and close (the kernel's own)"
PAYLOAD = "every payload"


def both_families(lab, entry, transport, client, server, port, script, **options):
    """The same exchange over IPv4 and over IPv6."""
    for version in (4, 6):
        lab.made_up(entry, transport, client, server, port, script, version=version, **options)


@records("config-agent-8600", "configuration agents' heartbeat", "6.1", real=TRANSPORT, made_up=PAYLOAD)
def config_agent(lab):
    both_families(lab, "6.1", "TCP", "imp-pub", "imp-sub", 8600, made_up.heartbeats("config-agent"))
    lab.made_up("6.1", "TCP", "imp-sub", "imp-pub", 8600, made_up.heartbeats("config-agent", count=1), reset=True)
    lab.made_up("6.1", "TCP", "imp-pub-b", "imp-sub-b", 8600, made_up.heartbeats("config-agent", count=1))


@records("ipsec-manager-8500", "IPSec managers: both ends use port 8500, over UDP and TCP", "9.1",
         real=TRANSPORT, made_up=PAYLOAD)
def ipsec_manager(lab):
    """Only who speaks first tells the initiator where both ports are the same."""
    hello = made_up.conversation(("PEER imp-pub", "PEER imp-sub"), ("CERTIFICATES?", "HASH 5f1c04"))
    both_families(lab, "9.1", "UDP", "imp-pub", "imp-sub", 8500, hello, source_port=8500)
    both_families(lab, "9.1", "TCP", "imp-sub", "imp-pub", 8500, hello, source_port=8500)


@records("drf-4040", "DRF local agent, user interface and command line at the master agent", "10.1",
         real=TRANSPORT, made_up=PAYLOAD)
def drf(lab):
    backup = made_up.conversation(("REGISTER imp-sub", "OK"), ("STATUS", "IDLE"), ("BACKUP imp", "STARTED 1"))
    progress = [("wait", 0.2), ("reply", made_up.Framing().message(3, "PROGRESS 1 100% " + "#" * 3000))]
    both_families(lab, "10.1", "TCP", "imp-sub", "imp-pub", 4040, backup + progress)
    lab.made_up("10.1", "TCP", "imp-sub-b", "imp-pub-b", 4040, backup)


@records("ris-2555-2556", "real-time information: databases with each other, and a client", "11.1 11.2",
         real=TRANSPORT, made_up=PAYLOAD)
def ris(lab):
    both_families(lab, "11.1", "TCP", "imp-sub", "imp-pub", 2555,
                  made_up.conversation(("JOIN imp-sub", "MEMBERS imp-pub imp-sub"), ("DELTA devices=2", "ACK")))
    both_families(lab, "11.2", "TCP", "imp-sub", "imp-pub", 2556,
                  made_up.conversation(("SELECT devices", "ROWS 2 " + "device;" * 300), ("CLOSE", "BYE")))


@records("soap-monitor-5007", "Tomcat at the SOAP monitor", "20.1", real=TRANSPORT, made_up=PAYLOAD)
def soap_monitor(lab):
    both_families(lab, "20.1", "TCP", "imp-sub", "imp-pub", 5007, made_up.conversation(("MONITOR soap", "RUNNING 4")))


@records("recovery-manager-20075-21999", "Server Recovery Managers: administration and peers", "24.1 24.2",
         real=TRANSPORT, made_up=PAYLOAD)
def recovery_manager(lab):
    both_families(lab, "24.1", "TCP", "imp-sub", "imp-pub", 20075,
                  made_up.conversation(("RPC getState", "NORMAL"), ("RPC failover imp-sub", "REFUSED NORMAL")))
    both_families(lab, "24.2", "UDP", "imp-pub", "imp-sub", 21999, made_up.heartbeats("recovery-manager"))


@records("intercluster-sync-37239", "Intercluster Sync Agents of two clusters", "28.1", real=TRANSPORT, made_up=PAYLOAD)
def intercluster_sync(lab):
    sync = made_up.conversation(("SYNC users since=0", "USERS " + "user@bravo.example;" * 200), ("CERTIFICATES", "NONE"))
    both_families(lab, "28.1", "TCP", "imp-pub", "imp-pub-b", 37239, sync)
    lab.made_up("28.1", "TCP", "imp-pub-b", "imp-pub", 37239, made_up.conversation(("PING", "PONG")))

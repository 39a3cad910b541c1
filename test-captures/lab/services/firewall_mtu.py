# SPDX-License-Identifier: GPL-2.0-or-later
"""A narrow link, and a firewall that does not say so: small segments get through and large ones get lost."""
from contextlib import contextmanager

import exchange
from firewall import TOO_LARGE, Firewall, unsaid
from recording import BOTH_SIDES, records
from services import crossing, made_up

NARROW, WIDE = 1400, 1500
LARGE = made_up.Framing().message(1, "LOG " + "x" * 2400)
DONE = made_up.Framing().message(2, "DONE")
XCP = crossing.xcp("component", "router")
LOST = "ICMP about the size dropped: the {}'s data lost"


@records("firewall-mtu", "a narrow link, and a firewall that keeps its ICMP to itself: large segments get lost; both sides",
         "10.1 22.4 25.4 28.1", programs="nft", real="the firewall (nftables), segments and retransmissions",
         made_up="payloads", taps=BOTH_SIDES)
def mtu(lab):
    with Firewall(lab).rules(*unsaid("mtu", 4040, 7400, 9003, kinds=TOO_LARGE)):
        with narrow(lab, "eth1"):  # the link outside
            losing(lab, "22.4", "initiator", send_large, "imp-pub-h", "imp-sub-h", 7400, XCP[:4])
            losing(lab, "10.1", "listener", answer_large, "imp-sub-h", "imp-pub-h", 4040)
            told(lab)
        with narrow(lab, "eth0"):  # the link inside
            losing(lab, "25.4", "initiator", send_large, "imp-sub-h", "imp-pub-h", 9003, crossing.BEAT)


def losing(lab, entry, end, attempt, client, server, port, *script):
    lab.flow(entry, "TCP", client, server, port, payload="made up", note=LOST.format(end), fate="mtu")
    crossing.both(attempt, lab, client, server, port, *script)


def told(lab):
    """The sender learns which size gets through."""
    lab.flow("28.1", "TCP", "imp-pub-h", "imp-pub-j", 37239, payload="made up", note="ICMP about the size gets through",
             fate="open")
    script = [*crossing.BEAT, ("request", LARGE), ("reply", DONE)]
    for version in (4, 6):
        exchange.tcp(lab, "imp-pub-h", "imp-pub-j", 37239, script, version=version)


@contextmanager
def narrow(lab, interface):
    lab.network.command("firewall", "ip", "link", "set", interface, "mtu", str(NARROW))
    try:
        yield
    finally:
        lab.network.command("firewall", "ip", "link", "set", interface, "mtu", str(WIDE))


def send_large(lab, client, server, port, script, version):
    with crossing.connection(lab, client, server, port, version) as (initiator, listener):
        exchange.play(script, initiator, listener)
        initiator.sendall(LARGE)
        lab.wait(1.2)


def answer_large(lab, client, server, port, version):
    with crossing.connection(lab, client, server, port, version) as (initiator, listener):
        exchange.play(crossing.BEAT[:1], initiator, listener)
        listener.sendall(LARGE)
        lab.wait(1.2)

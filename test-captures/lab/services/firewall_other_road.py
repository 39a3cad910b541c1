# SPDX-License-Identifier: GPL-2.0-or-later
"""Two routers between the same links: what one of them sees is half of each conversation."""
from contextlib import contextmanager

import exchange
from firewall import KEY, KEY_OF_REPLY, Firewall, Rule
from recording import BOTH_SIDES, records
from services import crossing, made_up

BEAT, ALIVE = (content for _, content in made_up.conversation(("BEAT", "ALIVE")))
XCP = crossing.xcp("component", "router")


@records("firewall-other-road", "the subscriber's packets take another road than those to it; recorded on both sides of one",
         "6.1 22.4 24.2 25.4", real="the routers, handshakes", made_up="payloads", taps=BOTH_SIDES)
def other_road(lab):
    """What the subscriber sends goes through the detour, which nobody records. The hosts see nothing unusual."""
    ports = (("tcp", 7400), ("tcp", 8600), ("tcp", 9003), ("udp", 21999))
    ways = (("dport", KEY), ("sport", KEY_OF_REPLY))
    untracked = [f"{transport} {end} {port} notrack" for transport, port in ports for end, _ in ways]
    passing = [Rule(f"{transport} {end} {port}", "other_road", "accept", key)
               for transport, port in ports for end, key in ways]
    with Firewall(lab).rules(passing, untracked=untracked), detour(lab, "imp-sub-h"):
        for note, pair in (("only what the initiator sends", ("imp-pub-h", "imp-sub-h")),
                           ("only what the listener sends", ("imp-sub-h", "imp-pub-h"))):
            for entry, port, script in (("22.4", 7400, XCP), ("6.1", 8600, crossing.BEAT)):
                lab.flow(entry, "TCP", *pair, port, payload="made up", note=note, fate="other_road")
                for version in (4, 6):
                    exchange.tcp(lab, *pair, port, script, version=version)
            lab.flow("24.2", "UDP", *pair, 21999, payload="made up", note=note, fate="other_road")
            for version in (4, 6):
                crossing.ask(lab, *pair, 21999, BEAT, ALIVE, version)
        lab.flow("25.4", "TCP", "imp-pub-h", "imp-sub-h", 9003, payload="none", note="refused; the RST takes the other road",
                 fate="other_road")
        crossing.both(crossing.knock, lab, "imp-pub-h", "imp-sub-h", 9003)


@contextmanager
def detour(lab, host):
    lab.network.route(host, "detour")
    try:
        yield
    finally:
        lab.network.route(host, "firewall")

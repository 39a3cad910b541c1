# SPDX-License-Identifier: GPL-2.0-or-later
"""Connections that a firewall forgets because nothing was said for a while, and what the next segment meets."""
import exchange
from firewall import KEY_OF_REPLY, Firewall, Rule
from recording import BOTH_SIDES, records
from services import crossing, datagrams, made_up

REMEMBERED = 2  # seconds; real ones take an hour
MORE = made_up.Framing().message(7, "ARE YOU THERE")
PING = b"<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"


@records("firewall-forgotten", "connections that a firewall forgot while they were idle; recorded on both of its sides",
         "5.1 10.1 22.1 22.4 25.4", programs="nft", real="the firewall (nftables), handshakes and retransmissions",
         made_up="payloads", taps=BOTH_SIDES)
def forgotten(lab):
    firewall = Firewall(lab)
    unknown = [Rule("ct state invalid tcp dport 7400", "forgotten", "reject with tcp reset"),
               Rule("ct state invalid tcp dport { 5222, 9003 }", "forgotten", "drop"),
               Rule("ct state invalid tcp sport { 4040, 9003 }", "forgotten", "drop", KEY_OF_REPLY)]
    with firewall.remembering(tcp_timeout_established=REMEMBERED, tcp_loose=0), firewall.rules(unknown):
        lab.flow("22.1", "TCP", "jabber-h", "imp-pub-h", 5222, payload="made up", note="the initiator's data dropped",
                 fate="forgotten")
        crossing.both(initiator_goes_on, lab, "jabber-h", "imp-pub-h", 5222, made_up.XMPP_CLIENT, PING)
        lab.flow("22.4", "TCP", "imp-pub-h", "imp-sub-h", 7400, payload="made up",
                 note="the initiator's data rejected by RST", fate="forgotten")
        crossing.both(initiator_goes_on, lab, "imp-pub-h", "imp-sub-h", 7400, crossing.xcp("component", "router")[:4], b" ")
        lab.flow("10.1", "TCP", "imp-sub-h", "imp-pub-h", 4040, payload="made up", note="the listener's data dropped",
                 fate="forgotten")
        crossing.both(listener_goes_on, lab, "imp-sub-h", "imp-pub-h", 4040)
        lab.flow("25.4", "TCP", "imp-pub-h", "imp-sub-h", 9003, payload="made up", note="kept alive", fate="open")
        crossing.both(kept_alive, lab, "imp-pub-h", "imp-sub-h", 9003)
        lab.flow("5.1", "TCP", "imp-pub-h", "ldap-h", 389, payload="made up", note="idle, but not for long", fate="open")
        crossing.both(idle_for_a_moment, lab, "imp-pub-h", "ldap-h", 389)


def initiator_goes_on(lab, client, server, port, script, more, version):
    with crossing.connection(lab, client, server, port, version) as (initiator, listener):
        exchange.play(script, initiator, listener)
        lab.wait(REMEMBERED + 1)
        initiator.sendall(more)
        lab.wait(2)


def listener_goes_on(lab, client, server, port, version):
    with crossing.connection(lab, client, server, port, version) as (initiator, listener):
        exchange.play(crossing.BEAT, initiator, listener)
        lab.wait(REMEMBERED + 1)
        listener.sendall(MORE)
        lab.wait(2)


def kept_alive(lab, client, server, port, version):
    """The kernel asks every second whether the other end is still there, and so the firewall remembers."""
    with crossing.connection(lab, client, server, port, version) as (initiator, listener):
        crossing.keep_alive(initiator, 1)
        exchange.play(crossing.BEAT, initiator, listener)
        lab.wait(2 * REMEMBERED)
        exchange.play(crossing.BEAT, initiator, listener)
        crossing.close(lab, initiator, listener)


def idle_for_a_moment(lab, client, server, port, version):
    request, answer = datagrams.ldap()
    with crossing.connection(lab, client, server, port, version) as (initiator, listener):
        asked = [("request", request), ("reply", answer)]
        exchange.play([*asked, ("wait", REMEMBERED / 2), *asked], initiator, listener)
        crossing.close(lab, initiator, listener)

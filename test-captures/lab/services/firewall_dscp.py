# SPDX-License-Identifier: GPL-2.0-or-later
"""A firewall that does not keep the DSCP."""
import exchange
from firewall import KEY_OF_REPLY, Firewall, Rule
from recording import BOTH_SIDES, records
from services import crossing, datagrams

EXPEDITED, SIGNALLING = 46, 24  # DSCP: EF, CS3
XCP = crossing.xcp("component", "router")


@records("firewall-dscp", "a firewall sets the DSCP to zero, one way, both ways, or not; recorded on both of its sides",
         "2.1 22.4", programs="nft", real="the firewall (nftables), handshakes", made_up="payloads", taps=BOTH_SIDES)
def dscp(lab):
    clear = "{ip} dscp set cs0"
    with Firewall(lab).rules([Rule("tcp dport 5060 {ip} dscp != cs0", "dscp", clear),
                              Rule("udp dport 5060 {ip} dscp != cs0", "dscp", clear),
                              Rule("udp sport 5060 {ip} dscp != cs0", "dscp", clear, KEY_OF_REPLY)]):
        lab.flow("2.1", "TCP", "gateway-h", "imp-pub-h", 5060, payload="made up",
                 note="CS3; zero after the firewall, requests only", fate="dscp")
        lab.flow("2.1", "UDP", "gateway-h", "imp-pub-h", 5060, payload="made up",
                 note="EF; zero after the firewall, both ways", fate="dscp")
        lab.flow("22.4", "TCP", "imp-pub-h", "imp-sub-h", 7400, payload="made up", note="CS3; kept", fate="open")
        sip = list(zip(("request", "reply"), datagrams.sip(lab, "gateway-h", "imp-pub-h", "TCP")))
        for version in (4, 6):
            marked(lab, "gateway-h", "imp-pub-h", 5060, sip, version)
            crossing.ask(lab, "gateway-h", "imp-pub-h", 5060, *datagrams.sip(lab, "gateway-h", "imp-pub-h", "UDP"), version,
                         dscp=EXPEDITED, reply_dscp=EXPEDITED)
            marked(lab, "imp-pub-h", "imp-sub-h", 7400, XCP, version)


def marked(lab, client, server, port, script, version):
    ends = crossing.connection(lab, client, server, port, version, dscp=SIGNALLING, reply_dscp=SIGNALLING)
    with ends as (initiator, listener):
        exchange.play(script, initiator, listener)
        crossing.close(lab, initiator, listener)

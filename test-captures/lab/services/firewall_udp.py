# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams through a firewall: answered, unanswered, and those to which no answer is due."""
from firewall import KEY_OF_REPLY, Firewall, Rule
from recording import BOTH_SIDES, records
from services import crossing, datagrams, made_up

REMEMBERED = 1  # seconds that the firewall waits for an answer over UDP
NOTIFY = ("NOTIFY httpu://{0}:50020/lab HTTP/1.1\r\nSubscription-group: lab\r\nSubscription-id: 7\r\n"
          "Call-Back: httpu://{0}:50020/lab\r\nContent-Length: 0\r\n\r\n")
BEAT, ALIVE = (content for _, content in made_up.conversation(("BEAT", "ALIVE")))
NAME = "imp-sub-h.hotel.example", "10.20.2.12"


@records("firewall-udp", "UDP through a firewall: answered, silent, too late, and one way by nature; recorded on both sides",
         "2.1 12.1 12.6 15.1 18.1 19.1 24.2", programs="nft", real="the firewall (nftables)", made_up="payloads",
         taps=BOTH_SIDES)
def udp(lab):
    firewall = Firewall(lab)
    stopping = [Rule("ct direction reply udp sport 161", "reply_dropped", "drop", KEY_OF_REPLY),
                Rule("ct state new udp sport 53", "forgotten", "drop", KEY_OF_REPLY)]
    with firewall.remembering(udp_timeout=REMEMBERED), firewall.rules(stopping):
        answered(lab)
        silent(lab)
        not_due(lab)
        unheard(lab)


def answered(lab):
    sip = datagrams.sip(lab, "gateway-h", "imp-pub-h", "UDP")
    for entry, client, server, port, exchanged in (
            ("15.1", "imp-pub-h", "dns-h", 53, datagrams.dns(*NAME)), ("18.1", "imp-pub-h", "ntp-h", 123, datagrams.ntp()),
            ("24.2", "imp-pub-h", "imp-sub-h", 21999, (BEAT, ALIVE)), ("2.1", "gateway-h", "imp-pub-h", 5060, sip)):
        lab.flow(entry, "UDP", client, server, port, payload="made up", fate="open")
        crossing.both(crossing.ask, lab, client, server, port, *exchanged)


def silent(lab):
    """The program at the port hears the request, and says nothing."""
    for entry, client, server, port, content in (
            ("15.1", "imp-pub-h", "exchange-h", 53, datagrams.dns(*NAME)[0]),
            ("18.1", "imp-pub-h", "dns-h", 123, datagrams.ntp()[0]),
            ("24.2", "imp-sub-h", "imp-pub-h", 21999, BEAT)):
        lab.flow(entry, "UDP", client, server, port, payload="made up", note="the listener is silent", fate="no_answer")
        crossing.both(crossing.ask_again, lab, client, server, port, content)


def not_due(lab):
    lab.flow("12.6", "UDP", "imp-pub-h", "monitor-h", 162, payload="made up", fate="no_answer_due")
    crossing.both(crossing.ask_again, lab, "imp-pub-h", "monitor-h", 162, datagrams.trap())
    lab.flow("19.1", "UDP", "exchange-h", "imp-pub-h", 50020, payload="made up", fate="no_answer_due")
    notify = NOTIFY.format(lab.host("imp-pub-h").ipv4).encode()
    crossing.both(crossing.ask_again, lab, "exchange-h", "imp-pub-h", 50020, notify)


def unheard(lab):
    """The listener answers, and the firewall does not let it through."""
    lab.flow("12.1", "UDP", "manager-h", "imp-pub-h", 161, payload="made up", note="answer dropped", fate="reply_dropped")
    crossing.both(crossing.ask, lab, "manager-h", "imp-pub-h", 161, *datagrams.snmp())
    lab.flow("15.1", "UDP", "imp-pub-h", "ntp-h", 53, payload="made up", note="answered too late", fate="forgotten")
    crossing.both(lambda version: crossing.ask(lab, "imp-pub-h", "ntp-h", 53, *datagrams.dns(*NAME), version,
                                               late=REMEMBERED + 1.5))

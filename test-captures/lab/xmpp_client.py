# SPDX-License-Identifier: GPL-2.0-or-later
"""An XMPP client and a component for services/xmpp.py, by slixmpp. Runs inside a host, with Debian's Python.

xmpp_client.py client ADDRESS PORT JID PASSWORD PEER tls|clear
xmpp_client.py component ADDRESS PORT JID SECRET PEER
"""
import asyncio
import os
import sys

import slixmpp

SECONDS = 3


async def chat(session, peer):
    """What a user does: presence, contact list, a message, a question about the server."""
    if peer:
        session.send_presence_subscription(pto=peer)
        session.send_message(mto=peer, mbody="Hello from the lab", mtype="chat")
        await asyncio.sleep(0.5)
        session.send_message(mto=peer, mbody="A longer message. " * 120, mtype="chat")
    session.send_presence(pshow="away", pstatus="in a meeting")
    await asyncio.sleep(SECONDS)


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password, peer):
        super().__init__(jid, password)
        self.peer = peer
        self.add_event_handler("session_start", self.begin)
        self.add_event_handler("presence_subscribe", lambda stanza: None)

    async def begin(self, _):
        self.send_presence()
        await self.get_roster()
        await chat(self, self.peer)
        await self.disconnect()


class Component(slixmpp.ComponentXMPP):
    def __init__(self, jid, secret, address, port, peer):
        super().__init__(jid, secret, address, port)
        self.peer = peer
        self.add_event_handler("session_start", self.begin)

    async def begin(self, _):
        for number in range(4):  # written at once, so that several share a segment
            self.send_message(mto=self.peer, mbody=f"stanza {number}", mfrom=f"service@{self.boundjid.bare}")
        await asyncio.sleep(0.5)
        self.send_message(mto=self.peer, mbody="over several segments " * 200, mfrom=f"service@{self.boundjid.bare}")
        await asyncio.sleep(1)
        await self.disconnect()


def main():
    kind, address, port, jid, password, peer = sys.argv[1:7]
    if kind == "component":
        session = Component(jid, password, address, int(port), peer)
        session.connect()
    else:
        session = Client(jid, password, peer)
        session.ssl_context.keylog_filename = os.environ["SSLKEYLOGFILE"]
        session.ca_certs = sys.argv[8] if len(sys.argv) > 8 else None
        clear = sys.argv[7] == "clear"
        session["feature_mechanisms"].unencrypted_plain = clear
        session.connect(address=(address, int(port)), disable_starttls=clear)
    session.process(forever=False)


if __name__ == "__main__":
    main()

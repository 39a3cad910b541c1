# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages for services whose protocol is not public. Nothing here is the vendor's: only who opens the connection, how
messages alternate and how large they are is meant to be plausible."""
import struct


class Framing:
    """Length, kind, sequence number, then text: the commonest shape of a private protocol."""

    def __init__(self):
        self.sequence = 0

    def message(self, kind, text):
        self.sequence += 1
        content = text.encode()
        return struct.pack("!IHH", len(content) + 8, kind, self.sequence) + content


def conversation(*pairs):
    """A script of requests, each with its reply, in one framing."""
    framing = Framing()
    script = []
    for request, reply in pairs:
        script.append(("request", framing.message(1, request)))
        script.append(("reply", framing.message(2, reply)))
    return script


def heartbeats(name, count=3, interval=0.2):
    """A hello, then a beat now and then, each answered."""
    script = conversation((f"HELLO {name} version=1", f"WELCOME {name} interval={interval}"))
    for number in range(count):
        script.append(("wait", interval))
        script += conversation((f"BEAT {name} {number}", f"ALIVE {name} {number}"))
    return script


def stream(namespace):
    """The beginning of an XMPP stream, each way."""
    head = (f"<?xml version='1.0'?><stream:stream xmlns='{namespace}' xmlns:stream='http://etherx.jabber.org/streams' "
            "{}='hotel.example' version='1.0'>")
    return [("request", head.format("to").encode()), ("reply", head.format("from").encode())]


XMPP_CLIENT, XMPP_SERVER = stream("jabber:client"), stream("jabber:server")


def xml(request, reply):
    """One XML document each way, with a declaration and a final newline."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return [("request", f"{head}{request}\n".encode()), ("reply", f"{head}{reply}\n".encode())]

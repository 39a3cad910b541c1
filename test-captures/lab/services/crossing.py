# SPDX-License-Identifier: GPL-2.0-or-later
"""How hosts on both sides of the firewall try to speak with each other, whatever becomes of it."""
import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor

import exchange
import topology
from services import made_up, xmpp

TCP_REPAIR = 19  # linux/tcp.h
GIVE_UP = 1.3  # seconds; long enough for a second SYN
BEAT = made_up.conversation(("BEAT 1", "ALIVE 1"))


def both(attempt, *arguments):
    """Attempt it over IPv4 and IPv6 at the same time: most of it is waiting."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda version: attempt(*arguments, version), (4, 6)))


def xcp(component, router):
    """Into the XCP router, and out again."""
    session = xmpp.xcp_session(component, router)
    return session[:4] + session[-2:]


def address(lab, to, version):
    """Of a host; an address stays as it is."""
    return exchange.address(lab, to, version, False) if to in topology.HOSTS else to


@contextlib.contextmanager
def opened(lab, host, version, kind, port, dscp=0):
    """A socket of a host, on a port of it."""
    with exchange.endpoint(lab, host, version, kind) as one:
        if dscp:
            level, name = (socket.IPPROTO_IP, socket.IP_TOS) if version == 4 else (socket.IPPROTO_IPV6, socket.IPV6_TCLASS)
            one.setsockopt(level, name, dscp << 2)
        one.bind((address(lab, host, version), port))
        yield one


def knock(lab, client, to, port, version, source_port=0):
    """Ask for a TCP connection that will not come about. to: a host or an address."""
    with opened(lab, client, version, socket.SOCK_STREAM, source_port) as asking:
        asking.settimeout(GIVE_UP)
        with contextlib.suppress(OSError):
            asking.connect((address(lab, to, version), port))


@contextlib.contextmanager
def listening(lab, host, version, port):
    """Wait for TCP connections, and accept none of them."""
    with opened(lab, host, version, socket.SOCK_STREAM, port) as one:
        one.listen()
        yield


@contextlib.contextmanager
def connection(lab, client, server, port, version, to="", dscp=0, reply_dscp=0):
    """The initiator's and the listener's end of a TCP connection. What is not closed within ends without another packet, as
    when a link is cut. to: the address that the initiator uses instead of the server's."""
    kind = socket.SOCK_STREAM
    with opened(lab, server, version, kind, port, reply_dscp) as listening, \
            opened(lab, client, version, kind, 0, dscp) as initiator:
        listening.listen()
        initiator.connect((to or address(lab, server, version), port))
        listener, _ = listening.accept()
        with listener:
            listener.settimeout(exchange.TIMEOUT)
            yield initiator, listener
            for end in (initiator, listener):
                if end.fileno() >= 0:
                    end.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)


def keep_alive(end, seconds):
    """Ask whether the other end is still there whenever nothing was said for so long."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, seconds)
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, seconds)


def close(lab, *ends):
    for end in ends:
        end.close()
        lab.wait(0.02)


def ask(lab, client, server, port, content, answer, version, late=0.0, to="", dscp=0, reply_dscp=0):
    """A datagram to a server, which answers. to: the address that the client uses instead of the server's."""
    kind = socket.SOCK_DGRAM
    with opened(lab, server, version, kind, port, reply_dscp) as listener, \
            opened(lab, client, version, kind, 0, dscp) as initiator:
        initiator.sendto(content, (to or address(lab, server, version), port))
        _, asked_by = listener.recvfrom(65535)
        lab.wait(late)
        listener.sendto(answer, asked_by)
        lab.wait(0.05)


def ask_again(lab, client, server, port, content, version):
    """A datagram, and once more, to a server that says nothing, whether it hears it or not."""
    with opened(lab, server, version, socket.SOCK_DGRAM, port):
        shout(lab, client, server, port, content, version, tries=2)


def shout(lab, client, to, port, content, version, tries=1):
    """Datagrams to a host or an address, where somebody listens or not."""
    with opened(lab, client, version, socket.SOCK_DGRAM, 0) as sending:
        for _ in range(tries):
            sending.sendto(content, (address(lab, to, version), port))
            lab.wait(0.3)

# SPDX-License-Identifier: GPL-2.0-or-later
"""Plain exchanges for services without a program: sockets in two hosts, one message at a time.

What travels is made up; the transport (handshake, segments, close) is the kernel's own. A script is a list of steps:
("request", bytes), ("reply", bytes) or ("wait", seconds).
"""
import contextlib
import socket
import struct
import time

TIMEOUT = 5
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}


def address(lab, host, version, local):
    if local:
        return "127.0.0.1" if version == 4 else "::1"
    return lab.host(host).ipv4 if version == 4 else lab.host(host).ipv6


@contextlib.contextmanager
def endpoint(lab, host, version, kind):
    with lab.network.inside(host):
        opened = socket.socket(FAMILIES[version], kind)
    with opened:
        opened.settimeout(TIMEOUT)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        yield opened


def tcp(lab, client, server, port, script, source_port=0, version=4, local=False, reset=False):
    """A TCP connection. reset: the client ends it with RST instead of FIN."""
    to = address(lab, server, version, local)
    with endpoint(lab, server, version, socket.SOCK_STREAM) as listening, \
            endpoint(lab, client, version, socket.SOCK_STREAM) as initiator:
        listening.bind((to, port))
        listening.listen()
        initiator.bind((address(lab, client, version, local), source_port))
        initiator.connect((to, port))
        listener, _ = listening.accept()
        with listener:
            listener.settimeout(TIMEOUT)
            play(script, initiator, listener)
            if reset:
                initiator.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            initiator.close()
            time.sleep(0.02)


def udp(lab, client, server, port, script, source_port=0, version=4, local=False):
    """Datagrams between two ports."""
    with endpoint(lab, server, version, socket.SOCK_DGRAM) as listener, \
            endpoint(lab, client, version, socket.SOCK_DGRAM) as initiator:
        listener.bind((address(lab, server, version, local), port))
        initiator.bind((address(lab, client, version, local), source_port))
        listener.connect(initiator.getsockname())
        initiator.connect(listener.getsockname())
        play(script, initiator, listener)


def play(script, initiator, listener):
    """Each message is read to its end before the next is sent, so requests and replies alternate as written."""
    for side, what in script:
        if side == "wait":
            time.sleep(what)
            continue
        sender, receiver = (initiator, listener) if side == "request" else (listener, initiator)
        sender.sendall(what)
        received = 0
        while received < len(what):
            chunk = receiver.recv(65536)
            if not chunk:
                raise ConnectionError("closed in the middle of a message")
            received += len(chunk)

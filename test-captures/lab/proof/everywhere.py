# SPDX-License-Identifier: GPL-2.0-or-later
"""Listeners on many ports of every host, so that only the router can be the one who says no.

Each answers what it hears: HTTP by HTTP, anything else by a few words, which nobody answers: a port that two hosts ask from and
listen on would hear of itself for ever.
"""
import contextlib
import resource
import selectors
import socket
import threading

import programs

HTTP = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
ALIVE = b"\x00\x00\x00\x0d\x00\x02\x00\x01ALIVE"
METHODS = (b"GET ", b"POST ", b"NOTIFY ")


@contextlib.contextmanager
def listening(network, hosts, tcp, udp):
    """While the block runs, each host answers on these ports."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    answering = selectors.DefaultSelector()
    stop = threading.Event()
    thread = threading.Thread(target=serve, args=(answering, stop))
    try:
        for host in hosts:
            with network.inside(host.name):
                listen(answering, host, socket.SOCK_STREAM, tcp, accept)
                listen(answering, host, socket.SOCK_DGRAM, udp, reply)
        thread.start()
        yield
    finally:
        stop.set()
        if thread.is_alive():
            thread.join()
        for key in list(answering.get_map().values()):
            key.fileobj.close()
        answering.close()


def listen(answering, host, kind, ports, heard):
    for port in ports:
        try:
            answering.register(opened(kind, port), selectors.EVENT_READ, heard)
        except OSError as reason:
            raise programs.Failed(f"cannot listen on {host.name}, {kind.name} port {port}: {reason}") from None


def opened(kind, port):
    """A socket for both IP versions."""
    one = socket.socket(socket.AF_INET6, kind)
    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # programs that ran here before may have left connections
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    one.setblocking(False)
    one.bind(("::", port))
    if kind == socket.SOCK_STREAM:
        one.listen(256)
    return one


def serve(answering, stop):
    while not stop.is_set():
        for key, _ in answering.select(0.1):
            with contextlib.suppress(OSError):  # a scanner that only knocks is gone by now
                key.data(answering, key.fileobj)


def accept(answering, listener):
    connection, _ = listener.accept()
    connection.setblocking(False)
    answering.register(connection, selectors.EVENT_READ, talk)


def talk(answering, connection):
    try:
        heard = connection.recv(65536)
        if heard:
            connection.sendall(answer(heard))
    except OSError:
        heard = b""
    if not heard:
        answering.unregister(connection)
        connection.close()


def reply(_, listener):
    heard, caller = listener.recvfrom(65536)
    if heard != ALIVE:
        listener.sendto(answer(heard), caller)


def answer(heard):
    return HTTP if heard.startswith(METHODS) else ALIVE

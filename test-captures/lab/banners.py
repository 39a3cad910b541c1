# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that answers everywhere, for services/neighbours.py: a banner on every TCP port, an answer on every UDP port.

banners.py tcp PORT... udp PORT...
"""
import selectors
import socket
import sys

BANNER = b"220 lab ready\r\n"


def listen(kind, port):
    opened = socket.socket(socket.AF_INET, kind)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind(("", port))
    if kind == socket.SOCK_STREAM:
        opened.listen()
    return opened


def reply(waiting, opened):
    _, caller = opened.recvfrom(65536)
    opened.sendto(BANNER, caller)


def greet(waiting, opened):
    """The banner and the server's half of the close; the caller may still say something."""
    connection, _ = opened.accept()
    try:
        connection.sendall(BANNER)
        connection.shutdown(socket.SHUT_WR)
    except OSError:  # a scanner that only knocks is gone by now
        connection.close()
        return
    waiting.register(connection, selectors.EVENT_READ, hear)


def hear(waiting, connection):
    try:
        asked = connection.recv(65536)
    except OSError:
        asked = b""
    if not asked:
        waiting.unregister(connection)
        connection.close()


def main():
    waiting = selectors.DefaultSelector()
    ports = sys.argv[1:]
    middle = ports.index("udp")
    for port in ports[1:middle]:
        waiting.register(listen(socket.SOCK_STREAM, int(port)), selectors.EVENT_READ, greet)
    for port in ports[middle + 1 :]:
        waiting.register(listen(socket.SOCK_DGRAM, int(port)), selectors.EVENT_READ, reply)
    while True:
        for ready, _ in waiting.select():
            ready.data(waiting, ready.fileobj)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: GPL-2.0-or-later
"""Try paths: a connection, a datagram or a ping for each, all at the same time, each answered or not."""
import contextlib
import selectors
import socket
import struct
import time

from proof import paths as proof_paths
from services import datagrams

FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
ICMP = {4: (socket.IPPROTO_ICMP, 8), 6: (socket.IPPROTO_ICMPV6, 128)}
# Three pages and a client API share 8443 with AXL: what is asked for tells which one it is.
PAGES = {"4.2": "/axl/", "4.3": "/cupadmin/showHome.do", "4.4": "/cupuser/showHome.do", "4.5": "/EPASSoap/service/v80"}
HELLO = b"\x00\x00\x00\x0c\x00\x01\x00\x01BEAT"


class Attempt:
    """One path, tried once."""

    def __init__(self, network, path):
        self.path = path
        self.answered = False
        self.socket = self._open(network)
        self.is_stream = path.transport == "TCP"

    def begin(self):
        with contextlib.suppress(OSError):
            self.socket.connect((self.path.listener, self.path.target if self.path.transport != "ICMP" else 0))
        if not self.is_stream:
            self.go_on()

    def go_on(self):
        """Connected, or no connection needed: say something."""
        with contextlib.suppress(OSError):
            self.socket.send(said(self.path))

    def hear(self):
        with contextlib.suppress(OSError):
            self.answered = bool(self.socket.recv(65536))

    def _open(self, network):
        path = self.path
        kind = socket.SOCK_STREAM if path.transport == "TCP" else socket.SOCK_DGRAM
        protocol = ICMP[path.version][0] if path.transport == "ICMP" else 0
        with network.inside(proof_paths.name(path.initiator)):
            one = socket.socket(FAMILIES[path.version], kind, protocol)
        one.setblocking(False)
        if path.source_port:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # the host listens on the same port
            one.bind((path.initiator, path.source_port))
        return one


def said(path):
    if path.transport == "ICMP":
        return struct.pack("!BBHHH", ICMP[path.version][1], 0, 0, 0, 1) + bytes(range(48))
    if path.entry in PAGES:
        return f"GET {PAGES[path.entry]} HTTP/1.1\r\nHost: {proof_paths.name(path.listener)}\r\n\r\n".encode()
    # Source port 61441 alone does not make a trap.
    return datagrams.trap() if path.entry == "12.7" else HELLO


def attempt(network, paths, patience=2.0):
    """Try them all; the paths that were answered. Returns when all were, or after so many seconds."""
    waiting = selectors.DefaultSelector()
    attempts = [Attempt(network, path) for path in sorted(paths, key=lambda path: path.initiator)]
    for one in attempts:
        one.begin()
        waiting.register(one.socket, selectors.EVENT_WRITE if one.is_stream else selectors.EVENT_READ, one)
    deadline = time.monotonic() + patience
    while waiting.get_map() and time.monotonic() < deadline:
        for key, event in waiting.select(0.05):
            one = key.data
            if event == selectors.EVENT_WRITE and one.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                one.go_on()
                waiting.modify(one.socket, selectors.EVENT_READ, one)
                continue
            one.hear()
            waiting.unregister(one.socket)
            one.socket.close()
    for one in attempts:
        one.socket.close()
    waiting.close()
    return {one.path for one in attempts if one.answered}

# A cluster's hosts for tests: addresses, what they say to each other, and options
# that make them known.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from payloads import ACCEPTED, COMPONENT, UNKNOWN
from packets import PORT, Capture, Connection, tcp, udp

PUB, SUB, OTHER, STRANGER = "10.1.0.11", "10.1.0.12", "10.2.0.11", "192.0.2.7"
DIRECTORY, GATEWAY, CLIENT = "10.3.0.10", "10.3.0.60", "10.4.0.21"
# Ports that only IM&P uses, with the entry a packet between two hosts gets.
ONLY_IMP = {8600: "6.1", 20075: "24.1", 9003: "25.4", 9004: "25.5", 9005: "25.6", 6607: "27.1", 37239: "28.1"}


class Hosts:
    """Two addresses as packets.Ends has them: a client and a server."""

    def __init__(self, client, server, server_port, client_port=PORT, vlan=0):
        self.client, self.server, self.vlan = client, server, vlan
        self.client_port, self.server_port = client_port, server_port
        self.version = 6 if ":" in client else 4


def node(address, role="IM and Presence publisher", name=""):
    return ("-o", f'uat:impsvc_nodes:"{address}","{role}","{name}"')


def moved(entry, transport, ports):
    return ("-o", f'uat:impsvc_ports:"{entry}","{transport}","{ports}"')


class Scene(Capture):
    """A capture told as a story; each step returns the numbers of its frames."""

    def call(self, client, server, port, payloads=UNKNOWN, client_port=PORT, handshake=True):
        """A TCP connection with a request and a reply."""
        connection = Connection(Hosts(client, server, port, client_port))
        if handshake:
            connection.open()
        return self.add_connection(connection.ask(*payloads).finish())

    def knock(self, client, server, port, answered=True):
        """A scan's connection: opened (or refused) and left."""
        connection = Connection(Hosts(client, server, port)).send(True, flags="S", counts=1)
        if answered:
            connection.send(False, flags="SA", counts=1).send(True, flags="R")
        else:
            connection.reset()
        return self.add_connection(connection)

    def ask(self, client, server, port, payloads=UNKNOWN, client_port=PORT):
        """A datagram and its answer."""
        ends = Hosts(client, server, port, client_port)
        return [self.add(udp(ends, True, payloads[0])), self.add(udp(ends, False, payloads[1]))]

    def syn(self, client, server, port):
        return self.add(tcp(Hosts(client, server, port), True, "S"))

    def xcp(self, client, server, port=7400):
        """An XCP component's stream, which the router accepts."""
        connection = Connection(Hosts(client, server, port)).open().ask(*COMPONENT).ask(*ACCEPTED)
        return self.add_connection(connection.finish())


def confidences(wireshark, path, *arguments):
    """{frame: confidence} of the annotated frames."""
    rows = wireshark.fields(path, ["frame.number", "impsvc.confidence"], "-Y", "impsvc", *arguments)
    return {int(row["frame.number"][0]): row["impsvc.confidence"][0] for row in rows}

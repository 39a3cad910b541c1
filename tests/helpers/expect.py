# What the annotation must say of a packet, from the port list alone.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from typing import NamedTuple

from packets import PORT, Capture, Connection, Ends, echo, udp
from payloads import of_entry
from port_list import BY_ID, ENTRIES, SHADOWED

REACH = {"localhost": "1", "cluster": "2", "external": "3"}
REQUEST, REPLY = "1", "2"
BY_PORT, BY_PAYLOAD = "1", "2"
FREE_PORT = 42162       # where a test lets 12.7 arrive, which the document leaves open

# What ports and payload say, whoever the ends are.
NOTHING_LEARNED = ("-o", "impsvc.learn_nodes:FALSE")

FIELDS = ["impsvc.table", "impsvc.row", "impsvc.entry", "impsvc.protocol", "impsvc.transport", "impsvc.role.src",
          "impsvc.role.dst", "impsvc.role", "impsvc.direction", "impsvc.port", "impsvc.reach", "impsvc.confidence",
          "impsvc.candidate"]


class Service(NamedTuple):
    """An entry on one transport and one listener port: what a packet can be for."""
    entry: object
    transport: str
    port: int

    @property
    def winner(self):
        """The entry that a packet on this port is said to be."""
        return BY_ID[SHADOWED.get(self.entry.id, self.entry.id)]

    @property
    def client_port(self):
        return self.entry.source or PORT

    @property
    def carrier(self):
        """What has the port on the wire."""
        return "TCP" if self.transport == "TLS" else self.transport

    @property
    def name(self):
        return f"{self.entry.id}-{self.transport}-{self.port}"

    def ends(self, number, version=4, **others):
        return Ends(number, self.client_port, self.port, version, **others)

    def payloads(self):
        return of_entry(self.entry.id, self.transport)

    def candidates(self):
        """The other entries that fit a packet to this port from this source port."""
        if self.entry.id == "11.3":
            return ["14.1"]
        return [id for id in SHADOWED if SHADOWED[id] == self.winner.id]

    def expected(self, request, confidence):
        """The fields of a packet, as FIELDS lists them."""
        entry = self.winner
        src, dst = (entry.initiator, entry.listener) if request else (entry.listener, entry.initiator)
        values = [entry.table, entry.row, entry.id, entry.protocol, self.transport, src, dst]
        return dict(zip(FIELDS, [[str(value)] for value in values]),
                    **{"impsvc.role": sorted([src, dst]),
                       "impsvc.direction": [REQUEST if request else REPLY],
                       "impsvc.port": [str(self.port)] if self.port else [],
                       "impsvc.reach": [REACH[entry.reach]],
                       "impsvc.confidence": [confidence],
                       "impsvc.candidate": self.candidates()})


def ports_of(entry):
    if entry.ports:
        return entry.ports
    return [0] if "ICMP" in entry.transports else [FREE_PORT]


SERVICES = [Service(entry, transport, port)
            for entry in ENTRIES for transport in entry.transports for port in ports_of(entry)]


def differences(expected, row):
    """What a packet's fields say that they should not: {field: (expected, found)}."""
    found = dict(row, **{"impsvc.role": sorted(row["impsvc.role"])})
    return {name: (expected[name], found[name]) for name in FIELDS if expected[name] != found[name]}


def is_annotated(row):
    return row["impsvc.entry"] != []


class Conversations(Capture):
    """A capture of many services' conversations; the note of a frame is (key, expected fields)."""

    def say(self, key, service, request, frame, confidence):
        self.add(frame, (key, service.expected(request, confidence)))

    def connection(self, key, service, ends, steps):
        """TCP: steps is called with a Connection. From the first payload of its own protocol on, confidence is 2."""
        connection = Connection(ends)
        steps(connection)
        sure, known = False, service.payloads()[2]
        for from_client, frame in connection.frames:
            sure = sure or (known and any(payload in frame for payload in service.payloads()[:2]))
            self.say(key, service, from_client, frame, BY_PAYLOAD if sure else BY_PORT)

    def datagrams(self, key, service, ends, directions):
        """UDP or ICMP: one packet for each of directions (True: request)."""
        request_payload, reply_payload, known = service.payloads()
        for request in directions:
            if service.transport == "ICMP":
                self.say(key, service, request, echo(ends, request, request), BY_PAYLOAD)
            else:
                frame = udp(ends, request, request_payload if request else reply_payload)
                self.say(key, service, request, frame, BY_PAYLOAD if known else BY_PORT)

    def wrong(self, key, rows):
        """Of one key's frames those that are told wrongly: {frame number: differences}."""
        assert len(rows) == len(self.notes)
        checked = [(number, differences(note[1], row)) for number, (note, row) in enumerate(zip(self.notes, rows), 1)
                   if note[0] == key]
        assert checked, f"no frame for {key}"
        return {number: wrong for number, wrong in checked if wrong}

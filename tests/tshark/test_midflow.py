# Captures seldom begin with the SYN. Without it, and behind a VLAN tag, each row
# is still told, in the right direction, whoever is heard first.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from expect import FIELDS, NOTHING_LEARNED, REPLY, REQUEST, SERVICES, Conversations
from packets import Capture, Connection, Ends, udp
from payloads import UNKNOWN

# With the same port on both ends only the first packet tells; test_equal_ports covers that.
ONE_ENDED = [service for service in SERVICES if service.client_port != service.port]
# Nor does an answer to 12.7's source port say, before anything else was heard, whether a notification or a question was answered.
KEYS = [(service.name, order) for service in ONE_ENDED for order in ("request first", "reply first", "vlan")
        if (service.name[:4], order) != ("12.7", "reply first")]


def joined(service, reply_first):
    request, reply, _ = service.payloads()
    payloads = {True: request, False: reply}

    def steps(connection):
        for from_client in (not reply_first, reply_first):
            connection.send(from_client, payloads[from_client]).send(not from_client, flags="A")
        connection.finish()
    return steps


@pytest.fixture(scope="module")
def told(wireshark):
    capture = Conversations()
    for number, (service, order) in enumerate(((s, o) for s in ONE_ENDED for o in ("request first", "reply first",
                                                                                  "vlan")), 1):
        ends = service.ends(number, 6 if number % 2 else 4, vlan=100 if order == "vlan" else 0)
        reply_first = order == "reply first"
        if service.carrier == "TCP":
            capture.connection((service.name, order), service, ends, joined(service, reply_first))
        else:
            capture.datagrams((service.name, order), service, ends, [not reply_first, reply_first])
    path = capture.write(wireshark.folder / "midflow.pcap")
    return capture, wireshark.fields(path, FIELDS, *NOTHING_LEARNED)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: "-".join(key).replace(" ", "-"))
def test_a_service_is_told_without_its_handshake(told, key):
    capture, rows = told
    assert capture.wrong(key, rows) == {}


# Ports that both ends use: (port, carrier, entry).
EQUAL_PORTS = [(8500, "UDP", "9.1"), (8500, "TCP", "9.1"), (5060, "UDP", "2.1"), (5060, "TCP", "2.1"),
               (500, "UDP", "13.1"), (123, "UDP", "18.1"), (5353, "UDP", "22.5"), (50000, "UDP", "3.2")]


@pytest.mark.parametrize("version", (4, 6))
def test_with_the_same_port_on_both_ends_who_speaks_first_is_the_initiator(wireshark, capture_path, version):
    """Either of two hosts may begin; the higher address does in every second conversation."""
    capture, expected = Capture(), []
    for number, (port, carrier, entry) in enumerate(EQUAL_PORTS, 1):
        for begins in (True, False):
            ends = Ends(2 * number + begins, port, port, version)
            frames = [udp(ends, from_client, UNKNOWN[0]) for from_client in (begins, not begins, begins, not begins)]
            if carrier == "TCP":
                connection = Connection(ends)
                for from_client in (begins, not begins, begins, not begins):
                    connection.send(from_client, UNKNOWN[0])
                frames = [frame for _, frame in connection.frames]
            for frame, direction in zip(frames, (REQUEST, REPLY, REQUEST, REPLY)):
                capture.add(frame)
                expected.append((entry, direction))
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.entry", "impsvc.direction"])
    assert [(*row["impsvc.entry"], *row["impsvc.direction"]) for row in rows] == expected


@pytest.mark.parametrize("version", (4, 6))
@pytest.mark.parametrize("server_sends_first", (True, False))
def test_the_handshake_decides_between_two_ends_on_8500(wireshark, capture_path, version, server_sends_first):
    connection = Connection(Ends(1, 8500, 8500, version)).open()
    for from_client in (not server_sends_first, server_sends_first):
        connection.send(from_client, UNKNOWN[0])
    connection.finish()
    capture = Capture()
    capture.add_connection(connection)
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.entry", "impsvc.direction"])
    assert [row["impsvc.entry"] for row in rows] == [["9.1"]] * len(rows)
    assert [row["impsvc.direction"] for row in rows] == [[REQUEST if from_client else REPLY]
                                                        for from_client, _ in connection.frames]


def test_a_capture_that_begins_with_the_syn_ack_knows_the_listener(wireshark, capture_path):
    """The server's port is the client's as well: 8888 listens here, and 8889 is what it was called from."""
    connection = Connection(Ends(1, 8889, 8888)).open()
    connection.frames.pop(0)
    connection.ask(*UNKNOWN)
    capture = Capture()
    capture.add_connection(connection)
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.entry", "impsvc.port", "impsvc.direction"])
    assert [row["impsvc.entry"] for row in rows] == [["14.1"]] * len(rows)
    assert [row["impsvc.port"] for row in rows] == [["8888"]] * len(rows)
    assert [row["impsvc.direction"] for row in rows] == [[REQUEST if from_client else REPLY]
                                                        for from_client, _ in connection.frames]


def test_a_refused_connection_is_a_request_and_a_reply(wireshark, capture_path):
    connection = Connection(Ends(1, server_port=7400)).send(True, flags="S", counts=1).reset()
    capture = Capture()
    capture.add_connection(connection)
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.entry", "impsvc.direction"])
    assert rows == [{"impsvc.entry": ["22.4"], "impsvc.direction": [REQUEST]},
                    {"impsvc.entry": ["22.4"], "impsvc.direction": [REPLY]}]


def test_ports_used_again_the_other_way_round_are_told_by_the_new_handshake(wireshark, capture_path):
    """A host calls 8888 from 8889; later it is called back from 8888, between the same addresses."""
    ends = Ends(1, 8889, 8888)
    back = Connection(ends)
    back.next = {True: 900000, False: 800000}
    back.send(False, flags="S", counts=1).send(True, flags="SA", counts=1).send(False, flags="A")
    back.send(False, UNKNOWN[0]).send(True, UNKNOWN[1])
    capture = Capture()
    first = capture.add_connection(Connection(ends).open().ask(*UNKNOWN).finish())
    capture.add_connection(back)
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.entry", "impsvc.direction"])
    assert [row["impsvc.entry"] for row in rows[:len(first)]] == [["14.1"]] * len(first)
    assert [row["impsvc.entry"] for row in rows[len(first):]] == [["11.3"]] * len(back.frames)
    assert [row["impsvc.direction"] for row in rows[len(first):]] == [[REPLY if from_client else REQUEST]
                                                                     for from_client, _ in back.frames]


def carried(ends, server_begins, seq, ask):
    """A connection that one of the ends opens, with payload both ways."""
    connection = Connection(ends)
    connection.next = {True: seq, False: seq + 50000}
    connection.send(not server_begins, flags="S", counts=1).send(server_begins, flags="SA", counts=1)
    connection.send(not server_begins, flags="A")
    for _ in range(3):
        connection.send(not server_begins, ask[0]).send(server_begins, ask[1])
    return connection.finish()


ONE_PASS_AND_TWO = pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("version", (4, 6))
def test_connections_one_after_the_other_on_the_same_ports_are_told_apart(wireshark, capture_path, version, passes):
    """A client's port is used again, between other connections; each has its own SYN and its own protocol."""
    xmpp = b"<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>", b"<handshake/>"
    ends, capture, expected = Ends(1, 41234, 7400, version), Capture(), []
    for number, (seq, ask) in enumerate(((1000, UNKNOWN), (900000, xmpp), (1900000, UNKNOWN))):
        for one, said in ((carried(ends, False, seq, ask), ask),
                          (carried(Ends(100 + number, 41234, 7400, version), False, 1000, UNKNOWN), UNKNOWN)):
            syn = len(expected) + 1
            capture.add_connection(one)
            expected += [(syn, said is xmpp)] * len(one.frames)
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.evidence"], *passes, *NOTHING_LEARNED)
    for number, (row, (syn, is_xmpp)) in enumerate(zip(rows, expected), 1):
        evidence = row["impsvc.evidence"][0]
        assert f"; SYN in frame {syn}" in evidence, number
        assert ("XMPP seen" in evidence) <= is_xmpp, number


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("version", (4, 6))
def test_a_port_called_back_from_a_listed_one_is_not_the_listed_service(wireshark, capture_path, version, passes):
    """A server calls a client back from its own listed port: what listens is the client, which the list does not have."""
    ends, capture = Ends(1, 41234, 8888, version), Capture()
    first = carried(ends, False, 1000, UNKNOWN)
    back = carried(ends, True, 900000, UNKNOWN)
    capture.add_connection(first)
    capture.add_connection(back)
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.entry"], *passes, *NOTHING_LEARNED)
    assert [row["impsvc.entry"] for row in rows] == [["14.1"]] * len(first.frames) + [[]] * len(back.frames)

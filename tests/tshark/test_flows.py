# The table of flows: who uses which service, how much, when, and how it began and ended.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct

import pytest

from packets import PORT, Capture, Connection, Ends, echo, tcp, udp

COLUMNS = ["Flow", "Entry", "Service", "Initiator", "Listener", "Handshake", "End", "Filter", "Packets to", "Bytes to",
           "Packets back", "Bytes back", "First", "Last", "Duration", "Transport"]
NUMBERS = ["Flow", "Packets to", "Bytes to", "Packets back", "Bytes back"]
PROHIBITED = "prohibited by 10.10.1.12"
MOST = 2 ** 32 - 1


def capture(wireshark, name):
    return wireshark.readable(f"{name}.pcapng")


def row_of(cells):
    row = dict(zip(COLUMNS, cells))
    return dict(row, **{name: int(row[name]) for name in NUMBERS})


def table(wireshark, path, display_filter="", *options):
    """The rows that tshark prints, as dicts."""
    wanted = "impsvc,flows" + ("," + display_filter if display_filter else "")
    lines = wireshark.read(path, "-q", *options, "-z", wanted).splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("Flow |")]
    assert len(heads) == 1 and [cell.strip() for cell in lines[heads[0]].split("|")[:-1]] == COLUMNS
    rows = [[cell.strip() for cell in line.split(" |")[:-1]] for line in lines[heads[0] + 1:] if line.endswith(" |")]
    assert all(len(row) == len(COLUMNS) for row in rows)
    return [row_of(row) for row in rows]


def host_of(end):
    return end.rpartition(":")[0].strip("[]")


def total(rows):
    return {name: sum(row[name] for row in rows) for name in NUMBERS[1:]}


def shown(wireshark, path, display_filter):
    """What the display filter shows, summed up as the table does."""
    return summed_up(wireshark.fields(path, ["impsvc.direction", "frame.len"], "-Y", f"impsvc and ({display_filter or 'frame'})"))


def shown_by_rows(wireshark, path, rows):
    """The same for the filter of each row of a table. sharkd filters as tshark does, and reads the capture once for all of them."""
    packets = {row["frame.number"][0]: row for row in wireshark.fields(path, ["frame.number", "impsvc.direction", "frame.len"], "-Y", "impsvc")}
    _, *answers = wireshark.sharkd([("load", {"file": str(path)}), *(("frames", {"filter": f"impsvc and ({row['Filter']})"}) for row in rows)])
    return [summed_up(packets[str(frame["num"])] for frame in frames) for frames in answers]


def summed_up(packets):
    count = dict.fromkeys(NUMBERS[1:], 0)
    for row in packets:
        way = "to" if row["impsvc.direction"] == ["1"] else "back"
        count[f"Packets {way}"] += 1
        count[f"Bytes {way}"] += int(row["frame.len"][0])
    return count


@pytest.mark.parametrize("display_filter", ["", "ip", "ipv6 and tcp", "impsvc.direction == \"reply\"", "impsvc.table == 22",
                                            "tcp.flags.syn == 1", "icmp or icmpv6", "frame.number < 500"])
def test_the_sums_are_what_the_filter_shows(wireshark, display_filter):
    path = capture(wireshark, "cluster")
    rows = table(wireshark, path, display_filter)
    assert rows and total(rows) == shown(wireshark, path, display_filter)


@pytest.mark.parametrize("name", ["trouble-refused", "trouble-filtered", "icmp-ping", "joined-late", "snmp-traps-162-61441", "vlan"])
def test_the_filter_of_a_row_shows_its_packets(wireshark, name):
    path = capture(wireshark, name)
    rows = table(wireshark, path)
    assert len(rows) > 1
    for row, found in zip(rows, shown_by_rows(wireshark, path, rows)):
        assert {name: row[name] for name in NUMBERS[1:]} == found, row["Filter"]


def test_flows_are_numbered_in_the_order_of_their_first_packets(wireshark):
    rows = table(wireshark, capture(wireshark, "cluster"))
    assert [row["Flow"] for row in rows] == list(range(1, len(rows) + 1))
    assert [float(row["First"]) for row in rows] == sorted(float(row["First"]) for row in rows)
    for row in rows:
        assert float(row["Duration"]) == pytest.approx(float(row["Last"]) - float(row["First"]), abs=2e-6)


def test_refused_and_unreachable_services(wireshark):
    rows = table(wireshark, capture(wireshark, "trouble-refused"))
    assert {(row["Transport"], row["Handshake"], row["End"]) for row in rows if row["Transport"] != "UDP"} == {
        ("TCP", "refused", "-"), ("TLS", "refused", "-")}
    datagrams = [row for row in rows if row["Transport"] == "UDP"]
    assert datagrams and all(row["Handshake"] == "-" and row["End"] == "port unreachable, says " + host_of(row["Listener"])
                             for row in datagrams)
    assert ("22.4", "10.10.1.12:43776", "10.10.1.11:7400") in {(row["Entry"], row["Initiator"], row["Listener"]) for row in rows}


def test_services_stopped_on_the_way(wireshark):
    rows = table(wireshark, capture(wireshark, "trouble-filtered"), "ip")
    assert [(row["Entry"], row["Handshake"], row["End"]) for row in rows] == [
        ("22.4", "no answer", "-"), ("6.1", "refused", "-"), ("22.2", PROHIBITED, "-"), ("24.2", "-", PROHIBITED)]


def test_connections_joined_late(wireshark):
    rows = [row for row in table(wireshark, capture(wireshark, "joined-late")) if row["Transport"] in ("TCP", "TLS")]
    assert rows and {row["Handshake"] for row in rows} == {"not captured"}


@pytest.fixture
def all_ways(capture_path):
    """A connection of each kind to 7400 and its neighbours, with the words for how it began and ended."""
    file, words = Capture(), []

    def add(connection, handshake, ending, wanted=lambda from_client: True):
        for from_client, frame in connection.frames:
            if wanted(from_client):
                file.add(frame)
        words.append((handshake, ending))

    def to(number):
        return Connection(Ends(number=number, server_port=7400))

    add(to(1).open().ask(b"<a>", b"<b>").finish(), "complete", "closed")
    add(to(2).open().ask(b"<a>", b"<b>").reset(), "complete", "reset")
    add(to(3).open().ask(b"<a>", b"<b>"), "complete", "open")
    add(to(4).send(True, flags="S", counts=1).send(False, flags="SA", counts=1), "answered", "open")
    add(to(5).send(True, flags="S", counts=1).reset(), "refused", "-")
    add(to(6).send(True, flags="S", counts=1), "no answer", "-")
    add(to(7).ask(b"<a>", b"<b>").finish(), "not captured", "closed")
    add(to(8).open().ask(b"<a>", b"<b>").finish(), "complete", "closed", wanted=lambda from_client: from_client)
    add(to(9).open().ask(b"<a>", b"<b>").finish().reset(), "complete", "closed, reset")
    return file.write(capture_path), words


@pytest.mark.parametrize("passes", [[], ["-2"]])
def test_how_connections_began_and_ended(wireshark, all_ways, passes):
    path, words = all_ways
    rows = table(wireshark, path, "", *passes)
    assert [(row["Handshake"], row["End"]) for row in rows] == words


def test_a_filter_for_requests_does_not_hide_how_it_began(wireshark, all_ways):
    path, words = all_ways
    rows = table(wireshark, path, "impsvc.direction == 1", "-2")
    assert [(row["Handshake"], row["End"]) for row in rows] == words
    assert {row["Packets back"] for row in rows} == {0}


def test_ports_used_again_are_another_connection(wireshark, capture_path):
    file = Capture()
    again = Connection(Ends(server_port=7400))
    again.next = {True: 900000, False: 800000}
    for connection in (Connection(Ends(server_port=7400)).open().ask(b"<a>", b"<b>").finish(), again.send(True, flags="S", counts=1).reset()):
        file.add_connection(connection)
    rows = table(wireshark, file.write(capture_path))
    assert [(row["Listener"], row["Handshake"], row["Filter"]) for row in rows] == [
        ("10.2.0.1:7400", "complete", "tcp.stream == 0"), ("10.2.0.1:7400", "refused", "tcp.stream == 1")]


@pytest.mark.parametrize("version", [4, 6])
def test_pings_and_datagrams(wireshark, capture_path, version):
    file = Capture()
    ends = Ends(server_port=161, version=version)
    for _ in range(3):
        file.add(udp(ends, True, b"\x30\x00"))
        file.add(udp(ends, False, b"\x30\x00"))
    file.add(udp(ends._replace(client_port=PORT + 1), True, b"\x30\x00"))
    for from_client in (True, False):
        file.add(echo(ends, from_client, True))
        file.add(echo(ends, not from_client, False))
    rows = table(wireshark, file.write(capture_path))
    client, server = ends.client, ends.server
    wrapped = "{}:{}" if version == 4 else "[{}]:{}"
    assert [(row["Initiator"], row["Listener"], row["Packets to"], row["Packets back"]) for row in rows] == [
        (wrapped.format(client, PORT), wrapped.format(server, 161), 3, 3), (wrapped.format(client, PORT + 1), wrapped.format(server, 161), 1, 0),
        (client, server, 1, 1), (server, client, 1, 1)]
    assert {(row["Handshake"], row["End"]) for row in rows} == {("-", "-")}


def test_more_bytes_than_a_number_holds_are_shown_as_the_most(wireshark, capture_path):
    file = Capture()
    frame = tcp(Ends(server_port=7400), True, "A", b"x")
    path = file.write(capture_path)
    with open(path, "ab") as out:
        for number in range(3):
            out.write(struct.pack("=IIII", 1700000000, number, len(frame), 0x7fffffff) + frame)
    rows = table(wireshark, path)
    assert [(row["Packets to"], row["Bytes to"], row["Bytes back"]) for row in rows] == [(3, MOST, 0)]


def test_asking_for_two_tables_at_once_is_told(wireshark):
    said = wireshark.refusal_or_output("-n", "-q", "-r", capture(wireshark, "trouble-refused"), "-z", "impsvc,flows", "-z", "impsvc,flows,tcp")
    assert "room for one table of flows at a time" in said
    assert "room for one table" not in wireshark.refusal_or_output("-n", "-q", "-r", capture(wireshark, "trouble-refused"), "-z",
                                                                   "impsvc,flows", "-z", "impsvc,tree")


def test_a_filter_that_cannot_be_is_refused(wireshark):
    said = wireshark.refusal("-n", "-q", "-r", capture(wireshark, "trouble-refused"), "-z", "impsvc,flows,impsvc.nothing == 1")
    assert "impsvc.nothing" in said


def test_the_table_can_be_had_again_and_as_json(wireshark):
    """sharkd: a table after another in one session, each freed in between, and files as well."""
    files = [capture(wireshark, name) for name in ("trouble-filtered", "trouble-refused", "trouble-filtered")]
    nothing = Capture().write(wireshark.folder / "empty.pcap")
    asked = [request for path in (*files, nothing, files[0]) for request in
             (("load", {"file": str(path)}), ("tap", {"tap0": "nstat:impsvc,flows"}), ("tap", {"tap0": "nstat:impsvc,flows"}))]
    answers = wireshark.sharkd(asked)
    tables = [answer["taps"][0] for number, answer in enumerate(answers) if number % 3]
    assert [field["c"] for field in tables[0]["fields"]] == COLUMNS
    rows = [one["tables"][0]["i"] for one in tables]
    assert [(row[1], row[4], row[5]) for row in rows[0]][:2] == [("22.4", "10.10.1.12:7400", "no answer"),
                                                               ("6.1", "10.10.1.12:8600", "refused")]
    assert [len(one) for one in rows] == [8, 8, 14, 14, 8, 8, 0, 0, 8, 8]
    assert rows[0] == rows[1] == rows[4] == rows[8]

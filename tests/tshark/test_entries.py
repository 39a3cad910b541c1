# Every row of the port list, on every transport and port it names, IPv4 and
# IPv6: each packet from the SYN to the end says which service it is and which
# way it goes. The handshake is in the capture.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from expect import FIELDS, NOTHING_LEARNED, SERVICES, Conversations

KEYS = [(service.name, version) for service in SERVICES for version in (4, 6)]


def whole_connection(service, ends_it):
    request, reply, _ = service.payloads()

    def steps(connection):
        connection.open().ask(request, reply)
        getattr(connection, ends_it)()
    return steps


@pytest.fixture(scope="module")
def told(wireshark):
    """One capture of everything, and what tshark says of its frames."""
    capture = Conversations()
    for number, service in enumerate(SERVICES, 1):
        for version, ends_it in ((4, "finish"), (6, "reset")):
            key, ends = (service.name, version), service.ends(number, version)
            if service.carrier == "TCP":
                capture.connection(key, service, ends, whole_connection(service, ends_it))
            else:
                capture.datagrams(key, service, ends, [True, False])
    path = capture.write(wireshark.folder / "entries.pcap")
    return capture, wireshark.fields(path, FIELDS, *NOTHING_LEARNED)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key[0]}-ipv{key[1]}")
def test_every_packet_of_a_listed_service_is_told_from_syn_to_end(told, key):
    capture, rows = told
    assert capture.wrong(key, rows) == {}

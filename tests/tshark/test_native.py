# What Wireshark decodes by itself must look the same with the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import payloads
from places import SOURCE
from native import compare
from packets import Capture, Connection, Ends, udp

CAPTURES = sorted((SOURCE / "test-captures").glob("*.pcapng"))
OWNED_TCP = {22: payloads.SSH, 389: payloads.LDAP, 3268: payloads.LDAP, 636: payloads.TLS, 5060: payloads.SIP,
             5061: payloads.TLS, 5222: payloads.XMPP, 5432: payloads.PGSQL, 8080: payloads.HTTP, 1099: payloads.RMI}
OWNED_UDP = {53: payloads.DNS_QUERY, 123: payloads.NTP, 161: payloads.SNMP_GET, 162: payloads.SNMP_TRAP,
             500: payloads.ISAKMP, 5060: payloads.SIP, 5353: payloads.MDNS, 8161: payloads.SNMP_GET}


def owned():
    """Conversations on every port that Wireshark has a dissector for."""
    capture = Capture()
    for number, (port, (request, reply)) in enumerate(OWNED_TCP.items(), 1):
        for version in (4, 6):
            capture.add_connection(Connection(Ends(number, 41234, port, version)).open().ask(request, reply).finish())
    for number, (port, (request, reply)) in enumerate(OWNED_UDP.items(), 101):
        for from_client, payload in ((True, request), (False, reply)):
            capture.add(udp(Ends(number, 41234, port), from_client, payload))
    return capture


def segmented(port, message, parts):
    connection = Connection(Ends(server_port=port)).open()
    size = -(-len(message) // parts)
    for start in range(0, len(message), size):
        connection.send(False, message[start:start + size])
    capture = Capture()
    capture.add_connection(connection)
    return capture


@pytest.mark.parametrize("options", [[], ["-2"], ["-o", "tcp.try_heuristic_first:TRUE"],
                                     ["-o", "udp.try_heuristic_first:TRUE"], ["-o", "tcp.desegment_tcp_streams:FALSE"],
                                     ["-d", "tcp.port==5060,http"], ["-d", "tcp.port==8080,xmpp"]],
                         ids=lambda options: " ".join(options) or "plain")
def test_owned_ports_look_as_without_the_plugin(wireshark, alone, capture_path, options):
    result = compare(alone, wireshark, owned().write(capture_path), options)
    assert result.problem == "" and result.decoded_by_us == 0 and result.frames > 100


@pytest.mark.parametrize("protocol", ["sip", "ldap", "snmp", "dns", "xmpp", "tls", "http", "pgsql", "rmi", "icmp"])
def test_disabling_a_protocol_works_as_without_the_plugin(wireshark, alone, capture_path, protocol):
    result = compare(alone, wireshark, owned().write(capture_path), ["--disable-protocol", protocol])
    assert result.problem == "" and result.decoded_by_us == 0


def test_disabling_the_plugin_leaves_wireshark_alone(wireshark, alone, capture_path):
    path = wireshark.readable("cluster.pcapng")
    result = compare(alone, wireshark, path, our_options=["--disable-protocol", "impsvc"])
    assert (result.problem, result.decoded_by_us) == ("", 0)
    assert wireshark.frames(path, "impsvc", "--disable-protocol", "impsvc") == []


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.stem)
def test_recorded_traffic_looks_as_without_the_plugin(wireshark, alone, capture):
    """Nor does anything look malformed that Wireshark alone leaves alone, as AgentX did in 4.0: payload_may_differ() says no. An
    engineer who sees "Malformed" looks for a broken device."""
    assert compare(alone, wireshark, wireshark.readable(capture)).problem == ""


def test_two_passes_look_as_without_the_plugin(wireshark, alone):
    path = wireshark.readable("cluster.pcapng")
    assert compare(alone, wireshark, path, ["-2"]).problem == ""


@pytest.mark.parametrize("port,message,shows", [
    (5060, payloads.sip("SIP/2.0 200 OK", body="v=0\r\n" * 300), "sip.Status-Code == 200"),
    (389, payloads.ldap_entry(2, "cn=" + "a" * 3000, "a@example.com"), "ldap.type == \"mail\""),
    (3268, payloads.ldap_entry(2, "cn=" + "a" * 3000, "a@example.com"), "ldap.type == \"mail\"")])
def test_a_message_over_several_segments_is_put_together_behind_the_plugin(wireshark, alone, capture_path, port,
                                                                          message, shows):
    path = segmented(port, message, 3).write(capture_path)
    assert wireshark.frames(path, shows) == alone.frames(path, shows) == [6]

# Expert items: what a firewall engineer should look at, said only where a node is involved.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from expert_items import NOTES, WARNINGS
from cluster import CLIENT, DIRECTORY, GATEWAY, PUB, STRANGER, SUB, Scene, moved, node
from places import SOURCE
from payloads import HTTP, LDAP, SIP, TLS, UNKNOWN, XMPP
from port_list import ENTRIES

ITEMS = [*WARNINGS, *NOTES]
CONFIGURED = "4"
LAB_NODES = (*node("10.10.1.11", name="pub"), *node("10.10.1.12", "IM and Presence subscriber", "sub"),
             *node("2001:db8:10::1:0/112"))


def items(wireshark, path, *arguments):
    """{frame: the names of its expert items}, frames without any left out."""
    rows = wireshark.fields(path, ["frame.number", *ITEMS], *arguments)
    found = {int(row["frame.number"][0]): {name.split(".")[1] for name in ITEMS if row[name]} for row in rows}
    return {frame: names for frame, names in found.items() if names}


def connections(wireshark, path, *arguments):
    """{frame: (entry, confidence)} of the annotated frames: an item stands at one, what it is about is told at all."""
    rows = wireshark.fields(path, ["frame.number", "impsvc.entry", "impsvc.confidence"], "-Y", "impsvc", *arguments)
    return {int(row["frame.number"][0]): (row["impsvc.entry"][0], row["impsvc.confidence"][0]) for row in rows}


def messages(wireshark, path, item, *arguments):
    rows = wireshark.fields(path, ["_ws.expert.message"], "-Y", item, *arguments)
    return {message for row in rows for message in row["_ws.expert.message"]}


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.reach == "localhost"], ids=lambda entry: entry.id)
def test_a_service_for_the_local_host_met_between_hosts_is_exposed(wireshark, capture_path, entry):
    scene = Scene()
    if "TCP" in entry.transports:
        between = scene.call(STRANGER, PUB, entry.ports[0], client_port=entry.source or 41234)
        within = scene.call(PUB, PUB, entry.ports[0], client_port=entry.source or 41234)
    else:
        between, within = scene.ask(STRANGER, PUB, entry.ports[0]), scene.ask(PUB, PUB, entry.ports[0])
    path = scene.write(capture_path)
    assert items(wireshark, path, *node(PUB)) == {between[0]: {"localhost_exposed"}}
    assert connections(wireshark, path, *node(PUB)) == dict.fromkeys([*between, *within], (entry.id, CONFIGURED))
    assert within and items(wireshark, path) == {}


@pytest.mark.parametrize("port,said", [
    (7070, f"Certificate Manager (7.1) is for the local host only, but {STRANGER} connects to TCP port 7070 on {PUB} (pub-1): "
           "block it between hosts"),
    (1500, f"Database clients (8.1) is for the local host only, but {STRANGER} connects to TCP port 1500 on {PUB} (pub-1): "
           "the cluster may need it")])
def test_an_exposed_service_is_named_with_port_and_both_hosts(wireshark, capture_path, port, said):
    scene = Scene()
    scene.syn(STRANGER, PUB, port)
    assert said in messages(wireshark, scene.write(capture_path), "impsvc.localhost_exposed", *node(PUB, name="pub-1"))


def test_a_service_of_the_cluster_asked_for_from_outside_is_exposed(wireshark, capture_path):
    scene = Scene()
    outside = scene.call(STRANGER, PUB, 8600)
    inside = scene.call(SUB, PUB, 8600)
    path = scene.write(capture_path)
    known = (*node(PUB, name="pub-1"), *node(SUB))
    assert items(wireshark, path, *known) == {outside[0]: {"cluster_exposed"}}
    assert connections(wireshark, path, *known) == dict.fromkeys([*outside, *inside], ("6.1", CONFIGURED))
    assert f"Config Agent heartbeat (6.1) is for the cluster's nodes only, but {STRANGER}, which is not among them, connects to " \
        f"TCP port 8600 on {PUB} (pub-1)" in messages(wireshark, path, "impsvc.cluster_exposed", *known)
    assert items(wireshark, path) == {}


@pytest.mark.parametrize("port", [8443, 8083, 7336, 5061, 5062, 636])
def test_clear_text_where_tls_belongs(wireshark, capture_path, port):
    payloads = {5061: SIP, 5062: SIP, 636: HTTP}.get(port, HTTP)
    scene = Scene()
    clear = scene.call(STRANGER, PUB, port, payloads)
    encrypted = scene.call(STRANGER, PUB, port, TLS, client_port=42000)
    silent = scene.call(STRANGER, PUB, port, client_port=43000)
    path = scene.write(capture_path)
    found = items(wireshark, path, *node(PUB))
    assert {frame for frame, names in found.items() if "cleartext" in names} == {clear[3]}
    assert encrypted and silent and items(wireshark, path) == {}
    assert {sure for _, sure in connections(wireshark, path, *node(PUB)).values()} == {CONFIGURED}
    assert {*clear, *encrypted, *silent} == connections(wireshark, path, *node(PUB)).keys()


@pytest.mark.parametrize("port,payloads,expected", [
    (5222, HTTP, True), (389, HTTP, True), (5060, HTTP, True), (8443, XMPP, True), (5432, HTTP, True), (22, HTTP, True),
    (5222, XMPP, False), (389, LDAP, False), (5060, SIP, False), (5222, UNKNOWN, False), (8600, HTTP, False),
    (5222, TLS, False), (389, TLS, False), (5060, TLS, True)])
def test_another_protocol_than_the_lists_is_pointed_out(wireshark, capture_path, port, payloads, expected):
    scene = Scene()
    frames = scene.call(STRANGER, PUB, port, payloads)
    found = items(wireshark, scene.write(capture_path), *node(PUB))
    assert {frame for frame, names in found.items() if "unexpected_payload" in names} == \
        ({frames[3]} if expected else set())


@pytest.mark.parametrize("client,server,port,wrong", [
    (STRANGER, PUB, 636, True), (STRANGER, PUB, 5432, True), (STRANGER, PUB, 1099, True), (PUB, STRANGER, 5222, True),
    (PUB, DIRECTORY, 636, False), (CLIENT, PUB, 5222, False), (PUB, SUB, 8443, False), (SUB, PUB, 123, False),
    (PUB, GATEWAY, 5060, False), (GATEWAY, PUB, 5060, False), (DIRECTORY, PUB, 389, False), (STRANGER, PUB, 8600, False)])
def test_whoever_is_not_meant_to_begin_is_pointed_out(wireshark, capture_path, client, server, port, wrong):
    scene = Scene()
    frames = scene.call(client, server, port)
    path = scene.write(capture_path)
    found = items(wireshark, path, *node("10.1.0.0/24"))
    assert {frame for frame, names in found.items() if "reversed" in names} == ({frames[0]} if wrong else set())
    told = connections(wireshark, path, *node("10.1.0.0/24"))
    assert list(told) == ([] if port == 123 else frames), "NTP is not carried by TCP"
    assert len(set(told.values())) <= 1


def test_a_configured_outsider_that_uses_the_clusters_own_ports_is_pointed_out(wireshark, capture_path):
    scene = Scene()
    frames = scene.call(DIRECTORY, PUB, 8600)
    path, known = scene.write(capture_path), (*node(PUB), *node(DIRECTORY, "External corporate directory"))
    assert items(wireshark, path, *known) == {frames[0]: {"reversed", "cluster_exposed"}}
    assert connections(wireshark, path, *known) == dict.fromkeys(frames, ("6.1", CONFIGURED))


def test_a_port_the_list_does_not_have_is_pointed_out_with_those_it_has(wireshark, capture_path):
    scene = Scene()
    frames = scene.call(SUB, PUB, 7401)
    path = scene.write(capture_path)
    arguments = (*node(PUB), *node(SUB), *moved("22.4", "TCP", "7401"))
    assert items(wireshark, path, *arguments) == {frames[0]: {"moved"}}
    assert connections(wireshark, path, *arguments) == dict.fromkeys(frames, ("22.4", CONFIGURED))
    assert "XCP router master access (22.4) was seen on TCP port 7401; the port list has port 7400: rules for that do not " \
        "cover it" in messages(wireshark, path, "impsvc.moved", *arguments)


@pytest.mark.parametrize("capture,item", [
    ("trouble-exposed", "localhost_exposed"), ("trouble-cleartext", "cleartext"), ("trouble-unexpected", "unexpected_payload"),
    ("trouble-reversed", "reversed"), ("trouble-moved", "moved"), ("trouble-moved-more", "moved")])
def test_the_labs_troubles_are_found_with_nodes_and_only_with_them(wireshark, capture, item):
    path = wireshark.readable(f"{capture}.pcapng")
    assert any(item in names for names in items(wireshark, path, *LAB_NODES).values())
    rows = wireshark.fields(path, ["impsvc.confidence", *ITEMS])
    assert [row for row in rows if any(row[name] for name in ITEMS) and row["impsvc.confidence"][0] < "3"] == []


@pytest.mark.parametrize("capture", ["xmpp-client-5222", "ldap-389-3268-636", "sip-gateway-5060", "tomcat-8080-8443",
                                     "sip-tls-5061-5062", "datastore-sql", "postgresql-5432", "snmp-161-8161", "xmpp-server-5269",
                                     "xmpp-component-7400", "xmpp-bosh-7335", "xmpp-upload-7336", "exchange-50020", "dns-53"])
def test_services_as_they_should_be_raise_nothing(wireshark, capture):
    path = wireshark.readable(f"{capture}.pcapng")
    assert items(wireshark, path, *node("10.10.1.0/24"), *node("10.10.2.0/24"), *node("2001:db8:10::1:0/111")) == {}


def test_the_summary_of_expert_information_has_them_all(wireshark):
    """Analyze > Expert Information and -z expert listen to a tap, and ask for no field."""
    path = SOURCE / "test-captures/cluster.pcapng"
    rows = [line.split(maxsplit=3) for line in wireshark.read(path, "-2", "-q", "-z", "expert").splitlines() if " IM&P " in line]
    fields = items(wireshark, path, "-2")
    assert sum(int(count) for count, *_ in rows) == sum(len(names) for names in fields.values()) > 30
    assert {group for _, group, *_ in rows} == {"Security", "Protocol", "Response"}

# Numbers and greetings that others use as well make nobody a node: two kinds of
# proof do, or the user. And whoever is one is still found.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct

import pytest

import lab_hosts
from called import FIELDS, NAMES, called_in, called_nodes
from cluster import PUB, STRANGER, SUB, Hosts, Scene, confidences, moved, node
from packets import Connection
from payloads import ACCEPTED, COMPONENT, DNS_QUERY, HTTP, LDAP, PGSQL, RMI, SIP, SSH, TLS, UNKNOWN

pytestmark = pytest.mark.any_version

ONE_PASS_AND_TWO = pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
BOTH_VERSIONS = pytest.mark.parametrize("version", [4, 6])
LEARNED = "3"
NODES = lab_hosts.nodes()
DISTINCTIVE = [8600, 20075, 9003, 9004, 9005, 37239]

REDIS = b"*1\r\n$4\r\nPING\r\n", b"+PONG\r\n"
REDIS_VALUE = b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n", b"$5\r\nhello\r\n"
REDIS_LIST = b"*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n", b"*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n10.40.0.7\r\n:9003\r\n"
HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5), bytes(3) + b"\x04" + bytes(5)
DNS_TCP = tuple(struct.pack(">H", len(one)) + one for one in DNS_QUERY)
MYSQL_GREETING = b"\x4a\x00\x00\x00\x0a8.0.36\x00" + struct.pack("<I", 8) + b"abcdefgh\x00\xff\xf7\xff\x02\x00\xff\xdf\x15" + \
    bytes(10) + b"abcdefghijkl\x00caching_sha2_password\x00"
MYSQL_LOGIN = b"\x24\x00\x00\x01\x85\xa6\xff\x01\x00\x00\x00\x01\x2d" + bytes(23) + b"dev\x00"
OTHERS = {"http": HTTP, "http2": HTTP2, "tls": TLS, "dns": DNS_TCP, "redis": REDIS, "redis-value": REDIS_VALUE, "redis-list": REDIS_LIST,
          "ssh": SSH, "postgresql": PGSQL, "ldap": LDAP, "sip": SIP, "rmi": RMI}

REFUSED = ACCEPTED[0], b"<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
ROUTED = (b"<route type='session' to='jsm-1.pub' from='cm-1.pub'><iq type='get' id='1'/></route>",
          b"<route type='session' to='cm-1.pub' from='jsm-1.pub'><iq type='result' id='1'/></route>")


def of(version, *addresses):
    """The same hosts over IPv4 or IPv6."""
    if version == 4:
        return addresses
    return tuple("2001:db8::" + address.replace(".", ":") for address in addresses)


def names_asked_for(scene, *hosts):
    """Each host asks for a name in the end, which shows what it is taken for."""
    server = "2001:db8::53" if ":" in hosts[0] else "10.3.0.53"
    return [frame for number, host in enumerate(hosts) for frame in scene.ask(host, server, 53, DNS_QUERY, 42000 + number)]


def xcp(scene, client, server, answer=ACCEPTED, port=7400, more=(ROUTED,)):
    connection = Connection(Hosts(client, server, port)).open().ask(*COMPONENT)
    for said in (answer, *more):
        connection.ask(*said)
    return scene.add_connection(connection.finish())


def greeted(scene, client, server, port, client_port=41234):
    """A database that greets whoever connects."""
    connection = Connection(Hosts(client, server, port, client_port)).open()
    return scene.add_connection(connection.send(False, MYSQL_GREETING).send(True, MYSQL_LOGIN).finish())


def nobody(wireshark, path, *arguments):
    rows = wireshark.fields(path, [*FIELDS, *NAMES, "impsvc.icmp_error", "impsvc.confidence"], "-Y", "impsvc", *arguments)
    return called_in([row for row in rows if not row["impsvc.icmp_error"]]) == {} and \
        LEARNED not in [row["impsvc.confidence"][0] for row in rows]


# --- XCP ---

@ONE_PASS_AND_TWO
def test_edge_servers_that_speak_xcp_with_each_other_are_no_nodes(wireshark, passes):
    path = wireshark.readable("cases/expressway_mra.pcap")
    assert called_nodes(wireshark, path, *passes) == {}
    assert max(confidences(wireshark, path, *passes).values()) <= "2"


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
def test_component_streams_alone_make_nobody_a_node(wireshark, capture_path, version, passes):
    """Two strangers on the router's port, whatever else of everybody's services they offer and ask for."""
    inner, edge, other = of(version, PUB, STRANGER, SUB)
    scene = Scene()
    frames = xcp(scene, inner, edge)
    for number, (port, said) in enumerate(((5060, SIP), (8443, TLS), (22, SSH), (8080, HTTP), (389, LDAP))):
        scene.call(other, edge, port, said, client_port=43000 + number)
        scene.call(other, inner, port, said, client_port=44000 + number)
        scene.call(edge, other, port, said, client_port=45000 + number)
    names_asked_for(scene, inner, edge)
    path = scene.write(capture_path)
    assert nobody(wireshark, path, *passes)
    assert confidences(wireshark, path, *passes)[frames[-1]] == "2"


@ONE_PASS_AND_TWO
def test_streams_both_ways_are_still_one_kind_of_proof(wireshark, capture_path, passes):
    scene = Scene()
    xcp(scene, PUB, STRANGER)
    xcp(scene, STRANGER, PUB)
    xcp(scene, SUB, STRANGER)
    names_asked_for(scene, PUB, STRANGER, SUB)
    assert nobody(wireshark, scene.write(capture_path), *passes)


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("port", [7400, 9890, 5349])
def test_a_third_partys_server_that_takes_a_nodes_stream_is_no_node(wireshark, capture_path, version, port, passes):
    """Compliance, archiving, gateways to other systems: components at which the node calls."""
    imp, archive, client = of(version, PUB, STRANGER, SUB)
    scene = Scene()
    xcp(scene, imp, archive, port=port)
    scene.call(client, archive, 8443, TLS)
    names_asked_for(scene, archive)
    path = scene.write(capture_path)
    known = node(imp, name="pub")
    assert called_nodes(wireshark, path, *known, *passes) == {imp: "pub"}
    assert nobody(wireshark, path, *moved("22.4", "TCP", str(port)) if port != 7400 else (), *passes)


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("answer", [REFUSED, (ACCEPTED[0], b"</stream:stream>"), (ACCEPTED[0], b"<failure xmlns='x'/>")],
                         ids=["stream-error", "closed", "failure"])
def test_a_component_that_was_turned_away_proves_nothing(wireshark, capture_path, version, answer, passes):
    """With one more proof beside it, which is not enough by itself."""
    component, router = of(version, SUB, PUB)
    scene = Scene()
    scene.call(component, router, 8600)
    xcp(scene, component, router, answer, more=())
    names_asked_for(scene, component, router)
    assert nobody(wireshark, scene.write(capture_path), *passes)


@ONE_PASS_AND_TWO
def test_a_component_that_never_said_who_it_is_proves_nothing(wireshark, capture_path, passes):
    scene = Scene()
    scene.call(SUB, PUB, 8600)
    scene.call(SUB, PUB, 7400, COMPONENT)
    names_asked_for(scene, SUB, PUB)
    assert nobody(wireshark, scene.write(capture_path), *passes)


XML = {
    "message": (b"<message id=\"17\"><body>stock</body></message>", b"<message id=\"18\"><ok/></message>"),
    "route": (b"<route id=\"5\" from=\"north\"><hop>a</hop></route>", b"<route id=\"5\"><hop>b</hop></route>"),
    "iq": (b"<iq score=\"120\"/>", b"<iq score=\"121\"/>"),
    "presence": (b"<presence sensor=\"3\"/>", b"<presence sensor=\"4\"/>"),
    "handshake": (b"<handshake version=\"2\"/>", b"<handshake version=\"1\"/>"),
    "stream": (b"<?xml version='1.0'?><stream name='camera'>", b"<stream name='camera' state='on'>"),
    "soap": (b"<?xml version=\"1.0\"?><message xmlns=\"urn:example:orders\" id=\"1\"/>", b"<message xmlns=\"urn:example:orders\" id=\"2\"/>"),
}


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("handshake", [True, False], ids=["whole", "joined-late"])
@pytest.mark.parametrize("kind", XML)
def test_somebodys_xml_on_7400_is_not_xcp(wireshark, capture_path, kind, handshake, passes):
    scene = Scene()
    scene.call(SUB, PUB, 8600)
    frames = scene.call(SUB, PUB, 7400, XML[kind], client_port=42500, handshake=handshake)
    names_asked_for(scene, PUB)
    path = scene.write(capture_path)
    assert nobody(wireshark, path, *passes)
    rows = wireshark.fields(path, ["frame.number", "frame.protocols", "impsvc.entry", "impsvc.confidence", "impsvc.evidence"], *passes)
    ours = [row for row in rows if int(row["frame.number"][0]) in frames]
    assert {row["impsvc.entry"][0] for row in ours} == {"22.4"}
    assert {row["impsvc.confidence"][0] for row in ours} == {"1"}
    assert not any("xmpp" in row["frame.protocols"][0] or "XMPP seen" in row["impsvc.evidence"][0] for row in ours)


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("port", [9100, 7401, 41999])
@pytest.mark.parametrize("kind", XML)
def test_somebodys_xml_elsewhere_is_not_xmpp(wireshark, alone, capture_path, kind, port, passes):
    """Also at a node, where moved services are looked for."""
    scene = Scene()
    frames = scene.call(SUB, PUB, port, XML[kind])
    path = scene.write(capture_path)
    ours = wireshark.fields(path, ["frame.protocols", "impsvc.entry"], *node(PUB), *node(SUB), *passes)
    assert [row["impsvc.entry"] for row in ours] == [[]] * len(frames)
    assert [row["frame.protocols"] for row in ours] == [row["frame.protocols"] for row in alone.fields(path, ["frame.protocols"], *passes)]


# --- ports ---

@ONE_PASS_AND_TWO
def test_redis_nodes_on_neighbouring_ports_are_no_nodes(wireshark, passes):
    path = wireshark.readable("cases/devhost_redis_9003_9005.pcap")
    assert nobody(wireshark, path, *passes)


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("kind", OTHERS)
def test_ports_that_speak_something_else_make_no_node(wireshark, capture_path, kind, version, passes):
    client, server = of(version, STRANGER, PUB)
    scene = Scene()
    for number, port in enumerate(DISTINCTIVE):
        scene.call(client, server, port, OTHERS[kind], client_port=41000 + number)
    names_asked_for(scene, client, server)
    assert nobody(wireshark, scene.write(capture_path), *passes)


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
def test_databases_that_greet_on_such_ports_are_no_nodes(wireshark, capture_path, version, passes):
    client, server = of(version, STRANGER, PUB)
    scene = Scene()
    for number, port in enumerate(DISTINCTIVE):
        greeted(scene, client, server, port, 41000 + number)
    names_asked_for(scene, client, server)
    assert nobody(wireshark, scene.write(capture_path), *passes)


@ONE_PASS_AND_TWO
def test_each_port_with_another_foreign_protocol_makes_no_node(wireshark, capture_path, passes):
    scene = Scene()
    for number, (port, kind) in enumerate(zip(DISTINCTIVE, ("http", "redis", "tls", "dns", "ssh"))):
        scene.call(STRANGER, PUB, port, OTHERS[kind], client_port=41000 + number)
    greeted(scene, STRANGER, PUB, DISTINCTIVE[-1])
    names_asked_for(scene, STRANGER, PUB)
    assert nobody(wireshark, scene.write(capture_path), *passes)


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("kind", ["redis", "http", "tls"])
def test_one_port_that_says_nothing_does_not_make_up_for_the_others(wireshark, capture_path, kind, passes):
    scene = Scene()
    for number, port in enumerate(DISTINCTIVE):
        scene.call(STRANGER, PUB, port, OTHERS[kind] if number else UNKNOWN, client_port=41000 + number)
    names_asked_for(scene, STRANGER, PUB)
    assert nobody(wireshark, scene.write(capture_path), *passes)


@pytest.mark.parametrize("kind", ["redis", "http", "tls", "dns"])
def test_what_the_ports_speak_later_withdraws_the_title(wireshark, capture_path, kind):
    scene = Scene()
    for number, port in enumerate(DISTINCTIVE):
        scene.call(STRANGER, PUB, port, client_port=41000 + number)
    for number, port in enumerate(DISTINCTIVE):
        scene.call(STRANGER, PUB, port, OTHERS[kind], client_port=41100 + number)
    after = names_asked_for(scene, PUB)
    path = scene.write(capture_path)
    told = confidences(wireshark, path)
    assert {told[frame] for frame in after} == {"2"}
    assert nobody(wireshark, path, "-2")


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
def test_whoever_watches_a_nodes_ports_is_no_node(wireshark, capture_path, version, passes):
    monitor, imp = of(version, STRANGER, PUB)
    scene = Scene()
    for number, port in enumerate(DISTINCTIVE):
        scene.call(monitor, imp, port, client_port=41000 + number)
    for number, port in enumerate((7070, 4040, 2555)):
        scene.call(monitor, imp, port, client_port=41100 + number)
    names_asked_for(scene, monitor, imp)
    path = scene.write(capture_path)
    assert set(called_nodes(wireshark, path, *passes)) == {imp}
    assert set(called_nodes(wireshark, path, *node(imp), *passes)) == {imp}


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("port,said,source", [(8500, HTTP, 41234), (8500, HTTP, 8500), (8600, DNS_TCP, 41234), (8600, UNKNOWN, 41234),
                                              (37239, UNKNOWN, 41234), (20075, HTTP, 41234), (9003, REDIS, 41234), (4040, HTTP, 41234)])
def test_whom_a_node_asks_once_is_no_node(wireshark, capture_path, version, port, said, source, passes):
    imp, other = of(version, PUB, STRANGER)
    scene = Scene()
    scene.call(imp, other, port, said, client_port=source)
    names_asked_for(scene, other)
    assert set(called_nodes(wireshark, scene.write(capture_path), *node(imp), *passes)) <= {imp}


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("port", [8600, 37239, 9003])
def test_whom_a_learned_node_asks_once_is_no_node(wireshark, capture_path, port, passes):
    scene = Scene()
    xcp(scene, SUB, PUB)
    for number, own in enumerate((8600, 20075, 9003)):
        scene.call(SUB, PUB, own, client_port=41000 + number)
    scene.call(PUB, STRANGER, port)
    names_asked_for(scene, STRANGER, PUB)
    assert set(called_nodes(wireshark, scene.write(capture_path), *passes)) == {PUB}


# --- what the user says ---

@ONE_PASS_AND_TWO
@BOTH_VERSIONS
@pytest.mark.parametrize("role", ["Cisco Unified Communications Manager", "External corporate directory", "Gateway"])
def test_a_host_configured_as_outside_is_never_learned(wireshark, capture_path, version, role, passes):
    client, server = of(version, SUB, PUB)
    scene = Scene()
    xcp(scene, client, server)
    for number, port in enumerate(DISTINCTIVE):
        scene.call(client, server, port, client_port=41000 + number)
    after = names_asked_for(scene, server)
    path = scene.write(capture_path)
    told = confidences(wireshark, path, *node(server, role, "outside"), *passes)
    assert {told[frame] for frame in after} == {"2"}
    told = confidences(wireshark, path, *node(server.rsplit(".", 1)[0] + ".0/24" if version == 4 else "2001:db8::/64", role), *passes)
    assert LEARNED not in told.values()


# --- who must be known all the same ---

@BOTH_VERSIONS
@pytest.mark.parametrize("other", DISTINCTIVE)
def test_a_router_with_another_service_is_a_node(wireshark, capture_path, version, other):
    component, router = of(version, SUB, PUB)
    scene = Scene()
    xcp(scene, component, router)
    scene.call(component, router, other)
    names_asked_for(scene, component, router)
    assert router in called_nodes(wireshark, scene.write(capture_path), "-2")


@ONE_PASS_AND_TWO
@BOTH_VERSIONS
def test_a_host_that_offers_what_only_nodes_offer_is_one(wireshark, capture_path, version, passes):
    client, server = of(version, STRANGER, PUB)
    scene = Scene()
    for number, port in enumerate((8600, 20075, 9003, 37239)):
        scene.call(client, server, port, client_port=41000 + number)
    names_asked_for(scene, server)
    assert server in called_nodes(wireshark, scene.write(capture_path), *passes)


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("capture,wanted", [
    ("nodes-learning.pcapng", {"imp-pub-c", "imp-sub-c"}), ("joined-late-learning.pcapng", {"imp-pub-c", "imp-sub-c"}),
    ("cluster.pcapng", {"imp-pub", "imp-sub", "imp-pub-c", "imp-sub-c"})])
def test_the_labs_clusters_are_found(wireshark, capture, wanted, passes):
    found = called_nodes(wireshark, wireshark.readable(capture), *passes)
    assert set(found) <= set(NODES)
    assert wanted <= {NODES[address] for address in found}


@ONE_PASS_AND_TWO
def test_a_node_of_another_cluster_is_none_for_being_called_once(wireshark, passes):
    found = called_nodes(wireshark, wireshark.readable("nodes-learning.pcapng"), *passes)
    assert {NODES[address] for address in found} == {"imp-pub-c", "imp-sub-c"}


def test_the_labs_component_streams_are_still_xcp(wireshark):
    rows = wireshark.fields(wireshark.readable("xmpp-component-7400.pcapng"), ["impsvc.entry", "impsvc.confidence"],
                            "-2", "-Y", "tcp.len > 0 and tcp.port == 7400")
    assert rows and all(row["impsvc.entry"] == ["22.4"] and row["impsvc.confidence"][0] >= "2" for row in rows)

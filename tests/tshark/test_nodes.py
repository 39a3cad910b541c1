# Who is a node: a port number alone is everyone's. Configured nodes, learned ones,
# and what must never be taken for one.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import random

import pytest

from cluster import CLIENT, DIRECTORY, GATEWAY, ONLY_IMP, OTHER, PUB, STRANGER, SUB, Hosts, Scene, confidences, node
from packets import Connection
from payloads import DNS_QUERY, HTTP, LDAP, SIP, UNKNOWN, XMPP
from port_list import ENTRIES

PORT, PAYLOAD, LEARNED, CONFIGURED = "1", "2", "3", "4"
TCP_PORTS = sorted({port for entry in ENTRIES for port in entry.ports if set(entry.transports) & {"TCP", "TLS"}})


def only(wireshark, path, frames, *arguments):
    """The set of confidences of some frames ("" for one that is not annotated)."""
    told = confidences(wireshark, path, *arguments)
    return {told.get(frame, "") for frame in frames}


# --- configured ---

@pytest.mark.parametrize("client,server,row", [
    (PUB, STRANGER, PUB), (PUB, STRANGER, "10.1.0.0/24"), (STRANGER, PUB, "10.0.0.0/8"), (PUB, STRANGER, "0.0.0.0/0"),
    ("2001:db8::11", "2001:db8:9::1", "2001:db8::11"), ("2001:db8:9::1", "2001:db8::11", "2001:db8::/112")])
def test_a_configured_node_makes_its_packets_certain(wireshark, capture_path, client, server, row):
    scene = Scene()
    frames = scene.call(client, server, 5222, XMPP)
    assert only(wireshark, scene.write(capture_path), frames, *node(row)) == {CONFIGURED}


def test_other_peoples_packets_stay_uncertain(wireshark, capture_path):
    scene = Scene()
    frames = scene.call(STRANGER, CLIENT, 5222, XMPP)
    assert only(wireshark, scene.write(capture_path), frames, *node("10.1.0.0/24")) == {PORT, PAYLOAD}


def test_a_prefix_of_one_family_does_not_hold_the_other(wireshark, capture_path):
    scene = Scene()
    v4, v6 = scene.call(PUB, STRANGER, 5222, XMPP), scene.call("2001:db8::11", "2001:db8:9::1", 5222, XMPP)
    path = scene.write(capture_path)
    assert only(wireshark, path, v4, *node("::/0")) == {PORT, PAYLOAD} and only(wireshark, path, v6, *node("::/0")) == {CONFIGURED}
    assert only(wireshark, path, v6, *node("0.0.0.0/0")) == {PORT, PAYLOAD}


def test_the_longest_prefix_names_the_node(wireshark, capture_path):
    scene = Scene()
    scene.syn(PUB, SUB, 8600)
    rows = wireshark.fields(scene.write(capture_path), ["impsvc.node.src", "impsvc.node.dst"],
                            *node("10.0.0.0/8", name="ten"), *node(PUB, name="pub"), *node("10.1.0.0/24", name="rack"))
    assert rows == [{"impsvc.node.src": ["pub"], "impsvc.node.dst": ["rack"]}]


def test_a_host_outside_the_cluster_has_a_name_but_is_no_node(wireshark, capture_path):
    scene = Scene()
    frames = scene.call(STRANGER, DIRECTORY, 389, LDAP)
    path = scene.write(capture_path)
    arguments = node(DIRECTORY, "External corporate directory", "ldap-1")
    assert only(wireshark, path, frames, *arguments) == {PORT, PAYLOAD}
    assert wireshark.fields(path, ["impsvc.node.dst"], *arguments)[0]["impsvc.node.dst"] == ["ldap-1"]


def test_a_node_without_a_name_is_called_by_its_address(wireshark, capture_path):
    scene = Scene()
    scene.syn(PUB, STRANGER, 8600)
    rows = wireshark.fields(scene.write(capture_path), ["impsvc.node.src", "impsvc.node.dst"], *node(PUB))
    assert rows == [{"impsvc.node.src": [PUB], "impsvc.node.dst": []}]


def test_evidence_says_how_a_node_is_known(wireshark, capture_path):
    scene = Scene()
    scene.xcp(SUB, PUB)
    scene.call(SUB, PUB, 8600, client_port=42000)
    path = scene.write(capture_path)
    configured = wireshark.fields(path, ["impsvc.evidence"], *node(PUB, name="pub"))[0]["impsvc.evidence"][0]
    assert "destination is configured as IM and Presence publisher" in configured
    learned = wireshark.fields(path, ["impsvc.evidence"])[-1]["impsvc.evidence"][0].replace("destination", "source")
    assert "source is a learned node (XCP component logged on, and another service, frame 20, entry 6.1)" in learned


@pytest.mark.parametrize("row,says", [
    ('"10.1.0.300","IM and Presence publisher",""', 'Address: "10.1.0.300" is no IPv4 or IPv6 address'),
    ('"10.1.0.0/33","IM and Presence publisher",""', "Address: the prefix length of \"10.1.0.0/33\" is no number from 0 to 32"),
    ('"2001:db8::/129","IM and Presence publisher",""', "from 0 to 128"), ('"10.1.0.0/","NTP server",""', "Address:"),
    ('"","NTP server",""', "Address:"), ('"pub.example.com","NTP server",""', "Address:"),
    ('"10.1.0.1","Boss",""', 'Role: "Boss" is none of IM and Presence publisher, IM and Presence subscriber, SIP Gateway'),
    ('"10.1.0.1","IM and Presence (Tomcat)",""', "Role:")])
def test_a_bad_row_of_nodes_is_refused_with_the_fields_name(wireshark, capture_path, row, says):
    Scene().write(capture_path)
    error = wireshark.refusal("-r", capture_path, "-o", f"uat:impsvc_nodes:{row}")
    assert says in error and "impsvc_nodes" in error


def test_a_bad_line_in_the_nodes_file_is_named_and_the_others_count(wireshark, capture_path):
    scene = Scene()
    scene.syn(PUB, SUB, 8600)
    with wireshark.settings(impsvc_nodes=f'"{PUB}","IM and Presence publisher","pub"\n'
                                         '"10.1.0.12/40","IM and Presence subscriber","sub"\n') as complaints:
        rows = wireshark.fields(scene.write(capture_path), ["impsvc.node.src", "impsvc.node.dst"])
        assert rows == [{"impsvc.node.src": ["pub"], "impsvc.node.dst": []}]
    assert any("impsvc_nodes:" in line and 'Address: the prefix length of "10.1.0.12/40"' in line for line in complaints)


# --- learned ---

def test_a_router_is_a_node_from_its_second_service_on(wireshark, capture_path):
    scene = Scene()
    stream = scene.xcp(SUB, PUB)
    service = scene.call(SUB, PUB, 8600, client_port=42000)
    after = scene.ask(PUB, STRANGER, 53, DNS_QUERY)
    component = scene.ask(SUB, STRANGER, 53, DNS_QUERY)
    path = scene.write(capture_path)
    told = confidences(wireshark, path)
    assert [told[frame] for frame in stream] == [PORT] * 3 + [PAYLOAD] * (len(stream) - 3)
    assert [told[frame] for frame in service] == [PORT] * 5 + [LEARNED] * (len(service) - 5)
    assert {told[frame] for frame in after} == {LEARNED} and {told[frame] for frame in component} == {PAYLOAD}
    told = confidences(wireshark, path, "-2")
    assert {told[frame] for frame in stream + service + after} == {LEARNED} and {told[frame] for frame in component} == {PAYLOAD}


def test_xmpp_on_7400_that_is_no_component_stream_teaches_nothing(wireshark, capture_path):
    scene = Scene()
    scene.call(CLIENT, PUB, 7400, XMPP)
    assert LEARNED not in confidences(wireshark, scene.write(capture_path)).values()


def test_an_unanswered_component_stream_teaches_nothing(wireshark, capture_path):
    """A scanner that knows XCP would else make nodes of whatever it knocks at."""
    scene = Scene()
    connection = scene.call(STRANGER, PUB, 7400, (b"<stream:stream xmlns='jabber:component:accept'>", b""))
    assert only(wireshark, scene.write(capture_path), connection) <= {PORT, PAYLOAD}


@pytest.mark.parametrize("count,learned", [(1, False), (2, False), (3, True), (5, True)])
@pytest.mark.parametrize("handshake", [True, False])
def test_several_imp_only_ports_answered_make_a_node(wireshark, capture_path, count, learned, handshake):
    scene = Scene()
    for port in list(ONLY_IMP)[:count]:
        scene.call(STRANGER, PUB, port, handshake=handshake)
    after = scene.ask(PUB, DIRECTORY, 53, DNS_QUERY)
    assert only(wireshark, scene.write(capture_path), after) == {LEARNED if learned else PAYLOAD}


def test_the_same_port_many_times_is_one_port(wireshark, capture_path):
    scene = Scene()
    for number in range(6):
        scene.call(STRANGER, PUB, 8600, client_port=41000 + number)
    assert LEARNED not in confidences(wireshark, scene.write(capture_path)).values()


def test_consul_on_8500_and_others_on_common_ports_are_no_nodes(wireshark, capture_path):
    scene = Scene()
    for port in (8500, 8443, 8080, 5222, 5269, 5060, 4040, 2555, 8888, 22, 389):
        scene.call(STRANGER, PUB, port, HTTP)
    assert LEARNED not in confidences(wireshark, scene.write(capture_path)).values()


def test_open_ports_that_say_nothing_make_no_node(wireshark, capture_path):
    scene = Scene()
    for port in TCP_PORTS:
        scene.knock(STRANGER, PUB, port)
    assert LEARNED not in confidences(wireshark, scene.write(capture_path)).values()


@pytest.mark.parametrize("order", ["ascending", "descending", 1, 2, 3])
def test_a_host_that_answers_on_everything_is_no_node_in_the_end(wireshark, capture_path, order):
    ports = list(TCP_PORTS)
    if order == "descending":
        ports.reverse()
    elif order != "ascending":
        random.Random(order).shuffle(ports)
    scene = Scene()
    for number, port in enumerate(ports):
        scene.call(STRANGER, PUB, port, (b"hello\r\n", b"220 welcome\r\n"), client_port=41000 + number)
    after = scene.ask(PUB, DIRECTORY, 53, DNS_QUERY)
    assert only(wireshark, scene.write(capture_path), after) == {PAYLOAD}


def test_whom_a_node_calls_once_is_no_node(wireshark, capture_path):
    scene = Scene()
    scene.xcp(SUB, PUB)
    scene.call(SUB, PUB, 8600, client_port=42000)
    sync = scene.call(PUB, OTHER, 37239)
    after = scene.ask(OTHER, STRANGER, 53, DNS_QUERY)
    told = confidences(wireshark, scene.write(capture_path))
    assert {told[frame] for frame in sync} == {LEARNED} and {told[frame] for frame in after} == {PAYLOAD}


def test_clients_of_a_node_are_no_nodes(wireshark, capture_path):
    scene = Scene()
    scene.xcp(SUB, PUB)
    for number, port in enumerate((5222, 7335, 8443, 8600)):
        scene.call(CLIENT, PUB, port, XMPP if port == 5222 else UNKNOWN, client_port=41000 + number)
    after = scene.ask(CLIENT, STRANGER, 53, DNS_QUERY)
    assert only(wireshark, scene.write(capture_path), after) == {PAYLOAD}


def test_learning_can_be_switched_off(wireshark, capture_path):
    scene = Scene()
    scene.xcp(SUB, PUB)
    told = confidences(wireshark, scene.write(capture_path), "-o", "impsvc.learn_nodes:FALSE")
    assert set(told.values()) == {PORT, PAYLOAD}


def test_what_one_file_taught_is_forgotten_with_it(wireshark, capture_path):
    first, second = Scene(), Scene()
    first.xcp(SUB, PUB)
    second.ask(PUB, STRANGER, 53, DNS_QUERY)
    other = capture_path.with_suffix(".second.pcap")
    try:
        first.write(capture_path)
        second.write(other)
        frames = wireshark.sharkd([("load", {"file": str(capture_path)}), ("load", {"file": str(other)}),
                                   ("frames", {"filter": "impsvc.confidence >= 3"})])[-1]
        assert frames == []
    finally:
        other.unlink(missing_ok=True)


def test_a_second_pass_knows_more_and_contradicts_nothing(wireshark):
    path = wireshark.readable("cluster.pcapng")
    names = ["impsvc.entry", "impsvc.direction", "impsvc.confidence"]
    once, twice = wireshark.fields(path, names), wireshark.fields(path, names, "-2")
    # A moved service is found by its first payload: its SYN is told in the second pass only.
    assert [(one, two) for one, two in zip(once, twice) if one["impsvc.entry"] not in ([], two["impsvc.entry"])
            or one["impsvc.direction"] not in ([], two["impsvc.direction"])] == []
    assert all(one["impsvc.confidence"] <= two["impsvc.confidence"] for one, two in zip(once, twice))
    assert sum(one["impsvc.confidence"] < two["impsvc.confidence"] for one, two in zip(once, twice)) > 20


# --- what nodes decide ---

def test_only_known_nodes_are_annotated_if_the_user_wants_that(wireshark, capture_path):
    scene = Scene()
    scene.call(STRANGER, CLIENT, 5222, XMPP)
    frames = scene.call(CLIENT, PUB, 5222, XMPP)
    path = scene.write(capture_path)
    arguments = ("-o", "impsvc.annotate:nodes", *node(PUB))
    assert sorted(confidences(wireshark, path, *arguments)) == frames
    counted = wireshark.read(path, "-q", "-z", "impsvc,tree", *arguments)
    assert [int(line.split()[4]) for line in counted.splitlines() if line.startswith("Table 22: XCP requests")] == [len(frames)]


ROLES = ["impsvc.role.src", "impsvc.role.dst", "impsvc.flow"]


@pytest.mark.parametrize("client,server,port,payloads,known,roles", [
    # Both ways are listed; without nodes the list's first line counts.
    (PUB, GATEWAY, 5060, SIP, (), ["SIP Gateway", "IM and Presence", "1"]),
    (PUB, GATEWAY, 5060, SIP, node(PUB), ["IM and Presence", "SIP Gateway", "2"]),
    (GATEWAY, PUB, 5060, SIP, node(PUB), ["SIP Gateway", "IM and Presence", "1"]),
    (PUB, GATEWAY, 5060, SIP, node(GATEWAY, "SIP Gateway"), ["IM and Presence", "SIP Gateway", "2"]),
    (DIRECTORY, PUB, 389, LDAP, node(PUB), ["External corporate directory", "IM and Presence", "1"]),
    (PUB, DIRECTORY, 389, LDAP, node(PUB), ["IM and Presence", "External corporate directory", "2"])])
def test_rows_that_go_both_ways_take_their_roles_from_the_nodes(wireshark, capture_path, client, server, port, payloads,
                                                                known, roles):
    scene = Scene()
    scene.call(client, server, port, payloads)
    rows = wireshark.fields(scene.write(capture_path), ROLES, *known)
    assert [value for name in ROLES for value in rows[0][name]] == roles
    back = [rows[1][name][0] for name in ROLES]
    assert back == [roles[1], roles[0], roles[2]]


def test_the_nodes_tree_lists_hosts_roles_and_what_they_do(wireshark, capture_path):
    scene = Scene()
    stream = scene.xcp(SUB, PUB)
    scene.call(PUB, DIRECTORY, 389, LDAP)
    scene.call(STRANGER, CLIENT, 5222, XMPP)
    text = wireshark.read(scene.write(capture_path), "-2", "-q", "-z", "impsvc_nodes,tree", *node(PUB, name="pub/1"), *node(SUB))
    rows = [(line.split("  ")[0] if not line.startswith(" ") else line[:60].rstrip(), line) for line in text.splitlines()]
    names = [name.strip() for name, _ in rows]
    assert f"{PUB} pub|1" in names and SUB in names and DIRECTORY in names
    assert not any(STRANGER in name or CLIENT in name for name in names)
    assert any("22.4 XCP router master access: listens" in line and f" {len(stream)} " in line for _, line in rows)
    assert any("22.4 XCP router master access: asks" in line for _, line in rows)
    assert any("External corporate directory" in line for _, line in rows)


def test_an_icmp_error_is_told_by_the_nodes_of_the_packet_it_quotes(wireshark):
    """A router's address says nothing of the service it speaks about."""
    path = wireshark.readable("trouble-filtered.pcapng")
    rows = wireshark.fields(path, ["impsvc.icmp_error", "impsvc.confidence", "impsvc.node.src", "impsvc.node.dst"],
                            "-Y", "impsvc.icmp_error", *node("10.10.1.0/24", name="v4"),
                            *node("2001:db8:10::1:0/112", name="v6"))
    assert len(rows) >= 4 and {row["impsvc.confidence"][0] for row in rows} == {CONFIGURED}
    assert {(row["impsvc.node.src"][0], row["impsvc.node.dst"][0]) for row in rows} == {("v4", "v4"), ("v6", "v6")}


STANZAS = (b"<iq type='get' id='1' from='cm-1.pub' to='jsm-1.pub'><query xmlns='x'/></iq>",
           b"<iq type='result' id='1' from='jsm-1.pub' to='cm-1.pub'/>")


def test_a_component_stream_joined_in_mid_flow_makes_no_node(wireshark, capture_path):
    scene = Scene()
    frames = scene.call(SUB, PUB, 7400, STANZAS, handshake=False)
    path = scene.write(capture_path)
    for passes in ((), ("-2",)):
        told = confidences(wireshark, path, *passes)
        assert [told[frame] for frame in frames] == [PORT] * len(frames), "without a head nobody can say whose stream it is"


def test_a_clients_stream_on_7400_stays_a_clients_whatever_follows(wireshark, capture_path):
    scene = Scene()
    connection = Connection(Hosts(CLIENT, PUB, 7400)).open().ask(*XMPP).ask(*STANZAS)
    scene.add_connection(connection.finish())
    assert LEARNED not in confidences(wireshark, scene.write(capture_path)).values()


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
def test_the_nodes_tree_is_in_one_order_whoever_talked_most(wireshark, capture_path, passes):
    """Nodes first, then the servers around them, and each kind by address: 10.1.0.9 before 10.1.0.12, IPv4 before IPv6."""
    hosts = ["10.1.0.12", "10.1.0.9", "2001:db8::7"]
    scene = Scene()
    for number, host in enumerate(hosts):
        for _ in range(number + 1):
            scene.call("2001:db8::99" if ":" in host else STRANGER, host, 8600)
    scene.ask("10.1.0.12", "10.1.0.2", 123)
    known = [part for host in hosts for part in node(host)] + list(node("10.1.0.2", "NTP server", "clock"))
    lines = wireshark.run("-n", "-q", "-r", scene.write(capture_path), *known, *passes, "-z", "impsvc_nodes,tree").splitlines()
    topics = [line[:60].split("  ")[0] for line in lines if line[:1].isalnum() and not line.startswith(("IM and", "Topic"))]
    assert topics == ["10.1.0.9", "10.1.0.12", "2001:db8::7", "10.1.0.2 clock"]
    assert sum(line.startswith(" configured: IM and Presence publisher") for line in lines) == 3
    assert sum(line.startswith(" configured: NTP server") for line in lines) == 1

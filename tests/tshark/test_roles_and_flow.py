# Roles and flow do not contradict what is known of the hosts, and what is the
# cluster's own is pointed out when anybody else asks for it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv

import pytest

import lab_hosts
from called import FIELDS, address
from cluster import CLIENT, DIRECTORY, GATEWAY, PUB, STRANGER, SUB, Scene, node
from payloads import DNS_QUERY, HTTP, LDAP, NTP, SIP, SSH, TLS, UNKNOWN, XMPP
from places import CAPTURES, SOURCE
from port_list import BY_ID, ENTRIES
from recorded import annotated

pytestmark = pytest.mark.any_version

ONE_PASS_AND_TWO = pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
INBOUND, OUTBOUND, INTRACLUSTER, LOCALHOST = "1", "2", "3", "4"
ROLES = ["impsvc.role.src", "impsvc.role.dst"]
IMP, UNKNOWN_HOST = "IM and Presence", "Unknown host"
with open(SOURCE / "catalog" / "roles.csv", encoding="utf-8", newline="") as file:
    OUTSIDE = {row["name_en"] for row in csv.DictReader(file) if row["side"] == "outside"}
EVERYBODY = sorted(path.relative_to(CAPTURES).as_posix() for pattern in ("*.pcapng", "cases/*.pcap") for path in CAPTURES.glob(pattern))
V6 = {PUB: "2001:db8::1:11", SUB: "2001:db8::1:12", STRANGER: "2001:db8::9:7", DIRECTORY: "2001:db8::3:10", CLIENT: "2001:db8::4:21",
      GATEWAY: "2001:db8::3:60"}
CUCM = ("Cisco Unified Communications Manager", "cucm")


def calls():
    """A port of each entry over TCP that needs no particular port of the client's, with a payload that decides nothing."""
    taken = set()
    for entry in ENTRIES:
        if "UDP" not in entry.transports and entry.ports and not entry.source and entry.ports[0] not in taken:
            taken.add(entry.ports[0])
            yield entry


TCP_ENTRIES = list(calls())


def told(wireshark, path, *arguments, shown="impsvc and !impsvc.icmp_error"):
    """Of each annotated packet: the ends as {address: (role, name)}, initiator, listener, flow, entry."""
    names = ["frame.number", *FIELDS, *ROLES, "impsvc.node.src", "impsvc.node.dst", "impsvc.flow", "impsvc.direction", "impsvc.entry"]
    return told_in(wireshark.fields(path, names, "-Y", shown, *arguments))


def told_in(rows):
    found = []
    for row in rows:
        ends = [address(row, side) for side in ("src", "dst")]
        roles = {end: row[f"impsvc.role.{side}"][0] for end, side in zip(ends, ("src", "dst"))}
        known = {end for end, side in zip(ends, ("src", "dst")) if row[f"impsvc.node.{side}"]}
        if row["impsvc.direction"] == ["2"]:
            ends.reverse()
        found.append((row["frame.number"][0], row["impsvc.entry"][0], ends[0], ends[1], roles, known, row["impsvc.flow"][0]))
    return found


def is_group(end):
    """A group is no host."""
    return end.startswith(("224.", "239.", "255.", "ff"))


def opened(wireshark, path, *arguments):
    """{(initiator, listener, entry): (initiator's role, listener's role, flow)}"""
    return {(asking, answering, entry): (roles[asking], roles[answering], flow)
            for _, entry, asking, answering, roles, _, flow in told(wireshark, path, *arguments)}


# --- nobody is contradicted ---

@ONE_PASS_AND_TWO
@pytest.mark.parametrize("capture", EVERYBODY)
def test_whoever_is_called_a_node_has_no_outside_role(recorded, capture, passes):
    wrong = [one for one in told_in(annotated(recorded.rows(capture, *passes)))
             if any(one[4][known] in OUTSIDE for known in one[5])]
    assert wrong == []


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("capture", EVERYBODY)
def test_the_flow_is_as_the_nodes_are(recorded, capture, passes):
    wrong = []
    for one in told_in(annotated(recorded.rows(capture, *passes))):
        _, _, asking, answering, _, known, flow = one
        if known and asking != answering and not is_group(answering):
            right = {(True, True): INTRACLUSTER, (True, False): OUTBOUND, (False, True): INBOUND}[asking in known, answering in known]
            wrong += [one] if flow != right else []
    assert wrong == []


@ONE_PASS_AND_TWO
def test_the_configured_cluster_has_no_strangers_in_it(wireshark, passes):
    """A bystander that asks a node's database is no database of the cluster's, and a node is no RTMT."""
    nodes = set(lab_hosts.nodes())
    wrong = []
    for one in told(wireshark, wireshark.readable("cluster.pcapng"), *lab_hosts.configured(), *passes):
        _, entry, asking, answering, roles, _, flow = one
        if asking == answering:
            continue
        for end in (asking, answering):
            is_clusters = roles[end].startswith(IMP) or roles[end] == "Certificate Manager"
            if not is_group(end) and is_clusters != (end in nodes):
                wrong.append(one)
    assert wrong == []


@ONE_PASS_AND_TWO
def test_the_bystander_is_no_database(wireshark, passes):
    rows = told(wireshark, wireshark.readable("cluster.pcapng"), *lab_hosts.configured(), *passes, shown="impsvc and ip.addr == 10.10.9.9 and !impsvc.icmp_error")
    assert rows and {roles["10.10.9.9"] for _, _, _, _, roles, _, _ in rows} <= {UNKNOWN_HOST, *OUTSIDE}
    database = [one for one in rows if one[1].startswith("8.")]
    assert database and {(one[4]["10.10.9.9"], one[6]) for one in database} == {(UNKNOWN_HOST, INBOUND)}


# --- the reported ones ---

@ONE_PASS_AND_TWO
@pytest.mark.parametrize("known", [(), node("10.60.0.21", *CUCM)], ids=["unknown", "configured"])
def test_a_node_that_asks_cucm_is_no_browser(wireshark, known, passes):
    path = wireshark.readable("cases/node_asks_cucm.pcap")
    imp, component, cucm, desk = "10.60.0.11", "10.60.0.12", "10.60.0.21", "10.60.9.9"
    found = opened(wireshark, path, *node(imp), *node(component, "IM and Presence subscriber"), *known, *passes)
    other = CUCM[0] if known else UNKNOWN_HOST
    assert found[imp, cucm, "4.2"] == (IMP, other, OUTBOUND)
    assert found[cucm, imp, "2.3"][0] == other and found[cucm, imp, "2.3"][2] == INBOUND
    assert found[imp, cucm, "8.1"][1:] == (other, OUTBOUND) and found[imp, cucm, "8.1"][0].startswith(IMP)
    assert found[cucm, imp, "8.1"][0] == other and found[cucm, imp, "8.1"][2] == INBOUND
    assert found[component, imp, "22.4"] == (BY_ID["22.4"].initiator, BY_ID["22.4"].listener, INTRACLUSTER)
    for entry in ("21.2", "16.1"):
        asking, listener, flow = found[desk, imp, entry]
        assert (asking, listener, flow) == (UNKNOWN_HOST, IMP, INBOUND)
    assert found[cucm, imp, "2.1"] == (other if known else "SIP Gateway", IMP, INBOUND)
    assert found[imp, cucm, "2.1"] == (IMP, other if known else "SIP Gateway", OUTBOUND)


@ONE_PASS_AND_TWO
def test_another_companys_server_is_not_in_the_cluster(wireshark, passes):
    path = wireshark.readable("cases/federation_5269.pcap")
    imp, theirs, edge = "10.92.0.11", "203.0.113.80", "203.0.113.90"
    found = opened(wireshark, path, *node(imp), *node("10.92.0.12", "IM and Presence subscriber"), *passes)
    assert found[imp, theirs, "22.2"] == (IMP, UNKNOWN_HOST, OUTBOUND)
    assert found[theirs, imp, "22.2"] == (UNKNOWN_HOST, IMP, INBOUND)
    assert found[imp, edge, "2.2"] == (IMP, UNKNOWN_HOST, OUTBOUND)
    learned = opened(wireshark, path, *passes)
    assert (imp, theirs, "22.2") in learned
    assert not any(flow == LOCALHOST for _, _, flow in learned.values())


# --- every row ---

def side(role, is_node):
    """The role of an end: what the list says, unless what is known of the host contradicts it."""
    if is_node:
        return IMP if role in OUTSIDE else role
    return role if role in OUTSIDE else UNKNOWN_HOST


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("asking,answering,flow", [(PUB, SUB, INTRACLUSTER), (PUB, STRANGER, OUTBOUND), (STRANGER, PUB, INBOUND)],
                         ids=["node-node", "node-other", "other-node"])
def test_roles_and_flow_of_every_tcp_row(wireshark, capture_path, version, asking, answering, flow, passes):
    asking, answering = (end if version == 4 else V6[end] for end in (asking, answering))
    nodes = [end if version == 4 else V6[end] for end in (PUB, SUB)]
    scene = Scene()
    for number, entry in enumerate(TCP_ENTRIES):
        scene.call(asking, answering, entry.ports[0], client_port=42000 + number)
    found = opened(wireshark, scene.write(capture_path), *node(nodes[0]), *node(nodes[1], "IM and Presence subscriber"), *passes)
    assert len(found) == len(TCP_ENTRIES)
    wrong = {}
    for (_, _, id), values in found.items():
        entry = BY_ID[id]
        pair = (entry.initiator, entry.listener)
        if id in ("5.1",) and asking not in nodes:
            pair = pair[::-1]       # the row goes both ways
        right = side(pair[0], asking in nodes), side(pair[1], answering in nodes), flow
        if values != right:
            wrong[id] = values, right
    assert wrong == {}


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("role", ["Cisco Unified Communications Manager", "External corporate directory", "RTMT", "XMPP client"])
def test_a_configured_role_is_kept_whatever_the_port(wireshark, capture_path, role, passes):
    scene = Scene()
    for number, entry in enumerate(TCP_ENTRIES):
        scene.call(STRANGER, PUB, entry.ports[0], client_port=42000 + number)
        scene.call(PUB, STRANGER, entry.ports[0], client_port=43000 + number)
    found = opened(wireshark, scene.write(capture_path), *node(PUB), *node(STRANGER, role, "them"), *passes)
    roles = {(STRANGER, PUB): set(), (PUB, STRANGER): set()}
    for (asking, answering, _), (initiator, listener, _) in found.items():
        roles[asking, answering].add(initiator if asking == STRANGER else listener)
    assert roles == {(STRANGER, PUB): {role}, (PUB, STRANGER): {role}}


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("port,payloads,entry", [(53, DNS_QUERY, "15.1"), (123, NTP, "18.1"), (5060, SIP, "2.1")])
def test_datagrams_go_by_the_nodes_too(wireshark, capture_path, port, payloads, entry, passes):
    scene = Scene()
    scene.ask(PUB, STRANGER, port, payloads)
    scene.ask(CLIENT, PUB, port, payloads)
    scene.ask(PUB, SUB, port, payloads)
    found = opened(wireshark, scene.write(capture_path), *node(PUB), *node(SUB), *passes)
    assert {(asking, answering): flow for (asking, answering, _), (_, _, flow) in found.items()} == {
        (PUB, STRANGER): OUTBOUND, (CLIENT, PUB): INBOUND, (PUB, SUB): INTRACLUSTER}
    assert not set(found[PUB, SUB, entry][:2]) & OUTSIDE


@ONE_PASS_AND_TWO
def test_within_a_node_stays_within(wireshark, capture_path, passes):
    scene = Scene()
    scene.call(PUB, PUB, 1500)
    found = told(wireshark, scene.write(capture_path), *node(PUB), *passes)
    assert {one[-1] for one in found} == {LOCALHOST}


def test_where_nobody_is_known_the_list_decides(wireshark, capture_path):
    scene = Scene()
    for number, entry in enumerate(TCP_ENTRIES):
        scene.call(STRANGER, PUB, entry.ports[0], client_port=42000 + number)
    found = opened(wireshark, scene.write(capture_path), "-o", "impsvc.learn_nodes:FALSE")
    assert {id: values[:2] for (_, _, id), values in found.items()} == \
        {entry.id: (entry.initiator, entry.listener) for entry in TCP_ENTRIES}


# --- the cluster's own services ---

def exposed(wireshark, path, *arguments):
    """{stream: how often it is said} and the sentences."""
    rows = wireshark.fields(path, ["tcp.stream", "_ws.expert.message", "_ws.expert.severity"], "-Y", "impsvc.cluster_exposed", *arguments)
    counts = {}
    for row in rows:
        counts[row["tcp.stream"][0]] = counts.get(row["tcp.stream"][0], 0) + 1
    return counts, rows


# Other companies' servers may well be let in on 5269, although the list has it within the cluster.
CLUSTER_PORTS = [entry for entry in TCP_ENTRIES if entry.reach == "cluster" and entry.id != "22.2"]


@ONE_PASS_AND_TWO
@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("role", ["", "XMPP client"], ids=["unknown", "configured"])
def test_an_outsider_that_asks_for_the_clusters_services_is_pointed_out_once(wireshark, capture_path, version, role, passes):
    outsider, imp = (end if version == 4 else V6[end] for end in (CLIENT, PUB))
    scene = Scene()
    for number, port in enumerate((7400, 8600, 9003, 20075)):
        scene.call(outsider, imp, port, client_port=42000 + number)
    known = (*node(imp, name="pub-1"), *(node(outsider, role, "jabber") if role else ()))
    path = scene.write(capture_path)
    counts, rows = exposed(wireshark, path, *known, *passes)
    assert counts == {str(stream): 1 for stream in range(4)}
    assert all(outsider in " ".join(row["_ws.expert.message"]) for row in rows)
    warning = str(0x600000)
    assert all(warning in row["_ws.expert.severity"] for row in rows)
    assert {(values[0], values[2]) for values in opened(wireshark, path, *known, *passes).values()} == {(role or UNKNOWN_HOST, INBOUND)}


@ONE_PASS_AND_TWO
def test_every_service_of_the_clusters_is_guarded(wireshark, capture_path, passes):
    scene = Scene()
    for number, entry in enumerate(CLUSTER_PORTS):
        scene.call(STRANGER, PUB, entry.ports[0], client_port=42000 + number)
    counts, _ = exposed(wireshark, scene.write(capture_path), *node(PUB), *passes)
    assert counts == {str(stream): 1 for stream in range(len(CLUSTER_PORTS))}


def test_a_bare_knock_counts_and_so_does_a_datagram(wireshark, capture_path):
    scene = Scene()
    scene.syn(STRANGER, PUB, 7400)
    scene.ask(STRANGER, PUB, 21999, UNKNOWN)
    assert wireshark.frames(scene.write(capture_path), "impsvc.cluster_exposed", *node(PUB)) == [1, 2]


@ONE_PASS_AND_TWO
def test_what_is_as_it_should_be_is_not_pointed_out(wireshark, capture_path, passes):
    scene = Scene()
    for number, entry in enumerate(CLUSTER_PORTS):
        scene.call(SUB, PUB, entry.ports[0], client_port=42000 + number)          # between nodes
        scene.call(PUB, PUB, entry.ports[0], client_port=43000 + number)          # within one
        scene.call(STRANGER, CLIENT, entry.ports[0], client_port=44000 + number)  # between others
    for number, (port, said) in enumerate(((5222, XMPP), (8443, TLS), (5060, SIP), (22, SSH), (389, LDAP), (8082, HTTP), (7999, UNKNOWN))):
        scene.call(STRANGER, PUB, port, said, client_port=45000 + number)         # for anybody
    path = scene.write(capture_path)
    assert exposed(wireshark, path, *node(PUB), *node(SUB), *passes)[0] == {}


@ONE_PASS_AND_TWO
def test_where_no_node_is_configured_nobody_is_accused(wireshark, capture_path, passes):
    scene = Scene()
    for number, entry in enumerate(CLUSTER_PORTS):
        scene.call(STRANGER, PUB, entry.ports[0], client_port=42000 + number)
    path = scene.write(capture_path)
    assert exposed(wireshark, path, *passes)[0] == {}
    assert exposed(wireshark, path, *node(STRANGER, "RTMT"), *passes)[0] == {}
    for capture in ("cluster.pcapng", "nodes-learning.pcapng"):
        assert exposed(wireshark, wireshark.readable(capture), *passes)[0] == {}


@ONE_PASS_AND_TWO
def test_the_labs_configured_nodes_expose_nothing_to_each_other(wireshark, passes):
    """But what the bystander and others ask for is said."""
    rows = wireshark.fields(wireshark.readable("cluster.pcapng"), FIELDS, "-Y", "impsvc.cluster_exposed", *lab_hosts.configured(), *passes)
    nodes = set(lab_hosts.nodes())
    assert [row for row in rows if address(row, "src") in nodes] == []

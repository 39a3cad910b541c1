# Several clusters, and hosts with several roles: what rows of impsvc_nodes say of one address.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from cluster import DIRECTORY, OTHER, PUB, STRANGER, SUB, Scene, node
from payloads import DNS_QUERY

FLOW = ["impsvc.flow"]
SERVER = "10.3.0.10"


def in_cluster(address, cluster, role="IM and Presence publisher", name=""):
    return ("-o", f'uat:impsvc_nodes:"{address}","{role}","{name}","{cluster}"')


def flows(wireshark, path, *known):
    return [row["impsvc.flow"][0] for row in wireshark.fields(path, FLOW, *known)]


@pytest.mark.parametrize("known,flow", [
    ((in_cluster(PUB, "east"), in_cluster(OTHER, "west")), "5"),
    ((in_cluster(PUB, "east"), in_cluster(OTHER, "east")), "3"),
    ((node(PUB), in_cluster(OTHER, "west")), "5"),      # one's own cluster needs no name
    ((node(PUB), node(OTHER)), "3"),
    ((in_cluster(PUB, ""), node(OTHER)), "3"),
    ((in_cluster(PUB, "東"), in_cluster(OTHER, "西")), "5"),
    ((in_cluster("10.0.0.0/8", "east"), in_cluster(OTHER, "west")), "5")],
    ids=["two", "one", "named-and-not", "none-named", "empty", "japanese", "prefix"])
def test_nodes_of_two_clusters_are_intercluster(wireshark, capture_path, known, flow):
    """Sync between two clusters crosses the company's firewalls: it must not look like a cluster's own traffic."""
    scene = Scene()
    scene.syn(PUB, OTHER, 37239)
    scene.syn(OTHER, PUB, 37239)
    assert flows(wireshark, scene.write(capture_path), *(part for row in known for part in row)) == [flow, flow]


def test_the_word_intercluster_filters(wireshark, capture_path):
    scene = Scene()
    scene.syn(PUB, OTHER, 37239)
    scene.syn(PUB, SUB, 37239)
    known = (*in_cluster(PUB, "east"), *in_cluster(SUB, "east"), *in_cluster(OTHER, "west"))
    path = scene.write(capture_path)
    assert wireshark.frames(path, 'impsvc.flow == "intercluster"', *known) == [1]
    assert wireshark.frames(path, 'impsvc.flow == "intracluster"', *known) == [2]


def test_a_server_that_names_a_cluster_is_still_outside(wireshark, capture_path):
    scene = Scene()
    scene.ask(PUB, SERVER, 53, DNS_QUERY)
    known = (*in_cluster(PUB, "east"), *in_cluster(SERVER, "west", "DNS server"))
    assert flows(wireshark, scene.write(capture_path), *known) == ["2", "2"]


@pytest.mark.parametrize("roles", [("DNS server", "NTP server", "External corporate directory"),
                                   ("External corporate directory", "NTP server", "DNS server")])
def test_a_host_with_several_roles_is_in_each_entry_what_the_entry_has(wireshark, capture_path, roles):
    """A domain controller is DNS, NTP and directory; only its last row counted."""
    scene = Scene()
    scene.ask(PUB, DIRECTORY, 53, DNS_QUERY)
    scene.syn(PUB, DIRECTORY, 389)
    scene.syn(DIRECTORY, PUB, 389)     # that row goes both ways
    known = [part for role in roles for part in node(DIRECTORY, role)]
    known[1] = known[1].replace('""', '"dc-1"')
    names = ["impsvc.role.src", "impsvc.role.dst", "impsvc.node.dst"]
    rows = [[row[name][0] if row[name] else "" for name in names]
            for row in wireshark.fields(scene.write(capture_path), names, *node(PUB, name="pub"), *known)]
    assert rows == [["IM and Presence", "DNS server", "dc-1"], ["DNS server", "IM and Presence", "pub"],
                    ["IM and Presence", "External corporate directory", "dc-1"],
                    ["External corporate directory", "IM and Presence", "pub"]]


def test_where_no_role_fits_the_last_row_counts_as_before(wireshark, capture_path):
    scene = Scene()
    scene.syn(PUB, STRANGER, 636)
    known = (*node(PUB), *node(STRANGER, "DNS server"), *node(STRANGER, "NTP server"))
    assert wireshark.fields(scene.write(capture_path), ["impsvc.role.dst"], *known) == [{"impsvc.role.dst": ["NTP server"]}]


@pytest.mark.parametrize("first_is_node", [True, False])
def test_a_node_that_is_something_else_as_well_stays_a_node(wireshark, capture_path, first_is_node):
    """A publisher is its subscribers' time server: a second row for that must not take the cluster's services from it."""
    scene = Scene()
    scene.syn(SUB, PUB, 8600)
    scene.ask(SUB, PUB, 123)
    both = [node(PUB), node(PUB, "NTP server")]
    known = [part for row in (both if first_is_node else both[::-1]) for part in row]
    names = ["impsvc.role.dst", "impsvc.flow", "impsvc.confidence"]
    rows = wireshark.fields(scene.write(capture_path), names, *node(SUB), *known)
    assert [[row[name][0] for name in names] for row in rows][:2] == [["IM and Presence (Config Agent)", "3", "4"],
                                                                     ["NTP server", "2", "4"]]


@pytest.mark.parametrize("name,says", [
    ("east ", 'Cluster: "east " begins or ends with a space (row of 10.1.0.1)'), (" east", "begins or ends with a space"),
    ("\u3000", "begins or ends with a space"), ("ea\\x09st", "a character that cannot be seen (row of 10.1.0.1)"),
    ("ea\\xffst", "Cluster: the name is no UTF-8 (row of 10.1.0.1)")])
def test_a_name_that_would_be_a_cluster_of_its_own_unseen_is_refused(wireshark, capture_path, name, says):
    Scene().write(capture_path)
    error = wireshark.refusal("-r", capture_path, *in_cluster("10.1.0.1", name))
    assert says in error and "impsvc_nodes" in error


def test_old_and_new_rows_stand_in_one_file(wireshark, capture_path):
    """Files of before have three fields; the row after a bad one still counts, and what is said names the bad one."""
    scene = Scene()
    scene.syn(PUB, OTHER, 37239)
    path = scene.write(capture_path)
    with wireshark.settings(impsvc_nodes=f'"{PUB}","IM and Presence publisher","pub"\n'
                                         f'"{SUB}","IM and Presence subscriber","sub"," east"\n'
                                         f'"{SUB}","Boss","sub"\n'
                                         f'"{OTHER}","IM and Presence publisher","other","west"\n') as complaints:
        names = ["impsvc.node.src", "impsvc.node.dst", "impsvc.flow"]
        assert wireshark.fields(path, names) == [{"impsvc.node.src": ["pub"], "impsvc.node.dst": ["other"], "impsvc.flow": ["5"]}]
    assert any("impsvc_nodes" in line and f"(row of {SUB})" in line for line in complaints)


def test_the_line_is_exact_where_all_rows_have_four_fields(wireshark, capture_path):
    scene = Scene()
    scene.syn(PUB, OTHER, 37239)
    path = scene.write(capture_path)
    with wireshark.settings(impsvc_nodes=f'# ours\n"{PUB}","IM and Presence publisher","pub","east"\n'
                                         '"10.1.0.12/40","IM and Presence subscriber","sub","east"\n') as complaints:
        wireshark.fields(path, FLOW)
    assert any("impsvc_nodes:3: Address:" in line for line in complaints)

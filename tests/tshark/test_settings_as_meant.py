# What the user sets is what happens: prefixes without a name, ranges of ports,
# packets that are not to be annotated, filters copied from the manual.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from called import called_nodes
from cluster import CLIENT, PUB, STRANGER, SUB, Scene, moved, node
from payloads import DNS_QUERY, PGSQL, SIP, UNKNOWN
from places import SOURCE


# --- a prefix without a name ---

PREFIXES = {4: ("10.1.0.0/24", PUB, SUB, CLIENT), 6: ("2001:db8:1::/48", "2001:db8:1::11", "2001:db8:1::12", "2001:db8:4::21")}


@pytest.mark.parametrize("version", PREFIXES)
def test_hosts_of_a_prefix_without_a_name_are_called_by_their_own_address(wireshark, capture_path, version):
    prefix, pub, sub, client = PREFIXES[version]
    scene = Scene()
    scene.call(sub, pub, 8600)
    scene.call(client, pub, 5222)
    path = scene.write(capture_path)
    assert called_nodes(wireshark, path, *node(prefix)) == {pub: pub, sub: sub}
    assert called_nodes(wireshark, path, *node(prefix, name="rack")) == {pub: "rack", sub: "rack"}
    assert called_nodes(wireshark, path, *node(prefix), *node(pub, name="pub-1")) == {pub: "pub-1", sub: sub}
    assert called_nodes(wireshark, path, *node(prefix), *node(client, "XMPP client")) == {pub: pub, sub: sub, client: client}


@pytest.mark.parametrize("version", PREFIXES)
@pytest.mark.parametrize("name", ["", "rack 1/2"], ids=["no-name", "slash-in-name"])
def test_no_tree_calls_a_host_by_what_follows_a_slash(wireshark, capture_path, version, name):
    prefix, pub, sub, client = PREFIXES[version]
    scene = Scene()
    scene.call(sub, pub, 8600)
    scene.call(client, pub, 5222)
    lines = wireshark.read(scene.write(capture_path), "-q", "-z", "impsvc_nodes,tree", *node(prefix, name=name)).splitlines()
    names = [re.split(r"\s{2,}", line.strip())[0] for line in lines]
    assert not {"24", "48", "2"} & set(names)
    assert any(one.startswith(pub) for one in names) and any(one.startswith(sub) for one in names)
    assert not any(prefix in one for one in names)


# --- ports that were moved ---

@pytest.mark.parametrize("ports", ["-3269", "7401-", "-", "7401--7402", "7401,-7405", "0", "65536", "7401-65536"])
def test_half_a_range_of_ports_is_refused_by_name(wireshark, capture_path, ports):
    Scene().write(capture_path)
    error = wireshark.refusal("-r", capture_path, *moved("22.4", "TCP", ports))
    assert "impsvc_ports" in error and ports in error


@pytest.mark.parametrize("ports", ["7401", "7401-7402", "7399,7401-7403"])
def test_ports_as_they_are_meant_are_taken(wireshark, capture_path, ports):
    scene = Scene()
    scene.syn(SUB, PUB, 7401)
    scene.syn(SUB, PUB, 3200)
    rows = wireshark.fields(scene.write(capture_path), ["impsvc.entry"], *moved("22.4", "TCP", ports))
    assert [row["impsvc.entry"] for row in rows] == [["22.4"], []]


# --- what is not annotated looks as it does without the plugin ---

QUIET = ("-o", "impsvc.annotate:nodes", "-o", "impsvc.learn_nodes:FALSE")


def looks(which, path, *arguments):
    return which.read(path, *arguments), which.read(path, "-V", *arguments), which.read(path, "-2", "-V", *arguments)


@pytest.mark.parametrize("capture", ["cases/devhost_redis_9003_9005.pcap", "unrelated-host.pcapng", "config-agent-8600.pcapng"])
def test_packets_of_nobody_look_as_they_do_without_the_plugin(wireshark, alone, capture):
    ours, theirs = looks(wireshark, wireshark.readable(capture), *QUIET), looks(alone, alone.readable(capture))
    differing = [(one, two) for shown, wanted in zip(ours, theirs) for one, two in zip(shown.splitlines(), wanted.splitlines()) if one != two]
    assert differing == [] and ours == theirs


@pytest.mark.parametrize("version", [4, 6])
def test_unknown_payload_of_nobody_is_data(wireshark, alone, capture_path, version):
    one, other = (PUB, STRANGER) if version == 4 else ("2001:db8::1:11", "2001:db8::9:7")
    scene = Scene()
    for port in (8600, 9003, 20075, 4040):
        scene.call(other, one, port)
    for port in (21999, 50000, 8500):
        scene.ask(other, one, port, UNKNOWN)
    path = scene.write(capture_path)
    with_others = (*QUIET, *node("198.51.100.1"))
    for arguments in (QUIET, with_others):
        assert looks(wireshark, path, *arguments) == looks(alone, path)
    assert wireshark.frames(path, "impsvc or impsvc.payload", *QUIET) == []
    assert wireshark.frames(path, "data", *QUIET) == alone.frames(path, "data") != []


def test_what_is_annotated_all_the_same_is_shown_as_ours(wireshark, capture_path):
    scene = Scene()
    frames = scene.call(STRANGER, PUB, 8600)
    scene.call(STRANGER, CLIENT, 8600)
    assert wireshark.frames(scene.write(capture_path), "impsvc", *QUIET, *node(PUB)) == frames


# --- moved services of nodes that are known later ---

def test_moved_services_are_found_in_the_second_pass_from_their_first_payload_on(wireshark):
    path = wireshark.readable("cluster.pcapng")
    rows = wireshark.fields(path, ["frame.number", "tcp.port", "impsvc.entry"], "-2", "-Y",
                            "(frame.number in {186..195} or frame.number in {199..200}) and tcp")
    assert len(rows) == 12
    wrong = [row for row in rows if row["impsvc.entry"] != (["23.1"] if "15432" in row["tcp.port"] else ["22.4"])]
    assert wrong == []


@pytest.mark.parametrize("entry,port,payloads,client,server", [("23.1", 15432, PGSQL, PUB, STRANGER), ("2.1", 15060, SIP, STRANGER, PUB)])
def test_a_moved_service_before_its_node_is_learned_is_found_in_the_second_pass(wireshark, capture_path, entry, port, payloads, client, server):
    scene = Scene()
    early = scene.call(client, server, port, payloads)
    for number, own in enumerate((8600, 20075, 9003, 37239)):
        scene.call(SUB, PUB, own, client_port=42000 + number)
    scene.ask(PUB, "10.3.0.53", 53, DNS_QUERY)
    rows = wireshark.fields(scene.write(capture_path), ["impsvc.entry", "impsvc.confidence"], "-2")
    late = early[3:]        # nothing shows before its first payload what a connection is
    assert [rows[frame - 1] for frame in late] == [{"impsvc.entry": [entry], "impsvc.confidence": ["3"]}] * len(late)


# --- the manual's filter ---

def blocked_filter(page):
    lines = (SOURCE / page).read_text(encoding="utf-8").splitlines()
    word = {"README.md": "what does not get through", "README.ja.md": "通らないもの"}[page]
    line = next(line for line in lines if line.startswith("|") and word in line)
    return next(text for text in re.findall(r"`([^`]+)`", line) if text.startswith("impsvc.result"))


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_the_manuals_filter_for_what_does_not_get_through_shows_nothing_else(wireshark, page):
    wanted = blocked_filter(page)
    assert wireshark.frames(wireshark.readable("cases/reset_after_login.pcap"), wanted, "-2") == [16, 17]
    assert wireshark.frames(wireshark.readable("trouble-refused.pcapng"), wanted, "-2") != []
    assert wireshark.frames(wireshark.readable("trouble-retransmissions.pcapng"), wanted, "-2") == []


# --- what was learned, when a setting changes ---

CHANGED = ("setconf", {"name": "uat", "value": 'impsvc_nodes:"203.0.113.1","NTP server","clock"'})


def loaded(wireshark, name):
    return ("load", {"file": str(wireshark.readable(name))})


def test_a_changed_setting_makes_nobody_unknown(wireshark):
    """The window dissects the file once more: colours of problems were gone until it did so again."""
    # Decoded in a first pass, if its node is known by then.
    cluster, once = loaded(wireshark, "cluster.pcapng"), ("frames", {"filter": "pgsql and tcp.port == 15432"})
    again = ("frames", {"filter": "tcp.port == 15432 and pgsql"})   # sharkd remembers what it answered to a filter
    answers = wireshark.sharkd([cluster, once, CHANGED, cluster, again])
    assert answers[1] == [] and len(answers[-1]) > 3


def test_another_file_is_not_judged_by_what_one_before_it_taught(wireshark):
    """Even if a setting changes in between, as programs do that read many files."""
    steps = [loaded(wireshark, "xmpp-component-7400.pcapng"), ("frames", {"filter": "impsvc.confidence == 3"})]
    other = wireshark.sharkd([loaded(wireshark, "cluster.pcapng"), CHANGED, *steps])
    assert other[-1] == wireshark.sharkd(steps)[-1] == []

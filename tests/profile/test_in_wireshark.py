# The profile in Wireshark: it loads, its columns, filters, macros and rules do what they say.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import shutil
from pathlib import Path

import formats
import pytest
from conftest import NAME, SOURCE, give, tshark

CAPTURES = SOURCE / "test-captures"
CLUSTER = CAPTURES / "cluster.pcapng"
RULE = "frame.coloring_rule.name"
# Arguments for macros that want some.
ARGUMENTS = {"impsvc_host": "10.10.1.11", "impsvc_host6": "fd00::1", "impsvc_between": "10.10.1.11;10.10.1.12", "impsvc_port": "5060",
             "impsvc_role": '"IM and Presence (XCP Router)"', "private_ipv4": "ip.src", "private_ethernet": "eth.src",
             "private_ipv6": "ipv6.src"}


def call(macro):
    return f"${{{macro}:{ARGUMENTS[macro]}}}" if macro in ARGUMENTS else f"${{{macro}}}"


@pytest.fixture(scope="module")
def installed(wireshark, made):
    """Wireshark's user has the profile."""
    give(wireshark, made / NAME)
    return wireshark


def rules(wireshark, capture, *arguments, profile=NAME):
    """[{"frame.number", rule, …}] of the packets in two passes, colored."""
    return wireshark.fields(capture, ["frame.number", RULE, "impsvc.table", "impsvc.confidence"], "-2", "-C", profile, "--color",
                            *arguments)


def test_it_loads_without_a_word(wireshark, profile):
    give(wireshark, profile, "Quiet")
    output, complaints = tshark(wireshark, "-C", "Quiet", "-n", "-r", CLUSTER, "-c", "3", "--color")
    assert complaints == "" and len(output.splitlines()) == 3


def test_a_wrong_filter_would_be_heard_of(wireshark, made):
    wrong = formats.read(made / NAME / "colorfilters").replace("impsvc.icmp_error", "impsvc.icmp_err")
    give(wireshark, made / NAME, "Loud", colorfilters=wrong)
    assert "impsvc.icmp_err" in tshark(wireshark, "-C", "Loud", "-n", "-r", CLUSTER, "-c", "1", "--color")[1]


def test_every_filter_and_macro_of_every_file_is_valid(wireshark, profile):
    """All as coloring rules of one start: Wireshark names those that it cannot use."""
    def items(name):
        return [item for item in formats.parse(name, formats.read(profile / name)) if item.key is not None]
    filters = [item.value[1] for item in items("colorfilters") + items("dfilter_buttons")]
    filters += [item.value[0] for item in items("dfilters")]
    filters += [call(item.key) for item in items("dfilter_macros")]
    assert [item.key for item in items("dfilter_macros")] == [item.key for item in items("dmacros")]
    text = "".join(f"@{number}@{each}@[0,0,0][1,1,1]\n" for number, each in enumerate(filters))
    give(wireshark, profile, "All", colorfilters=text)
    _, complaints = tshark(wireshark, "-C", "All", "-n", "-r", CLUSTER, "-c", "1", "--color")
    assert complaints == "" and len(filters) > 140


@pytest.mark.parametrize("macro, expression", [
    (call("impsvc_host"), "impsvc and ip.addr == 10.10.1.11"),
    (call("impsvc_between"), "impsvc and ip.addr == 10.10.1.11 and ip.addr == 10.10.1.12"),
    (call("impsvc_port"), "impsvc and (udp.port == 5060 or tcp.port == 5060)"),
    (call("impsvc_role"), 'impsvc.role == "IM and Presence (XCP Router)"'),
    (call("impsvc_databases"), "impsvc.table in {8, 23, 25..27}"),
    (call("impsvc_unsure"), "impsvc and impsvc.confidence < 3"),
])
def test_a_macro_selects_what_its_filter_does(installed, macro, expression):
    chosen = installed.frames(CLUSTER, macro, "-2", "-C", NAME)
    assert chosen == installed.frames(CLUSTER, expression, "-2") != []


def test_refused_is_the_answer_to_a_syn_and_no_other_reset(installed, made):
    button = next(item for item in formats.parse("dfilter_buttons", formats.read(made / NAME / "dfilter_buttons"))
                  if item.key == "Refused")
    rows = installed.fields(CLUSTER, ["frame.number", "tcp.stream", "tcp.flags.syn", "tcp.flags.reset", "tcp.flags.ack"], "-Y", "tcp")
    before, expected, resets = {}, [], 0
    for row in rows:
        stream, syn, reset, ack = row["tcp.stream"][0], *(row[f"tcp.flags.{flag}"][0] in ("1", "True") for flag in ("syn", "reset", "ack"))
        if reset and ack and before.get(stream) == {(True, False)}:
            expected.append(int(row["frame.number"][0]))
        resets += reset
        before.setdefault(stream, set()).add((syn, ack))
    of_ours = set(installed.frames(CLUSTER, "impsvc", "-2"))
    assert installed.frames(CLUSTER, button.value[1], "-2") == [number for number in expected if number in of_ours]
    assert 5 < len(expected) < resets


def conversation(steps, port):
    """Packets between a client and a node; a step: who sends, flags, sequence and acknowledged number, payload, window."""
    from scapy.all import IP, TCP, Ether, Raw
    for from_client, flags, sequence, acknowledged, payload, window in steps:
        ends = (PORT, port) if from_client else (port, PORT)
        addresses = (CLIENT, NODE) if from_client else (NODE, CLIENT)
        yield (Ether() / IP(src=addresses[0], dst=addresses[1]) /
               TCP(sport=ends[0], dport=ends[1], flags=flags, seq=sequence, ack=acknowledged, window=window) / Raw(payload))


CLIENT, NODE, PORT = "10.9.0.1", "10.10.1.11", 49000
KNOWN = ("-o", f'uat:impsvc_nodes:"{NODE}","IM and Presence publisher",""')
SYN, SYN_ACK = (True, "S", 100, 0, b"", 8000), (False, "SA", 500, 101, b"", 8000)
ACK, DATA = (True, "A", 101, 501, b"", 8000), (True, "PA", 101, 501, b"x" * 20, 8000)


@pytest.mark.parametrize("steps, refused", [
    ([SYN, (False, "RA", 0, 101, b"", 0)], [2]),
    ([SYN, (True, "R", 101, 0, b"", 0)], []),                                   # the client gives up
    ([SYN, SYN_ACK, ACK, (False, "RA", 501, 101, b"", 0)], []),                 # accepted, and closed at once
    ([SYN, SYN_ACK, ACK, DATA, (False, "RA", 501, 121, b"", 0)], []),           # broken off later
    ([DATA, (False, "RA", 501, 121, b"", 0)], []),                              # how it began was not captured
])
def test_refused_is_never_another_reset(installed, made, capture_path, steps, refused):
    from scapy.all import wrpcap
    wrpcap(str(capture_path), list(conversation(steps, 7400)))
    button = next(item for item in formats.parse("dfilter_buttons", formats.read(made / NAME / "dfilter_buttons"))
                  if item.key == "Refused")
    for passes in ((), ("-2",)):
        assert installed.frames(capture_path, button.value[1], *passes, *KNOWN) == refused


@pytest.mark.parametrize("last", [
    DATA,                                           # once more
    (True, "PA", 161, 501, b"x" * 20, 8000),        # one before is missing
    (False, "A", 501, 121, b"", 0),                 # no room at the listener
])
def test_what_slows_a_connection_down_has_its_rule(installed, capture_path, last):
    from scapy.all import wrpcap
    wrpcap(str(capture_path), list(conversation([SYN, SYN_ACK, ACK, DATA, last], 5222)))
    assert [row[RULE][0] for row in rules(installed, capture_path, *KNOWN)] == [f"{NAME}: XMPP and XCP"] * 4 + [
        f"{NAME}: lost or sent again"]


# Columns.

def test_columns_say_who_asks_whom_for_what(installed):
    text, _ = tshark(installed, "-2", "-n", "-C", NAME, "-r", CLUSTER, "-T", "pdml", "-Y", "frame.number == 4")
    assert 'name="impsvc.entry"' in text
    row = installed.run("-2", "-n", "-C", NAME, "-r", CLUSTER, "-Y", "frame.number in {4, 5}", "-T", "tabs").splitlines()
    cells = [[cell.strip() for cell in line.split("\t")] for line in row]
    assert cells[0][0] == "4" and cells[0][2:9] == ["10.10.3.30", "10.10.1.11", "SIP/SDP", "2.1", "SIP proxy", "request", "3"]
    assert cells[0][9].startswith("Request: INVITE")
    assert cells[1][2:9] == ["10.10.1.11", "10.10.3.30", "SIP", "2.1", "SIP proxy", "reply", "3"]


def test_roles_length_and_detail_are_there_but_hidden(installed):
    preferences = installed.run("-G", "currentprefs", "-C", NAME)
    for column in ('"Source is", "%Cus:impsvc.role.src:0:R"', '"Destination is", "%Cus:impsvc.role.dst:0:R"', '"Length", "%L"',
                   '"Detail", "%Cus:impsvc.detail:0:R"'):
        assert column in preferences
    line = installed.run("-n", "-C", NAME, "-r", CLUSTER, "-Y", "frame.number == 4", "-T", "tabs")
    assert len(line.split("\t")) == 10


# Names of ports.

def ports(wireshark, *arguments, carriers=("tcp", "udp")):
    """The ports of endpoints, as tshark names them."""
    text = "".join(wireshark.run("-q", "-r", CLUSTER, *arguments, "-z", f"endpoints,{carrier}") for carrier in carriers)
    return {line.split()[1] for line in text.splitlines() if re.match(r"[0-9a-f:.]+ ", line)}


def test_endpoints_show_names_of_ports_to_those_who_want_names(installed):
    named, default = ports(installed, "-N", "t", "-C", NAME), ports(installed, "-N", "t")
    assert {"xcp-router", "imp-bosh", "drf-master", "ds-pres", "srm-peer", "imp-web-tls"} <= named - default
    assert {"sip", "sips", "ldap", "snmp", "ssh", "ntp", "domain", "xmpp-client", "xmpp-server", "postgresql"} <= named & default
    assert not ports(installed, "-N", "t", "-C", NAME, carriers=["tcp"]) & {
        "7400", "4040", "6603", "8443", "rtps-discovery", "yo-main", "pcsync-https"}


def test_a_port_that_is_not_in_the_port_list_keeps_its_name(installed, made):
    """The lab's port scan reached 7400 over UDP, which the port list has over TCP alone. (4.4 never names it beside a column of a field.)"""
    (give(installed, made / NAME, "Nameless") / "services").unlink()
    named, nameless = (ports(installed, "-N", "t", "-C", profile, carriers=["udp"]) for profile in (NAME, "Nameless"))
    known = {"7400", "rtps-discovery", "xcp-router"}
    assert named & known == nameless & known != set() and "xcp-router" not in named


def test_without_the_wish_for_names_ports_stay_numbers(installed):
    assert ports(installed, "-n", "-C", NAME) == ports(installed, "-n")
    assert "7400" in ports(installed, "-n", "-C", NAME)


def test_info_and_tree_name_the_port_as_well(installed):
    text = installed.run("-N", "t", "-C", NAME, "-r", CLUSTER, "-Y", "tcp.dstport == 7400 and tcp.flags.syn == 1", "-c", "1500", "-V")
    assert "Destination Port: xcp-router (7400)" in text


def test_of_two_names_for_a_port_the_persons_counts(wireshark, made):
    """As upgrade.py writes the file: a person's own lines come last."""
    give(wireshark, made / NAME, "Own", services=formats.read(made / NAME / "services") + "our-router 7400/tcp/udp\n")
    named = ports(wireshark, "-N", "t", "-C", "Own")
    assert "our-router" in named and "xcp-router" not in named


# Colors.

def test_every_packet_of_a_node_has_the_rule_of_its_group_or_of_its_trouble(installed, made):
    items = [item for item in formats.parse("colorfilters", formats.read(made / NAME / "colorfilters")) if item.key.startswith(NAME)]
    troubles, groups = items[:6], items[6:]
    group_of = {number: item.key for item in groups for number in re.findall(r"\d+", item.value[1].partition("{")[2])}
    expected = {}
    for item in troubles:
        for number in installed.frames(CLUSTER, item.value[1], "-2"):
            expected.setdefault(number, item.key)
    rows = rules(installed, CLUSTER)
    assert len(rows) > 4000 and {item.key for item in items} <= {row[RULE][0] for row in rows if row[RULE]}
    for row in rows:
        number, name = int(row["frame.number"][0]), (row[RULE] or [""])[0]
        if number in expected and expected[number].endswith("blocked"):
            assert name == expected[number], number
        elif row["impsvc.confidence"] and int(row["impsvc.confidence"][0]) >= 3:
            assert name == expected.get(number, group_of[row["impsvc.table"][0]]), number
        else:
            assert not name.startswith(NAME), number


def test_who_is_no_node_keeps_wiresharks_colors_unless_blocked(installed):
    capture = CAPTURES / "unrelated-host.pcapng"
    names = {row["frame.number"][0]: row[RULE] for row in rules(installed, capture)}
    assert any(names.values())
    blocked = set(map(str, installed.frames(capture, "impsvc.result in {2, 3, 4, 5}", "-2")))
    default = {row["frame.number"][0]: row[RULE] for row in rules(installed, capture, profile="Default")}
    assert blocked and names == {number: [f"{NAME}: blocked"] if number in blocked else rule for number, rule in default.items()}


@pytest.mark.parametrize("capture, rule", [
    ("trouble-exposed", "problem"), ("trouble-cleartext", "problem"), ("trouble-unexpected", "problem"),
    ("trouble-retransmissions", "lost or sent again"), ("trouble-reversed", "not as the port list has it"),
    ("trouble-moved", "not as the port list has it")])
def test_trouble_shows(installed, capture, rule):
    nodes = ("-o", 'uat:impsvc_nodes:"10.10.1.0/24","IM and Presence publisher",""')
    names = [row[RULE][0] for row in rules(installed, CAPTURES / f"{capture}.pcapng", *nodes) if row[RULE]]
    assert f"{NAME}: {rule}" in names


def test_refused_and_filtered_connections_show(installed):
    nodes = ("-o", 'uat:impsvc_nodes:"10.10.1.0/24","IM and Presence publisher",""')
    for capture, rule in (("trouble-refused", "blocked"), ("trouble-filtered", "blocked")):
        names = [row[RULE][0] for row in rules(installed, CAPTURES / f"{capture}.pcapng", *nodes) if row[RULE]]
        assert f"{NAME}: {rule}" in names


# For all users.

def test_a_global_profile_is_taken_over_whole_with_its_record(wireshark, made):
    """The user has no such profile, Wireshark's data have: it is copied."""
    data = wireshark.folder / "all-users-data"
    system = next(Path(line.split("\t")[1]) for line in wireshark.run("-G", "folders").splitlines() if line.startswith("Global conf"))
    data.mkdir()
    for entry in system.iterdir():
        if entry.name != "profiles":
            (data / entry.name).symlink_to(entry)
    shutil.copytree(made / NAME, data / "profiles" / NAME)
    home = wireshark.folder / "other-home"
    home.mkdir()
    home.chmod(0o777)
    _, complaints = tshark(wireshark, "-C", NAME, "-n", "-r", CLUSTER, "-c", "1", "--color", WIRESHARK_DATA_DIR=str(data),
                           HOME=str(home))
    assert complaints == ""
    copied = home / ".config/wireshark/profiles" / NAME
    assert {path.name for path in copied.iterdir()} == {path.name for path in (made / NAME).iterdir()}


# Without the plugin.

def test_without_the_plugin_columns_are_empty_and_each_rule_of_ours_is_named(alone, made):
    give(alone, made / NAME)
    output, complaints = tshark(alone, "-C", NAME, "-n", "-r", CLUSTER, "-c", "4", "--color")
    assert len(output.splitlines()) == 4 and "SIP Gateway" not in output
    assert set(re.findall(f'"({NAME}: [^"]*)" in', complaints)) == {
        item.key for item in formats.parse("colorfilters", formats.read(made / NAME / "colorfilters")) if item.key.startswith(NAME)}

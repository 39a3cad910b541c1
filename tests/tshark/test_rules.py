# tshark -z impsvc,rules: rules that let through what the port list wants, and not one packet more.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import re
import shutil
import subprocess

import pytest

from cluster import CLIENT, DIRECTORY, PUB, STRANGER, SUB, Scene, moved, node
from port_list import ENTRIES, IMP

pytestmark = pytest.mark.any_version

DIALECTS = ("nftables", "iptables", "ios", "asa", "csv")
COMMENT = {"nftables": "#", "iptables": "#", "ios": "!", "asa": "!"}
PUB6, SUB6 = "2001:db8:1::11", "2001:db8:1::12"
SUBSCRIBER = "IM and Presence subscriber"
NODES = (*node(PUB), *node(SUB, SUBSCRIBER))
MDNS = "224.0.0.251"
OWN = 26                # the table of what a node says to itself, in which the document says so
BOTH_WAYS = {"2.1", "5.1", "13.1", "17.1"}     # rows of the document with a second line, From and To swapped


def rules(wireshark, path, dialect, *options, source="", display_filter=""):
    wanted = ",".join(filter(None, ("impsvc,rules", dialect, source, display_filter)))
    return wireshark.read(path, "-2", "-q", *options, "-z", wanted)


def table(wireshark, path, *options, **asked):
    return list(csv.DictReader(rules(wireshark, path, "csv", *options, **asked).splitlines()))


def tuples(rows):
    return {(row["source"], row["destination"], row["transport"], row["port"], row["source_port"]) for row in rows if row["source"]}


def active(text, dialect):
    return [line for line in text.splitlines() if not line.startswith(COMMENT[dialect])]


def gone_on(scene):
    """A second more of something else: too late for an answer."""
    scene.frames += [scene.frames[scene.syn(STRANGER, CLIENT, 9) - 1]] * 1100
    return scene


@pytest.fixture
def quiet(capture_path):
    """A capture that shows nothing of the plan."""
    made = Scene()
    made.knock(STRANGER, CLIENT, 9, answered=True)
    return made.write(capture_path)


@pytest.fixture
def blocked(capture_path):
    """One path works, one is not answered, one is refused; the capture goes on for long enough."""
    made = Scene()
    made.call(SUB, PUB, 7400)
    made.syn(PUB, SUB, 8600)
    made.knock(SUB, PUB, 4040, answered=False)
    return gone_on(made).write(capture_path)


def in_cluster(role):
    return role.startswith(IMP)


def paths_by_hand(nodes, outside):
    """What the list wants between nodes and hosts outside ({role: address}), from the tests' own copy of the list."""
    wanted = set()
    for entry in ENTRIES:
        if entry.reach == "localhost" or entry.table == OWN:
            continue
        ways = [(entry.initiator, entry.listener)] + ([(entry.listener, entry.initiator)] if entry.id in BOTH_WAYS else [])
        for initiator, listener in ways:
            for source in nodes if in_cluster(initiator) else filter(None, [outside.get(initiator)]):
                for target in nodes if in_cluster(listener) else filter(None, [outside.get(listener)]):
                    if source != target:
                        for transport in sorted({"tcp" if each == "TLS" else each.lower() for each in entry.transports}):
                            for port in entry.ports or [""]:
                                wanted.add((source, target, transport, str(port), str(entry.source or "")))
                if entry.id == "22.5":
                    wanted.add((source, MDNS, "udp", "5353", ""))
    return wanted


def test_a_plan_is_each_pair_and_port_of_the_list_and_nothing_else(wireshark, quiet):
    roles = {role for entry in ENTRIES for role in (entry.initiator, entry.listener) if not in_cluster(role) and entry.reach == "external"}
    outside = {role: f"10.7.0.{number}" for number, role in enumerate(sorted(roles), 1)}
    hosts = [option for role, address in outside.items() for option in node(address, role)]
    assert tuples(table(wireshark, quiet, *NODES, *hosts)) == paths_by_hand([PUB, SUB], outside)


def test_each_entry_of_the_plan_is_named_with_its_service(wireshark, quiet):
    rows = table(wireshark, quiet, *NODES)
    named = {entry for row in rows for entry in row["entry"].split("; ")}
    assert named - {""} == {entry.id for entry in ENTRIES if entry.reach == "cluster" and entry.table != OWN}
    assert {row["why"] for row in rows if row["source"]} == {"planned"}


def test_roles_that_nobody_has_are_said(wireshark, quiet):
    for dialect in DIALECTS:
        said, = [line for line in rules(wireshark, quiet, dialect, *NODES, *node(DIRECTORY, "NTP server")).splitlines() if "No host is named for" in line]
        assert "DNS server" in said and "NTP server" not in said and "Certificate Manager" not in said


def test_a_moved_service_is_let_through_where_it_is(wireshark, quiet):
    found = tuples(table(wireshark, quiet, *NODES, *moved("22.4", "TCP", "7401-7402")))
    assert {(PUB, SUB, "tcp", "7401", ""), (PUB, SUB, "tcp", "7402", "")} <= found and (PUB, SUB, "tcp", "7400", "") not in found


def test_ipv4_and_ipv6_do_not_mix(wireshark, quiet):
    found = tuples(table(wireshark, quiet, *NODES, *node(PUB6), *node(SUB6, SUBSCRIBER)))
    assert found and all((":" in source) == (":" in target) for source, target, *_ in found)
    assert (PUB6, SUB6, "tcp", "7400", "") in found and (PUB6, "ff02::fb", "udp", "5353", "") in found


def test_a_prefix_stays_a_prefix(wireshark, quiet):
    clients = node("10.4.0.0/24", "XMPP client")
    assert "ip saddr 10.4.0.0/24 ip daddr { 10.1.0.11, 10.1.0.12 } tcp dport 5222" in rules(wireshark, quiet, "nftables", *NODES, *clients)
    assert " permit tcp 10.4.0.0 0.0.0.255 host 10.1.0.11 eq 5222" in rules(wireshark, quiet, "ios", *NODES, *clients)
    assert "permit tcp 10.4.0.0 255.255.255.0 host 10.1.0.11 eq 5222" in rules(wireshark, quiet, "asa", *NODES, *clients)


def test_what_is_missing_is_what_the_check_found_blocked(wireshark, blocked):
    rows = table(wireshark, blocked, *NODES, source="missing")
    assert [(row["source"], row["destination"], row["port"], row["entry"]) for row in rows] == [(PUB, SUB, "8600", "6.1"), (SUB, PUB, "4040", "10.1")]
    assert rows[0]["why"].startswith("no answer (frame ") and "do not allow" not in rows[0]["why"]
    assert rows[1]["why"].startswith("refused (frame ") and "the listener itself refuses" in rows[1]["why"]


def test_a_refusal_of_the_listener_is_no_missing_rule(wireshark, blocked):
    for dialect, sign in COMMENT.items():
        text = rules(wireshark, blocked, dialect, *NODES, source="missing")
        assert {line[0] for line in text.splitlines() if "4040" in line} == {sign}
        assert any("8600" in line for line in active(text, dialect))


def test_what_was_seen_is_what_worked(wireshark, blocked):
    assert {row["port"] for row in table(wireshark, blocked, *NODES, source="seen")} == {"7400"}


def test_a_filter_chooses_what_is_seen(wireshark, blocked):
    assert not tuples(table(wireshark, blocked, *NODES, source="missing", display_filter="tcp.port == 7400"))
    assert {row["port"] for row in table(wireshark, blocked, *NODES, source="missing", display_filter="tcp.port == 8600")} == {"8600"}
    assert any("A filter chooses packets" in row["why"] for row in table(wireshark, blocked, *NODES, display_filter="tcp.port == 8600"))


def test_missing_rules_are_those_of_the_plan(wireshark, blocked):
    """Prefix, comment and all, so that whoever compares the two finds the line."""
    hosts = (*node("10.1.0.0/24"),)
    for dialect in ("nftables", "iptables", "asa"):
        missing = [line.replace("-I FORWARD", "-A FORWARD") for line in active(rules(wireshark, blocked, dialect, *hosts, source="missing"), dialect) if "8600" in line]
        assert len(missing) == 1 and missing[0] in rules(wireshark, blocked, dialect, *hosts, source="plan").splitlines()


@pytest.mark.parametrize("dialect", COMMENT)
def test_a_port_scan_writes_no_rule(wireshark, dialect):
    """Whoever can send packets must not be able to open the firewall for himself."""
    for source in ("seen", "missing"):
        text = rules(wireshark, wireshark.readable("port-scan.pcapng"), dialect, *node("10.10.1.11"), source=source)
        scanned = [line for line in active(text, dialect) if re.search(r"(dport|eq) (7400|9003|20075|6607)\b", line)]
        assert scanned == []


def test_hosts_known_by_ports_alone_wait_for_a_name(wireshark, capture_path):
    made = Scene()
    made.syn(PUB, SUB, 8600)
    path = gone_on(made).write(capture_path)
    text = rules(wireshark, path, "nftables", source="missing")
    assert active(text, "nftables") == [] and "name the nodes" in text
    assert any("8600" in line for line in active(rules(wireshark, path, "nftables", *NODES, source="missing"), "nftables"))


def test_a_prefix_opens_only_what_it_was_named_for(wireshark, capture_path):
    """Whoever names all clients as 10.0.0.0/8 has not asked for a directory at each of these addresses."""
    made = Scene()
    made.syn(PUB, DIRECTORY, 389)
    made.syn(CLIENT, PUB, 5222)
    path = gone_on(made).write(capture_path)
    rows = table(wireshark, path, *NODES, *node("10.0.0.0/8", "XMPP client"), source="missing")
    assert tuples(rows) == {(PUB, DIRECTORY, "tcp", "389", ""), ("10.0.0.0/8", PUB, "tcp", "5222", "")}
    said, = [row["why"] for row in rows if "You did not name these hosts" in row["why"]]
    assert said.endswith(f": {DIRECTORY}.")


def test_what_was_open_and_then_lost_was_seen(wireshark):
    """A rule set of what was seen must not cut what worked until a timeout or the path MTU stopped it."""
    path = wireshark.readable("firewall-mtu.pcapng")
    lost = {line.split("|")[2].strip() for line in wireshark.read(path, "-2", "-q", "-z", "impsvc,check").splitlines() if "|lost" in line}
    seen = {row["entry"] for row in table(wireshark, path, source="seen")}
    assert lost and lost <= seen


def test_nothing_planned_says_what_to_name(wireshark, quiet):
    for dialect in DIALECTS:
        text = rules(wireshark, quiet, dialect, source="plan")
        assert "Nothing is planned, as no host is named. Name the nodes" in text
        assert dialect == "csv" or active(text, dialect) == []
    assert "Nothing is planned between the hosts that are named" in rules(wireshark, quiet, "asa", *node(PUB))


def test_without_a_source_it_is_the_plan_if_there_can_be_one(wireshark, blocked):
    assert "what the port list wants" in rules(wireshark, blocked, "ios", *NODES)
    assert "what got through in the capture" in rules(wireshark, blocked, "ios")


@pytest.mark.parametrize("asked, reason", [
    ("", "a comma and a dialect must follow: nftables, iptables, ios, asa, csv"),
    (",junos", 'there is no dialect "junos"; choose one of nftables, iptables, ios, asa, csv'),
    (",ios,plans", '"plans" is none of plan, seen, missing, and no display filter: '),
    (",ios,seen,no such thing", '"no such thing" is no display filter: '),
])
def test_a_mistake_names_the_choices(wireshark, quiet, asked, reason):
    outcome = wireshark.done("-r", quiet, "-q", "-z", f"impsvc,rules{asked}")
    assert outcome.returncode != 0 and f"-z impsvc,rules: {reason}" in outcome.stderr and outcome.stdout == ""


@pytest.mark.parametrize("name", ['a"b', "<script>alert(1)</script>", "\u202eevil", "'; add rule", "=1+1", "東京"])
def test_a_name_cannot_write_a_rule(wireshark, quiet, name):
    plain = {dialect: rules(wireshark, quiet, dialect, *NODES) for dialect in COMMENT}
    written = name.replace('"', r"\x22")
    for dialect, without in plain.items():
        text = rules(wireshark, quiet, dialect, *node(PUB, name=written), *node(SUB, SUBSCRIBER))
        assert active(text, dialect) == active(without, dialect)
        assert "\u202e" not in text


def test_more_lines_than_a_router_takes_are_not_written(wireshark, quiet):
    hosts = [option for number in range(80) for option in node(f"10.1.0.{number + 1}")]
    text = rules(wireshark, quiet, "ios", *hosts)
    assert re.search(r"Not written: \d{6} pairs of hosts .* Name prefixes instead of hosts", text) and active(text, "ios") == []
    assert "tcp dport 7400" in rules(wireshark, quiet, "nftables", *hosts)


def can_check_rules():
    if shutil.which("nft", path="/usr/sbin:/usr/bin:/sbin:/bin") is None:
        return "nft is not installed"
    tried = subprocess.run(["unshare", "-rn", "true"], capture_output=True, text=True)
    return None if tried.returncode == 0 else f"no network namespace can be made here: {tried.stderr.strip()}"


NOT_HERE = can_check_rules()


@pytest.mark.skipif(NOT_HERE is not None, reason=str(NOT_HERE))
@pytest.mark.parametrize("source", ["plan", "seen", "missing"])
def test_nft_takes_the_rules(wireshark, blocked, source, tmp_path):
    hosts = (*NODES, *node("10.4.0.0/24", "XMPP client"), *node("10.4.0.7", "XMPP client"), *node(PUB6), *node(SUB6, SUBSCRIBER),
             *node("0.0.0.0/0", "NTP server"), *node("10.1.0.10", "Cisco Unified Communications Manager"))
    file = tmp_path / "rules.nft"
    file.write_text(rules(wireshark, blocked, "nftables", *hosts, source=source), encoding="utf-8")
    checked = subprocess.run(["unshare", "-rn", "nft", "-c", "-f", str(file)], capture_output=True, text=True,
                             env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    assert (checked.returncode, checked.stderr) == (0, "")

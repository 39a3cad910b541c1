# Access lists for Cisco IOS and ASA: what a router or firewall with them does with the lab's packets (helpers/acl.py).
#
# SPDX-License-Identifier: GPL-2.0-or-later

import functools

import pytest

import acl
import lab_hosts
import labs_log
from acl import Packet
from cluster import CLIENT, DIRECTORY, PUB, SUB, moved, node
from packets import Capture
from places import CAPTURES
from port_list import BY_ID

pytestmark = pytest.mark.any_version

CAPTURES_OF_FLOWS = ["cluster.pcapng", "port-scan.pcapng", "unrelated-host.pcapng",
                     *sorted(path.name for path in CAPTURES.glob("firewall-*.pcapng"))]
NAMES = (*labs_log.WHOSE, "tcp.flags.syn", "tcp.flags.ack", "tcp.flags.reset", "icmp.type", "icmpv6.type")
BOTH_WAYS = {"2.1", "5.1", "13.1", "17.1"}      # "<->" in the document
BETWEEN_CLUSTERS = {"28.1"}
UNSEEN_REQUEST = "only what the listener sends"      # the other half takes a road around the firewall
SUBSCRIBER = "IM and Presence subscriber"
PRODUCTS = {"ios": acl.Ios, "asa": acl.Asa}


def rules(wireshark, capture, dialect, *options):
    return wireshark.run("-2", "-q", "-r", capture, "-z", f"impsvc,rules,{dialect}", *options)


@pytest.fixture(scope="module")
def whole_lab(wireshark):
    """A product with the list that the lab's plan makes, as after a restart."""
    @functools.lru_cache(None)
    def made(dialect):
        return PRODUCTS[dialect](rules(wireshark, wireshark.readable("ntp-123.pcapng"), dialect, *lab_hosts.everybody_configured()))

    def restarted(dialect):
        if dialect == "asa":
            made(dialect).forget()
        return made(dialect)
    return restarted


@pytest.fixture
def planned(wireshark, capture_path):
    """The list of a product for some hosts, without a capture worth the name."""
    def made(dialect, *options):
        return PRODUCTS[dialect](rules(wireshark, Capture().write(capture_path), dialect, *options))
    return made


# What the plan names, by the port list as the tests have it.


def is_as_listed(entry, initiator, listener):
    """Whether one of two lab hosts (by their names) has the entry's initiator, the other its listener."""
    def fits(name, role):
        in_cluster = role.startswith("IM and Presence") or role == "Certificate Manager"
        return name[:7] in lab_hosts.ROLES if in_cluster else role in lab_hosts.OUTSIDE.get(name, ())
    return fits(initiator, entry.initiator) and fits(listener, entry.listener)


def is_planned(flow):
    names = lab_hosts.hosts()
    entry = BY_ID.get(flow.entry)
    if entry is None or entry.reach == "localhost" or flow.initiator[0] == flow.listener[0]:
        return False
    initiator, listener = names.get(flow.initiator[0], ""), names.get(flow.listener[0], "")
    if listener == "":      # a group of routers
        return flow.entry == "22.5" and initiator[:7] in lab_hosts.ROLES
    if entry.ports and int(flow.listener[1]) not in entry.ports or entry.source and int(flow.initiator[1]) != entry.source:
        return False
    if {initiator[:7], listener[:7]} <= set(lab_hosts.ROLES) and flow.entry not in BETWEEN_CLUSTERS \
            and lab_hosts.cluster_of(initiator) != lab_hosts.cluster_of(listener):
        return False
    return is_as_listed(entry, initiator, listener) or flow.entry in BOTH_WAYS and is_as_listed(entry, listener, initiator)


def as_a_list_sees_it(packet):
    """A packet of labs_log: an ICMP error by its own addresses."""
    row = packet.row
    source, destination = (row["ip.src"] or row["ipv6.src"])[0], (row["ip.dst"] or row["ipv6.dst"])[0]
    kind = row["icmp.type"] or row["icmpv6.type"]
    if kind:
        return Packet("icmp", source, destination, icmp_type=int(kind[0]))
    flags = "".join(letter for letter, name in (("S", "syn"), ("A", "ack"), ("R", "reset"))
                    if row[f"tcp.flags.{name}"][:1] in (["1"], ["True"]))
    return Packet(packet.transport.lower(), source, destination, int(packet.source[1]), int(packet.destination[1]), flags)


@pytest.fixture(scope="module")
def lab(alone):
    """{flow: its packets in time order} of a capture."""
    @functools.lru_cache(None)
    def read(capture):
        found = labs_log.packets(alone, alone.readable(capture), names=NAMES)
        assigned, strays = labs_log.assign(labs_log.flows(capture), found)
        return assigned
    return read


def judged(firewall, flows, is_wanted=is_planned):
    """Packets that are kept out and should not be, packets that are let in and should not be, and how many should be."""
    kept_out, let_in, wanted = [], [], 0
    for flow, packets in flows.items():
        for packet in packets:
            passes = firewall.permits(as_a_list_sees_it(packet))
            wanted += is_wanted(flow)
            if is_wanted(flow) and not passes:
                kept_out.append((flow, packet.frame))
            if passes and not is_wanted(flow) and not packet.is_error:     # errors about anything come to a named host
                let_in.append((flow, packet.frame))
    return kept_out, let_in, wanted


@pytest.mark.parametrize("capture", CAPTURES_OF_FLOWS)
def test_a_router_lets_planned_flows_through_both_ways_and_no_others(whole_lab, lab, capture):
    kept_out, let_in, wanted = judged(whole_lab("ios"), lab(capture))
    assert (kept_out, let_in) == ([], [])
    assert (wanted > 0) == (capture not in ("port-scan.pcapng", "unrelated-host.pcapng"))


@pytest.mark.parametrize("capture", CAPTURES_OF_FLOWS)
def test_a_firewall_lets_planned_flows_through_both_ways_and_no_others(whole_lab, lab, capture):
    """A flow whose request goes past the firewall has no connection: no rule for its answers helps, and none is written."""
    def is_wanted(flow):
        return is_planned(flow) and flow.note != UNSEEN_REQUEST

    kept_out, let_in, wanted = judged(whole_lab("asa"), lab(capture), is_wanted)
    assert (kept_out, let_in) == ([], [])
    assert (wanted > 0) == (capture not in ("port-scan.pcapng", "unrelated-host.pcapng"))


def test_services_for_the_local_host_have_no_line(whole_lab):
    local = {port for entry in BY_ID.values() if entry.reach == "localhost" for port in entry.ports}
    local -= {port for entry in BY_ID.values() if entry.reach != "localhost" for port in entry.ports}
    for lines in whole_lab("ios").lists[4], whole_lab("ios").lists[6], whole_lab("asa").lines:
        assert local and not local & {port for line in lines for port in (line.sport, line.dport)}


# What a list must not open, and what it must not forget.

CUCM = "10.5.0.10"
NODES = (*node(PUB), *node(SUB, SUBSCRIBER), *node(DIRECTORY, "External corporate directory"))
V6 = ("2001:db8::11", "2001:db8::12")
NODES_V6 = (*node(V6[0]), *node(V6[1], SUBSCRIBER), *node("2001:db8::10", "Cisco Unified Communications Manager"))


def tcp(source, destination, sport, dport, flags="S"):
    return Packet("tcp", source, destination, sport, dport, flags)


def udp(source, destination, sport, dport, **more):
    return Packet("udp", source, destination, sport, dport, **more)


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_the_listener_cannot_begin_a_connection(planned, dialect):
    """A router that lets answers in by their ports alone would let a directory that was taken over reach every port of a node."""
    firewall = planned(dialect, *NODES)
    assert firewall.permits(tcp(PUB, DIRECTORY, 40000, 636))
    assert firewall.permits(tcp(DIRECTORY, PUB, 636, 40000, "SA"))
    assert firewall.permits(tcp(DIRECTORY, PUB, 636, 40000, "R"))
    assert not firewall.permits(tcp(DIRECTORY, PUB, 636, 22))
    assert not firewall.permits(tcp(PUB, DIRECTORY, 636, 40000, "SA"))


@pytest.mark.parametrize("dialect", PRODUCTS)
@pytest.mark.parametrize("ends", [(PUB, SUB), V6], ids=["ipv4", "ipv6"])
def test_all_fragments_of_a_datagram_come_through(planned, dialect, ends):
    """A SIP request over UDP is soon larger than a packet."""
    firewall = planned(dialect, *NODES, *NODES_V6)
    later = Packet("udp", *ends, is_later_fragment=True, number=7)
    if dialect == "asa":
        assert not firewall.permits(later)
    assert firewall.permits(udp(*ends, 40000, 5080, number=7)) and firewall.permits(later)
    assert not firewall.permits(later._replace(source=CLIENT if ends[0] == PUB else "2001:db8::bad"))


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_errors_about_the_size_of_a_packet_come_from_any_router(planned, dialect):
    """Without them connections open and then hang at their first full segment."""
    firewall = planned(dialect, *NODES, *NODES_V6)
    for destination in (PUB, SUB, DIRECTORY):
        assert firewall.permits(Packet("icmp", "192.0.2.1", destination, icmp_type=3))
    for destination in V6:
        assert firewall.permits(Packet("icmp", "2001:db8:ffff::1", destination, icmp_type=2))
    assert not firewall.permits(Packet("icmp", "192.0.2.1", CLIENT, icmp_type=3))
    assert not firewall.permits(Packet("icmp", "192.0.2.1", PUB, icmp_type=5))          # redirect
    assert not firewall.permits(Packet("icmp", "2001:db8:ffff::1", V6[0], icmp_type=137))


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_only_the_hosts_of_the_list_may_ping(planned, dialect):
    """ASA and IOS have different words for the same request of IPv6."""
    firewall = planned(dialect, *NODES, *NODES_V6, *node(CUCM, "Cisco Unified Communications Manager"))
    for asks, answers, request, reply in ((PUB, CUCM, 8, 0), (CUCM, SUB, 8, 0), (V6[0], "2001:db8::10", 128, 129)):
        assert firewall.permits(Packet("icmp", asks, answers, icmp_type=request))
        assert firewall.permits(Packet("icmp", answers, asks, icmp_type=reply))
    assert not firewall.permits(Packet("icmp", PUB, SUB, icmp_type=8))
    assert not firewall.permits(Packet("icmp", V6[0], V6[1], icmp_type=128))


def test_a_list_for_ipv6_does_not_stop_neighbour_discovery(planned):
    router = planned("ios", *NODES_V6)
    assert router.permits(Packet("icmp", "fe80::1", "ff02::1:ff00:11", icmp_type=135))
    assert not router.permits(Packet("icmp", "fe80::1", "ff02::1", icmp_type=134))


@pytest.mark.parametrize("dialect", PRODUCTS)
@pytest.mark.parametrize("prefix,inside,outside", [
    ("10.4.0.0/22", "10.4.3.255", "10.4.4.0"), ("10.4.0.128/25", "10.4.0.128", "10.4.0.127"), ("10.4.0.6/31", "10.4.0.7", "10.4.0.8")])
def test_a_prefix_is_as_wide_as_it_is_written(planned, dialect, prefix, inside, outside):
    """A mask that is turned around permits half the world."""
    firewall = planned(dialect, *NODES, *node(prefix, "XMPP client"))
    assert firewall.permits(tcp(inside, PUB, 40000, 5222)) and firewall.permits(tcp(PUB, inside, 5222, 40000, "SA"))
    assert not firewall.permits(tcp(outside, PUB, 40000, 5222)) and not firewall.permits(tcp(PUB, inside, 40000, 5222))


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_everybody_of_a_version_of_ip_may_be_named(planned, dialect):
    firewall = planned(dialect, *NODES, *NODES_V6, *node("::/0", "XMPP client"), *node("0.0.0.0/0", "Browser"))
    assert firewall.permits(tcp("2001:db8:9::9", V6[0], 40000, 5222)) and firewall.permits(tcp("198.51.100.9", PUB, 40000, 8443))
    assert not firewall.permits(tcp("198.51.100.9", PUB, 40000, 5222)) and not firewall.permits(tcp("2001:db8:9::9", V6[0], 40000, 8443))


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_a_moved_service_is_open_where_it_is_and_nowhere_else(planned, dialect):
    firewall = planned(dialect, *NODES, *moved("22.4", "TCP", "17400"))
    assert firewall.permits(tcp(PUB, SUB, 40000, 17400)) and firewall.permits(tcp(SUB, PUB, 17400, 40000, "SA"))
    assert not firewall.permits(tcp(PUB, SUB, 40000, 7400))


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_where_the_list_has_the_source_port_no_other_comes_through(planned, dialect):
    firewall = planned(dialect, *NODES)
    assert firewall.permits(tcp(PUB, SUB, 8500, 8500)) and firewall.permits(tcp(SUB, PUB, 8500, 8500, "SA"))
    assert firewall.permits(udp(PUB, SUB, 8500, 8500)) and firewall.permits(udp(SUB, PUB, 8500, 8500))
    assert firewall.permits(udp(PUB, SUB, 61441, 10162))
    assert not firewall.permits(tcp(PUB, SUB, 40000, 8500))
    assert not firewall.permits(udp(PUB, SUB, 61442, 10162))


@pytest.mark.parametrize("dialect,options,passes", [("ios", {}, True), ("asa", {}, True), ("asa", {"is_routed": True}, False)],
                         ids=["router", "transparent", "routed"])
def test_routers_find_each_other_by_their_group(wireshark, capture_path, dialect, options, passes):
    """A routed ASA passes no multicast whatever its list says: the file tells."""
    written = rules(wireshark, Capture().write(capture_path), dialect, *NODES, *NODES_V6)
    firewall = PRODUCTS[dialect](written, **options)
    assert firewall.permits(udp(PUB, "224.0.0.251", 5353, 5353)) == passes
    assert firewall.permits(udp(V6[0], "ff02::fb", 5353, 5353)) == passes
    assert not firewall.permits(udp(DIRECTORY, "224.0.0.251", 5353, 5353))
    assert ("passes no multicast" in written) == (dialect == "asa")


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_an_answer_that_nobody_waits_for_may_come(planned, dialect):
    """Whoever receives SNMP informs answers them, from the trap's port."""
    firewall = planned(dialect, *NODES, *node("10.3.0.162", "SNMP trap monitor"))
    assert firewall.permits(udp(PUB, "10.3.0.162", 40000, 162)) and firewall.permits(udp("10.3.0.162", PUB, 162, 40000))


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_names_that_are_commands_stay_comments(planned, dialect):
    """Whoever names a host must not be able to write a line of the list; a list that is not plain text is refused by the reader here."""
    name = "x\\npermit ip any any\u202e\u2028!"
    firewall = planned(dialect, *node(PUB, name=name), *node(SUB, SUBSCRIBER, name))
    assert not firewall.permits(tcp("192.0.2.1", PUB, 1, 1))


@pytest.mark.parametrize("dialect", PRODUCTS)
def test_instead_of_a_list_that_no_router_takes_a_file_says_what_to_do(wireshark, capture_path, dialect):
    """200 nodes reach each other in a million lines."""
    hosts = [option for number in range(200) for option in node(f"10.1.{number // 100}.{number % 100 + 11}")]
    lines = rules(wireshark, Capture().write(capture_path), dialect, *hosts).splitlines()
    assert all(line.startswith("!") for line in lines)
    assert any("Not written" in line and "Name prefixes" in line for line in lines)
    prefix = PRODUCTS[dialect](rules(wireshark, capture_path, dialect, *node("10.1.0.0/23")))
    assert prefix.permits(tcp("10.1.0.11", "10.1.1.110", 40000, 7400))


# The reader of lists must not take what a product would refuse: then its word would mean nothing.


@pytest.mark.parametrize("dialect,line", [
    ("ios", " permit tcp host 10.0.0.1 host 10.0.0.2 eq 0"), ("ios", " permit tcp host 10.0.0.1 10.4.0.0 255.255.255.0 eq 1"),
    ("ios", " permit tcp host 10.0.0.1 10.4.0.1 0.0.0.255 eq 1"), ("ios", " permit icmp any any echo-request"),
    ("ios", " permit udp any any established"), ("ios", " remark " + 101 * "x"), ("ios", "permit tcp any any"),
    ("ios", " permit tcp any6 any eq 1"), ("ios", " permit tcp any any eq 1\n permit tcp any any eq 1"), ("ios", " remark caf\u00e9"),
    ("asa", "access-list IMPSVC extended permit icmp6 any6 any6 echo-request"), ("asa", "access-list IMPSVC extended permit icmp any any echo"),
    ("asa", "access-list IMPSVC extended permit tcp any4 10.4.0.0 0.0.0.255 eq 1"), ("asa", "access-list OTHER extended permit tcp any4 any4"),
    ("asa", "access-list IMPSVC extended permit tcp any4 host 2001:db8::1 eq 1"), ("asa", "access-group IMPSVC in interface inside")])
def test_the_reader_refuses_what_a_product_refuses(dialect, line):
    head = "ip access-list extended IMPSVC\n" if dialect == "ios" else ""
    with pytest.raises(acl.Refused, match=r"line \d+"):
        PRODUCTS[dialect](head + line + "\n")

# Whether a packet's flow gets through: what somebody reads who is asked why a service does not work, on each of its packets.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import subprocess

import pytest

from cluster import PUB, SUB, Scene, node
from places import CAPTURES, need

STOPPED = "impsvc.result in {2, 3, 4, 5}"
TWO_PASSES = ("-2",)
FIREWALL = ["firewall-rules", "firewall-udp", "firewall-listeners", "firewall-forgotten", "firewall-mtu", "firewall-other-road", "firewall-nat"]
SYN = "tcp.flags.syn == 1 and tcp.flags.ack == 0"


def results(wireshark, path, *arguments):
    """{frame: (entry, result, by)} of the packets that have a result."""
    rows = wireshark.fields(path, ["frame.number", "impsvc.entry", "impsvc.result", "impsvc.result_by"], "-Y", "impsvc", *arguments)
    return {int(row["frame.number"][0]): (row["impsvc.entry"][0], row["impsvc.result"][0], "".join(row["impsvc.result_by"]))
            for row in rows if row["impsvc.result"]}


def made(path, tool, *arguments):
    """A capture that one of Wireshark's tools made."""
    need(tool)
    subprocess.run([tool, *map(str, arguments)], check=True, capture_output=True)
    path.chmod(0o644)
    return path


def changed(capture_path, capture, *options):
    """A capture as editcap changes it."""
    return made(capture_path, "editcap", *options, CAPTURES / f"{capture}.pcapng", capture_path)


@pytest.mark.parametrize("capture", ["trouble-filtered", "trouble-refused", *FIREWALL])
def test_each_packet_of_a_flow_says_the_same_from_its_first_syn_on(wireshark, capture):
    path = wireshark.readable(f"{capture}.pcapng")
    rows = wireshark.fields(path, ["tcp.stream", "impsvc.result", "impsvc.result_by"], "-Y", "impsvc and tcp and not impsvc.icmp_error", *TWO_PASSES)
    told = {}
    for row in rows:
        told.setdefault(row["tcp.stream"][0], set()).add((*row["impsvc.result"], *row["impsvc.result_by"]))
    assert told or capture == "firewall-udp"
    assert {stream: said for stream, said in told.items() if len(said) != 1} == {}


def test_in_one_pass_a_syn_does_not_know_its_answer_and_says_nothing(wireshark):
    path = wireshark.readable("trouble-refused.pcapng")
    refused = [frame for frame, (_, result, _) in results(wireshark, path, *TWO_PASSES).items() if result == "2"]
    first = results(wireshark, path)
    assert refused
    assert {first.get(frame, ("", "", ""))[1] for frame in refused if frame in wireshark.frames(path, SYN)} == {""}
    assert {first[frame][1] for frame in refused if frame in wireshark.frames(path, "tcp.flags.reset == 1")} == {"2"}


def test_a_try_as_the_capture_ends_has_no_answer_but_alarms_nobody(wireshark, capture_path):
    scene = Scene()
    scene.call(SUB, PUB, 7400)
    scene.call(SUB, PUB, 22)
    path = scene.write(capture_path)
    syn = wireshark.frames(path, f"{SYN} and tcp.dstport == 22")[0]
    cut = capture_path.with_suffix(".cut")
    made(cut, "editcap", "-r", path, cut, f"1-{syn}")
    known = (*node(PUB), *TWO_PASSES)
    assert results(wireshark, cut, *known)[syn][1] == "4"
    assert wireshark.frames(cut, "impsvc.blocked", *known) == []
    assert results(wireshark, path, *known)[syn][1] == "1"


@pytest.mark.parametrize("capture", ["trouble-filtered", *FIREWALL])
def test_what_is_blocked_is_said_once_a_flow(wireshark, capture):
    path = wireshark.readable(f"{capture}.pcapng")
    known = (*node("10.20.0.0/16"), *node("2001:db8:20::/48"), *node("10.10.0.0/16"), *node("2001:db8:10::/48"), *TWO_PASSES)
    blocked = wireshark.fields(path, ["tcp.stream", "udp.stream"], "-Y", "impsvc.blocked and not impsvc.icmp_error", *known)
    flows = [(tuple(row["tcp.stream"]), tuple(row["udp.stream"])) for row in blocked]
    assert len(set(flows)) == len(flows)
    of_tcp = wireshark.fields(path, ["tcp.stream"], "-Y", f"{STOPPED} and tcp and not impsvc.icmp_error", *known)
    stopped, said = {row["tcp.stream"][0] for row in of_tcp}, {stream[0] for stream, _ in flows if stream}
    assert said <= stopped
    early = [stream for stream in stopped - said if capture != "firewall-other-road"]     # there the last tries come as the capture ends
    assert early == []


@pytest.mark.parametrize("capture", ["trouble-filtered", "firewall-rules", "firewall-listeners", "firewall-forgotten"])
def test_a_capture_cut_at_68_bytes_says_the_same(wireshark, capture, capture_path):
    """IPv6 and TCP without options just fit. Of ICMPv6 errors too little is left to know what they quote: those flows have no answer."""
    path = wireshark.readable(f"{capture}.pcapng")
    whole, cut = results(wireshark, path, *TWO_PASSES), results(wireshark, changed(capture_path, capture, "-s", "68"), *TWO_PASSES)
    by_icmp = {row["tcp.stream"][-1] for row in wireshark.fields(path, ["tcp.stream"], "-Y", "icmpv6 and impsvc.icmp_error and tcp")}
    of_tcp = {int(row["frame.number"][0]): row["tcp.stream"][0]
              for row in wireshark.fields(path, ["frame.number", "tcp.stream"], "-Y", "tcp and not icmp and not icmpv6")}
    assert set(of_tcp) & set(cut)
    for frame, stream in of_tcp.items():
        if stream not in by_icmp:
            assert cut.get(frame) == whole.get(frame), frame


@pytest.mark.parametrize("capture", ["trouble-filtered", "firewall-rules", "firewall-mtu"])
def test_a_capture_joined_with_itself_says_the_same(wireshark, capture, capture_path):
    path = wireshark.readable(f"{capture}.pcapng")
    twice = made(capture_path, "mergecap", "-w", capture_path, path, path)
    key = ["tcp.stream", "impsvc.entry", "impsvc.result"]
    said = [{tuple("".join(row[field]) for field in key) for row in wireshark.fields(each, key, "-Y", "impsvc and tcp", *TWO_PASSES)}
            for each in (path, twice)]
    assert said[0] and said[0] == said[1]


@pytest.mark.parametrize("capture", ["trouble-filtered", "firewall-rules", "firewall-listeners"])
def test_without_interfaces_the_results_are_the_same(wireshark, capture, capture_path):
    """But where both sides of a firewall are in it: then a host has two TTLs, and an RST with one of them may be its own."""
    whole = results(wireshark, wireshark.readable(f"{capture}.pcapng"), *TWO_PASSES)
    plain = results(wireshark, changed(capture_path, capture, "-F", "pcap"), *TWO_PASSES)
    by_device = {frame for frame, (_, _, by) in whole.items() if by.startswith("a device")}
    assert set(whole) - by_device and {plain[frame][1] for frame in by_device} <= {"2"}
    stops = {frame for frame, (_, result, _) in whole.items() if result == "4" and plain[frame][1] in ("1", "7")}
    assert bool(stops) == (capture == "firewall-rules")     # only two interfaces show that an answer, or a trap, stops between them
    assert all(plain[frame] == said for frame, said in whole.items() if frame not in by_device | stops)


def test_filters_and_read_filters_do_not_change_what_is_said(wireshark):
    path = wireshark.readable("trouble-filtered.pcapng")
    whole = results(wireshark, path, *TWO_PASSES)
    stopped = {frame for frame, (_, result, _) in whole.items() if result in "2345"}
    assert stopped and set(wireshark.frames(path, STOPPED, *TWO_PASSES)) == stopped
    some = wireshark.fields(path, ["frame.number", "impsvc.result"], "-Y", "tcp.port == 7400", *TWO_PASSES)
    assert some and all(row["impsvc.result"][0] == whole[int(row["frame.number"][0])][1] for row in some if row["impsvc.result"])


def test_an_rst_with_another_ttl_names_a_device(wireshark):
    said = set(results(wireshark, wireshark.readable("firewall-rules.pcapng"), *TWO_PASSES).values())
    assert {by for _, result, by in said if result == "3"} >= {"a device in between (TTL 64, the host's others 63)", "10.20.1.1"}
    assert {result for _, result, by in said if not by} & {"2", "3"} == set()

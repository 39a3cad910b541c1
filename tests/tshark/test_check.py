# The firewall check: whether each path gets through, who stops it, and what that rests on.
#
# The firewall's own word is the oracle: the column fate of test-captures/flows.csv.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
from collections import Counter, defaultdict

import pytest

import labs_log
from cluster import PUB, STRANGER, SUB, Scene
from labs_log import CAPTURES
from packets import Capture, Connection, Ends, udp
from test_results import changed

COLUMNS = ["No.", "Result", "Entry", "Service", "From", "To", "By", "Tries", "Answered", "DSCP to", "DSCP back", "Evidence", "Transport", "Blocked"]
WORST_FIRST = ["rejected", "no answer", "lost", "refused", "one way", "undecided", "open", "sent", "not seen"]
TOO_SOON = "the capture ends too soon to tell"
WORDS = {"1": "open", "2": "refused", "3": "rejected", "4": "no answer", "5": "lost", "6": "one way", "7": "sent"}
FIREWALL = sorted(path.name for path in CAPTURES.glob("firewall-*.pcapng"))
JUDGED = [*FIREWALL, "trouble-filtered.pcapng"]

# What a fate is to be called …
RIGHT = {
    "open": "open", "dropped": "no answer", "reply_dropped": "no answer", "rst_by_router": "rejected", "icmp_by_router": "rejected",
    "refused": "refused", "no_answer": "no answer", "no_answer_due": "sent", "other_road": "one way", "forgotten": "lost", "mtu": "lost",
    "nat": "open", "dscp": "open",
}
# … for host_down by what the router says …
HOST_DOWN = {"the firewall says host unreachable": "rejected", "the firewall says nothing": "no answer"}
# … and what else it may be called, because the capture cannot tell: (fate, transport, told), the flow's note (None: any), and why.
OTHERWISE = {
    ("no_answer", "UDP", "sent"): ("the listener is silent", "the port list has no answer for it"),
    ("forgotten", "UDP", "no answer"): ("answered too late", "the answer stops on its way, and nothing says why"),
    ("forgotten", "TCP", "open"): ("the initiator's data rejected by RST", "a single byte may be a keep-alive, and is no data"),
    ("other_road", "UDP", "sent"): ("only what the initiator sends", "no answer is due"),
    ("other_road", "UDP", "open"): ("only what the listener sends", "whatever it sends counts as an answer"),
    ("other_road", "TCP", "no answer"): ("refused; the RST takes the other road", "nothing acknowledges the RST"),
}
PAGE = CAPTURES / "README.md"
HEADING = "### How right the check is"


def row_of(cells):
    row = dict(zip(COLUMNS, cells))
    return dict(row, **{name: int(row[name]) for name in ("No.", "Tries", "Answered")})


def check(wireshark, path, display_filter="", *options):
    """The rows that tshark prints, as dicts."""
    wanted = "impsvc,check" + ("," + display_filter if display_filter else "")
    lines = wireshark.read(path, "-q", "-n", *options, "-z", wanted).splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith("No. |")]
    assert len(heads) == 1 and [cell.strip() for cell in lines[heads[0]].split("|")[:-1]] == COLUMNS
    rows = [[cell.strip() for cell in line.split(" |")[:-1]] for line in lines[heads[0] + 1:] if line.endswith(" |")]
    assert all(len(row) == len(COLUMNS) for row in rows)
    return [row_of(row) for row in rows]


def judged(recorded, capture):
    """{flow of the log: its result}, from all packets of the flow."""
    packets = labs_log.packets_of(recorded.rows(capture, "-2"))
    assigned, strays = labs_log.assign(labs_log.flows(capture), packets)
    assert strays == []
    told = {}
    for flow, own in assigned.items():
        values = {(packet.row["impsvc.result"] or [""])[0] for packet in own}
        assert len(values) == 1, (flow, values)
        told[flow] = WORDS.get(values.pop(), "undecided")
    return told


@pytest.fixture(scope="session")
def all_judged(recorded):
    return {capture: judged(recorded, capture) for capture in JUDGED}


def right_word(flow):
    return HOST_DOWN[flow.note] if flow.fate == "host_down" else RIGHT[flow.fate]


def is_excused(flow, told):
    note = OTHERWISE.get((flow.fate, flow.transport, told), ("no such pair",))[0]
    return note in (None, flow.note)


@pytest.mark.parametrize("capture", JUDGED)
def test_what_is_told_is_what_the_firewall_did(all_judged, capture):
    wrong = [(flow, told) for flow, told in all_judged[capture].items() if told != right_word(flow)
             and not is_excused(flow, told)]
    assert wrong == []


def test_each_exception_is_needed(all_judged):
    """A pair that no capture has any more does not stay in the list."""
    seen = {(flow.fate, flow.transport, told) for flows in all_judged.values() for flow, told in flows.items()}
    assert set(OTHERWISE) <= seen


def host(end):
    return f"[{end[0]}]:{end[1]}" if ":" in end[0] else ":".join(end)


@pytest.mark.parametrize("capture", JUDGED)
@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
def test_each_path_counts_its_flows(wireshark, all_judged, capture, passes):
    """The table and the packets say the same, and the worst stands for the path."""
    counts = defaultdict(Counter)
    for flow, told in all_judged[capture].items():
        counts[flow.entry, flow.initiator[0], host(flow.listener)][told] += 1
    rows = check(wireshark, wireshark.readable(capture), "", *passes)
    assert Counter((row["Entry"], row["From"], row["To"]) for row in rows).total() >= len(counts)
    found = defaultdict(Counter)
    for row in rows:
        differing = re.match(r"((?:[a-z ]+ \d+(?:, )?)+); last: ", row["Evidence"])
        if differing:
            for part in differing[1].split(", "):
                word, count = part.rsplit(" ", 1)
                found[row["Entry"], row["From"], row["To"]][word] += int(count)
        else:
            found[row["Entry"], row["From"], row["To"]][row["Result"]] += 0
        assert row["Result"] in counts[row["Entry"], row["From"], row["To"]], row
    for path, words in counts.items():
        assert set(found[path]) == set(words)
        if found[path].total():
            assert found[path] == words


@pytest.mark.parametrize("capture", [*JUDGED, "cluster.pcapng", "trouble-refused.pcapng"])
def test_the_worst_stands_first_and_then_the_port_list(wireshark, capture):
    rows = check(wireshark, wireshark.readable(capture), "", "-2")
    order = [(WORST_FIRST.index("undecided" if TOO_SOON in row["Evidence"] else row["Result"]), [int(part) for part in row["Entry"].split(".")]) for row in rows]
    assert rows and order == sorted(order)
    assert [row["No."] for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row["Answered"] <= row["Tries"]


def one(rows, **wanted):
    found = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    assert len(found) == 1, (wanted, found)
    return found[0]


def test_the_evidence_says_who_and_where(wireshark):
    rows = check(wireshark, wireshark.readable("firewall-rules.pcapng"))
    dropped = one(rows, Entry="6.1", From="10.20.1.11")
    assert (dropped["Result"], dropped["By"], dropped["Tries"], dropped["Answered"]) == ("no answer", "-", 1, 0)
    assert re.fullmatch(r"SYN in frame \d+, 1 try, nothing came back; the host answers elsewhere in this capture; "
                        r"stops between inside and outside", dropped["Evidence"])
    reset = one(rows, Entry="25.4", From="10.20.1.11")
    assert reset["By"] == "a device in between (TTL 64, the host's others 63)"
    assert re.fullmatch(r"RST in frame \d+, TTL 64, the host's other packets 63; stops between inside and outside", reset["Evidence"])
    prohibited = one(rows, Entry="22.2", From="10.20.1.11")
    assert prohibited["By"] == "10.20.1.1"
    assert re.fullmatch(r"ICMP in frame \d+: prohibited by 10\.20\.1\.1", prohibited["Evidence"])
    changed = one(rows, Entry="27.1", From="10.20.1.11")
    assert changed["Evidence"].startswith("open 2, no answer 1; last: no answer; SYN in frame ")
    assert (changed["Result"], changed["Tries"], changed["Answered"]) == ("no answer", 3, 2)


def test_the_evidence_names_frames_that_show_it(wireshark):
    path = wireshark.readable("firewall-rules.pcapng")
    for row in check(wireshark, path, "", "-2"):
        for what, number in re.findall(r"(SYN|RST|ICMP) in frame (\d+)", row["Evidence"]):
            shows = {"SYN": "tcp.flags.syn == 1", "RST": "tcp.flags.reset == 1", "ICMP": "icmp or icmpv6"}[what]
            same = f'impsvc.entry == "{row["Entry"]}"'
            assert wireshark.frames(path, f"frame.number == {number} and ({shows}) and {same}") == [int(number)]


def test_lost_data_say_whose_and_for_how_long(wireshark):
    rows = check(wireshark, wireshark.readable("firewall-forgotten.pcapng"))
    row = one(rows, Entry="22.1", From="10.20.2.40")
    assert row["Result"] == "lost"
    assert re.fullmatch(r"open, then the initiator's data in frame \d+ were never acknowledged, sent again for 2 s; "
                        r"stops between outside and inside", row["Evidence"])


def test_values_of_dscp_have_their_names_each_way(wireshark):
    rows = check(wireshark, wireshark.readable("firewall-dscp.pcapng"), "ip")
    assert {(row["Transport"], row["DSCP to"], row["DSCP back"]) for row in rows if row["Entry"] == "2.1"} == {
        ("TCP", "CS0, CS3", "CS3"), ("UDP", "CS0, EF", "CS0, EF")}


def test_a_filter_leaves_out_what_it_does_not_show(wireshark):
    path = wireshark.readable("firewall-rules.pcapng")
    rows = check(wireshark, path, "ipv6 and impsvc.table == 22")
    assert rows and {row["Entry"].split(".")[0] for row in rows} == {"22"} and all(":" in row["From"] for row in rows)
    assert "impsvc.nothing" in wireshark.refusal("-n", "-q", "-r", path, "-z", "impsvc,check,impsvc.nothing == 1")


def test_the_end_of_the_capture_is_no_drop(wireshark, capture_path):
    """A SYN that was sent a moment before the capture ends may still be answered; a block is no headline then."""
    file = Capture()
    file.add_connection(Connection(Ends(number=1, server_port=7400)).open().ask(b"<a>", b"<b>").finish())
    file.add_connection(Connection(Ends(number=2, server_port=8600)).send(True, flags="S", counts=1))
    rows = check(wireshark, file.write(capture_path))
    assert TOO_SOON in one(rows, Entry="6.1")["Evidence"]


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one-pass", "two-passes"])
def test_a_capture_cut_at_68_bytes_says_the_same_of_ipv4(wireshark, capture_path, passes):
    """An ICMP error still has the ports that it quotes; over IPv6 not even the addresses."""
    cut = changed(capture_path, "firewall-rules", "-s", "68")

    def paths(path):
        return [[row[name] for name in ("Entry", "From", "To", "Result", "By", "Evidence", "Blocked")]
                for row in check(wireshark, path, "ip", "-n", *passes) if ":" not in row["From"]]
    told = paths(wireshark.readable("firewall-rules.pcapng"))
    assert "rejected" in {path[3] for path in told} and paths(cut) == told


def test_transports_are_paths_of_their_own(wireshark):
    rows = check(wireshark, wireshark.readable("sip-gateway-5060.pcapng"), "ip")
    assert {"TCP", "UDP"} <= {row["Transport"] for row in rows if row["Entry"] == "2.1"}


def test_the_check_can_be_had_again_and_as_json(wireshark):
    """sharkd: a table after another in one session, each freed in between, and files as well."""
    files = [wireshark.readable(name) for name in ("trouble-filtered.pcapng", "firewall-rules.pcapng", "trouble-filtered.pcapng")]
    nothing = Capture().write(wireshark.folder / "empty.pcap")
    asked = [request for path in (*files, nothing, files[0]) for request in
             (("load", {"file": str(path)}), ("tap", {"tap0": "nstat:impsvc,check"}),
              ("tap", {"tap0": "nstat:impsvc,check", "tap1": "nstat:impsvc,flows"}))]
    answers = wireshark.sharkd(asked)
    taps = [answer["taps"] for number, answer in enumerate(answers) if number % 3]
    assert [field["c"] for field in taps[0][0]["fields"]] == COLUMNS
    rows = [next(tap for tap in one if tap["tap"].startswith("nstat:impsvc,check"))["tables"][0]["i"] for one in taps]
    wanted = check(wireshark, files[0], "", "-2")
    assert [row[1:7] for row in rows[0]] == [[row[name] for name in COLUMNS[1:7]] for row in wanted]
    assert len(rows[0]) == 8 and len(rows[2]) > 40 and rows[6] == []
    assert all(rows[at] == rows[at + 1] for at in range(0, 10, 2)) and rows[0] == rows[4] == rows[8]


def test_asking_for_two_checks_at_once_is_told(wireshark):
    path = wireshark.readable("trouble-filtered.pcapng")
    said = wireshark.refusal_or_output("-n", "-q", "-r", path, "-z", "impsvc,check", "-z", "impsvc,check,tcp")
    assert "room for one firewall check at a time" in said
    beside = wireshark.run("-n", "-q", "-r", path, "-z", "impsvc,check", "-z", "impsvc,flows", "-z", "impsvc,tree")
    assert "no answer |22.4" in beside and "10.10.1.11:" in beside


def test_where_nothing_fits_it_says_so(wireshark, capture_path):
    scene = Scene()
    scene.call(STRANGER, SUB, 39999, client_port=30000)
    path = scene.write(capture_path)
    assert "No packet fits the port list: 39999/TCP" in wireshark.run("-q", "-n", "-r", path, "-z", "impsvc,check")
    answers = wireshark.sharkd([("load", {"file": str(path)}), ("tap", {"tap0": "nstat:impsvc,check"})])
    assert answers[1]["taps"][0]["tables"][0]["i"] == []
    scene.call(STRANGER, PUB, 8600)
    rows = check(wireshark, scene.write(capture_path))
    assert [row["Entry"] for row in rows] == ["6.1"]


def test_it_speaks_japanese(wireshark):
    path = wireshark.readable("firewall-rules.pcapng")
    said = wireshark.read(path, "-q", "-n", "-o", "impsvc.language:japanese", "-z", "impsvc,check")
    for text in ("応答なし", "通過 2、応答なし 1。最後: 応答なし。フレーム ", "試行 1 回、何も戻らない。", "inside と outside の間で止まる"):
        assert text in said


def figures(all_judged):
    """The table of README: flows by true fate and told result."""
    counts = Counter((flow.fate, told) for capture in FIREWALL for flow, told in all_judged[capture].items())
    words = [word for word in WORST_FIRST if any(told == word for _, told in counts)]
    lines = ["| fate | " + " | ".join(words) + " |", "|---" * (len(words) + 1) + "|"]
    for fate in (*RIGHT, "host_down"):
        lines.append(f"| `{fate}` | " + " | ".join(str(counts[fate, word] or "-") for word in words) + " |")
    return "\n".join(lines)


def test_the_page_says_how_right_it_is(all_judged):
    wanted = figures(all_judged)
    part = PAGE.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    assert wanted in part, f"{PAGE.name}, {HEADING[4:]}, should have:\n{wanted}"
    right = sum(told == right_word(flow) for capture in FIREWALL for flow, told in all_judged[capture].items())
    total = sum(len(all_judged[capture]) for capture in FIREWALL)
    assert f"{right} of {total} flows" in part, f"{right} of {total} flows"

# Which release of the port list is at hand. With the wrong one people open ports that nobody listens on, and leave those
# closed that their cluster needs.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from cluster import DIRECTORY, PUB, STRANGER, SUB, Scene, node
from native import compare
from packets import Capture, Connection, Ends, tcp, udp
from payloads import UNKNOWN, XMPP
from port_list import CUCM, LISTS, SU3, entries_on

RELEASES = list(LISTS)
CUCM_AT = "10.3.0.5"
NODES = (*node(PUB), *node(SUB, "IM and Presence subscriber"), *node(CUCM_AT, CUCM), *node(DIRECTORY, "External corporate directory"))
ALL_PORTS = sorted({(transport if transport == "UDP" else "TCP", port) for entries in LISTS.values() for entry in entries
                    for port in entry.ports for transport in entry.transports if transport != "ICMP"})
CLIENT_PORT = 20999     # nobody's
SOURCE = {8500: 8500}   # of the entries that are told by it
BODY = b"<body xmlns='http://jabber.org/protocol/httpbind' rid='1' to='alpha.example'/>"
BOSH = (b"POST /http-bind HTTP/1.1\r\nHost: imp.alpha.example\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)


def chosen(release):
    return ("-o", f"impsvc.release:{release}")


def entries(wireshark, path, *arguments):
    """{frame: entry}"""
    rows = wireshark.fields(path, ["frame.number", "impsvc.entry"], "-Y", "impsvc", *arguments)
    return {int(row["frame.number"][0]): row["impsvc.entry"][0] for row in rows}


def problems(wireshark, path, *arguments):
    """{frame: our problems}"""
    rows = wireshark.fields(path, ["frame.number", *PROBLEMS], "-Y", " or ".join(PROBLEMS), *arguments)
    return {int(row["frame.number"][0]): {name for name in PROBLEMS if row[name]} for row in rows}


PROBLEMS = ["impsvc.localhost_exposed", "impsvc.cluster_exposed", "impsvc.reversed"]


# --- ports ---

@pytest.fixture(scope="module")
def knocks(wireshark):
    """A first packet to each port that any list has; (its path, [(transport, port)])."""
    capture = Capture()
    for number, (transport, port) in enumerate(ALL_PORTS, 1):
        ends = Ends(number, SOURCE.get(port, CLIENT_PORT), port)
        capture.add(tcp(ends, True, "S") if transport == "TCP" else udp(ends, True, UNKNOWN[0]))
    return capture.write(wireshark.folder / "knocks.pcap")


@pytest.mark.parametrize("release", RELEASES)
def test_each_port_is_what_the_chosen_list_has_there(wireshark, knocks, release):
    told = entries(wireshark, knocks, *chosen(release))
    wanted = {}
    for number, (transport, port) in enumerate(ALL_PORTS, 1):
        listed = [entry for entry in entries_on(release, transport, port) if entry != "11.3"]   # which has another source port
        if listed:
            wanted[number] = listed[0]
    assert told == wanted


def test_the_lists_differ_where_the_documents_do(wireshark, knocks):
    by_list = [{ALL_PORTS[frame - 1]: entry for frame, entry in entries(wireshark, knocks, *chosen(release)).items()} for release in RELEASES]
    assert {port: (by_list[0].get(port), by_list[1].get(port)) for port in ALL_PORTS if by_list[0].get(port) != by_list[1].get(port)} == {
        ("TCP", 7): (None, "29.13"), ("TCP", 1433): (None, "23.3"), ("TCP", 1521): (None, "23.2"), ("TCP", 3268): ("5.1", None),
        ("TCP", 5070): (None, "29.8"), ("TCP", 5280): (None, "22.3"), ("TCP", 6379): (None, "29.19"), ("TCP", 6603): ("25.1", "26.1"),
        ("TCP", 6604): ("25.2", "26.2"), ("TCP", 6605): ("25.3", "26.3"), ("TCP", 7335): ("22.3", None), ("TCP", 8001): (None, "29.18"),
        ("TCP", 44000): (None, "29.14")}


@pytest.mark.parametrize("ends, entry", [((PUB, SUB), "29.13"), ((PUB, DIRECTORY), "30.1"), ((PUB, STRANGER), "30.1")])
def test_tcp_7_is_told_by_who_is_asked(wireshark, capture_path, ends, entry):
    """Two services have it: an engineer who reads the other one looks for a firewall between the wrong hosts."""
    scene = Scene()
    scene.call(*ends, 7)
    assert set(entries(wireshark, scene.write(capture_path), *NODES, *chosen(SU3)).values()) == {entry}


# --- what people write into the preference ---

@pytest.mark.parametrize("text", ["12.5(1)SU3", "12.5.1SU3", " 12.5.1su3 "])
def test_a_release_is_found_by_its_name_and_in_any_letters(wireshark, knocks, text):
    assert entries(wireshark, knocks, *chosen(text)) == entries(wireshark, knocks, *chosen(SU3))


@pytest.mark.parametrize("text, reason", [
    ("12.5.1su9", 'there is no port list "12.5.1su9"'), ("15", "of 15 only some facts are known"), ("0", 'there is no port list "0"')])
def test_what_is_no_list_is_refused_with_those_that_are(wireshark, knocks, text, reason):
    """A mistyped release that silently is another one makes every verdict wrong."""
    done = wireshark.done("-n", "-r", knocks, "-T", "fields", "-e", "impsvc.entry", *chosen(text))
    assert done.stderr.count("impsvc.release: ") == 1
    assert reason in done.stderr and "Known: base, 12.5.1su3." in done.stderr and "The list stays that of base" in done.stderr
    assert done.stdout == wireshark.done("-n", "-r", knocks, "-T", "fields", "-e", "impsvc.entry").stdout


def test_nothing_means_the_first_list(wireshark, knocks):
    assert entries(wireshark, knocks, *chosen("")) == entries(wireshark, knocks) == entries(wireshark, knocks, *chosen("base"))


# --- a change leaves nothing behind ---

PORTS_LUA = r"""
local steps = %s
local function is(name, port)
    local found, handle = pcall(function() return DissectorTable.get(name):get_dissector(port) end)
    return found and handle and tostring(handle) or "-"
end
local function tell()
    for _, step in ipairs(steps) do
        if step ~= "" then set_preference("impsvc.release", step) apply_preferences() end
        for _, name in ipairs({ "tcp.port", "udp.port", "tls.port" }) do
            for port = 1, 65535 do
                local who = is(name, port)
                if who ~= "-" then print(string.format("who\t%%s\t%%s\t%%d\t%%s", step, name, port, who)) end
            end
        end
        print("end\t" .. step)
    end
    os.exit(0)
end
local frames = Listener.new("frame")    -- the user's settings are read by then
frames.packet = tell
"""


def who_is_where(wireshark, *steps):
    """For each step, a release that is chosen: {(table, port): dissector}. Lua's apply_preferences() saves them."""
    home = wireshark.folder / "home" / ".config" / "wireshark"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o777)
    script = wireshark.folder / "ports.lua"
    script.write_text(PORTS_LUA % ("{ " + ", ".join(f'"{step}"' for step in steps) + " }"), encoding="utf-8")
    script.chmod(0o644)
    told, now = [], {}
    said = wireshark.refusal_or_output("-q", "-X", f"lua_script:{script}", "-r", wireshark.readable("dns-53.pcapng"))
    (home / "preferences").unlink(missing_ok=True)
    for row in (line.split("\t") for line in said.splitlines()):
        if row[0] == "who":
            now[row[2], int(row[3])] = row[4]
        elif row[0] == "end":
            told.append(now)
            now = {}
    assert len(told) == len(steps), said
    return told


def test_a_change_back_leaves_no_port_behind(wireshark):
    """The window's user tries another list, and goes back: Wireshark must be as if nothing had been."""
    before, other, after = who_is_where(wireshark, "", SU3, "base")
    assert before == after and before != other
    assert who_is_where(wireshark, SU3)[0] == other


@pytest.mark.parametrize("release", RELEASES)
def test_the_report_of_decodes_has_the_chosen_lists_ports(wireshark, release):
    done = wireshark.done(*chosen(release), "-G", "decodes")
    if "only valid as first option" in done.stderr:
        pytest.skip("this Wireshark takes -G as its first option only, and does not apply preferences for it")
    ours = {(row[0].split(".")[0].upper(), int(row[1])) for row in (line.split("\t") for line in done.stdout.splitlines())
            if len(row) == 3 and row[2].startswith("impsvc") and row[0] in ("tcp.port", "udp.port")}
    assert ours == {(transport, port) for transport, port in ALL_PORTS if entries_on(release, transport, port)} | {("UDP", 61441)}


def test_decode_as_stays_as_the_user_chose_it(wireshark):
    """On ports that come with the list, that go with it, and that it leaves alone; cleared, nothing of ours stays on what the list lacks."""
    ports = (5280, 7335, 1521, 5060)
    rows = "".join(f'decode_as_entry: tcp.port,{port},(none),HTTP\n' for port in ports)
    with wireshark.settings(decode_as_entries=rows):
        for told in who_is_where(wireshark, "", SU3, "base", SU3):
            assert {told["tcp.port", port] for port in ports} == {"HTTP"}


@pytest.mark.parametrize("release", RELEASES)
def test_our_dissectors_stand_on_the_lists_ports_and_on_no_others(wireshark, alone, release):
    ours, = who_is_where(wireshark, release)
    native, = who_is_where(alone, "")
    changed = {(name.split(".")[0].upper(), port) for (name, port), who in ours.items() if native.get((name, port)) != who and name != "tls.port"}
    listed = {(transport, port) for transport, port in ALL_PORTS if entries_on(release, transport, port)} | {("UDP", 61441)}
    assert changed == listed and not set(native) - set(ours)


# --- native output ---

@pytest.mark.parametrize("capture", ["cluster.pcapng", "xmpp-bosh-7335.pcapng", "postgresql-5432.pcapng", "false-friends.pcapng"])
def test_wireshark_decodes_as_ever_under_another_list(wireshark, alone, capture):
    path = wireshark.readable(capture)
    assert compare(alone, wireshark, path, our_options=list(chosen(SU3))).problem == ""


def test_ports_that_only_another_list_has_look_as_without_the_plugin(wireshark, alone, capture_path):
    """Oracle, SQL Server, Redis and echo are Wireshark's own; what is given back (3268) is, too."""
    capture = Capture()
    for number, port in enumerate([7, 1433, 1521, 3268, 6379, 8001, 7335], 1):
        capture.add_connection(Connection(Ends(number, 41234, port)).open().ask(*(BOSH if port == 7335 else UNKNOWN)).finish())
    assert compare(alone, wireshark, capture.write(capture_path), our_options=list(chosen(SU3))).problem == ""


def test_bosh_is_decoded_on_the_port_that_the_list_has(wireshark, capture_path):
    capture = Capture()
    capture.add_connection(Connection(Ends(1, 41234, 5280)).open().ask(*BOSH).finish())
    path = capture.write(capture_path)
    assert set(entries(wireshark, path, *chosen(SU3)).values()) == {"22.3"} and entries(wireshark, path) == {}


# --- what the document lists once more, for other ends ---

@pytest.mark.parametrize("port, entry", [(8600, "6.1"), (1500, "8.1"), (2555, "11.1"), (4040, "10.1")])
@pytest.mark.parametrize("out", [False, True], ids=["from-cucm", "to-cucm"])
def test_cucm_may_reach_what_the_inter_node_table_has(wireshark, capture_path, port, entry, out):
    """Telling people to block what the vendor documents would take their cluster apart."""
    scene = Scene()
    frames = scene.call(*((PUB, CUCM_AT) if out else (CUCM_AT, PUB)), port)
    path = scene.write(capture_path)
    assert set(entries(wireshark, path, *NODES, *chosen(SU3)).values()) == {entry}
    assert problems(wireshark, path, *NODES, *chosen(SU3)) == {}
    if not out:
        assert set(problems(wireshark, path, *NODES)) <= set(frames) and problems(wireshark, path, *NODES) != {}
    row = wireshark.fields(path, ["impsvc.role.src", "impsvc.role.dst", "impsvc.evidence"], "-Y", "tcp.flags == 2", *NODES, *chosen(SU3))[0]
    assert (row["impsvc.role.dst"] if out else row["impsvc.role.src"]) == [CUCM]
    assert re.search(r"listed for these ends as 29\.\d+", row["impsvc.evidence"][0])


def test_a_source_port_that_is_fixed_is_not_where_the_row_has_none(wireshark, capture_path):
    """For the ends of that row, and over its transport: anybody else's packet to 8500 is anything."""
    scene = Scene()
    frame = scene.syn(CUCM_AT, PUB, 8500)
    scene.syn(STRANGER, PUB, 8500)
    scene.ask(CUCM_AT, PUB, 8500)
    path = scene.write(capture_path)
    assert entries(wireshark, path, *NODES, *chosen(SU3)) == {frame: "9.1"} and entries(wireshark, path, *NODES) == {}
    evidence = wireshark.fields(path, ["impsvc.evidence"], "-Y", "impsvc", *NODES, *chosen(SU3))[0]["impsvc.evidence"][0]
    assert "source port" not in evidence and "29.5" in evidence


@pytest.mark.parametrize("ends", [(STRANGER, PUB), (CUCM_AT, SUB)], ids=["a-stranger", "cucm-to-a-subscriber"])
@pytest.mark.parametrize("port", [8600, 1500])
def test_nobody_else_may(wireshark, capture_path, ends, port):
    scene = Scene()
    scene.call(*ends, port)
    path = scene.write(capture_path)
    assert problems(wireshark, path, *NODES, *chosen(SU3)) == problems(wireshark, path, *NODES) != {}


def seen_rules(wireshark, path, *options):
    return [line for line in wireshark.read(path, "-2", "-q", "-z", "impsvc,rules,csv,seen", *chosen(SU3), *options).splitlines() if line]


def test_a_stranger_does_not_become_cucm_because_nobody_is_named(wireshark, capture_path):
    """A rule that opens the database to whoever was seen there is the worst that could be written."""
    scene = Scene()
    for port in (8600, 20075, 9003):
        scene.call(SUB, PUB, port)
    scene.call(STRANGER, PUB, 1500)
    path = scene.write(capture_path)
    assert "impsvc.localhost_exposed" in set().union(*problems(wireshark, path, "-2", *chosen(SU3)).values())
    rows = [row for row in seen_rules(wireshark, path) if row.startswith(f"{STRANGER},")]
    assert len(rows) == 1 and "do not allow without asking" in rows[0]


def test_rules_for_what_was_seen_let_it_through(wireshark, capture_path):
    """A rule that wants source port 8500 drops the very traffic that it was made from."""
    scene = Scene()
    scene.call(CUCM_AT, PUB, 8500)
    scene.call(CUCM_AT, PUB, 5070, client_port=41234)
    rows = {row.split(",")[3]: row for row in seen_rules(wireshark, scene.write(capture_path), *NODES) if row.startswith(f"{CUCM_AT},")}
    assert ",,,," in rows["8500"] or ",8500," not in rows["8500"].partition("9.1")[2]
    assert ",37240-61000," in rows["5070"] and "do not allow" not in rows["8500"] + rows["5070"]


# --- the plan ---

def planned(wireshark, release, dialect, *options):
    rows = wireshark.read(wireshark.readable("dns-53.pcapng"), "-q", "-z", f"impsvc,rules,{dialect},plan", *(options or NODES),
                          *chosen(release)).splitlines()
    return [row for row in rows if row and not row.startswith("#")]


def test_the_plan_has_the_chosen_lists_ports(wireshark):
    base, su3 = (planned(wireshark, release, "csv") for release in RELEASES)
    ports = [{(row.split(",")[0], row.split(",")[1], row.split(",")[3]) for row in rows} for rows in (base, su3)]
    assert (PUB, DIRECTORY, "3268") in ports[0] - ports[1]
    assert {(CUCM_AT, PUB, "5070"), (PUB, CUCM_AT, "5070"), (CUCM_AT, PUB, "8600"), (PUB, CUCM_AT, "6379"), (PUB, SUB, "44000"),
            (CUCM_AT, PUB, "1500"), (PUB, SUB, "50000")} <= ports[1] - ports[0]


def test_the_rules_say_which_list_they_are_by(wireshark):
    """Rules live longer than the memory of how they were made."""
    for release, said in ((SU3, True), ("base", False)):
        head = wireshark.read(wireshark.readable("dns-53.pcapng"), "-q", "-z", "impsvc,rules,ios,plan", *NODES, *chosen(release)).splitlines()[:3]
        assert ("! The port list is that of 12.5(1)SU3." in head) == said


def test_the_inter_node_table_is_for_the_publisher(wireshark):
    """Rules towards each subscriber would be open doors that the document does not ask for."""
    rows = planned(wireshark, SU3, "csv")
    assert not [row for row in rows if {row.split(",")[0], row.split(",")[1]} == {SUB, CUCM_AT} and row.split(",")[2] != "icmp"]


def test_a_source_range_is_in_the_rules(wireshark):
    rules = planned(wireshark, SU3, "nftables")
    call, = [rule for rule in rules if "29.8 " in rule]
    assert "tcp sport 37240-61000 tcp dport 5070" in call and CUCM_AT in call and PUB in call and SUB not in call


def test_without_a_publisher_each_node_may_be_one(wireshark):
    """impsvc nodes writes all nodes as subscribers: rules must not be missing for that."""
    subscribers = (*node(PUB, "IM and Presence subscriber"), *node(SUB, "IM and Presence subscriber"), *node(CUCM_AT, CUCM))
    rows = planned(wireshark, SU3, "csv", *subscribers)
    assert {row.split(",")[1] for row in rows if row.startswith(f"{CUCM_AT},") and ",5070," in row} == {PUB, SUB}


# --- moved ports ---

def test_a_moved_port_of_an_entry_that_the_list_lacks_is_said(wireshark, knocks):
    with wireshark.settings(impsvc_ports='"25.1","TCP","16603"\n'):
        done = {release: wireshark.done("-r", knocks, *chosen(release)).stderr for release in RELEASES}
    assert "impsvc_ports" not in done["base"]
    assert done[SU3].count("impsvc_ports: 25.1 over TCP is not in the port list of 12.5(1)SU3, so its row has no effect") == 1


@pytest.mark.parametrize("release, entry, port", [(SU3, "23.2", 11521), (SU3, "22.3", 15280), ("base", "22.3", 15280)])
def test_moved_ports_follow_the_list(wireshark, capture_path, release, entry, port):
    scene = Scene()
    frame = scene.syn(STRANGER, PUB, port)
    path = scene.write(capture_path)
    moved = f'"{entry}","TCP","{port}"\n'
    with wireshark.settings(impsvc_ports=moved):
        assert entries(wireshark, path, *chosen(release)) == {frame: entry}


# --- words ---

def test_tables_of_another_list_have_their_names_in_both_languages(wireshark, capture_path):
    scene = Scene()
    scene.syn(CUCM_AT, PUB, 5070)
    path = scene.write(capture_path)
    for language, label, evidence in (("english", "Table: Inter-node traffic (29)", "configured as"), ("japanese", "表: ノード間の通信 (29)", "設定")):
        said = wireshark.read(path, "-O", "impsvc", *NODES, *chosen(SU3), "-o", f"impsvc.language:{language}")
        assert label in said and evidence in said
    scene = Scene()
    scene.syn(CUCM_AT, PUB, 8600)
    said = wireshark.read(scene.write(capture_path), "-O", "impsvc", *NODES, *chosen(SU3), "-o", "impsvc.language:japanese")
    assert "この組み合わせは 29.6 に記載" in said


# --- statistics ---

def test_records_say_which_list_they_are_from(wireshark, knocks):
    for release in RELEASES:
        records = wireshark.read(knocks, "-q", "-z", "impsvc,records", *chosen(release))
        assert f'"release":"{release}"' in records.replace(" ", "")


def test_xmpp_is_still_told_by_its_payload(wireshark, capture_path):
    scene = Scene()
    scene.call(STRANGER, PUB, 5222, XMPP)
    path = scene.write(capture_path)
    told = [entries(wireshark, path, *chosen(release)) for release in RELEASES]
    assert told[0] == told[1] and set(told[0].values()) == {"22.1"}


def test_the_labs_cluster_is_the_same_under_both_where_the_lists_are(wireshark):
    """The lab speaks base: under another list, only what differs there may."""
    path = wireshark.readable("cluster.pcapng")
    told = [entries(wireshark, path, "-2", *chosen(release)) for release in RELEASES]
    changed = {(told[0].get(frame), told[1].get(frame)) for frame in told[0].keys() | told[1].keys() if told[0].get(frame) != told[1].get(frame)}
    assert changed == {("5.1", None), ("25.1", "26.1"), ("25.2", "26.2"), ("25.3", "26.3"), (None, "29.18"), (None, "29.19")}

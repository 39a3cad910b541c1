# What a person sees in Wireshark's window: colours by their pixels, texts as tesseract reads them on the screen.
#
# tshark says what it should be, with the same plugin and profile.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from places import BUILD, CLUSTER
from desktop import until
from expert_items import NOTES, WARNINGS, any_of
from reading import is_read, plain
from window import PROFILE, SECONDS

LIST_TOP, LIST_HEIGHT = 115, 290        # of the packet list's rows in the window
PROBLEMS = any_of(WARNINGS + NOTES)


def colours(profile):
    """The background of each colouring rule of ours: name to (red, green, blue)."""
    text = (profile / "colorfilters").read_text(encoding="utf-8")
    found = re.findall(rf"^@({PROFILE}: [^@]*)@.*@\[(\d+),(\d+),(\d+)\]\[", text, re.MULTILINE)
    return {name: tuple(int(part) // 257 for part in parts) for name, *parts in found}


def shown(window, text):
    """Apply a display filter; how many packets the status bar says are displayed, once it is another number."""
    before = window.displayed()
    window.filter(text)
    return until(f"the status bar's number of packets changes from {before}", SECONDS,
                 lambda: window.displayed() not in (None, before) and window.displayed())


def counted(window, text):
    return len(window.tshark("-2", "-n", "-r", CLUSTER.name, "-C", PROFILE, "-Y", text).splitlines())


def test_rows_have_the_colours_of_the_profiles_rules(english, rows):
    rules = colours(BUILD / "profile" / PROFILE)
    firsts = {}
    for number, row in rows.items():
        if row["frame.coloring_rule.name"] in rules and number > 20:
            firsts.setdefault(row["frame.coloring_rule.name"], number)
    wanted = sorted(firsts, key=firsts.get)[:14]
    assert len(wanted) == 14
    # The selected row, the first, has Wireshark's own colour: one of no rule of ours.
    extra = next(number for number, row in rows.items() if number < 20)
    numbers = [extra, *(firsts[name] for name in wanted)]
    assert shown(english, f"frame.number in {{{', '.join(map(str, numbers))}}}") == 15
    english.main.click((700, LIST_TOP + 8))
    english.focus()
    english.desktop.xdotool("mousemove", 700, 5)
    image = english.settle(english.main).crop(0, LIST_TOP, 1300, LIST_HEIGHT)
    assert [name for name in image.rows_of(rules) if rules[name] != (255, 255, 255)] == wanted


def test_the_list_has_entry_and_service_of_a_packet(english, rows):
    number = next(number for number, row in rows.items() if row["tcp.dstport"] == "7400" and row["tcp.len"] != "0")
    assert shown(english, f"frame.number == {number}") == 1
    lines = english.main.picture().crop(0, 90, 1400, 60).lines(layout=6)
    assert is_read("Entry Service Direction Conf", lines), lines
    assert is_read("22.4", lines) and is_read("XCP router", lines), lines


def test_the_tree_tells_the_entry(english, rows):
    number = next(number for number, row in rows.items() if row["tcp.dstport"] == "7400" and row["tcp.len"] != "0")
    english.filter(f"frame.number == {number}")
    until("the packet alone is displayed", SECONDS, lambda: english.displayed() == 1)
    english.main.click((700, LIST_TOP + 8))
    lines = english.show_entry().crop(0, 410, 1400, 460).lines(layout=6)
    for text in ("IM and Presence, XCP router master access (22.4), request", "Table: XCP requests (22)", "Entry: 22.4",
                 "Service: XCP router master access", "Confidence: learned node (3)", f"seen in frame {number}"):
        assert is_read(text, lines), (text, lines)


def test_a_filter_button_filters(english):
    wanted = counted(english, PROBLEMS)
    english.filter("frame.number <= 3")
    until("three packets are displayed", SECONDS, lambda: english.displayed() == 3)
    english.click_filter_button("Problems")
    assert wanted > 20
    until(f"{wanted} packets are displayed", SECONDS, lambda: english.displayed() == wanted)


def test_a_menu_of_filter_buttons_filters(english):
    wanted = shown(english, "impsvc.table == 5")
    assert shown(english, "frame.number <= 3") == 3
    before = english.opened()
    english.open_filter_menu()
    english.click_in_menu("Directory", before)
    assert wanted > 100
    until(f"{wanted} packets are displayed", SECONDS, lambda: english.displayed() == wanted)


def test_the_conversation_filter_shows_all_of_the_packets_service(english, rows):
    number = next(number for number, row in rows.items() if row["tcp.dstport"] == "7400" and row["tcp.len"] != "0")
    english.filter(f"frame.number == {number}")
    until("the packet alone is displayed", SECONDS, lambda: english.displayed() == 1)
    before = english.opened()
    english.main.click((700, LIST_TOP + 8), button=3)
    english.click_in_menu("Conversation Filter", before)
    english.click_in_menu("IM and Presence service", before)
    shown_then = until("more than the packet is displayed", SECONDS, lambda: (english.displayed() or 0) > 1 and english.displayed())
    ends = english.tshark("-2", "-n", "-r", CLUSTER.name, "-Y", f"frame.number == {number}", "-T", "fields", "-e", "ip.src",
                          "-e", "ip.dst", "-e", "tcp.dstport").split()
    assert ends[2] == "7400"
    assert shown_then == counted(english, f"impsvc.entry == 22.4 and (ip.dst == {ends[1]} and tcp.dstport == 7400 or "
                                 f"ip.src == {ends[1]} and tcp.srcport == 7400)".replace("22.4", '"22.4"'))


def test_the_statistics_tree_counts_tables_and_entries(english):
    dialog = english.traffic_by_table().shape(1150, 300)
    assert dialog.title == f"Wireshark · Traffic by table · {CLUSTER.name}"
    lines = english.settle(dialog).lines(layout=6)
    dialog.close()
    for name, text in (("Table 2: SIP proxy requests", "impsvc.table == 2"), ("2.1 SIP proxy", 'impsvc.entry == "2.1"'),
                       ("2.2 SIP proxy TLS (server authentication)", 'impsvc.entry == "2.2"')):
        count = shown(english, text)
        assert any(plain(f"{name} {count}") in plain(line) for line in lines), (name, count, lines)


def test_the_table_of_flows_has_each_connection(english):
    dialog = english.flows().shape(1390, 280)
    assert dialog.title == f"Wireshark · IM and Presence flows · {CLUSTER.name}"
    lines = english.settle(dialog).lines(layout=6)
    dialog.close()
    assert is_read("Flow Entry Service Initiator Listener Handshake End Filter", lines), lines
    report = english.tshark("-2", "-q", "-n", "-r", CLUSTER.name, "-z", "impsvc,flows").splitlines()
    flows = [[cell.strip() for cell in line.split(" |")] for line in report if re.match(r"\s*\d+ \|", line)]
    assert len(flows) > 100
    for flow in flows[:6]:
        assert any(all(plain(part) in plain(line) for part in flow[1:5]) for line in lines), (flow, lines)


def test_the_firewall_check_has_the_worst_paths_first(english):
    """The window asks nobody when the capture has been read: the rows must be there by then."""
    dialog = english.firewall_check().shape(1390, 280)
    assert dialog.title == f"Wireshark · IM and Presence firewall check · {CLUSTER.name}"
    lines = english.settle(dialog).lines(layout=6)
    dialog.close()
    assert is_read("No. Result Entry Service From To By", lines), lines
    report = english.tshark("-2", "-q", "-n", "-r", CLUSTER.name, "-z", "impsvc,check").splitlines()
    paths = [[cell.strip() for cell in line.split(" |")] for line in report if re.match(r"\s*\d+ \|", line)]
    assert len(paths) > 100 and paths[0][1] != "open"
    for path in paths[:6]:
        assert any(all(plain(part) in plain(line) for part in path[1:6]) for line in lines), (path, lines)


def test_the_window_of_rules_writes_them_in_each_dialect(english):
    """What it shows is read from the capture when it is opened; a button writes it anew."""
    dialog = english.firewall_rules().shape(1270, 500)
    lines = english.settle(dialog).lines(layout=6)
    assert is_read("Rules for nftables to let Cisco IM and Presence through", lines), lines
    dialog.click((960, 478))        # asa
    lines = until("the rules are those of an ASA", SECONDS, lambda: [
        line for line in [english.settle(dialog).lines(layout=6)] if is_read("Rules for Cisco ASA to let Cisco IM and Presence through", line)])
    dialog.close()
    assert lines


def test_expert_information_has_our_problems(english):
    english.filter(PROBLEMS)
    english.settle(english.main)
    dialog = english.expert_information().shape(1150, 420)
    english.limit_to_filter(dialog)
    assert dialog.title == f"Wireshark · Expert Information · {CLUSTER.name}"
    lines = english.settle(dialog).lines(layout=6)
    dialog.close()
    for text in ("A service for the local host only, between two hosts Security", "No TLS where the port list has TLS Security",
                 "Not the protocol that the port list has here Protocol", "The initiator is not who the port list says Protocol",
                 "A service on a port that the port list does not have Protocol"):
        assert is_read(text, lines), (text, lines)


# Of 確度, in a narrow column, tesseract reads the second letter only.
@pytest.mark.parametrize("text", ["項目", "サービス", "向き", "度"], ids=["entry", "service", "direction", "confidence"])
def test_the_japanese_profile_names_its_columns(japanese, text):
    heads = japanese.main.picture().crop(0, 90, 1400, 36)
    assert re.sub(r"\s", "", text) in re.sub(r"\s", "", "".join(heads.lines("jpn", layout=6)))


def test_the_japanese_profile_colours_alike():
    assert sorted(colours(BUILD / "profile" / PROFILE).values()) == \
        sorted(tuple(int(part) // 257 for part in parts) for parts in re.findall(
            r"^@IM and Presence: [^@]*@.*@\[(\d+),(\d+),(\d+)\]\[",
            (BUILD / "profile/ja" / PROFILE / "colorfilters").read_text(encoding="utf-8"), re.MULTILINE))

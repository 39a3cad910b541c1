# SPDX-License-Identifier: GPL-2.0-or-later
"""What the profile "IM and Presence" has in it, in the order in which Wireshark shows it.

Tables, groups, colors and ports come from the catalog. Each function answers the
Items of one file. Texts stand here as (English, Japanese); what is meant for typing
(names of macros, filters) is the same in both. No text has a "&": menus would
take it for a shortcut.
"""

from typing import NamedTuple

import bpf
import check
import formats
from expert_items import NOTES, WARNINGS, any_of
from record import LANGUAGES, NAME


SURE = "impsvc.confidence >= 3"
PROBLEM = any_of(WARNINGS)
ODD = any_of(NOTES)
UNSURE = "impsvc.confidence in {1, 2}"
# The listener resets a connection of which the SYN was seen (1) and that it never accepted with its own (2).
REFUSED = ('impsvc.direction == "reply" and tcp.flags.reset == 1 and tcp.completeness & 1 == 1 '
           "and tcp.completeness & 2 == 0")
LOST = "tcp.analysis.retransmission or tcp.analysis.lost_segment or tcp.analysis.zero_window"

# Refused, rejected, not answered or lost: whoever has the port, so at every confidence.
STOPPED = "impsvc.result in {2, 3, 4, 5}"
STOPPED_RULE = (("blocked", "遮断"), STOPPED, "#3d0a2e", "#ffd0e8")

# Rules for what somebody should look at: name, filter, background, foreground. Dark, and so apart from the groups' colors.
ALARMS = [
    (("problem", "問題"), PROBLEM, "#8c1414", "#ffffff"),
    (("reset or refused", "リセットまたは拒否"), "tcp.flags.reset == 1", "#5b2a00", "#ffe2b8"),
    (("stopped on the way (ICMP)", "途中で止められた（ICMP）"), "impsvc.icmp_error", "#233a5e", "#ffe27a"),
    (("lost or sent again", "損失または再送"), LOST, "#12272e", "#ffa0a0"),
    (("not as the port list has it", "ポート一覧と違う"), ODD, "#5c3a78", "#ffffff"),
]

# Graphs beside those of the groups: name, filter, color, style, whether shown at first. The first and the last are Wireshark's own, which
# the profile's file replaces. Blocked is what was reset, stopped with an ICMP error, or asked for once more as no answer came.
BLOCKED = ("tcp.flags.reset == 1 or impsvc.icmp_error or "
           "(tcp.analysis.retransmission and tcp.flags.syn == 1 and tcp.flags.ack == 0)")
GRAPHS = [
    (("all packets", "すべてのパケット"), "", "#8a8a8a", "Line", "Enabled"),
    (("blocked or reset", "遮断またはリセット"), f"{SURE} and ({BLOCKED})", "#8c1414", "Diamond", "Enabled"),
    (("TCP errors", "TCP エラー"), "tcp.analysis.flags", "#a40000", "Line", "Disabled"),
]

# Title, format, whether hidden at first, and the width. Those that are shown need 1229 pixels together: a window of 1280 has little more,
# in a font of 8 pixels a letter: addresses of 14 letters, services of 33. Confidence is a number (U), as in filters; the words are in the tree.
COLUMNS = [
    (("No.", "No."), "%m", False, 65),
    (("Time", "時刻"), "%t", False, 102),
    (("Source", "送信元"), "%s", False, 116),
    (("Source is", "送信元の役割"), "%Cus:impsvc.role.src:0:R", True, 140),
    (("Destination", "宛先"), "%d", False, 116),
    (("Destination is", "宛先の役割"), "%Cus:impsvc.role.dst:0:R", True, 140),
    (("Protocol", "プロトコル"), "%p", False, 71),
    (("Entry", "項目"), "%Cus:impsvc.entry:0:R", False, 42),
    (("Service", "サービス"), "%Cus:impsvc.service:0:R", False, 268),
    (("Direction", "向き"), "%Cus:impsvc.direction:0:R", False, 61),
    (("Conf.", "確度"), "%Cus:impsvc.confidence:0:U", False, 38),
    (("Length", "長さ"), "%L", True, 55),
    (("Detail", "詳細"), "%Cus:impsvc.detail:0:R", True, 160),
    (("Result", "結果"), "%Cus:impsvc.result:0:R", True, 80),
    (("Info", "情報"), "%i", False, 350),
]

# What is asked for often: text, filter. The first word of a button with // is its menu.
QUESTIONS = [
    (("all", "すべて"), "impsvc"),
    (("surely the cluster's", "クラスタのものと確かなもの"), SURE),
    (("into the cluster", "クラスタへ"), 'impsvc.flow == "inbound"'),
    (("out of the cluster", "クラスタから"), 'impsvc.flow == "outbound"'),
    (("between nodes", "ノード間"), 'impsvc.flow == "intracluster"'),
    (("within one host", "1 台の中"), 'impsvc.flow == "localhost"'),
    (("stopped on the way", "途中で止められたもの"), "impsvc.icmp_error"),
    (("not as the port list has it", "ポート一覧と違うもの"), ODD),
    (("payload nobody decodes", "解読できないペイロード"), "impsvc.payload"),
]
PROBLEMS = [
    (("Blocked", "遮断"), STOPPED),
    (("Problems", "問題"), f"{PROBLEM} or {ODD}"),
    (("Refused", "拒否"), REFUSED),
    (("Low confidence", "確度が低い"), UNSURE),
]
GROUP, SERVICE = ("Group", "グループ"), ("Service", "サービス")

# Macros, as ${impsvc_host:10.1.1.1}; for each group there is one without argument, ${impsvc_sip}.
MACROS = [
    ("impsvc_host", "(impsvc and ip.addr == $1)"),
    ("impsvc_host6", "(impsvc and ipv6.addr == $1)"),
    ("impsvc_between", "(impsvc and ip.addr == $1 and ip.addr == $2)"),
    ("impsvc_port", "(impsvc and (tcp.port == $1 or udp.port == $1))"),
    ("impsvc_role", "(impsvc.role == $1)"),
    ("impsvc_problem", f"({PROBLEM} or {ODD})"),
    ("impsvc_blocked", f"({STOPPED})"),
    ("impsvc_refused", f"({REFUSED})"),
    ("impsvc_unsure", f"({UNSURE})"),
]


class Group(NamedTuple):
    slug: str
    name: str
    tables: list        # rows of tables.csv
    background: str
    foreground: str

    @property
    def filter(self):
        return f"impsvc.table in {{{', '.join(table['number'] for table in self.tables)}}}"


class Content:
    """The lists of the profile for one release of the port list, in one language, "en" or "ja"."""

    def __init__(self, catalog, language, release):
        self.language, self.release = language, release
        self.entries = catalog.release(release)
        numbers = {row["table"] for row in self.entries}
        self.tables = [table for table in catalog.tables if table["number"] in numbers]
        self.groups = [Group(row["slug"], row["name_" + language], [table for table in self.tables if table["group"] == row["slug"]],
                             row["background"], row["foreground"]) for row in catalog.groups]

    def say(self, text):
        return text[LANGUAGES.index(self.language)]

    def _titled(self, text):
        return f"{NAME}: {text}"

    def _table(self, table):
        return f"{table['number']} {table['name_' + self.language]}"

    def columns(self):
        return [formats.column(self.say(title), key, hidden) for title, key, hidden, _ in COLUMNS]

    def widths(self):
        return [(key, width) for _, key, _, width in COLUMNS]

    def colorfilters(self):
        rules = [(self.say(name), expression, *colors) for name, expression, *colors in ALARMS]
        rules += [(group.name, group.filter, group.background, group.foreground) for group in self.groups]
        rules = [(name, f"{SURE} and ({expression})", *colors) for name, expression, *colors in rules]
        name, *rule = STOPPED_RULE
        return [formats.item("colorfilters", self._titled(name), "", expression, _color(background), _color(foreground))
                for name, expression, background, foreground in [(self.say(name), *rule), *rules]]

    def dfilter_buttons(self):
        buttons = [(self.say(text), expression) for text, expression in PROBLEMS]
        buttons += [(f"{NAME}//{self.say(text)}", expression) for text, expression in QUESTIONS]
        buttons += [(f"{self.say(GROUP)}//{group.name}", group.filter) for group in self.groups]
        buttons += [(f"{self.say(SERVICE)}//{self._table(table)}", f"impsvc.table == {table['number']}")
                    for table in self.tables]
        return [formats.item("dfilter_buttons", label, "TRUE", expression, "") for label, expression in buttons]

    def dfilters(self):
        filters = [(self.say(text), expression) for text, expression in QUESTIONS + PROBLEMS]
        filters += [(group.name, group.filter) for group in self.groups]
        return [formats.item("dfilters", self._titled(text), expression) for text, expression in filters]

    def macros(self, name):
        macros = MACROS + [("impsvc_" + group.slug, f"({group.filter})") for group in self.groups]
        return [formats.item(name, macro, text) for macro, text in macros]

    def io_graphs(self):
        """The groups' bars stand on one another, in the colors of their rules and for the same packets; the others lie over them."""
        graphs = [(group.name, f"{SURE} and ({group.filter})", group.background, "Stacked Bar", "Enabled") for group in self.groups]
        graphs += [(self.say(text), expression, color, style, shown) for text, expression, color, style, shown in GRAPHS]
        return [formats.item("io_graphs", name, shown, expression, color, style, "Packets", "", "None", "1")
                for name, expression, color, style, shown in graphs]

    def services(self):
        """A port's name, once for each of TCP and UDP; the remark has all entries of the port."""
        found = {}
        for row in self.entries:
            for port, carrier, name in check.port_names(row):
                if name:
                    found.setdefault((int(port), carrier), (name, []))[1].append(row)
        return [formats.item("services", f"{port}/{carrier}", name,
                             ", ".join(f"{check.entry_number(row)} {row['service_' + self.language]}" for row in rows))
                for (port, carrier), (name, rows) in sorted(found.items())]

    def cfilters(self):
        everything = bpf.of_entries(self.entries)
        filters = [
            (self.say(("all", "すべて")), everything),
            (self.say(("all, with later fragments", "すべて（後続フラグメントを含む）")), bpf.with_fragments(everything)),
            (self.say(("all, with later fragments and VLAN tags", "すべて（後続フラグメントと VLAN タグを含む）")),
             bpf.with_tags(bpf.with_fragments(everything))),
        ]
        filters += [(group.name, bpf.of_entries(self._entries(group.tables))) for group in self.groups]
        filters += [(self._table(table), bpf.of_entries(self._entries([table]))) for table in self.tables]
        return [formats.item("cfilters", self._titled(text), expression) for text, expression in filters if expression]

    def _entries(self, tables):
        numbers = {table["number"] for table in tables}
        return [row for row in self.entries if row["table"] in numbers]


def _color(text):
    """#rrggbb as Wireshark writes it: three numbers up to 65535."""
    return "[" + ",".join(str(257 * int(text[place:place + 2], 16)) for place in (1, 3, 5)) + "]"

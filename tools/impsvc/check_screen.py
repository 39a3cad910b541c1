# The screen that impsvc check shows of a capture: the nodes, the paths with the worst first, and the verdict last.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import itertools
from collections import Counter

import overview
import screen
from paths import is_blocked
from port_list import of_list
from say import many

USUAL_DSCP = (None, "CS0")


def lines(paths, all_of_it, say):
    """The lines of a capture's screen."""
    width, height = screen.size()
    before = [*screen.wrapped(heading(paths, say), width), "", *nodes(paths, width, all_of_it, say), ""]
    end = [line for sentence in verdict(paths, say) for line in screen.wrapped(sentence, width)]
    if not paths.rows:
        return [*before, *end]
    room = 10 ** 9 if all_of_it else max(8, height - len(before) - len(end) - 2)     # the head of the paths, and an empty line
    return [*before, say("Paths, worst first", "経路 (悪い順)"), *overview.fitted(path_rows(paths.rows, say), room, width, say), "", *end]


def heading(paths, say):
    return f"{paths.name}: {facts(paths, say)}"


def facts(paths, say):
    packets, seconds, of = paths.found.packets, overview.seconds_of(paths.found, say), of_list(paths.release, say)
    return say(f"{many(packets, 'packet')} {seconds}; {many(len(paths.rows), 'path')} of the port list{of}",
               f"{packets} パケット ({seconds})、{of}ポート一覧の経路 {len(paths.rows)}")


def nodes(paths, width, all_of_it, say):
    known = overview.node_lines(paths.found, paths.configured, width, all_of_it, say)
    if known:
        return known
    hosts = say(", ", "、").join(paths.found.maybe_nodes)
    alike = say(f"; these hosts look like one: {hosts}", f"。ノードらしいホスト: {hosts}") if hosts else ""
    return [say("Nodes", "ノード"), *screen.wrapped(say(f"  none is known{alike}; name them with --nodes (impsvc nodes prints rows for it)",
                                                    f"  不明{alike}。--nodes で設定できます (行は impsvc nodes が出力)"), width, "    ")]


def path_rows(rows, say):
    """(kind, text) of each path."""
    results = max(screen.width_of(row["result"]) for row in rows)
    return [(row["result"], f"  {screen.padded(row['result'], results)} {row['entry']:>4} {text_of(row, say)}") for row in rows]


def text_of(row, say):
    parts = [row["service"], say(f"{row['from']} to {row['to']} {row['transport']}", f"{row['from']} から {row['to']} {row['transport']}")]
    if row["answered"] < row["tries"] > 1:
        parts.append(say(f"{row['answered']} of {row['tries']} answered", f"{row['tries']} 回中 {row['answered']} 回応答"))
    if row["by"]:
        parts.append(say(f"by {row['by']}", f"拒否元 {row['by']}"))
    if row["dscp_to"] not in USUAL_DSCP or row["dscp_back"] not in USUAL_DSCP:
        parts.append(say(f"DSCP {row['dscp_to'] or '-'} to, {row['dscp_back'] or '-'} back", f"DSCP 往路 {row['dscp_to'] or '-'}、復路 {row['dscp_back'] or '-'}"))
    return f"{say(', ', '、').join(parts)}: {row['evidence']}"


def verdict(paths, say):
    """Sentences: what to make of it."""
    sentences = [how_paths_went(paths.rows, say) if paths.rows else nothing(paths, say)]
    if paths.plan:
        sentences.append(say(f"The plan: {paths.plan}.", f"計画: {paths.plan}。"))
    if paths.incomplete:
        sentences.append(say(f"This is only a part: {paths.incomplete}", f"一部だけの結果です: {paths.incomplete}"))
    return sentences


def nothing(paths, say):
    if not paths.found.packets:
        return say("The capture has no packets.", "パケットがありません。")
    return say(f"{paths.unlisted or 'No packet fits the port list'}.", f"{paths.unlisted or '一覧に合うパケットがありません'}。")


def how_paths_went(rows, say):
    blocked, others = counted(filter(is_blocked, rows), say), counted(itertools.filterfalse(is_blocked, rows), say)
    if not blocked:
        return say(f"None of {many(len(rows), 'path')} is blocked: {others}.", f"{len(rows)} 経路に、遮断されたものはありません: {others}。")
    number = sum(map(is_blocked, rows))
    rest = say(f" The others: {others}.", f"その他: {others}。") if others else ""
    return say(f"{number} of {many(len(rows), 'path')} {'is' if number == 1 else 'are'} blocked: {blocked}.{rest}",
               f"{len(rows)} 経路のうち {number} 経路が遮断されています: {blocked}。{rest}")


def counted(rows, say):
    """How often each result is there, the worst first."""
    counts = Counter(row["result"] for row in rows)
    return say(", ", "、").join(say(f"{count} {result}", f"{result} {count}") for result, count in counts.items())


def total(several, asked, say):
    """A sentence on all captures."""
    rows = [row for paths in several for row in paths.rows]
    went = how_paths_went(rows, say) if rows else say("no packet fits the port list.", "一覧に合うパケットがありません。")
    if asked == 1:
        return went
    if len(several) < asked:
        return say(f"{len(several)} of {asked} captures could be read: {went}", f"{asked} 個中 {len(several)} 個のキャプチャを読めました: {went}")
    return say(f"All {asked} captures: {went}", f"{asked} 個のキャプチャ全体: {went}")

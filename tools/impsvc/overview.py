# The screen that impsvc summary shows: what was found, in sections, each as long as there is room for, and the verdict last.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
from collections import Counter

import screen
from port_list import of_list
from findings import BLOCKED
from say import many

MOST_IN_ONE_COLUMN = 10     # tables
PORTS = 12                  # of conversations that are none of ours
IN_DETAIL = re.compile(r" \([^()]*\)$")     # where a node was learned


def lines(found, name, configured, incomplete, all_of_it, release, say):
    """The lines of the screen; configured has the rows of the user's table of nodes."""
    width, height = screen.size()
    before = [*screen.wrapped(heading(found, os.path.basename(name), release, say), width), "", *tables(found, width, all_of_it, say)]
    before = before if found.tables else before[:-1]
    nodes = node_lines(found, configured, width, all_of_it, say)
    end = [line for sentence in verdict(found, name, configured, incomplete, say) for line in screen.wrapped(sentence, width)]
    blocked, problems = unfinished(found, say), problem_rows(found, say)
    taken = len(before) + 1 + len(nodes) + bool(nodes) + len(end) + 2 * bool(blocked) + 2 * bool(problems)    # heads, empty lines
    room = 10 ** 9 if all_of_it else max(8, height - taken)
    shown = fitted(blocked, max(least(blocked, width), room - least(problems, width)), width, say)
    parts = [before, nodes]
    if blocked:
        parts.append([say("Connections that did not get through, or were reset", "確立できなかった、またはリセットされた接続"), *shown])
    if problems:
        parts.append([say("Problems", "問題点"), *fitted(problems, room - len(shown), width, say)])
    return [line for part in parts if part for line in [*part, ""]] + end


def heading(found, name, release, say):
    fit = sum(packets for _, _, packets in found.tables)
    if not fit:
        of = say(f"; the port list is that{of_list(release, say)}", f"、{of_list(release, say)}ポート一覧") if of_list(release, say) else ""
        return say(f"{name}: {many(found.packets, 'packet')} {seconds_of(found, say)}{of}",
                   f"{name}: {found.packets} パケット ({seconds_of(found, say)}){of}")
    seconds, of = seconds_of(found, say), of_list(release, say)
    return say(f"{name}: {many(found.packets, 'packet')} {seconds}; {fit} fit the port list{of}, in {many(found.flows, 'connection')}",
               f"{name}: {found.packets} パケット ({seconds})、うち{of}一覧に合うもの {fit} パケット、{found.flows} 接続")


def seconds_of(found, say):
    return say(f"in {duration(found.seconds, say)}", duration(found.seconds, say))


def duration(seconds, say):
    try:
        value = float(seconds)
    except ValueError:
        value = 0.0
    if value < 60:
        return say(f"{value:.3g} s", f"{value:.3g} 秒")
    minutes = round(value / 60)
    hours, rest = divmod(minutes, 60)
    return say(f"{hours} h {rest} min", f"{hours} 時間 {rest} 分") if hours else say(f"{minutes} min", f"{minutes} 分")


def tables(found, width, all_of_it, say):
    """A line for each table; two side by side if there are many."""
    rows = [(str(number), name, str(packets), str(found.flows_of_table[number])) for number, name, packets in found.tables]
    if not rows:
        return []
    columns = 1 if len(rows) <= MOST_IN_ONE_COLUMN or all_of_it else 2
    each = (width - 3 * (columns - 1)) // columns
    rows.insert(0, ("", say("Table", "表"), say("packets", "パケット"), say("flows", "接続")))
    made = [f"{number:>2} {screen.padded(name, min(each, 80) - 22)} {_right(packets, 10)} {_right(flows, 7)}"
            for number, name, packets, flows in rows]
    if columns == 1:
        return [line.rstrip() for line in made]
    half = len(made) // 2       # of the rows, the odd one on the left
    left, right = made[1:half + 1], made[half + 1:]
    return [f"{one}   {other}".rstrip() for one, other in zip([made[0], *left], [made[0], *right, *[""] * (len(left) - len(right))])]


def _right(text, width):
    return " " * (width - screen.width_of(text)) + text


def node_lines(found, configured, width, all_of_it, say):
    """How nodes are known, and which."""
    known = {}
    for address, role, *name in configured:
        known.setdefault(say("configured", "設定済み"), []).append(" ".join([address, *filter(None, name)]))
    for address, how in found.nodes:
        known.setdefault(how if all_of_it else IN_DETAIL.sub("", how), []).append(address)
    rows = [f"  {how}: {say(', ', '、').join(hosts)}" for how, hosts in known.items()]
    if not rows:
        return []
    shown = [line for row in rows for line in screen.wrapped(row, width, "    ")] if all_of_it else [screen.cut(row, width) for row in rows]
    return [say("Nodes", "ノード"), *shown]


def unfinished(found, say):
    """(kind, text) of connections that did not get through, the same ones as one; kinds in order."""
    order = (*BLOCKED, "reset")
    rows = sorted(found.unfinished.items(), key=lambda item: (order.index(item[0][0]), -item[1]))
    return [(way, say(f"  {count:>3} {word}: {entry} {service}, {initiator} to {listener}",
                      f"  {count:>3} {word}: {entry} {service}、{initiator} から {listener}"))
            for (way, word, entry, service, initiator, listener), count in rows]


def problem_rows(found, say):
    """(kind, text) of problems, the most serious first."""
    rows = sorted(found.problems.values(), key=lambda each: (each.is_note, each.frame))
    return [(each.kind, say(f"  frame {each.frame}: {each.sentence}" if each.connections == 1 else
                            f"  {each.connections} connections, from frame {each.frame} on: {each.sentence}",
                            f"  フレーム {each.frame}: {each.sentence}" if each.connections == 1 else
                            f"  {each.connections} 接続、フレーム {each.frame} から: {each.sentence}")) for each in rows]


def whole(rows, width):
    return [line for _, text in rows for line in screen.wrapped(text, width, "    ")]


def least(rows, width):
    """How many lines rows need: for all of them, or for one of each kind and for how many more there are."""
    return min(len(whole(rows, width)), len({kind for kind, _ in rows}) + 1)


def fitted(rows, room, width, say):
    """Rows as at most so many lines: whole if they all fit, else cut to a line each, and the first of each kind before others."""
    lines_of_all = whole(rows, width)
    if len(lines_of_all) <= room:
        return lines_of_all
    if len(rows) > room:
        kinds = {kind: number for number, (kind, _) in reversed(list(enumerate(rows)))}
        firsts = sorted(kinds.values())
        chosen = sorted([*firsts, *(number for number in range(len(rows)) if number not in firsts)][:room - 1])
        more = len(rows) - len(chosen)
        rows = [*(rows[number] for number in chosen), ("", say(f"  … and {more} more: --all shows them", f"  … ほか {more} 件 (--all で表示)"))]
    return [screen.cut(text, width) for _, text in rows]


def verdict(found, name, configured, incomplete, say):
    """Sentences: what to make of it."""
    sentences = []
    if not found.packets:
        sentences.append(say("The capture has no packets.", "パケットがありません。"))
    elif not found.tables:
        sentences.append(no_packet_fits(found, say))
    else:
        sentences += [how_connections_went(found, say), what_is_wrong(found, name, bool(configured), say)]
    if incomplete:
        sentences.append(say(f"This is only a part: {incomplete}", f"一部だけの要約です: {incomplete}"))
    return sentences


def no_packet_fits(found, say):
    ports = say(", ", "、").join(found.others[:PORTS]) + (" …" if len(found.others) > PORTS else "")
    return say(f"No packet fits the port list; {many(found.packets, 'packet')}, {many(found.conversations, 'conversation')}: {ports}.",
               f"一覧に合うパケットがありません。{found.packets} パケット、{found.conversations} 会話: {ports}。")


def how_connections_went(found, say):
    counts = Counter()
    for (way, *_), count in found.unfinished.items():
        counts[way] += count
    words = {"refused": say("refused", "拒否"), "no answer": say("not answered", "応答なし"),
             "stopped": say("stopped by an ICMP error", "ICMP エラーで停止")}
    blocked = say(", ", "、").join(say(f"{counts[way]} {words[way]}", f"{words[way]} {counts[way]}") for way in BLOCKED if counts[way])
    number = sum(counts[way] for way in BLOCKED)
    if number:
        return say(f"{number} of {many(found.flows, 'connection')} did not get through: {blocked}.",
                   f"{found.flows} 接続のうち {number} 接続が確立できませんでした: {blocked}。")
    if found.flows == 1:
        return say("The one connection was not seen refused, unanswered, or stopped by an ICMP error.",
                   "唯一の接続に、拒否、無応答、ICMP エラーによる停止はありません。")
    return say(f"None of {found.flows} connections was seen refused, unanswered, or stopped by an ICMP error.",
               f"{found.flows} 接続に、拒否、無応答、ICMP エラーで停止したものはありません。")


def what_is_wrong(found, name, is_configured, say):
    problems = list(found.problems.values())
    if problems:
        serious = sum(not each.is_note for each in problems)
        return say(f"{many(len(problems), 'problem')}, {serious} of them serious; the first is in frame {min(each.frame for each in problems)}.",
                   f"問題点は {len(problems)} 件、うち重大なもの {serious} 件。最初はフレーム {min(each.frame for each in problems)} です。")
    if found.nodes or is_configured:
        return say("No problem was found.", "問題点はありません。")
    if found.maybe_nodes:
        hosts = say(", ", "、").join(found.maybe_nodes)
        return say(f"No node is known, so problems were not looked for; these hosts look like one: {hosts}; name them with the rows that "
                   f"impsvc nodes {name} prints.",
                   f"ノードが不明のため問題点は調べていません。ノードらしいホスト: {hosts}。impsvc nodes {name} が出力する行で設定できます。")
    return say("No node is known, so problems were not looked for: name the nodes in the table of nodes (impsvc nodes --help).",
               "ノードが不明のため問題点は調べていません。ノードを設定してください (impsvc nodes --help)。")

# Answers of the database as a screen to read, and as CSV and JSON for programs.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import json
import re
from datetime import datetime, timezone

import check_screen
import overview
import results
import screen
from many.asking import TIMES
from say import many

DEVICE = re.compile(r"a device in between \(TTL (\d+), the host's others (\d+)\)")      # as impsvc-merge has it
NUMBERS_THAT_SAY_YES = ("is_", "has_")


def write_csv(answer, file):
    """Times in ISO 8601 with all digits, UTC."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(["" if value is None else moment(value) if name in TIMES else value for name, value in zip(answer.columns, row)])


def write_json(answer, file):
    """A list of objects, one after the other, however many they are."""
    between = "[\n"
    for row in answer.rows:
        file.write(between + json.dumps({name: value_of(name, value) for name, value in zip(answer.columns, row)}, ensure_ascii=False))
        between = ",\n"
    file.write("[]\n" if between == "[\n" else "\n]\n")


def value_of(name, value):
    if value is None:
        return None
    if name in TIMES:
        return moment(value)
    return bool(value) if name.startswith(NUMBERS_THAT_SAY_YES) else value


def moment(nanoseconds):
    """2026-11-29T19:36:05.123456789Z"""
    seconds, rest = divmod(int(nanoseconds), 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}.{rest:09}Z"


def short(nanoseconds):
    """For people: 2026-11-29 19:36:05"""
    return "-" if nanoseconds is None else f"{datetime.fromtimestamp(int(nanoseconds) // 1_000_000_000, timezone.utc):%Y-%m-%d %H:%M:%S}"


def lines(answer, kind, heading, all_of_it, say):
    """The lines of a screen."""
    width, height = screen.size()
    rows = [dict(zip(answer.columns, row)) for row in answer.rows]
    if kind == "path":
        return paths(rows, heading, width, height, all_of_it, say)
    titles, texts = TABLES[kind](rows, say)
    shown = texts if all_of_it else texts[:max(8, height - 4)]
    more = len(texts) - len(shown)
    made = [*screen.wrapped(heading, width), "", *table(titles, shown, width)]
    return [*made, say(f"… and {more} more: --all shows them", f"… ほか {more} 件 (--all で表示)")] if more else made


def table(titles, rows, width):
    """Columns as wide as their texts; the last one is cut."""
    if not rows:
        return []
    widths = [max(screen.width_of(text) for text in column) for column in zip(titles, *rows)]
    return [screen.cut("  ".join(screen.padded(text, size) for text, size in zip(row, widths)).rstrip(), width) for row in [titles, *rows]]


def paths(rows, heading, width, height, all_of_it, say):
    before = [*screen.wrapped(heading, width), ""]
    end = screen.wrapped(verdict(rows, say), width)
    if not rows:
        return [*before, *end]
    room = 10 ** 9 if all_of_it else max(8, height - len(before) - len(end) - 2)
    wide = max(screen.width_of(word_of(row["result"], say)) for row in rows)
    texts = [(row["result"], f"  {screen.padded(word_of(row['result'], say), wide)} {row['entry']:>5} {path_text(row, say)}") for row in rows]
    return [*before, say("Paths, worst first; times are UTC", "経路 (悪い順、時刻は UTC)"), *overview.fitted(texts, room, width, say), "", *end]


def word_of(result, say):
    known = results.OF_WORD.get(result)
    return say(known.english, known.japanese) if known else result


def host(address, port):
    return f"[{address}]:{port}" if ":" in address and port else f"{address}:{port}" if port else address


def path_text(row, say):
    to = host(row["listener"], row["listener_port"])
    parts = [since(row, say), *where_it_stops(row, say), row["service"], say(f"{row['initiator']} to {to} {row['carrier']}", f"{row['initiator']} から {to} {row['carrier']}")]
    if row["stopped_by"]:
        parts.append(say(f"by {row['stopped_by']}", f"拒否元 {stopper(row['stopped_by'], say)}"))
    return say(", ", "、").join([*parts, how_often(row, say)])


def where_it_stops(row, say):
    """A list of one sentence, or of none."""
    if not (row["not_seen_on"] and row["is_blocked"]):
        return []
    return [say(f"stops between {row['seen_on']} and {row['not_seen_on']}", f"{row['seen_on']} と {row['not_seen_on']} の間で止まる")]


def how_often(row, say):
    return say(f"{row['blocked_flows']} of {many(row['flows'], 'flow')} blocked", f"{row['flows']} フロー中 {row['blocked_flows']} 遮断")


def stopper(text, say):
    """Who said no; a device in between has its words in both languages."""
    device = DEVICE.fullmatch(text)
    return say(text, f"途中の装置 (TTL {device[1]}、ホストの他のパケットは {device[2]})") if device else text


def since(row, say):
    if row["since"] is None:
        return say(f"seen from {short(row['first_seen'])} on", f"{short(row['first_seen'])} から検出")
    if not row["has_changed"]:
        return say(f"always, since {short(row['since'])}", f"{short(row['since'])} から常に")
    before = say("before that it got through", "それ以前は通過") if row["is_blocked"] else say("before that it was blocked", "それ以前は遮断")
    return say(f"since {short(row['since'])} ({before})", f"{short(row['since'])} から ({before})")


def verdict(rows, say):
    if not rows:
        return say("No path of the port list that was asked for is in it.", "該当するポート一覧の経路はありません。")
    return check_screen.how_paths_went([{"result": word_of(row["result"], say), "blocked": "yes" if row["is_blocked"] else None} for row in rows], say)


def point_table(rows, say):
    titles = (say("Point", "地点"), say("Captures", "キャプチャ"), say("From", "最初"), say("Until", "最後"), say("Flows", "フロー"),
              say("Stop after it", "この先で停止"))
    return titles, [(row["point"], str(row["captures"]), short(row["first_seen"]), short(row["last_seen"]), str(row["flows"]),
                     str(row["stopped_after"])) for row in rows]


def node_table(rows, say):
    titles = (say("Host", "ホスト"), say("Node", "ノード"), say("Begins", "開始"), say("Listens", "待受"), say("Blocked", "遮断"),
              say("From", "最初"), say("Until", "最後"), say("Role", "役割"))
    return titles, [(row["host"], say("yes", "はい") if row["is_node"] else "-", str(row["begins"]), str(row["listens"]), str(row["blocked"]),
                     short(row["first_seen"]), short(row["last_seen"]), row["role"]) for row in rows]


def release_table(rows, say):
    titles = (say("Release", "リリース"), "impsvc", say("Captures", "キャプチャ"), say("Flows", "フロー"), say("Paths", "経路"),
              say("Blocked", "遮断"), say("Open", "通過"))
    return titles, [(row["release"], row["plugin"], *(str(row[name]) for name in ("captures", "flows", "paths", "blocked", "open")))
                    for row in rows]


def capture_text(row):
    """Its name, with the reason why it was not read, or only in part."""
    reason = row["reason"] or ""
    return reason if row["name"] in reason else f"{row['name']}: {reason}" if reason else row["name"]


def capture_text(row):
    """Its name, with the reason why it was not read, or only in part."""
    reason = row["reason"] or ""
    return reason if row["name"] in reason else f"{row['name']}: {reason}" if reason else row["name"]


def capture_table(rows, say):
    titles = (say("State", "状態"), say("Packets", "パケット"), say("From", "最初"), say("Until", "最後"), say("Capture", "キャプチャ"))
    return titles, [(row["state"], str(row["packets"] if row["packets"] is not None else "-"), short(row["first_seen"]),
                     short(row["last_seen"]), capture_text(row)) for row in rows]


def flow_table(rows, say):
    titles = (say("Began", "開始"), say("Result", "結果"), say("Entry", "エントリー"), say("From", "開始側"), say("To", "待受側"),
              say("Points", "地点"))
    return titles, [(short(row["first_seen"]), word_of(row["result"], say), row["entry"], host(row["initiator"], row["initiator_port"]),
                     host(row["listener"], row["listener_port"]), row["points_to"] or row["points_back"]) for row in rows]


TABLES = {"point": point_table, "node": node_table, "release": release_table, "capture": capture_table, "flow": flow_table}

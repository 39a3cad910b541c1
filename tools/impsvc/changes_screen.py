# What changes from one release to another, for people: by kind, each with what to do, in columns that fit a screen.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import itertools

import changes
import screen
from port_list import is_complete

WIDTHS = (5, 27, 21, 21, 14)        # entry, service, from, to; the last column has what is left
GAP = 1


def lines(found, catalog, before, after, say):
    """All lines of the screen."""
    names = before["name"], after["name"]
    if before is after:
        return [say(f"Nothing changes: both are {names[0]}.", f"変更はありません: どちらも {names[0]} です。")]
    if not found:
        return [say(f"Nothing changes for a firewall from {names[0]} to {names[1]}.", f"{names[0]} から {names[1]} へ、ファイアウォールの変更はありません。")]
    made = screen.wrapped(_heading(found, before, after, say), screen.WIDTH)
    for kind, rows in itertools.groupby(found, key=lambda change: change["kind"]):
        widths = [*WIDTHS[:4], screen.WIDTH - sum(WIDTHS[:4]) - 2 - 4 * GAP]
        heads = (say("Entry", "項目"), say("Service", "サービス"), say("From", "開始側"), say("To", "待ち受け側"), say("Ports", "ポート"))
        made += ["", *screen.wrapped(say(*WHAT_TO_DO[kind]), screen.WIDTH), *row_lines(("", heads[0], *heads[1:]), [1, *widths], GAP)]
        for change in rows:
            made += _change_lines(change, widths, say)
    return made


def _heading(found, before, after, say):
    names = before["name"], after["name"]
    partial = [release["name"] for release in (before, after) if not is_complete(release)]
    if partial:
        known = say(" and ", " と ").join(partial)
        return say(f"From {names[0]} to {names[1]}: only parts of {known} are known. These are the facts; whatever is not here may have changed or not.",
                   f"{names[0]} から {names[1]} へ: {known} は一部しかわかっていません。以下はわかっている事実で、ここにないものが変わるかどうかはわかりません。")
    return say(f"From {names[0]} to {names[1]}: {len(found)} changes for a firewall.", f"{names[0]} から {names[1]} へ: ファイアウォールの変更 {len(found)} 件。")


WHAT_TO_DO = {
    changes.NEW: ("New: allow", "新規: 許可する"),
    changes.NEW_ENDS: ("The same service between other hosts: allow there, too", "同じサービスの別の両端: そこでも許可する"),
    changes.PORT: ("Other port: allow the new one, and close the old one after the change", "ポート変更: 新しい方を許可し、更新後に古い方を閉じる"),
    changes.TLS: ("TLS now: the same port, but what inspects the payload sees TLS", "TLS になる: ポートは同じだが、ペイロードを検査する装置には TLS に見える"),
    changes.NO_TLS: ("No TLS any more: whoever is on the way can read it", "TLS でなくなる: 経路上で内容が読める"),
    changes.TRANSPORT: ("Other transport: allow the new one", "トランスポート変更: 新しい方を許可する"),
    changes.DIRECTION: ("Other direction: allow whoever connects now", "向きの変更: 新たに接続を始める側を許可する"),
    changes.SOURCE: ("Other source ports: matters where rules name source ports", "送信元ポートの変更: 送信元ポートを指定したルールだけに関係する"),
    changes.REACH: ("Inside a node, or between hosts", "ノードの中か、ホストの間か"),
    changes.ENDS_GONE: ("Not between these hosts any more: close there after the change", "この両端ではなくなる: 更新後にそこで閉じる"),
    changes.GONE: ("Gone: close after the change, when no node of the old release is left", "なくなる: 旧リリースのノードがなくなったら閉じる"),
    changes.FACT: ("Known in part", "一部だけ既知"),
}


def _change_lines(change, widths, say):
    """The cells of a change; a remark that is longer than a column, a fact for example, gets lines of its own."""
    is_fact = change["kind"] == changes.FACT
    ports = _ports(change, say) if is_fact or not change["remark"] else f"{_ports(change, say)}, {change['remark']}"
    made = row_lines(("", change["entry"], change["service"], change["from"], change["to"], ports), [1, *widths], GAP)
    return made + [f"        {line}" for line in screen.wrapped(change["remark"], screen.WIDTH - 8)] if is_fact else made


def _ports(change, say):
    """What a rule for it names: transport, ports, and source ports if they are not any."""
    old, new = change.get("old_ports", ""), change.get("new_ports", "")
    both = f"{old} → {new}" if old and new and old != new else new or old
    sources = [change.get(age + "_source_ports", "") for age in ("old", "new")]
    text = f"{change['transport']} {both}".strip()
    if sources[0] == sources[1]:
        return text + (say(f" from {sources[0]}", f" 送信元 {sources[0]}") if sources[0] else "")
    if change["kind"] == changes.SOURCE:
        old, new = (source or say("any", "任意") for source in sources)
        return text + say(f" from {old} → {new}", f" 送信元 {old} → {new}")
    return text + say(f" from {sources[1] or sources[0]}", f" 送信元 {sources[1] or sources[0]}")


def row_lines(cells, widths, gap=2):
    """The lines of a row, each cell wrapped in its column."""
    columns = [screen.wrapped(cell, width) for cell, width in zip(cells, widths)]
    return [(" " * gap).join(screen.padded(part, width) for part, width in zip(parts, widths)).rstrip()
            for parts in itertools.zip_longest(*columns, fillvalue="")]
